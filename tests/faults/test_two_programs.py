"""Two programs at work in one library at once: nobody is purged twice, and the worst that is heard is "busy"."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter

import pytest
import sqlalchemy as sa

from patrondesk import bootstrap
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.purge import BatchLine
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates
from patrondesk.services.purging.plan import make_plan
from tests.conftest import LIBRARIAN, PASSWORD
from tests.crash.works import check


def at_the_desk(path, *words):
    environment = {**os.environ, "PATRONDESK_PASSWORD": PASSWORD}
    said = [sys.executable, "-m", "patrondesk", "--database", str(path), "--staff", LIBRARIAN, "--json", *words]
    return subprocess.Popen(said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def told(program):
    out, err = program.communicate(timeout=120)
    assert b"Traceback" not in err
    return program.returncode, json.loads(out)


@pytest.fixture
def path(bench, tmp_path):
    return shutil.copyfile(bench.template("full"), tmp_path / "library.patrondesk")


def test_the_same_page_purged_by_three_at_once(bench, path):
    """Three programs are told to purge the same page in the same second, again and again until nobody is left."""
    met: Counter[str] = Counter()
    for _ in range(6):
        programs = [at_the_desk(path, "purge", "--page", "1", "--page-size", "20", "--yes") for _ in range(3)]
        for code, answer in map(told, programs):
            met[answer["error"]["code"] if "error" in answer else "purged"] += answer.get("purged") or 0
            assert code in (0, 1, 3), answer
    assert set(met) <= {"purged", "BUSY", "PURGE_RUNNING"}
    with bench.office(path) as office:
        check(office)
        with office.database.read() as session:
            gone = session.scalars(sa.select(BatchLine.patron_id).where(BatchLine.outcome == "purged")).all()
        assert len(gone) == len(set(gone)) == met["purged"]
        assert candidates.candidates(office, CandidatesQuery(reason="none")).total == 0


class Meanwhile(Ticket):
    """Does something at every step of the purge."""

    def __init__(self, doing):
        super().__init__()
        self._doing = doing

    def progress(self, done, total, words=""):
        if words == "purge":
            self._doing(done)


def test_a_command_line_beside_a_window_that_purges(bench, path):
    """While one purges, the other reads, lends and is refused a purge of its own, each with a true answer."""
    answers = []

    def doing(done):
        if done == 10:
            for words in (
                ["patrons", "list"],
                ["purge", "--page", "1", "--yes"],
                ["verify"],
                ["patrons", "add", "--family-name", "New", "--barcode", "B77"],
            ):
                answers.append(told(at_the_desk(path, *words)))

    with bench.office(path) as office:
        with office.database.read() as session:
            ids = session.scalars(sa.text("SELECT id FROM patrons WHERE NOT enabled ORDER BY id")).all()
        purge.run(office, make_plan(office, ids, source="list"), Meanwhile(doing), chunk=10)
        check(office)
    (listed, people), (refused, why), (checked, verified), (added, _) = answers
    assert listed == 0
    assert len(people["rows"]) > 0
    assert (refused, why["error"]["code"]) == (3, "PURGE_RUNNING")
    assert (checked, verified["ok"]) == (0, True)
    assert added == 0


def test_two_windows_on_one_library(path):
    """The second sees at once what the first did, and its plan of before is checked again."""
    first, second = bootstrap.open_library(path), bootstrap.open_library(path)
    from patrondesk.services.signin import sign_in

    one, two = (sign_in(office, LIBRARIAN, PASSWORD) for office in (first, second))
    try:
        rows = candidates.candidates(two, CandidatesQuery(page_size=20, reason="none")).rows
        plan = make_plan(two, [row.id for row in rows], source="page")
        gone = purge.run(one, make_plan(one, [row.id for row in rows[:5]], source="page"), Ticket())
        after = purge.run(two, plan, Ticket())
        assert (gone.batch.purged, after.batch.vanished) == (5, 5)
        assert after.batch.purged == len(rows) - 5
    finally:
        first.database.close()
        second.database.close()
