"""Restore: the library is the backup, whole; the former file is kept aside; whatever goes wrong changes nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk import bootstrap, claims, database, migrations
from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import Busy, NotPermitted, Refused, SignInRefused, Unusable
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch
from patrondesk.records.backups import Restored
from patrondesk.records.staff import Permission
from patrondesk.services import backup, checking, copies, replacing
from patrondesk.services.backup_reading import list_backups
from patrondesk.services.libraries import create_library
from patrondesk.services.office import Office
from patrondesk.services.purging import destroy
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from patrondesk.services.restoring import loss_sentence, read_loss, restore, restore_unreadable
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.comparing import picture
from tests.conftest import LIBRARIAN, PASSWORD
from tests.older import older_copy


@pytest.fixture
def desk(sqlite_template, tmp_path):
    opened = Database(shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk"))
    yield sign_in(Office(opened), LIBRARIAN, PASSWORD)
    opened.close()


@pytest.fixture(autouse=True)
def _no_long_wait(monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 200)
    monkeypatch.setattr(replacing, "_TRIES", 3)


def run(office, patrons):
    return purge.run(office, make_plan(office, patrons, source="page"), Ticket()).batch


def aside(done: Restored) -> Path:
    """Where the former file is kept."""
    assert done.kept_aside is not None
    return Path(done.kept_aside)


def again(office):
    """Signed in to what lies under the library's name now."""
    office.database.close()
    return sign_in(bootstrap.open_library(office.database.path), LIBRARIAN, PASSWORD)


def beside(office):
    """What lies in the library's own folder, but for the lock of a purge."""
    office.database.close()
    return {path.name for path in office.database.path.parent.iterdir() if "-purging" not in path.name}


AT_REST = {"library.patrondesk", "library-backups"}


def test_the_library_is_the_backup(desk):
    with building(desk) as school:
        for _ in range(5):
            patron = school.patron()
            school.belongings(patron)
            school.fine(patron, 0, loan_id=school.loan(patron))
    made = backup.make_backup(desk)
    then = picture(desk.database)
    with building(desk) as school:
        school.loan(school.patron())
    now = picture(desk.database)
    done = restore(desk, Path(made.path))
    assert beside(desk) == AT_REST
    there = again(desk)
    assert picture(there.database, without={"staff_accounts"}) == {k: v for k, v in then.items() if k != "staff_accounts"}
    assert Path(made.path).exists(), "the backup itself stays"
    assert (done.patrons, done.made_at, done.damaged, done.upgraded, done.people_back, done.batches) == (
        6, made.made_at, False, False, 0, (),
    )  # fmt: skip
    former = Database(aside(done), read_only=True)
    assert picture(former) == now
    former.close()
    stamp = f"{dt.datetime.now().astimezone():%Y-%m-%d %H}"
    assert aside(done).name.startswith(f"library before restore {stamp}")
    assert checking.find_problems(there) == []
    there.database.close()


def test_it_works_on_as_before(desk):
    """Readers and a writer side by side, the mark of our files, and the way back to where one was."""
    made = backup.make_backup(desk)
    with building(desk) as school:
        newest = school.patron()
    done = restore(desk, Path(made.path))
    there = again(desk)
    with sqlite3.connect(there.database.path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert raw.execute("PRAGMA application_id").fetchone() == (database.APPLICATION_ID,)
    raw.close()
    back = restore(there, aside(done))
    assert back.patrons == 2
    there = again(there)
    with there.database.read() as session:
        assert session.get(Patron, newest) is not None
    assert checking.find_problems(there) == []
    there.database.close()


def test_the_log_says_which_log_it_replaced(desk):
    made = backup.make_backup(desk)
    with desk.database.read() as session:
        head = session.execute(sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc())).first()
    restore(desk, Path(made.path))
    there = again(desk)
    with there.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        facts = entry.facts
        assert (entry.operation, entry.actor, facts["replaced_number"], facts["replaced_hash"]) == (
            "library.restore", desk.actor.name, *head,
        )  # fmt: skip
        assert entry.actor_id == desk.actor.staff_id
        kept = session.get_one(BackupRecord, facts["kept"])
        assert kept.purpose == "before a restore"
        assert facts["batches"] == []
    there.database.close()


