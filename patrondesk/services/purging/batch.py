"""A batch's life: begun from a frozen plan, finished, interrupted, taken up again or closed."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from patrondesk import claims
from patrondesk.database import Database, keys, lock_library
from patrondesk.errors import NotFound, Refused
from patrondesk.models.audit import BackupRecord
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.models.purge import Batch
from patrondesk.records.ids import BatchId, LibraryId, PlanId
from patrondesk.records.plans import PlanState, Remainder
from patrondesk.records.purging import DELETE, ArchiveState, BatchState, Override, Plan
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation, require
from patrondesk.services.policy import read_policy
from patrondesk.services.purging import kinds, plans
from patrondesk.services.purging.plan import check_overrides


def is_dead(database: Database, batch: Batch) -> bool:
    """Whether a batch that is called running is not: whoever ran it would still hold the claim."""
    return batch.state == BatchState.RUNNING.value and not claims.claimed(database, claims.PURGING, batch.library_id)


def is_live(database: Database, batch: Batch) -> bool:
    """Whether a run is under way."""
    return batch.state == BatchState.RUNNING.value and not is_dead(database, batch)


def running(database: Database, library_id: LibraryId) -> contextlib.AbstractContextManager[None]:
    """To be held from before a batch begins until it has ended. Raises Busy while another purge runs in this library."""
    return claims.claim(database, claims.PURGING, library_id)


def _take_over(work: Work) -> None:
    """Whoever holds the claim knows that any other run is dead: it is called interrupted, wholly done or not by chunks."""
    assert claims.held_here(work.office.database, claims.PURGING, work.library_id), "a run begins within `running`"
    lock_library(work.session, work.library_id)
    work.session.execute(
        sa.update(Batch)
        .where(Batch.library_id == work.library_id, Batch.state == BatchState.RUNNING.value)
        .values(state=BatchState.INTERRUPTED.value, finished_at=Batch.heartbeat_at)
    )


def _settings_changed() -> Refused:
    return Refused(
        "The library's settings changed since this was confirmed. Nothing was purged.",
        "Look at the preview again.",
        "SETTINGS_CHANGED",
    )


@operation(Permission.PURGE)
def begin(
    work: Work, plan: Plan, *, plan_id: PlanId | None = None, backup_path: str | None = None, comment: str | None = None
) -> BatchId:
    """Opens a batch for a frozen plan and stores the plan's own overrides with it; within `running`.

    `plan_id` names the kept plan that `plan` was read from; without it the plan is kept now, so that the run can go on
    after a crash.
    """
    session, now = work.session, work.clock.now()
    require(work.office, kinds.right_of(plan.source))
    if plan.source == DELETE and plan.planned != 1:
        raise Refused("A deletion is of one patron.", "Purge several patrons together instead.", "ONE_ONLY")
    _take_over(work)
    if plan.overrides:
        require(work.office, Permission.PURGE_OVERRIDE)
        check_overrides(plan.overrides)
    policy = kinds.rules_of(read_policy(session, work.library_id), plan.source, plan.criteria)
    if (plan.retain_loans, plan.undo_days, plan.facets_dropped) != (policy.retain_loans, policy.undo_days, policy.facets_dropped):
        raise _settings_changed()
    kept = plans.take(work, plan_id, plan) if plan_id is not None else plans.keep(work, plan, PlanState.RUN)
    backup = session.scalar(sa.select(BackupRecord.id).where(BackupRecord.path == backup_path)) if backup_path else None
    batch = Batch(
        library_id=work.library_id,
        started_at=now,
        heartbeat_at=now,
        operator_id=work.actor.staff_id,
        source=plan.source,
        state=BatchState.RUNNING.value,
        archive=ArchiveState.PRESENT.value,
        plan_id=kept,
        planned=plan.planned,
        vanished=len(plan.unknown),
        not_reached=plan.planned - len(plan.unknown),
        undo_until=work.clock.real_today() + dt.timedelta(days=policy.undo_days) if policy.undo_days else None,
        retain_loans=policy.retain_loans,
        backup_id=backup,
        comment=comment,
        policy=plans.told_policy(policy),
        criteria=plan.criteria,
    )
    session.add(batch)
    session.flush()
    if plan.overrides:
        _set_aside(work, batch.id, plan.overrides)
    work.record(
        "purge.begin",
        {
            "batch": batch.id,
            "plan": kept,
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


def _set_aside(work: Work, batch_id: int, overrides: Sequence[Override]) -> None:
    """The plan's own overrides, for this batch alone, as far as their patrons are there."""
    session = work.session
    present = set(session.scalars(sa.select(Patron.id).where(Patron.id.in_(keys(session, [o.patron_id for o in overrides])))))
    session.add_all(
        GuardOverride(
            patron_id=o.patron_id,
            code=o.code,
            comment=o.comment,
            author_id=work.actor.staff_id,
            created_at=work.clock.now(),
            batch_id=batch_id,
        )
        for o in {(o.patron_id, o.code): o for o in overrides}.values()
        if o.patron_id in present
    )


@operation(Permission.PURGE)
def finish(work: Work, batch_id: BatchId, *, stopped: bool) -> BatchState:
    """Closes a batch, unless its last chunk did. Returns its state."""
    batch = own_batch(work, batch_id)
    if batch.state == BatchState.RUNNING.value:
        assert stopped or batch.not_reached == 0, "a batch that was not stopped did not reach everybody"
        _end(work, batch, stopped=stopped)
    return BatchState(batch.state)


