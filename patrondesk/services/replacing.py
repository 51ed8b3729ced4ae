"""Another file in the place of a library file: while nobody has it open, and whole at every moment."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import Database
from patrondesk.errors import Busy
from patrondesk.services import copies

_TRIES, _EACH_SECONDS = 20, 0.25
_HEADER = 100


class Hold:
    """A library file that nobody else has open, and nobody can open until the hold ends. Made by `alone`."""

    def __init__(self, path: Path, link: sqlite3.Connection | None, stream: BinaryIO | None) -> None:
        self._path, self._link, self._stream = path, link, stream

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session | None]:
        """A session on the held file; None where SQLite can make nothing of it."""
        if self._link is None:
            yield None
            return
        link = self._link
        engine = sa.create_engine("sqlite://", creator=lambda: link, poolclass=sa.StaticPool, hide_parameters=True)
        with Session(engine) as session:
            yield session

    def keep_aside(self, target: Path) -> copies.Checked | None:
        """Copies the held file under another name. None: it does not verify, and was copied byte by byte with its log."""
        part = target.with_name(target.name + copies.PART)
        log = self._path.with_name(self._path.name + "-wal")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            copies.discard(part)
            found = self._copied(part)
            if found is None:
                copies.discard(part)
                shutil.copyfile(self._path, part) if self._link is None else self._copy_bytes(part)
                if log.exists() and log.stat().st_size:
                    shutil.copyfile(log, target.with_name(target.name + "-wal"))
            copies.settle_file(part)
            copies.take_name(part, target)
            return found
        finally:
            copies.try_discard(part)

    def _copied(self, part: Path) -> copies.Checked | None:
        if self._link is None:
            return None
        try:
            with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as copy:
                copy.execute("PRAGMA synchronous = OFF")
                self._link.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            return copies.check(part)
        except copies.Unsound:
            return None
        except sqlite3.OperationalError:
            raise  # no room, no right: not the file's own fault
        except sqlite3.DatabaseError:
            return None

    def _copy_bytes(self, part: Path) -> None:
        # Through the handle that is open already: closing another one would give SQLite's lock away.
        assert self._stream is not None
        self._stream.seek(0)
        with part.open("wb") as target:
            shutil.copyfileobj(self._stream, target, 1 << 20)

    def put(self, new: Path) -> None:
        """The new file takes the place in one step; whoever looks finds the old one or the new one, whole."""
        for suffix in ("-wal", "-shm", "-journal"):  # of a file that SQLite could not tidy up; a copy is kept aside
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        if os.name != "posix":
            self.close()  # Windows replaces no file that is open, and nobody can have opened it unseen
        try:
            copies.take_name(new, self._path)
        except PermissionError as fault:
            if os.name == "posix":
                raise
            raise _busy(self._path) from fault
        self._spoil()
        self.close()

    def _spoil(self) -> None:
        """Whoever opened the old file while it was held would go on in it, beside the new one: it is no library any more."""
        if os.name == "posix" and self._stream is not None and os.fstat(self._stream.fileno()).st_nlink == 0:
            with contextlib.suppress(OSError):
                self._stream.seek(0)
                self._stream.write(b"\0" * _HEADER)

    def give_back(self) -> None:
        """Nothing was put: the file is as it was."""
        if self._link is not None:
            with contextlib.suppress(sqlite3.Error):
                self._link.execute("PRAGMA journal_mode = WAL")
        self.close()

    def close(self) -> None:
        """Ends the hold. First SQLite's, then ours: in the other order the lock would be gone before its end."""
        if self._link is not None:
            self._link.close()
        if self._stream is not None:
            self._stream.close()
        self._link = self._stream = None


@contextlib.contextmanager
def alone(database: Database) -> Iterator[Hold]:
    """Holds a library file, with its log written into it. Raises Busy when another program has it open.

    A file that is missing or damaged is held as far as it can be. The caller puts another file in its place, or not.
    """
    path = database.path
    assert path is not None
    link, stream = None, None
    if path.exists():
        stream = path.open("r+b", buffering=0) if os.name == "posix" else None
        try:
            link = _take(database, path)
        except BaseException:
            if stream is not None:
                stream.close()
            raise
    hold = Hold(path, link, stream)
    try:
        yield hold
    finally:
        hold.give_back()


def _take(database: Database, path: Path) -> sqlite3.Connection | None:
    """A connection that has the file for itself; None when SQLite can make nothing of the file."""
    for _ in range(_TRIES):
        database.rest()
        link = sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, timeout=_EACH_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            link.execute("PRAGMA journal_size_limit = 0")
            link.execute("PRAGMA locking_mode = EXCLUSIVE")
            link.execute("PRAGMA journal_mode = DELETE")  # fails while anybody else has the file open
            link.execute("BEGIN EXCLUSIVE")
            link.execute("COMMIT")  # the lock stays; a copy can be made of a file in no transaction only
            return link
        except sqlite3.OperationalError as fault:
            link.close()
            if "locked" not in str(fault):
                raise
        except sqlite3.DatabaseError:
            link.close()
            return None
    raise _busy(path)


def _busy(path: Path) -> Busy:
    return Busy(
        f"Another program has “{path.name}” open. Nothing was changed.",
        "Close PatronDesk and other programs that use it, then try again.",
    )
