"""A person's rights by words: the data downloaded, requests opened and closed, one patron deleted."""

from __future__ import annotations

import json

import pytest

from patrondesk.bootstrap import open_library
from patrondesk.cli import desk as desk_module
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD

pytestmark = pytest.mark.usefixtures("leavers")


def codes(answer):
    return [reason["code"] for reason in answer["reasons"]]


def test_a_patron_is_deleted_and_brought_back(desk, say):
    done = desk("patrons", "delete", "leaver1", "--yes")
    assert (done["deleted"], done["purged"], done["loans_kept"], done["loans_deleted"]) == (True, 1, 0, 1)
    assert (done["source"], done["retain_deleted_patron_loans"]) == ("delete", False)
    assert done["undo_until"]
    assert done["backup"]
    assert desk("patrons", "show", "leaver1", code=3).error["code"] == "NOT_FOUND"
    shown = desk("batches", "list")["batches"][0]
    assert (shown["batch"], shown["source"], shown["purged"]) == (done["batch"], "delete", 1)
    assert "deletion" in say("batches", "list").out
    assert "1 deleted" in say("batches", "show", done["batch"]).out
    assert desk("batches", "undo", done["batch"])["restored"] == 1
    assert desk("patrons", "show", "leaver1")["username"] == "leaver1"


def test_an_enabled_patron_is_deleted_too(desk):
    desk("patrons", "enable", "leaver1")
    assert desk("patrons", "delete", "leaver1", "--yes")["deleted"]


@pytest.mark.parametrize(("who", "held"), [("leaver6", "OPEN_LOANS"), ("leaver7", "BALANCE_DUE"), (LIBRARIAN, "STAFF_ROLE")])
def test_what_is_in_the_way_is_told_with_every_reason(desk, who, held):
    refused = desk("patrons", "delete", who, "--yes", code=3)
    assert refused.error["code"] == "HELD"
    assert held in codes(refused)
    assert all(reason["text"] and reason["lifts"] for reason in refused["reasons"])
    assert refused["deleted"] is False
    assert desk("batches", "list")["batches"] == []


def test_nobody_to_ask_deletes_nobody(desk, words, library):
    assert desk("patrons", "delete", "leaver1", code=3).error["code"] == "NOT_CONFIRMED"
    assert desk("patrons", "show", "leaver1")["username"] == "leaver1"
    refused = words("--database", library, "--staff", LIBRARIAN, "patrons", "delete", "leaver7")
    assert refused.code == 3
    assert "cannot be deleted: Owes $18.50" in refused.err


def test_at_a_terminal_it_asks_and_says_that_nothing_is_kept(words, library, environment):
    asked = []

    def answered(_answer, question):
        asked.append(question)
        return "no"

    environment.setattr(desk_module, "at_terminal", lambda: True)
    environment.setattr("patrondesk.cli.answer.Answer.ask", answered)
    answer = words("--database", library, "--staff", LIBRARIAN, "patrons", "delete", "leaver1")
    assert answer.code == 3
    assert "Unlike a purge this keeps no statistics. You can undo this until " in asked[0]


def test_requests_hold_and_are_listed_and_closed(desk, say):
    opened = desk("patrons", "request", "leaver1", "--rule", "gdpr", "--comment", "by letter")
    assert (opened["rule"], opened["opened_on"], opened["due_on"], opened["open"]) == ("gdpr", "2026-06-30", "2026-07-30", True)
    desk("patrons", "request", "leaver2", "--opened", "2026-01-01")
    told = desk("patrons", "requests")
    assert (told["open"], told["overdue"]) == (2, 1)
    assert [one["username"] for one in told["requests"]] == ["leaver2", "leaver1"]
    assert told["requests"][0]["due_on"] == "2026-02-15"
    assert codes(desk("patrons", "delete", "leaver1", "--yes", code=3)) == ["ACCESS_REQUEST"]
    rows = desk("candidates", "--reason", "ACCESS_REQUEST")["rows"]
    assert [row["reasons"][0]["text"] for row in rows] == [
        "A request to see the data is open until 30 July 2026",
        "A request to see the data is open; it was due on 15 February 2026",
    ]
    assert desk("patrons", "request", "leaver1", "--change", opened["request"], "--due", "2026-09-01")["due_on"] == "2026-09-01"
    assert "overdue" in say("patrons", "requests").out
    assert desk("patrons", "request-close", "leaver1", "--outcome", "handed out")["closed"] == 1
    assert desk("patrons", "request-close", "leaver1", "--outcome", "again")["closed"] == 0
    assert [one["outcome"] for one in desk("patrons", "requests", "leaver1")["requests"]] == ["handed out"]
    assert desk("patrons", "requests", "--open")["open"] == 1
    assert desk("patrons", "delete", "leaver1", "--yes")["deleted"]


