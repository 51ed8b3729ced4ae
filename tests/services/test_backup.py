"""Backups: whole under their name, no part files stay, they go by number and age, and without one nothing is purged."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import NotPermitted, Refused, Unusable
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import BackupRecord
from patrondesk.models.purge import Batch
from patrondesk.records.staff import Permission
from patrondesk.services import backup, copies
from patrondesk.services.backup_reading import list_backups
from patrondesk.services.office import Office
from patrondesk.services.purging import destroy
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
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


def test_it_is_on_the_disk_before_it_has_its_name_and_the_name_after(desk, monkeypatch):
    done = []
    for owner, name in ((copies, "settle_file"), (os, "replace"), (copies, "settle_folder")):
        real = getattr(owner, name)

        def noted(*args, real=real, name=name):
            done.append(name)
            return real(*args)

        monkeypatch.setattr(owner, name, noted)
    backup.make_backup(desk)
    assert done == ["settle_file", "replace", "settle_folder"]


@pytest.mark.skipif(os.name != "posix", reason="Windows settles names by itself")
def test_the_name_is_settled_with_its_folder(tmp_path, monkeypatch):
    settled = []
    monkeypatch.setattr(os, "fsync", lambda handle: settled.append(stat.S_ISDIR(os.fstat(handle).st_mode)))
    (tmp_path / "part").write_bytes(b"x")
    copies.take_name(tmp_path / "part", tmp_path / "whole")
    assert settled == [True]


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


def test_the_old_go_by_age_but_never_the_newest(desk, tmp_path):
    own = backup.make_backup(desk, tmp_path / "mine.patrondesk").path
    made = [backup.make_backup(desk).path for _ in range(3)]
    with building(desk, keep_backups_days="10"):
        pass
    age(desk, {own: 400, made[0]: 400, made[1]: 11, made[2]: 9})
    kept = backup.make_backup(desk).path
    assert {str(path) for path in files(desk)} == {made[2], kept}
    assert Path(own).exists()
    age(desk, {made[2]: 400, kept: 300})
    with building(desk, daily_backup="false"):
        pass
    assert backup.make_daily(desk) is None
    assert [str(path) for path in files(desk)] == [kept], "the newest stays, whatever its age"
    with building(desk, keep_backups_days="0", keep_backups="3"):
        pass
    again = backup.make_backup(desk).path
    age(desk, {kept: 3000})
    backup.make_daily(desk)
    assert {str(path) for path in files(desk)} == {kept, again}, "with 0 days the number alone decides"


def age(office, days):
    with office.database.write() as session:
        for path, number in days.items():
            row = session.scalars(sa.select(BackupRecord).where(BackupRecord.path == path)).one()
            row.made_at = office.clock.now() - dt.timedelta(days=number)


def test_a_backup_that_is_not_there_protects_nothing(desk):
    made = [backup.make_backup(desk).path for _ in range(2)]
    Path(made[1]).unlink()
    with building(desk, keep_backups_days="10", daily_backup="false"):
        pass
    age(desk, {made[0]: 30, made[1]: 20})
    backup.make_daily(desk)
    assert [str(path) for path in files(desk)] == [made[0]], "the newest that is there stays"


def test_backups_are_found_where_their_library_went(desk, tmp_path, sqlite_template):
    made = backup.make_backup(desk)
    home = tmp_path / "moved"
    home.mkdir()
    desk.database.close()
    library = shutil.move(desk.database.path, home / "library.patrondesk")
    shutil.move(Path(made.path).parent, home / "library-backups")
    opened = Database(library)
    there = sign_in(Office(opened), LIBRARIAN, PASSWORD)
    line = list_backups(there)[0]
    assert (line.there, line.ours, Path(line.path).parent) == (True, True, home / "library-backups")
    assert backup.remove_files(there, [(line.id, made.path)]) == 1
    assert not files(there)
    opened.close()


def reader(office, tmp_path):
    """The same library in the hands of somebody who may only look."""
    assert office.actor is not None
    return office.signed_in(dataclasses.replace(office.actor, permissions=frozenset({Permission.VIEW_PATRONS})))


def test_the_day_s_backup_once_a_day(desk, tmp_path):
    looking = reader(desk, tmp_path)
    made = backup.make_daily(looking)
    assert made is not None
    assert backup.make_daily(desk) is None, "one was made today"
    assert [(line.path, line.purpose) for line in list_backups(looking)] == [(made.path, "daily")]
    age(desk, {made.path: 1})
    assert backup.make_daily(looking) is not None
    with pytest.raises(NotPermitted):
        backup.make_backup(looking)
    with pytest.raises(NotPermitted):
        backup.remove_files(looking, [(1, made.path)])
    nobody = desk.signed_in(dataclasses.replace(desk.actor, permissions=frozenset()))
    with pytest.raises(NotPermitted):
        backup.make_daily(nobody)


def test_one_of_today_counts_only_while_it_is_at_hand(desk, tmp_path):
    backup.make_backup(desk, tmp_path / "stick.patrondesk")
    made = backup.make_daily(desk)
    assert made is not None, "a backup on a stick is not at hand"
    Path(made.path).unlink()
    assert backup.make_daily(desk) is not None
    assert backup.make_daily(desk) is None


def test_a_rehearsed_date_moves_no_daily_backup(desk):
    assert backup.make_daily(desk) is not None
    rehearsal = dataclasses.replace(desk, clock=Clock(dt.date(2031, 1, 1)))
    assert backup.make_daily(rehearsal) is None


def test_it_can_be_switched_off(desk):
    with building(desk, daily_backup="false"):
        pass
    assert backup.make_daily(desk) is None
    assert not files(desk)


def test_what_a_crash_left_behind_goes(desk):
    backup.make_backup(desk)
    old, fresh = (desk.backups_folder() / f"{name}.patrondesk.part" for name in ("old", "fresh"))
    half = desk.database.path.with_name("library.patrondesk.restoring-wal")
    for left in (old, fresh, half):
        left.write_bytes(b"half")
    for left in (old, half):
        os.utime(left, (1, 1))
    backup.make_daily(desk)
    assert [left.exists() for left in (old, half, fresh)] == [False, False, True]


def test_a_backup_that_cannot_be_noted_is_none(desk, monkeypatch):
    monkeypatch.setattr(backup, "_record", lambda *_: int("no number"))
    with pytest.raises(ValueError, match="no number"):
        backup.make_backup(desk)
    assert not files(desk), "nobody would ever remove it"


def test_the_list_says_until_when_each_may_stay(desk):
    with building(desk) as school:
        patrons = [school.patron() for _ in range(3)]
    before = backup.make_backup(desk)
    batch = purge.run(desk, make_plan(desk, patrons, source="page"), Ticket()).batch
    after = backup.make_backup(desk)
    assert batch.undo_until is not None
    last = batch.undo_until + dt.timedelta(days=7)
    lines = {line.path: line for line in list_backups(desk)}
    assert {(lines[made.path].holds, lines[made.path].until) for made in (before, after)} == {(3, last)}
    with desk.database.write() as session:
        session.get_one(Batch, batch.id).undo_until = desk.clock.real_today() - dt.timedelta(days=1)
    assert destroy.destroy_due(desk) == 1
    free = backup.make_backup(desk)
    told = {line.path: (line.holds, line.until) for line in list_backups(desk)}
    assert told[free.path] == (0, None)
    assert told[after.path] == (3, desk.clock.real_today() + dt.timedelta(days=6))
    undone = purge.run(desk, make_plan(desk, [school_patron(desk)], source="page"), Ticket()).batch
    undo_batch(desk, undone.id)
    assert {line.path: (line.holds, line.until) for line in list_backups(desk)}[free.path] == (0, None)


def school_patron(office):
    with building(office) as school:
        return school.patron()


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
        monkeypatch.setattr(copies, name, failing)
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
