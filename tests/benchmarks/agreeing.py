"""Whether our answer and the plainest program's are the same: a limit that does less would be no limit."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import plainest

from patrondesk.records.patrons import Candidate, CandidatesPage
from patrondesk.services import names

# The tables that a purge may touch, and those columns in which two runs may differ (times, and the pseudonyms' dice).
_FREE = {
    "batch_lines": {"at"},
    "batches": {"started_at", "heartbeat_at", "finished_at", "source", "policy", "criteria"},
    "purge_plans": {"made_at", "policy", "criteria", "source"},
    "archive_pseudonyms": {"pseudonym"},
    "loans": {"pseudonym"},
    "staff_accounts": {"last_signed_in_at"},
}
_WRITTEN = ("audit_entries", "settings", "alembic_version")


def same_page(ours: CandidatesPage, plain: tuple[int, list[tuple[Any, ...]], plainest.Reasons]) -> None:
    """Fails unless both have the same rows in the same order, with the same reasons."""
    total, rows, reasons = plain
    assert ours.total == total
    assert [_ours(row) for row in ours.rows] == [_plain(row, reasons) for row in rows]


def _ours(row: Candidate) -> tuple[Any, ...]:
    told = sorted((r.code, r.count, r.amount, r.overridden) for r in row.reasons)
    return (
        row.id, row.version, row.username, row.barcode, row.name, row.patron_type, row.year_level, row.homeroom, row.deactivated_on,
        row.deactivated_by, row.deactivated_reason, row.open_loans, row.balance, row.unknown_fines, row.has_portrait,
        row.last_activity, told,
    )  # fmt: skip


def _plain(row: tuple[Any, ...], reasons: plainest.Reasons) -> tuple[Any, ...]:
    (key, version, username, barcode, family, given, preferred, kind, level, homeroom, at, through, why, staff, loans, owed, unknown,
     pictured, active, signed_in) = row  # fmt: skip
    day = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC).astimezone().date()
    last = max((word[:10] for word in (active, signed_in) if word), default=None)
    return (
        key, version, username, barcode, names.full_name(family, given, preferred), kind, level, homeroom, day,
        names.deactivated_by(through, staff), why, loans, owed, unknown, bool(pictured),
        dt.date.fromisoformat(last) if last else None, sorted(reasons.get(key, ())),
    )  # fmt: skip


def same_library(ours: Path, plain: Path) -> None:
    """Fails unless two libraries hold the same after a purge, but for times, pseudonyms and the audit log's wording."""
    link = sqlite3.connect(ours, isolation_level=None)
    link.execute("ATTACH ? AS other", (str(plain),))
    tables = [
        row[0] for row in link.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]
    for table in set(tables) - set(_WRITTEN):
        columns = [row[1] for row in link.execute(f"PRAGMA main.table_info({table})") if row[1] not in _FREE.get(table, ())]
        a, b = (_rows(side, table, columns) for side in ("main", "other"))
        for one, two in ((a, b), (b, a)):
            extra = link.execute(f"SELECT * FROM ({one} EXCEPT {two}) LIMIT 3").fetchall()
            assert not extra, f"{table} differs: {extra}"
        assert len({link.execute(f"SELECT count(*) FROM {side}.{table}").fetchone() for side in ("main", "other")}) == 1, table
    link.close()


def _rows(side: str, table: str, columns: list[str]) -> str:
    """A table's rows; a kept loan with the patron whose pseudonym it has."""
    told = ", ".join(f"t.{column}" for column in columns)
    if table != "loans":
        return f"SELECT {told} FROM {side}.{table} t"
    return (
        f"SELECT {told}, a.patron_id, t.pseudonym IS NULL FROM {side}.loans t"
        f" LEFT JOIN {side}.archive_pseudonyms a ON a.pseudonym = t.pseudonym"
    )
