"""Pictures of whole databases, table by table, and how two of them differ."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.database import Database
from patrondesk.models import Base

# What an undo need not bring back: the log of what was done, and what the purge wrote about itself.
_PLANS = {"purge_plans", "purge_plan_lines"}
TRACES = {"audit_entries", "backups", "batches", "batch_lines", "batch_events", "tombstones", "alembic_version"} | _PLANS


def picture(database: Database, *, without: frozenset[str] | set[str] = frozenset()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in order; traces of purges and the undo archive left out, besides the tables named."""
    with database.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in TRACES | without and not table.name.startswith("archive_")
        }


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, tuple[list[Any], list[Any]]]:
    """{table: (rows lost, rows new)} for the tables that are not the same."""
    return {
        name: ([row for row in before[name] if row not in after[name]], [row for row in after[name] if row not in before[name]])
        for name in before
        if before[name] != after[name]
    }
