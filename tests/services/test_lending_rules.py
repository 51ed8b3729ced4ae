"""Rules of lending by patron type: the rule that holds, limits, due dates, late fines, and how statistical years are called."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.errors import NotFound, NotPermitted, Refused, WrongUsage
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.records.lending import LendingRule
from patrondesk.records.staff import Permission
from patrondesk.services import circulation, lending_rules
from patrondesk.services.periods import academic_period
from tests.builders import building

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def desk(office):
    """The librarian on a fixed business day."""
    return replace(office, clock=Clock(TODAY))


@pytest.fixture
def pupil(desk):
    with building(desk) as school:
        return school.patron(enabled=True, expiry_date=None)


def copies(desk, number):
    with building(desk) as school:
        keys = [school.item() for _ in range(number)]
    with desk.database.read() as session:
        return [session.get_one(Item, key).barcode for key in keys]


def at(desk, day):
    return replace(desk, clock=Clock(day))


def late_fines(desk):
    with desk.database.read() as session:
        return [tuple(row) for row in session.execute(sa.select(Fine.type, Fine.amount, Fine.balance).order_by(Fine.id))]


def test_without_any_rule_it_is_two_weeks(desk, pupil):
    (book,) = copies(desk, 1)
    assert lending_rules.list_rules(desk) == []
    assert circulation.check_out(desk, pupil, book).due == dt.date(2026, 12, 6)


def test_the_type_s_own_rule_goes_before_that_of_everybody_else(desk, pupil):
    one, other = copies(desk, 2)
    lending_rules.set_rule(desk, LendingRule(None, 7))
    assert circulation.check_out(desk, pupil, one).due == dt.date(2026, 11, 29)
    lending_rules.set_rule(desk, LendingRule("Student", 21))
    assert circulation.check_out(desk, pupil, other).due == dt.date(2026, 12, 13)
    assert [(rule.patron_type, rule.loan_days) for rule in lending_rules.list_rules(desk)] == [("student", 21), (None, 7)]
    lending_rules.remove_rule(desk, "student")
    assert [rule.patron_type for rule in lending_rules.list_rules(desk)] == [None]
    with pytest.raises(NotFound):
        lending_rules.remove_rule(desk, "student")
    with pytest.raises(NotFound):
        lending_rules.set_rule(desk, LendingRule("astronaut", 7))


@pytest.mark.parametrize(
    "wrong",
    [
        {"loan_days": 0}, {"loan_limit": -1}, {"renewal_limit": -1}, {"grace_days": -1}, {"late_fine_per_day": -1},
        {"late_fine_most": -5},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(desk, wrong):
    with pytest.raises(WrongUsage):
        lending_rules.set_rule(desk, replace(LendingRule(None, 14), **wrong))
    assert lending_rules.list_rules(desk) == []


def test_it_needs_the_right(desk):
    less = desk.signed_in(replace(desk.actor, permissions=desk.actor.permissions - {Permission.SETTINGS}))
    for call in (lambda: lending_rules.set_rule(less, LendingRule(None, 7)), lambda: lending_rules.remove_rule(less, None)):
        with pytest.raises(NotPermitted):
            call()


def test_the_limit_of_items_at_once(desk, pupil):
    lending_rules.set_rule(desk, LendingRule("student", 14, loan_limit=2))
    one, two, three = copies(desk, 3)
    circulation.check_out(desk, pupil, one)
    circulation.check_out(desk, pupil, two)
    with pytest.raises(Refused, match="2 items are on loan already; the most for student is 2") as refused:
        circulation.check_out(desk, pupil, three)
    assert refused.value.code == "LOAN_LIMIT"
    circulation.take_back(desk, one)
    circulation.check_out(desk, pupil, three)


def test_the_limit_of_renewals(desk, pupil):
    lending_rules.set_rule(desk, LendingRule(None, 14, renewal_limit=1))
    (book,) = copies(desk, 1)
    circulation.check_out(desk, pupil, book)
    assert circulation.renew(at(desk, TODAY + dt.timedelta(days=3)), book).due == TODAY + dt.timedelta(days=17)
    with pytest.raises(Refused, match="renewed 1 time already") as refused:
        circulation.renew(desk, book)
    assert refused.value.code == "RENEWAL_LIMIT"


def test_a_renewal_never_shortens_a_loan(desk, pupil):
    (book,) = copies(desk, 1)
    circulation.check_out(desk, pupil, book, TODAY + dt.timedelta(days=60))
    assert circulation.renew(desk, book).due == TODAY + dt.timedelta(days=60)


def test_due_when_the_membership_ends_unless_a_day_is_given(desk):
    with building(desk) as school:
        leaver = school.patron(enabled=True, expiry_date=TODAY + dt.timedelta(days=5))
    one, two = copies(desk, 2)
    lent = circulation.check_out(desk, leaver, one)
    assert (lent.due, lent.shortened) == (TODAY + dt.timedelta(days=5), True)
    given = circulation.check_out(desk, leaver, two, TODAY + dt.timedelta(days=30))
    assert (given.due, given.shortened) == (TODAY + dt.timedelta(days=30), False)
    with pytest.raises(WrongUsage):
        circulation.check_out(desk, leaver, copies(desk, 1)[0], TODAY - dt.timedelta(days=1))


@pytest.mark.parametrize(("late", "fine"), [(0, 0), (1, 0), (2, 0), (3, 20), (5, 60), (12, 200), (100, 200)])
def test_a_late_fine_by_the_rule(desk, pupil, late, fine):
    """Two days of grace, 20 cents a day from the third, two dollars at most."""
    lending_rules.set_rule(desk, LendingRule("student", 10, grace_days=2, late_fine_per_day=20, late_fine_most=200))
    (book,) = copies(desk, 1)
    due = circulation.check_out(desk, pupil, book).due
    back = circulation.take_back(at(desk, due + dt.timedelta(days=late)), book)
    assert (back.days_late, back.late_fine) == (late, fine)
    assert late_fines(desk) == ([("Overdue", fine, fine)] if fine else [])


def test_the_most_counts_for_one_loan_with_its_renewals(desk, pupil):
    lending_rules.set_rule(desk, LendingRule(None, 10, late_fine_per_day=50, late_fine_most=200))
    (book,) = copies(desk, 1)
    due = circulation.check_out(desk, pupil, book).due
    renewed = circulation.renew(at(desk, due + dt.timedelta(days=3)), book)
    assert renewed.late_fine == 150
    back = circulation.take_back(at(desk, renewed.due + dt.timedelta(days=3)), book)
    assert back.late_fine == 50
    assert [amount for _, amount, _ in late_fines(desk)] == [150, 50]


def test_another_system_s_fine_for_the_loan_stands_instead(desk):
    lending_rules.set_rule(desk, LendingRule(None, 10, late_fine_per_day=50))
    with building(desk) as school:
        pupil = school.patron(enabled=True)
        loan = school.loan(pupil, "open", due_on=TODAY - dt.timedelta(days=9))
        school.fine(pupil, 300, loan_id=loan, type="overdue")
        barcode = school.session.get_one(Item, school.session.get_one(Loan, loan).item_id).barcode
    assert circulation.take_back(desk, barcode).late_fine == 0


@pytest.mark.parametrize(
    ("day", "starts_in", "name"),
    [
        ("2026-07-31", 8, "2025/26"), ("2026-08-01", 8, "2026/27"), ("2026-12-31", 1, "2026"), ("2099-12-01", 9, "2099/00"),
        ("2026-02-01", 2, "2026/27"),
    ],
)  # fmt: skip
def test_a_statistical_year(day, starts_in, name):
    assert academic_period(dt.date.fromisoformat(day), starts_in) == name


def test_a_loan_carries_its_statistical_year(desk, pupil):
    (book,) = copies(desk, 1)
    loan = circulation.check_out(desk, pupil, book).loan
    with desk.database.read() as session:
        row = session.get_one(Loan, loan)
        assert (row.academic_period, row.patron_type, row.year_level, row.collection) == (
            "2026/27",
            "student",
            "Year 12",
            "Fiction",
        )
