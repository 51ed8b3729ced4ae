"""A purge from a frozen plan: backup first, then chunk by chunk, stoppable between chunks; a chunk at fault is split."""

from __future__ import annotations

import contextlib
import dataclasses
import logging

from sqlalchemy.exc import DBAPIError

from patrondesk.errors import DeskError
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import ArchiveState, BatchResult, Plan
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.services import backup, checking, door
from patrondesk.services.office import Office
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging import destroy
from patrondesk.services.purging.chunk import purge_chunk, refuse_one

CHUNK = 5000
Held = dict[PatronId, tuple[Reason, ...]]
_log = logging.getLogger(__name__)


def run(office: Office, plan: Plan, ticket: Ticket, *, comment: str | None = None, chunk: int = CHUNK) -> BatchResult:
    """Runs the plan and returns the batch with everybody in it.

    The permission is asked before the backup is made. On a server there is no backup: the district's own apply. With no
    undo days the archive is destroyed once the result has been read and the library verified; the result keeps the names
    for the caller. When something is found wrong, archive and backup stay until upkeep destroys them.
    """
    needed = [Permission.PURGE, Permission.VIEW_PATRONS]
    door.require(office, *needed, *([Permission.PURGE_OVERRIDE] if plan.overrides else []))
    made = None
    if office.database.is_file:
        ticket.progress(0, plan.planned, "backup")
        made = backup.make_backup(office, purpose="before a purge").path
    batch_id = batches.begin(office, plan, backup_path=made, comment=comment)
    people = [(patron.id, patron.version) for patron in plan.patrons]
    held = {patron.id: patron.reasons for patron in plan.held}
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
    result = batches.read_batch(office, batch_id)
    if plan.undo_days == 0 and not checking.find_problems(office) and destroy.destroy_at_once(office, batch_id):
        gone = dataclasses.replace(result.batch, archive=ArchiveState.DESTROYED, comment=None)
        result = dataclasses.replace(result, batch=gone, backup=None)
    return result


def _purge_or_split(office: Office, batch_id: BatchId, part: list[tuple[PatronId, int]], held: Held) -> None:
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
