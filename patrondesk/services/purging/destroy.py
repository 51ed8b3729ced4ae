"""Destruction: when the undo date has passed, the archive goes for good, and kept loans lose their time of day."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import dialect, shrink
from patrondesk.errors import Refused
from patrondesk.models.archive import ALL, LOANS, PSEUDONYMS
from patrondesk.models.audit import BackupRecord
from patrondesk.models.library import Library
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.ids import BatchId
from patrondesk.records.purging import ArchiveState
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy
from patrondesk.services.purging import plans, tombstones
from patrondesk.services.purging.batch import is_live

HOLDING = (ArchiveState.PRESENT.value, ArchiveState.PARTLY_UNDONE.value)


@operation(Permission.PURGE)
def destroy_archive(work: Work, batch_id: BatchId) -> bool:
    """Destroys a batch's archive if it is due (its undo date has passed, or it has none); False when it is not."""
    session, now = work.session, work.clock.now()
    batch = session.get(Batch, batch_id, with_for_update=True)
    if (
        batch is None
        or batch.library_id != work.library_id
        or batch.archive not in HOLDING
        or is_live(work.office.database, batch)
    ):
        return False
    if batch.undo_until is not None and batch.undo_until >= work.clock.real_today():
        return False
    end_archive(session, batch, now)
    work.record("purge.destroy", {"batch": batch_id})
    return True


def end_archive(session: Session, batch: Batch, now: dt.datetime) -> None:
    """What destroying is: nothing of the batch can be brought back any more. The caller records it."""
    _drop_times(session, batch.id)
    for table in ALL:
        session.execute(sa.delete(table).where(table.c.purge_id == batch.id))
    batch.archive, batch.destroyed_at, batch.comment = ArchiveState.DESTROYED.value, now, None
    _drop_comments(session, batch.id)
    plans.forget_plan(session, batch.plan_id)
    session.execute(sa.update(Library).where(Library.id == batch.library_id).values(shrink_due=True))


def _drop_times(session: Session, batch_id: int) -> None:
    """Kept loans keep the day only."""
    kept = LOANS.c.pseudonym.in_(sa.select(PSEUDONYMS.c.pseudonym).where(PSEUDONYMS.c.purge_id == batch_id))

    def day(column: sa.Column[dt.datetime]) -> sa.ColumnElement[dt.datetime]:
        if dialect(session) == "postgresql":
            return sa.func.date_trunc("day", column, "UTC")
        return sa.func.strftime("%Y-%m-%d 00:00:00.000000", column)

    columns = {name: day(LOANS.c[name]) for name in ("checked_out_at", "renewed_at", "ended_at")}
    session.execute(sa.update(LOANS).where(kept).values(columns))


def _drop_comments(session: Session, batch_id: int) -> None:
    """What somebody wrote beside an override may name a person: it goes with the archive."""
    lines = session.scalars(sa.select(BatchLine).where(BatchLine.batch_id == batch_id))
    for line in lines:
        if any("comment" in told for told in line.reasons):
            line.reasons = [{key: value for key, value in told.items() if key != "comment"} for told in line.reasons]


@permitted(Permission.PURGE)
def destroy_due(office: Office) -> int:
    """What the daily upkeep does: destroys every archive that is due; returns how many.

    Discards plans that waited too long, removes backups that would hold the people longer than they may, and clears the
    last traces from the file - again at every upkeep until nobody is in the way. Refuses in a rehearsal.
    """
    if office.clock.rehearsal is not None:
        raise Refused("Upkeep does not run while PATRONDESK_TODAY is set.", "Remove it and try again.", "REHEARSAL")
    done = sum(destroy_archive(office, batch_id) for batch_id in find_due(office))
    expire_tombstones(office)
    plans.discard_old(office)
    clear_traces(office)
    backup.remove_files(office, find_expired_backups(office))
    return done