def test_backups_made_since_are_still_listed(desk, tmp_path):
    first = backup.make_backup(desk)
    second = backup.make_backup(desk, tmp_path / "stick.patrondesk")
    gone = backup.make_backup(desk)
    Path(gone.path).unlink()
    done = restore(desk, Path(first.path))
    assert done.backups == 2
    there = again(desk)
    assert {line.path for line in list_backups(there)} == {first.path, second.path, done.kept_aside}
    assert {line.purpose for line in list_backups(there)} == {"by hand", "before a restore"}
    made = {line.path: line.made_at for line in list_backups(there)}
    assert (made[first.path], made[second.path]) == (first.made_at, second.made_at)
    assert checking.find_problems(there) == [], "heads of the log that is no more"
    there.database.close()


def test_who_had_been_purged_is_back_and_counted(desk):
    with building(desk) as school:
        patrons = [school.patron() for _ in range(5)]
    early = run(desk, patrons[:1])
    made = backup.make_backup(desk)
    late = [run(desk, patrons[1:3]), run(desk, patrons[3:])]
    undo_batch(desk, late[1].id, patrons[4:])
    done = restore(desk, Path(made.path))
    assert done.people_back == 3, "two of the second purge, and the one of the third that had stayed away"
    assert [(lost.id, lost.purged) for lost in done.batches] == [(late[0].id, 2), (late[1].id, 2)]
    assert done.batches[0].started_at == late[0].started_at
    there = again(desk)
    with there.database.read() as session:
        assert set(patrons[1:]) <= set(session.scalars(sa.select(Patron.id)))
        assert session.scalars(sa.select(Batch.id)).all() == [early.id]
    assert undo_batch(there, early.id).restored == 1
    assert checking.find_problems(there) == []
    there.database.close()


def test_newcomers_who_were_purged_do_not_stay_in_backups_for_ever(desk):
    """Nothing on record tells of their purge any more, so the files that hold them know their last day themselves."""
    made = backup.make_backup(desk)
    with building(desk) as school:
        newcomer = school.patron()
        word = school.username_of(newcomer).encode()
    batch = run(desk, [newcomer])
    between = Path(list_backups(desk)[0].path)
    done = restore(desk, Path(made.path))
    assert done.people_back == 0
    there = again(desk)
    lines = {Path(line.path): line for line in list_backups(there)}
    last = batch.undo_until + dt.timedelta(days=7)
    assert {path: line.until for path, line in lines.items()} == {
        Path(made.path): None, between: last, aside(done): last,
    }  # fmt: skip
    assert all(word in path.read_bytes() for path in (between, aside(done)))
    tomorrow_of_it(there, between, aside(done))
    destroy.destroy_due(there)
    assert [path for path in lines if path.exists()] == [Path(made.path)]
    there.database.close()


def tomorrow_of_it(office, *paths):
    with office.database.write() as session:
        for row in session.scalars(sa.select(BackupRecord).where(BackupRecord.path.in_([str(path) for path in paths]))):
            row.expires_on = office.clock.real_today()


def test_who_is_back_and_purged_again_goes_from_all_of_them(desk):
    with building(desk) as school:
        patron = school.patron()
        word = school.username_of(patron).encode()
    made = backup.make_backup(desk)
    run(desk, [patron])
    done = restore(desk, Path(made.path))
    there = again(desk)
    assert done.people_back == 1
    batch = run(there, [patron])
    with there.database.write() as session:
        session.get_one(Batch, batch.id).undo_until = there.clock.real_today() - dt.timedelta(days=8)
    destroy.destroy_due(there)
    folder = there.backups_folder()
    assert not [path.name for path in folder.iterdir() if word in path.read_bytes()]
    there.database.close()


