"""Libraries made and opened, people signed in or turned away, each with the right exit code."""

from __future__ import annotations

import sqlite3

import pytest

from patrondesk import database
from patrondesk.bootstrap import open_library
from patrondesk.records.staff import Permission
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD


@pytest.fixture
def nobody_there(environment):
    environment.delenv("PATRONDESK_PASSWORD")
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: False)


def test_init_makes_a_library_and_says_the_recovery_code(words, tmp_path):
    answer = words("--database", "new.patrondesk", "--json", "init", "--admin", "ana", "--library", "Hillside School")
    assert answer.code == 0
    assert (answer["library"], answer["short_name"], answer["admin"]) == ("Hillside School", "hillside-school", "ana")
    assert len(answer["recovery_code"].split("-")) == 4
    signed_in = words("--database", "new.patrondesk", "--staff", "ana", "--json", "candidates")
    assert (signed_in.code, signed_in["total"]) == (0, 0)
    again = words("--database", "new.patrondesk", "--json", "init", "--admin", "ana")
    assert (again.code, again.error["code"]) == (3, "LIBRARY_EXISTS")


def test_init_says_the_recovery_code_to_a_person(words):
    answer = words("--database", "new.patrondesk", "init", "--admin", "ana", "--name", "Ruiz, Ana")
    assert "Recovery code:" in answer.out
    assert "ana" in answer.out


def test_init_warns_of_a_folder_that_is_kept_in_step(words, tmp_path):
    (tmp_path / "Dropbox").mkdir()
    answer = words("--database", "Dropbox/new.patrondesk", "--json", "init", "--admin", "ana")
    assert (answer.code, answer["kept_in_step_by"]) == (0, "Dropbox")
    assert words("--database", "new.patrondesk", "--json", "init", "--admin", "ana")["kept_in_step_by"] is None


def test_init_asks_twice_where_there_is_a_terminal(words, environment):
    typed = ["a long password", "another password"]
    environment.delenv("PATRONDESK_PASSWORD")
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    environment.setattr("getpass.getpass", lambda prompt: typed.pop(0))
    assert words("--database", "new.db", "--json", "init", "--admin", "ana").error["code"] == "PASSWORDS_DIFFER"
    typed += ["a long password"] * 2
    assert words("--database", "new.db", "--json", "init", "--admin", "ana").code == 0


def test_init_refuses_without_a_password(words, nobody_there):
    answer = words("--database", "new.db", "--json", "init", "--admin", "ana")
    assert (answer.code, answer.error["code"]) == (3, "NO_PASSWORD")


def test_init_leaves_another_programs_file(words, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear parents, " * 20)
    answer = words("--database", "letter.txt", "--json", "init", "--admin", "ana")
    assert (answer.code, answer.error["code"]) == (4, "WRONG_KIND")
    assert (tmp_path / "letter.txt").read_text().startswith("Dear parents")


def test_nobody_signed_in(words, library):
    answer = words("--database", library, "--json", "candidates")
    assert (answer.code, answer.error["code"]) == (3, "NOT_SIGNED_IN")


def test_no_password_and_nobody_to_ask(desk, nobody_there):
    assert desk("candidates", code=3).error["code"] == "NO_PASSWORD"


def test_a_password_is_asked_for_at_a_terminal(desk, environment):
    environment.delenv("PATRONDESK_PASSWORD")
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    environment.setattr("getpass.getpass", lambda prompt: PASSWORD)
    assert desk("candidates")["total"] == 0


def test_a_wrong_password(desk, environment):
    environment.setenv("PATRONDESK_PASSWORD", "wrong")
    assert desk("candidates", code=3).error["code"] == "WRONG_PASSWORD"
    assert desk("candidates", code=3, staff="nobody").error["code"] == "WRONG_PASSWORD"


def test_another_library(desk):
    assert desk("candidates", "--library", "elsewhere", code=3).error["code"] == "NOT_FOUND"
    assert desk("candidates", "--library", "riverbank-secondary")["total"] == 0


def test_what_the_role_does_not_grant_is_refused(desk, library, leavers):
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with building(office) as school:
        reader = school.patron(username="reader", barcode="R1", external_id="R1", enabled=True, expiry_date=None)
        school.staff(reader, "reader")
    with sqlite3.connect(library) as raw:  # the same password as the librarian's
        raw.execute("update staff_accounts set password_hash = (select password_hash from staff_accounts order by id limit 1)")
    office.database.close()
    assert desk("candidates", staff="reader")["total"] == 8
    refused = [
        ("purge", "--page", 1, "--yes"), ("patrons", "disable", "leaver1"), ("loans", "mark-all-lost", "leaver6"),
        ("settings", "set", "undo_days", "5"), ("fines", "waive-one", 1, "--reason", "x"), ("batches", "undo", 1),
        ("patrons", "add", "--family-name", "X", "--username", "x"), ("upkeep",),
    ]  # fmt: skip
    for said in refused:
        assert desk(*said, code=3, staff="reader").error["code"] == "NOT_PERMITTED", said


def test_overriding_needs_its_own_permission(desk, library, leavers, tmp_path):
    office = open_library(library)
    with sqlite3.connect(library) as raw:
        raw.execute("delete from role_permissions where permission = ?", (Permission.PURGE_OVERRIDE.value,))
    office.database.close()
    said = ("purge", "--page", 1, "--override", "BALANCE_DUE", "--comment", "x", "--preview")
    assert desk(*said, code=3).error["code"] == "NOT_PERMITTED"


def damaged(path):
    path.write_bytes(path.read_bytes()[:100] + bytes(4096))


def newer(path):
    with sqlite3.connect(path) as raw:
        raw.execute("update alembic_version set version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), "MISSING"),
        (lambda path: (path.unlink(), path.mkdir()), "WRONG_KIND"),
        (lambda path: path.write_text("no library"), "WRONG_KIND"),
        (lambda path: path.write_bytes(b""), "WRONG_KIND"),
        (damaged, "DAMAGED"),
        (newer, "NEWER_VERSION"),
    ],
    ids="missing folder text empty damaged newer".split(),
)
def test_a_library_that_cannot_be_used(desk, library, spoil, code):
    spoil(library)
    assert desk("candidates", code=4).error["code"] == code


def test_a_library_that_another_program_holds(desk, library, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 50)
    other = sqlite3.connect(library, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert desk("candidates", code=3).error["code"] == "BUSY"
    other.close()


def test_a_day_that_is_none(desk, environment):
    environment.setenv("PATRONDESK_TODAY", "30/06/2026")
    assert desk("candidates", code=2).error["code"] == "WRONG_USAGE"


def test_a_rehearsal_is_said(desk, say):
    assert desk("candidates")["rehearsal"] == "2026-06-30"
    assert "Rehearsal" in say("candidates").err
    assert say("candidates", "--quiet").err == ""
