"""Imports and what was fixed by hand: a locked field stays whatever a file says, and the file's other fields are taken."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrondesk.models.patron import Patron
from patrondesk.records.patron_fields import LOCKABLE
from patrondesk.services.editing import edit_patron
from patrondesk.services.patron_details import read_details
from patrondesk.services.patrons import find_patron_id
from tests.comparing import picture
from tests.services.inbox import codes, counts

ANA = {"external_id": "111", "username": "aruiz", "barcode": "9001", "family_name": "Ruiz", "given_name": "Ana"}
BO = {"external_id": "222", "username": "bstone", "barcode": "9002", "family_name": "Stone", "given_name": "Bo"}


def lock(inbox, username, *fields):
    patron = find_patron_id(inbox.office, username)
    edit_patron(inbox.office, patron, {}, read_details(inbox.office, patron).version, lock=fields)


def told(report):
    return [(m.line, m.kind.value, m.code, m.field) for m in report.messages if m.code == "LOCKED_FIELD"]


def test_a_locked_field_stays_and_is_said_and_the_others_are_taken(inbox):
    inbox.patrons([ANA | {"email": "a@b.example", "homeroom": "7A", "year_level": "7", "birth_date": "2010-01-02"}, BO])
    lock(inbox, "aruiz", "email", "year_level", "birth_date", "phone")
    changed = {"email": "other@b.example", "homeroom": "7B", "year_level": "8", "birth_date": "2011-01-02"}
    report = inbox.patrons([ANA | changed, BO | changed])
    assert counts(report) == {"updated": 2}
    assert told(report) == [(2, "IGNORED", "LOCKED_FIELD", name) for name in ("email", "birth_date", "year_level")] or sorted(
        told(report)
    ) == sorted((2, "IGNORED", "LOCKED_FIELD", name) for name in ("email", "birth_date", "year_level"))
    ana = read_details(inbox.office, find_patron_id(inbox.office, "aruiz"))
    assert (ana.email, ana.homeroom, ana.year_level) == ("a@b.example", "7B", "Year 7")
    assert str(ana.birth_date) == "2010-01-02"
    bo = read_details(inbox.office, find_patron_id(inbox.office, "bstone"))
    assert (bo.email, bo.year_level) == ("other@b.example", "Year 8")
    assert any(m.text == "E-mail is locked by hand here, so it stays as it is." for m in report.messages)


def test_a_row_that_only_differs_in_locked_fields_changes_nothing(inbox):
    inbox.patrons([ANA | {"email": "a@b.example"}])
    lock(inbox, "aruiz", "email", "given_name")
    before = picture(inbox.office.database, without={"import_runs", "import_messages"})
    report = inbox.patrons([ANA | {"email": "x@b.example", "given_name": "Anna"}])
    assert counts(report) == {"unchanged": 1}
    assert len(told(report)) == 2
    assert picture(inbox.office.database, without={"import_runs", "import_messages"}) == before
    assert told(inbox.patrons([ANA | {"email": "a@b.example"}])) == [], "what the file says is what is there"


def test_a_name_that_only_a_locked_field_would_use_is_not_made(inbox):
    inbox.patrons([ANA | {"user_group": "Boarders"}])
    lock(inbox, "aruiz", "user_group")
    report = inbox.patrons([ANA | {"user_group": "Day pupils"}])
    assert "NAME_CREATED" not in codes(report)


def test_a_locked_barcode_is_not_given_up_to_the_row_that_counts_on_it(inbox):
    inbox.patrons([ANA, BO])
    lock(inbox, "aruiz", "barcode")
    report = inbox.patrons([ANA | {"barcode": "9003"}, BO | {"barcode": "9001"}])
    assert counts(report) == {"unchanged": 1, "conflict": 1}
    assert {"LOCKED_FIELD", "BARCODE_TAKEN"} <= set(codes(report))
    assert (inbox.patron(username="aruiz").barcode, inbox.patron(username="bstone").barcode) == ("9001", "9002")


def test_a_locked_barcode_asks_for_none_that_another_has(inbox):
    inbox.patrons([ANA, BO])
    lock(inbox, "aruiz", "barcode")
    report = inbox.patrons([ANA | {"barcode": "9002", "homeroom": "7B"}])
    assert counts(report) == {"updated": 1}, "without the lock this row would wait"
    ana = inbox.patron(username="aruiz")
    assert (ana.barcode, ana.homeroom, inbox.patron(username="bstone").barcode) == ("9001", "7B", "9002")


def test_a_locked_guarantor_stays(inbox):
    inbox.patrons([ANA | {"guarantor": "bstone"}, BO, BO | {"external_id": "3", "username": "c", "barcode": "9"}])
    lock(inbox, "aruiz", "guarantor")
    assert told(inbox.patrons([ANA | {"guarantor": "222"}])) == [], "another word for the same person"
    report = inbox.patrons([ANA | {"guarantor": "c"}])
    assert told(report) == [(2, "IGNORED", "LOCKED_FIELD", "guarantor")]
    assert inbox.patron(username="aruiz").guarantor_id == inbox.patron(username="bstone").id


def test_one_told_by_an_old_card_is_kept_as_well(inbox):
    inbox.patrons([{"barcode": "9001", "family_name": "Ruiz", "email": "a@b.example"}])
    patron = inbox.patron(barcode="9001").id
    edit_patron(inbox.office, patron, {"barcode": "9005"}, 1, lock=["email"])
    report = inbox.patrons([{"barcode": "9001", "family_name": "Ruiz", "email": "x@b.example"}])
    assert counts(report) == {"unchanged": 1}
    assert set(codes(report)) == {"OLD_CARD", "LOCKED_FIELD"}
    assert inbox.patron(barcode="9005").email == "a@b.example"


def test_an_account_kept_by_hand_is_left_whole_even_when_its_row_asks_for_anothers_card(inbox):
    inbox.patrons([ANA | {"account_type": "internal"}, BO])
    report = inbox.patrons([ANA | {"barcode": "9002", "email": "x@y.example"}, BO | {"barcode": "9002"}])
    assert [m.kind.value for m in report.messages if m.code == "INTERNAL_ACCOUNT"] in (["IGNORED"], [])
    ana = inbox.patron(username="aruiz")
    assert (ana.barcode, ana.email, ana.version) == ("9001", None, 1)


FIELDS = [name for name in LOCKABLE if name not in ("guarantor", "record_type")]
CELLS = {
    "birth_date": ["2010-01-02", "2011-01-02"], "registered_on": ["2020-01-02", "2021-01-02"], "gender": ["male", "female"],
    "expiry_date": ["2030-01-02", "2031-01-02"], "purge_date": ["2030-01-02", "2031-01-02"], "graduation_year": ["2030", "2031"],
    "year_level": ["7", "8"],
}  # fmt: skip


def cell(name):
    return st.sampled_from(["", *CELLS.get(name, [f"{name}1", f"{name}2"])])


ROWS = st.fixed_dictionaries({name: cell(name) for name in FIELDS if name not in ("external_id",)})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ROWS, second=ROWS, locked=st.sets(st.sampled_from(FIELDS)))
def test_whatever_is_locked_is_the_same_afterwards_and_the_rest_is_as_without_a_lock(inbox, first, second, locked):
    with inbox.office.database.write() as session:
        session.execute(sa.text("DELETE FROM patron_changes"))
        session.execute(sa.text("DELETE FROM former_barcodes"))
        session.execute(sa.delete(Patron).where(Patron.external_id.in_(["L", "F"])))
    row = {"family_name": "Ruiz"}
    free, kept = ({**first, **row, **keys} for keys in (_keys("F"), _keys("L")))
    inbox.patrons([free, kept])
    patron = inbox.patron(external_id="L").id
    edit_patron(inbox.office, patron, {}, 1, lock=locked)
    before = read_details(inbox.office, patron)
    inbox.patrons([{**second, **row, **_keys("F")}, {**second, **row, **_keys("L")}])
    after, without = read_details(inbox.office, patron), read_details(inbox.office, inbox.patron(external_id="F").id)
    for name in FIELDS:
        if name in locked:
            assert getattr(after, name) == getattr(before, name)
        elif name not in ("username", "barcode", "external_id"):
            assert getattr(after, name) == getattr(without, name)


def _keys(letter):
    return {"external_id": letter, "username": f"user{letter}", "barcode": f"card{letter}"}


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_many_locks_cost_as_many_statements_as_one(inbox):
    many = [
        {"external_id": f"N{n}", "family_name": "Ruiz", "email": f"a{n}@b.example", "phone": str(n)} for n in range(60)
    ]  # fmt: skip
    inbox.patrons(many)
    counted = []
    for locked in (2, 58):
        with inbox.office.database.write() as session:
            ids = sa.select(Patron.id).where(Patron.external_id.in_([f"N{n}" for n in range(locked)]))
            session.execute(sa.update(Patron).where(Patron.id.in_(ids)).values(locked_fields=["email", "phone"]))
        counted.append(_statements(inbox, [row | {"email": "z@b.example"} for row in many]))
        inbox.patrons(many)
    assert counted[0] == counted[1]


def _statements(inbox, rows):
    seen = []
    sa.event.listen(inbox.office.database.engine(), "before_cursor_execute", lambda *args: seen.append(args[2]))
    inbox.patrons(rows)
    return len(seen)
