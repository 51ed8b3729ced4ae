"""Batches listed, and one shown with everybody in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import keys
from patrondesk.models.archive import TWINS
from patrondesk.models.audit import BackupRecord
from patrondesk.models.base import table_of
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import ArchiveState, BatchResult, BatchState, Outcome, PurgedPatron, RefusedPatron
from patrondesk.records.purging import BatchLine as BatchRecord
from patrondesk.records.staff import Permission
from patrondesk.services import names
from patrondesk.services.door import Work, operation
from patrondesk.services.purging.batch import is_dead, own_batch
from patrondesk.services.purging.telling import worded


@operation(Permission.VIEW_PATRONS, reads=True)
def list_batches(work: Work) -> list[BatchRecord]:
    """All batches of the library, the newest first."""
    undone = (
        sa.select(sa.func.count())
        .select_from(BatchLine)
        .where(BatchLine.batch_id == Batch.id, BatchLine.undone_at.is_not(None))
        .correlate(Batch)
        .scalar_subquery()
    )
    rows = work.session.execute(
        sa.select(Batch, StaffAccount.display_name, undone)
        .join(StaffAccount, StaffAccount.id == Batch.operator_id)
        .where(Batch.library_id == work.library_id)
        .order_by(Batch.id.desc())
    )
    return [_record(work, batch, operator, number) for batch, operator, number in rows]


def _record(work: Work, batch: Batch, operator: str, undone: int) -> BatchRecord:
    state = BatchState.INTERRUPTED if is_dead(work.office.database, batch) else BatchState(batch.state)
    return BatchRecord(
        BatchId(batch.id),
        batch.started_at,
        batch.finished_at,
        operator,
        batch.source,
        state,
        ArchiveState(batch.archive),
        batch.planned,
        batch.purged,
        batch.refused,
        batch.vanished,
        batch.not_reached,
        undone,
        batch.undo_until,
        batch.retain_loans,
        batch.comment,
    )


@operation(Permission.VIEW_PATRONS, reads=True)
def read_batch(work: Work, batch_id: BatchId) -> BatchResult:
    """A batch with everybody in it. Names come from the archive; when it is destroyed, only numbers and internal ids stay."""
    session = work.session
    batch = own_batch(work, batch_id)
    operator = session.scalar(sa.select(StaffAccount.display_name).where(StaffAccount.id == batch.operator_id)) or ""
    lines = session.scalars(sa.select(BatchLine).where(BatchLine.batch_id == batch_id).order_by(BatchLine.patron_id)).all()
    people = _people(session, batch_id, lines)
    currency = str(batch.policy["currency"])
    purged = [_purged(line, people.get(line.patron_id)) for line in lines if line.outcome == Outcome.PURGED.value]
    refused = [
        _refused(line, people.get(line.patron_id), currency, work) for line in lines if line.outcome == Outcome.REFUSED.value
    ]
    backup = session.get(BackupRecord, batch.backup_id) if batch.backup_id else None
    undone = sum(1 for line in lines if line.undone_at is not None)
    return BatchResult(
        _record(work, batch, operator, undone),
        work.actor.library_name,
        tuple(sorted(purged, key=lambda p: (people[p.id]["sort_key"] if p.id in people else "", p.id))),
        tuple(sorted(refused, key=lambda p: (people[p.id]["sort_key"] if p.id in people else "", p.id))),
        tuple(str(line.patron_id) for line in lines if line.outcome == Outcome.VANISHED.value),
        sum(p.loans_kept for p in purged),
        sum(p.loans_deleted for p in purged),
        sum(p.fines_waived for p in purged),
        sum(p.amount_waived for p in purged),
        sum(p.reservations_cancelled for p in purged),
        backup.path if backup else None,
        currency,
        all(p.id in people for p in purged),
    )


def _people(session: Session, batch_id: BatchId, lines: Sequence[BatchLine]) -> dict[int, dict[str, Any]]:
    """Who the lines speak of: from the archive for the purged, from the patrons for those who stayed or are back."""
    twin, patron = TWINS["patrons"], table_of(Patron)
    found: dict[int, dict[str, Any]] = {}
    staff = table_of(StaffAccount)
    for table, where in (
        (patron, patron.c.id.in_(keys(session, [line.patron_id for line in lines]))),
        (twin, twin.c.purge_id == batch_id),
    ):
        rows = session.execute(
            sa.select(
                *table.columns,
                PatronType.name.label("patron_type"),
                UserGroup.name.label("user_group"),
                YearLevel.name.label("year_level"),
                staff.c.display_name.label("deactivated_by"),
            )
            .outerjoin(PatronType, PatronType.id == table.c.patron_type_id)
            .outerjoin(UserGroup, UserGroup.id == table.c.user_group_id)
            .outerjoin(YearLevel, YearLevel.id == table.c.year_level_id)
            .outerjoin(staff, staff.c.id == table.c.deactivated_by_id)
            .where(where)
        )
        found.update((row["id"], dict(row)) for row in rows.mappings())
    return found


def _named(line: BatchLine, person: dict[str, Any] | None) -> str:
    return (
        names.legal_name(person["family_name"], person["given_name"], person["middle_name"])
        if person
        else f"Patron {line.patron_id}"
    )


def _purged(line: BatchLine, person: dict[str, Any] | None) -> PurgedPatron:
    who: dict[str, Any] = person or defaultdict(lambda: None)
    assert line.at is not None
    at = who["deactivated_at"]
    return PurgedPatron(
        PatronId(line.patron_id),
        who["username"],
        who["barcode"],
        who["external_id"],
        _named(line, person),
        who["patron_type"],
        who["user_group"],
        who["year_level"],
        who["homeroom"],
        at.astimezone().date() if at else None,
        names.deactivated_by_whom(who["deactivated_through"], who["deactivated_by"]),
        who["deactivated_reason"],
        line.at,
        line.loans_kept,
        line.loans_deleted,
        line.loans_written_off,
        line.fines_waived,
        line.amount_waived,
        line.reservations_cancelled,
        line.undone_at is not None,
        tuple(told["code"] for told in line.reasons if told.get("overridden")),
    )


def _refused(line: BatchLine, person: dict[str, Any] | None, currency: str, work: Work) -> RefusedPatron:
    who: dict[str, Any] = person or defaultdict(lambda: None)
    return RefusedPatron(
        PatronId(line.patron_id),
        who["username"],
        who["barcode"],
        _named(line, person),
        who["year_level"],
        who["homeroom"],
        tuple(worded(told, PatronId(line.patron_id), currency, work) for told in line.reasons),
        line.changed,
    )
