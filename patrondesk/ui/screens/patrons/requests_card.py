"""The card about requests to see the data, and the times it was handed out, in the column at the right of the details."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.access_requests import AccessRequest
from patrondesk.ui.screens.patrons import rights_words as words
from patrondesk.ui.screens.patrons.list_card import emptied
from patrondesk.ui.screens.patrons.rights_reading import RightsView
from patrondesk.ui.shell import buttons, fonts, text
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.offers import offer

_SHOWN = 3


class RequestsCard(QWidget):
    """Fill it with `show_rights`."""

    open_asked = Signal()
    close_asked = Signal(object)
    """An AccessRequest that is to be closed."""
    day_asked = Signal(object)
    """An AccessRequest that is to get another day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)

    def show_rights(self, view: RightsView, may_not: str = "") -> None:
        """Shows the requests of a patron. `may_not`: why they may not be opened or closed, empty when they may."""
        emptied(self._whole)
        waiting = view.open_requests
        late = any(one.overdue for one in waiting)
        card = Card("Requests to see the data", "warn" if late else "raised", "request")
        card.setObjectName("details_requests")
        self._whole.addWidget(card)
        for one in waiting:
            self._add(card, one, may_not)
        ended = [words.closed(one) for one in view.requests if not one.open]
        told = [*ended[:_SHOWN], *(words.downloaded(one) for one in view.downloads[:_SHOWN])]
        for said in told:
            card.inside.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        more = len(ended) + len(view.downloads) - len(told)
        if more:
            card.inside.addWidget(text.Sentence(f"and {more:,} earlier", fonts.LABEL, "text2"))
        if not waiting and not told:
            card.inside.addWidget(text.Sentence("Nobody asked yet.", fonts.LABEL, "text2"))
        begin = buttons.button("Open a request...", icon="request", name="request_open")
        begin.clicked.connect(self.open_asked)
        offer(begin, may_not)
        card.inside.addWidget(begin, 0, Qt.AlignmentFlag.AlignLeft)

    def _add(self, card: Card, one: AccessRequest, may_not: str) -> None:
        card.inside.addWidget(text.Sentence(words.due(one)))
        if one.comment:
            card.inside.addWidget(text.Sentence(f"“{one.comment}”"))
        card.inside.addWidget(text.Sentence(words.opened(one), fonts.LABEL, "text2"))
        row = QHBoxLayout()
        row.setSpacing(8)
        day = messages.day(one.due_on)
        close = buttons.button("Close...", name=f"request_close_{one.id}", spoken=f"Close the request due on {day}...")
        close.clicked.connect(lambda: self.close_asked.emit(one))
        spoken = f"Another day for the request due on {day}..."
        other = buttons.button("Another day...", name=f"request_day_{one.id}", spoken=spoken)
        other.clicked.connect(lambda: self.day_asked.emit(one))
        for pressed in (close, other):
            offer(pressed, may_not)
            row.addWidget(pressed)
        row.addStretch(1)
        card.inside.addLayout(row)
