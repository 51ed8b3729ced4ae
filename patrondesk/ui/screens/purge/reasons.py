"""What is in the way of one patron: a card a reason with what lifts it and a way to it. Side panel and "Why not" share it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.patrons import Candidate
from patrondesk.records.verdict import Reason, Severity
from patrondesk.ui.screens.purge import standing, words
from patrondesk.ui.shell import buttons, cards, fonts, text

# Where in the details a reason is lifted: the words of the way there, and the section.
_IN_DETAILS = {
    "BALANCE_DUE": ("Open fines", "fines"),
    "CREDIT": ("Open fines", "fines"),
    "RESERVATIONS": ("Open reservations", "reservations"),
    "PROTECTED": ("Open details", "personal"),
    "ACCESS_REQUEST": ("Open details", "personal"),
}
_NO_OVERRIDE = "Your account may not set reasons aside; an administrator can permit it"


class Reasons(QWidget):
    """Signals carry the Candidate, or the Candidate and the Reason; `details_chosen` the Candidate and a section's word."""

    loans_chosen = Signal(object)
    details_chosen = Signal(object, str)
    override_asked = Signal(object, object)
    withdraw_asked = Signal(object, object)

    def __init__(self, may_override: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_override = may_override
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def show_row(self, row: Candidate) -> None:
        """Shows the reasons of a patron."""
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for reason in row.reasons:
            self._column.addWidget(self._card(row, reason))

    @staticmethod
    def heading(row: Candidate) -> str:
        """Whether the patron can go."""
        held = words.holding(row.reasons)
        return f"Not yet: {messages.count(len(held), 'thing')} in the way" if held else "Can go now"

    def _card(self, row: Candidate, reason: Reason) -> cards.Card:
        card = cards.Card(ground="surface")
        card.setAccessibleName(reason.text)
        card.inside.setContentsMargins(14, 10, 14, 12)
        card.inside.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        amber = standing.chip(reason).kind == "amber" and not reason.overridden
        head.addWidget(text.IconLabel(standing.icon(reason), 16, "warn" if amber else "text2"))
        head.addWidget(text.Sentence(reason.text, fonts.TEXT, "text", fonts.SEMIBOLD), 1)
        card.inside.addLayout(head)
        said = "Set aside by hand for this patron." if reason.overridden else f"What lifts it: {standing.what_lifts(reason)}"
        card.inside.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        ways = self._ways(row, reason)
        if ways:
            line = QHBoxLayout()
            line.setSpacing(6)
            for way in ways:
                line.addWidget(way)
            line.addStretch(1)
            card.inside.addLayout(line)
        return card

    def _ways(self, row: Candidate, reason: Reason) -> list[buttons.Button]:
        ways = []
        if reason.overridden:
            back = buttons.button("Let it hold again...", name="reason_withdraw")
            back.clicked.connect(lambda: self.withdraw_asked.emit(row, reason))
            return [self._permitted(back)]
        if reason.code == "OPEN_LOANS":
            ways.append(buttons.button("Decide per item...", name="reason_loans"))
            ways[0].clicked.connect(lambda: self.loans_chosen.emit(row))
        elif reason.code in _IN_DETAILS:
            words_, section = _IN_DETAILS[reason.code]
            ways.append(buttons.button(words_, name="reason_details"))
            ways[0].clicked.connect(lambda: self.details_chosen.emit(row, section))
        if reason.severity is Severity.OVERRIDABLE:
            aside = buttons.button("Override...", name="reason_override")
            aside.clicked.connect(lambda: self.override_asked.emit(row, reason))
            ways.append(self._permitted(aside))
        return ways

    def _permitted(self, button: buttons.Button) -> buttons.Button:
        if not self._may_override:
            button.setEnabled(False)
            button.setToolTip(_NO_OVERRIDE)
            button.setAccessibleDescription(_NO_OVERRIDE)
        return button
