"""`staff`: accounts and roles by command line, with the contract's codes and no secret where it does not belong."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LIBRARIAN, PASSWORD

SECRET = "seven purple lanterns"


@pytest.fixture
def new(environment):
    """The new password, as a script gives it."""
    environment.setenv("PATRONDESK_NEW_PASSWORD", SECRET)
    return environment


def as_bo(new, password=SECRET):
    new.setenv("PATRONDESK_PASSWORD", password)


def test_an_account_is_given_listed_changed_and_taken_away(desk, new):
    made = desk("staff", "add", "bo", "--role", "assistant", "--name", "Lind, Bo")
    assert (made["username"], made["name"], made["role"], made["state"]) == ("bo", "Lind, Bo", "assistant", "active")
    listed = desk("staff", "list")["staff"]
    assert [line["username"] for line in listed] == ["bo", LIBRARIAN]
    assert desk("staff", "role", "bo", "reader")["role"] == "reader"
    as_bo(new)
    assert desk("candidates", staff="bo")["total"] == 0
    as_bo(new, PASSWORD)
    desk("staff", "remove", "bo", "--yes")
    as_bo(new)
    assert desk("candidates", code=3, staff="bo").error["code"] in ("NO_ROLE", "WRONG_PASSWORD")


@pytest.mark.parametrize("role", ["administrator", "librarian", "assistant", "reader", "patron", "district"])
def test_every_role_of_the_contract(desk, new, role):
    assert desk("staff", "add", "bo", "--role", role)["role"] == role


def test_the_new_password_is_asked_twice_at_a_terminal(desk, environment):
    typed = [SECRET, SECRET, SECRET, "another one"]
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    environment.setattr("getpass.getpass", lambda prompt: typed.pop(0))
    desk("staff", "add", "bo", "--role", "reader")
    assert desk("staff", "password", "bo", code=3).error["code"] == "PASSWORDS_DIFFER"
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: False)
    refusal = desk("staff", "password", "bo", code=3).error
    assert (refusal["code"], "PATRONDESK_NEW_PASSWORD" in refusal["next_step"]) == ("NO_PASSWORD", True)


def test_a_password_is_set_by_an_administrator_and_by_oneself(desk, new):
    desk("staff", "add", "bo", "--role", "reader")
    new.setenv("PATRONDESK_NEW_PASSWORD", "a new long password")
    desk("staff", "password", "bo")
    as_bo(new, "a new long password")
    new.setenv("PATRONDESK_NEW_PASSWORD", "one more long password")
    desk("staff", "password", "bo", staff="bo")
    as_bo(new, "one more long password")
    desk("candidates", staff="bo")
    assert desk("staff", "password", LIBRARIAN, code=3, staff="bo").error["code"] == "NOT_PERMITTED"


REFUSED = [
    (("role", LIBRARIAN, "reader"), "OWN_ACCOUNT"), (("remove", LIBRARIAN, "--yes"), "OWN_ACCOUNT"),
    (("add", "bo", "--role", "chief"), "NO_ROLE"), (("add", LIBRARIAN, "--role", "reader"), "HAS_ACCOUNT"),
    (("role", "nobody", "reader"), "NO_ACCOUNT"), (("role-set", "administrator", "--permissions", ""), "FIXED_ROLE"),
    (("role-set", "reader", "--remove"), "READY_MADE"), (("role-set", "chief", "--name", "Chief"), "NOT_FOUND"),
    (("revoke", 7), "NO_TOKEN"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "code"), REFUSED, ids=[" ".join(map(str, said)) for said, _ in REFUSED])
def test_refused(desk, new, said, code):
    assert desk("staff", *said, code=3).error["code"] == code


@pytest.mark.parametrize(
    "said",
    [("add", "bo"), ("role-set", "reader"), ("role-set", "reader", "--permissions", "fly"), ("revoke", "x"),
     ("role-set", "reader", "--remove", "--name", "x"), ("add", "bo", "--role", "reader", "--libraries", "here")],
    ids="role nothing fly number both bound".split(),
)  # fmt: skip
def test_wrong_usage(desk, new, said):
    desk("staff", *said, code=2)


def test_roles(desk, new, say):
    made = desk("staff", "role-set", "helper", "--name", "Student helper", "--permissions", "circulation,view-patrons")
    assert (made["role"], made["name"], made["permissions"]) == ("helper", "Student helper", ["circulation", "view_patrons"])
    assert desk("staff", "role-set", "helper", "--name", "Helper")["name"] == "Helper"
    assert desk("staff", "role-set", "helper", "--permissions", "")["permissions"] == []
    listed = desk("staff", "roles")
    assert {line["role"] for line in listed["roles"]} > {"administrator", "helper"}
    assert len(listed["permissions"]) == 19
    assert all(line["text"] for line in listed["permissions"])
    assert "My account only" in say("staff", "roles").out
    desk("staff", "role-set", "helper", "--remove")
    assert "helper" not in {line["role"] for line in desk("staff", "roles")["roles"]}


def test_a_recovery_code_is_made_and_said(desk, new, say):
    desk("staff", "add", "bo", "--role", "reader")
    assert len(desk("staff", "recovery-code", "bo")["recovery_code"].split("-")) == 4
    assert "not shown again" in say("staff", "recovery-code", "bo").out


def test_tokens_are_listed_without_themselves_and_ended(desk, library, new):
    from patrondesk.bootstrap import open_library
    from patrondesk.services import tokens
    from patrondesk.services.signin import sign_in

    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    token = tokens.make_token(office, tokens.JOBS, "PC 1")
    office.database.close()
    listed = desk("staff", "tokens").json
    (line,) = listed["tokens"]
    assert (line["username"], line["purpose"], line["label"]) == (LIBRARIAN, "jobs", "PC 1")
    assert token not in json.dumps(listed)
    desk("staff", "revoke", line["token"])
    assert desk("staff", "tokens")["tokens"] == []


def test_one_library_is_the_only_one(desk):
    assert desk("staff", "libraries")["libraries"] == [
        {"library": "riverbank-secondary", "name": "Riverbank Secondary", "here": True}
    ]


def test_people_read_tables(say, new):
    say("staff", "add", "bo", "--role", "reader")
    told = say("staff", "list").out
    assert "Read only" in told
    assert "never" in told
    assert "Everybody signs in with the password." in say("staff", "tokens").out
    assert "riverbank-secondary" in say("staff", "libraries").out
