"""Two desks at the same moment: one copy is lent once, and nobody gets more items than the rule allows."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from patrondesk.errors import DeskError
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.records.lending import LendingRule
from patrondesk.services import checking, circulation, lending_rules
from tests.builders import building


def at_once(*calls):
    meet, refused, broken = threading.Barrier(len(calls)), [], []

    def at_a_desk(call):
        try:
            meet.wait(10)
            call()
        except DeskError as fault:
            refused.append(fault)
        except Exception as fault:
            broken.append(fault)

    desks = [threading.Thread(target=at_a_desk, args=(call,)) for call in calls]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(30)
    assert not broken
    return refused


def open_loans(office):
    with office.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Loan).where(Loan.status == "open"))


@pytest.fixture
def hall(office):
    """Two pupils and two copies."""
    with building(office) as school:
        pupils = [school.patron(enabled=True, expiry_date=None) for _ in range(2)]
        return pupils, [school.session.get_one(Item, school.item()).barcode for _ in range(2)]


def test_one_copy_is_lent_once(office, hall):
    (ana, ben), (copy, _) = hall
    refused = at_once(lambda: circulation.check_out(office, ana, copy), lambda: circulation.check_out(office, ben, copy))
    assert len(refused) == 1
    assert open_loans(office) == 1
    assert not checking.find_problems(office)


def test_the_limit_holds_at_two_desks(office, hall):
    lending_rules.set_rule(office, LendingRule(None, 14, loan_limit=1))
    (ana, _), (one, two) = hall
    refused = at_once(lambda: circulation.check_out(office, ana, one), lambda: circulation.check_out(office, ana, two))
    assert [fault.code for fault in refused] == ["LOAN_LIMIT"]
    assert open_loans(office) == 1
