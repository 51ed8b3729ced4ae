"""A guarantor and the dependents in one list: how the list is cut into chunks must not decide who goes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.patron import Patron
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import loans
from patrondesk.services.candidates import candidates
from patrondesk.services.purging.plan import make_plan
from tests.builders import building
from tests.comparing import picture


@pytest.mark.parametrize("order", ["dependent first", "guarantor first"])
def test_a_guarantor_and_the_dependent(libraries, order):
    told = []
    for chunk in (1, 1000):
        with libraries() as office:
            with building(office) as school:
                guarantor = school.patron()
                dependent = school.patron(guarantor_id=guarantor)
            chosen = [dependent, guarantor] if order == "dependent first" else [guarantor, dependent]
            result = purge.run(office, make_plan(office, chosen, source="list"), Ticket(), chunk=chunk)
            told.append({"guarantor" if one.id == guarantor else "dependent" for one in result.purged})
    assert told[0] == told[1], "who goes depends on where a chunk ends"


@pytest.mark.parametrize("size", [20, 50, 100, 200])
def test_page_by_page_ends_as_one_list_does(libraries, size):
    ends = []
    for way in ("pages", "list"):
        with libraries() as office:
            with building(office, balance_threshold="5.00", facet_year_level="false") as school:
                patrons = [school.patron() for _ in range(205)]
                for number, patron in enumerate(patrons):
                    if number % 3 == 0:
                        school.loan(patron, "open" if number % 9 == 0 else "returned")
                    if number % 5 == 0:
                        school.fine(patron, 100 * (number % 10))
            if way == "list":
                purge.run(office, make_plan(office, patrons, source="list"), Ticket())
            else:
                walk(office, size)
            ends.append(likeness(office))
    assert ends[0] == ends[1]


def walk(office, size):
    """As a librarian does: everybody of the page that can go, again until nobody is left; held rows are walked past."""
    page = 1
    while True:
        shown = candidates(office, CandidatesQuery(page=page, page_size=size))
        going = [row.id for row in shown.rows if row.eligible]
        if going:
            purge.run(office, make_plan(office, going, source="page"), Ticket())
        elif page >= shown.pages:
            return
        else:
            page += 1


def likeness(office):
    """The library without what differs from run to run: random pseudonyms (which loans share one stays), times and batches."""
    told = picture(office.database, without={"fine_lines", "loans"})
    with office.database.read() as session:
        rows = session.execute(
            sa.text("SELECT id, pseudonym, patron_id, item_id, status, year_level, homeroom FROM loans ORDER BY id")
        ).all()
        shared: dict[int, list[int]] = {}
        for row in rows:
            shared.setdefault(row.pseudonym, []).append(row.id)
        told["loans"] = [(row.id, shared[row.pseudonym] if row.pseudonym else None, *row[2:]) for row in rows]
        lines = session.execute(sa.text("SELECT fine_id, kind, amount, author_id, reason, comment FROM fine_lines"))
        told["fine_lines"] = sorted(map(tuple, lines), key=repr)
    return told


def test_a_list_checks_everybody_again(office):
    with building(office) as school:
        freed, caught, gone, plain = (school.patron() for _ in range(4))
        school.loan(freed, "open")
        school.loan(gone)
    plan = make_plan(office, [freed, caught, gone, plain], source="plan")
    assert [patron.eligible for patron in plan.patrons] == [False, True, True, True]
    loans.mark_all_lost(office, freed)
    with building(office) as school:
        school.loan(caught, "open")
    purge.run(office, make_plan(office, [gone], source="page"), Ticket())
    result = purge.run(office, plan, Ticket())
    # Whoever the plan held was not confirmed, and stays until a new plan; whoever is held by now stays too.
    assert {one.id for one in result.purged} == {plain}
    refused = {one.id: ([r.code for r in one.reasons], one.changed_since_preview) for one in result.refused}
    assert refused == {freed: (["OPEN_LOANS"], True), caught: (["OPEN_LOANS"], False)}
    assert result.vanished == (str(gone),)
    assert (result.batch.purged, result.batch.refused, result.batch.vanished, result.batch.not_reached) == (1, 2, 1, 0)
    again = purge.run(office, make_plan(office, [freed], source="page"), Ticket())
    assert again.batch.purged == 1


def test_a_chunk_that_fails_is_split_to_the_one_at_fault(office, monkeypatch):
    from patrondesk.services.purging import settle

    with building(office) as school:
        patrons = [school.patron() for _ in range(7)]
        for patron in patrons:
            school.fine(patron, 0)
    bad, whole = patrons[4], settle.settle_fines

    def failing(session, chunk, *rest):
        if bad in set(session.scalars(chunk)):
            session.execute(sa.text("INSERT INTO fine_lines (fine_id, kind, at) VALUES (-1, 'x', '2026-01-01')"))
        whole(session, chunk, *rest)

    monkeypatch.setattr(settle, "settle_fines", failing)
    result = purge.run(office, make_plan(office, patrons, source="list"), Ticket())
    assert [(one.id, [r.code for r in one.reasons]) for one in result.refused] == [(bad, ["CHECK_FAILED"])]
    with office.database.read() as session:
        assert set(session.scalars(sa.select(Patron.id).where(Patron.id.in_(patrons)))) == {bad}
