"""The details page in a window of its own, and what tests of it share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow

from patrondesk.ui.screens.patrons.details_page import DetailsPage
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.school import button, is_shown

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier


class Shown(DetailsPage):
    """The page in a window; `go` shows a patron and waits."""

    def __init__(self, qtbot, office):
        self.window_of_it = QMainWindow()
        self.window_of_it.resize(1366, 768)
        qtbot.addWidget(self.window_of_it)
        self.runner, self.changes = Runner(self.window_of_it, collect=False), Changes(self.window_of_it)
        super().__init__(office, self.runner, self.changes)
        self.qtbot = qtbot
        self.window_of_it.setCentralWidget(self)
        self.window_of_it.show()
        self.window_of_it.activateWindow()

    def go(self, patron, ids=(), place="User Purge"):
        self.show_patron(patron, ids, place)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.runner.idle and is_shown("details_in_the_way"))


def press(qtbot, page, name):
    qtbot.mouseClick(button(page, name), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle)


def said(widget):
    words = " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
    return words.replace("\u2068", "").replace("\u2069", "")


def in_front(qtbot, page):
    """Without a window manager nobody brings the window back to the front when a dialog closes."""
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
