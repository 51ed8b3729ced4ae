"""Identity, Contact and School in cards: read in two columns, and written when the pen is pressed, one card at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.patron_fields import CONTACT, IDENTITY, SCHOOL, SECTIONS
from patrondesk.records.patrons import PatronDetails
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.edit_form import EditForm
from patrondesk.ui.screens.patrons.field_controls import choice_words
from patrondesk.ui.shell import buttons, fonts, text
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.offers import offer

Fact = tuple[str, str | None, str]
"""Label, value, and the field by which it may be locked."""

_TOP = Qt.AlignmentFlag.AlignTop
_LOCKED = "Locked by hand: imports leave it as it is."


class FactCard(Card):
    """A card of facts; the first half stands in the left column. A fact without a value says so."""

    edit_asked = Signal(str)
    """The pen: carries the card's title."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.title = title
        self.setAccessibleName(title)
        self.form: EditForm | None = None
        self._editing = text.label("Editing", fonts.LABEL, fonts.MEDIUM, "accent")
        self._editing.hide()
        self.pen = buttons.icon_button("edit", f"Edit {title.lower()}", f"details_edit_{title.lower()}", "quiet")
        self.pen.clicked.connect(lambda: self.edit_asked.emit(title))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(text.label(title, fonts.TEXT, fonts.SEMIBOLD))
        head.addWidget(self._editing)
        head.addStretch(1)
        head.addWidget(self.pen)
        self.inside.addLayout(head)
        self._facts = QWidget()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        for column, stretch in ((0, 0), (1, 3), (2, 0), (3, 3)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setColumnMinimumWidth(0, 92)
        self._grid.setColumnMinimumWidth(2, 92)
        self.inside.addWidget(self._facts)

    def show_facts(self, facts: Sequence[Fact], locked: Sequence[str] = ()) -> None:
        """Shows these instead of what was shown."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        half = -(-len(facts) // 2)
        for place, (said, value, field) in enumerate(facts):
            row, column = place % half, place // half * 2
            self._grid.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"), row, column, _TOP)
            self._grid.addWidget(_value(said, value, field in locked), row, column + 1, _TOP)

    def begin(self, form: EditForm) -> None:
        """Shows the form instead of the facts; its first field has the focus."""
        self.form = form
        self.inside.addWidget(form)
        # Before the pen goes: the focus would go with it.
        form.show()
        form.take_focus()
        self._facts.hide()
        self.pen.hide()
        self._editing.show()

    def end(self) -> None:
        """Shows the facts again."""
        if self.form is not None:
            focused: QWidget | None = self.window().focusWidget()
            within = focused is not None and self.form.isAncestorOf(focused)
            self.pen.show()
            if within:
                self.pen.setFocus(Qt.FocusReason.OtherFocusReason)
            self._facts.show()
            self._editing.hide()
            self.form.hide()
            self.form.deleteLater()
            self.form = None


def _value(said: str, value: str | None, locked: bool) -> QWidget:
    made: QLabel = text.label(value or words.NO_VALUE, fonts.TEXT, fonts.REGULAR, "text" if value else "text3", wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setAccessibleName(f"{said}: {value or 'none'}{', locked' if locked else ''}")
    if not locked:
        return made
    made.setAccessibleDescription(_LOCKED)
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    lock = text.IconLabel("padlock", 13, "text2")
    holder.setToolTip(_LOCKED)
    row.addWidget(made)
    row.addWidget(lock, 0, _TOP)
    row.addStretch(1)
    return holder


class PersonalSection(QWidget):
    """The three cards."""

    edit_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = {title: FactCard(title) for title in SECTIONS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in self.cards.values():
            column.addWidget(card)
            card.edit_asked.connect(self.edit_asked)
        column.addStretch(1)

    def offer_pens(self, why_not: str) -> None:
        """Switches the pens on, or off with the reason."""
        for card in self.cards.values():
            offer(card.pen, why_not, card.pen.accessibleName())

    def show_patron(self, patron: PatronDetails) -> None:
        """Fills the three cards."""
        birth = messages.day(patron.birth_date) if patron.birth_date else None
        given = " ".join(part for part in (patron.given_name, patron.middle_name) if part)
        full = f"{patron.family_name}, {given}" if given else patron.family_name
        self.cards[IDENTITY].show_facts(
            (
                ("Name", full, "family_name"), ("Known as", patron.preferred_name, "preferred_name"),
                ("Birth date", birth, "birth_date"), ("Gender", words.nicely(patron.gender or ""), "gender"),
                ("Barcode", patron.barcode, "barcode"), ("Username", patron.username, "username"),
                ("District ID", patron.external_id, "external_id"),
                ("Old cards", messages.listed(patron.former_barcodes) or None, ""),
            ), patron.locked,
        )  # fmt: skip
        address = "street" if "street" in patron.locked else "city"
        self.cards[CONTACT].show_facts(
            (
                ("E-mail", patron.email, "email"), ("Address", patron.address, address), ("Phone", patron.phone, "phone"),
                ("Language", patron.language, "language"),
            ), patron.locked,
        )  # fmt: skip
        year = str(patron.graduation_year) if patron.graduation_year else None
        self.cards[SCHOOL].show_facts(
            (
                ("Patron type", words.nicely(patron.patron_type), "patron_type"), ("User group", patron.user_group, "user_group"),
                ("Expiry date", words.short(patron.expiry_date), "expiry_date"),
                ("Registered", words.short(patron.registered_on), "registered_on"),
                ("Guarantor", patron.guarantor, "guarantor"), ("Persona", words.nicely(patron.persona or ""), "persona"),
                ("Record type", words.nicely(patron.record_type), "record_type"),
                ("Year level", patron.year_level, "year_level"), ("Homeroom", patron.homeroom, "homeroom"),
                ("Purge date", words.short(patron.purge_date), "purge_date"), ("Cohort", patron.cohort, "cohort"),
                ("Graduation", year, "graduation_year"), ("Access level", patron.access_level, "access_level"),
                ("Kept by", choice_words("account_type", patron.account_type), ""),
            ), patron.locked,
        )  # fmt: skip
