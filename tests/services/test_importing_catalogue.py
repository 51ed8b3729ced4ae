"""Items, loans, fines, reservations and responsibilities from files: whose they are is told by keys, and nothing is invented."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.reservation import Reservation
from patrondesk.models.responsibility import Responsibility
from patrondesk.records.importing import Kind
from tests.services.inbox import codes, counts, outcome

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

ANA = {
    "external_id": "1",
    "username": "aruiz",
    "barcode": "P1",
    "family_name": "Ruiz",
    "patron_type": "student",
    "user_group": "Blue",
    "year_level": "Year 9",
    "homeroom": "9C",
}
BO = {"external_id": "2", "username": "bstone", "barcode": "P2", "family_name": "Stone", "patron_type": "student"}
ITEMS = [{"barcode": f"I{n}", "title": f"Title {n}", "price": "12.50", "collection": "Fiction"} for n in range(1, 6)]


@pytest.fixture
def stocked(inbox):
    """Two patrons and five items."""
    inbox.patrons([ANA, BO])
    inbox.bring(Kind.ITEMS, ITEMS)
    return inbox


def lent(item: str = "I1", patron: str = "P1", out: str = "2025-09-01", **more: str) -> dict[str, str]:
    return {"patron_barcode": patron, "item_barcode": item, "checked_out": out, "due": "2025-10-01", "returned": "", **more}


def states(inbox) -> dict[str, str]:
    return dict(inbox.all(sa.select(Item.barcode, Item.status)))


# ---- items


def test_items_added_unchanged_updated(stocked):
    assert counts(stocked.bring(Kind.ITEMS, ITEMS)) == {"unchanged": 5}
    assert counts(stocked.bring(Kind.ITEMS, [ITEMS[0] | {"price": "13"}, ITEMS[1] | {"title": "Title 1"}])) == {"updated": 2}
    rows = dict(stocked.all(sa.select(Item.barcode, Item.title_id)))
    assert rows["I1"] == rows["I2"]
    assert stocked.scalar(sa.select(Item.price).where(Item.barcode == "I1")) == 1300


def test_copies_share_their_title(inbox):
    rows = [{"barcode": f"C{n}", "title": "Emma", "author": "Austen" if n < 3 else ""} for n in range(4)]
    inbox.bring(Kind.ITEMS, rows)
    assert inbox.all(sa.select(Title.title, Title.author)) == [("Emma", "Austen")]


@pytest.mark.parametrize(
    ("row", "code"), [({"barcode": "N1", "title": ""}, "TITLE_MISSING"), ({"external_id": "7", "title": "X"}, "BARCODE_MISSING")]
)
def test_a_new_item_needs_barcode_and_title(inbox, row, code):
    report = inbox.bring(Kind.ITEMS, [{"barcode": "", "external_id": "", **row}])
    assert (outcome(report), codes(report)) == ("invalid", [code])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Available", "available"),
        ("Checked out", "on_loan"),
        ("Lost", "lost"),
        ("On order", "on_order"),
        ("In process", "in_process"),
        ("WITHDRAWN", "withdrawn"),
        ("On holds shelf", "on_hold"),
        ("", "available"),
        ("nonsense", "available"),
    ],
)
def test_states_of_items(inbox, said, status):
    report = inbox.bring(Kind.ITEMS, [{"barcode": "N1", "title": "X", "status": said}])
    assert states(inbox) == {"N1": status}
    assert codes(report) == (["UNKNOWN_STATUS"] if said == "nonsense" else [])


def test_a_deleted_item_is_withdrawn(inbox):
    inbox.bring(
        Kind.ITEMS,
        [
            {"barcode": "N1", "title": "X", "status": "Available", "deleted": "true"},
            {"barcode": "N2", "title": "X", "deleted": "false"},
        ],
    )
    assert states(inbox) == {"N1": "withdrawn", "N2": "available"}


def test_whether_an_item_is_out_is_known_better_here(stocked):
    stocked.bring(Kind.LOANS, [lent("I1")])
    report = stocked.bring(Kind.ITEMS, [ITEMS[0] | {"status": "available"}, ITEMS[1] | {"status": "checked out"}])
    assert (counts(report), codes(report)) == ({"unchanged": 2}, ["STATUS_KEPT", "STATUS_KEPT"])
    assert (states(stocked)["I1"], states(stocked)["I2"]) == ("on_loan", "available")


def test_items_swap_barcodes_and_doubled_ones_wait(inbox):
    inbox.bring(Kind.ITEMS, [{"id": "a", "barcode": "1", "title": "A"}, {"id": "b", "barcode": "2", "title": "B"}])
    report = inbox.bring(Kind.ITEMS, [{"id": "a", "barcode": "2", "title": "A"}, {"id": "b", "barcode": "1", "title": "B"}])
    assert counts(report) == {"updated": 2}
    assert set(inbox.all(sa.select(Item.external_id, Item.barcode))) == {("a", "2"), ("b", "1")}
    assert counts(inbox.bring(Kind.ITEMS, [{"barcode": "9", "title": "A"}, {"barcode": "9", "title": "B"}])) == {"conflict": 2}
    assert counts(inbox.bring(Kind.ITEMS, [{"id": "c", "barcode": "1", "title": "A"}])) == {"conflict": 1}


@pytest.mark.parametrize(("said", "price"), [("$5.00", 500), ("5", 500), ("12,50", 1250), ("", None), ("abc", None)])
def test_prices(inbox, said, price):
    report = inbox.bring(Kind.ITEMS, [{"barcode": "N1", "title": "X", "price": said}])
    assert outcome(report) == "added"
    assert inbox.scalar(sa.select(Item.price)) == price
    assert codes(report) == (["BAD_AMOUNT"] if said == "abc" else [])


# ---- loans


def test_an_open_loan_takes_its_item_out_and_copies_the_facets(stocked):
    assert outcome(stocked.bring(Kind.LOANS, [lent(external_id="L1", renewals="2")])) == "added"
    with stocked.office.database.read() as session:
        loan = session.scalars(sa.select(Loan)).one()
        assert (loan.status, loan.due_on, loan.renewals, loan.ended_at) == ("open", dt.date(2025, 10, 1), 2, None)
        assert loan.checked_out_at.astimezone().date() == dt.date(2025, 9, 1)
        facets = (loan.patron_type, loan.user_group, loan.year_level, loan.homeroom, loan.collection, loan.academic_period)
        assert facets == ("student", "Blue", "Year 9", "9C", "Fiction", "2025/26")
    assert states(stocked)["I1"] == "on_loan"
    ana = stocked.patron(username="aruiz")
    assert ana.version == 2
    assert ana.last_activity_at is not None
    assert ana.last_activity_at.astimezone().date() == dt.date(2025, 9, 1)
    assert outcome(stocked.bring(Kind.LOANS, [lent(external_id="L1")])) == "unchanged"


def test_a_returned_loan_leaves_its_item_in(stocked):
    stocked.bring(Kind.LOANS, [lent(returned="2025-09-20")])
    assert stocked.all(sa.select(Loan.status)) == [("returned",)]
    assert states(stocked)["I1"] == "available"


@pytest.mark.parametrize("key", [{}, {"external_id": "L1"}])
def test_a_loan_that_comes_back(stocked, key):
    stocked.bring(Kind.LOANS, [lent(**key)])
    assert outcome(stocked.bring(Kind.LOANS, [lent(returned="2025-09-20", **key)])) == "updated"
    assert (stocked.all(sa.select(Loan.status)), states(stocked)["I1"]) == ([("returned",)], "available")
    assert stocked.patron(username="aruiz").last_activity_at.astimezone().date() == dt.date(2025, 9, 20)
    report = stocked.bring(Kind.LOANS, [lent(**key)])
    assert (outcome(report), codes(report)) == ("unchanged", ["LOAN_ENDED_HERE"])


def test_a_lost_item_stays_lost_while_its_loan_is_open(stocked):
    stocked.bring(Kind.ITEMS, [ITEMS[0] | {"status": "Lost"}])
    stocked.bring(Kind.LOANS, [lent("I1")])
    assert (states(stocked)["I1"], stocked.all(sa.select(Loan.status))) == ("lost", [("open",)])


def test_an_item_is_lent_to_one_patron_at_a_time(stocked):
    assert counts(stocked.bring(Kind.LOANS, [lent("I1"), lent("I1", "P2"), lent("I2")])) == {"conflict": 2, "added": 1}
    assert codes(stocked.bring(Kind.LOANS, [lent("I2", "P2")])) == ["ITEM_ON_LOAN"]
    assert counts(stocked.bring(Kind.LOANS, [lent("I2", returned="2025-09-09"), lent("I2", "P2", "2025-09-10")])) == {
        "updated": 1,
        "added": 1,
    }


def test_history_of_the_same_item_is_kept_line_by_line(stocked):
    past = [lent("I1", out=f"2025-0{n}-01", returned=f"2025-0{n}-05") for n in range(1, 9)]
    assert counts(stocked.bring(Kind.LOANS, [*past, past[0]])) == {"added": 8, "unchanged": 1}
    assert counts(stocked.bring(Kind.LOANS, past)) == {"unchanged": 8}


@pytest.mark.parametrize(
    ("row", "code", "how"),
    [
        (lent(patron="nix"), "UNKNOWN_PATRON", "invalid"),
        (lent(patron=""), "PATRON_MISSING", "invalid"),
        (lent("nix"), "UNKNOWN_ITEM", "invalid"),
        (lent(""), "ITEM_MISSING", "invalid"),
        (lent(patron_username="bstone"), "PATRON_KEYS_DISAGREE", "conflict"),
        (lent(out="2025-02-31"), "BAD_DATE", "invalid"),
        (lent(returned="soon"), "BAD_DATE", "invalid"),
    ],
)
def test_loans_that_cannot_be_taken(stocked, row, code, how):
    report = stocked.bring(Kind.LOANS, [row])
    assert (outcome(report), codes(report)) == (how, [code])
    assert stocked.scalar(sa.select(sa.func.count()).select_from(Loan)) == 0


def test_a_loan_of_an_old_card_is_its_patrons(stocked):
    stocked.patrons([ANA | {"barcode": "P9"}])
    report = stocked.bring(Kind.LOANS, [lent(patron="P1")])
    assert (outcome(report), codes(report)) == ("added", ["OLD_CARD"])


def test_the_same_loan_id_for_another_patron_waits(stocked):
    stocked.bring(Kind.LOANS, [lent(external_id="L1")])
    assert codes(stocked.bring(Kind.LOANS, [lent(external_id="L1", patron="P2")])) == ["LOAN_OF_ANOTHER"]


def test_a_loan_without_its_first_day_begins_when_it_was_due(stocked):
    report = stocked.bring(Kind.LOANS, [{"patron_barcode": "P1", "item_barcode": "I1", "due": "2025-10-01"}])
    assert (outcome(report), codes(report)) == ("added", ["CHECKED_OUT_DEFAULTED"])


# ---- fines


def fined(**said: str) -> dict[str, str]:
    return {"patron_barcode": "P1", "type": "Overdue", "charged_on": "2025-09-01", **said}


@pytest.mark.parametrize(
    ("said", "stored", "lines"),
    [
        ({"amount": "5.00"}, (500, 500, "active"), []),
        ({"amount": "5.00", "paid": "2"}, (500, 300, "active"), [("payment", 200)]),
        ({"amount": "5.00", "balance": "0"}, (500, 0, "closed"), [("payment", 500)]),
        ({"balance": "3.00"}, (300, 300, "active"), []),
        ({"amount": "", "balance": ""}, (None, None, "active"), []),
        ({"amount": "", "balance": "", "paid": "1.00"}, (None, None, "active"), [("payment", 100)]),
        ({"amount": "(5.00)"}, (-500, -500, "active"), []),
        ({"amount": "5.00 CR"}, (-500, -500, "active"), []),
        ({"amount": "-5", "balance": "-2"}, (-500, -200, "active"), [("credit", -300)]),
        ({"amount": "5", "status": "In dispute"}, (500, 500, "in_dispute"), []),
        ({"amount": "5", "balance": "2", "status": "closed"}, (500, 0, "closed"), [("payment", 300), ("waiver", 200)]),
    ],
)
def test_amounts(stocked, said, stored, lines):  # F11
    assert outcome(stocked.bring(Kind.FINES, [fined(**said)])) == "added"
    assert stocked.all(sa.select(Fine.amount, Fine.balance, Fine.status)) == [stored]
    assert sorted(stocked.all(sa.select(FineLine.kind, FineLine.amount))) == lines
    assert outcome(stocked.bring(Kind.FINES, [fined(**said)])) == "unchanged"


def test_an_amount_that_is_none_is_refused(stocked):
    report = stocked.bring(Kind.FINES, [fined(amount="five")])
    assert (outcome(report), codes(report)) == ("invalid", ["BAD_AMOUNT"])


def test_amounts_that_do_not_add_up_are_told_and_the_balance_is_believed(stocked):
    report = stocked.bring(Kind.FINES, [fined(amount="5", paid="1", balance="2")])
    assert codes(report) == ["SUM_DIFFERS"]
    assert stocked.all(sa.select(Fine.amount, Fine.balance, FineLine.amount).join(FineLine)) == [(500, 200, 300)]


def test_alike_fines_are_not_one(stocked):
    assert counts(stocked.bring(Kind.FINES, [fined(amount="1"), fined(amount="1")])) == {"added": 2}
    assert counts(stocked.bring(Kind.FINES, [fined(amount="1")] * 3)) == {"unchanged": 2, "added": 1}


def test_a_fine_knows_its_loan_and_through_it_patron_and_item(stocked):
    stocked.bring(Kind.LOANS, [lent(external_id="L1")])
    assert outcome(stocked.bring(Kind.FINES, [{"fine_id": "F1", "loan": "L1", "amount": "2"}])) == "added"
    found = stocked.all(sa.select(Fine.patron_id, Fine.item_id, Fine.loan_id, Fine.type))
    assert found == [(stocked.patron(username="aruiz").id, 1, 1, "Fine")]
    assert codes(stocked.bring(Kind.FINES, [fined(loan="L1", amount="1", patron_barcode="P2")])) == ["LOAN_OF_ANOTHER"]
    report = stocked.bring(Kind.FINES, [fined(loan="gone", amount="1")])
    assert (outcome(report), codes(report)) == ("added", ["UNKNOWN_LOAN"])


def test_a_payment_made_elsewhere_becomes_a_line(stocked):
    stocked.bring(Kind.FINES, [fined(external_id="F1", amount="5", status="disputed")])
    assert (
        outcome(stocked.bring(Kind.FINES, [{"external_id": "F1", "patron_barcode": "P1", "amount": "5", "balance": "1.50"}]))
        == "updated"
    )
    assert stocked.all(sa.select(Fine.type, Fine.balance, Fine.status, FineLine.amount).join(FineLine)) == [
        ("Overdue", 150, "in_dispute", 350)
    ]


def test_a_fine_settled_here_stays_settled(stocked):
    stocked.bring(Kind.FINES, [fined(external_id="F1", amount="5", balance="0")])
    report = stocked.bring(Kind.FINES, [fined(external_id="F1", amount="5", balance="5")])
    assert (outcome(report), codes(report)) == ("unchanged", ["FINE_SETTLED_HERE"])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"patron_barcode": "nix"}, "UNKNOWN_PATRON"),
        ({"patron_barcode": ""}, "PATRON_MISSING"),
        ({"item_barcode": "nix"}, "UNKNOWN_ITEM"),
    ],
)
def test_fines_of_nobody(stocked, said, code):
    report = stocked.bring(Kind.FINES, [fined(amount="1") | said])
    assert (outcome(report), codes(report)) == ("invalid", [code])


# ---- reservations and responsibilities


def test_reservations(stocked):
    rows = [
        {"patron_barcode": "P1", "item_barcode": "I1", "title": "", "requested_on": "2026-01-02"},
        {"patron_barcode": "P1", "item_barcode": "", "title": "Title 2"},
        {"patron_barcode": "P1", "title": "nix"},
        {"patron_barcode": "P1"},
        {"patron_barcode": "nix", "title": "Title 2"},
    ]
    report = stocked.bring(Kind.RESERVATIONS, rows)
    assert (counts(report), codes(report)) == ({"added": 2, "invalid": 3}, ["UNKNOWN_TITLE", "TITLE_MISSING", "UNKNOWN_PATRON"])
    assert stocked.all(sa.select(Reservation.status, Title.title).join(Title)) == [("open", "Title 1"), ("open", "Title 2")]
    assert counts(stocked.bring(Kind.RESERVATIONS, rows[:2])) == {"unchanged": 2}
    assert counts(stocked.bring(Kind.RESERVATIONS, [rows[0] | {"expires_on": "2026-05-05"}])) == {"updated": 1}


def test_responsibilities(stocked):
    rows = [
        {"patron_username": "aruiz", "kind": kind, "reference": "R1", "status": status}
        for kind, status in (("po_line", "open"), ("Grants", ""), ("nonsense", "open"), ("", "open"), ("asset", "closed"))
    ]
    report = stocked.bring(Kind.RESPONSIBILITIES, rows)
    assert (counts(report), codes(report)) == ({"added": 3, "invalid": 2}, ["UNKNOWN_WORD", "KIND_MISSING"])
    assert stocked.all(sa.select(Responsibility.kind, Responsibility.status)) == [
        ("po_line", "open"),
        ("grant", "open"),
        ("asset", "closed"),
    ]
    assert counts(stocked.bring(Kind.RESPONSIBILITIES, [rows[0] | {"status": "closed"}, rows[1]])) == {
        "updated": 1,
        "unchanged": 1,
    }
