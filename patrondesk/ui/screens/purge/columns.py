"""The columns of the User Purge table: their order, widths, headings, what they sort by, and what each says of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from patrondesk import messages
from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.screens.purge.words import school_class


class Col(IntEnum):
    """The columns by number."""

    TAG = 0
    PATRON = 1
    BARCODE = 2
    CLASS = 3
    TYPE = 4
    DEACTIVATED = 5
    ACTIVITY = 6
    LOANS = 7
    OWES = 8
    STANDING = 9


@dataclass(frozen=True, slots=True)
class Shown:
    """A column: heading, width at 100 %, the service's word to sort by (empty: not sortable), its texts from row and currency."""

    header: str
    width: int
    sort: str
    first: Callable[[Candidate, str], str]
    second: Callable[[Candidate, str], str] = lambda row, currency: ""
    right: bool = False


def _deactivated_by(row: Candidate) -> str:
    return ": ".join(part for part in (row.deactivated_by, row.deactivated_reason) if part)


def _day(row: Candidate) -> str:
    return messages.short_day(row.deactivated_on) if row.deactivated_on else ""


COLUMNS: dict[Col, Shown] = {
    Col.TAG: Shown("", 46, "", lambda row, currency: ""),
    Col.PATRON: Shown("Patron", 230, "name", lambda row, currency: row.name, lambda row, currency: row.username or ""),
    Col.BARCODE: Shown("Barcode", 94, "barcode", lambda row, currency: row.barcode or ""),
    Col.CLASS: Shown(
        "Class", 80, "year_level", lambda row, currency: row.year_level or row.patron_type.capitalize(),
        lambda row, currency: row.homeroom or "",
    ),
    Col.TYPE: Shown("Type", 84, "patron_type", lambda row, currency: row.patron_type.capitalize()),
    Col.DEACTIVATED: Shown(
        "Deactivated", 158, "deactivated_on", lambda row, currency: _day(row), lambda row, currency: _deactivated_by(row)
    ),
    Col.ACTIVITY: Shown(
        "Last activity", 108, "last_activity",
        lambda row, currency: messages.short_day(row.last_activity) if row.last_activity else "",
    ),
    Col.LOANS: Shown(
        "Open loans", 244, "open_loans",
        lambda row, currency: messages.items_on_loan(row.open_loans) if row.open_loans else "",
    ),
    Col.OWES: Shown("Owes", 92, "balance", lambda row, currency: standing.owes(row, currency), right=True),
    Col.STANDING: Shown(
        "Standing", 0, "standing", lambda row, currency: standing.standing(row), lambda row, currency: standing.set_aside(row)
    ),
}  # fmt: skip
WIDE_ONLY = (Col.TYPE, Col.ACTIVITY)
LEAST_STANDING = 124


def folded(window: int, table: int, scale: int = 100) -> frozenset[Col]:
    """Which columns have no room, for the widths of window and table in logical pixels."""
    def needs(*without: Col) -> int:
        return LEAST_STANDING + sum(shown.width for col, shown in COLUMNS.items() if col not in without)

    room = table * 100 // scale
    steps: list[tuple[Col, ...]] = [(), (Col.TYPE,), WIDE_ONLY, (*WIDE_ONLY, Col.BARCODE)]
    if window >= 1200:
        for without in steps:
            if room >= needs(*without):
                return frozenset(without)
    return frozenset((*WIDE_ONLY, Col.BARCODE, Col.DEACTIVATED))


def spoken(row: Candidate, col: Col, tagged: bool, currency: str) -> str:
    """A cell for assistive technology: links are named as such, empty cells say none."""
    if col is Col.TAG:
        return standing.spoken_tag(row, tagged, currency)
    if col is Col.PATRON:
        return ", ".join(part for part in (f"Link, {row.name}", row.username, row.barcode) if part)
    if col is Col.CLASS:
        return school_class(row.year_level, row.homeroom) or row.patron_type
    if col is Col.DEACTIVATED:
        by = (row.deactivated_by or "").lower() if row.deactivated_by in ("Rollover", "Leavers file") else row.deactivated_by
        day = messages.day(row.deactivated_on) if row.deactivated_on else ""
        said = (day, f"by {'the ' if by in ('rollover', 'leavers file') else ''}{by}" if by else "", row.deactivated_reason)
        return ", ".join(part for part in said if part) or "none"
    if col is Col.LOANS:
        return f"Link, {messages.items_on_loan(row.open_loans).replace(' - ', ', ')}" if row.open_loans else "none"
    if col is Col.OWES:
        return standing.spoken_money(row.balance, currency) if row.balance else "not known" if row.unknown_fines else "none"
    if col is Col.STANDING:
        return standing.spoken_standing(row)
    return COLUMNS[col].first(row, currency) or "none"
