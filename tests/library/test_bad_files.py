"""Files that cannot be used: one clear sentence, the right exit code, and not a byte changed."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk import bootstrap, database, migrations
from patrondesk.database import Database
from patrondesk.errors import Busy, DeskError, Unusable
from patrondesk.models.patron import Patron
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import activation, backup, checking
from patrondesk.services.candidates import candidates
from patrondesk.services.office import Office
from patrondesk.services.patron_listing import list_patrons
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD


@pytest.fixture(scope="module")
def resting(sqlite_template, tmp_path_factory):
    """A library of a few hundred patrons, closed and at rest; copied, never opened."""
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("resting") / "library.patrondesk")
    opened = Database(path)
    with building(sign_in(Office(opened), LIBRARIAN, PASSWORD)) as school:
        for _ in range(300):
            school.loan(school.patron())
    assert database.empty_log(opened)
    opened.close()
    return path


@pytest.fixture
def file(resting, tmp_path):
    return shutil.copyfile(resting, tmp_path / "library.patrondesk")


def work_on(path):
    """What a librarian's first minutes do."""
    office = bootstrap.open_library(path)
    try:
        inside = sign_in(office, LIBRARIAN, PASSWORD)
        for page in (1, 2):
            candidates(inside, CandidatesQuery(page=page, page_size=200))
        list_patrons(inside, page_size=1000)
        activation.enable(inside, candidates(inside, CandidatesQuery()).rows[0].id)
        problems = checking.find_problems(inside)
        if problems:
            raise Unusable("found by the check", "restore", problems[0].code)
        backup.make_backup(inside)
    finally:
        office.database.close()


def refused(path, kind=Unusable):
    with pytest.raises(kind) as refusal:
        work_on(path)
    assert refusal.value.text.endswith(".")
    assert refusal.value.next_step.endswith((".", "init"))
    return refusal.value


def test_a_sound_file_is_taken(file):
    work_on(file)


def test_another_writer_holds_it(file, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 50)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    fault = refused(file, Busy)
    assert fault.exit_code == 3
    holder.execute("ROLLBACK")
    holder.close()
    work_on(file)


def test_reading_goes_on_while_another_writes(file):
    holder = sqlite3.connect(file, isolation_level=None)
    opened = Database(file)
    office = sign_in(Office(opened), LIBRARIAN, PASSWORD)
    holder.execute("BEGIN IMMEDIATE")
    holder.execute("UPDATE patrons SET family_name = 'Changed'")
    assert "Changed" not in {row.name for row in candidates(office, CandidatesQuery()).rows}
    holder.execute("ROLLBACK")
    holder.close()
    opened.close()


def test_read_only(file, monkeypatch):
    def only_reading(connection, record, prepare=database._prepare_sqlite):
        prepare(connection, record)
        connection.execute("PRAGMA query_only = ON")

    before = file.read_bytes()
    monkeypatch.setattr(database, "_prepare_sqlite", only_reading)
    fault = refused(file)
    assert (fault.code, fault.exit_code) == ("READ_ONLY", 4)
    assert file.read_bytes() == before


def test_of_a_newer_version(file):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = file.read_bytes()
    fault = refused(file)
    assert (fault.code, fault.exit_code) == ("NEWER_VERSION", 4)
    assert file.read_bytes() == before


@pytest.mark.parametrize("kind", ["empty", "text", "another program's database", "a folder", "missing", "half a header", "zip"])
def test_not_a_library_file(tmp_path, kind):
    path = tmp_path / "thing.patrondesk"
    if kind == "another program's database":
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE patrons (id INTEGER PRIMARY KEY)")
    elif kind == "a folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(
            {
                "empty": b"",
                "text": b"username,enabled\n" * 99,
                "half a header": b"SQLite format 3\x00" + b"\x00" * 20,
                "zip": b"PK\x03\x04" * 99,
            }[kind]
        )
    before = path.read_bytes() if path.is_file() else None
    fault = refused(path)
    assert fault.exit_code == 4
    assert (path.read_bytes() if path.is_file() else None) == before
    assert path.exists() == (kind != "missing")


def pages_of(path, name):
    """Where the pages of a table or index lie in the file: [(offset, size)]."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
    return (root - 1) * size, size


@pytest.mark.parametrize(
    "table",
    ["patrons", "ix_patrons_candidates", "alembic_version", "settings", "audit_entries", "staff_accounts", "loans", "roles"],
)
@pytest.mark.parametrize("damage", [b"\xff", b"\x00", b"\xa5"])
def test_a_damaged_page(file, table, damage):
    offset, size = pages_of(file, table)
    raw = bytearray(file.read_bytes())
    raw[offset : offset + size] = damage * size
    file.write_bytes(raw)
    fault = refused(file, DeskError)
    assert fault.exit_code == 4
    assert file.read_bytes()[offset : offset + size] == damage * size, (
        "the place was written over, and with it what could be saved"
    )
    assert not list(file.parent.glob("*/*")), "a copy of a damaged file counts as a backup"


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_file_cut_short(file, kept):
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * kept)])
    assert refused(file, DeskError).exit_code == 4


def test_text_that_is_no_text(file):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE patrons SET family_name = CAST(x'ff41fe' AS TEXT) WHERE username IS NOT NULL AND enabled = 0")
        connection.commit()
    assert refused(file).exit_code == 4


def test_the_disk_is_full(file, monkeypatch):
    def small(connection, record, prepare=database._prepare_sqlite):
        prepare(connection, record)
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

    monkeypatch.setattr(database, "_prepare_sqlite", small)
    opened = Database(file)
    with pytest.raises(Unusable) as refusal, opened.write() as session:
        session.execute(sa.update(Patron).values(street="x" * 400))
    assert (refusal.value.code, refusal.value.exit_code) == ("DISK_FULL", 4)
    with opened.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Patron.street.is_not(None))) == 0
    opened.close()


def test_a_library_made_twice_stays_the_first(file):
    from patrondesk.clock import Clock
    from patrondesk.errors import Refused
    from patrondesk.services.libraries import create_library

    before, opened = file.read_bytes(), Database(file)
    with pytest.raises(Refused):
        create_library(opened, Clock(), name="Other", username="other", password="another one")
    opened.close()
    assert file.read_bytes() == before
    assert migrations.HEAD in migrations.REVISIONS
    assert not [path for path in Path(file).parent.iterdir() if path.suffix == ".part"]
