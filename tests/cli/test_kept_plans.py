"""Plans that are kept, by words: saved from a preview, reviewed, struck out and put back, exported and read back, run."""

from __future__ import annotations

import csv

import pytest

from patrondesk.bootstrap import open_library
from patrondesk.services import loans, patrons
from patrondesk.services.patrons import find_patron_id
from patrondesk.services.signin import sign_in
from tests.cli.conftest import names
from tests.conftest import LIBRARIAN, PASSWORD

pytestmark = pytest.mark.usefixtures("leavers")
ALL = [f"leaver{n}" for n in range(1, 9)]


@pytest.fixture
def office(library):
    made = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    yield made
    made.database.close()


@pytest.fixture
def plan(desk, tmp_path):
    """The number of a saved plan of everybody."""
    answer = desk("purge", "--usernames", names(tmp_path, *ALL, "nobody"), "--preview", "--save", code=1)
    assert (answer["planned"], answer["purged"], len(answer["refused"]), answer["vanished"]) == (9, 5, 3, 1)
    return answer["plan"]


def present(desk):
    return {row["username"] for row in desk("patrons", "list")["rows"]} - {LIBRARIAN}


def test_a_saved_plan_from_preview_to_run(desk, plan, office):
    listed = desk("plans", "list")["plans"]
    assert [(row["plan"], row["patrons"], row["struck_out"], row["unknown"], row["changed_since"]) for row in listed] == [
        (plan, 8, 0, 1, 0)
    ]
    struck = desk("plans", "strike", plan, "leaver1", "B2", "--note", "comes back")
    assert (struck["struck_out"], struck["not_on_plan"]) == (2, [])
    assert desk("plans", "strike", plan, "leaver3", "ghost", code=1)["not_on_plan"] == ["ghost"]
    assert desk("plans", "put-back", plan, "leaver3")["put_back"] == 1
    patrons.protect(office, find_patron_id(office, "leaver4"), "repeats", None)
    loans.mark_all_lost(office, find_patron_id(office, "leaver6"))
    shown = desk("plans", "show", plan)
    parts = [shown[key] for key in ("can_go", "in_the_way", "struck_out", "no_longer_there")]
    assert (parts, shown["patrons"] + shown["unknown"]) == ([2, 4, 2, 1], 9)
    assert shown["sentence"].startswith("8 patrons of a list of 9 names, made on")
    assert {row["username"]: row["note"] for row in shown["rows"] if row["struck_out"]} == {
        "leaver1": "comes back", "leaver2": "comes back",
    }  # fmt: skip
    drift = {row["username"]: ([r["code"] for r in row["before"]], [r["code"] for r in row["now"]]) for row in shown["drift"]}
    assert drift == {"leaver4": ([], ["PROTECTED"]), "leaver6": (["OPEN_LOANS"], [])}

    before = desk("purge", "--saved-plan", plan, "--preview", code=1)
    assert (before["plan"], before["planned"], before["purged"], before["vanished"]) == (plan, 7, 2, 1)
    assert before["changed_since_preview"] == ["leaver4", "leaver6"]
    answer = desk("purge", "--saved-plan", plan, "--yes", code=1)
    assert (answer["planned"], answer["purged"], answer["vanished"], answer["not_reached"]) == (7, 2, 1, 0)
    assert [row["username"] for row in answer["refused"]] == ["leaver4", "leaver6", "leaver7", "leaver8"]
    assert (answer["plan"], answer["source"]) == (plan, "plan")
    assert "leaver4" in answer["changed_since_preview"]
    assert {row["username"]: [r["code"] for r in row["now"]] for row in answer["drift"]}["leaver4"] == ["PROTECTED"]
    assert present(desk) == set(ALL) - {"leaver3", "leaver5"}
    assert desk("plans", "list")["plans"] == []
    assert [(row["state"], row["batch"]) for row in desk("plans", "list", "--all")["plans"]] == [("run", answer["batch"])]
    assert desk("purge", "--saved-plan", plan, "--yes", code=3).error["code"] == "PLAN_CLOSED"


