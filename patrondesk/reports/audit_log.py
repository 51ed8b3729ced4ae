"""The audit log as a report: who did what and when, in words, with the number and hash of each entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from patrondesk.records.audit import AuditLine
from patrondesk.records.tables import Column, Kind, Report, Row, Sheet

_COLUMNS = (
    Column("number", "Entry", Kind.INTEGER, width=9),
    Column("at", "When", Kind.DATETIME),
    Column("who", "Who", width=24),
    Column("what", "What", width=90, wrap=True),
    Column("operation", "Operation", width=22),
    Column("patron", "Patron number", Kind.IDENTIFIER, width=14),
    Column("batch", "Purge", Kind.IDENTIFIER, width=9),
    Column("clock", "Clock", width=22),
    Column("hash", "Hash", Kind.IDENTIFIER, width=68),
)
SET_BACK = "The computer's clock had been set back: this time lies before that of the entry before it."


def build(entries: Iterable[AuditLine], library: str, made_at: dt.datetime, rehearsal: dt.date | None = None) -> Report:
    """The report of these entries, in their order; they are read one by one. `made_at` is aware."""
    return Report("Audit log", library, made_at, (Sheet("Audit log", _COLUMNS, _rows(entries)),), rehearsal=rehearsal)


def _rows(entries: Iterable[AuditLine]) -> Iterator[Row]:
    for one in entries:
        yield (
            one.number,
            one.at,
            one.who,
            one.words,
            one.operation,
            None if one.patron_id is None else str(one.patron_id),
            None if one.batch is None else str(one.batch),
            "Had been set back" if one.set_back else None,
            one.hash,
        )
