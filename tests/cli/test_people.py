"""Patrons, their loans and their fines by words."""

from __future__ import annotations

import pytest

from tests.conftest import LIBRARIAN

pytestmark = pytest.mark.usefixtures("leavers")


def usernames(answer):
    return [row["username"] for row in answer["rows"]]


def test_patrons_are_listed_and_searched(desk, say):
    everybody = desk("patrons", "list", "--page-size", 5)
    assert (everybody["total"], everybody["pages"], len(everybody["rows"])) == (9, 2, 5)
    assert usernames(desk("patrons", "list", "--search", "ána leaver3")) == ["leaver3"]
    assert usernames(desk("patrons", "list", "--state", "enabled")) == [LIBRARIAN]
    assert usernames(desk("patrons", "list", "--state", "with_loans")) == ["leaver6"]
    assert desk("patrons", "list", "--state", "happy", code=2).error["text"]
    assert "9 patrons." in say("patrons", "list").out


def test_a_patron_is_shown(desk, say):
    shown = desk("patrons", "show", "leaver7")
    assert (shown["username"], shown["barcode"], shown["balance"], shown["eligible"]) == ("leaver7", "B7", "18.50", False)
    assert [r["code"] for r in shown["reasons"]] == ["BALANCE_DUE"]
    assert desk("patrons", "show", "B8")["balance"] is None
    assert desk("patrons", "show", "ghost", code=3).error["code"] == "NOT_FOUND"
    assert "In the way: " in say("patrons", "show", "leaver7").out


def test_a_patron_is_added(desk):
    desk("patrons", "add", "--family-name", "Nyong’o", "--given-name", "Bo", "--username", "bo", "--year-level", "Year 8",
         "--birth-date", "2012-02-29")  # fmt: skip
    assert desk("patrons", "show", "bo")["name"] == "Nyong’o, Bo"
    assert desk("patrons", "show", "bo")["birth_date"] == "2012-02-29"
    assert desk("patrons", "add", "--family-name", "X", "--username", "bo", code=3).error["code"] == "TAKEN"
    assert desk("patrons", "add", "--username", "x", code=2).error["text"]


def test_switching_off_and_on(desk, say):
    assert desk("patrons", "enable", "leaver1", "leaver2")["enabled"] == 2
    again = desk("patrons", "enable", "leaver1")
    assert (again["enabled"], again["already"]) == (0, 1)
    assert desk("patrons", "disable", "leaver1", "--reason", "moved")["disabled"] == 1
    assert desk("patrons", "show", "leaver1")["deactivated_reason"] == "moved"
    assert desk("patrons", "disable", LIBRARIAN, code=3).error["code"] == "OWN_ACCOUNT"
    assert "1 patron deactivated." in say("patrons", "disable", "leaver2").out


def test_nobody_is_changed_when_one_name_is_nobodys(desk):
    assert desk("patrons", "enable", "leaver1", "ghost", code=3).error["code"] == "NOT_FOUND"
    assert desk("patrons", "show", "leaver1")["enabled"] is False


def test_keeping_and_letting_go(desk):
    assert desk("patrons", "protect", "leaver1", "--reason", "returns", "--until", "2027-01-31")["protected"] == 1
    assert desk("candidates", "--reason", "PROTECTED")["rows"][0]["username"] == "leaver1"
    assert desk("patrons", "unprotect", "leaver1")["unprotected"] == 1
    assert desk("candidates", "--reason", "PROTECTED")["total"] == 0
    assert desk("patrons", "protect", "leaver1", "--reason", "x", "--until", "2020-01-01", code=2).error["text"]


def test_everyone_whom_a_filter_selects(desk, environment):
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: False)
    desk("patrons", "enable", "leaver1", "leaver2", "leaver3")
    said = ("patrons", "disable-matching", "--year-level", "Year 12", "--expired-before", "2026-01-01")
    seen = desk(*said, "--preview")
    assert [seen["selected"], seen["changed"], seen["already"], seen["spared"]] == [8, 3, 5, 0]
    assert seen["preview"] is True
    assert {who["username"] for who in seen["sample"]} == {"leaver1", "leaver2", "leaver3"}
    assert desk(*said, code=3).error["code"] == "NOT_CONFIRMED"
    assert desk("candidates")["total"] == 5
    assert desk(*said, "--reason", "graduated", "--yes")["changed"] == 3
    assert desk("candidates")["total"] == 8
    assert desk("patrons", "disable-matching", "--yes", code=2).error["text"]
    assert desk("patrons", "disable-matching", "--group", "None", "--yes", code=2).error["text"]


def test_loans_are_listed_and_marked_as_lost(desk, say):
    mine = desk("loans", "list", "leaver6")["loans"]
    assert [loan["status"] for loan in mine] == ["open", "returned"]
    assert mine[0]["price"] == "12.50"
    assert len(desk("loans", "list")["loans"]) == 1
    assert len(desk("loans", "list", "leaver6", "--open")["loans"]) == 1
    assert "open" in say("loans", "list").out
    done = desk("loans", "mark-all-lost", "leaver6", "--yes")
    assert (done["lost"], done["charged"], done["amount"]) == (1, 0, "0.00")
    assert desk("loans", "mark-all-lost", "leaver6")["lost"] == 0
    assert desk("candidates", "--reason", "none")["total"] == 6
    assert "Nothing is on loan" in say("loans", "list").out


def test_a_wrong_mark_is_taken_back(desk):
    loan = desk("loans", "list", "leaver6")["loans"][0]
    desk("loans", "mark-all-lost", "leaver6")
    assert desk("loans", "reopen", loan["id"])["status"] == "open"
    assert desk("loans", "reopen", loan["id"], code=3).error["code"] == "NOT_LOST"
    desk("loans", "mark-all-lost", "leaver6")
    assert "available again" in desk("loans", "found", loan["item_barcode"])["text"]
    assert desk("loans", "found", "ghost", code=3).error["code"] == "NOT_FOUND"


def test_lost_items_are_charged_where_the_library_says_so(desk, say):
    desk("settings", "set", "mark_lost_charges_price", "true")
    assert "1 charged: $12.50" in say("loans", "mark-all-lost", "leaver6").out
    assert desk("fines", "list", "leaver6")["fines"][0]["balance"] == "12.50"


def test_fines_are_paid_and_waived(desk, say):
    fine = desk("fines", "list", "leaver7")["fines"][0]
    assert (fine["amount"], fine["balance"], fine["status"]) == ("18.50", "18.50", "active")
    assert desk("fines", "pay", fine["id"], "8.50")["balance"] == "10.00"
    assert desk("fines", "pay", fine["id"], "20", code=2).error["text"]
    assert desk("fines", "pay", fine["id"], "much", code=2).error["text"]
    assert desk("fines", "waive-one", fine["id"], "--reason", "moved away")["amount_waived"] == "10.00"
    assert desk("fines", "waive-one", fine["id"], "--reason", "again", code=3).error["code"] == "CLOSED"
    unknown = desk("fines", "list", "leaver8")["fines"][0]
    assert unknown["balance"] is None
    assert "not known" in say("fines", "list").out
    assert desk("fines", "pay", unknown["id"], code=2).error["text"]
    assert desk("fines", "pay", unknown["id"], "3")["balance"] == "0.00"
    assert desk("fines", "list")["fines"] == []
    assert desk("candidates", "--reason", "BALANCE_DUE")["total"] == 0
