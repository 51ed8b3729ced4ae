"""Claims: that one program at a time does something with a library, let go by the system itself when that program dies.

A file's claim is a lock on a small file beside it; a server's is an advisory lock of a connection of its own. So whether
somebody is alive is no guess from clocks.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk.database import APPLICATION_ID, Database, plain_error
from patrondesk.errors import Busy, Unusable

PURGING, JOB = "purging", "job"
_NUMBERS = {PURGING: 1, JOB: 2}
# Somebody who only looks holds a claim for a moment; whoever wants it waits that long.
_PATIENCE = 2.0
_STEP = 0.02

_held: weakref.WeakKeyDictionary[Database, set[tuple[str, int]]] = weakref.WeakKeyDictionary()


@contextlib.contextmanager
def claim(database: Database, what: str, library_id: int) -> Iterator[None]:
    """Holds the claim for the length of the `with`. Raises Busy when another thread or program has it.

    `library_id`: of a job its own number instead, since several jobs of a library may run at once.
    """
    mine = _held.setdefault(database, set())
    key = (what, library_id)
    if key in mine:
        raise _busy(what)
    mine.add(key)
    try:
        with _try(database, what, library_id, _PATIENCE) as free:
            if not free:
                raise _busy(what)
            yield
    finally:
        mine.discard(key)


def claimed(database: Database, what: str, library_id: int) -> bool:
    """Whether a thread of this program or another program holds the claim now."""
    if (what, library_id) in _held.get(database, ()):
        return True
    with _try(database, what, library_id, 0) as free:
        return not free


def held_here(database: Database, what: str, library_id: int) -> bool:
    """Whether this program itself holds the claim, through this database."""
    return (what, library_id) in _held.get(database, ())


def _busy(what: str) -> Busy:
    if what == JOB:
        return Busy("This job is running already.", "Wait until it is finished, then try again.", "JOB_RUNNING")
    return Busy(f"Another program is {what} in this library.", "Wait until it is finished, then try again.", "PURGE_RUNNING")


def lock_file(path: Path, what: str, library_id: int) -> Path:
    """The file whose lock is the claim. It may stay behind; only the lock counts."""
    return path.with_name(f"{path.name}-{what}{library_id}")


@contextlib.contextmanager
def _try(database: Database, what: str, library_id: int, patience: float) -> Iterator[bool]:
    """True for the length of the `with` when the claim was free, or became so within `patience` seconds."""
    if database.path is not None:
        with _try_file(lock_file(database.path, what, library_id), patience) as free:
            yield free
    else:
        with _try_server(database, what, library_id, patience) as free:
            yield free


@contextlib.contextmanager
def _try_file(file: Path, patience: float) -> Iterator[bool]:
    from filelock import FileLock, Timeout  # brings asyncio along, which a window at its start does not need

    lock = FileLock(file, is_singleton=False)
    try:
        lock.acquire(timeout=patience, poll_interval=_STEP)
    except Timeout:
        yield False
        return
    except OSError:
        raise Unusable(
            f"The folder of “{file.name.rsplit('-', 1)[0]}” cannot be written in. Nothing was changed.",
            "Copy the library to a folder where you may write, or ask who manages this computer.",
            "READ_ONLY",
        ) from None
    try:
        yield True
    finally:
        lock.release()


@contextlib.contextmanager
def _try_server(database: Database, what: str, library_id: int, patience: float) -> Iterator[bool]:
    names: dict[str, Any] = {"desk": APPLICATION_ID + _NUMBERS[what], "library": library_id}
    with _plain_words(database), database.engine().connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if patience:
            connection.execute(sa.text(f"SET lock_timeout = {int(patience * 1000)}"))
            free = _waited(connection, names)
            connection.execute(sa.text("RESET lock_timeout"))
        else:
            free = bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(:desk, :library)"), names))
        try:
            yield free
        finally:
            if free:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:desk, :library)"), names)


def _waited(connection: sa.Connection, names: dict[str, Any]) -> bool:
    try:
        connection.execute(sa.text("SELECT pg_advisory_lock(:desk, :library)"), names)
    except sa.exc.OperationalError as fault:
        if "lock timeout" not in str(fault.orig):
            raise
        return False
    return True


@contextlib.contextmanager
def _plain_words(database: Database) -> Iterator[None]:
    """A driver's error about the world in a sentence of ours."""
    try:
        yield
    except sa.exc.DBAPIError as fault:
        told = plain_error(fault, database.name)
        if told is None:
            raise
        raise told from fault
