"""Random people: each guard's query and its condition agree, with each other and with the domain; nobody held is purged."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.database import keys
from patrondesk.guards.base import Facts
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.patron import Patron
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.verdict import Scope
from patrondesk.services import verdict
from patrondesk.services.candidates import candidates, candidates_counts
from patrondesk.services.policy import read_policy
from patrondesk.services.purging.plan import make_plan
from tests.builders import building
from tests.library.people import MODEST, THRESHOLD, build, expected, free, people

TODAY = dt.datetime.now().astimezone().date()


def present(office):
    with office.database.read() as session:
        return set(session.scalars(sa.select(Patron.id)))


def write(office, everybody):
    with building(office, balance_threshold="2.00") as school:
        return build(school, everybody, office.clock.today())


@MODEST
@given(everybody=people())
def test_find_is_condition_is_the_domain(libraries, everybody):
    with libraries() as office:
        patrons = write(office, everybody)
        told = {key: expected(everybody, place) for place, key in enumerate(patrons)}
        with office.database.read() as session:
            facts = Facts(office.library_id, office.actor.id, TODAY, THRESHOLD, "USD")
            assert read_policy(session, office.library_id).balance_threshold == THRESHOLD
            for guard in verdict.GUARDS:
                found = {(row[0], row[1]) for row in session.execute(guard.find(facts, keys(session, patrons)))}
                assert {key for key, _ in found} == among(session, patrons, guard.condition(facts, None)), guard.code
                for code in guard.codes:
                    held = {key for key, one in found if one == code}
                    assert held == among(session, patrons, guard.condition(facts, code)), code
                    wanted = {key for key in patrons if code in told[key]}
                    # Nobody here has a purge date, and everybody an expiry date: a purge by date would mean none of them.
                    assert held == (set(patrons) if code == "NOT_DUE" else wanted), code


def among(session, patrons, condition):
    return set(session.scalars(sa.select(Patron.id).where(Patron.id.in_(patrons), condition)))


@MODEST
@given(everybody=people())
def test_the_page_and_its_counts_are_the_verdict(libraries, everybody):
    with libraries() as office:
        patrons = write(office, everybody)
        off = [place for place, one in enumerate(everybody) if not one.enabled]
        rows = {row.id: row for row in candidates(office, CandidatesQuery()).rows}
        assert set(rows) == {patrons[place] for place in off}
        for place in off:
            row, aside = rows[patrons[place]], everybody[place].overrides
            assert {reason.code: reason.overridden for reason in row.reasons} == {
                code: code in aside for code in expected(everybody, place)
            }
            assert row.eligible == free(everybody, place)
            assert row.open_loans == everybody[place].loans.count("open")
        going = {row.id for row in candidates(office, CandidatesQuery(reason="none")).rows}
        assert going == {key for key, row in rows.items() if row.eligible}
        assert {row.id for row in candidates(office, CandidatesQuery(reason="any")).rows} == set(rows) - going
        counts = candidates_counts(office)
        assert (counts.total, counts.eligible) == (len(off), len(going))
        assert counts.by_code == {
            code: number
            for code in verdict.codes_of(Scope.PAGE)
            if (number := sum(code in expected(everybody, place) for place in off))
        }


@MODEST
@given(everybody=people())
def test_nobody_with_a_reason_is_purged_and_the_numbers_add_up(libraries, everybody):
    with libraries() as office:
        patrons = write(office, everybody)
        plan = make_plan(office, [*patrons, office.actor.id], source="list", unknown=["nobody"])
        result = purge.run(office, plan, Ticket())
        going = {key for place, key in enumerate(patrons) if free(everybody, place)}
        assert {patron.id for patron in plan.eligible} == going
        assert {patron.id for patron in result.purged} == going
        assert present(office) == {office.actor.id, *patrons} - going
        batch = result.batch
        assert (batch.planned, batch.purged, batch.refused, batch.vanished) == (
            len(patrons) + 2,
            len(going),
            len(patrons) + 1 - len(going),
            1,
        )
        assert batch.planned == batch.purged + batch.refused + batch.vanished + batch.not_reached
        for refused in result.refused:
            if refused.id != office.actor.id:
                assert {reason.code for reason in refused.reasons} == expected(everybody, patrons.index(refused.id))
        assert (result.loans_kept, result.fines_waived, result.amount_waived) == (
            plan.past_loans,
            plan.fines_to_waive + plan.unknown_fines_to_close,
            plan.amount_to_waive,
        )
        assert result.reservations_cancelled == plan.reservations_to_cancel


@MODEST
@given(everybody=people(), data=st.data())
def test_one_more_loan_never_makes_anybody_more_purgeable(libraries, everybody, data):
    with libraries() as office:
        patrons = write(office, everybody)
        before = free_by(office, patrons)
        with building(office) as school:
            school.loan(data.draw(st.sampled_from(patrons)), data.draw(st.sampled_from(["open", "returned", "lost"])))
        assert free_by(office, patrons) <= before


def free_by(office, patrons):
    return {patron.id for patron in make_plan(office, patrons, source="list").eligible}


class Impatient(Ticket):
    """Asks to stop once so many are through."""

    def __init__(self, after: int) -> None:
        super().__init__(lambda told: self.stop() if told.words == "purge" and told.done >= after else None)


@MODEST
@given(everybody=people(), stop_after=st.integers(0, 4), chunk=st.integers(1, 4))
def test_a_stopped_run_and_the_rest_are_the_whole_run(libraries, everybody, stop_after, chunk):
    going = []
    for ticket in (Ticket(), Impatient(stop_after)):
        with libraries() as office:
            patrons = write(office, everybody)
            first = purge.run(office, make_plan(office, patrons, source="list"), ticket, chunk=chunk)
            done = {patron.id for patron in first.purged}
            reached = {*done, *(refused.id for refused in first.refused)}
            assert len(reached) == first.batch.planned - first.batch.not_reached
            rest = [key for key in patrons if key not in reached]
            if rest:
                second = purge.run(office, make_plan(office, rest, source="list"), Ticket(), chunk=chunk)
                done |= {patron.id for patron in second.purged}
            going.append({patrons.index(key) for key in done})
    assert going[0] == going[1]


@MODEST
@given(everybody=people())
def test_the_size_of_the_chunks_changes_nothing(libraries, everybody):
    outcomes = []
    for chunk in (1, 1000):
        with libraries() as office:
            patrons = write(office, everybody)
            result = purge.run(office, make_plan(office, patrons, source="list"), Ticket(), chunk=chunk)
            outcomes.append({patrons.index(patron.id) for patron in result.purged})
    assert outcomes[0] == outcomes[1]
