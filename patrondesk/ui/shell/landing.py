"""Where the keyboard lands when a dialog closes or a banner goes away: where it was, else at the table beside it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from patrondesk.ui.shell.tables import Table


class Landing:
    """Remembers what had the focus in a window; `go` gives it back."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._opener = _focus_in(window)
        self._name = self._opener.objectName() if self._opener is not None else ""
        self._around = [self._opener, *_parents(self._opener)] if self._opener is not None else [window]

    def go(self) -> None:
        """Back to what opened the dialog; where that is off or gone, to the nearest table, at its current row."""
        if not isValid(self._window):
            return
        opener = self._opener if self._opener is not None and isValid(self._opener) else self._made_anew()
        if opener is not None and _ready(opener):
            opener.setFocus(Qt.FocusReason.OtherFocusReason)
        elif opener is None or opener.isVisible() or not self._gone_elsewhere():
            at_table(self._around)

    def _made_anew(self) -> QWidget | None:
        """A page that was read again has a new button in the place of the old one."""
        found = self._window.findChildren(QWidget, self._name) if self._name else []
        return next((widget for widget in found if _ready(widget)), None)

    def _gone_elsewhere(self) -> bool:
        """Whether another page was opened meanwhile, and has the focus already."""
        here = _focus_in(self._window)
        shown = next((place for place in self._around if isValid(place) and place.isVisible()), None)
        return here is not None and _ready(here) and isinstance(shown, QStackedWidget) and shown.isAncestorOf(here)


def leave(widget: QWidget) -> None:
    """Called when something that holds the focus is being hidden: the nearest table takes it."""
    here, parent = _focus_in(widget.window()), widget.parentWidget()
    if here is not None and (here is widget or widget.isAncestorOf(here)) and parent is not None and parent.isVisible():
        at_table([parent, *_parents(parent)])


def at_table(around: list[QWidget]) -> bool:
    """Gives the focus to the first table with rows within the nearest of these; whether there was one."""
    for place in around:
        if not isValid(place) or not place.isVisible():
            continue
        for table in place.findChildren(Table):
            if _ready(table) and table.model().rowCount():
                if not table.currentIndex().isValid():
                    shown = [number for number in range(table.model().columnCount()) if not table.isColumnHidden(number)]
                    table.setCurrentIndex(table.model().index(0, shown[0] if shown else 0))
                table.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
    return False


def _focus_in(window: QWidget) -> QWidget | None:
    """What has the focus in a window, or will have it when the window is in front again."""
    return window.focusWidget()


def _ready(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def _parents(widget: QWidget) -> Iterator[QWidget]:
    step = widget.parentWidget()
    while step is not None:
        yield step
        step = None if step.isWindow() else step.parentWidget()
