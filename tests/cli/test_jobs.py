"""`jobs` and `fines waive`: set up, previewed, run, due, looked back on; in documents and in words."""

from __future__ import annotations

import datetime as dt

import pytest
from openpyxl import load_workbook

from patrondesk.bootstrap import open_library
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD


@pytest.fixture
def people(library):
    """Six patrons: four due, of whom one has a loan and one owes 18.50; one not due; one without a purge date."""
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    past, ahead = dt.date(2026, 5, 1), dt.date(2026, 7, 1)
    with building(office) as school:
        for name, day in (("due1", past), ("due2", past), ("due3", past), ("due4", past), ("later", ahead), ("never", None)):
            patron = school.patron(username=name, purge_date=day, enabled=name == "due1")
            school.loan(patron)
            if name == "due3":
                school.loan(patron, "open")
            if name == "due4":
                school.fine(patron, 1850)
            if name == "later":
                school.fine(patron, 120, type="Overdue")
                school.fine(patron, 80, type="Card replacement")
    office.database.close()


@pytest.mark.usefixtures("people")
def test_purge_by_date(desk, say):
    made = desk("jobs", "add", "Year's end", "--type", "purge_users", "--option", "grace_days=30")
    assert made["options"] == {"grace_days": 30}
    assert "31 May 2026 or earlier" in made["sentence"]
    seen = desk("jobs", "run", "Year's end", "--preview", code=1)
    assert (seen["processed"], seen["exceptions"], seen["done"]) == (4, 2, 2)
    assert "1 patron among them is still active." in seen["sentence"]
    assert desk("jobs", "run", "Year's end", code=3).error["code"] == "NOT_CONFIRMED"
    run = desk("jobs", "run", "Year's end", "--yes", code=1)
    assert (run["state"], run["processed"], run["exceptions"], run["done"]) == ("completed_with_exceptions", 4, 2, 2)
    assert {line["username"]: line["code"] for line in run["lines"] if line["kind"] == "exception"} == {
        "due3": "OPEN_LOANS",
        "due4": "BALANCE_DUE",
    }
    assert desk("patrons", "show", "due1", code=3).error
    assert desk("patrons", "show", "later")["username"] == "later"
    assert desk("patrons", "show", "never")["username"] == "never"
    assert desk("batches", "show", run["batch"])["purged"] == 2
    assert desk("batches", "undo", run["batch"], "--yes")
    assert desk("patrons", "show", "due1")["username"] == "due1"
    assert "2 done + 2 with exceptions" in say("jobs", "report", run["run"]).out


@pytest.mark.usefixtures("people")
def test_the_fine_ceiling_is_the_librarys_unless_one_is_given(desk):
    desk("jobs", "add", "low", "--type", "purge_users", "--option", "fine_ceiling=18.49")
    assert desk("jobs", "run", "low", "--preview", code=1)["exceptions"] == 2
    desk("jobs", "add", "high", "--type", "purge_users", "--option", "fine_ceiling=18.50")
    assert desk("jobs", "run", "high", "--preview", code=1)["exceptions"] == 1
    run = desk("jobs", "run", "high", "--yes", code=1)
    assert (run["done"], run["numbers"]["amount"]) == (3, "18.50")


@pytest.mark.usefixtures("people")
def test_only_a_group_or_a_record_type(desk):
    desk("jobs", "add", "contacts", "--type", "purge_users", "--option", "record_type=contact")
    assert desk("jobs", "run", "contacts", "--yes")["processed"] == 0
    desk("jobs", "add", "group", "--type", "purge_users", "--option", "user_group=Nobody")
    refused = desk("jobs", "run", "group", "--yes", code=2).error
    assert "Nobody" in refused["text"]


def test_what_cannot_be_set_up(desk):
    assert "grace_days" in desk("jobs", "add", "x", "--type", "purge_users", "--option", "days=3", code=2).error["next_step"]
    assert (
        desk("jobs", "add", "x", "--type", "purge_users", "--option", "grace_days=soon", code=2).error["code"] == "INVALID_FIELDS"
    )
    assert desk("jobs", "add", "x", "--type", "sweeping", code=3).error["code"] == "NO_JOB_TYPE"
    assert desk("jobs", "add", "x", "--type", "backup", "--schedule", "sometimes", code=2).error["code"] == "BAD_SCHEDULE"
    desk("jobs", "add", "x", "--type", "backup")
    assert desk("jobs", "add", "x", "--type", "backup", code=3).error["code"] == "JOB_EXISTS"
    assert desk("jobs", "run", "y", code=3).error["code"] == "NO_JOB"


def test_a_job_that_is_due_runs_once(desk, say, library):
    desk("jobs", "add", "nightly", "--type", "backup", "--schedule", "daily at 02:00")
    assert desk("jobs", "run-due")["runs"] == []
    overdue(library, days=3)
    (run,) = desk("jobs", "run-due")["runs"]
    assert (run["name"], run["state"], run["trigger"], run["done"]) == ("nightly", "completed", "schedule", 1)
    assert desk("jobs", "run-due")["runs"] == [], "a missed run was caught up twice"
    assert "Nothing is due." in say("jobs", "run-due").out
    assert desk("jobs", "list")["jobs"][0]["last_run"]["state"] == "completed"
    assert desk("jobs", "history", "--state", "completed")["runs"][0]["run"] == run["run"]
    assert desk("jobs", "history", "--state", "failed")["runs"] == []
    assert desk("jobs", "history", "--type", "upkeep")["runs"] == []
    assert desk("jobs", "history", "--to", "2020-01-01")["runs"] == []
    assert desk("jobs", "history", "--state", "well", code=2).error


