"""The card that says what a change of a selection does: numbers as a sum, first names, and who is left out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from patrondesk.records.bulk import BulkLook
from patrondesk.ui.shell import cards, fonts, text

_PARTS = (("selected", "", "text"), ("changed", "=", "info"), ("already", "+", "text2"), ("spared", "+", "text2"))


class Sums(cards.Card):
    """`show_look` fills it; `refuse` says why there is nothing to show."""

    def __init__(self, name: str) -> None:
        super().__init__(ground="raised")
        self.setObjectName(name)
        row = QHBoxLayout()
        row.setSpacing(17)
        row.setContentsMargins(0, 0, 0, 0)
        self._figures: dict[str, tuple[QLabel, QLabel]] = {}
        for word, sign, tone in _PARTS:
            if sign:
                row.addWidget(text.label(sign, fonts.QUESTION, fonts.MEDIUM), 0, Qt.AlignmentFlag.AlignTop)
            part = QVBoxLayout()
            part.setSpacing(0)
            figure, under = text.label("0", fonts.QUESTION, fonts.SEMIBOLD, tone), text.label("", fonts.LABEL, tone="text2")
            part.addWidget(figure)
            part.addWidget(under)
            row.addLayout(part)
            self._figures[word] = (figure, under)
        row.addStretch(1)
        self._sum = QWidget()
        self._sum.setObjectName(f"{name}_sum")
        self._sum.setLayout(row)
        self._names = text.Sentence("", fonts.LABEL)
        self._names.setObjectName(f"{name}_names")
        self._spared = text.Sentence("", fonts.LABEL, "text2")
        self._spared.setObjectName(f"{name}_spared")
        self._why = text.Sentence("", fonts.LABEL, "text2")
        self._why.setObjectName(f"{name}_why")
        for widget in (self._sum, self._names, self._spared, self._why):
            self.inside.addWidget(widget)
        self.refuse("")

    def show_look(self, look: BulkLook, under: dict[str, str], names: str, spared: str, why: str) -> None:
        """`under`: the words below each number."""
        for word, (figure, below) in self._figures.items():
            figure.setText(f"{getattr(look, word):,}")
            below.setText(under[word])
        self._sum.setAccessibleName("; ".join(f"{getattr(look, word):,} {said}" for word, said in under.items()))
        self._sum.show()
        for sentence, said in ((self._names, names), (self._spared, spared), (self._why, why)):
            _say(sentence, said)

    def refuse(self, why: str) -> None:
        """Nothing can be told yet."""
        self._sum.hide()
        for sentence in (self._names, self._spared):
            _say(sentence, "")
        _say(self._why, why)


def _say(sentence: text.Sentence, said: str) -> None:
    sentence.say(said)
    sentence.setVisible(bool(said))