def test_what_was_destroyed_for_good_does_not_come_back(desk):
    with building(desk) as school:
        patron = school.patron()
        word = school.username_of(patron).encode()
    batch = run(desk, [patron])
    made = backup.make_backup(desk)
    with desk.database.write() as session:
        session.get_one(Batch, batch.id).undo_until = desk.clock.real_today() - dt.timedelta(days=1)
    assert destroy.destroy_due(desk) == 1
    clean = backup.make_backup(desk)
    done = restore(desk, Path(made.path))
    there = again(desk)
    there.database.close()
    assert word not in there.database.path.read_bytes()
    assert checking.find_problems(there) == []
    with pytest.raises(Refused):
        undo_batch(there, batch.id)
    with there.database.write() as session:
        session.get_one(Batch, batch.id).undo_until = there.clock.real_today() - dt.timedelta(days=8)
    destroy.destroy_due(there)
    left = {path for path in there.backups_folder().iterdir()}
    assert left == {Path(clean.path), aside(done)}, "these never held them"
    there.database.close()


def test_what_goes_is_said_before(desk):
    with building(desk) as school:
        patrons = [school.patron() for _ in range(2)]
        lent = school.loan(patrons[0])
    made = backup.make_backup(desk)
    moment = made.made_at.astimezone()
    assert loss_sentence(read_loss(desk, Path(made.path))) == (
        f"Nothing was recorded since {moment.day} {moment:%B} {moment.year}, {moment:%H:%M}."
    )
    with building(desk) as school:
        for _ in range(3):
            school.loan(patrons[0])
        fine = school.fine(patrons[0], 0)
        school.line(fine, "payment", 300)
        school.line(fine, "waiver", 300)
        school.patron()
        school.session.execute(
            sa.text("UPDATE loans SET ended_at = :now WHERE id = :id"),
            {"now": str(dt.datetime.now(dt.UTC).replace(tzinfo=None)), "id": lent},
        )
    batch = run(desk, [patrons[1]])
    undo_batch(desk, batch.id)
    loss = read_loss(desk, Path(made.path))
    assert (loss.loans, loss.payments, loss.patrons, loss.imports, loss.purges, loss.undone) == (4, 1, 1, 0, 1, 1)
    assert loss_sentence(loss).endswith(" goes: 4 loans, 1 payment, 1 new patron, 1 purge and 1 undone purge.")


# ------------------------------------------------------------------------------------------------------- who may, and when


@pytest.mark.parametrize("missing", [Permission.SETTINGS, Permission.UNDO_PURGE])
def test_only_an_administrator(desk, missing):
    made = backup.make_backup(desk)
    less = desk.signed_in(dataclasses.replace(desk.actor, permissions=desk.actor.permissions - {missing}))
    for doing in (restore, read_loss):
        with pytest.raises(NotPermitted):
            doing(less, Path(made.path))


def unchanged(office, before, folder):
    assert {path.name for path in office.backups_folder().iterdir()} == folder
    assert beside(office) == AT_REST
    assert picture(office.database) == before
    with office.database.write() as session:
        session.execute(sa.update(Patron).values(street="still writes"))


def refused(office, file, kind=Unusable, code=None):
    before, folder = picture(office.database), {path.name for path in office.backups_folder().iterdir()}
    with pytest.raises(kind) as refusal:
        restore(office, Path(file))
    if code is not None:
        assert refusal.value.code == code
    assert refusal.value.text.endswith(".")
    assert refusal.value.next_step.endswith(".")
    unchanged(office, before, folder)
    return refusal.value