def end_when_all_reached(work: Work, batch: Batch) -> None:
    """Closes a batch together with its last chunk: killed in between it would be called interrupted, with nobody left."""
    if batch.not_reached == 0:
        _end(work, batch, stopped=False)


def _end(work: Work, batch: Batch, *, stopped: bool) -> None:
    """Its numbers must add up. Overrides that were made for it alone go with it."""
    assert batch.planned == batch.purged + batch.refused + batch.vanished + batch.not_reached, "the batch does not add up"
    exceptions = batch.refused or batch.vanished
    state = BatchState.STOPPED if stopped else BatchState.COMPLETED_WITH_EXCEPTIONS if exceptions else BatchState.COMPLETED
    batch.state, batch.finished_at = state.value, work.clock.now()
    work.session.execute(sa.delete(GuardOverride).where(GuardOverride.batch_id == batch.id))
    work.record(
        "purge.finish",
        {
            "batch": batch.id,
            "state": state.value,
            "planned": batch.planned,
            "purged": batch.purged,
            "refused": batch.refused,
            "vanished": batch.vanished,
            "not_reached": batch.not_reached,
        },
    )


@operation(Permission.PURGE)
def interrupt(work: Work, batch_id: BatchId) -> None:
    """Says that a run ended before its time: what is done is done, nothing is half done. One that had ended stays so."""
    batch = own_batch(work, batch_id)
    if batch.state != BatchState.RUNNING.value:
        return
    batch.state, batch.finished_at = BatchState.INTERRUPTED.value, work.clock.now()
    work.record("purge.interrupt", {"batch": batch_id, "purged": batch.purged, "not_reached": batch.not_reached})


@operation(Permission.PURGE)
def reopen(work: Work, batch_id: BatchId, *, backup_path: str | None = None) -> Remainder:
    """Takes up a batch that was stopped or interrupted: those of its plan whom it did not reach, as they were planned.

    Within `running`. Raises Refused when nobody is left, when some of it was undone or destroyed, or when the
    library's settings are not those it began with. The undo date is counted anew, so that it is never too short.
    """
    session, now = work.session, work.clock.now()
    _take_over(work)
    batch = own_batch(work, batch_id)
    require(work.office, kinds.right_of(batch.source))
    policy = kinds.rules_of(read_policy(session, work.library_id), batch.source, batch.criteria)
    if batch.state not in (BatchState.INTERRUPTED.value, BatchState.STOPPED.value) or not batch.not_reached:
        raise Refused(
            f"Nobody of batch {batch_id} is left to purge.", "Look at the batch with: patrondesk batches show", "NOBODY"
        )
    if batch.archive != ArchiveState.PRESENT.value:
        raise Refused(
            f"Batch {batch_id} was undone or destroyed in part, so it does not go on.",
            "Close it, and purge the others afresh.",
            "NOT_WHOLE",
        )
    if plans.told_policy(policy) != batch.policy:
        raise _settings_changed()
    if batch.plan_id is None:
        raise Refused(
            f"Batch {batch_id} was begun by an older version, which kept no plan to go on with.",
            "Close it, and purge the others afresh.",
            "NO_PLAN",
        )
    rest = plans.find_rest(work, batch.plan_id, batch_id)
    assert len(rest.patrons) == batch.not_reached, "the plan and the batch do not agree on who is left"
    if rest.overrides:
        require(work.office, Permission.PURGE_OVERRIDE)
    session.execute(sa.delete(GuardOverride).where(GuardOverride.batch_id == batch_id))
    _set_aside(work, batch_id, rest.overrides)
    batch.state, batch.heartbeat_at, batch.finished_at = BatchState.RUNNING.value, now, None
    if backup_path:
        batch.backup_id = session.scalar(sa.select(BackupRecord.id).where(BackupRecord.path == backup_path)) or batch.backup_id
    if policy.undo_days:
        batch.undo_until = work.clock.real_today() + dt.timedelta(days=policy.undo_days)
    work.record("purge.resume", {"batch": batch_id, "left": batch.not_reached, "backup": batch.backup_id})
    return rest


@operation(Permission.PURGE)
def close(work: Work, batch_id: BatchId) -> None:
    """Ends an interrupted batch where it stands: who was not reached stays. Raises NotFound, Refused."""
    lock_library(work.session, work.library_id)
    batch = own_batch(work, batch_id)
    if batch.state != BatchState.INTERRUPTED.value and not is_dead(work.office.database, batch):
        raise Refused(f"Batch {batch_id} was not interrupted.", "There is nothing to close.", "NOT_INTERRUPTED")
    batch.state, batch.finished_at = BatchState.STOPPED.value, batch.finished_at or batch.heartbeat_at
    work.session.execute(sa.delete(GuardOverride).where(GuardOverride.batch_id == batch_id))
    work.record("purge.close", {"batch": batch_id, "purged": batch.purged, "not_reached": batch.not_reached})


def own_batch(work: Work, batch_id: BatchId) -> Batch:
    """The batch of the current library. Raises NotFound."""
    batch = work.session.get(Batch, batch_id)
    if batch is None or batch.library_id != work.library_id:
        raise NotFound(f"There is no batch {batch_id}.", "See all of them with: patrondesk batches list")
    return batch