def overdue(library, days):
    """As if nobody had asked what is due for so long."""
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with office.database.write() as session:
        from patrondesk.models.job import Job

        for job in session.query(Job):
            job.taken_up_to -= dt.timedelta(days=days)
    office.database.close()


def test_what_was_missed_for_longer_than_a_week_is_let_go(desk, library):
    desk("jobs", "add", "once", "--type", "backup", "--schedule", "once on 2030-01-01 at 02:00")
    desk("jobs", "add", "off", "--type", "backup", "--schedule", "daily at 02:00")
    desk("jobs", "disable", "off")
    overdue(library, days=300)
    assert desk("jobs", "run-due")["runs"] == []


def test_a_schedule_of_an_account_that_was_closed_is_refused_on_record(desk, library, environment):
    environment.setenv("PATRONDESK_NEW_PASSWORD", "a long password")
    desk("staff", "add", "nightowl", "--role", "librarian", "--name", "Owl, Nina")
    desk("jobs", "add", "hers", "--type", "backup", "--schedule", "daily at 02:00", "--as", "nightowl")
    desk("patrons", "disable", "nightowl")
    overdue(library, days=2)
    (run,) = desk("jobs", "run-due", code=1)["runs"]
    assert (run["state"], run["processed"]) == ("refused", 0)
    assert "deactivated" in run["why"]


def test_a_runner_with_a_token_runs_what_is_its_own_and_nothing_else(desk, words, library, environment):
    desk("jobs", "add", "mine", "--type", "backup", "--schedule", "daily at 02:00")
    overdue(library, days=2)
    entry = desk("jobs", "install-schedule", "--for", "cron")
    assert entry["token"] in entry["entry"]
    assert "run-due" in entry["entry"]
    for system in ("systemd", "windows", "launchd"):
        assert "run-due" in desk("jobs", "install-schedule", "--for", system)["entry"]
    token = desk("jobs", "install-schedule", "--for", "cron")["token"]
    environment.delenv("PATRONDESK_PASSWORD")
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: False)
    environment.setenv("PATRONDESK_TOKEN", token)
    answer = words("--database", library, "--json", "jobs", "run-due")
    assert [run["name"] for run in answer["runs"]] == ["mine"]
    assert words("--database", library, "--staff", LIBRARIAN, "--json", "patrons", "list").code == 3
    environment.setenv("PATRONDESK_TOKEN", entry["token"])
    assert words("--database", library, "--json", "jobs", "run-due").code == 3, "a token that was replaced still works"


def test_a_run_is_written_as_a_workbook(desk, tmp_path, people):
    desk("jobs", "add", "Year's end", "--type", "purge_users")
    run = desk("jobs", "run", "Year's end", "--yes", code=1)
    desk("jobs", "report", run["run"], "--out", tmp_path / "run.xlsx")
    book = load_workbook(tmp_path / "run.xlsx")
    assert book.sheetnames == ["Summary", "With exceptions", "Done"]
    assert {row[1].value for row in book["With exceptions"].iter_rows(min_row=2)} >= {"due3", "due4"}
    assert desk("jobs", "report", 999, code=3).error["code"] == "NO_RUN"


def test_removed_its_runs_stay(desk):
    desk("jobs", "add", "x", "--type", "backup", "--keep", "2")
    for _ in range(3):
        desk("jobs", "run", "x")
    assert len(desk("jobs", "history")["runs"]) == 2
    desk("jobs", "remove", "x")
    assert desk("jobs", "list")["jobs"] == []
    assert len(desk("jobs", "history")["runs"]) == 2


@pytest.mark.usefixtures("people")
def test_waiving_many(desk, say):
    seen = desk("fines", "waive", "--max", "18.49", "--reason", "goodwill", "--preview", code=1)
    assert (seen["patrons_considered"], seen["patrons_waived"], seen["fines_waived"]) == (2, 1, 2)
    assert seen["amount_waived"] == "2.00"
    (left,) = seen["exceptions"]
    assert (left["username"], left["reasons"][0]["code"], left["reasons"][0]["amount"]) == ("due4", "OVER_MAXIMUM", "18.50")
    assert desk("fines", "waive", "--max", "5", "--reason", "goodwill", code=3).error["code"] == "NOT_CONFIRMED"
    done = desk("fines", "waive", "--max", "5", "--type", "Overdue", "--reason", "goodwill", "--yes", code=1)
    assert (done["patrons_considered"], done["fines_waived"], done["amount_waived"]) == (2, 1, "1.20")
    assert desk("patrons", "show", "later")["balance"] == "0.80"
    assert desk("fines", "waive", "--max", "5", "--type", "Shoes", "--reason", "x", code=2).error
    assert "1 waived + 1 left alone" in say("fines", "waive", "--max", "5", "--reason", "x", "--yes", code=1).out
    assert [run["type"] for run in desk("jobs", "history")["runs"]] == ["waive_fines", "waive_fines"]
