"""Credits paid back: whatever is owed to and fro, the money adds up, the balance is 0 and the guard lifts."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.errors import DeskError, Refused
from patrondesk.models.audit import AuditEntry
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.patron import Patron
from patrondesk.records.loans import Decision, PaidBack
from patrondesk.services import checking, fines, loans
from patrondesk.services.patrons import read_details
from tests.builders import building
from tests.comparing import picture
from tests.library.people import MODEST

# (name, fines as (status, balance), paid out, settled with the credit, left of each in order)
CASES = [
    ("a credit", [("active", -450)], 450, 0, [0]),
    ("two credits", [("active", -450), ("active", -50)], 500, 0, [0, 0]),
    ("owes less", [("active", 50), ("active", -450)], 400, 50, [0, 0]),
    ("owes less, twice", [("active", -450), ("active", 50), ("active", 30)], 370, 80, [0, 0, 0]),
    ("two credits and what is owed to both", [("active", -100), ("active", -100), ("active", 150)], 50, 150, [0, 0, 0]),
    ("what is in dispute stays, and as much credit", [("in_dispute", 100), ("active", -450)], 350, 0, [100, -100]),
    ("the active credit goes first", [("in_dispute", -30), ("active", -70), ("in_dispute", 30)], 70, 0, [-30, 0, 30]),
    ("a disputed credit alone", [("in_dispute", -30)], 30, 0, [0]),
    ("an unknown bill stays", [("active", None), ("active", -5)], 5, 0, [None, 0]),
    ("closed ones are over", [("closed", 90), ("active", -5)], 5, 0, [0, 0]),
]  # fmt: skip


@pytest.fixture
def office(libraries):
    with libraries() as made:
        yield made


def owing(school, told):
    patron = school.patron()
    return patron, [school.fine(patron, balance, status) for status, balance in told]


def money_of(office, patron):
    """[(id, balance, status, amount less its lines)] of the patron's fines."""
    with office.database.read() as session:
        lines = sa.select(sa.func.coalesce(sa.func.sum(FineLine.amount), 0)).where(FineLine.fine_id == Fine.id).scalar_subquery()
        rows = session.execute(
            sa.select(Fine.id, Fine.balance, Fine.status, Fine.amount - lines).where(Fine.patron_id == patron).order_by(Fine.id)
        )
        return [tuple(row) for row in rows]


def lines_since(office, last):
    with office.database.read() as session:
        rows = session.execute(
            sa.select(FineLine.kind, FineLine.amount, FineLine.reason, FineLine.comment)
            .where(FineLine.id > last).order_by(FineLine.id)
        )  # fmt: skip
        return [tuple(row) for row in rows]


def last_line(office):
    with office.database.read() as session:
        return session.scalar(sa.select(sa.func.max(FineLine.id))) or 0


