"""The disk fills up in the middle of a purge, an import, an export, a backup: a sentence, no loss, and it goes on later."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from patrondesk.errors import Unusable
from patrondesk.exporters.excel import EXPORTER
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.ids import PatronId
from patrondesk.records.importing import ImportRequest, Kind
from patrondesk.records.purging import BatchState
from patrondesk.reports import purged_patrons
from patrondesk.services import backup, checking, importing
from patrondesk.services.purging import batch_reading, undo
from patrondesk.services.purging.plan import make_plan
from tests.comparing import differences, picture
from tests.crash.works import CHUNK, check, end, works


@pytest.fixture
def office(bench, disk, tmp_path):
    """The library on the small disk, its backups on a large one."""
    path = shutil.copyfile(bench.template("full"), disk.folder / "library.patrondesk")
    with bench.office(path) as opened:
        yield replace(opened, backups=tmp_path / "backups")
    disk.free()


def leavers(office):
    with office.database.read() as session:
        return [
            PatronId(row[0])
            for row in session.connection().exec_driver_sql("SELECT id FROM patrons WHERE NOT enabled ORDER BY id")
        ]


class Filling(Ticket):
    """Fills the disk once so many patrons are done."""

    def __init__(self, disk, after):
        super().__init__()
        self._disk, self._after = disk, after

    def progress(self, done, total, words=""):
        if words == "purge" and done == self._after:
            self._disk.fill()


@pytest.mark.parametrize("after", [CHUNK, 4 * CHUNK])
def test_in_the_middle_of_a_purge(bench, disk, office, after):
    with pytest.raises(Unusable) as told:
        purge.run(office, make_plan(office, leavers(office), source="list"), Filling(disk, after), chunk=CHUNK)
    assert (told.value.code, told.value.exit_code) == ("DISK_FULL", 4)
    check(office)
    stands = batch_reading.list_batches(office)[0]
    assert stands.state is BatchState.INTERRUPTED
    assert 0 < stands.not_reached < stands.planned
    disk.free()
    done = purge.resume(office, stands.id, Ticket(), chunk=CHUNK)
    assert done.batch.not_reached == 0
    check(office)


def test_before_its_backup_is_made(bench, disk, tmp_path):
    """The library lies on a good disk, the backups on a full one: nothing is purged without a backup."""
    path = shutil.copyfile(bench.template("full"), tmp_path / "library.patrondesk")
    with bench.office(path) as opened:
        office = replace(opened, backups=disk.folder / "backups")
        before, plan = end(office), make_plan(office, leavers(office), source="list")
        disk.fill(200_000)
        with pytest.raises(Unusable, match="backup could not be written"):
            purge.run(office, plan, Ticket())
        assert end(office) == before
        assert not list((disk.folder / "backups").glob("*")), "half a backup holds people, and nobody would look after it"


def test_in_the_middle_of_an_undo(bench, disk, tmp_path):
    path = shutil.copyfile(bench.template("purged"), disk.folder / "library.patrondesk")
    with bench.office(path) as office:
        before, batch = end(office), batch_reading.list_batches(office)[0].id
        disk.fill(60_000)
        with pytest.raises(Unusable) as told:
            undo.undo_batch(office, batch)
        assert told.value.code == "DISK_FULL"
        assert end(office) == before
        disk.free()
        undo.undo_batch(office, batch)
        check(office)
        with bench.office(bench.template("full")) as full:
            assert not differences(picture(full.database), picture(office.database))


def test_in_the_middle_of_an_import(bench, disk, office):
    before = end(office)
    request = ImportRequest(Kind.PATRONS, str(bench.folder / "roll.csv"))
    disk.fill(60_000)
    with pytest.raises(Unusable) as told:
        importing.run(office, request)
    assert told.value.code == "DISK_FULL"
    assert end(office) == before
    disk.free()
    assert importing.run(office, request).read == 400
    assert next(work for work in works(bench) if work.name == "import").done(office)


def test_in_the_middle_of_an_export(bench, disk, office, tmp_path):
    done = purge.run(office, make_plan(office, leavers(office), source="list"), Ticket())
    target = disk.folder / "purged.xlsx"
    target.write_bytes(b"what was there before")
    disk.fill(1000)
    with pytest.raises(Unusable, match="not enough room"):
        EXPORTER.write(purged_patrons.build(done, office.clock.now()), target)
    assert target.read_bytes() == b"what was there before"
    assert sorted(file.name for file in disk.folder.iterdir() if "part" in file.name) == []


def test_in_the_middle_of_a_backup(bench, disk, office):
    before = len(list(office.backups_folder().glob("*"))) if office.backups_folder().exists() else 0
    disk.fill(100_000)
    with pytest.raises(Unusable, match="backup could not be written"):
        backup.make_backup(office, disk.folder / "mine.patrondesk")
    assert not (disk.folder / "mine.patrondesk").exists()
    assert not list(disk.folder.glob("mine*"))
    assert len(list(office.backups_folder().glob("*"))) == before
    disk.free()
    assert not checking.find_problems(office)
