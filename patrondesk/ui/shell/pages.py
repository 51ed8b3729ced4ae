"""What the window knows of a page: its commands, its parts, what it prints, the patron one is at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from patrondesk.records.ids import PatronId
from patrondesk.ui.shell import commands
from patrondesk.ui.shell.printing import Printout
from patrondesk.ui.shell.regions import Region


class Page(QWidget):
    """A page offers commands of the one list; what it does not offer is off in the menus while it is on show."""

    own_window_asked = Signal(object, object)
    """A PatronId, and the ids on show: open the patron in a window beside this one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.commands: dict[str, QAction] = {}

    def offer_commands(self, does: Mapping[str, Callable[[], object]]) -> None:
        """Makes the actions of these commands, in force while the page is on show, wherever in its window the focus is."""
        for word, call in does.items():
            command = commands.named(word)
            action = QAction(command.words, self)
            action.setObjectName(f"action_{word}")
            action.setShortcuts([QKeySequence(keys) for keys in command.keys])
            action.triggered.connect(lambda _checked=False, call=call: call())
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            self.addAction(action)
            self.commands[word] = action

    def regions(self) -> Sequence[Region]:
        """The parts that F6 visits after the sidebar, in order."""
        return ()

    def printout(self) -> Printout | None:
        """What is printed; None when there is nothing."""
        return None

    def print_page(self) -> None:
        """Opens the question how to print the list on show."""
        # Printing is asked for rarely, and its library takes memory.
        from patrondesk.ui.shell.print_dialog import PrintDialog

        made = self.printout()
        if made is not None:
            PrintDialog(self, made).open()

    def patron_here(self) -> PatronId | None:
        """The patron of the current row, or on show; None without one."""
        return None

    def patrons_here(self) -> tuple[PatronId, ...]:
        """The patrons on show, in their order."""
        return ()

    def ask_for_window(self) -> None:
        """Asks for a window of its own for the patron one is at."""
        patron_id = self.patron_here()
        if patron_id is not None:
            self.own_window_asked.emit(patron_id, self.patrons_here())
