"""What every test of the window gets: its own preferences, and a trap for SQL that the window asks on its own thread.

What a test of one page, or of the whole window, begins with is here as well; `tests/ui/purge` has its own.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication

from patrondesk import paths
from patrondesk.database import Database
from patrondesk.services.office import Office
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui import demo_school

if TYPE_CHECKING:
    from tests.ui.walker import Walker

_UI = f"{Path('patrondesk') / 'ui'}"
_TESTS = str(Path(__file__).parents[1])


def _asked_by_the_window() -> bool:
    """Whether the window's code, and not a test that prepares or looks into a library, is nearest to this call."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if _UI in file or "pytestqt" in file:
            return True
        if file.startswith(_TESTS) and not file.startswith(__file__):
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return True


@pytest.fixture(autouse=True)
def sql_on_the_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whatever of `read` and `write` the window asked on its own thread; a test that ends with some of it fails."""
    met: list[str] = []
    for name in ("read", "write"):
        real = getattr(Database, name)

        def trapped(self: Database, *args: Any, real: Any = real, name: str = name, **kwargs: Any) -> Any:
            if threading.current_thread() is threading.main_thread() and _asked_by_the_window():
                met.append(name)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Database, name, trapped)
    yield met
    assert not met, "SQL on the window's thread"


@pytest.fixture(autouse=True)
def _own_preferences(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the window's place, theme or last username of another."""
    monkeypatch.setattr(paths, "config_folder", lambda: tmp_path / "config")


# ------------------------------------------------------------------------- a page by itself, and the window with all of them


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The made-up school's administrator at the desk."""
    with demo_school.desk(tmp_path) as signed_in:
        yield signed_in


@pytest.fixture
def runner(qtbot: Any) -> Iterator[Runner]:
    """What a page reads and writes with; it must end with nothing under way."""
    made = Runner()
    yield made
    assert made.close(10_000)


@pytest.fixture
def changes() -> Changes:
    """What tells pages of each other's changes."""
    return Changes()


@pytest.fixture
def walker(qtbot: Any, qapp: QApplication, tmp_path: Path) -> Iterator[Walker]:
    """Somebody at a copy of the school, in the real window."""
    from patrondesk.ui.main import open_window
    from patrondesk.ui.shell import theme
    from patrondesk.ui.window.desk_window import DeskWindow
    from tests.ui.walker import Walker

    window = open_window(str(demo_school.copied(tmp_path)), "librarian", "demo")
    assert isinstance(window, DeskWindow)
    qtbot.addWidget(window)
    yield Walker(qtbot, window)
    window.close()
    theme.apply(qapp, "light")
