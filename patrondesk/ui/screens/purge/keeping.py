"""A preview's plan kept for later: the question, and the notice that says where it waits."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.records.ids import PlanId
from patrondesk.records.purging import Plan
from patrondesk.ui.screens.purge.desk import Desk
from patrondesk.ui.screens.purge.notices import Notices
from patrondesk.ui.screens.purge.preview import PreviewDialog
from patrondesk.ui.shell import banner, buttons, dialogs, errors

_EXPLAINED = (
    "Nobody is purged. The list waits under Purge > Plans kept..., where names can be struck out with a note, also in a "
    "spreadsheet. When it is run, it takes only those on it, and looks at each of them again. It waits 90 days."
)


class Keeping(QObject):
    """`kept` carries the PlanId of a plan that waits now."""

    kept = Signal(object)
    plan_chosen = Signal(object)
    """A PlanId to be shown."""

    def __init__(self, page: QWidget, desk: Desk, notices: Notices) -> None:
        super().__init__(page)
        self._desk, self._notices = desk, notices

    def ask(self, preview: PreviewDialog) -> None:
        """Asks whether the plan of a preview is to be kept; the preview closes when it is."""
        people = messages.count(preview.plan.planned, "patron")
        asked = dialogs.ask(
            preview, "Keep this plan", f"Keep this plan of {people}?", _EXPLAINED, "Keep the plan", name="keep_plan_dialog"
        )
        asked.accepted.connect(lambda: self._keep(preview))
        asked.open()

    def _keep(self, preview: PreviewDialog) -> None:
        plan = preview.plan
        preview.accept()
        self._desk.keep(plan, lambda number: self._on_kept(number, plan), self._on_failed)

    def _on_kept(self, number: PlanId, plan: Plan) -> None:
        said = f"Plan {number} is kept, with {messages.count(plan.planned, 'patron')}."
        shown = banner.Banner("done", said, "Nobody was purged. It waits under Purge > Plans kept...")
        see = shown.add_action(buttons.button("See the plan", icon="list", name="purge_see_plan"))
        see.clicked.connect(lambda: self.plan_chosen.emit(number))
        self._notices.put("plan", shown)
        self.kept.emit(number)

    def _on_failed(self, fault: Exception) -> None:
        self._notices.put("fault", errors.as_banner(fault))
