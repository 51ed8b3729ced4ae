"""The engine: the only place that knows SQLite from PostgreSQL. Sessions are born, used and closed in one `with`."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from patrondesk import drives
from patrondesk.errors import Busy, DeskError, Unusable

# "PDsk": written into the header of a SQLite library file, so that another program's file is told apart.
APPLICATION_ID = 0x5044736B
BUSY_MS = 5000
# What a connection may hold of the file in memory: a purge needs more than a page on show, and readers stay open for long.
_WRITING_KIB, _READING_KIB = 65536, 8192
# Files that this process has, or had, open.
_met: set[Path] = set()
_HEADER = b"SQLite format 3\x00"
WRITTEN_AHEAD = b"\x02\x02"  # bytes 18 and 19 of a file that is written through a write-ahead log


class Database:
    """One a process for each library file or server. `address` is a path (SQLite) or a `postgresql+psycopg://` URL.

    Making one opens nothing; the first session does. Raises Unusable or Busy, never a driver's error. With `read_only` (a
    file) nothing is ever written, nor is anything put beside the file: `write` raises Unusable.
    """

    def __init__(self, address: str | Path, *, read_only: bool = False) -> None:
        text = str(address)
        self.is_file = "://" not in text
        self.read_only = read_only
        self.path: Path | None = Path(text).expanduser().absolute() if self.is_file else None
        assert self.is_file or not read_only, "a server decides itself who writes"
        if self.path is not None:
            url = sa.URL.create("sqlite", database=str(self.path))
            if read_only:
                looking = functools.partial(_look_only, self.path)
                self._engine = sa.create_engine(url, creator=looking, poolclass=sa.QueuePool, hide_parameters=True)
            else:
                self._engine = sa.create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)
            sa.event.listen(self._engine, "connect", functools.partial(_meet, self.path))
        else:
            try:
                url = make_url(text)
            except sa.exc.ArgumentError:
                raise Unusable(
                    "The address of the database cannot be read.", "Write a file's path, or postgresql+psycopg://user@host/name."
                ) from None
            if url.get_backend_name() != "postgresql":
                raise Unusable(
                    f"PatronDesk does not work with “{url.get_backend_name()}”.",
                    "Name a library file, or a server as postgresql+psycopg://user@host/name.",
                )
            self._engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
        self._writing = self._engine.execution_options(desk_write=True)
        if self.is_file:
            sa.event.listen(self._engine, "begin", _begin_sqlite)

    @property
    def name(self) -> str:
        """What a person calls it: the file's name, or the server's database and host."""
        if self.path is not None:
            return self.path.name
        return f"{self._engine.url.database} on {self._engine.url.host or 'this computer'}"

    def engine(self) -> sa.Engine:
        """The engine itself, for migrations and tests."""
        return self._engine

    def check_file(self) -> None:
        """Raises Unusable when the file is missing, no library file, or cannot be written; nothing is opened."""
        if self.path is None:
            return
        if not self.path.exists():
            raise Unusable(
                f"There is no library file “{self.path.name}”.",
                "Choose another file, or make a library with: patrondesk init",
                "MISSING",
            )
        if self.path.is_dir():
            raise Unusable(f"“{self.path.name}” is a folder, not a library file.", "Choose the file inside it.", "WRONG_KIND")
        try:
            marked = _mark_of(self.path)
        except OSError:
            raise Unusable(
                f"“{self.path.name}” cannot be opened.", "Ask who manages this computer for the right to read it.", "UNREADABLE"
            ) from None
        if marked != APPLICATION_ID:
            raise Unusable(
                f"“{self.path.name}” is not a PatronDesk library file.",
                "Choose another file; this one was left as it is.",
                "WRONG_KIND",
            )

    def check_place(self) -> None:
        """Raises Unusable when the file would lie on a shared network drive."""
        if self.path is not None and drives.on_network_drive(self.path):
            raise Unusable(
                f"“{self.path.name}” lies on a shared network drive, where a library file would be damaged.",
                "Keep it on this computer's own disk; for several computers, use a PostgreSQL server.",
                "NETWORK_DRIVE",
            )

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the library and changes nothing."""
        with _plain_words(self), Session(self._engine, autoflush=False) as session:
            try:
                yield session
            finally:
                session.rollback()

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits at a clean end and rolls back on any exception. One writer at a time on a file."""
        if self.read_only:
            raise _only_read(self.name)
        with _plain_words(self), Session(self._writing) as session, session.begin():
            yield session

    def close(self) -> None:
        """Lets go of the file or server."""
        self._engine.dispose()

    def rest(self) -> None:
        """Closes the connections that nobody uses at this moment."""
        self._engine.pool.dispose()


def _mark_of(path: Path) -> int | None:
    """The application id in a file's header; None where it is no SQLite file. Raises OSError.

    A file that this process has open is asked through SQLite: on POSIX, opening and closing it beside SQLite would give
    away the process's locks on it, and another program that ends would then delete the log that is still written to.
    """
    if path not in _met:
        with path.open("rb") as stream:
            head = stream.read(100)
        return int.from_bytes(head[68:72], "big") if head[:16] == _HEADER else None
    link = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
    try:
        return int(link.execute("PRAGMA application_id").fetchone()[0])
    except sqlite3.OperationalError as fault:
        raise OSError from fault
    except sqlite3.DatabaseError:
        return None
    finally:
        link.close()


def _look_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    try:
        with path.open("rb") as stream:
            ahead = stream.read(20)[18:20] == WRITTEN_AHEAD
    except OSError:
        raise sqlite3.OperationalError("unable to open database file") from None
    log = path.with_name(path.name + "-wal")
    # A resting file is read as one that nobody changes: otherwise SQLite would put an index beside it, where it may not.
    resting = ahead and not (log.exists() and log.stat().st_size)
    way = "?mode=ro&immutable=1" if resting else "?mode=ro"
    return sqlite3.connect(path.as_uri() + way, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False)


def _meet(path: Path, connection: sqlite3.Connection, record: object) -> None:
    _met.add(path)
    _prepare_sqlite(connection, record)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not by the driver's guess
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "synchronous = FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails at once when another writer came between: take the lock now.
    writing = connection.get_execution_options().get("desk_write")
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(f"PRAGMA cache_size = -{_WRITING_KIB if writing else _READING_KIB}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextlib.contextmanager
def _plain_words(database: Database) -> Iterator[None]:
    """Turns the drivers' errors about the world into ours; errors that are bugs pass."""
    try:
        yield
    except DeskError:
        raise
    except sa.exc.DBAPIError as fault:
        translated = plain_error(fault, database.name)
        if translated is None:
            raise
        raise translated from fault


