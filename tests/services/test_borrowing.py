"""Who may not borrow and why, all reasons at once; blocking and unblocking; the debt block that only money lifts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrondesk.errors import NotPermitted, Refused, WrongUsage
from patrondesk.models.patron import Block, Patron
from patrondesk.records.borrowing import BLOCKED, DEACTIVATED, DEBT_BLOCKED, EXPIRED
from patrondesk.records.staff import Permission
from patrondesk.services import blocks, borrowing, fines
from patrondesk.services.door import Work
from patrondesk.services.patron_details import read_details
from tests.builders import building

TODAY = dt.date(2026, 12, 4)
DAY = dt.timedelta(1)


@pytest.fixture
def desk(office):
    """The office on a fixed day."""
    return replace(office, clock=replace(office.clock, rehearsal=TODAY))


def why(office, patron):
    with office.database.read() as session:
        work = Work(session, office.actor, office.clock, office)
        return borrowing.why_not_borrow(work, session.get_one(Patron, patron))


def codes(office, patron):
    return [reason.code for reason in why(office, patron)]


def test_every_reason_is_told_at_once_with_what_lifts_it(desk):
    with building(desk, debt_block_limit="10.00") as school:
        free = school.patron(enabled=True, expiry_date=TODAY)
        held = school.patron(enabled=False, expiry_date=TODAY - DAY)
        school.fine(held, 1850)
        school.loan(held, "open")
    blocks.block(desk, held, "Has not answered", TODAY)
    assert why(desk, free) == ()
    told = why(desk, held)
    assert [reason.code for reason in told] == [DEACTIVATED, EXPIRED, BLOCKED, DEBT_BLOCKED]
    assert told[1].text == "The membership ended on 3 December 2026."
    assert told[2].text == "This patron is blocked at this library until 4 December 2026: “Has not answered”"
    assert told[3].text == "The patron owes $18.50; the limit is $10.00."
    assert told[3].next_step == "It lifts by itself when $8.51 is paid or waived."


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(0, 3000), owed=st.lists(st.integers(-500, 3000), max_size=3), unknown=st.integers(0, 1))
def test_paying_what_is_said_lifts_the_debt_block_and_a_cent_less_does_not(desk, limit, owed, unknown):
    with building(desk, debt_block_limit=f"{limit // 100}.{limit % 100:02d}") as school:
        patron = school.patron(enabled=True, expiry_date=None)
        for amount in owed:
            school.fine(patron, amount, "active")
        for _ in range(unknown):
            school.fine(patron, None)
    with desk.database.read() as session:
        debt = borrowing.debt(Work(session, desk.actor, desk.clock, desk), patron)
    assert (debt.owed, debt.unknown) == (sum(owed), unknown)
    assert codes(desk, patron) == ([DEBT_BLOCKED] if limit and sum(owed) >= limit else [])
    if debt.blocks:
        with building(desk) as school:
            school.fine(patron, -(debt.to_lift - 1), "active")
        assert codes(desk, patron) == [DEBT_BLOCKED]
        with building(desk) as school:
            school.fine(patron, -1, "active")
        assert codes(desk, patron) == []


def test_a_payment_lifts_the_debt_block_and_unblocking_does_not(desk):
    with building(desk, debt_block_limit="10.00") as school:
        patron = school.patron(enabled=True, expiry_date=None)
        fine = school.fine(patron, 1850)
    with pytest.raises(Refused) as raised:
        blocks.unblock(desk, patron, "please")
    assert (raised.value.code, raised.value.next_step) == ("NOT_BLOCKED", "Money owed lifts by payment or waiver only.")
    fines.pay(desk, fine, 850)
    assert codes(desk, patron) == [DEBT_BLOCKED]
    fines.pay(desk, fine, 1)
    assert codes(desk, patron) == []


def test_a_patron_is_blocked_and_unblocked_each_with_a_comment_in_the_history(desk):
    with building(desk) as school:
        patron = school.patron(enabled=True, expiry_date=None)
        school.loan(patron, "open")
        school.fine(patron, 500)
    for comment in ("", "  \n "):
        with pytest.raises(WrongUsage):
            blocks.block(desk, patron, comment)
    with pytest.raises(WrongUsage):
        blocks.block(desk, patron, "why", TODAY - DAY)
    before = read_details(desk, patron).version
    blocks.block(desk, patron, "  Has not answered three letters ", TODAY + DAY)
    (block,) = read_details(desk, patron).blocks
    assert (block.comment, block.until, block.active, block.author) == (
        "Has not answered three letters", TODAY + DAY, True, desk.actor.name,
    )  # fmt: skip
    assert read_details(desk, patron).version == before + 1
    with pytest.raises(Refused) as raised:
        blocks.block(desk, patron, "again")
    assert raised.value.code == "ALREADY_BLOCKED"
    with pytest.raises(WrongUsage):
        blocks.unblock(desk, patron, " ")
    assert blocks.unblock(desk, patron, "Has answered") == 1
    (block,) = read_details(desk, patron).blocks
    assert (block.active, block.lift_comment, block.lifted_by) == (False, "Has answered", desk.actor.name)
    assert block.lifted_on is not None
    assert [line.words for line in read_details(desk, patron).history] == ["Unblocked", "Blocked"]


def test_a_block_counts_to_its_last_day_and_not_beyond(desk):
    with building(desk) as school:
        patron = school.patron(enabled=True, expiry_date=None)
    blocks.block(desk, patron, "for a while", TODAY + DAY)
    for today, expected in ((TODAY + DAY, [BLOCKED]), (TODAY + 2 * DAY, [])):
        later = replace(desk, clock=replace(desk.clock, rehearsal=today))
        assert codes(later, patron) == expected
    with desk.database.read() as session:
        blocked = sa.select(Patron.id).where(borrowing.is_blocked(TODAY + DAY))
        assert session.scalars(blocked).all() == [patron]
        assert session.scalars(sa.select(Patron.id).where(borrowing.is_blocked(TODAY + 2 * DAY))).all() == []
    blocks.block(replace(desk, clock=replace(desk.clock, rehearsal=TODAY + 2 * DAY)), patron, "once more")


def test_nobody_blocks_themselves_or_the_last_administrator(desk):
    with building(desk) as school:
        other = school.patron(enabled=True, expiry_date=None)
        school.staff(other, "administrator")
    with pytest.raises(Refused) as raised:
        blocks.block(desk, desk.actor.id, "why not")
    assert raised.value.code == "OWN_ACCOUNT"
    with building(desk) as school:
        school.session.execute(sa.update(Patron).where(Patron.id == other).values(expiry_date=TODAY - DAY))
    somebody = desk.signed_in(replace(desk.actor, id=other))
    with pytest.raises(Refused) as raised:
        blocks.block(somebody, desk.actor.id, "the other one is expired")
    assert raised.value.code == "LAST_ADMINISTRATOR"
    with desk.database.read() as session:
        assert session.scalars(sa.select(Block)).all() == []


def test_both_need_the_right(desk):
    with building(desk) as school:
        patron = school.patron(enabled=True)
    blocks.block(desk, patron, "why")
    may_not = desk.signed_in(replace(desk.actor, permissions=frozenset(Permission) - {Permission.BLOCK}))
    for call in (lambda: blocks.block(may_not, patron, "x"), lambda: blocks.unblock(may_not, patron, "x")):
        with pytest.raises(NotPermitted):
            call()
