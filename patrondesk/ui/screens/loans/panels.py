"""The panels of the dialog: who it is, the choices explained, the outcome, and what still holds the patron."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.records.loans import FineLine
from patrondesk.records.verdict import Reason
from patrondesk.ui.screens.loans import words
from patrondesk.ui.screens.loans.reading import PatronLoans
from patrondesk.ui.shell import banner, buttons, fonts, people, settling, text, theme
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.chips import Chip
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.paint import ChipText
from patrondesk.ui.shell.portraits import Portrait
from patrondesk.ui.shell.reasons import ReasonList


class Who(QWidget):
    """Portrait, name, barcode, class, who deactivated the patron; and how many items are on loan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._portrait = Portrait(0, "", 52)
        self._name = text.label("", 18, fonts.SEMIBOLD)
        self._line = text.Sentence("", fonts.LABEL, "text2")
        self._chip = Chip(ChipText("amber", "", "loan"))
        self._chip.hide()
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addStretch(1)
        lines.addWidget(self._name)
        lines.addWidget(self._line)
        lines.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._portrait)
        row.addLayout(lines, 1)
        row.addWidget(self._chip)

    def show_patron(self, view: PatronLoans) -> None:
        """Fills the head."""
        patron = view.patron
        self._portrait.show_person(patron.id, patron.name, view.portrait)
        self._name.setText(text.isolated(patron.name))
        off = people.deactivated(patron)
        school = people.school_class(patron.year_level, patron.homeroom) or patron.patron_type
        self._line.say(people.dotted(patron.barcode or patron.username, school, people.lowered(off) if off else "still active"))
        number = len(view.open)
        said = ChipText("amber", f"{number} on loan", "loan") if number else ChipText("green", "None on loan", "done")
        self._chip.show_chip(said)
        self._chip.show()


class Choices(Card):
    """What each choice does, and what *Mark all as lost* does at this library."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "raised", parent=parent)
        self.inside.setContentsMargins(14, 10, 14, 12)
        self.inside.addWidget(text.label("The choices", fonts.LABEL, fonts.SEMIBOLD))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for place, (said, does, icon, tone) in enumerate(words.CHOICES.values()):
            # Down the first column, then down the second.
            at, across = place % 2, place // 2 * 2
            grid.addWidget(text.IconLabel(icon, 16, tone), at, across)
            grid.addWidget(text.Sentence(f"**{said}** {does}", fonts.LABEL), at, across + 1)
        self._all = text.Sentence("", fonts.LABEL)
        grid.addWidget(text.IconLabel("lost", 16, "warn"), 2, 0)
        grid.addWidget(self._all, 2, 1, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.inside.addLayout(grid)
        self.setAccessibleName("The choices")

    def show_rules(self, view: PatronLoans) -> None:
        """What the library's setting means for these loans."""
        self._all.say(f"**Mark all as lost** {words.mark_all(view)}")


class Outcome(QFrame):
    """One sentence: what the decisions would do, or what was done; with the offer to tag when nothing holds any more."""

    _KINDS = {"info": ("info", "info"), "done": ("done", "ok"), "look": ("look", "warn")}  # noqa: RUF012

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loans_outcome")
        self._icon = text.IconLabel("info", 18, "info")
        self._sentence = text.Sentence("")
        self._said = ""
        self.tag_button = buttons.button("Tag for purge", "ordinary", "tick", "loans_tag")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.tag_button)
        self.setMinimumHeight(40)
        self.tag_button.hide()
        self.setProperty("banner", "info")

    def say(self, kind: str, sentence: str) -> None:
        """`kind`: info, done or look."""
        icon, tone = self._KINDS[kind]
        self._icon.show_icon(icon, tone)
        if sentence != self._said:
            self._said = sentence
            self._sentence.say(sentence)
            banner.announce(self, text.plain(sentence))
        if self.property("banner") != kind:
            self.setProperty("banner", kind)
            theme.again(self)

    @property
    def said(self) -> str:
        """What it says, without marks."""
        return self._sentence.text()


class StillHolding(Card):
    """Every reason but the open loans, what lifts it, and the buttons that settle money."""

    waive_asked = Signal()
    payment_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "surface", parent=parent)
        self.setObjectName("loans_reasons")
        self.inside.setContentsMargins(14, 10, 14, 12)
        self._title = text.label("", fonts.LABEL, fonts.SEMIBOLD)
        self.inside.addWidget(self._title)
        self._list = ReasonList()
        self.inside.addWidget(self._list)
        self.buttons: tuple[buttons.Button, ...] = ()
        self.hide()

    def show_reasons(
        self, reasons: Sequence[Reason], fines: Sequence[FineLine], settled: bool, may_waive: str, may_pay: str
    ) -> None:  # fmt: skip
        """`settled`: no loan is open any more. `may_waive`, `may_pay`: why not, empty when the person may."""
        title = "Still in the way" if settled else "Also in the way"
        self._title.setText(title)
        self.setAccessibleName(title)
        self.buttons = ()
        if any(reason.code == "BALANCE_DUE" for reason in reasons) and any(map(settling.payable, fines)):
            waive = buttons.button("Waive...", "ordinary", name="loans_waive")
            pay = buttons.button("Record a payment...", "ordinary", name="loans_pay")
            waive.clicked.connect(self.waive_asked)
            pay.clicked.connect(self.payment_asked)
            disputed = "" if any(map(settling.waivable, fines)) else "A fine in dispute is not waived. Settle the dispute first."
            offer(waive, may_waive or disputed)
            offer(pay, may_pay)
            self.buttons = (waive, pay)
        self._list.show_reasons(reasons, actions={"BALANCE_DUE": self.buttons})
        self.setVisible(bool(reasons))

    def rest(self, resting: bool) -> None:
        """Nothing is asked while something is being done."""
        self.setEnabled(not resting)
