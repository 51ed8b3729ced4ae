"""The columns of the User Purge table: their order, widths, headings, what they sort by, and what each says of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from patrondesk import messages
from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.screens.purge.words import school_class
from patrondesk.ui.shell.column_choice import Choice, Heading


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
HEADINGS = tuple(
    Heading(
        col.name.lower(), shown.header, shown.width, stays=col in (Col.TAG, Col.PATRON, Col.STANDING), first=col is Col.TAG,
        sortable=bool(shown.sort),
    )
    for col, shown in COLUMNS.items()
)  # fmt: skip
"""What a person may do with each column: whoever somebody is and what is in the way stays on show."""
FOLDING = (Col.TYPE, Col.ACTIVITY, Col.BARCODE, Col.DEACTIVATED, Col.CLASS, Col.OWES)
"""What folds away where there is no room, in this order. Barcode and class go below the name, money in the way to Standing."""
LEAST_STANDING = 148
SCROLL_BAR = 14
"""In pixels whatever the text size; it may come beside the rows at any time."""
_NARROW = (Col.TYPE, Col.ACTIVITY, Col.BARCODE, Col.DEACTIVATED)
_NARROW_BELOW = 1200


def folded(window: int, table: int, scale: int = 100, choice: Choice | None = None) -> frozenset[Col]:
    """Which columns have no room, for the widths of window and table in logical pixels and what a person chose.

    What the person hid is not among them, and takes no room. What the person asked for folds last.
    """
    choice = choice or Choice()
    words = {col: col.name.lower() for col in COLUMNS}
    hidden = {col for col in COLUMNS if words[col] in choice.hidden}
    asked = [col for col in FOLDING if words[col] in choice.shown]
    free = [col for col in FOLDING if col not in asked and col not in hidden]
    away = set(free).intersection(_NARROW) if window < _NARROW_BELOW else set[Col]()

    def needs() -> int:
        there = [col for col in COLUMNS if col not in hidden and col not in away]
        return LEAST_STANDING + sum(choice.widths.get(words[col], COLUMNS[col].width) for col in there)

    room = (table - SCROLL_BAR) * 100 // scale
    for col in (*free, *asked):
        if needs() <= room:
            break
        away.add(col)
    return frozenset(away)


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