def test_wrong_words_of_a_request(desk):
    for words in (
        ("leaver1", "--rule", "hipaa"),
        ("leaver1", "--rule", "other"),
        ("leaver1", "--due", "2020-01-01"),
        ("leaver1", "--opened", "2027-01-01"),
        ("leaver1", "--change", "1"),
        ("leaver1", "--change", "1", "--due", "2027-01-01", "--rule", "gdpr"),
    ):
        assert desk("patrons", "request", *words, code=2).error["text"]
    assert desk("patrons", "request", "ghost", code=3).error["code"] == "NOT_FOUND"
    assert desk("patrons", "request-close", "leaver1", "--outcome", "x", "--request", "7", code=3).error["code"] == "NOT_FOUND"


def test_the_data_is_downloaded_and_the_download_is_logged(desk, tmp_path):
    asked = desk("patrons", "request", "leaver1")
    done = desk("patrons", "download", "leaver1", "--out", "mine.json", "--request", asked["request"])
    assert (done["file"], done["request"]) == ("mine.json", asked["request"])
    told = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert told["sheets"][0]["rows"][0]["username"] == "leaver1"
    assert told["rehearsal"] == "2026-06-30"
    for name in ("two.xlsx", "three.html"):
        assert desk("patrons", "download", "leaver1", name, "--reason", "the mother asked")["records"] > done["records"] - 2
        assert (tmp_path / name).stat().st_size > 1000
    assert desk("patrons", "download", "leaver1", "--reason", "x")["file"] == "patron-data-leaver1-2026-06-30.json"
    logged = [entry["operation"] for entry in desk("audit", "list")["entries"]]
    assert logged.count("patron.download") == 4


def test_a_download_needs_a_reason_a_place_and_a_kind(desk):
    assert desk("patrons", "download", "leaver1", "a.json", code=2).error["text"] == "A download needs a reason."
    assert desk("patrons", "download", "leaver1", "a.csv", "--reason", "x", code=2).error["text"]
    assert desk("patrons", "download", "leaver1", "a.json", "--out", "b.json", "--reason", "x", code=2).error["text"]
    assert desk("patrons", "download", "leaver1", "no/where/a.json", "--reason", "x", code=4).error["text"]
    assert desk("patrons", "download", "ghost", "a.json", "--reason", "x", code=3).error["code"] == "NOT_FOUND"


def test_who_may_not_does_not(desk, library):
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with building(office) as school:
        from patrondesk.services import passwords

        clerk = school.patron(username="clerk", external_id="CLERK", barcode="CLERK", enabled=True, expiry_date=None)
        account = school.staff(clerk, "assistant")
        from patrondesk.models.staff import StaffAccount

        school.session.get_one(StaffAccount, account).password_hash = passwords.hash_secret(PASSWORD)
    office.database.close()
    for words in (
        ("patrons", "delete", "leaver1", "--yes"),
        ("patrons", "download", "leaver1", "a.json", "--reason", "x"),
        ("patrons", "request", "leaver1"),
        ("patrons", "request-close", "leaver1", "--outcome", "x"),
    ):
        assert desk(*words, code=3, staff="clerk").error["code"] == "NOT_PERMITTED"
    assert desk("patrons", "requests", staff="clerk")["requests"] == []
