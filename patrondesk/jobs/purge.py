"""A purge from a frozen plan: backup first, then chunk by chunk, stoppable between chunks; a chunk at fault is split.

One that was stopped or interrupted is taken up again in the same way. The deletion of one patron is a purge of one
(`plan.source` "delete"), by its own right and rules.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from patrondesk.errors import DeskError
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.purging import DELETE, ArchiveState, BatchResult, Plan
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.services import backup, checking, door, residue
from patrondesk.services.office import Office
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging import batch_reading, destroy, kinds
from patrondesk.services.purging.chunk import purge_chunk, refuse_one

CHUNK = 5000
Held = dict[PatronId, tuple[Reason, ...]]
_log = logging.getLogger(__name__)


def run(
    office: Office, plan: Plan, ticket: Ticket, *, plan_id: PlanId | None = None, comment: str | None = None, chunk: int = CHUNK
) -> BatchResult:
    """Runs the plan and returns the batch with everybody in it. `plan_id`: the kept plan that it was read from.

    The permission is asked before the backup is made. On a server there is one only if the library wants it. With no
    undo days the archive is destroyed once the result has been read and the library verified; the result keeps the names
    for the caller. When something is found wrong, archive and backup stay until upkeep destroys them.
    """
    office = _engine(office, plan.source)
    needed = [Permission.PURGE, Permission.VIEW_PATRONS]
    door.require(office, *needed, *([Permission.PURGE_OVERRIDE] if plan.overrides else []))
    with batches.running(office.database, office.library_id):
        made = _back_up(office, ticket, plan.planned, plan.source)
        batch_id = batches.begin(office, plan, plan_id=plan_id, backup_path=made, comment=comment)
        people = [(patron.id, patron.version) for patron in plan.patrons]
        _purge_all(office, batch_id, people, {patron.id: patron.reasons for patron in plan.held}, ticket, chunk)
        return _result(office, batch_id)


def resume(office: Office, batch_id: BatchId, ticket: Ticket, *, chunk: int = CHUNK) -> BatchResult:
    """Takes up a batch that was stopped or interrupted, and returns it whole. Raises as `batch.reopen` does.

    It ends where an unbroken run would have ended; each patron is checked again, and a new backup comes first.
    """
    door.require(office, Permission.VIEW_PATRONS)
    begun = batch_reading.read_batch(office, batch_id).batch
    office = _engine(office, begun.source)
    door.require(office, Permission.PURGE)
    with batches.running(office.database, office.library_id):
        made = _back_up(office, ticket, begun.not_reached, begun.source)
        rest = batches.reopen(office, batch_id, backup_path=made)
        _purge_all(office, batch_id, rest.patrons, rest.held, ticket, chunk)
        return _result(office, batch_id)


def _engine(office: Office, source: str) -> Office:
    """Who may delete a patron needs no right to purge: the engine deletes by the other right, in this one run."""
    if source != DELETE:
        return office
    actor = door.require(office, kinds.right_of(source))
    return office.signed_in(dataclasses.replace(actor, permissions=actor.permissions | {Permission.PURGE}))


def _back_up(office: Office, ticket: Ticket, planned: int, source: str) -> str | None:
    if not backup.find_makes_one_first(office):
        return None
    ticket.progress(0, planned, "backup")
    return backup.make_backup(office, purpose=backup.BEFORE_A_DELETION if source == DELETE else backup.BEFORE_A_PURGE).path


def _purge_all(
    office: Office, batch_id: BatchId, people: Sequence[tuple[PatronId, int]], held: Held, ticket: Ticket, chunk: int
) -> None:
    """Chunk after chunk, until all are done or somebody asks to stop; then the batch is closed."""
    stopped = False
    try:
        for start in range(0, len(people), chunk):
            if ticket.stopping:
                stopped = True
                break
            part = people[start : start + chunk]
            _purge_or_split(office, batch_id, part, held)
            ticket.progress(start + len(part), len(people), "purge")
    except BaseException:
        with contextlib.suppress(DeskError):
            batches.interrupt(office, batch_id)
        raise
    batches.finish(office, batch_id, stopped=stopped)


def _result(office: Office, batch_id: BatchId) -> BatchResult:
    result = batch_reading.read_batch(office, batch_id)
    if result.batch.undo_until is not None:
        if result.batch.deletion:
            residue.check_residue(office, batch_id)
        return result
    residue.check_residue(office, batch_id)
    if not checking.find_problems(office) and destroy.destroy_at_once(office, batch_id):
        gone = dataclasses.replace(result.batch, archive=ArchiveState.DESTROYED, comment=None)
        result = dataclasses.replace(result, batch=gone, backup=None)
    return result


def _purge_or_split(office: Office, batch_id: BatchId, part: Sequence[tuple[PatronId, int]], held: Held) -> None:
    """Purges a part; when it fails for a reason that is not the world's, finds the patron at fault by halves."""
    try:
        purge_chunk(office, batch_id, dict(part), {key: held[key] for key, _ in part if key in held})
    except DeskError:
        raise
    except (DBAPIError, AssertionError):
        _log.exception("a chunk of %d failed", len(part))
        if len(part) == 1:
            refuse_one(office, batch_id, *part[0])
            return
        half = len(part) // 2
        _purge_or_split(office, batch_id, part[:half], held)
        _purge_or_split(office, batch_id, part[half:], held)
