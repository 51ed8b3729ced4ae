"""The circulation desk by command line: lent, returned, renewed, reserved; refused with every reason; rules, items, money."""

from __future__ import annotations

import datetime as dt

import pytest

from patrondesk.bootstrap import open_library
from patrondesk.models.patron import Block, Patron
from patrondesk.services import policy
from patrondesk.services.signin import sign_in
from tests.builders import LONG_AGO, building
from tests.conftest import LIBRARIAN, PASSWORD


@pytest.fixture
def school(library, environment):
    """Ana and Ben, active; three items."""
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with building(office) as built:
        for name in ("ana", "ben"):
            built.patron(username=name, enabled=True, expiry_date=None)
    office.database.close()


def items(desk, *barcodes):
    for barcode in barcodes:
        desk("items", "add", barcode, "--title", f"Title {barcode}", "--author", "A. Writer", "--price", "12.50")


def test_out_renewed_and_back(desk, school):
    items(desk, "B1")
    lent = desk("loans", "checkout", "ana", "B1")
    assert (lent["due"], lent["title"], lent["item"]) == ("2026-07-14", "Title B1", "B1")
    assert desk("items", "show", "B1")["status"] == "on_loan"
    assert desk("loans", "checkout", "ben", "B1", code=3).error["code"] == "NOT_AVAILABLE"
    assert desk("loans", "renew", "B1")["renewals"] == 1
    back = desk("loans", "return", "B1")
    assert (back["status"], back["hold_for"], back["late_fine"]) == ("available", None, "0.00")
    assert desk("loans", "return", "B1", code=3).error["code"] == "NOT_ON_LOAN"
    assert desk("loans", "return", "nothing", code=3).error["code"] == "NOT_FOUND"


def test_lost_and_found(desk, school):
    items(desk, "B1")
    desk("settings", "set", "mark_lost_charges_price", "true")
    desk("loans", "checkout", "ana", "B1", "--due", "2026-12-24")
    lost = desk("loans", "lost", "B1")
    assert (lost["charged"], lost["amount"]) == (True, "12.50")
    found = desk("loans", "found", "B1")
    assert (found["status"], found["lifted"], found["was_lost"]) == ("available", "12.50", True)
    assert "available again" in found["text"]


def test_reserved_and_handed_over(desk, say, school):
    items(desk, "B1")
    desk("loans", "checkout", "ana", "B1")
    made = desk("reservations", "add", "ben", "B1")
    assert (made["set_aside"], made["ahead"]) == (None, 0)
    assert desk("reservations", "add", "ben", "--title", "title b1", code=3).error["code"] == "ALREADY_RESERVED"
    assert desk("reservations", "add", "ben", code=2).error
    assert desk("reservations", "add", "ben", "--title", "Nothing like it", code=3).error["code"] == "NOT_FOUND"
    assert desk("loans", "renew", "B1", code=3).error["code"] == "AWAITED"
    back = desk("loans", "return", "B1")
    assert back["status"] == "on_hold"
    assert back["hold_for"]["reservation"] == made["reservation"]
    assert desk("loans", "checkout", "ana", "B1", code=3).error["code"] == "ON_HOLD"
    assert desk("loans", "checkout", "ben", "B1")["reservation"] == made["reservation"]
    assert "put it aside" in say("reservations", "add", "ana", *_copy(desk)).out
    assert desk("reservations", "expire")["expired"] == 0


def _copy(desk):
    items(desk, "B9")
    return ("B9",)


@pytest.fixture
def unfit(library):
    """Makes a patron unfit to borrow in one way or several."""

    def make(*ways):
        office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
        with building(office) as built:
            patron = built.session.query(Patron).filter_by(username="ana").one()
            if "deactivated" in ways:
                patron.enabled = False
            if "membership ended" in ways:
                patron.expiry_date = dt.date(2026, 6, 1)
            if "blocked" in ways:
                built.session.add(Block(patron_id=patron.id, comment="Waits", created_at=LONG_AGO))
            if "owes" in ways:
                built.fine(patron.id, 1000)
        if "owes" in ways:
            policy.change_setting(office, "debt_block_limit", "10.00")
        office.database.close()

    return make


