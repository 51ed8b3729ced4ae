"""A list of patrons as a report: who they are, their place in the school, how they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from patrondesk.records.patrons import PatronLine
from patrondesk.records.tables import Column, Kind, Report, Row, Sheet

_COLUMNS = (
    Column("name", "Name", width=30, strong=True),
    Column("username", "Username", Kind.IDENTIFIER),
    Column("barcode", "Barcode", Kind.IDENTIFIER),
    Column("external_id", "District ID", Kind.IDENTIFIER),
    Column("patron_type", "Type", width=12),
    Column("user_group", "User group"),
    Column("year_level", "Year level", width=12),
    Column("homeroom", "Homeroom", Kind.IDENTIFIER, width=12),
    Column("cohort", "Cohort"),
    Column("state", "State", width=13),
    Column("blocked", "Blocked", width=10),
    Column("keep", "Keep", width=8),
    Column("expiry_date", "Expires", Kind.DATE),
    Column("purge_date", "Purge date", Kind.DATE),
    Column("deactivated_on", "Deactivated", Kind.DATE),
    Column("last_activity", "Last activity", Kind.DATE),
    Column("open_loans", "On loan", Kind.INTEGER),
    Column("balance", "Owes", Kind.MONEY),
    Column("unknown", "Bills of unknown amount", Kind.INTEGER, width=12),
)


def build(
    lines: Iterable[PatronLine], library: str, made_at: dt.datetime, currency: str, rehearsal: dt.date | None = None
) -> Report:  # fmt: skip
    """The report of these patrons, in their order; they are read one by one. `made_at` is aware."""
    return Report("Patrons", library, made_at, (Sheet("Patrons", _COLUMNS, _rows(lines)),), currency, rehearsal)


def _rows(lines: Iterable[PatronLine]) -> Iterator[Row]:
    for one in lines:
        yield (
            one.name, one.username, one.barcode, one.external_id, one.patron_type, one.user_group, one.year_level, one.homeroom,
            one.cohort, "Active" if one.enabled else "Deactivated", "Yes" if one.blocked else None,
            "Yes" if one.protected else None, one.expiry_date, one.purge_date, one.deactivated_on, one.last_activity,
            one.open_loans, one.balance, one.unknown_fines or None,
        )  # fmt: skip
