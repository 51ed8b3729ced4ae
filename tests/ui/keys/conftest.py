"""A made-up school in the real window, and somebody who only has a keyboard."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from patrondesk import bootstrap
from patrondesk.services.demo import build
from patrondesk.ui.main import open_window
from patrondesk.ui.shell import theme
from patrondesk.ui.window.desk import Desk
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui.walker import Walker

TODAY = dt.date(2026, 11, 21)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="session")
def keyed_school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up school; copied, never opened."""
    path = tmp_path_factory.mktemp("school") / "school.patrondesk"
    database = bootstrap.new_database(path)
    build.build(database, patrons=260, seed=3, today=TODAY)
    database.close()
    return path


class Hands(Walker):
    """Presses keys where the focus is, as a person does."""

    def key(self, key: Qt.Key, mods: Qt.KeyboardModifier = NONE) -> None:
        """Presses a key in whatever window is in front."""
        QTest.keyClick(self.here, key, mods)
        self.settle()

    def type(self, words: str) -> None:
        """Types words."""
        for letter in words:
            QTest.keyClick(self.here, letter)

    @property
    def here(self) -> QWidget:
        """The widget that has the focus, else the window in front."""
        found = QApplication.focusWidget() or QApplication.activeWindow() or self.window
        assert isinstance(found, QWidget)
        return found

    @property
    def desk(self) -> Desk:
        """The desk."""
        assert self.window.desk is not None
        return self.window.desk

    def go(self, place: str) -> Any:
        """A page, settled, with the focus in it."""
        self.desk.go(place)
        self.settle()
        self.front(self.window)
        return self.desk.page

    def at_table(self, place: str) -> Any:
        """A page with the focus in its table, on the first patron."""
        page = self.go(place)
        self.wait(lambda: page.table.model().rowCount())
        page.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        page.table.setCurrentIndex(page.table.model().index(0, 1 if place == "purge" else 0))
        return page

    def open_dialog(self, name: str) -> Any:
        """The dialog of that name once it is open and in front."""
        self.wait(lambda: self.shown(name))
        found = self.shown(name)
        self.front(found)
        return found

    def closed(self, name: str) -> None:
        """It is closed, and the window is in front again."""
        self.wait(lambda: self.shown(name) is None)
        self.front(self.window)

    def menus(self) -> list[QMenu]:
        """The menus that are open."""
        return [top for top in QApplication.topLevelWidgets() if isinstance(top, QMenu) and top.isVisible()]


@pytest.fixture
def make_hands(qtbot: Any, qapp: QApplication, keyed_school: Path, tmp_path: Path) -> Iterator[Callable[..., Hands]]:
    """Opens the window in a size, signed in, on a copy of the school that it keeps."""
    theme.apply(qapp, "light")
    library = shutil.copyfile(keyed_school, tmp_path / "school.patrondesk")
    windows: list[DeskWindow] = []

    def make(width: int = 1366, height: int = 768) -> Hands:
        window = open_window(str(library), "librarian", "demo")
        assert isinstance(window, DeskWindow)
        qtbot.addWidget(window)
        windows.append(window)
        window.resize(width, height)
        window.show()
        made = Hands(qtbot, window)
        made.settle()
        made.front(window)
        return made

    yield make
    for window in windows:
        window.close()
    theme.set_compact(False)
    theme.apply(qapp, "light")


@pytest.fixture
def hands(make_hands: Callable[..., Hands]) -> Hands:
    """The window at 1366 x 768, at the User Purge page, read."""
    made = make_hands()
    made.wait(lambda: made.desk.purge_page.model.rowCount())
    return made
