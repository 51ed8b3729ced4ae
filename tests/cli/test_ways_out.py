"""What held a patron and is lifted by words: reservations cancelled, a credit paid back."""

from __future__ import annotations

import pytest

from patrondesk.bootstrap import open_library
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD


@pytest.fixture
def waiting(library):
    """Ana waits for two copies on hold, Bo for one; the library owes Ana and Bo owes something."""
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with building(office) as school:
        ana, bo = school.patron(username="ana"), school.patron(username="bo")
        keys = [school.reservation(who, item=school.item("on_hold")) for who in (ana, ana, bo)]
        school.fine(ana, -450)
        school.fine(ana, 50)
        school.fine(bo, 100)
    office.database.close()
    return keys


def test_reservations_are_listed(desk, say, waiting):
    mine = desk("reservations", "list", "ana")["reservations"]
    assert [(line["id"], line["username"], line["status"]) for line in mine] == [
        (waiting[0], "ana", "open"), (waiting[1], "ana", "open"),
    ]  # fmt: skip
    assert {"title", "item_barcode", "requested_on", "expires_on"} <= set(mine[0])
    assert [line["id"] for line in desk("reservations", "list")["reservations"]] == waiting
    assert "ana" in say("reservations", "list").out
    assert desk("reservations", "list", "ghost", code=3).error["code"] == "NOT_FOUND"


def test_reservations_are_cancelled_and_then_nothing_holds(desk, say, waiting):
    reason = next(r for r in desk("patrons", "show", "bo")["reasons"] if r["code"] == "RESERVATIONS")
    assert reason["lifts"].startswith("cancel what is reserved")
    done = desk("reservations", "cancel", waiting[0], waiting[1], waiting[0])
    assert (done["cancelled"], done["copies_released"]) == (waiting[:2], 2)
    assert [r["code"] for r in desk("patrons", "show", "ana")["reasons"]] == ["CREDIT"]
    assert desk("reservations", "list", "ana", "--open")["reservations"] == []
    assert [line["status"] for line in desk("reservations", "list", "ana")["reservations"]] == ["cancelled", "cancelled"]
    assert say("reservations", "cancel", waiting[2]).out.strip() == "1 reservation cancelled. 1 copy available again."
    assert "Nothing is reserved." in say("reservations", "list").out


def test_all_of_them_or_none(desk, waiting):
    assert desk("reservations", "cancel", waiting[0], 999_999, code=3).error["code"] == "NOT_FOUND"
    desk("reservations", "cancel", waiting[0])
    assert desk("reservations", "cancel", waiting[0], waiting[1], code=3).error["code"] == "NOT_OPEN"
    assert len(desk("reservations", "list")["reservations"]) == 2
    assert desk("reservations", "cancel", code=2).error["text"]
    assert desk("reservations", "cancel", "B1", code=2).error["text"]


def test_somebody_at_the_terminal_is_asked(desk, say, waiting, environment):
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    environment.setattr("patrondesk.cli.answer.Answer.ask", lambda self, question: "no")
    assert desk("reservations", "cancel", waiting[0], code=3).error["code"] == "NOT_CONFIRMED"
    assert desk("fines", "pay-back", "ana", code=3).error["code"] == "NOT_CONFIRMED"
    assert desk("patrons", "show", "ana")["balance"] == "-4.00"
    desk("reservations", "cancel", waiting[0], "--yes")
    desk("fines", "pay-back", "ana", "--yes")
    environment.setattr("patrondesk.cli.answer.Answer.ask", lambda self, question: "yes")
    desk("reservations", "cancel", waiting[1])
    assert desk("patrons", "show", "ana")["eligible"] is True


def test_a_credit_is_paid_back(desk, say, waiting):
    assert desk("fines", "pay-back", "ana", "4.50", code=3).error["code"] == "CREDIT_CHANGED"
    assert desk("fines", "pay-back", "ana", "much", code=2).error["text"]
    assert desk("fines", "pay-back", "bo", code=3).error["code"] == "NO_CREDIT"
    assert desk("fines", "pay-back", "ghost", code=3).error["code"] == "NOT_FOUND"
    done = desk("fines", "pay-back", "ana", "4.00", "--note", "in cash")
    assert (done["username"], done["paid_back"], done["set_off"]) == ("ana", "4.00", "0.50")
    shown = desk("patrons", "show", "ana")
    assert (shown["balance"], [r["code"] for r in shown["reasons"]]) == ("0.00", ["RESERVATIONS"])
    assert {fine["status"] for fine in desk("fines", "list", "ana")["fines"]} == {"closed"}


def test_a_person_reads_what_was_paid_back(say, waiting):
    said = say("fines", "pay-back", "ana").out.strip()
    assert said == "$4.00 paid back. $0.50 that was owed is settled with the credit."
