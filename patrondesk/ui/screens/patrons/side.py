"""The column at the right of the details: blocks, debt, keeping, and what is in the way of a purge."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, fonts, text
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.reasons import ReasonList

WIDTH = 300
_WHERE = {"OPEN_LOANS": "loans", "RESERVATIONS": "reservations"}


class Side(QWidget):
    """Says what holds and what lifts it; `followed` carries loans, fines or reservations, to go where it is settled."""

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What holds this patron")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def show_view(self, view: DetailsView) -> None:
        """Makes the cards that apply."""
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for block in view.patron.blocks:
            if block.active:
                card = self._card("Blocked at this library", "blocked", "warn")
                card.inside.addWidget(text.Sentence(f"“{block.comment}”"))
                card.inside.addWidget(text.Sentence(words.block_line(block), fonts.LABEL, "text2"))
        if view.debt_blocked:
            self._debt(view)
        for keep in view.patron.protections:
            if keep.active:
                card = self._card(words.keep_title(keep), "keep")
                card.inside.addWidget(text.Sentence(f"“{keep.reason}”"))
                card.inside.addWidget(text.Sentence(words.keep_line(keep), fonts.LABEL, "text2"))
        self._in_the_way(view)
        self._column.addStretch(1)

    def _card(self, title: str, icon: str, ground: str = "raised") -> Card:
        card = Card(title, ground, icon)
        self._column.addWidget(card)
        return card

    def _debt(self, view: DetailsView) -> None:
        card = self._card("Debt block", "money")
        for said, size, tone in zip(words.debt(view), (fonts.TEXT, fonts.LABEL), ("text", "text2"), strict=True):
            card.inside.addWidget(text.Sentence(said, size, tone))
        go = buttons.button("Go to fines", icon="go", name="details_go_to_fines")
        go.clicked.connect(lambda: self.followed.emit("fines"))
        card.inside.addWidget(go, 0, Qt.AlignmentFlag.AlignLeft)

    def _in_the_way(self, view: DetailsView) -> None:
        card = self._card("In the way of a purge", "purge")
        card.setObjectName("details_in_the_way")
        reasons = view.patron.reasons
        if not reasons:
            card.inside.addWidget(text.Sentence("Nothing. This patron can go now.", fonts.LABEL))
            return
        listed = ReasonList()
        links = {"OPEN_LOANS": messages.items_on_loan(len(view.open_loans))}
        if any(fine.status != "closed" for fine in view.fines):
            links |= {reason.code: reason.text for reason in reasons if reason.code in ("BALANCE_DUE", "CREDIT")}
        links |= {reason.code: reason.text for reason in reasons if reason.code == "RESERVATIONS"}
        listed.show_reasons(reasons, links)
        listed.followed.connect(lambda code: self.followed.emit(_WHERE.get(code, "fines")))
        card.inside.addWidget(listed)
