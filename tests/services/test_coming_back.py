"""Items on the counter: always taken, who waits is said, lost ones found, a purged borrower's too; wrong ones taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.errors import Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.library import Library
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.lending import LendingRule
from patrondesk.services import checking, circulation, fines, lending_rules, loans, policy, reservations, taking_back
from patrondesk.services.patrons import read_details
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import LONG_AGO, building
from tests.comparing import picture


@pytest.fixture
def hall(office):
    """Two pupils, and three copies of one title."""
    with building(office) as school:
        made: dict[str, Any] = {
            "ana": school.patron(enabled=True, expiry_date=None),
            "ben": school.patron(enabled=True, expiry_date=None),
        }
        keys = [school.item() for _ in range(3)]
        title = school.session.get_one(Item, keys[0]).title_id
        for key in keys[1:]:
            school.session.get_one(Item, key).title_id = title
        made["copies"] = [school.session.get_one(Item, key).barcode for key in keys]
        made["title"] = title
    return made


def status(office, barcode):
    with office.database.read() as session:
        return session.scalar(sa.select(Item.status).where(Item.barcode == barcode))


def waits_for(back):
    return back.waiting.patron if back.waiting is not None else None


def request(office, key):
    with office.database.read() as session:
        row = session.get_one(Reservation, key)
        return row.status, row.item_id, row.held_since is not None


# ------------------------------------------------------------------------------------------- reservations at the desk


def all_out(office, hall, but=0):
    for barcode in hall["copies"][: 3 - but]:
        circulation.check_out(office, hall["ben"], barcode)


def test_the_oldest_request_gets_the_copy_that_comes_back(office, hall):
    with building(office) as school:
        cleo = school.patron(enabled=True, expiry_date=None)
        name = school.name_of(cleo)
    all_out(office, hall)
    first = reservations.reserve(office, cleo, item_barcode=hall["copies"][0])
    second = reservations.reserve(office, hall["ana"], title_id=hall["title"])
    assert (first.set_aside, first.ahead, second.ahead) == (None, 0, 1)
    back = circulation.take_back(office, hall["copies"][1])
    assert back.status == "on_hold"
    assert back.waiting is not None
    assert back.waiting.patron == cleo
    assert back.told[-1].startswith(f"Put it aside for {' '.join(reversed(name.split())).replace(' ', ', ')}")
    with pytest.raises(Refused, match="set aside for somebody else") as refused:
        circulation.check_out(office, hall["ana"], hall["copies"][1])
    assert name.split()[0] not in refused.value.text + refused.value.next_step
    lent = circulation.check_out(office, cleo, hall["copies"][1])
    assert lent.filled == first.reservation
    assert request(office, first.reservation)[0] == "filled"
    assert waits_for(circulation.take_back(office, hall["copies"][2])) == hall["ana"]


def test_who_left_waits_after_everybody_else(office, hall):
    all_out(office, hall)
    reservations.reserve(office, hall["ana"], title_id=hall["title"])
    with building(office) as school:
        dan = school.patron(enabled=True, expiry_date=None)
    reservations.reserve(office, dan, title_id=hall["title"])
    with office.database.write() as session:
        session.get_one(Patron, hall["ana"]).enabled = False
    assert waits_for(circulation.take_back(office, hall["copies"][0])) == dan


def test_a_copy_on_the_shelf_is_set_aside_at_once(office, hall):
    made = reservations.reserve(office, hall["ana"], title_id=hall["title"])
    assert made.set_aside is not None
    assert made.set_aside in hall["copies"]
    assert status(office, made.set_aside) == "on_hold"
    assert circulation.check_out(office, hall["ana"], made.set_aside).filled == made.reservation


def test_another_copy_answers_the_request_too_and_the_first_goes_back(office, hall):
    made = reservations.reserve(office, hall["ana"], title_id=hall["title"])
    other = next(barcode for barcode in hall["copies"] if barcode != made.set_aside)
    assert circulation.check_out(office, hall["ana"], other).filled == made.reservation
    assert status(office, made.set_aside) == "available"
    assert request(office, made.reservation)[0] == "filled"


def test_what_is_not_reserved(office, hall):
    circulation.check_out(office, hall["ana"], hall["copies"][0])
    with pytest.raises(Refused, match="on loan to this patron") as refused:
        reservations.reserve(office, hall["ana"], title_id=hall["title"])
    assert refused.value.code == "HAS_IT"
    reservations.reserve(office, hall["ben"], title_id=hall["title"])
    with pytest.raises(Refused) as refused:
        reservations.reserve(office, hall["ben"], item_barcode=hall["copies"][0])
    assert refused.value.code == "ALREADY_RESERVED"
    with building(office) as school:
        gone = school.session.get_one(Item, school.item("withdrawn")).barcode
    with pytest.raises(Refused) as refused:
        reservations.reserve(office, hall["ana"], item_barcode=gone)
    assert refused.value.code == "NO_COPY"


def test_it_is_not_renewed_when_somebody_waits(office, hall):
    all_out(office, hall)
    reservations.reserve(office, hall["ana"], title_id=hall["title"])
    with pytest.raises(Refused) as refused:
        circulation.renew(office, hall["copies"][0])
    assert refused.value.code == "AWAITED"
    with office.database.write() as session:
        session.get_one(Patron, hall["ana"]).enabled = False
    circulation.renew(office, hall["copies"][0])


def test_holds_expire_on_the_business_date_and_go_on(office, hall):
    policy.change_setting(office, "hold_days", "3")
    all_out(office, hall)
    first = reservations.reserve(office, hall["ana"], title_id=hall["title"])
    with building(office) as school:
        dan = school.patron(enabled=True, expiry_date=None)
    second = reservations.reserve(office, dan, title_id=hall["title"])
    circulation.take_back(office, hall["copies"][0])
    today = office.clock.today()

    def upkeep(days):
        return reservations.expire_reservations(replace(office, clock=Clock(today + dt.timedelta(days=days))))

    assert upkeep(3).reservations == 0
    done = upkeep(4)
    assert (done.reservations, done.handed_on, done.released) == (1, 1, 0)
    assert request(office, first.reservation)[0] == "expired"
    assert request(office, second.reservation)[0] == "open"
    assert status(office, hall["copies"][0]) == "on_hold"
    assert upkeep(4).released == 1
    assert status(office, hall["copies"][0]) == "available"


def test_a_request_ends_on_its_own_day(office, hall):
    all_out(office, hall)
    today = office.clock.today()
    made = reservations.reserve(office, hall["ana"], title_id=hall["title"], until=today)
    assert reservations.expire_reservations(office).reservations == 0
    tomorrow = replace(office, clock=Clock(today + dt.timedelta(days=1)))
    assert reservations.expire_reservations(tomorrow).reservations == 1
    assert request(office, made.reservation)[0] == "expired"


# ----------------------------------------------------------------------------------------------------- taking things in


@pytest.mark.parametrize(
    ("was", "code"),
    [("available", "NOT_ON_LOAN"), ("withdrawn", "WITHDRAWN"), ("on_order", "NOT_READY"), ("in_process", "NOT_READY")],
)  # fmt: skip
def test_what_was_not_out_is_told_and_stays(office, was, code):
    with building(office) as school:
        barcode = school.session.get_one(Item, school.item(was)).barcode
    with pytest.raises(Refused) as refused:
        circulation.take_back(office, barcode)
    assert refused.value.code == code
    assert status(office, barcode) == was


def test_another_library_s_item(office, hall):
    with office.database.write() as session:
        there = Library(short_name="hillside", name="Hillside", created_at=LONG_AGO, secret="5" * 64)
        session.add(there)
        session.flush()
        row = session.scalars(sa.select(Item).where(Item.barcode == hall["copies"][0])).one()
        row.library_id = there.id
    for call in (
        lambda: circulation.check_out(office, hall["ana"], hall["copies"][0]),
        lambda: circulation.take_back(office, hall["copies"][0]),
    ):
        with pytest.raises(Refused, match="belongs to Hillside") as refused:
            call()
        assert refused.value.code == "OTHER_LIBRARY"


def test_every_reason_at_once(office, hall):
    policy.change_setting(office, "debt_block_limit", "5.00")
    circulation.check_out(office, hall["ben"], hall["copies"][0])
    with building(office) as school:
        school.fine(hall["ana"], 700)
        school.session.add(Block(patron_id=hall["ana"], comment="Speak to the office", created_at=LONG_AGO))
        row = school.session.get_one(Patron, hall["ana"])
        row.enabled, row.expiry_date = False, dt.date(2026, 1, 31)
    with pytest.raises(Refused) as refused:
        circulation.check_out(office, hall["ana"], hall["copies"][0])
    for word in ("deactivated", "membership ended", "blocked", "owes $7.00", "is on loan already"):
        assert word in refused.value.text
    assert refused.value.code == "MAY_NOT_BORROW"


@pytest.mark.parametrize("retain", ["true", "false"])
def test_a_lost_item_of_a_purged_patron_and_the_undo_of_that_purge(office, retain):
    with building(
        office, retain_deleted_patron_loans=retain, mark_lost_charges_price="true", balance_threshold="20.00"
    ) as school:
        patron = school.patron()
        loan = school.loan(patron, "open")
        barcode = school.session.get_one(Item, school.session.get_one(Loan, loan).item_id).barcode
    circulation.mark_lost(office, barcode)
    batch = purge.run(office, make_plan(office, [patron], source="page"), Ticket()).batch.id
    back = circulation.take_back(office, barcode)
    assert (back.status, back.patron_gone, back.credit) == ("available", True, 0)
    assert any("purged" in said for said in back.told)
    with building(office) as school:
        reader = school.patron(enabled=True, expiry_date=None)
    circulation.check_out(office, reader, barcode)
    undo_batch(office, batch)
    assert not checking.find_problems(office)
    assert status(office, barcode) == "on_loan"
    details = read_details(office, patron)
    assert (details.balance, details.open_loans) == (0, 0)
    with office.database.read() as session:
        told = session.execute(sa.select(FineLine.kind, FineLine.amount, FineLine.reason, FineLine.batch_id)).all()
        assert [tuple(line) for line in told] == [("waiver", 1250, "item found", None)]
        assert session.scalar(sa.select(Fine.patron_id)) == patron


def test_found_for_an_open_loan_is_a_return(office, hall):
    circulation.check_out(office, hall["ana"], hall["copies"][0])
    loans.found(office, hall["copies"][0])
    assert status(office, hall["copies"][0]) == "available"
    assert read_details(office, hall["ana"]).open_loans == 0


# ------------------------------------------------------------------------------------------------------- taken back


def test_a_wrong_check_out_is_as_if_it_had_not_been(office, hall):
    made = reservations.reserve(office, hall["ana"], title_id=hall["title"])
    before = request(office, made.reservation)
    assert made.set_aside is not None
    lent = circulation.check_out(office, hall["ana"], made.set_aside)
    taking_back.undo_check_out(office, lent.loan, lent.filled)
    assert request(office, made.reservation) == before
    assert status(office, made.set_aside) == "on_hold"
    with office.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Loan)) == 0


def test_a_check_out_that_went_on_is_not_taken_back(office, hall):
    lent = circulation.check_out(office, hall["ana"], hall["copies"][0])
    circulation.renew(office, hall["copies"][0])
    before = picture(office.database)
    with pytest.raises(Refused) as refused:
        taking_back.undo_check_out(office, lent.loan)
    assert refused.value.code == "TOO_LATE"
    assert picture(office.database) == before


def test_a_wrong_return_opens_the_loan_and_lifts_its_late_fine(office, hall):
    lending_rules.set_rule(office, LendingRule(None, 10, late_fine_per_day=10))
    all_out(office, hall)
    asked = reservations.reserve(office, hall["ana"], title_id=hall["title"])
    later = replace(office, clock=Clock(office.clock.today() + dt.timedelta(days=15)))
    back = circulation.take_back(later, hall["copies"][0])
    assert back.late_fine == 50
    assert back.waiting is not None
    assert back.loan is not None
    taking_back.undo_return(later, back.loan)
    assert status(office, hall["copies"][0]) == "on_loan"
    assert request(office, asked.reservation) == ("open", None, False)
    assert read_details(office, hall["ben"]).balance == 0
    assert circulation.take_back(later, hall["copies"][0]).late_fine == 50, "what was lifted does not count as charged"


def test_a_return_is_not_taken_back_once_the_copy_is_lent(office, hall):
    circulation.check_out(office, hall["ben"], hall["copies"][0])
    back = circulation.take_back(office, hall["copies"][0])
    circulation.check_out(office, hall["ana"], hall["copies"][0])
    assert back.loan is not None
    with pytest.raises(Refused):
        taking_back.undo_return(office, back.loan)


def test_a_paid_lost_item_becomes_a_credit_in_words(office, hall):
    policy.change_setting(office, "mark_lost_charges_price", "true")
    circulation.check_out(office, hall["ana"], hall["copies"][0])
    circulation.mark_lost(office, hall["copies"][0])
    with office.database.read() as session:
        fine = session.scalar(sa.select(Fine.id))
    fines.pay(office, fine, 1000)
    back = circulation.take_back(office, hall["copies"][0])
    assert (back.lifted, back.credit) == (250, 1000)
    assert "$10.00 had been paid for the loss: it is a credit now." in back.told
