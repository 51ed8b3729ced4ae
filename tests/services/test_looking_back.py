"""A backup beside the live library: people found as they were then, nothing changed, every look in the live log."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import NotFound, NotPermitted, Refused, Unusable
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services import activation, backup
from patrondesk.services.libraries import create_library
from patrondesk.services.looking_back import look_at, open_backup, search
from patrondesk.services.office import Office
from patrondesk.services.purging import destroy
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD
from tests.older import older_copy


@pytest.fixture
def desk(sqlite_template, tmp_path):
    opened = Database(shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk"))
    yield sign_in(Office(opened), LIBRARIAN, PASSWORD)
    opened.close()


@pytest.fixture
def past(desk):
    """Three patrons of whom one is purged after the backup: (backup, the one who is gone, one who is there)."""
    with building(desk) as school:
        gone, there, other = (school.patron() for _ in range(3))
        school.belongings(gone)
        school.fine(gone, 0, loan_id=school.loan(gone))
        school.reservation(gone, "filled")
        school.loan(other, "open")
    made = backup.make_backup(desk)
    purge.run(desk, make_plan(desk, [gone], source="page"), Ticket())
    return Path(made.path), gone, there


def log_of(office):
    with office.database.read() as session:
        rows = session.execute(
            sa.select(AuditEntry.operation, AuditEntry.patron_id, AuditEntry.facts).where(AuditEntry.operation.like("backup.%"))
        )
        return [tuple(row) for row in rows if row[0] != "backup.make"]


def test_somebody_who_is_gone_is_found_and_shown(desk, past):
    file, gone, there = past
    before = file.read_bytes()
    with open_backup(desk, file) as opened:
        assert (opened.shown.library, opened.shown.patrons, opened.shown.upgraded) == ("Riverbank Secondary", 4, False)
        everybody = search(desk, opened)
        assert everybody.total == 4
        with opened.read() as then:
            row = then.get_one(Patron, gone)
            words = [str(row.username), str(row.barcode), row.family_name.upper()]
        for word in words:
            assert [line.id for line in search(desk, opened, word).rows] == [gone], word
        seen = look_at(desk, opened, gone)
        assert seen.details.username == words[0]
        assert (len(seen.loans), len(seen.fines), len(seen.reservations), len(seen.details.notes)) == (1, 1, 1, 1)
        assert (seen.absence.there, seen.absence.batch is not None, seen.absence.undo_until is not None) == (False, True, True)
        assert look_at(desk, opened, there).absence.there
        with pytest.raises(NotFound):
            look_at(desk, opened, PatronId(9999))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(file.name)] == [file.name]


def test_pages_of_it(desk, past):
    with open_backup(desk, past[0]) as opened:
        pages = [search(desk, opened, page=number, page_size=3) for number in (1, 2)]
    assert [len(page.rows) for page in pages] == [3, 1]
    assert len({row.id for page in pages for row in page.rows}) == 4


def test_each_look_is_in_the_live_log_without_a_name(desk, past):
    file, gone, _ = past
    with open_backup(desk, file) as opened:
        search(desk, opened)
        for number in (1, 2):
            search(desk, opened, "quill", page=number, page_size=2)
        search(desk, opened, "vera")
        look_at(desk, opened, gone)
        look_at(desk, opened, gone)
        listed = opened.number
    told = log_of(desk)
    assert [(name, patron) for name, patron, _ in told] == [
        ("backup.open", None), ("backup.search", None), ("backup.search", None), ("backup.look", gone), ("backup.look", gone),
    ]  # fmt: skip
    assert {facts["backup"] for _, _, facts in told} == {listed}
    assert "quill" not in str(told).lower()


def test_days_are_counted_to_the_day_of_the_backup(desk):
    today = desk.clock.real_today()
    with building(desk) as school:
        patron = school.patron()
        school.loan(patron, "open", due_on=today - dt.timedelta(days=5))
    made = backup.make_backup(desk)
    later = dataclasses.replace(desk, clock=Clock(today + dt.timedelta(days=100)))
    with open_backup(later, Path(made.path)) as opened:
        assert look_at(later, opened, patron).loans[0].days_overdue == 5


def test_with_the_rights_of_the_live_library(desk, past):
    file, gone, _ = past
    looking = desk.signed_in(dataclasses.replace(desk.actor, permissions=frozenset({Permission.VIEW_PATRONS})))
    nobody = desk.signed_in(dataclasses.replace(desk.actor, permissions=frozenset(Permission) - {Permission.VIEW_PATRONS}))
    with pytest.raises(NotPermitted):
        open_backup(nobody, file)
    with open_backup(looking, file) as opened:
        assert search(looking, opened).total == 4
        with pytest.raises(NotPermitted):
            search(nobody, opened)
        with pytest.raises(NotPermitted):
            look_at(nobody, opened, gone)
        with pytest.raises(NotPermitted):
            activation.enable(opened.inside, gone)


def test_nothing_in_it_can_be_changed(desk, past):
    file, gone, _ = past
    with open_backup(desk, file) as opened:
        with pytest.raises(Unusable) as refusal:
            activation.enable(opened.inside, gone)
        assert (refusal.value.code, refusal.value.exit_code) == ("READ_ONLY", 4)
        with pytest.raises(sa.exc.OperationalError, match="readonly"), opened.inside.database.engine().begin() as raw:
            raw.execute(sa.text("UPDATE patrons SET street = 'x'"))


@pytest.mark.parametrize("how", ["resting", "with a log beside it"])
def test_read_only_puts_nothing_beside_a_file_that_is_written_ahead(desk, how):
    """A library that lies somewhere as it was copied, not made by us as a backup."""
    path = desk.database.path
    keeper = sqlite3.connect(path)
    keeper.execute("UPDATE patrons SET street = 'in the log'")
    keeper.commit()
    if how == "resting":
        keeper.close()
        desk.database.close()
    before = {file.name for file in path.parent.iterdir()}
    database = Database(path, read_only=True)
    with database.read() as session:
        assert set(session.scalars(sa.select(Patron.street))) == {"in the log"}
    assert {file.name for file in path.parent.iterdir()} == before
    database.close()
    keeper.close()


def test_an_older_backup_is_read_in_a_copy_that_goes(desk, past, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file, gone, _ = past
    older = older_copy(file, file.with_name("older.patrondesk"))
    before = older.read_bytes()
    with open_backup(desk, older) as opened:
        assert opened.shown.upgraded
        assert look_at(desk, opened, gone).details.id == gone
        assert list(tmp_path.glob("patrondesk-*"))
    assert not list(tmp_path.glob("patrondesk-*"))
    assert older.read_bytes() == before


@pytest.mark.parametrize("fault", ["another library", "newer", "damaged", "missing"])
def test_backups_that_are_not_opened(desk, past, tmp_path, fault):
    file = past[0]
    if fault == "another library":
        other = Database(tmp_path / "other.patrondesk")
        create_library(other, Clock(), name="Riverbank Secondary", username=LIBRARIAN, password=PASSWORD)
        file = Path(backup.make_backup(sign_in(Office(other), LIBRARIAN, PASSWORD)).path)
        other.close()
    elif fault == "newer":
        with contextlib.closing(sqlite3.connect(file)) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
            raw.commit()
    elif fault == "damaged":
        file.write_bytes(file.read_bytes()[:6000])
    else:
        file.unlink()
    before = log_of(desk)
    with pytest.raises(Unusable) as refusal:
        open_backup(desk, file)
    assert refusal.value.exit_code == 4
    assert log_of(desk) == before


def test_an_undo_date_that_has_passed_is_no_undo(desk, past):
    file, gone, _ = past
    with desk.database.write() as session:
        batch = session.scalars(sa.select(Batch)).one()
        batch.undo_until = desk.clock.real_today() - dt.timedelta(days=1)
    with open_backup(desk, file) as opened:
        assert look_at(desk, opened, gone).absence.undo_until is None
    destroy.destroy_due(desk)
    with open_backup(desk, file) as opened:
        absence = look_at(desk, opened, gone).absence
    assert (absence.there, absence.undo_until, absence.purged_on) == (False, None, desk.clock.real_today())


def test_a_server_has_none(postgres_server, postgres_template, tmp_path):
    with postgres_server.database(postgres_template) as url:
        opened = Database(url)
        office = sign_in(Office(opened), LIBRARIAN, PASSWORD)
        with pytest.raises(Refused):
            open_backup(office, tmp_path / "any")
        opened.close()
