"""A desk behind the lock: out of sight with its windows and open dialogs, and brought back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

if TYPE_CHECKING:
    from patrondesk.services.office import Office
    from patrondesk.ui.window.desk import Desk


class BehindLock:
    """Nothing of the desk is in the window meanwhile, so that neither eye nor screen reader finds it."""

    def __init__(self, window: QMainWindow, desk: Desk) -> None:
        self._window, self.desk = window, desk
        self._focus: QWidget | None = None
        self._shown: list[QWidget] = []
        self._veils: list[QWidget] = []

    def is_of(self, office: Office) -> bool:
        """Whether it is the desk of this very person, with the rights they have now, in this library."""
        own = self.desk.office
        mine, theirs = own.database, office.database
        return own.actor == office.actor and (mine.path, mine.name) == (theirs.path, theirs.name)

    def put_away(self) -> None:
        """Hides everything; the desk is taken out of the window."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        windows = [*self.desk.beside.windows, *self._dialogs()]
        self._shown = [window for window in windows if window.isVisible()]
        tops = (self._window, *self.desk.beside.windows)
        self._veils = [veil for top in tops for veil in top.findChildren(QWidget, "veil") if veil.isVisible()]
        # Dialogs over dialogs go first.
        for widget in (*reversed(self._shown), *self._veils):
            widget.hide()
        self.desk.hide()
        self.desk.setParent(None)
        self.desk.office.database.close()

    def _dialogs(self) -> list[QWidget]:
        """The open dialogs of the desk's windows, each after what it stands over."""
        tops = {self._window, self.desk, *self.desk.beside.windows}
        mine = [top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and _over(top) & tops]
        return sorted(mine, key=lambda dialog: len(_over(dialog)))

    def bring_back(self) -> None:
        """Shows everything as it was; the desk is in the window again already."""
        for widget in (*self._veils, *self._shown):
            widget.show()
        for veil in self._veils:
            veil.raise_()
        if self._focus is not None:
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Somebody else is here: nothing of it is left."""
        for widget in (*self._shown, *self._veils):
            if isinstance(widget, QDialog) or widget in self._veils:
                widget.deleteLater()
        self.desk.beside.close()
        self.desk.office.database.close()
        self.desk.deleteLater()


def _over(dialog: QWidget) -> set[QWidget]:
    """The windows that it stands over, as far down as they go, and the pages they belong to."""
    found: set[QWidget] = set()
    widget = dialog.parentWidget()
    while widget is not None:
        found.add(widget)
        widget = widget.parentWidget()
    return found
