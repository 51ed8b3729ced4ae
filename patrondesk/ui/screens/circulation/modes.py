"""What a scanned item means: lend it, take it in, renew it, lost or found, reserve it; a button and a key for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from patrondesk.ui.shell import buttons


class Mode(StrEnum):
    """One at a time."""

    LEND = "lend"
    RETURN = "return"
    RENEW = "renew"
    LOST = "lost"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class _Way:
    mode: Mode
    words: str
    icon: str
    key: Qt.Key
    says: str


WAYS = (
    _Way(Mode.LEND, "Check out", "loan", Qt.Key.Key_F2, "Lend to the patron at the desk; without one, take in what is on loan"),
    _Way(Mode.RETURN, "Return", "returned", Qt.Key.Key_F3, "Take items in, whoever brings them"),
    _Way(Mode.RENEW, "Renew", "history", Qt.Key.Key_F4, "Lend on to whoever has the item"),
    _Way(Mode.LOST, "Lost or found", "lost", Qt.Key.Key_F7, "Mark an item on loan as lost; one that was lost is found"),
    _Way(Mode.RESERVE, "Reserve", "reserved", Qt.Key.Key_F8, "Reserve the title for the patron at the desk"),
)
BY_KEY = {way.key: way.mode for way in WAYS}


def key_words(key: Qt.Key) -> str:
    """F2."""
    return key.name.removeprefix("Key_")


class ModeBar(QWidget):
    """The buttons of the modes; the one in force looks pressed."""

    chosen = Signal(object)
    """A Mode."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons: dict[Mode, buttons.Button] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for way in WAYS:
            key = key_words(way.key)
            made = buttons.button(way.words, icon=way.icon, name=f"desk_mode_{way.mode}", spoken=f"{way.words}, {key}")
            made.setToolTip(f"{way.says} ({key})")
            made.setAccessibleDescription(way.says)
            made.setCheckable(True)
            made.setProperty("checked_look", True)
            self._group.addButton(made)
            self.buttons[way.mode] = made
            made.clicked.connect(lambda _checked=False, mode=way.mode: self.chosen.emit(mode))
            row.addWidget(made)
        self.show_mode(Mode.LEND)

    def show_mode(self, mode: Mode) -> None:
        """Presses the button of the mode in force."""
        self.buttons[mode].setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Without icons, where there is little room."""
        for way in WAYS:
            self.buttons[way.mode].set_icon("" if narrow else way.icon)
