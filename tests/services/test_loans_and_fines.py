"""Loans dealt with one by one or together, lost items that come back, and money that is paid or waived."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from patrondesk.errors import DeskError, NotFound, Refused, WrongUsage
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.records.ids import LoanId
from patrondesk.records.loans import Decision
from patrondesk.services import checking, fines, loans
from patrondesk.services.patrons import read_details
from patrondesk.services.purging.plan import make_plan
from tests.builders import building
from tests.comparing import picture


@pytest.fixture
def desk(office):
    """{patron, loans: four open ones}"""
    with building(office) as school:
        patron = school.patron()
        return {"patron": patron, "loans": [school.loan(patron, "open") for _ in range(4)]}


def rows(office, *columns):
    with office.database.read() as session:
        return [tuple(row) for row in session.execute(sa.select(*columns).order_by(columns[0]))]


def statuses(office):
    with office.database.read() as session:
        told = session.execute(sa.select(Loan.status, Item.status).join(Item, Item.id == Loan.item_id).order_by(Loan.id))
        return [tuple(row) for row in told]


def barcode_of(office, loan):
    with office.database.read() as session:
        return session.scalar(sa.select(Item.barcode).join(Loan, Loan.item_id == Item.id).where(Loan.id == loan))


def test_a_decision_for_each_loan(office, desk):
    told = loans.decide_loans(office, desk["patron"], dict(zip(desk["loans"], Decision, strict=True)))
    assert (told.returned, told.lost, told.charged, told.charged_amount, told.left_open) == (1, 2, 1, 1250, 1)
    assert statuses(office) == [("returned", "available"), ("lost", "lost"), ("lost", "lost"), ("open", "on_loan")]
    assert rows(office, Fine.loan_id, Fine.patron_id, Fine.amount, Fine.balance, Fine.status) == [
        (desk["loans"][1], desk["patron"], 1250, 1250, "active"),
    ]
    assert {reason.code for reason in read_details(office, desk["patron"]).reasons} == {"OPEN_LOANS", "BALANCE_DUE"}
    assert not checking.find_problems(office)


@pytest.mark.parametrize("charged", ["true", "false"])
def test_mark_all_as_lost_follows_the_setting(office, desk, charged):
    with building(office, mark_lost_charges_price=charged):
        pass
    told = loans.mark_all_lost(office, desk["patron"])
    assert (told.lost, told.charged) == (4, 4 if charged == "true" else 0)
    assert set(statuses(office)) == {("lost", "lost")}
    details = read_details(office, desk["patron"])
    assert details.eligible == (charged == "false")
    assert details.balance == (5000 if charged == "true" else 0)


def test_what_has_changed_meanwhile_refuses_all(office, desk):
    loans.decide_loans(office, desk["patron"], {desk["loans"][0]: Decision.RETURNED})
    before = picture(office.database)
    with pytest.raises(Refused):
        loans.decide_loans(office, desk["patron"], dict.fromkeys(desk["loans"], Decision.LOST_WRITTEN_OFF))
    assert picture(office.database) == before


def test_a_wrong_mark_is_taken_back(office, desk):
    loan = desk["loans"][0]
    before = statuses(office)
    loans.decide_loans(office, desk["patron"], {loan: Decision.LOST_CHARGED})
    loans.reopen_lost(office, loan)
    assert statuses(office) == before
    assert {reason.code for reason in read_details(office, desk["patron"]).reasons} == {"OPEN_LOANS"}


@pytest.mark.parametrize(("paid", "left"), [(None, 0), (450, -450), (1250, -1250)])
def test_a_lost_item_comes_back(office, desk, paid, left):
    loan = desk["loans"][0]
    loans.decide_loans(office, desk["patron"], {loan: Decision.LOST_CHARGED})
    (fine,) = rows(office, Fine.id)
    if paid:
        fines.pay(office, fine[0], paid)
    loans.found(office, barcode_of(office, loan))
    assert statuses(office)[0] == ("lost", "available")
    assert read_details(office, desk["patron"]).balance == left
    with pytest.raises(Refused):
        loans.found(office, barcode_of(office, loan))
    assert read_details(office, desk["patron"]).balance == left, "a credit was made twice"


@pytest.mark.parametrize("retain", ["true", "false"])
def test_it_comes_back_when_the_patron_is_purged(office, desk, retain):
    with building(office, retain_deleted_patron_loans=retain):
        pass
    barcodes = [barcode_of(office, loan) for loan in desk["loans"]]
    loans.mark_all_lost(office, desk["patron"])
    result = purge.run(office, make_plan(office, [desk["patron"]], source="loans"), Ticket())
    assert result.purged[0].loans_written_off == 4
    said = loans.found(office, barcodes[0])
    assert said.startswith("The item is available again.")
    assert "Who had it is purged. The write-off is reversed" in said
    with pytest.raises(DeskError):
        loans.reopen_lost(office, desk["loans"][1])
    assert not checking.find_problems(office)


def test_payments_and_waivers(office):
    with building(office) as school:
        patron = school.patron()
        fine, unknown, disputed, closed = (
            school.fine(patron, 500),
            school.fine(patron, None),
            school.fine(patron, 90, "in_dispute"),
            school.fine(patron, 80, "closed"),
        )
    assert fines.pay(office, fine, 200) == 300
    for amount in (0, -1, 301):
        with pytest.raises(WrongUsage):
            fines.pay(office, fine, amount)
    assert fines.waive(office, fine, "goodwill") == 300
    with pytest.raises(WrongUsage):
        fines.pay(office, unknown)
    assert fines.waive(office, unknown, "goodwill") == 0
    with pytest.raises(Refused):
        fines.waive(office, disputed, "goodwill")
    with pytest.raises(Refused):
        fines.waive(office, closed, "goodwill")
    assert rows(office, Fine.id, Fine.balance, Fine.status) == [
        (fine, 0, "closed"),
        (unknown, 0, "closed"),
        (disputed, 90, "in_dispute"),
        (closed, 0, "closed"),
    ]
    assert [row[1:] for row in rows(office, FineLine.id, FineLine.fine_id, FineLine.kind, FineLine.amount)][1:] == [
        (fine, "payment", 200),
        (fine, "waiver", 300),
        (unknown, "waiver", None),
    ]


def test_a_credit_can_be_paid_back(office):
    with building(office) as school:
        patron = school.patron()
        credit = school.fine(patron, -450)
    fines.pay(office, credit)
    assert read_details(office, patron).eligible


def test_a_loan_of_another_library_is_not_there(office, desk):
    with pytest.raises(NotFound):
        loans.reopen_lost(office, LoanId(999_999))
    with pytest.raises(Refused):
        loans.decide_loans(office, office.actor.id, {desk["loans"][0]: Decision.RETURNED})


def test_days_overdue(office):
    today = office.clock.today()
    with building(office) as school:
        patron = school.patron()
        for days in (-1, 0, 1, 40):
            school.loan(patron, "open", due_on=today - dt.timedelta(days=days))
    assert [line.days_overdue for line in loans.list_loans(office, patron)] == [40, 1, 0, 0]
