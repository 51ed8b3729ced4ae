"""One person as the backup has them: facts, loans, fines, reservations, notes and blocks; nothing can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from patrondesk import messages, money
from patrondesk.records.backups import SeenPatron
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.ui.screens.backups import words
from patrondesk.ui.screens.backups.desk import Seen
from patrondesk.ui.shell import fitting, fonts, tables, text, theme
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.people import dotted

_MOST_ROWS = 6
_TOP = Qt.AlignmentFlag.AlignTop
_NONE = "–"


class PersonView(QWidget):
    """Fill it with `show_person`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = "USD"
        self.standing = text.Sentence("", fonts.TEXT)
        self.standing.setObjectName("backup_standing")
        self._facts = _Facts()
        self.loans = _List(
            "Loans", "backup_loans", "No loans.",
            [
                Column("Title", lambda r: r.title, 0, second=_item, tip=lambda r: r.title),
                Column("Borrowed", lambda r: messages.short_day(r.checked_out_on), 112),
                Column("Due", lambda r: messages.short_day(r.due_on) if r.due_on else "", 112, second=_overdue),
                Column("State", words.loan_state, 112, second=lambda r: messages.short_day(r.ended_on) if r.ended_on else ""),
            ],
        )  # fmt: skip
        self.fines = _List(
            "Fines", "backup_fines", "No fines.",
            [
                Column("For", lambda r: r.type, 0, second=_told, tip=lambda r: r.comment or r.type),
                Column("Charged", lambda r: messages.short_day(r.charged_on) if r.charged_on else "", 112),
                Column("Amount", lambda r: self._amount(r.amount), 100, RIGHT),
                Column("Balance", lambda r: self._amount(r.balance), 100, RIGHT),
                Column("State", lambda r: r.status.replace("_", " ").capitalize(), 110),
            ],
        )  # fmt: skip
        self.reservations = _List(
            "Reservations", "backup_reservations", "No reservations.",
            [
                Column("Title", lambda r: r.title, 0, second=lambda r: r.item_barcode or ""),
                Column("Asked for", lambda r: messages.short_day(r.requested_on) if r.requested_on else "", 112),
                Column("State", lambda r: r.status.capitalize(), 112),
            ],
        )  # fmt: skip
        self._notes = _Words("Notes and blocks")
        self._build()

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for widget in (self._facts, self.loans, self.fines, self.reservations, self._notes):
            column.addWidget(widget)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("backup_person_area")
        self._area.setAccessibleName("The patron as in the backup")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(self.standing)
        whole.addWidget(self._area, 1)

    def show_person(self, seen: Seen) -> None:
        """Shows somebody from the top."""
        patron = seen.patron
        self._currency = seen.currency
        self.standing.say(words.standing(patron.absence))
        self._facts.show_facts(_facts(patron, seen.currency))
        self.loans.show_rows(patron.loans)
        self.fines.show_rows(patron.fines)
        self.reservations.show_rows(patron.reservations)
        self._notes.show_lines(_lines(patron))
        self._area.verticalScrollBar().setValue(0)

    @property
    def firsts(self) -> tuple[QWidget, ...]:
        """Where the keyboard goes."""
        return (self.loans.table, self.fines.table, self.reservations.table)

    def _amount(self, amount: int | None) -> str:
        return money.words(amount, self._currency) if amount is not None else "not known"


