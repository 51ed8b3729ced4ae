"""`patrons list` with its filters and its file, and `cohorts`; as documents and as lines."""

from __future__ import annotations

import csv

import pytest

from tests.conftest import LIBRARIAN

pytestmark = pytest.mark.usefixtures("leavers")


def usernames(answer):
    return {row["username"] for row in answer["rows"]}


def test_filters_are_combined(desk):
    assert usernames(desk("patrons", "list", "--has-loans")) == {"leaver6"}
    owing = usernames(desk("patrons", "list", "--owes"))
    assert owing == {"leaver7", "leaver8"}
    desk("patrons", "block", "leaver7", "--comment", "camera")
    desk("patrons", "protect", "leaver8", "--reason", "comes back")
    assert usernames(desk("patrons", "list", "--owes", "--blocked")) == {"leaver7"}
    assert usernames(desk("patrons", "list", "--owes", "--protected")) == {"leaver8"}
    assert usernames(desk("patrons", "list", "--staff-role")) == {LIBRARIAN}
    assert usernames(desk("patrons", "list", "--expired", "--expires-before", "1999-01-01")) == set()
    assert desk("patrons", "list", "--year-level", "Year 99", code=2).error["text"] == "There is no year level “Year 99”."
    assert desk("patrons", "list", "--cohort", "Nobody", code=2).error["text"]
    assert desk("patrons", "list", "--sort", "luck", code=2).error["text"]


def test_everybody_on_the_list_is_saved(desk, tmp_path):
    target = tmp_path / "all.csv"
    saved = desk("patrons", "list", "--state", "disabled", "--page-size", 2, "--export", target)
    assert (saved["exported_rows"], saved["total"]) == (8, 8)
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["Username"] for row in rows if row["Username"]} == {f"leaver{n}" for n in range(1, 9)}
    assert desk("patrons", "list", "--export", tmp_path / "all.doc", code=2).error["text"]


def test_a_cohort_is_made_filled_switched_off_and_on(desk, say):
    desk("cohorts", "add", "Class of 2026", "--graduates-on", "2026-12-10")
    assert desk("cohorts", "add", "Class of 2026", code=3).error["code"] == "TAKEN"
    for name in ("a", "b"):
        desk("patrons", "add", "--family-name", name, "--username", name)
        desk("patrons", "edit", name, "--set", "cohort=Class of 2026")
    desk("patrons", "disable", "b", "--reason", "moved")
    seen = desk("cohorts", "off", "Class of 2026", "--preview")
    assert (seen["selected"], seen["changed"], seen["already"], seen["preview"]) == (2, 1, 1, True)
    assert desk("cohorts", "off", "Class of 2026", code=3).error["code"] == "NOT_CONFIRMED"
    assert desk("cohorts", "off", "Class of 2026", "--reason", "left", "--yes")["changed"] == 1
    (line,) = desk("cohorts", "list")["cohorts"]
    assert (line["graduates_on"], line["enabled"], line["disabled"], line["switched_off"]) == ("2026-12-10", 0, 2, 1)
    back = desk("cohorts", "on", "Class of 2026", "--yes")
    assert (back["changed"], back["otherwise"]) == (1, 1)
    assert desk("cohorts", "rename", "Class of 2026", "Class of 2027")["changed"]
    assert "Class of 2027" in say("cohorts", "list").out
    assert usernames(desk("patrons", "list", "--cohort", "Class of 2027")) == {"a", "b"}
    assert desk("cohorts", "off", "Class of 2026", "--yes", code=3).error["code"] == "NO_COHORT"
