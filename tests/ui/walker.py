"""Somebody who opens every page and every dialog of the real window by its controls, and looks at each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui import walking

Look = Callable[[QWidget], list[str]]


class Walker:
    """`at(name)` looks at the window as it stands; `dialog(name)` waits for a dialog, looks at it, and closes it after use."""

    def __init__(self, qtbot: Any, window: DeskWindow, look: Look = walking.faults) -> None:
        self.qtbot, self.window, self._look = qtbot, window, look
        self.found: list[str] = []
        self.places: list[str] = []

    # ------------------------------------------------------------------ looking

    def at(self, place: str, top: QWidget | None = None) -> None:
        """Notes what is wrong here."""
        top = top or self.window
        self.settle()
        self.front(top)
        self.places.append(place)
        self.found += [f"{place}: {fault}" for fault in self._look(top)]

    def settle(self) -> None:
        """Nothing runs, and two turns of the event loop have gone by for what is laid out later."""
        self.wait(lambda: self.window.runner.idle)
        turns = [0]

        def turned() -> bool:
            turns[0] += 1
            return turns[0] > 2

        self.qtbot.waitUntil(turned, timeout=5_000)
        self.wait(lambda: self.window.runner.idle)

    def front(self, top: QWidget) -> None:
        """What a window manager does; the offscreen platform has none."""
        top.activateWindow()
        self.wait(top.isActiveWindow)

    def wait(self, true: Callable[[], Any]) -> None:
        """Until it is true."""
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    # ------------------------------------------------------------------ doing

    def shown(self, name: str) -> Any:
        """The visible widget of this name, or None."""
        for top in QApplication.topLevelWidgets():
            for widget in (top, *top.findChildren(QWidget, name)):
                if widget.objectName() == name and widget.isVisible():
                    return widget
        return None

    def press(self, name: str) -> None:
        """Presses a button once it is there and on."""
        self.wait(lambda: self.shown(name) is not None and self.shown(name).isEnabled())
        button = self.shown(name)
        assert isinstance(button, QAbstractButton), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, button.rect().center())

    def choose(self, name: str) -> None:
        """A menu's command."""
        action = self.window.findChild(QAction, f"menu_{name}")
        assert isinstance(action, QAction), name
        assert action.isEnabled(), name
        action.trigger()

    @contextmanager
    def dialog(self, name: str, place: str = "") -> Iterator[Any]:
        """The dialog once it is open, looked at; it is closed when one is done with it."""
        self.wait(lambda: self.shown(name))
        dialog = self.shown(name)
        assert isinstance(dialog, QDialog)
        self.at(place or name, dialog)
        yield dialog
        if self.shown(name) is not None:
            dialog.reject()
        self.wait(lambda: self.shown(name) is None)
        self.front(self.window)

    def photograph(self, folder: Path) -> None:
        """For whoever looks for a fault: the window as it stands."""
        self.window.grab().save(str(folder / f"{len(self.places):02}-{self.places[-1].replace(' ', '-')}.png"))
