"""Statements are counted: a page and a chunk cost the same number whatever their size, without any noise of a clock."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.patrons import SORTS, CandidatesQuery
from patrondesk.records.purging import Override
from patrondesk.services.candidates import candidates, candidates_counts
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging.chunk import purge_chunk
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building


@contextmanager
def counted(office):
    told = []

    def note(_connection, _cursor, statement, _parameters, _context, many):
        told.append(("many: " if many else "") + statement)

    sa.event.listen(office.database.engine(), "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(office.database.engine(), "before_cursor_execute", note)


def crowd_in(office):
    """Two hundred and twenty patrons, each with loans, fines, reservations and the rest; every tenth is held."""
    with building(office, balance_threshold="5.00") as school:
        patrons = [school.patron() for _ in range(220)]
        for number, patron in enumerate(patrons):
            school.belongings(patron)
            school.fine(patron, 100, loan_id=school.loan(patron))
            school.loan(patron, "open" if number % 10 == 0 else "lost")
            school.reservation(patron, "filled")
            school.responsibility(patron, status="closed")
            school.protection(patron, office.clock.today().replace(year=2020))
            if number % 20 == 1:
                school.override(patron, "BALANCE_DUE")
        return patrons


@pytest.fixture(scope="module")
def shown(libraries):
    """A library with the crowd, for tests that only look."""
    with libraries() as office:
        crowd_in(office)
        yield office


def test_a_page_costs_the_same_at_every_size(shown):
    costs = {}
    for size in (20, 50, 100, 200):
        with counted(shown) as told:
            assert len(candidates(shown, CandidatesQuery(page_size=size)).rows) == size
        costs[size] = len(told)
    assert len(set(costs.values())) == 1, costs
    assert costs[200] <= 20


@pytest.mark.parametrize("reason", ["none", "any", "OPEN_LOANS", None])
def test_filters_and_sorting_cost_no_more(shown, reason):
    seen = []
    for sort in SORTS:
        with counted(shown) as told:
            seen.append(
                {
                    row.id
                    for row in candidates(shown, CandidatesQuery(page_size=200, reason=reason, sort=sort, descending=True)).rows
                }
            )
        assert len(told) <= 20, sort
    assert all(seen)


def test_counts_cost_the_same(shown):
    with counted(shown) as many:
        candidates_counts(shown)
    with counted(shown) as few:
        candidates_counts(shown, search="user00100z")
    assert len(few) <= len(many) <= 40


def chunk(office, patrons):
    plan = make_plan(office, patrons, source="list")
    with batches.running(office.database, office.library_id):
        batch = batches.begin(office, plan)
        with counted(office) as told:
            done = purge_chunk(office, batch, {patron.id: patron.version for patron in plan.patrons})
        batches.finish(office, batch, stopped=False)
    assert done.purged > 0
    assert done.refused > 0
    return told, batch


def test_a_chunk_and_its_undo_cost_the_same_at_every_size(office):
    crowd = crowd_in(office)
    small, first = chunk(office, crowd[:20])
    large, second = chunk(office, crowd[20:])
    assert len(small) == len(large)
    costs = []
    for batch in (first, second):
        with counted(office) as told:
            undo_batch(office, batch)
        costs.append(len(told))
    assert costs[0] == costs[1]


def test_overrides_of_a_plan_do_not_cost_a_statement_each(office):
    crowd = crowd_in(office)
    costs = []
    for patrons in (crowd[:20], crowd[20:]):
        with counted(office) as told:
            overrides = [Override(patron, "RESERVATIONS", "agreed") for patron in patrons]
            purge.run(office, make_plan(office, patrons, source="list", overrides=overrides), Ticket())
        costs.append(len([statement for statement in told if not statement.startswith("many: ")]))
    assert abs(costs[0] - costs[1]) <= 2, costs
