"""What a restored library is told of the one it replaces: backups made since, what was destroyed for good, who is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import Database
from patrondesk.errors import DeskError
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.backups import LostBatch
from patrondesk.records.ids import BatchId
from patrondesk.records.purging import ArchiveState, Outcome
from patrondesk.records.staff import Actor
from patrondesk.services import audit, backup, backup_file, copies
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy
from patrondesk.services.purging import destroy

_NOTED = ("path", "made_at", "size", "patrons", "audit_number", "audit_hash", "purpose", "expires_on", "destroyed_at")


@dataclass(frozen=True, slots=True)
class Kept:
    """The replaced file, kept aside. `found` is None when it does not verify."""

    path: Path
    made_at: dt.datetime
    found: copies.Checked | None


@dataclass(frozen=True, slots=True)
class Done:
    """What the restored library was told."""

    made_at: dt.datetime
    people_back: int
    batches: tuple[LostBatch, ...]
    backups: int


@dataclass(frozen=True, slots=True)
class _Purge:
    """A purge as the replaced library knew it. `gone`: patrons that it took and that were not brought back."""

    id: int
    started_at: dt.datetime
    undo_until: dt.date | None
    destroyed_at: dt.datetime | None
    purged: int
    gone: frozenset[int]


@dataclass(slots=True)
class _Former:
    """What could be read of the replaced library; nothing, when it is damaged."""

    head: tuple[int, str] = (0, "0" * 64)
    backups: list[BackupRecord] = field(default_factory=list)
    purges: dict[tuple[int, dt.datetime], _Purge] = field(default_factory=dict)
    readable: bool = False


def carry_over(
    new: Database, held: Session | None, office: Office, kept: Kept | None, file: Path, facts: backup_file.Facts, actor: Actor
) -> Done:
    """Writes it into the file that is about to become the library, with the entry in its audit log."""
    former = _read_former(held)
    now = office.clock.now()
    with new.write() as session:
        there = set(session.scalars(sa.select(Patron.id)))
        known = {(batch.id, batch.started_at): batch for batch in session.scalars(sa.select(Batch))}
        lost = [purge for key, purge in former.purges.items() if key not in known]
        account = _account(session, actor)
        ended = _end_what_had_ended(session, former, known)
        since = find_made_at(office, former.backups, file, facts)
        newcomers = [purge for purge in lost if purge.gone - there]
        carried = _carry_backups(office, session, former, newcomers, since)
        carried += _find_unlisted(office, session, facts, kept)
        if kept is not None:
            carried.append(_list_kept(office, session, kept, former, newcomers, actor))
        apart = _unchain(session, carried)
        back = {key for purge in former.purges.values() for key in purge.gone} & there
        told = {
            "replaced_number": former.head[0], "replaced_hash": former.head[1], "audit_number": facts.head[0],
            "kept": carried[-1].id if kept is not None else None, "people_back": len(back),
            "batches": sorted(purge.id for purge in lost), "backups": apart,
        }  # fmt: skip
        who: dict[str, Any] = {"library_id": facts.library_id, "actor_id": account, "actor": actor.name, "patron_id": None}
        for batch_id in ended:
            audit.write_entry(session, now, operation="purge.destroy", facts={"batch": batch_id}, **who)
        audit.write_entry(session, now, operation="library.restore", facts=told, **who)
    batches = tuple(LostBatch(BatchId(p.id), p.started_at, p.purged) for p in sorted(lost, key=lambda p: p.id))
    return Done(since, len(back), batches, len(carried) - (kept is not None))


def find_made_at(office: Office, listed: Sequence[BackupRecord], file: Path, facts: backup_file.Facts) -> dt.datetime:
    """When the backup was made, as it is listed; one that is not is at least as old as its last entry says."""
    for row in listed:
        if row.destroyed_at is None and backup.find_file(office, row.path) == file.absolute():
            return row.made_at
    return facts.last_entry_at


def _read_former(held: Session | None) -> _Former:
    if held is None:
        return _Former()
    try:
        backups = list(held.scalars(sa.select(BackupRecord).order_by(BackupRecord.id)))
        gone: dict[int, set[int]] = {}
        lines = sa.select(BatchLine.batch_id, BatchLine.patron_id).where(
            BatchLine.outcome == Outcome.PURGED.value, BatchLine.undone_at.is_(None)
        )
        for batch_id, patron_id in held.execute(lines):
            gone.setdefault(batch_id, set()).add(patron_id)
        purges = {
            (batch.id, batch.started_at): _Purge(
                batch.id, batch.started_at, batch.undo_until, batch.destroyed_at, batch.purged,
                frozenset(gone.get(batch.id, ())),
            )
            for batch in held.scalars(sa.select(Batch))
        }  # fmt: skip
        head = audit.read_head(held)
        held.expunge_all()
    except sa.exc.SQLAlchemyError:
        return _Former()
    return _Former((head.number, head.hash), backups, purges, readable=True)


def _account(session: Session, actor: Actor) -> int | None:
    """The actor's account in the restored library, if they had one then."""
    return session.scalar(
        sa.select(StaffAccount.id)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .where(StaffAccount.id == actor.staff_id, Patron.username == actor.username)
    )