@pytest.mark.parametrize("doing", ["open", "reading", "writing"])
def test_while_another_program_has_it_open(desk, doing):
    made = backup.make_backup(desk)
    other = sqlite3.connect(desk.database.path, isolation_level=None)
    other.execute("SELECT count(*) FROM patrons").fetchone()
    if doing != "open":
        other.execute("BEGIN IMMEDIATE" if doing == "writing" else "BEGIN")
        other.execute("SELECT count(*) FROM patrons").fetchone()
    before = {path.name for path in desk.backups_folder().iterdir()}
    with pytest.raises(Busy) as refusal:
        restore(desk, Path(made.path))
    assert refusal.value.exit_code == 3
    other.close()
    assert {path.name for path in desk.backups_folder().iterdir()} == before
    assert restore(desk, Path(made.path)).patrons == 1


def test_while_a_purge_runs(desk):
    made = backup.make_backup(desk)
    other = Database(desk.database.path)
    with claims.claim(other, claims.PURGING, desk.library_id):
        assert refused(desk, made.path, Busy).exit_code == 3
    other.close()


def test_a_program_that_came_meanwhile_cannot_go_on_in_the_old_file(desk, monkeypatch):
    """It opened the file while it was held; afterwards that file is nobody's library any more."""
    made = backup.make_backup(desk)
    late = []
    real = os.replace

    def replace(source, target):
        if str(target) == str(desk.database.path):
            late.append(sqlite3.connect(target, timeout=0))
            with pytest.raises(sqlite3.OperationalError):
                late[0].execute("SELECT count(*) FROM patrons")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    restore(desk, Path(made.path))
    monkeypatch.undo()
    if os.name == "posix":
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            late[0].execute("SELECT count(*) FROM patrons")
    late[0].close()
    there = again(desk)
    assert checking.find_problems(there) == []
    there.database.close()


# --------------------------------------------------------------------------------------------------- files that will not do


