"""Bulk waiving: all or nothing a patron, whatever the library holds; disputed, credit and closed lines as they were."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrondesk.errors import NotPermitted, WrongUsage
from patrondesk.jobs import engine
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine, FineLine
from patrondesk.records.jobs import RunState
from patrondesk.records.waiving import LeftAlone, WaiveCriteria
from patrondesk.services import waiving
from tests.builders import building

BALANCES = st.lists(
    st.tuples(st.sampled_from(["active", "active", "in_dispute", "closed"]), st.one_of(st.none(), st.integers(-300, 900))),
    max_size=5,
)


@given(st.lists(BALANCES, max_size=6), st.integers(0, 1500))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_against_the_rule_said_plainly(libraries, people, maximum):
    with libraries() as office:
        wanted = {}
        with building(office) as school:
            for fines in people:
                patron = school.patron()
                made = []
                for status, balance in fines:
                    left = 0 if status == "closed" else balance
                    made.append((school.fine(patron, left, status=status), status, left))
                owed = sum(left or 0 for _, status, left in made if status != "closed")
                unknown = any(left is None and status != "closed" for _, status, left in made)
                meant = {key for key, status, left in made if status == "active" and (left or 0) > 0}
                wanted[patron] = meant if owed <= maximum and not unknown else set()
        before = table(office)
        criteria = WaiveCriteria(maximum)
        whom = waiving.find_considered(office, criteria)
        foretold = waiving.preview_waiving(office, criteria, whom)
        done = waiving.waive_some(office, criteria, whom, "goodwill")
        assert done == foretold
        assert {fine.id for fine in done.fines} == set().union(*wanted.values(), set())
        after = table(office)
        for key, (status, balance) in before.items():
            waived = any(fine.id == key for fine in done.fines)
            assert after[key] == (("closed", 0) if waived else (status, balance))
        with office.database.read() as session:
            lines = session.execute(sa.select(FineLine.fine_id, FineLine.amount).where(FineLine.reason == "goodwill")).all()
        assert {key: amount for key, amount in lines} == {fine.id: fine.amount for fine in done.fines}


def table(office):
    with office.database.read() as session:
        return {key: (status, balance) for key, status, balance in session.execute(sa.select(Fine.id, Fine.status, Fine.balance))}


def test_the_maximum_is_of_the_patron_not_of_the_fine(office):
    """Limit 120, owing 130: nothing is waived, not even a fine of 10."""
    with building(office) as school:
        over, at = school.patron(), school.patron()
        school.fine(over, 12000)
        school.fine(over, 1000)
        school.fine(at, 12000)
    report = engine.run_once(office, "waive_fines", {"maximum": 12000, "reason": "goodwill"}, Ticket())
    assert (report.run.state, report.run.processed, report.run.done) == (RunState.WITH_EXCEPTIONS, 2, 1)
    (left,) = report.of_kind("exception")
    assert (left.patron_id, left.facts) == (over, {"reasons": [["OVER_MAXIMUM", 13000]]})


def test_groups_types_dates_and_overdue_loans(office):
    with building(office) as school:
        from patrondesk.models.library import UserGroup

        seniors = school.lookup(UserGroup, "Seniors")
        one, late, other = school.patron(user_group_id=seniors), school.patron(user_group_id=seniors), school.patron()
        early = school.fine(one, 100, charged_on=dt.date(2026, 1, 31), type="Card")
        school.fine(one, 100, charged_on=dt.date(2026, 2, 1), type="Overdue")
        school.fine(one, 100, charged_on=None, type="Card")
        school.fine(late, 100, charged_on=dt.date(2026, 1, 1), type="Card")
        school.loan(late, "open", due_on=dt.date(2020, 1, 1))
        school.fine(other, 100, charged_on=dt.date(2026, 1, 1), type="Card")
    criteria = WaiveCriteria(10_000, ("Seniors",), ("Card",), True, dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    whom = waiving.find_considered(office, criteria)
    assert whom == [one, late]
    done = waiving.waive_some(office, criteria, whom, "goodwill", "end of year")
    assert [fine.id for fine in done.fines] == [early]
    assert [(left.patron_id, left.reasons) for left in done.left_alone] == [(late, ((LeftAlone.OVERDUE_LOANS, 1),))]


def test_who_paid_meanwhile_is_told_and_left(office):
    with building(office) as school:
        patron = school.patron()
        fine = school.fine(patron, 100)
    criteria = WaiveCriteria(10_000)
    whom = waiving.find_considered(office, criteria)
    from patrondesk.services import fines

    fines.pay(office, fine)
    done = waiving.waive_some(office, criteria, whom, "goodwill")
    assert done.left_alone[0].reasons == ((LeftAlone.SETTLED_MEANWHILE, 0),)


def test_what_is_refused(office):
    with pytest.raises(WrongUsage, match="reason"):
        waiving.waive_some(office, WaiveCriteria(1), [], " ")
    with pytest.raises(WrongUsage, match="group"):
        waiving.find_considered(office, WaiveCriteria(1, ("Nobody",)))
    with pytest.raises(WrongUsage, match="type"):
        waiving.find_considered(office, WaiveCriteria(1, types=("Nothing",)))
    from dataclasses import replace

    weak = office.signed_in(replace(office.actor, permissions=frozenset()))
    with pytest.raises(NotPermitted):
        engine.run_once(weak, "waive_fines", {"maximum": 1, "reason": "x"}, Ticket())
