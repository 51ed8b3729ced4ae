"""Changing one record by words: fields, locks, blocks, notes."""

from __future__ import annotations

import pytest

from tests.conftest import LIBRARIAN

pytestmark = pytest.mark.usefixtures("leavers")


def test_a_record_is_edited(desk, say):
    done = desk("patrons", "edit", "leaver1", "--set", "email=a@b.example", "--set", "year_level=Year 13", "--set", "homeroom=")
    assert set(done["changed"]) <= {"email", "year_level", "homeroom"}
    assert {"email", "year_level"} <= set(done["changed"])
    assert done["made"] == [{"field": "year_level", "name": "Year 13"}]
    shown = desk("patrons", "show", "leaver1")
    assert (shown["email"], shown["year_level"], shown["version"]) == ("a@b.example", "Year 13", done["version"])
    assert desk("patrons", "edit", "leaver1", "--set", "email=a@b.example")["changed"] == []
    assert "Changed: phone." in say("patrons", "edit", "leaver1", "--set", "phone=021").out


def test_every_wrong_value_is_told_at_once(desk, say):
    words = ("patrons", "edit", "leaver1", "--set", "email=nowhere", "--set", "birth_date=soon", "--set", "username=leaver2")
    error = desk(*words, code=2).error
    assert error["code"] == "INVALID_FIELDS"
    assert [fault["field"] for fault in error["fields"]] == ["birth_date", "username", "email"]
    assert all(fault["text"] and fault["example"] for fault in error["fields"])
    told = say(*words, code=2).err.splitlines()
    assert [line.split(":")[0] for line in told][-3:] == ["birth_date", "username", "email"]
    assert desk("patrons", "edit", "leaver1", code=2).error["text"]
    assert desk("patrons", "edit", "leaver1", "--set", "password=x", code=2).error["text"]
    assert desk("patrons", "edit", "leaver1", "--set", "email", code=2).error["text"]
    assert desk("patrons", "edit", "ghost", "--set", "email=a@b.example", code=3).error["code"] == "NOT_FOUND"


def test_fields_are_locked_and_unlocked(desk):
    assert desk("patrons", "edit", "leaver1", "--lock", "email", "--lock", "phone")["locked"] == ["email", "phone"]
    assert desk("patrons", "edit", "leaver1", "--unlock", "email")["locked"] == ["phone"]
    assert desk("patrons", "show", "leaver1")["locked_fields"] == ["phone"]
    assert desk("patrons", "edit", "leaver1", "--lock", "shoe_size", code=2).error["text"]


def test_patrons_are_blocked_and_unblocked(desk, say):
    done = desk("patrons", "block", "leaver1", "leaver2", "--comment", "Has not answered", "--until", "2026-07-31")
    assert (done["blocked"], done["patrons"]) == (2, ["leaver1", "leaver2"])
    (block,) = desk("patrons", "show", "leaver1")["blocks"]
    assert (block["comment"], block["until"], block["active"]) == ("Has not answered", "2026-07-31", True)
    assert desk("patrons", "block", "leaver1", "--comment", "again", code=3).error["code"] == "ALREADY_BLOCKED"
    assert desk("patrons", "unblock", "leaver1", "--comment", "Has answered")["unblocked"] == 1
    assert not desk("patrons", "show", "leaver1")["blocks"][0]["active"]
    assert desk("patrons", "unblock", "leaver1", "--comment", "x", code=3).error["code"] == "NOT_BLOCKED"
    assert desk("patrons", "block", LIBRARIAN, "--comment", "x", code=3).error["code"] == "OWN_ACCOUNT"
    assert desk("patrons", "block", "leaver3", "--comment", " ", code=2).error["text"]
    assert desk("patrons", "block", "leaver3", code=2).error["text"]
    assert desk("patrons", "block", "leaver3", "--comment", "x", "--until", "2026-06-29", code=2).error["text"]
    assert "1 patron unblocked." in say("patrons", "unblock", "leaver2", "--comment", "ok").out


def test_a_note_is_written(desk):
    assert desk("patrons", "note", "leaver1", "--text", "Likes owls.")["note"]
    assert desk("patrons", "show", "leaver1")["notes"] == ["Likes owls."]
    assert desk("patrons", "note", "leaver1", "--text", " ", code=2).error["text"]
