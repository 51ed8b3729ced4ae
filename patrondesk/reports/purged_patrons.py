"""The report of one purge: who went with what, who stayed and why, and the sum."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from patrondesk.records.purging import ArchiveState, BatchResult, BatchState
from patrondesk.records.tables import Amount, Column, Kind, Report, Row, Sheet

_PURGED = (
    Column("name", "Name", width=30),
    Column("username", "Username", Kind.IDENTIFIER),
    Column("barcode", "Barcode", Kind.IDENTIFIER),
    Column("external_id", "External id", Kind.IDENTIFIER),
    Column("patron_type", "Type", width=12),
    Column("user_group", "Group"),
    Column("year_level", "Year level", width=12),
    Column("homeroom", "Homeroom", width=12),
    Column("deactivated_on", "Deactivated on", Kind.DATE),
    Column("deactivated_by", "Deactivated by"),
    Column("deactivated_reason", "Reason for deactivating", width=24),
    Column("purged_at", "Purged at", Kind.DATETIME),
    Column("purged_by", "Purged by"),
    Column("loans_kept", "Past loans kept", Kind.INTEGER),
    Column("loans_deleted", "Past loans deleted", Kind.INTEGER),
    Column("loans_written_off", "Loans written off", Kind.INTEGER),
    Column("fines_waived", "Fines waived", Kind.INTEGER),
    Column("amount_waived", "Amount waived", Kind.MONEY),
    Column("reservations_cancelled", "Reservations cancelled", Kind.INTEGER, width=13),
    Column("overridden", "Overridden", width=22, wrap=True),
    Column("undone", "Undone", width=9),
)
_REFUSED = (
    Column("name", "Name", width=30),
    Column("username", "Username", Kind.IDENTIFIER),
    Column("barcode", "Barcode", Kind.IDENTIFIER),
    Column("year_level", "Year level", width=12),
    Column("homeroom", "Homeroom", width=12),
    Column("reason_count", "Reasons", Kind.INTEGER),
    Column("reasons", "Why the patron stays", width=50, wrap=True),
    Column("lifts", "What lifts it", width=50, wrap=True),
    Column("changed", "Changed since preview", width=14),
)
_SUMMARY = (
    Column("what", "What", width=32, strong=True),
    Column("value", "Value", Kind.MIXED, width=60, align="left", wrap=True),
)

_NAMES_GONE = "Names and identifiers are no longer kept: they went with what an undo would have needed."
_DELETED = "Past loans are deleted with the patron; nothing is kept for statistics."
_STATES = {
    BatchState.RUNNING: "Running",
    BatchState.COMPLETED: "Completed",
    BatchState.COMPLETED_WITH_EXCEPTIONS: "Completed, with patrons refused",
    BatchState.STOPPED: "Stopped by a person",
    BatchState.INTERRUPTED: "Interrupted",
}


def build(result: BatchResult, made_at: dt.datetime, rehearsal: dt.date | None = None) -> Report:
    """The report of a batch. `made_at` is aware; `rehearsal` is the business date where it was moved."""
    notes = () if result.names_available else (_NAMES_GONE,)
    did = result.batch.did.capitalize()
    columns = tuple(replace(column, heading=column.heading.replace("Purged", did)) for column in _PURGED)
    sheets = (
        Sheet(f"{did} patrons", columns, _purged(result), notes),
        Sheet("Refused", _REFUSED, _refused(result)),
        Sheet("Summary", _SUMMARY, _summary(result, rehearsal), filtered=False),
    )
    return Report(f"{did} patrons, batch {result.batch.id}", result.library, made_at, sheets, result.currency, rehearsal)


def _purged(result: BatchResult) -> Iterator[Row]:
    for p in result.purged:
        yield (
            *(p.name, p.username, p.barcode, p.external_id, p.patron_type, p.user_group, p.year_level, p.homeroom),
            *(p.deactivated_on, p.deactivated_by, p.deactivated_reason, p.purged_at, result.batch.operator),
            *(p.loans_kept, p.loans_deleted, p.loans_written_off, p.fines_waived, p.amount_waived, p.reservations_cancelled),
            *("\n".join(p.overridden), "yes" if p.undone else None),
        )


def _refused(result: BatchResult) -> Iterator[Row]:
    for p in result.refused:
        holding = [reason for reason in p.reasons if not reason.overridden]
        texts = [f"{reason.text} (overridden)" if reason.overridden else reason.text for reason in p.reasons]
        lifts = dict.fromkeys(reason.lifts for reason in holding)
        yield (
            *(p.name, p.username, p.barcode, p.year_level, p.homeroom),
            *(len(holding), "\n".join(texts), "\n".join(lifts), "yes" if p.changed_since_preview else None),
        )


def _summary(result: BatchResult, rehearsal: dt.date | None) -> Iterator[Row]:
    batch = result.batch
    yield "Library", result.library
    yield "Batch", str(batch.id)
    yield "State", _STATES[batch.state]
    yield f"{batch.did.capitalize()} by", batch.operator
    yield "Started", batch.started_at
    yield "Finished", batch.finished_at or "Not finished"
    yield "Source", batch.source
    if batch.comment:
        yield "Comment", batch.comment
    yield "Planned", batch.planned
    yield batch.did.capitalize(), batch.purged
    yield "Refused", batch.refused
    yield "Vanished since the plan was made", batch.vanished
    yield "Not reached", batch.not_reached
    yield "Past loans", _DELETED if batch.deletion else _retained(batch.retain_loans)
    yield "Past loans kept", result.loans_kept
    yield "Past loans deleted", result.loans_deleted
    yield "Fines waived", result.fines_waived
    yield "Amount waived", Amount(result.amount_waived)
    yield "Currency", result.currency
    yield "Reservations cancelled", result.reservations_cancelled
    yield "Undo is possible until", _undo(result)
    if batch.undone:
        yield "Undone", batch.undone
    yield "Backup made before", re.split(r"[\\/]", result.backup)[-1] if result.backup else "None"
    if rehearsal:
        yield "Rehearsal, business date", rehearsal
    for word in result.vanished:
        yield "Vanished", word


def _retained(kept: bool) -> str:
    if kept:
        return "Past loans stay for the statistics, without the person."
    return "Past loans are deleted; circulation reports count present patrons only."


def _undo(result: BatchResult) -> str | dt.date:
    batch = result.batch
    if batch.archive is ArchiveState.UNDONE:
        return "Undone"
    if batch.archive is ArchiveState.DESTROYED or batch.undo_until is None:
        return "Cannot be undone"
    return batch.undo_until
