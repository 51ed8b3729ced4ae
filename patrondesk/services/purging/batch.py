"""A batch's life: begun, finished, listed, and shown with everybody in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import keys, lock_library
from patrondesk.errors import Busy, NotFound, Refused
from patrondesk.models.archive import TWINS
from patrondesk.models.audit import BackupRecord
from patrondesk.models.base import table_of
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import BatchId, LibraryId, PatronId
from patrondesk.records.purging import (
    ArchiveState,
    BatchResult,
    BatchState,
    Outcome,
    Plan,
    PurgedPatron,
    RefusedPatron,
)
from patrondesk.records.purging import BatchLine as BatchRecord
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason, Severity
from patrondesk.services import names, verdict
from patrondesk.services.door import Work, operation, require
from patrondesk.services.policy import read_policy
from patrondesk.services.purging.plan import check_overrides

# A run that has not written for this long is taken to be dead.
SILENT = dt.timedelta(minutes=5)


def live(now: dt.datetime) -> sa.ColumnElement[bool]:
    """The condition on batches: a run is under way, and was heard of lately."""
    return sa.and_(Batch.state == BatchState.RUNNING.value, Batch.heartbeat_at >= now - SILENT)


def is_live(batch: Batch, now: dt.datetime) -> bool:
    """The same for one batch."""
    return batch.state == BatchState.RUNNING.value and batch.heartbeat_at >= now - SILENT


def interrupt_dead(session: Session, library_id: LibraryId, now: dt.datetime) -> None:
    """Runs that a crash ended are called so: their chunks are wholly done or wholly not."""
    session.execute(
        sa.update(Batch)
        .where(Batch.library_id == library_id, Batch.state == BatchState.RUNNING.value, Batch.heartbeat_at < now - SILENT)
        .values(state=BatchState.INTERRUPTED.value, finished_at=Batch.heartbeat_at)
    )


@operation(Permission.PURGE)
def begin(work: Work, plan: Plan, *, backup_path: str | None = None, comment: str | None = None) -> BatchId:
    """Opens a batch for a frozen plan and stores the plan's own overrides with it. Raises Busy while another one runs."""
    session, now = work.session, work.clock.now()
    lock_library(session, work.library_id)
    interrupt_dead(session, work.library_id, now)
    running = session.scalar(
        sa.select(Batch.id).where(Batch.library_id == work.library_id, Batch.state == BatchState.RUNNING.value).limit(1)
    )
    if running is not None:
        raise Busy(f"Another purge is running (batch {running}).", "Wait until it is finished, then try again.", "PURGE_RUNNING")
    if plan.overrides:
        require(work.office, Permission.PURGE_OVERRIDE)
        check_overrides(plan.overrides)
    policy = read_policy(session, work.library_id)
    if (plan.retain_loans, plan.undo_days, plan.facets_dropped) != (policy.retain_loans, policy.undo_days, policy.facets_dropped):
        raise Refused(
            "The library's settings changed since this was confirmed. Nothing was purged.",
            "Look at the preview again.",
            "SETTINGS_CHANGED",
        )
    backup = session.scalar(sa.select(BackupRecord.id).where(BackupRecord.path == backup_path)) if backup_path else None
    batch = Batch(
        library_id=work.library_id,
        started_at=now,
        heartbeat_at=now,
        operator_id=work.actor.staff_id,
        source=plan.source,
        state=BatchState.RUNNING.value,
        archive=ArchiveState.PRESENT.value,
        planned=plan.planned,
        vanished=len(plan.unknown),
        not_reached=plan.planned - len(plan.unknown),
        undo_until=work.clock.real_today() + dt.timedelta(days=policy.undo_days) if policy.undo_days else None,
        retain_loans=policy.retain_loans,
        backup_id=backup,
        comment=comment,
        policy={
            "retain_loans": policy.retain_loans,
            "facets_dropped": list(policy.facets_dropped),
            "undo_days": policy.undo_days,
            "balance_threshold": policy.balance_threshold,
            "currency": policy.currency,
        },
        criteria=plan.criteria,
    )
    session.add(batch)
    session.flush()
    present = set(
        session.scalars(sa.select(Patron.id).where(Patron.id.in_(keys(session, [o.patron_id for o in plan.overrides]))))
    )
    session.add_all(
        GuardOverride(
            patron_id=o.patron_id,
            code=o.code,
            comment=o.comment,
            author_id=work.actor.staff_id,
            created_at=now,
            batch_id=batch.id,
        )
        for o in {(o.patron_id, o.code): o for o in plan.overrides}.values()
        if o.patron_id in present
    )
    work.record(
        "purge.begin",
        {
            "batch": batch.id,
            "planned": plan.planned,
            "source": plan.source,
            "backup": backup,
            "retain_loans": policy.retain_loans,
            "undo_days": policy.undo_days,
            "overrides": sorted({o.code for o in plan.overrides}),
            "made_at": plan.made_at.isoformat(),
        },
    )
    return BatchId(batch.id)


@operation(Permission.PURGE)
def finish(work: Work, batch_id: BatchId, *, stopped: bool) -> BatchState:
    """Closes a batch; its numbers must add up. Overrides that were made for it alone go with it."""
    batch = _own(work, batch_id)
    assert batch.planned == batch.purged + batch.refused + batch.vanished + batch.not_reached, "the batch does not add up"
    assert stopped or batch.not_reached == 0, "a batch that was not stopped did not reach everybody"
    exceptions = batch.refused or batch.vanished
    state = BatchState.STOPPED if stopped else BatchState.COMPLETED_WITH_EXCEPTIONS if exceptions else BatchState.COMPLETED
    batch.state, batch.finished_at = state.value, work.clock.now()
    work.session.execute(sa.delete(GuardOverride).where(GuardOverride.batch_id == batch_id))
    work.record(
        "purge.finish",
        {
            "batch": batch_id,
            "state": state.value,
            "planned": batch.planned,
            "purged": batch.purged,
            "refused": batch.refused,
            "vanished": batch.vanished,
            "not_reached": batch.not_reached,
        },
    )
    return state


@operation(Permission.PURGE)
def interrupt(work: Work, batch_id: BatchId) -> None:
    """Says that a run ended before its time: what is done is done, nothing is half done."""
    batch = _own(work, batch_id)
    batch.state, batch.finished_at = BatchState.INTERRUPTED.value, work.clock.now()
    work.record("purge.interrupt", {"batch": batch_id, "purged": batch.purged, "not_reached": batch.not_reached})


def _own(work: Work, batch_id: BatchId) -> Batch:
    batch = work.session.get(Batch, batch_id)
    if batch is None or batch.library_id != work.library_id:
        raise NotFound(f"There is no batch {batch_id}.", "See all of them with: patrondesk batches list")
    return batch


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
    return [_record(batch, operator, number, work.clock.now()) for batch, operator, number in rows]


def _record(batch: Batch, operator: str, undone: int, now: dt.datetime) -> BatchRecord:
    state = BatchState(batch.state)
    if state is BatchState.RUNNING and batch.heartbeat_at < now - SILENT:
        state = BatchState.INTERRUPTED
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
    batch = _own(work, batch_id)
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
        _record(batch, operator, undone, work.clock.now()),
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


def worded(told: dict[str, Any], patron_id: PatronId, currency: str, work: Work) -> Reason:
    """A stored reason in words again."""
    text, lifts = verdict.words(told["code"], patron_id, told["count"], told["amount"], currency, work)
    return Reason(
        told["code"],
        told["count"],
        told["amount"],
        Severity(told["severity"]),
        text,
        lifts,
        overridden=bool(told.get("overridden")),
    )
