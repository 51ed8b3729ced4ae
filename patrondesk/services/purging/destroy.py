"""Destruction: when the undo date has passed, the archive goes for good, and kept loans lose their time of day."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import dialect, shrink
from patrondesk.errors import Refused
from patrondesk.models.archive import ALL, LOANS, PSEUDONYMS
from patrondesk.models.audit import BackupRecord
from patrondesk.models.purge import Batch
from patrondesk.records.ids import BatchId
from patrondesk.records.purging import ArchiveState
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office

# Backups that still hold the people go at the latest this long after the undo date.
BACKUPS_AFTER = dt.timedelta(days=7)
_HOLDING = (ArchiveState.PRESENT.value, ArchiveState.PARTLY_UNDONE.value)


@operation(Permission.PURGE)
def destroy_archive(work: Work, batch_id: BatchId) -> bool:
    """Destroys a batch's archive if it is due (its undo date has passed, or it has none); False when it is not."""
    session = work.session
    batch = session.get(Batch, batch_id, with_for_update=True)
    if batch is None or batch.library_id != work.library_id or batch.archive not in _HOLDING or batch.state == "running":
        return False
    if batch.undo_until is not None and batch.undo_until >= work.clock.real_today():
        return False
    _drop_times(session, batch_id)
    for table in ALL:
        session.execute(sa.delete(table).where(table.c.purge_id == batch_id))
    batch.archive = ArchiveState.DESTROYED.value
    if batch.undo_until is None and batch.backup_id is not None:
        made_before = session.get(BackupRecord, batch.backup_id)
        if made_before is not None:
            backup.destroy_file(made_before, work.clock.now())
    work.record("purge.destroy", {"batch": batch_id})
    return True


def _drop_times(session: Session, batch_id: int) -> None:
    """Kept loans keep the day only."""
    kept = LOANS.c.pseudonym.in_(sa.select(PSEUDONYMS.c.pseudonym).where(PSEUDONYMS.c.purge_id == batch_id))

    def day(column: sa.Column[dt.datetime]) -> sa.ColumnElement[dt.datetime]:
        if dialect(session) == "postgresql":
            return sa.func.date_trunc("day", column, "UTC")
        return sa.func.strftime("%Y-%m-%d 00:00:00.000000", column)

    columns = {name: day(LOANS.c[name]) for name in ("checked_out_at", "renewed_at", "ended_at")}
    session.execute(sa.update(LOANS).where(kept).values(columns))


@permitted(Permission.PURGE)
def destroy_due(office: Office) -> int:
    """What the daily upkeep does: destroys every archive that is due; returns how many.

    Removes backups that would hold the people longer than they may, and leaves nothing of them in the file. Refuses in a
    rehearsal.
    """
    if office.clock.rehearsal is not None:
        raise Refused("Upkeep does not run while PATRONDESK_TODAY is set.", "Remove it and try again.", "REHEARSAL")
    done = sum(destroy_archive(office, batch_id) for batch_id in find_due(office))
    if done:
        shrink(office.database)
    destroy_old_backups(office)
    return done


@permitted(Permission.PURGE)
def destroy_at_once(office: Office, batch_id: BatchId) -> bool:
    """For a library with no undo days: the archive of a verified run goes as soon as its result has been read."""
    done = destroy_archive(office, batch_id)
    if done:
        shrink(office.database)
    return done


@operation(Permission.PURGE, reads=True)
def find_due(work: Work) -> list[BatchId]:
    """Batches whose archive must go now."""
    today = work.clock.real_today()
    rows = work.session.scalars(
        sa.select(Batch.id).where(
            Batch.library_id == work.library_id,
            Batch.archive.in_(_HOLDING),
            Batch.state != "running",
            sa.or_(Batch.undo_until.is_(None), Batch.undo_until < today),
        )
    )
    return [BatchId(key) for key in rows]


@operation(Permission.PURGE)
def destroy_old_backups(work: Work) -> int:
    """Removes backups older than a destruction that should have taken their people along; returns how many."""
    session, now = work.session, work.clock.now()
    limit = work.clock.real_today() - BACKUPS_AFTER
    passed = session.scalar(
        sa.select(sa.func.max(Batch.finished_at)).where(
            Batch.library_id == work.library_id,
            Batch.archive == ArchiveState.DESTROYED.value,
            sa.or_(Batch.undo_until.is_(None), Batch.undo_until < limit),
        )
    )
    if passed is None:
        return 0
    old = session.scalars(
        sa.select(BackupRecord).where(BackupRecord.destroyed_at.is_(None), BackupRecord.made_at <= passed)
    ).all()
    for record in old:
        backup.destroy_file(record, now)
    gone = sum(1 for record in old if record.destroyed_at is not None)
    if gone:
        work.record("backup.expire", {"backups": gone})
    return gone
