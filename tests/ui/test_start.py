"""What the program reads at its start: nothing of the library before the first painted window, no other page before the first."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from patrondesk.clock import Clock
from patrondesk.ui.main.gate import Gate
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui import demo_school
from tests.ui.walker import Walker

_PROGRAM = """
import sys
from patrondesk.__main__ import main
from patrondesk.ui.main import opening

def tell(moment):
    import linecache
    print(moment, *(name for name, module in sys.modules.items() if type(module).__name__ != "_Later"), flush=True)
    print(moment + ".sources", *linecache.cache, flush=True)

def drive(window):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
    def look():
        button = window.findChild(QPushButton, "signin_button")
        ready = "patrondesk.ui.window.page_makers" in sys.modules  # the last that is read ahead
        if button is not None and button.isEnabled() and window.desk is None and ready:
            tell("pressed")
            window.findChild(QLineEdit, "signin_username").setText("librarian")
            window.findChild(QLineEdit, "signin_password").setText("demo")
            button.click()
        elif window.desk is not None and window.desk.purge_page.model.rowCount() and window.runner.idle:
            tell("data")
            window.close()
            QApplication.quit()
    window.timer = QTimer(window)
    window.timer.timeout.connect(look)
    window.timer.start(5)

class Told(opening.DeskWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not hasattr(self, "timer"):
            self.timer = None
            tell("painted")
            from PySide6.QtCore import QTimer
            QTimer.singleShot(0, self, lambda: drive(self))

opening.DeskWindow = Told
sys.exit(main([]))
"""

_STAND_INS = """
import sys
import patrondesk.ui
assert type(sys.modules["asyncio"]).__name__ == "_Later"
import sqlalchemy.orm
assert "asyncio.events" not in sys.modules
assert "email" not in sys.modules
import importlib.metadata, asyncio.subprocess, asyncio
from importlib import metadata
async def answer():
    await asyncio.sleep(0)
    return metadata.version("SQLAlchemy")
print(asyncio.run(answer()), importlib.metadata.version("SQLAlchemy"))
assert asyncio.iscoroutine(made := answer())
made.close()
from sqlalchemy.util import concurrency
assert concurrency.is_exit_exception(KeyboardInterrupt()) and not concurrency.is_exit_exception(ValueError())
assert sys.modules["asyncio"].Queue is asyncio.Queue
"""


def heard(code: str, tmp_path, **environment: str) -> dict[str, set[str]]:
    """The first word of each line said, and the others."""
    everything = {
        **os.environ,
        **environment,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=everything, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if line.split()]
    return {line[0]: set(line[1:]) for line in lines}


def of(modules: set[str], *roots: str) -> list[str]:
    return sorted(name for name in modules if name.startswith(roots))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The modules at the first painted window and at the first page, in a process of their own, started by the front door."""
    place = tmp_path_factory.mktemp("start")
    return heard(_PROGRAM, place, PATRONDESK_DATABASE=str(demo_school.copied(place)), QT_QPA_PLATFORM="offscreen")


def test_the_window_is_painted_before_anything_of_the_library_is_read(start):
    painted = start["painted"]
    assert "patrondesk.ui.window.desk_window" in painted
    library = ("sqlalchemy", "sqlite3", "argon2", "alembic", "openpyxl", "lxml", "asyncio", "ssl", "email")
    ours = ("patrondesk.models", "patrondesk.database", "patrondesk.services", "patrondesk.ui.screens")
    assert not of(painted, *library, *ours)
    shown_later = ("patrondesk.ui.shell.dialogs", "patrondesk.ui.shell.errors", "patrondesk.ui.shell.icons", "PySide6.QtSvg")
    assert not of(painted, *shown_later)


def test_the_first_page_reads_no_other_page_and_no_file_format(start):
    data = start["data"]
    assert {"patrondesk.ui.screens.purge.page", "sqlalchemy", "argon2"} <= data
    screens = {name.split(".")[3] for name in of(data, "patrondesk.ui.screens.")}
    assert screens == {"purge", "signin"}
    formats = (
        "openpyxl",
        "lxml",
        "charset_normalizer",
        "tqdm",
        "patrondesk.exporters",
        "patrondesk.importers",
        "patrondesk.reports",
    )
    unused = ("alembic", "psycopg", "asyncio", "ssl", "email", "patrondesk.services.importing", "patrondesk.services.demo")
    asked_for = ("patrondesk.jobs.purge", "patrondesk.services.purging.undo", "patrondesk.services.certificates")
    found = of(data, *formats, *unused, *asked_for)
    assert [name for name in found if name != "patrondesk.services.purging.undo_words"] == []


def test_what_is_read_ahead_is_all_that_the_first_page_needs(start):
    late = of(start["data"] - start["pressed"], "patrondesk", "sqlalchemy", "argon2")
    assert not late, "read after the press of the button"


def test_no_source_is_read_and_kept_for_nothing(start):
    kept = [file for file in start["data.sources"] if file.endswith(".py") and ("sqlalchemy" in file or "patrondesk" in file)]
    assert not kept, "PySide's own import is back: it reads every module's source"


def test_what_is_put_off_is_there_when_it_is_asked_for(tmp_path):
    told = heard(_STAND_INS, tmp_path)
    ((version, again),) = told.items()
    assert again == {version}


@pytest.fixture
def signed_in(tmp_path):
    with demo_school.desk(tmp_path) as office:
        yield office


@pytest.fixture
def window(qtbot, qapp):
    made = DeskWindow(Prefs(), Clock())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_the_desk_comes_by_turns(qtbot, window, signed_in):
    window.enter_by_turns(signed_in)
    assert window.desk is None, "all in one turn"
    qtbot.waitUntil(lambda: window.desk is not None, timeout=20_000)
    walker = Walker(qtbot, window)
    walker.wait(lambda: walker.shown("purge_page") and window.desk.purge_page.model.rowCount())
    assert window.desk.place == "purge"
    assert "Riverbank" in window.windowTitle()
    walker.settle()


def test_another_gate_ends_a_desk_that_is_coming(qtbot, window, tmp_path, signed_in):
    window.enter_by_turns(signed_in)
    gate = Gate(window, str(demo_school.copied(tmp_path)), None, Clock())
    gate.open()
    walker = Walker(qtbot, window)
    walker.wait(lambda: walker.shown("signin_page") and walker.shown("signin_button").isEnabled())
    walker.settle()
    assert window.desk is None
    assert walker.shown("purge_page") is None
