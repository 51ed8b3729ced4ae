"""Destruction in time: no backup, interrupted run or reader in the way keeps the purged longer than promised."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

import pytest

from patrondesk import database
from patrondesk.database import Database
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.purge import Batch
from patrondesk.services import backup
from patrondesk.services.office import Office
from patrondesk.services.purging import destroy
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD


def purged(office, **settings):
    """Purges one patron; the batch and a word that only the patron had."""
    with building(office, **settings) as school:
        patron = school.patron()
        word = school.username_of(patron)
    return purge.run(office, make_plan(office, [patron], source="page"), Ticket()).batch, word.encode()


def past(office, batch, days):
    with office.database.write() as session:
        session.get_one(Batch, batch.id).undo_until = office.clock.real_today() - dt.timedelta(days=days)


def holding(office, word):
    return [path.name for path in sorted(office.backups_folder().iterdir()) if word in path.read_bytes()]


def test_the_backup_before_it_goes_seven_days_after_the_undo_date(sqlite_library):
    desk = sqlite_library
    batch, word = purged(desk)
    assert len(holding(desk, word)) == 1
    past(desk, batch, days=6)
    assert destroy.destroy_due(desk) == 1
    kept = backup.make_backup(desk, purpose="daily")
    assert len(holding(desk, word)) == 1, "a few days more, as the domain says"
    past(desk, batch, days=7)
    destroy.destroy_due(desk)
    assert not holding(desk, word)
    assert Path(kept.path).exists(), "this one never held them"


def test_so_do_backups_of_the_undo_archive(sqlite_library):
    desk = sqlite_library
    batch, word = purged(desk)
    backup.make_backup(desk, purpose="daily")
    assert len(holding(desk, word)) == 2, "the purged are in its archive"
    past(desk, batch, days=9)
    destroy.destroy_due(desk)
    assert not holding(desk, word)


def test_with_no_undo_days_the_backup_before_it_goes_at_once(sqlite_library):
    desk = sqlite_library
    _, word = purged(desk, undo_days="0")
    assert not holding(desk, word)


def test_a_copy_before_an_upgrade_expires_as_well(sqlite_library):
    desk = sqlite_library
    with building(desk) as school:
        patron = school.patron()
        word = school.username_of(patron).encode()
    backup.note_upgrade(desk, backup.before_upgrade(desk))
    batch = purge.run(desk, make_plan(desk, [patron], source="page"), Ticket()).batch
    past(desk, batch, days=9)
    destroy.destroy_due(desk)
    assert not holding(desk, word)


def test_an_interrupted_runs_archive_is_destroyed_in_time(sqlite_library):
    desk = sqlite_library
    batch, word = purged(desk)
    with desk.database.write() as session:
        row = session.get_one(Batch, batch.id)
        row.state, row.finished_at, row.heartbeat_at = "running", None, row.heartbeat_at - dt.timedelta(days=40)
    past(desk, batch, days=9)
    assert destroy.destroy_due(desk) == 1
    assert not holding(desk, word)


@pytest.mark.parametrize("way", ["at once", "when due"])
def test_a_reader_in_the_way_only_puts_destruction_off(sqlite_template, tmp_path, monkeypatch, way):
    monkeypatch.setattr(database, "BUSY_MS", 50)
    file = shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk")
    opened = Database(file)
    desk = sign_in(Office(opened), LIBRARIAN, PASSWORD)
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM patrons").fetchone()
    batch, word = purged(desk, undo_days="0" if way == "at once" else "30")
    if way == "when due":
        past(desk, batch, days=1)
        destroy.destroy_due(desk)
    reader.execute("ROLLBACK")
    reader.close()
    destroy.destroy_due(desk)
    assert file == opened.path
    left = [path.name for path in (file, Path(f"{file}-wal")) if path.exists() and word in path.read_bytes()]
    opened.close()
    assert not left
