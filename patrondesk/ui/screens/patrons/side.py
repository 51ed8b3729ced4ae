"""The column at the right of the details: blocks, debt, keeping, guardians, and what is in the way of a purge."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.list_card import emptied
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, fonts, text
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.reasons import ReasonList

WIDTH = 300
_MOST_PEOPLE = 8
_WHERE = {"OPEN_LOANS": "loans", "RESERVATIONS": "reservations"}


class Side(QWidget):
    """Says what holds and what lifts it; `followed` carries loans, fines or reservations, to go where it is settled."""

    followed = Signal(str)
    unblock_asked = Signal()
    patron_asked = Signal(object)
    """Carries the PatronId of a guardian, or of one who is answered for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What holds this patron")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._may_not_block = ""

    def show_view(self, view: DetailsView, may_not_block: str = "") -> None:
        """Makes the cards that apply. `may_not_block`: why blocks may not be lifted, empty when they may."""
        self._may_not_block = may_not_block
        emptied(self._column)
        for make in (self._blocked, self._debt, self._kept, self._guardians, self._in_the_way):
            make(view)
        self._column.addStretch(1)

    def _blocked(self, view: DetailsView) -> None:
        active = [block for block in view.patron.blocks if block.active]
        for block in active:
            card = self._card("Blocked at this library", "blocked", "warn")
            card.inside.addWidget(text.Sentence(f"“{block.comment}”"))
            card.inside.addWidget(text.Sentence(words.block_line(block), fonts.LABEL, "text2"))
            if block is active[-1]:
                unblock = buttons.button("Unblock patron...", icon="key", name="details_unblock")
                unblock.clicked.connect(self.unblock_asked)
                offer(unblock, self._may_not_block)
                card.inside.addWidget(unblock, 0, Qt.AlignmentFlag.AlignLeft)

    def _kept(self, view: DetailsView) -> None:
        for keep in view.patron.protections:
            if keep.active:
                card = self._card(words.keep_title(keep), "keep")
                card.inside.addWidget(text.Sentence(f"“{keep.reason}”"))
                card.inside.addWidget(text.Sentence(words.keep_line(keep), fonts.LABEL, "text2"))

    def _guardians(self, view: DetailsView) -> None:
        patron = view.patron
        if patron.answered_by is None and not patron.answers_for:
            return
        card = self._card("Guardians", "guarantor")
        for said, people in (("Guarantor:", [patron.answered_by]), ("Answers for:", patron.answers_for)):
            known = [person for person in people if person is not None]
            if known:
                card.inside.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"))
            for person in known[:_MOST_PEOPLE]:
                link = buttons.button(person.name, "link", name=f"guardian_{person.id}", spoken=f"{said} {person.name}")
                link.clicked.connect(lambda _checked=False, person=person: self.patron_asked.emit(person.id))
                card.inside.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            if len(known) > _MOST_PEOPLE:
                card.inside.addWidget(text.Sentence(f"and {len(known) - _MOST_PEOPLE:,} more", fonts.LABEL, "text2"))

    def _card(self, title: str, icon: str, ground: str = "raised") -> Card:
        card = Card(title, ground, icon)
        self._column.addWidget(card)
        return card

    def _debt(self, view: DetailsView) -> None:
        if not view.debt.blocks:
            return
        card = self._card("Debt block", "money")
        for said, size, tone in zip(words.debt(view.debt), (fonts.TEXT, fonts.LABEL), ("text", "text2"), strict=True):
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
            money = [reason for reason in reasons if reason.code in ("BALANCE_DUE", "CREDIT")]
            links |= {reason.code: "Owes an unknown amount" if reason.amount is None else reason.text for reason in money}
        links |= {reason.code: reason.text for reason in reasons if reason.code == "RESERVATIONS"}
        listed.show_reasons(reasons, links)
        listed.followed.connect(lambda code: self.followed.emit(_WHERE.get(code, "fines")))
        card.inside.addWidget(listed)