def plain_error(fault: sa.exc.DBAPIError, name: str) -> DeskError | None:
    """The sentence for a driver's error about the world (locked, read-only, full, damaged, gone), else None."""
    if isinstance(fault, sa.exc.IntegrityError):
        return None  # its text quotes data, and data may say anything
    said = str(fault.orig).lower()
    if "locked" in said or "lock timeout" in said or "deadlock" in said:
        return Busy(f"Another program is writing in “{name}”. Nothing was changed.", "Wait a moment and try again.")
    if "readonly" in said or "read-only" in said or "attempt to write" in said:
        return _only_read(name)
    if "full" in said:
        return Unusable("The disk is full. Nothing was changed.", "Make room on the disk and try again.", "DISK_FULL")
    if "not a database" in said or "malformed" in said or "corrupt" in said or "could not decode" in said:
        return Unusable(
            f"“{name}” is damaged or is not a library file. Nothing was changed.",
            "Restore the newest backup, or choose another file.",
            "DAMAGED",
        )
    if "unable to open" in said or "disk i/o" in said:
        return Unusable(
            f"“{name}” cannot be opened. Nothing was changed.",
            "Check that the folder is there and that you may write in it.",
            "UNREADABLE",
        )
    if isinstance(fault, sa.exc.OperationalError) and "connect" in said:
        return Unusable(
            f"The server of “{name}” does not answer.", "Check the network, or ask who manages the server.", "NO_SERVER"
        )
    return None


