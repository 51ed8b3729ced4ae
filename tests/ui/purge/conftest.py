"""A made-up school, its librarian, and the User Purge page in a window."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow

from patrondesk.database import Database
from patrondesk.services.demo import build
from patrondesk.services.office import Office
from patrondesk.services.signin import sign_in
from patrondesk.ui.screens.purge.page import PurgePage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library file with some 187 candidates; copied, never opened."""
    file = tmp_path_factory.mktemp("school") / "school.patrondesk"
    database = Database(str(file))
    build.build(database, patrons=600, seed=1, today=dt.date(2026, 12, 4))
    database.close()
    return file


@pytest.fixture
def office(school: Path, tmp_path: Path) -> Iterator[Office]:
    """The made-up school's librarian, signed in to a copy of it."""
    database = Database(str(shutil.copyfile(school, tmp_path / "school.patrondesk")))
    yield sign_in(Office(database, backups=tmp_path / "backups"), "librarian", "demo")
    database.close()


def away(work: Callable[[], Any]) -> Any:
    """Does something in the library as another program would: not on the window's thread."""
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(work()))
    thread.start()
    thread.join()
    return done[0]


class Bench:
    """The page in its window, and what a person at it does."""

    def __init__(self, qtbot: Any, office: Office, runner: Runner, page: PurgePage, window: QMainWindow) -> None:
        self.qtbot, self.office, self.runner, self.page, self.window = qtbot, office, runner, page, window

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.idle, timeout=20_000)

    def wait(self, true: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    def dialog(self, name: str) -> Any:
        self.wait(lambda: self.open_dialogs(name))
        return self.open_dialogs(name)[0]

    def back(self) -> None:
        """What a window manager does when a dialog has closed; the offscreen platform has none."""
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow)

    def open_dialogs(self, name: str) -> list[Any]:
        return [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == name and widget.isVisible()]

    def press(self, widget: Any) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def button(self, parent: Any, name: str) -> Any:
        found = parent.findChild(object, name)
        assert found is not None, name
        return found

    def key(self, widget: Any, key: Qt.Key, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(widget, key, mods)

    def click_cell(self, row: int, column: int, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        table = self.page.table
        index = table.model().index(row, column)
        table.scrollTo(index)
        self.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, mods, table.visualRect(index).center())

    def put(self, row: int, column: int) -> None:
        self.page.table.setFocus()
        self.page.table.setCurrentIndex(self.page.model.index(row, column))

    @property
    def free(self) -> list[int]:
        return [number for number, row in enumerate(self.page.model.rows) if row.eligible]

    @property
    def held(self) -> list[int]:
        return [number for number, row in enumerate(self.page.model.rows) if not row.eligible]

    @property
    def tagged(self) -> list[int]:
        return [number for number, row in enumerate(self.page.model.rows) if row.id in self.page.tags]


@pytest.fixture
def make_bench(qtbot: Any, qapp: QApplication, office: Office) -> Iterator[Callable[..., Bench]]:
    """Puts a page into a window of a size, for somebody."""
    theme.apply(qapp, "light")
    made: list[Bench] = []

    def make(width: int = 1366, height: int = 768, who: Office = office, size: int | None = None) -> Bench:
        window = QMainWindow()
        qtbot.addWidget(window)
        window.resize(width, height)
        runner = Runner(window, collect=False)
        page = PurgePage(who, runner, Changes(window))
        if size is not None:
            page.listing.resize(size)
        window.setCentralWidget(page)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        bench = Bench(qtbot, who, runner, page, window)
        made.append(bench)
        bench.settle()
        return bench

    yield make
    for bench in made:
        assert bench.runner.close()
    theme.apply(qapp, "light")


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """The page at 1366 x 768, read."""
    return make_bench()
