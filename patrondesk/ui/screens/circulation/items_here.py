"""Items added and changed by hand from the desk: opens the form, and tells what was done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from patrondesk.records.lending import ItemLine
from patrondesk.services import items, policy
from patrondesk.services.office import Office
from patrondesk.ui.screens.circulation.item_dialog import ItemDialog
from patrondesk.ui.shell import banner, buttons
from patrondesk.ui.shell.runner import Runner


class ItemsHere(QObject):
    """The dialog opens over `over`."""

    written = Signal(object)
    """A banner that says what was done."""
    failed = Signal(object)
    closed = Signal()

    def __init__(self, over: QWidget, office: Office, runner: Runner) -> None:
        super().__init__(over)
        self._over, self._office, self._runner = over, office, runner

    def ask(self, present: ItemLine | None = None) -> None:
        """Opens the form for a new item, or for this one."""
        office = self._office
        self._runner.ask(
            f"items_here_{id(self)}", lambda: policy.current_policy(office).currency,
            lambda currency: self._open(currency, present), self.failed.emit,
        )  # fmt: skip

    def ask_about(self, barcode: str) -> None:
        """Opens the form for the item of this barcode."""
        office = self._office
        self._runner.ask(f"items_here_{id(self)}_one", lambda: items.read_item(office, barcode), self.ask, self.failed.emit)

    def _open(self, currency: str, present: ItemLine | None) -> None:
        dialog = ItemDialog(self._over, self._office, self._runner, currency, present)
        dialog.written.connect(self._on_written)
        dialog.finished.connect(self.closed)
        dialog.open()

    def _on_written(self, line: ItemLine, did: str) -> None:
        aside = "It waits for somebody: put it aside." if line.status == "on_hold" else ""
        notice = banner.Banner("look" if aside else "done", f"“{line.title}” is {did}.", aside)
        change = notice.add_action(buttons.button("Change...", name="desk_change_item"))
        change.clicked.connect(lambda: self.ask_about(line.barcode))
        self.written.emit(notice)