def _end_what_had_ended(session: Session, former: _Former, known: dict[tuple[int, dt.datetime], Batch]) -> list[int]:
    """What had been destroyed for good does not come back with an old backup."""
    ended = []
    for key, batch in known.items():
        purge = former.purges.get(key)
        if purge is not None and purge.destroyed_at is not None and batch.archive in destroy.HOLDING:
            destroy.end_archive(session, batch, purge.destroyed_at)
            assert batch.archive == ArchiveState.DESTROYED.value
            ended.append(batch.id)
    return ended


def _carry_backups(
    office: Office, session: Session, former: _Former, newcomers: Sequence[_Purge], since: dt.datetime
) -> list[BackupRecord]:
    """Backups that the replaced library listed and this one does not know; what was removed since is removed here too."""
    mine = {row.path: row for row in session.scalars(sa.select(BackupRecord))}
    carried = []
    for row in former.backups:
        if row.path in mine:
            mine[row.path].destroyed_at = row.destroyed_at
        elif row.destroyed_at is None and backup.find_file(office, row.path).exists():
            copy = BackupRecord(**{name: getattr(row, name) for name in _NOTED})
            if row.made_at > since:  # nobody is in an older one who is not in the one that was restored
                copy.expires_on = _last_day(row.made_at, newcomers, row.expires_on)
            session.add(copy)
            carried.append(copy)
    session.flush()
    return carried


def _last_day(when: dt.datetime, newcomers: Sequence[_Purge], known: dt.date | None = None) -> dt.date | None:
    """Until when a file of that moment may stay, for people whose purge is no longer on record and who are not back."""
    days = [known] if known is not None else []
    for purge in newcomers:
        if purge.destroyed_at is None or purge.destroyed_at >= when:
            days.append((purge.undo_until or purge.started_at.astimezone().date()) + backup.AFTER_UNDO)
    return min(days, default=None)


def _find_unlisted(office: Office, session: Session, facts: backup_file.Facts, kept: Kept | None) -> list[BackupRecord]:
    """Files in the folder of backups that no list names: nobody would ever remove them. All, when the old list is lost."""
    folder = office.backups_folder()
    assert folder is not None
    listed = {backup.find_file(office, path) for path in session.scalars(sa.select(BackupRecord.path))}
    if kept is not None:
        listed.add(kept.path)
    found: list[BackupRecord] = []
    for path in sorted(folder.glob("*.patrondesk")) if folder.is_dir() else ():
        if path not in listed:
            found += _read_unlisted(path, facts)
    session.add_all(found)
    session.flush()
    return found


def _read_unlisted(path: Path, facts: backup_file.Facts) -> Iterator[BackupRecord]:
    try:
        with backup_file.looking(path) as (copy, other):
            if (other.short_name, other.secret) != (facts.short_name, facts.secret):
                return
            with copy.read() as session:
                text = sa.text("SELECT undo_until FROM batches WHERE archive IN ('present', 'partly_undone')")
                days = [dt.date.fromisoformat(day) for day in session.execute(text).scalars() if day]
        status = path.stat()
    except (DeskError, OSError, sa.exc.SQLAlchemyError):
        return
    yield BackupRecord(
        path=str(path), made_at=dt.datetime.fromtimestamp(status.st_mtime, dt.UTC), size=status.st_size, patrons=other.patrons,
        audit_number=other.head[0], audit_hash=other.head[1], purpose="found", destroyed_at=None,
        expires_on=min(days) + backup.AFTER_UNDO if days else None,
    )  # fmt: skip


def _list_kept(
    office: Office, session: Session, kept: Kept, former: _Former, newcomers: Sequence[_Purge], actor: Actor
) -> BackupRecord:
    """The file kept aside is one more backup. What a damaged one holds nobody knows: it has a last day in any case."""
    found = kept.found
    last = _last_day(kept.made_at, newcomers)
    if found is None or not former.readable:
        days = read_policy(session, actor.library_id).undo_days
        last = office.clock.real_today() + dt.timedelta(days=days) + backup.AFTER_UNDO
    row = BackupRecord(
        path=str(kept.path), made_at=kept.made_at, size=kept.path.stat().st_size, patrons=found.patrons if found else 0,
        audit_number=former.head[0], audit_hash=former.head[1], expires_on=last, destroyed_at=None,
        purpose=backup.BEFORE_A_RESTORE + ("" if found else backup.DAMAGED),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _unchain(session: Session, carried: Sequence[BackupRecord]) -> list[list[int | str]]:
    """Heads of backups that the restored log does not go on from: [backup, number, hash], for the restore's entry to keep."""
    apart: list[list[int | str]] = []
    for row in carried:
        same = session.scalar(sa.select(AuditEntry.hash).where(AuditEntry.number == row.audit_number))
        if row.audit_number and same != row.audit_hash:
            apart.append([row.id, row.audit_number, row.audit_hash])
            row.audit_number = 0
    return apart
