"""Verified backups of a library: before each purge, daily, by hand; kept by number and age."""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.errors import Refused, Unusable
from patrondesk.models.audit import BackupRecord
from patrondesk.records.desk import BackupMade, UpgradeCopy
from patrondesk.records.staff import Permission
from patrondesk.services import audit, copies, server_backup
from patrondesk.services.door import Work, operation, permitted, require
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy

BEFORE_A_PURGE, BEFORE_A_DELETION = "before a purge", "before a deletion"
BEFORE_AN_UPGRADE, BEFORE_A_RESTORE = "before an upgrade", "before a restore"
DAILY, BY_HAND, BY_A_JOB, DAMAGED = "daily", "by hand", "by a job", ", damaged"
# Backups that still hold purged people go at the latest this long after the undo date.
AFTER_UNDO = dt.timedelta(days=7)
_UNFINISHED = (f"*{copies.PART}*",)


@permitted(Permission.PURGE)
def make_backup(office: Office, target: Path | None = None, purpose: str = BY_HAND) -> BackupMade:
    """Copies the library, checks the copy, notes it. Raises Unusable; a copy that does not verify is removed.

    On a server the copy is made by the server's own tools; without them raises Refused, because the district's backups
    apply there.
    """
    if office.database.path is None:
        if purpose in (BY_HAND, BY_A_JOB):
            require(office, Permission.SETTINGS)  # it holds every library of the server, not this one alone
        return _kept(office, server_backup.dump(office, target), purpose)
    made = _kept(office, _copy(office, target or _new_name(office)), purpose)
    if target is None:
        _remove(office, _find_superfluous(office))
    return made


@permitted(Permission.VIEW_PATRONS)
def make_daily(office: Office) -> BackupMade | None:
    """The day's backup, if the library wants one and none was made today by the real clock; else None.

    Whoever works with the library may cause it, a person without the right to purge too: it is the library's own habit and
    not that person's wish. It shows nobody anything, goes only into the library's own folder, and what it removes there the
    library's settings decided. On a server there is none: the district's backups apply.
    """
    if office.database.path is None:
        return None
    made = None
    if _find_daily_due(office):
        made = _kept(office, _copy(office, _new_name(office)), DAILY)
    _remove(office, _find_superfluous(office))
    folder = office.backups_folder()
    assert folder is not None
    for pattern in _UNFINISHED:
        copies.sweep(folder, pattern)
    copies.sweep(office.database.path.parent, f"{office.database.path.name}.restoring*")
    return made


@operation(Permission.VIEW_PATRONS, reads=True)
def find_makes_one_first(work: Work) -> bool:
    """Whether a purge begins with a backup: of a file always, on a server when the library wants it and the tools are there."""
    if work.office.database.is_file:
        return True
    return read_policy(work.session, work.library_id).server_backup_before_purge


def before_upgrade(office: Office) -> UpgradeCopy:
    """A verified copy before a migration, when nobody is signed in yet; `note_upgrade` records it afterwards."""
    folder = office.backups_folder()
    assert folder is not None, "a server's tables are brought up to date by the district"
    copy = _copy(office, folder / f"{office.clock.now().astimezone():%Y-%m-%d %H%M%S} before upgrade.patrondesk")
    return UpgradeCopy(str(copy.path), copy.made_at, copy.found.size, copy.found.patrons, *copy.found.head)


def note_upgrade(office: Office, copy: UpgradeCopy) -> None:
    """Once the library is up to date: the copy made before is listed, so that it is kept and expires like any other."""
    found = copies.Checked(copy.size, copy.patrons, (copy.audit_number, copy.audit_hash))
    with office.database.write() as session:
        session.add(_record(copies.Written(Path(copy.path), copy.made_at, found), BEFORE_AN_UPGRADE))
        facts = {"audit_number": copy.audit_number, "audit_hash": copy.audit_hash}
        audit.write_entry(
            session, office.clock.now(), library_id=None, actor_id=None, actor="PatronDesk", operation="library.upgrade",
            patron_id=None, facts=facts,
        )  # fmt: skip


def _new_name(office: Office) -> Path:
    folder = office.backups_folder()
    assert folder is not None, "a file's backups have a folder"
    return folder / f"{office.clock.now().astimezone():%Y-%m-%d %H%M%S}-{secrets.token_hex(2)}.patrondesk"


def _copy(office: Office, path: Path) -> copies.Written:
    """Writes beside the target, verifies, then takes the name: a backup under its name is always whole."""
    if path.absolute() == office.database.path:
        raise Refused("A backup cannot take the place of the library file itself.", "Choose another name.", "SAME_FILE")
    part = path.with_name(path.name + copies.PART)
    now = office.clock.now()
    try:
        found = copies.write(office.database, part)
        copies.take_name(part, path)
    except copies.Unsound as fault:
        raise Unusable(
            "The library does not verify, so no backup of it was made. Nothing was changed.",
            "Check it with: patrondesk verify - and restore a backup that was made before.",
            "DAMAGED",
        ) from fault
    except (OSError, sqlite3.Error) as fault:
        raise Unusable(
            "The backup could not be written, so nothing was changed.",
            f"Check that there is room and that you may write in “{path.parent.name}”.",
            "BACKUP_FAILED",
        ) from fault
    finally:
        copies.try_discard(part)
    return copies.Written(path, now, found)


