"""The window's ways in: for a person, for the demonstration, for tests from outside, for the self-test.

Each imports what it needs when it is called: the window is on the screen before the library's modules are read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow


def open_window(database: str, staff: str, password: str) -> QMainWindow:
    """The signed-in main window, not yet shown; a QApplication exists. Raises DeskError."""
    from patrondesk.ui.main import opening

    return opening.open_window(database, staff, password)


def run(database: str | None, staff: str | None) -> int:
    """The window for a person, with the sign-in page first; returns the exit code."""
    from patrondesk.ui.main import opening

    return opening.run(database, staff)


def run_demo(library: Path) -> int:
    """The window on a made-up school, at the User Purge page; returns the exit code."""
    from patrondesk.ui.main import opening

    return opening.run_demo(library)


def demonstrate(folder: Path) -> int:
    """Drives the window through the main job and leaves pictures and the spreadsheet; returns the exit code."""
    from patrondesk.ui.main import demonstration

    return demonstration.demonstrate(folder)


def self_test() -> list[str]:
    """What is wrong with the window, in sentences; nothing when every screen opens."""
    from patrondesk.ui.main import trial

    return trial.self_test()
