"""Cards, rules, and the head of a page: title, one sentence with numbers, actions at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.ui.shell import fonts, text, theme

_APART = 16


class Card(QFrame):
    """A bordered panel. `ground`: surface, raised, warn or danger. Fill `inside`."""

    def __init__(self, title: str = "", ground: str = "surface", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", ground)
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(16, 12, 16, 16)
        self.inside.setSpacing(8)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        if title:
            if icon:
                self.head.addWidget(text.IconLabel(icon, 18, ground if ground in ("warn", "danger") else "text2"))
            self.head.addWidget(text.label(title, fonts.SECTION if not icon else fonts.TEXT, fonts.SEMIBOLD))
            self.head.addStretch(1)
            self.inside.addLayout(self.head)
            self.setAccessibleName(title)


def rule(vertical: bool = False) -> QFrame:
    """A separating line."""
    made = QFrame()
    made.setProperty("rule", True)
    width = theme.current().line_width
    if vertical:
        made.setFixedWidth(width)
    else:
        made.setFixedHeight(width)
    return made


class PageHead(QWidget):
    """Title, the sentence under it, and the page's actions at the right.

    `sentence_row` may be filled with link buttons instead of the plain sentence; `at_right` takes what stands at the right.
    """

    def __init__(self, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = text.title(title)
        self._sentence = text.Sentence(sentence, fonts.TEXT, "text2")
        self.sentence_row = QHBoxLayout()
        self.sentence_row.setSpacing(4)
        self.sentence_row.addWidget(self._sentence, 1)
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(self._title)
        self._words.addLayout(self.sentence_row)
        self.at_right = QHBoxLayout()
        self.at_right.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(_APART)
        row.addLayout(self._words, 1)
        row.addLayout(self.at_right)
        row.setAlignment(self.at_right, Qt.AlignmentFlag.AlignVCenter)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(2)
        self._whole.addLayout(row)
        self._below = False
        self.say(sentence)
        theme.look().changed.connect(self._fold)

    def say(self, sentence: str) -> None:
        """Shows another sentence; it is also the page's accessible description."""
        self._sentence.say(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(sentence)
        self._fold()

    def rename(self, title: str) -> None:
        """Changes the title."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """A sentence that is too long to stand beside the actions has the whole width below them."""
        beside = self.width() - _APART - self.at_right.sizeHint().width()
        below = bool(self._sentence.text()) and self._sentence.line_width() > beside
        if below != self._below:
            self._below = below
            (self._words if below else self._whole).removeItem(self.sentence_row)
            (self._whole if below else self._words).addLayout(self.sentence_row)