@operation(Permission.PURGE)
def expire_tombstones(work: Work) -> int:
    """Who was purged long enough ago is not recognised any more; returns how many. All go when recognising is switched off."""
    years = read_policy(work.session, work.library_id).recognise_returning_years
    gone = tombstones.expire(work.session, work.library_id, work.clock.real_today() if years else dt.date.max)
    if gone:
        work.record("purge.forget", {"tombstones": gone})
    return gone


@permitted(Permission.PURGE)
def destroy_at_once(office: Office, batch_id: BatchId) -> bool:
    """For a library with no undo days: archive and backup of a verified run go as soon as its result has been read."""
    done = destroy_archive(office, batch_id)
    if done:
        clear_traces(office)
        backup.remove_files(office, _find_own_backup(office, batch_id))
    return done


@permitted(Permission.PURGE)
def clear_traces(office: Office) -> bool:
    """Shrinks the file if something was destroyed; False while somebody is in the way."""
    if not read_shrink_due(office):
        return True
    if not shrink(office.database):
        return False
    _note_shrunk(office)
    return True


@operation(Permission.PURGE, reads=True)
def read_shrink_due(work: Work) -> bool:
    """Whether traces of a destruction are still to be cleared."""
    return bool(work.session.scalar(sa.select(Library.shrink_due).where(Library.id == work.library_id)))


@operation(Permission.PURGE)
def _note_shrunk(work: Work) -> None:
    work.session.execute(sa.update(Library).where(Library.id == work.library_id).values(shrink_due=False))


@operation(Permission.PURGE, reads=True)
def find_due(work: Work) -> list[BatchId]:
    """Batches whose archive must go now; those of a dead run too."""
    today = work.clock.real_today()
    rows = work.session.scalars(
        sa.select(Batch.id).where(
            Batch.library_id == work.library_id,
            Batch.archive.in_(HOLDING),
            sa.or_(Batch.undo_until.is_(None), Batch.undo_until < today),
        )
    )
    return [BatchId(key) for key in rows]


@operation(Permission.PURGE, reads=True)
def find_expired_backups(work: Work) -> list[tuple[int, str]]:
    """Backups that still hold people (or their undo archive) who should have been gone from everywhere by now."""
    today = work.clock.real_today()
    limit = today - backup.AFTER_UNDO
    passed = [
        batch.destroyed_at
        for batch in work.session.scalars(
            sa.select(Batch).where(Batch.library_id == work.library_id, Batch.destroyed_at.is_not(None))
        )
        if (batch.undo_until or batch.started_at.astimezone().date()) <= limit
    ]
    # What a restore kept or carried over holds people of purges that are no longer on record: its last day was noted then.
    over = [BackupRecord.expires_on <= today]
    if passed:
        over.append(BackupRecord.made_at <= max(moment for moment in passed if moment))
    rows = work.session.execute(
        sa.select(BackupRecord.id, BackupRecord.path).where(BackupRecord.destroyed_at.is_(None), sa.or_(*over))
    )
    return [(row[0], row[1]) for row in rows]


@operation(Permission.PURGE, reads=True)
def _find_own_backup(work: Work, batch_id: BatchId) -> list[tuple[int, str]]:
    """The backups that were made before this batch, and before it was taken up again, as far as they are still there."""
    meanwhile = BackupRecord.made_at.between(Batch.started_at, Batch.finished_at)
    made_meanwhile = sa.and_(BackupRecord.purpose.in_((backup.BEFORE_A_PURGE, backup.BEFORE_A_DELETION)), meanwhile)
    rows = work.session.execute(
        sa.select(BackupRecord.id, BackupRecord.path)
        .join(Batch, sa.or_(Batch.backup_id == BackupRecord.id, made_meanwhile))
        .where(Batch.id == batch_id, Batch.library_id == work.library_id, BackupRecord.destroyed_at.is_(None))
    )
    return [(row[0], row[1]) for row in rows]
