"""Backups listed: when, why, how large, and how long each may stay because of the purged people in it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk.models.audit import BackupRecord
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.backups import BackupLine
from patrondesk.records.purging import ArchiveState, Outcome
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.door import Work, operation


@operation(Permission.VIEW_PATRONS, reads=True)
def list_backups(work: Work) -> list[BackupLine]:
    """All backups that are still kept, the newest first."""
    folder = work.office.backups_folder()
    purges = _purges(work)
    rows = work.session.scalars(
        sa.select(BackupRecord)
        .where(BackupRecord.destroyed_at.is_(None))
        .order_by(BackupRecord.made_at.desc(), BackupRecord.id.desc())
    )
    found = []
    for row in rows:
        path = backup.find_file(work.office, row.path)
        held = [(number, last) for number, last, destroyed_at in purges if destroyed_at is None or destroyed_at >= row.made_at]
        days = [last for _, last in held] + ([row.expires_on] if row.expires_on else [])
        found.append(
            BackupLine(
                row.id,
                str(path),
                row.made_at,
                row.purpose,
                row.size,
                row.patrons,
                path.exists(),
                folder is not None and path.parent == folder,
                sum(number for number, _ in held),
                min(days, default=None),
            )
        )
    return found


def _purges(work: Work) -> list[tuple[int, dt.date, dt.datetime | None]]:
    """Purges with somebody in them: how many are gone, the day on which backups of them go, when the archive was destroyed."""
    gone = (
        sa.select(sa.func.count())
        .select_from(BatchLine)
        .where(BatchLine.batch_id == Batch.id, BatchLine.outcome == Outcome.PURGED.value, BatchLine.undone_at.is_(None))
        .correlate(Batch)
        .scalar_subquery()
    )
    rows = work.session.execute(
        sa.select(Batch.undo_until, Batch.started_at, Batch.destroyed_at, gone).where(
            Batch.library_id == work.library_id, Batch.archive != ArchiveState.UNDONE.value
        )
    )
    return [
        (number, (until or started.astimezone().date()) + backup.AFTER_UNDO, destroyed_at)
        for until, started, destroyed_at, number in rows
        if number
    ]
