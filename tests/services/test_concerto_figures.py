"""A real library's figures, one by one: who is held by what, and what becomes of money and items. Skipped without its data."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from patrondesk import bootstrap
from patrondesk.clock import Clock
from patrondesk.exporters import excel
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.importing import ImportRequest, Kind
from patrondesk.records.patrons import Candidate, CandidatesQuery
from patrondesk.records.purging import Override
from patrondesk.reports import purged_patrons
from patrondesk.services import activation, candidates, checking, fines, importing, libraries, loans, patrons, policy, signin
from patrondesk.services.purging import plan, undo
from tests.comparing import differences, picture

DATA = Path(os.environ.get("CONCERTO_DATA") or Path(__file__).parents[3] / "shared" / "data" / "evergreen-concerto")
CLOCK = Clock(dt.date(2026, 6, 30))
FILES = [
    (Kind.PATRONS, "patrons.csv"),
    (Kind.ITEMS, "items.csv"),
    (Kind.LOANS, "loans.csv"),
    (Kind.FINES, "fines.csv"),
    (Kind.FINES, "fines_open_amount_unknown.csv"),
]
BELL = "99999361076"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason="the concerto data is not here (CONCERTO_DATA)")]


def enter(path):
    return signin.sign_in(bootstrap.open_library(path, CLOCK), "desk", "eleven blue bicycles")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Brought in by the headings alone; the expired patrons of the groups that begin with `Patron` are deactivated."""
    path = tmp_path_factory.mktemp("concerto") / "concerto.patrondesk"
    database = bootstrap.new_database(path)
    libraries.create_library(database, CLOCK, name="Concerto", username="desk", password="eleven blue bicycles")
    database.close()
    office = enter(path)
    for kind, name in FILES:
        report = importing.run(office, ImportRequest(kind, str(DATA / name)))
        assert not [m for m in report.messages if m.kind.value in ("INVALID", "CONFLICT")]
    done = activation.disable_matching(
        office, activation.Filter(group_starts="Patron", expired_before=dt.date(2026, 7, 1)), "expired"
    )
    assert done.changed == 187
    office.database.close()
    return path


@pytest.fixture
def office(filled, tmp_path):
    made = enter(shutil.copyfile(filled, tmp_path / "concerto.patrondesk"))
    yield made
    made.database.close()


def rows(office, reason=None):
    found: list[Candidate] = []
    for page in range(1, 5):
        found += candidates.candidates(office, CandidatesQuery(page=page, page_size=50, reason=reason)).rows
    return found


def codes(row):
    return {reason.code for reason in row.reasons}


def one(office, sql):
    with sqlite3.connect(office.database.path) as link:
        return link.execute(sql).fetchone()


def run(office, ids):
    return purge.run(office, plan.make_plan(office, ids, source="list"), Ticket())


def test_who_is_held_by_what(office):
    every = rows(office)
    assert len(every) == 187
    with_loans = [row for row in every if "OPEN_LOANS" in codes(row)]
    assert (len(with_loans), sum(row.open_loans for row in with_loans)) == (50, 300)
    assert all("BALANCE_DUE" in codes(row) for row in with_loans)
    bill_only = [row for row in every if codes(row) == {"BALANCE_DUE"}]
    assert len(bill_only) == 38
    assert all(row.unknown_fines and row.balance == 0 for row in bill_only)
    free = [row for row in every if row.eligible]
    assert len(free) == 99
    counts = candidates.candidates_counts(office)
    assert (counts.total, counts.eligible, counts.by_code["OPEN_LOANS"], counts.by_code["BALANCE_DUE"]) == (187, 99, 50, 88)


def test_after_the_99(office, tmp_path):
    result = run(office, [row.id for row in rows(office)])
    assert (result.batch.planned, result.batch.purged, result.batch.refused) == (187, 99, 88)
    assert one(office, "SELECT count(*) FROM patrons WHERE username <> 'desk'") == (279,)
    assert one(office, "SELECT count(*) FROM loans WHERE status = 'open' AND patron_id IS NOT NULL") == (486,)
    assert one(office, "SELECT sum(balance) FROM fines WHERE status <> 'closed'") == (203780,)
    assert one(office, "SELECT count(*) FROM fines WHERE status <> 'closed' AND balance IS NULL") == (46,)
    assert one(office, "SELECT count(*) FROM items WHERE status = 'lost'") == (12,)
    assert checking.find_problems(office) == []
    sheet = tmp_path / "purged.xlsx"
    excel.write(purged_patrons.build(result, CLOCK.now(), CLOCK.rehearsal), sheet)
    words = {ws.title: [str(c.value) for row in ws.iter_rows() for c in row if c.value] for ws in openpyxl.load_workbook(sheet)}
    purged, refused = words["Purged patrons"], words["Refused"]
    for name in ("川﨑", "De Bankolé", "Isaach", "Nyong'o", "Lupita"):
        assert any(name in word for word in purged), name
    for name in ("Azzarison", "S'yan", "Bautista", "José Antonio"):
        assert any(name in word for word in refused), name
    everything = [word for sheet_words in words.values() for word in sheet_words]
    assert not any("M'Baku" in word for word in everything), "staff are on no sheet"