WAYS = ("deactivated", "membership ended", "blocked", "owes")


@pytest.mark.parametrize("ways", [*((way,) for way in WAYS), WAYS])
def test_who_may_not_borrow_is_told_every_reason_and_may_return(desk, school, unfit, ways):
    items(desk, "B1", "B2", "B3")
    desk("loans", "checkout", "ana", "B1")
    unfit(*ways)
    for words in (("loans", "checkout", "ana", "B2"), ("loans", "renew", "B1"), ("reservations", "add", "ana", "B3")):
        error = desk(*words, code=3).error
        assert error["code"] == "MAY_NOT_BORROW"
        assert [way for way in WAYS if way in error["text"]] == list(ways)
    assert desk("loans", "return", "B1")["status"] == "available"


def test_rules(desk, say, school):
    assert desk("rules", "list")["rules"] == []
    assert "14 days" in say("rules", "list").out
    rule = desk("rules", "set", "student", "--days", "21", "--limit", "1", "--late-fine", "0.20", "--late-fine-most", "2")
    assert (rule["days"], rule["limit"], rule["late_fine"], rule["late_fine_most"]) == (21, 1, "0.20", "2.00")
    assert desk("rules", "set", "student", "--grace", "1")["days"] == 21, "what is not given stays"
    assert desk("rules", "set", "student", "--limit", "none")["limit"] is None
    assert desk("rules", "set", "--days", "7")["patron_type"] is None
    assert [rule["patron_type"] for rule in desk("rules", "list")["rules"]] == ["student", None]
    for wrong in (("--days", "0"), ("--limit", "many"), ("--late-fine", "much")):
        desk("rules", "set", *wrong, code=2)
    desk("rules", "remove", "student")
    assert desk("rules", "remove", "student", code=3).error["code"] == "NOT_FOUND"


def test_items(desk, say, school):
    items(desk, "B1", "B2")
    assert desk("items", "add", "B1", "--title", "Other", code=3).error["code"] == "TAKEN"
    assert desk("items", "add", "B7", "--title", " ", code=2).error
    edited = desk("items", "edit", "B1", "--title", "New name", "--price", "", "--call-number", "823 WRI")
    assert (edited["title"], edited["author"], edited["price"], edited["call_number"]) == (
        "New name",
        "A. Writer",
        None,
        "823 WRI",
    )
    assert desk("items", "list", "--search", "title")["total"] == 1
    assert [row["barcode"] for row in desk("items", "list")["rows"]] == ["B1", "B2"]
    desk("loans", "checkout", "ana", "B2")
    assert desk("items", "withdraw", "B2", code=3).error["code"] == "ON_LOAN"
    assert desk("items", "withdraw", "B1")["status"] == "withdrawn"
    assert desk("loans", "checkout", "ana", "B1", code=3).error["code"] == "NOT_AVAILABLE"
    assert desk("items", "put-back", "B1")["status"] == "available"
    assert "New name" in say("items", "show", "B1").out


def test_money(desk, school, library):
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with building(office) as built:
        ana = built.session.query(Patron).filter_by(username="ana").one().id
        known, unknown = built.fine(ana, 500), built.fine(ana, None)
    office.database.close()
    error = desk("fines", "pay", known, "6.00", code=2).error
    assert "$5.00 is owed" in error["text"]
    assert desk("fines", "pay", known, "2.00")["balance"] == "3.00"
    assert desk("fines", "dispute", known)["status"] == "in_dispute"
    assert desk("fines", "waive-one", known, "--reason", "moved", code=3).error["code"] == "IN_DISPUTE"
    assert desk("fines", "dispute", known, "--end")["status"] == "active"
    assert desk("fines", "pay", unknown, code=2).error
    assert desk("fines", "amount", unknown, "4.50")["balance"] == "4.50"
    assert desk("fines", "amount", unknown, "9", code=3).error["code"] == "AMOUNT_KNOWN"
    desk("fines", "pay", unknown)
    day = desk("fines", "today")
    assert day["total"] == "6.50"
    assert [payment["amount"] for payment in day["payments"]] == ["4.50", "2.00"]
