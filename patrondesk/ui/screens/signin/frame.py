"""The frame of every page before the window: the mark, a name, a card in the middle, a choice of appearance below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from patrondesk.ui.shell import buttons, fonts, icons, text, theme, widths
from patrondesk.ui.shell.cards import Card

_CARD_WIDTH = 384


class Framed(QWidget):
    """Fill `card.inside`; put what stands below the card into `below`."""

    theme_chosen = Signal(str)
    """light, dark or contrast."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mark = QLabel()
        self._line = text.label("", fonts.TEXT, fonts.REGULAR, "text2")
        self.card = Card()
        self._least = 0
        self.card.inside.setContentsMargins(28, 24, 28, 20)
        self.card.inside.setSpacing(12)
        self.heading = text.label(heading, fonts.QUESTION, fonts.SEMIBOLD)
        self.card.inside.addWidget(self.heading)
        self.below = QVBoxLayout()
        self.below.setSpacing(8)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setSpacing(20)
        column.addStretch(2)
        column.addLayout(self._head())
        # A centred row, since a centred widget would be given its height for the whole width.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addLayout(self.below)
        self._looks = QHBoxLayout()
        column.addLayout(self._looks)
        column.addStretch(3)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._draw()
        theme.look().changed.connect(self._draw)

    def say_below_name(self, words: str) -> None:
        """The line under the program's name: the library, or what this page is for."""
        self._line.setText(words)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(text.label("PatronDesk", fonts.QUESTION, fonts.SEMIBOLD))
        words.addWidget(self._line)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addStretch(1)
        head.addWidget(self._mark)
        head.addLayout(words)
        head.addStretch(1)
        return head

    def add_appearance(self) -> None:
        """The choice of appearance; called when everything above it is there, so that Tab comes to it last."""
        row = self._looks
        row.setSpacing(8)
        row.addStretch(1)
        for name, words in (("light", "Light"), ("dark", "Dark"), ("contrast", "High contrast")):
            choice = buttons.button(words, "quiet", name, f"signin_theme_{name}", f"Appearance: {words.lower()}")
            choice.clicked.connect(lambda _=False, chosen=name: self.theme_chosen.emit(chosen))
            row.addWidget(choice)
        row.addStretch(1)

    def keep_room(self, width: int) -> None:
        """Makes the card so wide that something of this width, in the text size in force, stands on one line in it."""
        margins = self.card.inside.contentsMargins()
        self._least = width + margins.left() + margins.right()
        self._measure()

    def _measure(self) -> None:
        self.card.setFixedWidth(max(widths.scaled(_CARD_WIDTH), self._least))

    def _draw(self) -> None:
        self._mark.setPixmap(icons.mark(52, self.devicePixelRatioF()))
        self._measure()