class _Facts(Card):
    """Facts in two columns, read only."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Personal data")
        self.inside.addWidget(text.label("Personal data", fonts.TEXT, fonts.SEMIBOLD))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        for column, stretch in ((0, 0), (1, 3), (2, 0), (3, 3)):
            self._grid.setColumnStretch(column, stretch)
        self.inside.addLayout(self._grid)

    def show_facts(self, facts: Sequence[tuple[str, str | None]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        half = -(-len(facts) // 2)
        for place, (said, value) in enumerate(facts):
            row, column = place % half, place // half * 2
            self._grid.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"), row, column, _TOP)
            self._grid.addWidget(_value(said, value), row, column + 1, _TOP)


def _value(said: str, value: str | None) -> QLabel:
    made = text.label(value or _NONE, fonts.TEXT, fonts.REGULAR, "text" if value else "text3", wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setAccessibleName(f"{said}: {value or 'none'}")
    return made


class _List(Card):
    """A titled card with a table as high as its rows, or a word that there is nothing."""

    def __init__(self, title: str, name: str, nothing: str, columns: Sequence[Column[Any]]) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.inside.setContentsMargins(1, 12, 1, 1)
        head = text.label(title, fonts.TEXT, fonts.SEMIBOLD)
        head.setContentsMargins(15, 0, 15, 0)
        self._nothing = text.label(nothing, fonts.TEXT, fonts.REGULAR, "text2")
        self._nothing.setContentsMargins(15, 0, 15, 12)
        self.table, self.rows = tables.table(title, columns, name)
        fitting.fit(self.table, columns, least={0: 180}, steps=((), (1,)))
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (head, self.table, self._nothing):
            self.inside.addWidget(widget)
        theme.look().changed.connect(self._fit)

    def show_rows(self, records: Sequence[LoanLine | FineLine | ReservationLine]) -> None:
        self.rows.show_records(records)
        self.table.setVisible(bool(records))
        self._nothing.setVisible(not records)
        self._fit()

    def _fit(self) -> None:
        shown = min(self.rows.rowCount(), _MOST_ROWS)
        self.table.setFixedHeight(theme.head_height() + shown * self.table.verticalHeader().defaultSectionSize() + 2)


class _Words(Card):
    """A titled card of sentences; away when there is none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.inside.addWidget(text.label(title, fonts.TEXT, fonts.SEMIBOLD))
        self._sentence = text.Sentence("", fonts.TEXT)
        self.inside.addWidget(self._sentence)

    def show_lines(self, lines: Sequence[str]) -> None:
        self._sentence.say("\n".join(lines))
        self.setVisible(bool(lines))


def _item(loan: LoanLine) -> str:
    return dotted(loan.item_barcode, loan.author, loan.collection)


def _told(fine: FineLine) -> str:
    return fine.title or fine.comment or ""


def _overdue(loan: LoanLine) -> str:
    return f"{messages.count(loan.days_overdue, 'day')} overdue" if loan.days_overdue else ""


def _facts(seen: SeenPatron, currency: str) -> list[tuple[str, str | None]]:
    p = seen.details
    given = " ".join(part for part in (p.given_name, p.middle_name) if part)

    def short(day: Any) -> str | None:
        return messages.short_day(day) if day else None

    state = "Enabled" if p.enabled else f"Deactivated{' on ' + messages.short_day(p.deactivated_on) if p.deactivated_on else ''}"
    return [
        ("Name", f"{p.family_name}, {given}" if given else p.family_name), ("Known as", p.preferred_name),
        ("Barcode", p.barcode), ("Old cards", messages.listed(p.former_barcodes) or None), ("Username", p.username),
        ("District ID", p.external_id), ("Birth date", short(p.birth_date)), ("E-mail", p.email), ("Phone", p.phone),
        ("Address", p.address),
        ("State", state), ("Patron type", p.patron_type[:1].upper() + p.patron_type[1:]), ("User group", p.user_group),
        ("Year level", p.year_level), ("Homeroom", p.homeroom), ("Cohort", p.cohort), ("Expiry date", short(p.expiry_date)),
        ("Purge date", short(p.purge_date)), ("Guarantor", p.guarantor),
        ("Balance", money.words(p.balance, currency) if p.balance else None),
    ]  # fmt: skip


def _lines(seen: SeenPatron) -> list[str]:
    p = seen.details
    blocks = [f"Blocked {messages.short_day(b.created_on)}{_ended(b.active)}: {b.comment}" for b in p.blocks]
    keeps = [f"Kept since {messages.short_day(k.created_on)}{_ended(k.active)}: {k.reason}" for k in p.protections]
    return [*p.notes, *blocks, *keeps]


def _ended(active: bool) -> str:
    return "" if active else " (ended)"
