"""Retain Deleted Patron Loans on whole made-up schools: circulation by month and title stays, or goes, as the library wishes."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest

from patrondesk import bootstrap
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates, policy, signin
from patrondesk.services.demo import build
from patrondesk.services.purging import plan


def figures(path):
    """Loans by month and title, however they ended."""
    link = sqlite3.connect(path)
    rows = link.execute(
        "SELECT substr(checked_out_at, 1, 7), items.title_id, count(*) FROM loans JOIN items ON items.id = item_id GROUP BY 1, 2"
    ).fetchall()
    link.close()
    return sorted(rows)


@pytest.fixture(params=[1, 2, 3])
def school(request, tmp_path):
    path = tmp_path / "school.patrondesk"
    database = bootstrap.new_database(path)
    build.build(database, patrons=150, seed=request.param, today=dt.date(2026, 11, 21))
    database.close()
    office = signin.sign_in(bootstrap.open_library(path), "librarian", "demo")
    yield office
    office.database.close()


def purge_all(office):
    rows = candidates.candidates(office, CandidatesQuery(page_size=200, reason="none")).rows
    assert len(rows) > 5
    return purge.run(office, plan.make_plan(office, [row.id for row in rows], source="page"), Ticket())


def test_kept_loans_keep_the_figures(school):
    path = school.database.path
    before = figures(path)
    result = purge_all(school)
    assert result.loans_kept > 100
    assert figures(path) == before
    link = sqlite3.connect(path)
    link.execute("DELETE FROM loans WHERE id = (SELECT max(id) FROM loans WHERE patron_id IS NULL)")
    link.commit()
    link.close()
    assert figures(path) != before, "a removed loan goes unnoticed"


def test_loans_that_are_not_kept_are_gone(school):
    path = school.database.path
    policy.change_setting(school, "retain_deleted_patron_loans", "false")
    before = sum(row[2] for row in figures(path))
    result = purge_all(school)
    assert result.loans_deleted > 100
    assert sum(row[2] for row in figures(path)) == before - result.loans_deleted
    link = sqlite3.connect(path)
    assert link.execute("SELECT count(*) FROM loans WHERE patron_id IS NULL").fetchone() == (0,)
    link.close()
