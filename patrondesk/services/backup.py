"""Verified backups of a library file: made before each purge, kept by number, found again by the file itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import copy_file
from patrondesk.errors import Refused, Unusable
from patrondesk.models.audit import BackupRecord
from patrondesk.models.patron import Patron
from patrondesk.records.desk import BackupMade, UpgradeCopy
from patrondesk.records.staff import Permission
from patrondesk.services import audit
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy

BEFORE_A_PURGE = "before a purge"


@permitted(Permission.PURGE)
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
    made = _note(office, str(path), now, _copy(office, path, now), purpose)
    if target is None:
        remove_files(office, _find_superfluous(office))
    return made


def before_upgrade(office: Office) -> UpgradeCopy:
    """A verified copy before a migration, when nobody is signed in yet; `note_upgrade` records it afterwards."""
    folder = office.backups_folder()
    assert folder is not None, "a server's tables are brought up to date by the district"
    now = office.clock.now()
    path = folder / f"{now.astimezone():%Y-%m-%d %H%M%S} before upgrade.patrondesk"
    copied = _copy(office, path, now)
    return UpgradeCopy(str(path), now, copied.size, copied.patrons, *copied.head)


def note_upgrade(office: Office, copy: UpgradeCopy) -> None:
    """Once the library is up to date: the copy made before is listed, so that it is kept and expires like any other."""
    copied = _Copied(copy.size, copy.patrons, (copy.audit_number, copy.audit_hash))
    with office.database.write() as session:
        session.add(_record(copy.path, copy.made_at, copied, "before an upgrade"))
        facts = {"audit_number": copy.audit_number, "audit_hash": copy.audit_hash}
        audit.write_entry(
            session, office.clock.now(), library_id=None, actor_id=None, actor="PatronDesk", operation="library.upgrade",
            patron_id=None, facts=facts,
        )  # fmt: skip


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
        raise Unusable(
            "The backup could not be written, so nothing was changed.",
            f"Check that there is room and that you may write in “{path.parent.name}”.",
            "BACKUP_FAILED",
        ) from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
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


def _record(path: str, now: dt.datetime, copied: _Copied, purpose: str) -> BackupRecord:
    return BackupRecord(
        path=path, made_at=now, size=copied.size, patrons=copied.patrons, audit_number=copied.head[0], audit_hash=copied.head[1],
        purpose=purpose,
    )  # fmt: skip


@operation(Permission.PURGE)
def _note(work: Work, path: str, now: dt.datetime, copied: _Copied, purpose: str) -> BackupMade:
    record = _record(path, now, copied, purpose)
    work.session.add(record)
    work.session.flush()
    facts = {"backup": record.id, "purpose": purpose, "patrons": copied.patrons}
    work.record("backup.make", {**facts, "audit_number": copied.head[0], "audit_hash": copied.head[1]})
    return BackupMade(path, now, copied.size, copied.patrons)


@operation(Permission.PURGE, reads=True)
def _find_superfluous(work: Work) -> list[tuple[int, str]]:
    """Backups beyond the newest so many, in the backups' folder; those saved elsewhere by hand are the person's own."""
    folder = work.office.backups_folder()
    keep = read_policy(work.session, work.library_id).keep_backups
    present = work.session.execute(
        sa.select(BackupRecord.id, BackupRecord.path).where(BackupRecord.destroyed_at.is_(None)).order_by(BackupRecord.id.desc())
    )
    ours = [(row[0], row[1]) for row in present if folder is not None and Path(row[1]).parent == folder]
    return ours[keep:]


@permitted(Permission.PURGE)
def remove_files(office: Office, backups: Sequence[tuple[int, str]]) -> int:
    """Removes these backups' files and notes it; returns how many. One that cannot be removed stays listed, for another try."""
    gone = []
    for number, path in backups:
        try:
            Path(path).unlink(missing_ok=True)
        except OSError:
            continue
        gone.append(number)
    if gone:
        _note_gone(office, gone)
    return len(gone)


@operation(Permission.PURGE)
def _note_gone(work: Work, numbers: Sequence[int]) -> None:
    work.session.execute(sa.update(BackupRecord).where(BackupRecord.id.in_(numbers)).values(destroyed_at=work.clock.now()))
    work.record("backup.remove", {"backups": list(numbers)})


def newest(session: Session) -> BackupRecord | None:
    """The newest backup that is still there."""
    return session.scalars(
        sa.select(BackupRecord).where(BackupRecord.destroyed_at.is_(None)).order_by(BackupRecord.id.desc()).limit(1)
    ).first()


def count_patrons(session: Session) -> int:
    """Everybody in the database."""
    return session.scalar(sa.select(sa.func.count()).select_from(Patron)) or 0
