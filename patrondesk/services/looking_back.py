"""A backup opened beside the library, to look somebody up: read-only, with the rights and in the log of the live library."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import migrations
from patrondesk.clock import Clock
from patrondesk.database import Database, copy_file
from patrondesk.errors import Unusable
from patrondesk.models.audit import BackupRecord
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.backups import Absence, BackupShown, SeenPatron
from patrondesk.records.ids import BatchId, LibraryId, PatronId
from patrondesk.records.patrons import PatronsPage
from patrondesk.records.purging import ArchiveState, Outcome
from patrondesk.records.staff import Permission
from patrondesk.services import backup, backup_file, carrying_over, fines, loans, patron_listing, patrons, reservations
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office

_UNDOABLE = (ArchiveState.PRESENT.value, ArchiveState.PARTLY_UNDONE.value)


class OpenBackup:
    """A backup that is open. `close` it, or use it in a `with`: a copy that was made of an older one goes then.

    `inside` is the office in which the backup is the library: everything that reads works there, nothing that writes does.
    """

    def __init__(self, inside: Office, shown: BackupShown, number: int | None, folder: contextlib.ExitStack) -> None:
        self.inside, self.shown, self.number = inside, shown, number
        self._folder = folder
        self._searched = ""

    def __enter__(self) -> OpenBackup:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session on the backup."""
        with self.inside.database.read() as session:
            yield session

    def newly_searched(self, text: str) -> bool:
        """Whether this was not searched for just before: one search is one look, however many pages are turned."""
        new, self._searched = text != self._searched, text
        return new and bool(text)

    def close(self) -> None:
        """Lets go of the backup."""
        self.inside.database.close()
        self._folder.close()


@permitted(Permission.VIEW_PATRONS)
def open_backup(office: Office, file: Path) -> OpenBackup:
    """Opens a backup of this library beside it. Raises Unusable: missing, damaged, newer, another library's.

    One of an older version is read in a copy that is brought up to date, in a folder of this person's own.
    """
    backup_file.check_on_file(office.database)
    assert office.actor is not None
    folder = contextlib.ExitStack()
    try:
        with backup_file.looking(file) as (chosen, facts):
            backup_file.check_same_library(office.database, office.library_id, facts, file)
            place = chosen.path
            if not facts.current:
                made = folder.enter_context(tempfile.TemporaryDirectory(prefix="patrondesk-"))
                place = _brought_up_to_date(chosen, Path(made))
        assert place is not None
        number, made_at = _log_opening(office, file, facts)
    except BaseException:
        folder.close()
        raise
    # Days overdue and what has ended are told as of the backup; nothing is recorded by that clock.
    then = Clock(made_at.astimezone().date())
    actor = replace(office.actor, library_id=LibraryId(facts.library_id))
    shown = BackupShown(str(file), facts.name, made_at, facts.patrons, not facts.current)
    return OpenBackup(Office(Database(place, read_only=True), then, actor), shown, number, folder)


def _brought_up_to_date(chosen: Database, folder: Path) -> Path:
    path = folder / "backup.patrondesk"
    copy = Database(path)
    try:
        copy_file(chosen, path)
        migrations.upgrade(copy)
    except (OSError, sqlite3.Error) as fault:
        raise Unusable(
            f"“{chosen.name}” is of an older version, and could not be brought up to date in a copy.",
            "Check that there is room on the disk of this computer.",
            "NO_COPY",
        ) from fault
    finally:
        copy.close()
    return path


@operation(Permission.VIEW_PATRONS)
def _log_opening(work: Work, file: Path, facts: backup_file.Facts) -> tuple[int | None, dt.datetime]:
    listed = work.session.scalars(sa.select(BackupRecord)).all()
    number = next((row.id for row in listed if backup.find_file(work.office, row.path) == file.absolute()), None)
    work.record("backup.open", {"backup": number, "audit_number": facts.head[0]})
    return number, carrying_over.find_made_at(work.office, listed, file, facts)


@permitted(Permission.VIEW_PATRONS)
def search(office: Office, opened: OpenBackup, text: str = "", *, page: int = 1, page_size: int = 50) -> PatronsPage:
    """People of the backup by name, barcode or username, page by page. Each new search is in the live library's log."""
    found = patron_listing.list_patrons(opened.inside, search=text, page=page, page_size=page_size)
    if opened.newly_searched(text.strip()):
        _log(office, "backup.search", {"backup": opened.number, "found": found.total})
    return found


@permitted(Permission.VIEW_PATRONS)
def look_at(office: Office, opened: OpenBackup, patron_id: PatronId) -> SeenPatron:
    """One person as they were then, with loans, fines and reservations. Each look is in the live library's log."""
    inside = opened.inside
    seen = SeenPatron(
        patrons.read_details(inside, patron_id),
        tuple(loans.list_loans(inside, patron_id)),
        tuple(fines.list_fines(inside, patron_id)),
        tuple(reservations.list_reservations(inside, patron_id)),
        read_absence(office, patron_id),
    )
    _log(office, "backup.look", {"backup": opened.number}, patron_id)
    return seen


@operation(Permission.VIEW_PATRONS)
def _log(work: Work, name: str, facts: dict[str, object], patron_id: PatronId | None = None) -> None:
    work.record(name, facts, patron_id)


@operation(Permission.VIEW_PATRONS, reads=True)
def read_absence(work: Work, patron_id: PatronId) -> Absence:
    """Whether somebody is in the library now, and if not, with which purge they went and whether it can be undone."""
    return absence(work, patron_id)


def absence(work: Work, patron_id: PatronId) -> Absence:
    """The same within an operation."""
    patron = work.session.get(Patron, patron_id)
    if patron is not None and patron.library_id == work.library_id:
        return Absence(True)
    row = work.session.execute(
        sa.select(Batch.id, BatchLine.at, Batch.undo_until, Batch.archive)
        .join(BatchLine, BatchLine.batch_id == Batch.id)
        .where(
            BatchLine.patron_id == patron_id, BatchLine.outcome == Outcome.PURGED.value, BatchLine.undone_at.is_(None),
            Batch.library_id == work.library_id,
        )
        .order_by(Batch.id.desc())
    ).first()  # fmt: skip
    if row is None:
        return Absence(False)
    number, at, until, archive = row
    undoable = archive in _UNDOABLE and until is not None and until >= work.clock.real_today()
    return Absence(False, BatchId(number), at.astimezone().date() if at else None, until if undoable else None)
