"""Read-only facts in cards: labels in two columns, their values beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.patrons import PatronDetails
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.shell import fonts, text
from patrondesk.ui.shell.cards import Card

Fact = tuple[str, str | None]


class FactCard(Card):
    """A card of facts; the first half stands in the left column. A fact without a value says so."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(title)
        self.inside.addWidget(text.label(title, fonts.TEXT, fonts.SEMIBOLD))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        for column, stretch in ((0, 0), (1, 3), (2, 0), (3, 3)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setColumnMinimumWidth(0, 92)
        self._grid.setColumnMinimumWidth(2, 92)
        self.inside.addLayout(self._grid)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Shows these instead of what was shown."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        half = -(-len(facts) // 2)
        for place, (said, value) in enumerate(facts):
            row, column = place % half, place // half * 2
            self._grid.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"), row, column, _TOP)
            self._grid.addWidget(_value(said, value), row, column + 1, _TOP)


_TOP = Qt.AlignmentFlag.AlignTop


def _value(said: str, value: str | None) -> QLabel:
    made = text.label(value or words.NO_VALUE, fonts.TEXT, fonts.REGULAR, "text" if value else "text3", wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setAccessibleName(f"{said}: {value or 'none'}")
    return made


class PersonalSection(QWidget):
    """Identity, Contact, School; read only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identity, self._contact, self._school = FactCard("Identity"), FactCard("Contact"), FactCard("School")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in (self._identity, self._contact, self._school):
            column.addWidget(card)
        column.addStretch(1)

    def show_patron(self, patron: PatronDetails) -> None:
        """Fills the three cards."""
        birth = messages.day(patron.birth_date) if patron.birth_date else None
        given = " ".join(part for part in (patron.given_name, patron.middle_name) if part)
        full = f"{patron.family_name}, {given}" if given else patron.family_name
        self._identity.show_facts(
            (
                ("Name", full), ("Known as", patron.preferred_name), ("Birth date", birth),
                ("Gender", words.nicely(patron.gender or "")),
                ("Barcode", patron.barcode), ("Username", patron.username), ("District ID", patron.external_id),
                ("Old cards", messages.listed(patron.former_barcodes) or None),
            )
        )  # fmt: skip
        self._contact.show_facts(
            (("E-mail", patron.email), ("Address", patron.address), ("Phone", patron.phone), ("Language", patron.language))
        )
        by = "The school’s system" if patron.account_type == "external" else "The library, by hand"
        self._school.show_facts(
            (
                ("Patron type", words.nicely(patron.patron_type)), ("User group", patron.user_group),
                ("Expiry date", words.short(patron.expiry_date)), ("Registered", words.short(patron.registered_on)),
                ("Guarantor", patron.guarantor),
                ("Year level", patron.year_level), ("Homeroom", patron.homeroom), ("Purge date", words.short(patron.purge_date)),
                ("Cohort", patron.cohort), ("Kept by", by),
            )
        )  # fmt: skip
