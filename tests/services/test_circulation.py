"""Lending by hand: who may not borrow is told why, returns are always taken, an item's status follows its loan."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from patrondesk.errors import Refused
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, Patron
from patrondesk.services import circulation, policy
from tests.builders import building


@pytest.fixture
def shelf(office):
    with building(office) as school:
        patron = school.patron(enabled=True, expiry_date=None)
        item = school.item()
    with office.database.read() as session:
        barcode = session.get_one(Item, item).barcode
    return patron, item, barcode


def state(office, item):
    with office.database.read() as session:
        loans = session.execute(sa.select(Loan.status, Loan.patron_id, Loan.renewals).where(Loan.item_id == item)).all()
        return session.get_one(Item, item).status, [tuple(loan) for loan in loans]


def test_out_renewed_and_back(office, shelf):
    patron, item, barcode = shelf
    lent = circulation.check_out(office, patron, barcode)
    assert lent.due == office.clock.today() + dt.timedelta(days=14)
    assert state(office, item) == ("on_loan", [("open", patron, 0)])
    with pytest.raises(Refused):
        circulation.check_out(office, patron, barcode)
    circulation.renew(office, barcode)
    assert state(office, item) == ("on_loan", [("open", patron, 1)])
    circulation.take_back(office, barcode)
    assert state(office, item) == ("available", [("returned", patron, 1)])
    with office.database.read() as session:
        assert session.get_one(Patron, patron).last_activity_at is not None


@pytest.mark.parametrize("why", ["deactivated", "ended", "blocked", "owes"])
def test_who_may_not_borrow_may_still_return(office, shelf, why):
    patron, item, barcode = shelf
    circulation.check_out(office, patron, barcode)
    with building(office) as school:
        if why == "owes":
            school.fine(patron, 1000)
    if why == "owes":
        policy.change_setting(office, "debt_block_limit", "10.00")
    with office.database.write() as session:
        row = session.get_one(Patron, patron)
        if why == "deactivated":
            row.enabled = False
        if why == "ended":
            row.expiry_date = office.clock.today() - dt.timedelta(days=1)
        if why == "blocked":
            session.add(Block(patron_id=patron, comment="Waits for an answer", created_at=office.clock.now()))
    with pytest.raises(Refused, match=why):
        circulation.renew(office, barcode)
    circulation.take_back(office, barcode)
    with pytest.raises(Refused, match=why):
        circulation.check_out(office, patron, barcode)
    assert state(office, item) == ("available", [("returned", patron, 0)])


def test_one_item_lost(office, shelf):
    patron, item, barcode = shelf
    circulation.check_out(office, patron, barcode)
    assert circulation.mark_lost(office, barcode).charged is False
    assert state(office, item) == ("lost", [("lost", patron, 0)])
    back = circulation.take_back(office, barcode)
    assert (back.was_lost, back.status, back.told) == (True, "available", ("The item is available again.",))
    assert state(office, item) == ("available", [("lost", patron, 0)])
