"""Opening the window: for a person with the sign-in page first, for tests signed in at once."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow

from patrondesk import clock
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow

if TYPE_CHECKING:
    from patrondesk.clock import Clock
    from patrondesk.services.office import Office
    from patrondesk.ui.main.gate import Gate

R = TypeVar("R")
DEMO_STAFF, DEMO_PASSWORD = "librarian", "demo"


def application() -> QApplication:
    """The one QApplication, dressed as this computer prefers."""
    app = QApplication.instance() or theme.make_application(sys.argv[0])
    assert isinstance(app, QApplication)
    app.setApplicationName("PatronDesk")
    app.setDesktopFileName("patrondesk")
    prefs = Prefs()
    theme.apply(app, prefs.theme, prefs.text_size)
    theme.set_compact(prefs.compact)
    sys.excepthook = _on_fault
    return app


def _on_fault(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A bug on the window's thread is shown, with text to copy that holds no data; without a window it is printed."""
    windows = [top for top in QApplication.topLevelWidgets() if isinstance(top, DeskWindow) and top.isVisible()]
    if not windows or not isinstance(fault, Exception):
        sys.__excepthook__(kind, fault, trace)
        return
    from patrondesk.ui.shell import errors

    errors.as_dialog(windows[0], fault).open()


def aside(work: Callable[[], R]) -> R:
    """Does the work on another thread and waits for it: the window's thread never speaks to the database."""
    result: list[R] = []
    fault: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as met:  # handed to the caller, whatever it is
            fault.append(met)

    thread = threading.Thread(target=run, name="opening")
    thread.start()
    thread.join()
    if fault:
        raise fault[0]
    return result[0]


def signed_in(database: str, staff: str, password: str) -> Office:
    """An office with somebody at the desk, as PATRONDESK_TODAY says. Raises DeskError."""
    from patrondesk import bootstrap
    from patrondesk.services import signin

    today = clock.from_words(os.environ.get("PATRONDESK_TODAY"))
    return signin.sign_in(bootstrap.open_library(database, today), staff, password)


def open_window(database: str, staff: str, password: str) -> QMainWindow:
    """The signed-in main window, not yet shown; a QApplication exists. Raises DeskError."""
    from patrondesk.ui.main.gate import Gate

    application()
    office = aside(lambda: signed_in(database, staff, password))
    window = DeskWindow(Prefs(), office.clock)
    Gate(window, database, staff, office.clock)
    window.enter(office)
    return window


def run(database: str | None, staff: str | None) -> int:
    """The window for a person: it is there at once, the library is opened beside it. Returns the exit code."""
    app = application()
    today = clock.from_words(os.environ.get("PATRONDESK_TODAY"))
    window = DeskWindow(Prefs(), today)
    # What is read at the start stays: looking through all of it for rubbish would hold the window up for nothing.
    window.painted.connect(
        lambda: keep_gate(window, database, staff, today).ahead.ended.connect(gc.freeze), Qt.ConnectionType.QueuedConnection
    )
    window.show()
    return app.exec()


def keep_gate(window: DeskWindow, database: str | None, staff: str | None, today: Clock) -> Gate:
    """Puts the sign-in page, or the first start, into a window that is on the screen already."""
    from patrondesk.ui.main.gate import Gate

    gate = Gate(window, database, staff, today)
    gate.open()
    return gate


def run_demo(library: Path) -> int:
    """The window on a made-up school, signed in as its librarian, at the User Purge page."""
    app = application()
    window = open_window(str(library), DEMO_STAFF, DEMO_PASSWORD)
    assert isinstance(window, DeskWindow)
    if window.desk is not None:
        window.desk.go("purge")
    window.show()
    return app.exec()