def _only_read(name: str) -> Unusable:
    return Unusable(
        f"“{name}” is read-only. Nothing was changed.",
        "Copy it to a folder where you may write, or ask who manages this computer.",
        "READ_ONLY",
    )


def keys(session: Session, numbers: Sequence[int]) -> sa.Select[int]:
    """A SELECT of these keys, handed over as one parameter whatever their number."""
    return _listed(dialect(session), sa.literal(keys_text(numbers), sa.Text()))


@functools.cache
def chosen_keys(dialect_name: str) -> sa.Select[int]:
    """The same with the keys left open, for statements that are made once: run them with `chosen=keys_text(...)`."""
    return _listed(dialect_name, sa.bindparam("chosen", type_=sa.Text()))


def keys_text(numbers: Sequence[int]) -> str:
    """Keys as the one parameter that `chosen_keys` takes."""
    return "[" + ",".join(map(str, numbers)) + "]"


def _listed(dialect_name: str, text: sa.ColumnElement[str]) -> sa.Select[int]:
    if dialect_name == "sqlite":
        return sa.select(sa.func.json_each(text).table_valued(sa.column("value", sa.Integer), name="chosen").c.value)
    each = sa.func.json_array_elements_text(sa.cast(text, sa.JSON()))
    return sa.select(sa.cast(each.table_valued(sa.column("value", sa.Text), name="chosen").c.value, sa.Integer))


def dialect(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def shielded(session: Session) -> contextlib.AbstractContextManager[object]:
    """Around a query that may fail without spoiling the transaction (a file's transaction survives by itself)."""
    return session.begin_nested() if dialect(session) == "postgresql" else contextlib.nullcontext()


def drop_working_table(session: Session, table: sa.Table) -> None:
    """Takes a temporary table away, with what it knew."""
    session.execute(sa.text(f"DROP TABLE IF EXISTS {'temp.' if dialect(session) == 'sqlite' else 'pg_temp.'}{table.name}"))


def working_table(session: Session, table: sa.Table) -> None:
    """Makes a temporary table (prefix TEMPORARY) afresh for this transaction, empty. The caller drops it."""
    drop_working_table(session, table)
    session.execute(sa.schema.CreateTable(table))


def lock_library(session: Session, library_id: int) -> None:
    """Makes writers of one library wait for each other where the engine would let them run at once."""
    if dialect(session) == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:desk, :library)"), {"desk": APPLICATION_ID, "library": library_id})


def lock_patrons(session: Session, chosen: sa.Select[int], patrons: sa.Table) -> None:
    """Holds the chosen patrons' rows until the transaction ends (a file is held as a whole already)."""
    if dialect(session) == "postgresql":
        session.execute(sa.select(patrons.c.id).where(patrons.c.id.in_(chosen)).order_by(patrons.c.id).with_for_update())


def copy_file(source: Database, target: Path) -> None:
    """A consistent copy of a SQLite library into `target`, while others may use the source. It rests: no log beside it.

    The caller settles it on the disk.
    """
    with _plain_words(source), source.engine().connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        copy = sqlite3.connect(target, isolation_level=None)
        try:
            copy.execute("PRAGMA synchronous = OFF")  # nobody knows the copy yet: it is settled once, at the end
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()


def shrink(database: Database) -> bool:
    """After a destruction: clears the file's free pages and its write-ahead log.

    False when somebody reading or writing was in the way: it must be done again later.
    """
    try:
        with _plain_words(database):
            raw = database.engine().raw_connection()
            try:
                driver = raw.driver_connection
                if isinstance(driver, sqlite3.Connection):
                    driver.execute("VACUUM")
                    busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    return bool(busy[0] == 0)
            finally:
                raw.close()
            with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
            return True
    except (sqlite3.OperationalError, Busy):
        return False


def empty_log(database: Database) -> bool:
    """Moves the write-ahead log into the file and empties it; False when a reader still needs it."""
    if not database.is_file:
        return True
    with _plain_words(database):
        raw = database.engine().raw_connection()
        try:
            cursor = raw.cursor()
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.close()
        finally:
            raw.close()
    return bool(busy is not None and busy[0] == 0)