@pytest.mark.parametrize(("told", "paid", "set_off", "left"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_paid_and_what_is_left(office, told, paid, set_off, left):
    with building(office) as school:
        patron, keys = owing(school, told)
    assert "CREDIT" in {reason.code for reason in read_details(office, patron).reasons}
    assert fines.pay_back(office, patron, paid) == PaidBack(paid, set_off)
    assert [(key, balance) for key, balance, *_ in money_of(office, patron)] == list(zip(keys, left, strict=True))
    details = read_details(office, patron)
    assert details.balance == 0
    assert "CREDIT" not in {reason.code for reason in details.reasons}
    assert not checking.find_problems(office)


FINES = st.lists(
    st.tuples(
        st.sampled_from(["active", "active", "active", "in_dispute", "closed"]),
        st.one_of(st.none(), st.integers(-500, 500), st.integers(-500, -1)),
    ),
    max_size=5,
)


@MODEST
@given(everybody=st.lists(FINES, min_size=1, max_size=12))
def test_the_money_adds_up(libraries, everybody):
    with libraries() as office:
        with building(office) as school:
            patrons = [owing(school, told)[0] for told in everybody]
        for place, patron in enumerate(patrons):
            others = [money_of(office, each) for each in patrons if each != patron]
            before, last = money_of(office, patron), last_line(office)
            net = sum(balance or 0 for _, balance, status, _ in before if status != "closed")
            held = "CREDIT" in {reason.code for reason in read_details(office, patron).reasons}
            assert held == (net < 0), everybody[place]
            if not held:
                with pytest.raises(Refused):
                    fines.pay_back(office, patron)
                assert money_of(office, patron) == before
                continue
            done = fines.pay_back(office, patron)
            after, written = money_of(office, patron), lines_since(office, last)
            assert done.paid == -net
            assert read_details(office, patron).balance == 0
            assert "CREDIT" not in {reason.code for reason in read_details(office, patron).reasons}
            # What went over the desk, and what never did: neither is made nor lost.
            assert sum(amount for kind, amount, *_ in written if kind == "payment") == -done.paid
            assert sum(amount for kind, amount, *_ in written if kind == "credit") == 0
            assert sum(amount for kind, amount, *_ in written if kind == "credit" and amount > 0) == done.set_off
            assert {kind for kind, *_ in written} <= {"payment", "credit"}
            assert all(amount for _, amount, *_ in written)
            for (key, was, stood, _), (same, balance, status, sum_) in zip(before, after, strict=True):
                assert key == same
                assert balance is None or stood == "closed" or balance == sum_, "lines and balance disagree"
                assert (status == "closed") == (balance == 0 or stood == "closed") or was == 0
                if was is None or stood == "closed" or (stood == "in_dispute" and was > 0):
                    assert (was, stood) == (balance, status), "not ours to settle"
                elif was > 0:
                    assert balance == 0, "what is owed is settled first"
                else:
                    assert was <= balance <= 0
            assert [money_of(office, each) for each in patrons if each != patron] == others


def test_another_amount_than_was_shown_is_not_paid(office):
    with building(office) as school:
        patron, _ = owing(school, [("active", -450)])
        school.fine(patron, 50)
    before = picture(office.database)
    with pytest.raises(Refused, match=r"owes \$4\.00 now") as refusal:
        fines.pay_back(office, patron, 450)
    assert refusal.value.code == "CREDIT_CHANGED"
    assert picture(office.database) == before


def test_the_note_stays_with_the_pay_out_and_the_version_rises(office):
    with building(office) as school:
        patron, _ = owing(school, [("active", -450), ("active", 50)])
        last = school.session.scalar(sa.select(sa.func.max(FineLine.id))) or 0
        version = school.session.get_one(Patron, patron).version
    fines.pay_back(office, patron, note="  in cash, receipt 12 ")
    assert sorted(lines_since(office, last)) == [
        ("credit", -50, "settled with a credit", None),
        ("credit", 50, "settled with a credit", None),
        ("payment", -400, "paid back", "in cash, receipt 12"),
    ]
    with office.database.read() as session:
        now = session.get_one(Patron, patron)
        assert (now.version, now.last_activity_at is not None) == (version + 1, True)
        facts = session.scalar(sa.select(AuditEntry.facts).where(AuditEntry.operation == "fines.pay_back"))
    assert (facts["paid"], facts["set_off"], set(facts)) == (400, 50, {"paid", "set_off", "fines"}), "the note is not for the log"
    assert read_details(office, patron).history[0].words == "A credit paid back"


def test_two_desks_pay_it_once(office):
    with building(office) as school:
        patron, _ = owing(school, [("active", -450)])
        last = school.session.scalar(sa.select(sa.func.max(FineLine.id))) or 0
    meet = threading.Barrier(2)
    told: list[int | str] = []

    def at_a_desk():
        meet.wait(10)
        try:
            told.append(fines.pay_back(office, patron).paid)
        except DeskError as refusal:
            told.append(refusal.code)

    desks = [threading.Thread(target=at_a_desk) for _ in range(2)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(30)
    assert sorted(told, key=str) == [450, "NO_CREDIT"]
    assert [line[:2] for line in lines_since(office, last)] == [("payment", -450)]


def test_a_lost_item_that_was_settled_with_a_credit_comes_back(office):
    """The patron gave up a credit for it, so there must be one again."""
    with building(office) as school:
        patron = school.patron()
        loan = school.loan(patron, "open")
        school.fine(patron, -2000)
    barcode = loans.list_loans(office, patron)[0].item_barcode
    loans.decide_loans(office, patron, {loan: Decision.LOST_CHARGED})
    assert fines.pay_back(office, patron) == PaidBack(750, 1250)
    loans.found(office, barcode)
    assert read_details(office, patron).balance == -1250
    assert fines.pay_back(office, patron) == PaidBack(1250, 0)
