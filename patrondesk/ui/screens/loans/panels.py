"""The panels of the dialog: who it is, the choices explained, the outcome, and what still holds the patron."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.records.staff import Actor, Permission
from patrondesk.ui.screens.loans import words
from patrondesk.ui.screens.loans.reading import PatronLoans
from patrondesk.ui.shell import banner, buttons, cancelling, fonts, paying_back, people, settling, text, theme
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.chips import Chip
from patrondesk.ui.shell.offers import missing_right, offer
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
    """Every reason but the open loans, what lifts it, and the buttons that lift it here."""

    asked = Signal(str)
    """What was pressed: waive, pay, cancel_reservations, pay_back."""

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

    def show_view(self, view: PatronLoans, actor: Actor | None) -> None:
        """The reasons that hold the patron besides open loans. A button that the actor may not press says why."""
        title = "Also in the way" if view.open else "Still in the way"
        self._title.setText(title)
        self.setAccessibleName(title)
        reasons = view.others
        held = {reason.code for reason in reasons}
        actions: dict[str, tuple[buttons.Button, ...]] = {}
        if "BALANCE_DUE" in held and any(map(settling.payable, view.fines)):
            disputed = "" if any(map(settling.waivable, view.fines)) else settling.DISPUTED
            may_not = missing_right(actor, Permission.WAIVE_FINES, "waive fines") or disputed
            pay_not = missing_right(actor, Permission.CIRCULATION, "record payments")
            waive, pay = self._button("Waive...", "waive", may_not), self._button("Record a payment...", "pay", pay_not)
            actions["BALANCE_DUE"] = (waive, pay)
        if "CREDIT" in held:
            may_not = missing_right(actor, Permission.CIRCULATION, "record payments")
            actions["CREDIT"] = (self._button(paying_back.BUTTON, "pay_back", may_not),)
        if "RESERVATIONS" in held and view.reservations:
            may_not = missing_right(actor, Permission.CIRCULATION, "cancel reservations")
            words = cancelling.button_words(len(view.reservations))
            actions["RESERVATIONS"] = (self._button(words, "cancel_reservations", may_not),)
        self.buttons = tuple(button for reason in reasons for button in actions.get(reason.code, ()))
        self._list.show_reasons(reasons, actions=actions)
        self.setVisible(bool(reasons))

    def _button(self, words: str, what: str, why_not: str) -> buttons.Button:
        made = buttons.button(words, name=f"loans_{what}")
        made.clicked.connect(lambda: self.asked.emit(what))
        offer(made, why_not)
        return made

    def rest(self, resting: bool) -> None:
        """Nothing is asked while something is being done."""
        self.setEnabled(not resting)
