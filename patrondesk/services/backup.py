"""Verified backups of a library file: made before each purge, kept by number, found again by the file itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import copy_file
from patrondesk.errors import Refused, Unusable
from patrondesk.models.audit import BackupRecord
from patrondesk.models.patron import Patron
from patrondesk.records.desk import BackupMade
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy


@permitted(Permission.VIEW_PATRONS)
def make_backup(office: Office, target: Path | None = None, purpose: str = "by hand") -> BackupMade:
    """Copies the library, checks the copy, notes it. Raises Unusable; a copy that does not verify is removed.

    On a server there is nothing to copy: raises Refused, because the district's own backups apply there.
    """
    folder = office.backups_folder()
    if folder is None:
        raise Refused(
            "This library lives on a server.", "The district's own backups apply; ask who manages the server.", "SERVER"
        )
    now = office.clock.now()
    path = target or folder / f"{now.astimezone():%Y-%m-%d %H%M%S}-{secrets.token_hex(2)}.patrondesk"
    made = _copy(office, path, now)
    return _note(office, str(path), made.size, made.patrons, made.head, purpose, target is not None)


def before_upgrade(office: Office) -> Path:
    """A verified copy before a migration, when nobody is signed in yet."""
    folder = office.backups_folder()
    assert folder is not None, "a server's tables are brought up to date by the district"
    now = office.clock.now()
    path = folder / f"{now.astimezone():%Y-%m-%d %H%M%S} before upgrade.patrondesk"
    _copy(office, path, now)
    return path


class _Copied:
    """What the check of a copy found."""

    def __init__(self, size: int, patrons: int, head: tuple[int, str]) -> None:
        self.size, self.patrons, self.head = size, patrons, head


def _copy(office: Office, path: Path, now: dt.datetime) -> _Copied:
    """Writes beside the target, verifies, then takes the name: a backup under its name is always whole."""
    if office.database.path is not None and path.absolute() == office.database.path:
        raise Refused("A backup cannot take the place of the library file itself.", "Choose another name.", "SAME_FILE")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        copy_file(office.database, part)
        found = _verify(part)
        os.replace(part, path)
    except (OSError, sqlite3.Error) as fault:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Unusable(
            "The backup could not be written, so nothing was changed.",
            f"Check that there is room and that you may write in “{path.parent.name}”.",
            "BACKUP_FAILED",
        ) from fault
    return found


def _verify(path: Path) -> _Copied:
    connection = sqlite3.connect(path)
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
        if sound != "ok" or orphans is not None:
            raise sqlite3.DatabaseError("the copy does not verify")
        patrons = connection.execute("SELECT count(*) FROM patrons").fetchone()[0]
        head = connection.execute("SELECT number, hash FROM audit_entries ORDER BY number DESC LIMIT 1").fetchone()
    finally:
        connection.close()
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
    return _Copied(path.stat().st_size, patrons, (head[0], head[1]) if head else (0, "0" * 64))


@operation(Permission.VIEW_PATRONS)
def _note(work: Work, path: str, size: int, patrons: int, head: tuple[int, str], purpose: str, elsewhere: bool) -> BackupMade:
    now = work.clock.now()
    record = BackupRecord(
        path=path,
        made_at=now,
        size=size,
        patrons=patrons,
        audit_number=head[0],
        audit_hash=head[1],
        purpose=purpose,
        expires_on=None,
    )
    work.session.add(record)
    work.session.flush()
    work.record(
        "backup.make",
        {"backup": record.id, "purpose": purpose, "patrons": patrons, "audit_number": head[0], "audit_hash": head[1]},
    )
    if not elsewhere:
        _remove_oldest(work, read_policy(work.session, work.library_id).keep_backups)
    return BackupMade(path, now, size, patrons)


def _remove_oldest(work: Work, keep: int) -> None:
    """Keeps the newest `keep` backups of the backups' folder; those saved elsewhere by hand are the person's own."""
    folder = work.office.backups_folder()
    present = work.session.scalars(
        sa.select(BackupRecord).where(BackupRecord.destroyed_at.is_(None)).order_by(BackupRecord.id.desc())
    ).all()
    ours = [record for record in present if folder is not None and Path(record.path).parent == folder]
    for record in ours[keep:]:
        destroy_file(record, work.clock.now())


def destroy_file(record: BackupRecord, now: dt.datetime) -> None:
    """Removes a backup's file; one that cannot be removed stays on the list, to be tried again."""
    try:
        Path(record.path).unlink(missing_ok=True)
    except OSError:
        return
    record.destroyed_at = now


def newest(session: Session) -> BackupRecord | None:
    """The newest backup that is still there."""
    return session.scalars(
        sa.select(BackupRecord).where(BackupRecord.destroyed_at.is_(None)).order_by(BackupRecord.id.desc()).limit(1)
    ).first()


def count_patrons(session: Session) -> int:
    """Everybody in the database."""
    return session.scalar(sa.select(sa.func.count()).select_from(Patron)) or 0
