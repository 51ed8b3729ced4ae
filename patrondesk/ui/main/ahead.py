"""What is made ready while a password is typed: the services and the page that come next, and its statements. Nobody is read."""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from patrondesk.ui.shell.runner import Runner

if TYPE_CHECKING:
    from patrondesk.services.office import Office

_SERVICES = (
    "argon2",
    "patrondesk.services.signin",
    "patrondesk.services.rehearsing",
    "patrondesk.services.purging.batch_reading",
)
# Leaves first, so that no turn takes long.
_WINDOW = (
    "patrondesk.ui.shell.tables",
    "patrondesk.ui.shell.portraits",
    "patrondesk.ui.shell.sidebar",
    "patrondesk.ui.screens.purge.columns",
    "patrondesk.ui.screens.purge.desk",
    "patrondesk.ui.screens.purge.layout",
    "patrondesk.ui.screens.purge.purging",
    "patrondesk.ui.screens.purge.row_menu",
    "patrondesk.ui.screens.purge.page",
    "patrondesk.ui.window.desk",
    "patrondesk.ui.window.page_makers",
)


class Ahead(QObject):
    """`start` reads the services on another thread, then the window's modules on its own: Qt's classes are not for two threads.

    With an office the first page's statements are worded too. What fails here is met again, and told, where it is needed.
    """

    ended = Signal()
    """Every module is read."""

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._left = list(_WINDOW)
        self._turns = QTimer(self)
        self._turns.timeout.connect(self._on_turn)

    def start(self, office: Office | None = None) -> None:
        """Begins; a second time there is little left to do."""
        self._runner.ask("ahead.services", _read_services, partial(self._on_services, office), _pass_over)

    def _on_services(self, office: Office | None, _read: None) -> None:
        self._turns.start(0)
        if office is not None:
            self._runner.ask("ahead.statements", partial(_word, office), _pass_over, _pass_over)

    @Slot()
    def _on_turn(self) -> None:
        if self._left:
            importlib.import_module(self._left.pop(0))
            return
        self._turns.stop()
        self.ended.emit()


def _read_services() -> None:
    for name in _SERVICES:
        importlib.import_module(name)


def _word(office: Office) -> None:
    from patrondesk.services import rehearsing

    rehearsing.read_nothing(office)


def _pass_over(_answer: object) -> None:
    pass
