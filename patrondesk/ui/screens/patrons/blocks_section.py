"""Blocks of a patron, those in force first, and the person's role: who may sign in, and how."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.records.patrons import Block
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.list_card import emptied
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, fonts, text
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.offers import offer


class BlocksSection(QWidget):
    """A card for each block, and the way to block or unblock."""

    block_asked = Signal()
    unblock_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block = buttons.button("Block patron...", "quiet", "blocked", "details_block")
        self.unblock = buttons.button("Unblock patron...", "quiet", "key", "details_unblock_here")
        self.block.clicked.connect(self.block_asked)
        self.unblock.clicked.connect(self.unblock_asked)
        head = QHBoxLayout()
        head.addWidget(text.label("Blocks", fonts.TEXT, fonts.SEMIBOLD))
        head.addStretch(1)
        head.addWidget(self.block)
        head.addWidget(self.unblock)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(self._lines)
        column.addStretch(1)

    def show_view(self, view: DetailsView, may_not: str) -> None:
        """Fills the cards. `may_not`: why blocks may not be set or lifted, empty when they may."""
        blocked = view.blocked
        self.block.setVisible(not blocked)
        self.unblock.setVisible(blocked)
        offer(self.block, may_not)
        offer(self.unblock, may_not)
        emptied(self._lines)
        if view.debt.blocks:
            owes, lifts = words.debt(view.debt)
            self._add("money", owes, lifts)
        for block in sorted(view.patron.blocks, key=lambda block: not block.active):
            self._add("blocked" if block.active else "", f"“{block.comment}”", *_told(block))
        if not view.patron.blocks:
            self._lines.addWidget(text.Sentence("Never blocked.", fonts.TEXT, "text2"))

    def _add(self, icon: str, first: str, *more: str) -> None:
        card = Card(ground="warn" if icon == "blocked" else "surface")
        card.setAccessibleName(" ".join((text.plain(first), *more)))
        row = QHBoxLayout()
        row.setSpacing(8)
        if icon:
            row.addWidget(text.IconLabel(icon, 16, "warn"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text.Sentence(first), 1)
        card.inside.addLayout(row)
        for said in more:
            card.inside.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        self._lines.addWidget(card)


def _told(block: Block) -> list[str]:
    said = [words.block_line(block)]
    if block.lifted_on is not None:
        who = words.by_on(block.lifted_by, block.lifted_on)
        said.append(f"Lifted: {f'“{block.lift_comment}” ' if block.lift_comment else ''}{who}")
    return said


class RolesSection(QWidget):
    """The person's role, and when they signed in last."""

    staff_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card()
        card.setAccessibleName("Role")
        self.staff = buttons.button("Staff and roles...", "quiet", "staff", "details_staff")
        self.staff.clicked.connect(self.staff_asked)
        head = QHBoxLayout()
        head.addWidget(text.label("Role", fonts.TEXT, fonts.SEMIBOLD))
        head.addStretch(1)
        head.addWidget(self.staff)
        card.inside.addLayout(head)
        self._role = text.Sentence("")
        self._signed_in = text.Sentence("", fonts.LABEL, "text2")
        card.inside.addWidget(self._role)
        card.inside.addWidget(self._signed_in)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)

    def show_view(self, view: DetailsView, may_not: str) -> None:
        """Says the role. `may_not`: why roles may not be changed, empty when they may."""
        offer(self.staff, may_not)
        patron = view.patron
        self._role.say(f"**{patron.role_name}**" if patron.role != "patron" else "Patron: no role in running the library.")
        if patron.signed_in_at is not None:
            self._signed_in.say(f"Signed in last on {words.moment(patron.signed_in_at)}.")
        else:
            self._signed_in.say("Has never signed in.")
