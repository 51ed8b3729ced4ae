"""Money at the desk: more than owed is refused with how much, unknown amounts are set once, disputes, the day's cash."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotPermitted, Refused, WrongUsage
from patrondesk.models.fine import Fine, FineLine
from patrondesk.records.staff import Permission
from patrondesk.services import fines
from patrondesk.services.patrons import read_details
from tests.builders import building


@pytest.fixture
def owing(office):
    """{patron, known: 5.00, unknown, credit: 2.50}"""
    with building(office) as school:
        patron = school.patron(enabled=True)
        return {
            "patron": patron, "known": school.fine(patron, 500), "unknown": school.fine(patron, None),
            "credit": school.fine(patron, -250),
        }  # fmt: skip


def test_more_than_owed_is_refused_with_how_much(office, owing):
    with pytest.raises(WrongUsage, match=r"A payment of \$6.00 does not fit: \$5.00 is owed."):
        fines.pay(office, owing["known"], 600)
    assert fines.pay(office, owing["known"], 150) == 350
    with pytest.raises(WrongUsage, match=r"\$3.50 is owed"):
        fines.pay(office, owing["known"], 351)


def test_an_amount_is_set_once(office, owing):
    with pytest.raises(WrongUsage, match="not known"):
        fines.pay(office, owing["unknown"])
    for wrong in (0, -5):
        with pytest.raises(WrongUsage):
            fines.set_amount(office, owing["unknown"], wrong)
    assert fines.set_amount(office, owing["unknown"], 425) == 425
    with pytest.raises(Refused) as refused:
        fines.set_amount(office, owing["unknown"], 1)
    assert refused.value.code == "AMOUNT_KNOWN"
    details = read_details(office, owing["patron"])
    assert (details.balance, details.unknown_fines) == (500 + 425 - 250, 0)


def test_a_dispute_holds_a_waiver_off_and_ends(office, owing):
    fines.dispute(office, owing["known"])
    with pytest.raises(Refused):
        fines.waive(office, owing["known"], "goodwill")
    with pytest.raises(Refused, match="already"):
        fines.dispute(office, owing["known"])
    fines.dispute(office, owing["known"], on=False)
    with pytest.raises(Refused, match="not in dispute"):
        fines.dispute(office, owing["known"], on=False)
    assert fines.waive(office, owing["known"], "goodwill") == 500
    with pytest.raises(Refused):
        fines.dispute(office, owing["known"])
    with pytest.raises(Refused, match="credit"):
        fines.dispute(office, owing["credit"])


def test_the_day_s_cash_is_one_s_own_and_of_today(office, owing):
    assert fines.list_desk_day(office).total == 0
    fines.pay(office, owing["known"], 300)
    fines.waive(office, owing["known"], "goodwill")
    fines.pay(office, owing["credit"])
    day = fines.list_desk_day(office)
    assert day.total == 50
    assert [payment.amount for payment in day.payments] == [-250, 300]
    assert {payment.name for payment in day.payments} == {read_details(office, owing["patron"]).name}
    with office.database.write() as session:
        long_ago = office.clock.now() - dt.timedelta(days=2)
        session.execute(sa.update(FineLine).where(FineLine.amount == 300).values(at=long_ago))
        session.execute(sa.update(FineLine).where(FineLine.amount == -250).values(author_id=None))
    assert fines.list_desk_day(office).payments == ()


@pytest.mark.parametrize("what", ["amount", "dispute", "day"])
def test_it_needs_the_right(office, owing, what):
    less = office.signed_in(replace(office.actor, permissions=office.actor.permissions - {Permission.CIRCULATION}))
    calls = {
        "amount": lambda: fines.set_amount(less, owing["unknown"], 5),
        "dispute": lambda: fines.dispute(less, owing["known"]),
        "day": lambda: fines.list_desk_day(less),
    }
    with pytest.raises(NotPermitted):
        calls[what]()
    with office.database.read() as session:
        assert session.get_one(Fine, owing["known"]).status == "active"