def test_a_plan_is_reviewed_in_a_file(desk, plan, tmp_path):
    path = tmp_path / "review.csv"
    assert desk("plans", "export", plan, path)["rows"] == 8
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0] |= {"Take out": "x", "Note": "repeats"}
    rows[1] |= {"Take out": "perhaps"}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows[:7])
    foreseen = desk("plans", "review", plan, path, "--preview", code=1)
    assert desk("plans", "list")["plans"][0]["struck_out"] == 0
    done = desk("plans", "review", plan, path, code=1)
    assert foreseen.json | {"preview": False} == done.json
    numbers = ("rows", "taken_out", "noted", "put_back", "out_already", "stays", "conflict", "not_of_plan", "missing")
    assert [done[key] for key in numbers] == [7, 1, 0, 0, 0, 5, 1, 0, 1]
    assert done["rows"] == sum(done[key] for key in numbers[1:-1])
    assert [told["line"] for told in done["messages"]] == [3]
    assert [row["username"] for row in desk("plans", "show", plan)["rows"] if row["struck_out"]] == ["leaver1"]
    assert desk("plans", "export", plan, tmp_path / "review.xlsx")["rows"] == 8
    assert desk("plans", "review", plan, tmp_path / "review.xlsx")["out_already"] == 1


def test_what_is_refused(desk, plan, tmp_path):
    path = tmp_path / "plan.xlsx"
    desk("plans", "export", plan, path)
    other = desk("purge", "--page", 1, "--preview", "--save")["plan"]
    assert desk("plans", "review", other, path, code=3).error["code"] == "OTHER_PLAN"
    assert desk("plans", "review", plan, tmp_path / "absent.xlsx", code=4).error["code"] == "MISSING"
    assert desk("plans", "show", 999, code=3).error["code"] == "NOT_FOUND"
    assert desk("plans", "strike", plan, "ghost", code=3).error["code"] == "NOBODY"
    assert desk("plans", "export", plan, tmp_path / "plan.odt", code=2).error["text"]
    assert desk("plans", "discard", other)["state"] == "discarded"
    assert desk("plans", "strike", other, "leaver1", code=3).error["code"] == "PLAN_CLOSED"
    assert desk("purge", "--saved-plan", plan, code=3).error["code"] == "NOT_CONFIRMED"
    for words in (
        ["--saved-plan", plan, "--page", 1], ["--page", 1, "--save"], ["--saved-plan", plan, "--preview", "--save"],
        ["--saved-plan", plan, "--override", "CREDIT", "--comment", "x"], ["--saved-plan", "one"],
    ):  # fmt: skip
        assert desk("purge", *words, code=2).error["text"]
    assert present(desk) == set(ALL)


def test_in_lines(say, plan, tmp_path):
    assert "Plan" in say("plans", "list").out
    say("plans", "strike", plan, "leaver1", "--note", "comes back")
    told = say("plans", "show", plan).out
    assert "9 planned = 4 can go + 3 with something in the way + 1 struck out + 1 no longer there." in told
    assert "comes back" in told
    assert "Then run it with: patrondesk purge --saved-plan" in say("purge", "--page", 1, "--preview", "--save").out
    path = tmp_path / "plan.xlsx"
    say("plans", "export", plan, path)
    assert "8 rows read: 1 out as before and 7 on as before." in say("plans", "review", plan, path, "--preview").out
    assert "1 patron on plan" in say("plans", "put-back", plan, "leaver1").out
    ran = say("purge", "--saved-plan", plan, "--yes", code=1).out
    assert "5 patrons purged, 3 refused." in ran
    assert "1 name on the list named nobody when the plan was made." in ran
    assert "run as batch 1" in say("plans", "show", plan).out
    assert say("plans", "list").out.count("\n") == 3


def test_everybody_struck_out_is_nobody_to_purge(desk, plan):
    desk("plans", "strike", plan, *ALL)
    answer = desk("purge", "--saved-plan", plan, "--yes", code=1)
    assert (answer["planned"], answer["purged"], answer["vanished"]) == (1, 0, 1)
