"""Whole copies of a library file: written beside their name, checked, settled on the disk, then given their name."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from patrondesk.database import Database, copy_file
from patrondesk.errors import DeskError

PART = ".part"
_BESIDE = ("", "-wal", "-shm", "-journal")
_LEFT_OVER = 24 * 3600
_MAPPED = 1 << 32


class Unsound(Exception):
    """The copy was written, and does not verify: the file it was made of is damaged."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a copy found: bytes, patrons, and where its audit log stands (number, hash)."""

    size: int
    patrons: int
    head: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Written:
    """A copy under its name, as of `made_at`."""

    path: Path
    made_at: dt.datetime
    found: Checked


def write(source: Database, part: Path) -> Checked:
    """A verified copy of a library under a name that nobody looks for. Raises Unsound, OSError, sqlite3.Error, DeskError."""
    part.parent.mkdir(parents=True, exist_ok=True)
    discard(part)
    copy_file(source, part)
    found = check(part)
    settle_file(part)
    return found


def check(path: Path) -> Checked:
    """Integrity and foreign keys of a resting file. Raises Unsound when something is wrong with it."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
            sound = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
            if sound != "ok" or orphans is not None:
                raise Unsound
            patrons = connection.execute("SELECT count(*) FROM patrons").fetchone()[0]
            head = connection.execute("SELECT number, hash FROM audit_entries ORDER BY number DESC LIMIT 1").fetchone()
    except sqlite3.DatabaseError as fault:
        raise Unsound from fault
    return Checked(path.stat().st_size, patrons, (head[0], head[1]) if head else (0, "0" * 64))


def take_name(part: Path, path: Path) -> None:
    """The written copy gets its name in one step, also when the power fails right after."""
    os.replace(part, path)
    settle_folder(path.parent)


def settle_file(path: Path) -> None:
    """What was written is on the disk when this returns."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def settle_folder(folder: Path) -> None:
    """Names given or taken in the folder are on the disk when this returns. Windows does that by itself."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some file systems do not know it for folders; the name is there all the same
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def discard(path: Path) -> None:
    """Removes a file of ours with whatever SQLite put beside it. Raises OSError when it cannot be removed."""
    for suffix in _BESIDE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def try_discard(path: Path) -> None:
    """The same, as far as it goes."""
    with contextlib.suppress(OSError):
        discard(path)


def sweep(folder: Path, pattern: str) -> None:
    """Removes unfinished copies that a crash left behind: they hold people, and nobody would ever look for them."""
    now = time.time()
    with contextlib.suppress(OSError):
        for left in folder.glob(pattern):
            with contextlib.suppress(OSError):
                if now - left.stat().st_mtime > _LEFT_OVER:
                    left.unlink()


def log_ahead(database: Database) -> None:
    """Makes a library file that was copied into its place one on which readers and a writer work side by side again."""
    path = database.path
    if path is None or not path.is_file():
        return
    # Asked through SQLite: whoever opens and closes the file beside it takes this process's locks away, and another program
    # would then delete the log that is still written to.
    with contextlib.suppress(DeskError, sqlite3.Error):  # somebody is in the way, or nobody may write: another time
        raw = database.engine().raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.close()
        finally:
            raw.close()