class Impatient(Ticket):
    """Asks to stop once so many are through."""

    def __init__(self, after):
        super().__init__(lambda told: self.stop() if told.words == "purge" and told.done >= after else None)


@pytest.mark.parametrize("retain", ["true", "false"])
def test_purged_stopped_taken_up_and_brought_back_in_parts_everything_is_as_before(office, retain):
    """Every row of a real library, with the 38 whose bills are of unknown amount set aside."""
    policy.change_setting(office, "retain_deleted_patron_loans", retain)
    policy.change_setting(office, "facet_user_group", "false")
    before = picture(office.database)
    everybody = [row.id for row in rows(office)]
    aside = [Override(row.id, "BALANCE_DUE", "agreed") for row in rows(office) if codes(row) == {"BALANCE_DUE"}]
    frozen = plan.make_plan(office, everybody, source="list", overrides=aside)
    stopped = purge.run(office, frozen, Impatient(80), chunk=20)
    assert 0 < stopped.batch.not_reached < 187
    done = purge.resume(office, stopped.batch.id, Ticket(), chunk=50)
    assert (done.batch.purged, done.batch.refused) == (137, 50)
    assert picture(office.database) != before
    gone = [patron.id for patron in done.purged]
    for part in (gone[::7], gone[1::2], None):
        assert undo.undo_batch(office, done.batch.id, part).clashes == ()
    assert not differences(before, picture(office.database))
    assert checking.find_problems(office) == []


def test_without_the_unknown_bills_137_could_have_gone(office):
    with office.database.write() as session:
        session.connection().exec_driver_sql("UPDATE fines SET status = 'closed', balance = 0 WHERE balance IS NULL")
    assert sum(row.eligible for row in rows(office)) == 137


def test_a_threshold_does_not_let_unknown_bills_go(office):
    policy.change_setting(office, "balance_threshold", "20.00")
    assert sum(row.eligible for row in rows(office)) == 99


def test_bell(office):
    bell = patrons.find_patron_id(office, BELL)
    ended = loans.mark_all_lost(office, bell)
    assert ended.lost == 6
    assert one(office, "SELECT count(*) FROM items WHERE status = 'lost'") == (18,)
    assert one(office, "SELECT count(*) FROM loans WHERE status = 'open'") == (480,)
    (reason,) = patrons.read_details(office, bell).reasons
    assert (reason.code, reason.amount) == ("BALANCE_DUE", 1000)


@pytest.mark.parametrize("way", ["paid", "waived", "threshold"])
def test_bell_can_go(office, way):
    bell = patrons.find_patron_id(office, BELL)
    loans.mark_all_lost(office, bell)
    if way == "threshold":
        policy.change_setting(office, "balance_threshold", "20.00")
    for fine in fines.list_fines(office, bell, unsettled_only=True):
        if way == "paid":
            fines.pay(office, fine.id)
        elif way == "waived":
            fines.waive(office, fine.id, "written off")
    assert patrons.read_details(office, bell).eligible
    result = run(office, [bell])
    assert result.batch.purged == 1
    waived = one(office, "SELECT coalesce(sum(amount), 0) FROM fine_lines WHERE kind = 'waiver' AND batch_id IS NOT NULL")
    assert waived == ((1000,) if way == "threshold" else (0,))
    assert result.amount_waived == waived[0]


def test_with_every_loan_lost_and_a_threshold_47_of_the_50_can_go(office):
    policy.change_setting(office, "balance_threshold", "20.00")
    borrowers = [row.id for row in rows(office, "OPEN_LOANS")]
    assert len(borrowers) == 50
    for patron in borrowers:
        loans.mark_all_lost(office, patron)
    after = {row.id: row for row in rows(office)}
    assert sum(after[patron].eligible for patron in borrowers) == 47
