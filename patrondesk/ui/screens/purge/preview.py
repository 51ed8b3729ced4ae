"""The preview of a purge: who can go, who cannot and why, and what would happen, from a frozen plan."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.records.purging import Plan
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.people import Pictures
from patrondesk.ui.screens.purge.sums import SumDialog
from patrondesk.ui.shell import buttons, dialogs, text


class PreviewDialog(SumDialog):
    """Nothing is changed here. `purge_asked` carries the plan, for the confirmation; `keep_asked`, to keep it for later."""

    purge_asked = Signal(object)
    keep_asked = Signal(object)

    def __init__(self, parent: QWidget, plan: Plan, pictures: Pictures, currency: str) -> None:
        super().__init__(parent, "Preview of the purge", dialogs.WIDE, "purge_preview_dialog")
        self.plan = plan
        number = len(plan.eligible)
        self.show_sum((
            (plan.planned, "planned", "text"), (number, "can go", "ok"), (len(plan.held), "something in the way", "warn"),
            (plan.missing, "no longer there", "text2"),
        ))  # fmt: skip
        said = text.Sentence(words.confirm(plan) if number else "Nobody of these can go now.")
        said.setObjectName("preview_text")
        self.body.addWidget(said)
        if plan.held:
            self.show_stayed("Something in the way", plan.held, pictures)
        loans = "Past loans kept" if plan.retain_loans else "Past loans deleted"
        self.show_gone("Can go", plan.eligible, loans, lambda one: one.past_loans, pictures)
        goes = [line for line in words.what_goes(plan, currency)[1:] if "past loan" not in line]
        if goes:
            self.body.addWidget(text.Sentence(f"Also: {messages.listed(goes)}.", 13, "text2"))
        self.keep = self.add_side(buttons.button("Keep this plan...", icon="archive", name="preview_keep"))
        self.keep.clicked.connect(lambda: self.keep_asked.emit(self.plan))
        self.add_foot_note("Nothing is changed yet.")
        close = self.add_decision(buttons.button("Close", name="preview_close"))
        close.clicked.connect(self.reject)
        people = messages.count(number, "patron")
        self.purge = self.add_decision(buttons.button(f"Purge {people}...", "tinted", "trash", "preview_purge"))
        self.purge.setEnabled(number > 0)
        self.purge.clicked.connect(self._on_purge)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_purge(self) -> None:
        self.accept()
        self.purge_asked.emit(self.plan)
