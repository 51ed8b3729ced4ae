"""A backup file seen from outside: whether it is one of ours, of which library, of when - read without changing a byte."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import migrations
from patrondesk.database import Database
from patrondesk.errors import Refused, Unusable
from patrondesk.models.library import Library


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backup says of itself. `last_entry_at`: it is not older than that."""

    revision: str
    library_id: int
    short_name: str
    secret: str
    name: str
    patrons: int
    head: tuple[int, str]
    last_entry_at: dt.datetime

    @property
    def current(self) -> bool:
        """Whether it can be read as it is; an older one is brought up to date first, in a copy."""
        return self.revision == migrations.HEAD


@contextlib.contextmanager
def looking(file: Path) -> Iterator[tuple[Database, Facts]]:
    """The backup for the length of a `with`, and what it says of itself.

    Raises Unusable when it is missing, none of ours, damaged so far that it cannot be read, or of a newer version.
    """
    candidate = Database(file, read_only=True)
    try:
        if not file.exists():
            raise Unusable(f"There is no backup “{file.name}”.", "Choose another one.", "MISSING")
        candidate.check_file()
        revision = migrations.version_of(candidate)
        if revision is None:
            raise Unusable(f"“{file.name}” holds no library.", "Choose another backup.", "EMPTY")
        if revision not in migrations.REVISIONS:
            raise Unusable(
                f"“{file.name}” was made by a newer version of PatronDesk. Nothing was changed.",
                "Install the newest version on this computer.",
                "NEWER_VERSION",
            )
        with candidate.read() as session:
            facts = _facts(session, file, revision)
        yield candidate, facts
    finally:
        candidate.close()


def _facts(session: Session, file: Path, revision: str) -> Facts:
    # Written out, because an older file does not have every column that the classes know.
    place = session.execute(sa.text("SELECT id, short_name, secret, name FROM libraries ORDER BY id")).first()
    if place is None:
        raise Unusable(f"“{file.name}” holds no library.", "Choose another backup.", "EMPTY")
    patrons = session.execute(sa.text("SELECT count(*) FROM patrons")).scalar_one()
    last = session.execute(sa.text("SELECT number, hash, at FROM audit_entries ORDER BY number DESC LIMIT 1")).first()
    head = (last[0], last[1]) if last else (0, "0" * 64)
    at = dt.datetime.fromisoformat(last[2]) if last else dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    return Facts(revision, place[0], place[1], place[2], place[3], patrons, head, at)


def check_same_library(library: Database, library_id: int | None, facts: Facts, file: Path) -> None:
    """Raises Unusable when the backup is another library's; the library's own key tells, not its name alone."""
    with library.read() as session:
        rows = sa.select(Library.short_name, Library.secret)
        here = session.execute(rows if library_id is None else rows.where(Library.id == library_id)).all()
    if (facts.short_name, facts.secret) not in [(row[0], row[1]) for row in here]:
        raise Unusable(
            f"“{file.name}” is a backup of another library. Nothing was changed.",
            "Choose a backup of this one.",
            "OTHER_LIBRARY",
        )


def check_on_file(library: Database) -> Path:
    """The path of the library file. Raises Refused on a server, which has no files of ours to look into or put back."""
    if library.path is None:
        raise Refused(
            "This library lives on a server.", "The district's own backups apply; ask who manages the server.", "SERVER"
        )
    return library.path
