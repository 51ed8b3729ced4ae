"""Backups: a copy under its name is whole, part files never stay, the oldest go by number, and without one nothing is purged."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.database import Database
from patrondesk.errors import Refused, Unusable
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import BackupRecord
from patrondesk.services import backup
from patrondesk.services.office import Office
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.comparing import picture
from tests.conftest import LIBRARIAN, PASSWORD


@pytest.fixture
def desk(sqlite_template, tmp_path):
    opened = Database(shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk"))
    yield sign_in(Office(opened), LIBRARIAN, PASSWORD)
    opened.close()


def files(office):
    folder = office.backups_folder()
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_backup_is_the_library(desk):
    with building(desk) as school:
        for _ in range(5):
            school.belongings(school.patron())
    before = picture(desk.database)
    made = backup.make_backup(desk)
    assert [str(path) for path in files(desk)] == [made.path]
    assert made.size == Path(made.path).stat().st_size
    copy = Database(made.path)
    assert picture(copy) == before
    copy.close()
    assert made.patrons == 6
    assert not [path for path in Path(made.path).parent.iterdir() if path.name.endswith(("-wal", "-shm", "-journal", ".part"))]


def test_what_is_noted_of_it(desk):
    made = backup.make_backup(desk, purpose="daily")
    with sqlite3.connect(made.path) as copy:
        number, digest = copy.execute("SELECT number, hash FROM audit_entries ORDER BY number DESC").fetchone()
    copy.close()
    with desk.database.read() as session:
        note = session.scalars(sa.select(BackupRecord)).one()
        assert (note.path, note.purpose, note.audit_number, note.audit_hash, note.destroyed_at) == (
            made.path,
            "daily",
            number,
            digest,
            None,
        )


def test_a_place_that_the_person_chose(desk, tmp_path):
    target = tmp_path / "elsewhere" / "mine.patrondesk"
    assert backup.make_backup(desk, target).path == str(target)
    assert target.exists()
    with pytest.raises(Refused):
        backup.make_backup(desk, desk.database.path)
    assert desk.database.path.stat().st_size > 0


def test_the_oldest_go_by_number(desk, tmp_path):
    own = backup.make_backup(desk, tmp_path / "mine.patrondesk").path
    with building(desk, keep_backups="3"):
        pass
    made = [backup.make_backup(desk).path for _ in range(5)]
    assert {str(path) for path in files(desk)} == set(made[2:])
    assert Path(own).exists()
    with desk.database.read() as session:
        gone = session.scalars(sa.select(BackupRecord.path).where(BackupRecord.destroyed_at.is_not(None))).all()
    assert set(gone) == set(made[:2])


def full_disk(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def half_written(_source, part):
    part.write_bytes(b"SQLite format 3\x00 and then the disk was full")
    raise sqlite3.OperationalError("database or disk is full")


def garbage(_source, part):
    part.write_bytes(b"\x00" * 4096)


FAULTS = {
    "the copy stops": ("copy_file", half_written),
    "the copy is garbage": ("copy_file", garbage),
    "no room at the start": ("copy_file", full_disk),
    "no room at the end": ("os.replace", full_disk),
    "a bug": ("copy_file", lambda _source, part: [part.write_bytes(b"x"), int("no number")]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_without_a_backup_nothing_is_purged(desk, monkeypatch, fault):
    with building(desk) as school:
        patrons = [school.patron() for _ in range(3)]
    plan, before = make_plan(desk, patrons, source="page"), whole(desk)
    name, failing = FAULTS[fault]
    if name == "os.replace":
        monkeypatch.setattr(os, "replace", failing)
    else:
        monkeypatch.setattr(backup, name, failing)
    with pytest.raises(ValueError if fault == "a bug" else Unusable) as refusal:
        purge.run(desk, plan, Ticket())
    if isinstance(refusal.value, Unusable):
        assert refusal.value.exit_code == 4
    assert whole(desk) == before
    assert not files(desk), "half a backup is left"
    monkeypatch.undo()
    assert purge.run(desk, plan, Ticket()).batch.purged == 3


def test_a_folder_that_cannot_be_written(desk):
    with building(desk) as school:
        patron = school.patron()
    desk.backups_folder().write_text("a file where the folder would be")
    plan, before = make_plan(desk, [patron], source="page"), whole(desk)
    with pytest.raises(Unusable) as refusal:
        purge.run(desk, plan, Ticket())
    assert refusal.value.code == "BACKUP_FAILED"
    assert whole(desk) == before


def whole(office):
    told = picture(office.database)
    with office.database.read() as session:
        for table in ("audit_entries", "batches", "batch_lines", "backups", "archive_patrons"):
            told[table] = session.execute(sa.text(f"SELECT * FROM {table}")).all()
    return told


def test_a_server_has_backups_of_its_own(libraries_on_a_server):
    with pytest.raises(Refused):
        backup.make_backup(libraries_on_a_server)


@pytest.fixture
def libraries_on_a_server(postgres_server, postgres_template):
    with postgres_server.database(postgres_template) as url:
        opened = Database(url)
        yield sign_in(Office(opened), LIBRARIAN, PASSWORD)
        opened.close()
