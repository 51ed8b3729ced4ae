"""Cards, rules, and the head of a page: title, one sentence with numbers, actions at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from patrondesk.ui.shell import fonts, text, theme


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
        self._sentence = text.Elided(sentence, fonts.TEXT, fonts.REGULAR, "text2")
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sentence_row = QHBoxLayout()
        self.sentence_row.setSpacing(4)
        self.sentence_row.addWidget(self._sentence, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addLayout(self.sentence_row)
        self.at_right = QHBoxLayout()
        self.at_right.setSpacing(8)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(words, 1)
        whole.addLayout(self.at_right)
        whole.setAlignment(self.at_right, Qt.AlignmentFlag.AlignVCenter)
        self.say(sentence)

    def say(self, sentence: str) -> None:
        """Shows another sentence; it is also the page's accessible description."""
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(sentence)

    def rename(self, title: str) -> None:
        """Changes the title."""
        self._title.setText(title)
        self.setAccessibleName(title)
