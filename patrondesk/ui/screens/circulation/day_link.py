"""The link in the page's head that says what the signed-in person took today, and opens the list of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from patrondesk.records.lending import DeskDay
from patrondesk.services import fines, policy
from patrondesk.services.office import Office
from patrondesk.ui.screens.circulation import day_dialog
from patrondesk.ui.shell import buttons
from patrondesk.ui.shell.runner import Runner


class DayLink(buttons.Button):
    """Hidden until it was read."""

    failed = Signal(object)
    closed = Signal()

    def __init__(self, over: QWidget, office: Office, runner: Runner) -> None:
        super().__init__("", "link", parent=over)
        self.setObjectName("desk_day")
        self._over, self._office, self._runner = over, office, runner
        self._read: tuple[DeskDay, str] | None = None
        self.clicked.connect(self._on_clicked)
        self.hide()

    def read(self) -> None:
        """Reads the day's money again."""
        office = self._office

        def read() -> tuple[DeskDay, str]:
            return fines.list_desk_day(office), policy.current_policy(office).currency

        self._runner.ask(f"day_link_{id(self)}", read, self._show, self.failed.emit)

    def _show(self, read: tuple[DeskDay, str]) -> None:
        self._read = read
        said = day_dialog.link_words(*read)
        self.setText(said)
        self.setAccessibleName(said)
        self.show()

    def _on_clicked(self) -> None:
        actor = self._office.actor
        if self._read is not None and actor is not None:
            dialog = day_dialog.DayDialog(self._over, *self._read, actor.name)
            dialog.finished.connect(self.closed)
            dialog.open()