def test_a_damaged_backup(desk, tmp_path):
    with building(desk) as school:
        for _ in range(300):
            school.loan(school.patron())
    made = Path(backup.make_backup(desk).path)
    whole = made.read_bytes()
    for place in (0.2, 0.5, 0.8):
        raw = bytearray(whole)
        start = int(len(raw) * place) // 4096 * 4096
        raw[start : start + 8192] = b"\xa5" * 8192
        made.write_bytes(raw)
        fault = refused(desk, made)
        assert fault.exit_code == 4
        assert made.read_bytes() == bytes(raw)
    made.write_bytes(whole[: len(whole) // 2])
    assert refused(desk, made).exit_code == 4


def test_a_row_that_refers_to_nobody(desk):
    with building(desk) as school:
        school.loan(school.patron())
    made = backup.make_backup(desk)
    with contextlib.closing(sqlite3.connect(made.path)) as raw:
        raw.execute("UPDATE loans SET patron_id = 9999")
        raw.commit()
    assert refused(desk, made.path).code == "BACKUP_DAMAGED"


def test_of_a_newer_version(desk):
    made = backup.make_backup(desk)
    with contextlib.closing(sqlite3.connect(made.path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    assert refused(desk, made.path, code="NEWER_VERSION").exit_code == 4


@pytest.mark.parametrize("alike", [True, False])
def test_of_another_library(desk, tmp_path, alike):
    other = Database(tmp_path / "other.patrondesk")
    name = "Riverbank Secondary" if alike else "Hillside Primary"
    create_library(other, Clock(), name=name, username=LIBRARIAN, password=PASSWORD)
    elsewhere = sign_in(Office(other), LIBRARIAN, PASSWORD)
    made = backup.make_backup(elsewhere)
    other.close()
    file = shutil.move(made.path, tmp_path.with_name(f"{tmp_path.name}-stick"))
    backup.make_backup(desk)
    for left in ("other.patrondesk", "other-backups"):
        path = tmp_path / left
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert refused(desk, file, code="OTHER_LIBRARY").exit_code == 4


@pytest.mark.parametrize("kind", ["missing", "a folder", "text", "empty", "another program's"])
def test_not_a_backup(desk, tmp_path, kind):
    backup.make_backup(desk)
    file = tmp_path.with_name(f"{tmp_path.name}-thing")
    if kind == "a folder":
        file.mkdir()
    elif kind == "another program's":
        with contextlib.closing(sqlite3.connect(file)) as raw:
            raw.execute("CREATE TABLE patrons (id INTEGER PRIMARY KEY)")
    elif kind != "missing":
        file.write_bytes(b"" if kind == "empty" else b"username\n" * 50)
    assert refused(desk, file).exit_code == 4


def test_the_library_itself(desk, tmp_path):
    backup.make_backup(desk)
    refused(desk, desk.database.path, Refused, "SAME_FILE")
    link = tmp_path.with_name(f"{tmp_path.name}-link")
    os.link(desk.database.path, link)
    refused(desk, link, Refused, "SAME_FILE")


def test_an_older_backup_is_brought_up_to_date(desk):
    with building(desk) as school:
        school.belongings(school.patron())
    made = Path(backup.make_backup(desk).path)
    then = picture(desk.database)
    file = older_copy(made, made.with_name("older.patrondesk"))
    made.unlink()
    older = file.read_bytes()
    done = restore(desk, file)
    assert done.upgraded
    assert file.read_bytes() == older
    there = again(desk)
    # What a file of the first version has no place for cannot have come along.
    newer = {"staff_accounts", "access_requests", "data_downloads", "patron_attachments", "patron_changes"}
    assert picture(there.database, without=newer) == {name: rows for name, rows in then.items() if name not in newer}
    with there.database.read() as session:
        assert session.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [migrations.HEAD]
    assert checking.find_problems(there) == []
    there.database.close()


# ---------------------------------------------------------------------------------------------------- a world that will not do


def full_disk(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def read_only(*_args, **_kwargs):
    raise OSError(errno.EROFS, "Read-only file system")


def full(_source, part):
    part.write_bytes(b"SQLite format 3\x00 and then the disk was full")
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("fault", ["copying", "keeping aside", "settling", "at the end", "read-only", "a bug at the end"])
def test_a_full_disk_changes_nothing(desk, monkeypatch, fault):
    with building(desk) as school:
        school.loan(school.patron())
    made = backup.make_backup(desk)
    before, folder = picture(desk.database), {path.name for path in desk.backups_folder().iterdir()}
    real = os.replace

    def at_the_end(source, target):
        if Path(target) == desk.database.path:
            raise OSError(errno.ENOSPC, "No space left on device") if fault == "at the end" else RuntimeError("a bug")
        real(source, target)

    if fault == "copying":
        monkeypatch.setattr(copies, "copy_file", full)
    elif fault == "keeping aside":
        monkeypatch.setattr(replacing.Hold, "_copied", full_disk)
    elif fault == "settling":
        monkeypatch.setattr(copies, "settle_file", full_disk)
    elif fault == "read-only":
        monkeypatch.setattr(copies, "copy_file", read_only)
    else:
        monkeypatch.setattr(os, "replace", at_the_end)
    with pytest.raises(RuntimeError if "bug" in fault else Unusable) as refusal:
        restore(desk, Path(made.path))
    monkeypatch.undo()
    if isinstance(refusal.value, Unusable):
        assert (refusal.value.code, refusal.value.exit_code) == ("RESTORE_FAILED", 4)
    unchanged(desk, before, folder)
    with sqlite3.connect(desk.database.path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()
    assert restore(desk, Path(made.path)).patrons == 2


def test_a_folder_for_what_is_kept_aside_that_cannot_be_written(desk, tmp_path):
    made = shutil.move(backup.make_backup(desk).path, tmp_path.with_name(f"{tmp_path.name}-stick"))
    desk.backups_folder().rmdir()
    desk.backups_folder().write_text("a file where the folder would be")
    before = picture(desk.database)
    with pytest.raises(Unusable) as refusal:
        restore(desk, Path(made))
    assert refusal.value.code == "RESTORE_FAILED"
    assert picture(desk.database) == before
    assert beside(desk) == AT_REST


# ------------------------------------------------------------------------------------------- a library nobody can sign in to


def spoil(office, how):
    office.database.close()
    path = office.database.path
    raw = bytearray(path.read_bytes())
    if how == "header":
        raw[:100] = b"\x00" * 100
    elif how == "staff":
        with contextlib.closing(sqlite3.connect(path)) as link:
            root = link.execute("SELECT rootpage FROM sqlite_master WHERE name = 'staff_accounts'").fetchone()[0]
        raw[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    elif how == "cut short":
        raw = raw[:5000]
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(raw)
    return bytes(raw)


@pytest.mark.parametrize("how", ["header", "staff", "cut short", "missing"])
def test_a_damaged_library_is_replaced_by_whoever_the_backup_knows(desk, how):
    with building(desk) as school:
        patron = school.patron()
    first, second = backup.make_backup(desk), backup.make_backup(desk)
    batch = run(desk, [patron])
    bytes_then = spoil(desk, how)
    done = restore_unreadable(Database(desk.database.path), Clock(), Path(first.path), LIBRARIAN, PASSWORD)
    there = again(desk)
    with there.database.read() as session:
        assert session.get(Patron, patron) is not None
        assert session.get(Batch, batch.id) is None
    lines = {line.path: line for line in list_backups(there)}
    assert {first.path, second.path} <= set(lines), "found in the folder, as the old list is lost"
    if how == "missing":
        assert done.kept_aside is None
    else:
        assert done.damaged
        assert aside(done).read_bytes()[100:] == bytes_then[100:], "what could be saved of it is not thrown away"
        kept = lines[str(aside(done))]
        assert kept.purpose == "before a restore, damaged"
        assert kept.until == there.clock.real_today() + dt.timedelta(days=37)
    assert checking.find_problems(there) == []
    there.database.close()


def test_its_password_counts(desk):
    made = backup.make_backup(desk)
    before = spoil(desk, "header")
    for username, password in ((LIBRARIAN, "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(SignInRefused):
            restore_unreadable(Database(desk.database.path), Clock(), Path(made.path), username, password)
    assert desk.database.path.read_bytes() == before
    assert beside(desk) == AT_REST
    assert len(list(desk.backups_folder().iterdir())) == 1


def test_it_is_no_way_around_signing_in(desk):
    made = backup.make_backup(desk)
    with pytest.raises(Refused) as refusal:
        restore_unreadable(Database(desk.database.path), Clock(), Path(made.path), LIBRARIAN, PASSWORD)
    assert refusal.value.code == "SIGN_IN_FIRST"


def test_a_damaged_page_of_a_library_that_can_be_signed_in_to(desk):
    """The facts of the present file cannot all be read; it is kept aside byte by byte."""
    with building(desk) as school:
        for _ in range(200):
            school.loan(school.patron())
    made = backup.make_backup(desk)
    desk.database.close()
    path = desk.database.path
    with contextlib.closing(sqlite3.connect(path)) as link:
        root = link.execute("SELECT rootpage FROM sqlite_master WHERE name = 'loans'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(raw)
    done = restore(desk, Path(made.path))
    assert done.damaged
    assert b"\xff" * 4096 in aside(done).read_bytes()
    there = again(desk)
    assert checking.find_problems(there) == []
    there.database.close()


def test_a_server_has_backups_of_its_own(postgres_server, postgres_template, tmp_path):
    with postgres_server.database(postgres_template) as url:
        opened = Database(url)
        office = sign_in(Office(opened), LIBRARIAN, PASSWORD)
        with pytest.raises(Refused) as refusal:
            restore(office, tmp_path / "any.patrondesk")
        assert refusal.value.code == "SERVER"
        opened.close()