def _record(copy: copies.Written, purpose: str) -> BackupRecord:
    return BackupRecord(
        path=str(copy.path), made_at=copy.made_at, size=copy.found.size, patrons=copy.found.patrons,
        audit_number=copy.found.head[0], audit_hash=copy.found.head[1], purpose=purpose,
    )  # fmt: skip


def _kept(office: Office, copy: copies.Written, purpose: str) -> BackupMade:
    """A copy is a backup once it is noted: one that nobody knows of would hold people for ever."""
    try:
        return _note(office, copy, purpose)
    except BaseException:
        copies.try_discard(copy.path)
        raise


@operation(Permission.VIEW_PATRONS)
def _note(work: Work, copy: copies.Written, purpose: str) -> BackupMade:
    """Notes a backup; whoever called has asked the permission that its making needs."""
    record = _record(copy, purpose)
    work.session.add(record)
    work.session.flush()
    facts = {"backup": record.id, "purpose": purpose, "patrons": copy.found.patrons}
    work.record("backup.make", {**facts, "audit_number": copy.found.head[0], "audit_hash": copy.found.head[1]})
    return BackupMade(str(copy.path), copy.made_at, copy.found.size, copy.found.patrons)


def find_file(office: Office, path: str) -> Path:
    """Where a backup that was noted under this path lies now: the folder of backups may have moved with its library."""
    noted = Path(path)
    folder = office.backups_folder()
    if folder is None or noted.exists():
        return noted
    moved = folder / path.replace("\\", "/").rpartition("/")[2]
    return moved if moved.exists() else noted


def _ours(work: Work) -> list[tuple[BackupRecord, Path]]:
    """Backups in the backups' folder, the newest first; those saved elsewhere by hand are the person's own."""
    folder = work.office.backups_folder()
    present = work.session.scalars(
        sa.select(BackupRecord)
        .where(BackupRecord.destroyed_at.is_(None))
        .order_by(BackupRecord.made_at.desc(), BackupRecord.id.desc())
    )
    placed = ((record, find_file(work.office, record.path)) for record in present)
    return [(record, path) for record, path in placed if folder is not None and path.parent == folder]


@operation(Permission.VIEW_PATRONS, reads=True)
def _find_daily_due(work: Work) -> bool:
    today = work.clock.real_today()
    made = any(record.made_at.astimezone().date() == today and path.exists() for record, path in _ours(work))
    return not made and read_policy(work.session, work.library_id).daily_backup


@operation(Permission.VIEW_PATRONS, reads=True)
def _find_superfluous(work: Work) -> list[tuple[int, str]]:
    """Beyond the newest so many, or older than the library keeps them; never the newest that is sound and there."""
    policy = read_policy(work.session, work.library_id)
    days = policy.keep_backups_days
    oldest = work.clock.now() - dt.timedelta(days=days) if days else None
    over, number, safe = [], 0, False
    for record, path in _ours(work):
        there = path.exists()
        number += there
        aged = oldest is not None and record.made_at < oldest
        newest_sound = there and not safe and not record.purpose.endswith(DAMAGED)
        safe = safe or newest_sound
        if (aged or number > policy.keep_backups) and not newest_sound:
            over.append((record.id, record.path))
    return over


@permitted(Permission.PURGE)
def remove_files(office: Office, backups: Sequence[tuple[int, str]]) -> int:
    """Removes these backups' files and notes it; returns how many. One that cannot be removed stays listed, for another try."""
    return _remove(office, backups)


def _remove(office: Office, backups: Sequence[tuple[int, str]]) -> int:
    gone = []
    for number, noted in backups:
        path = find_file(office, noted)
        if not office.database.is_file and not server_backup.lies_here(path):
            continue  # it lies on the computer that made it, and is removed from there
        try:
            copies.discard(path)
        except OSError:
            continue
        gone.append(number)
    if gone:
        _note_gone(office, gone)
    return len(gone)


@operation(Permission.VIEW_PATRONS)
def _note_gone(work: Work, numbers: Sequence[int]) -> None:
    work.session.execute(sa.update(BackupRecord).where(BackupRecord.id.in_(numbers)).values(destroyed_at=work.clock.now()))
    work.record("backup.remove", {"backups": list(numbers)})


def newest(session: Session) -> BackupRecord | None:
    """The newest sound backup that is still listed."""
    return session.scalars(
        sa.select(BackupRecord)
        .where(BackupRecord.destroyed_at.is_(None), BackupRecord.purpose.not_like(f"%{DAMAGED}"))
        .order_by(BackupRecord.made_at.desc(), BackupRecord.id.desc())
        .limit(1)
    ).first()
