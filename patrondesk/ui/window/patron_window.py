"""A patron's details in a window of their own, beside the desk; it goes when the desk is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget

from patrondesk.records.ids import PatronId
from patrondesk.ui.shell import commands, fonts, icons, regions, theme
from patrondesk.ui.shell.purposes import purpose

if TYPE_CHECKING:
    from patrondesk.ui.screens.patrons.details_page import DetailsPage

_LEAST = QSize(880, 480)
_IN_FORCE = ("lock", "next_region", "previous_region", "keys", "close_window")


class PatronWindow(QMainWindow):
    """Holds a details page. `lock` locks the desk. Closed windows are kept hidden, and shown again for the next patron."""

    def __init__(self, page: DetailsPage, lock: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("patron_window")
        self.page = page
        self.setCentralWidget(page)
        self.setWindowIcon(QIcon(icons.mark(64)))
        self._measure()
        theme.look().changed.connect(self._measure)
        room = self.screen().availableGeometry()
        self.resize(QSize(min(1100, room.width()), min(700, room.height() - 60)))
        page.windowTitleChanged.connect(self.setWindowTitle)
        page.back_asked.connect(self.close)
        page.commands["own_window"].setEnabled(False)
        does: dict[str, Callable[[], object]] = {
            "lock": lock, "next_region": lambda: regions.visit(page.regions(), 1),
            "previous_region": lambda: regions.visit(page.regions(), -1), "keys": self.show_keys, "close_window": self.close,
        }  # fmt: skip
        for word in _IN_FORCE:
            command = commands.named(word)
            action = QAction(command.words, self)
            action.setObjectName(f"action_{word}")
            action.setShortcuts([QKeySequence(keys) for keys in command.keys])
            action.triggered.connect(lambda _checked=False, call=does[word]: call())
            self.addAction(action)

    def _measure(self) -> None:
        """Larger text needs more room, though not as much more: at 130 % it fits a screen of 1024."""
        self.setMinimumSize(QSize(_LEAST.width() + (fonts.scale() - 100) * 3, _LEAST.height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was typed and not saved is asked about first."""
        if self.page.unsaved:
            event.ignore()
            self.page.leave(self.close)
        else:
            super().closeEvent(event)

    def show_patron(self, patron_id: PatronId, among: Sequence[PatronId]) -> None:
        """Shows a patron, and comes to the front."""
        self.page.setWindowTitle("PatronDesk")
        self.page.show_patron(patron_id, tuple(among), "")
        self.show()
        self.raise_()
        self.activateWindow()

    def show_keys(self) -> None:
        """Opens the page of keys."""
        from patrondesk.ui.window import keys_dialog

        everywhere = [commands.named(word) for word in _IN_FORCE]
        offered = {word: action for word, action in self.page.commands.items() if word != "own_window"}
        keys_dialog.opened(self, purpose("details"), offered, everywhere, False)


class Beside:
    """The windows beside the desk. `make` makes a details page; `show_loans` opens the loans of a patron over a window."""

    def __init__(
        self, make: Callable[[], DetailsPage], lock: Callable[[], object], show_loans: Callable[[PatronId, QWidget], object]
    ) -> None:
        self._make, self._lock, self._show_loans = make, lock, show_loans
        self.windows: list[PatronWindow] = []

    def show(self, patron_id: PatronId, among: Sequence[PatronId]) -> None:
        """Shows a patron in a window of its own; one that shows this patron already comes to the front."""
        same = [window for window in self.windows if window.isVisible() and window.page.patron_id == patron_id]
        free = [window for window in self.windows if not window.isVisible()]
        window = next(iter((*same, *free)), None) or self._made()
        window.show_patron(patron_id, among)

    def _made(self) -> PatronWindow:
        window = PatronWindow(self._make(), self._lock)
        window.page.loans_asked.connect(lambda patron_id: self._show_loans(patron_id, window))
        self.windows.append(window)
        return window

    def close(self) -> None:
        """Closes them, as when the desk is locked."""
        windows, self.windows = self.windows, []
        for window in windows:
            window.page.drop()
            window.close()
            window.deleteLater()
