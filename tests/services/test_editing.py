"""Editing a record by hand: what is not named stays, all faults at once, old cards, locks, and a history with both values."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrondesk.errors import InvalidFields, NotPermitted, Refused, WrongUsage
from patrondesk.models.audit import AuditEntry
from patrondesk.models.base import table_of
from patrondesk.models.patron import FormerBarcode, Patron, PatronChange
from patrondesk.records.patron_fields import FIELDS, LOCKABLE, FieldKind
from patrondesk.records.staff import Permission
from patrondesk.services.editing import edit_patron, read_choices
from patrondesk.services.editing_checks import column_of, limit_of
from patrondesk.services.patron_details import read_details
from patrondesk.services.patron_listing import list_patrons
from tests.builders import building

TODAY = dt.date(2026, 12, 4)


@pytest.fixture
def desk(office):
    """The office on a fixed day, with two patrons."""
    office = replace(office, clock=replace(office.clock, rehearsal=TODAY))
    with building(office) as school:
        one, two = school.patron(enabled=True, registered_on=dt.date(2024, 1, 1), expiry_date=None), school.patron()
    return office, one, two


def row_of(office, patron) -> dict[str, Any]:
    with office.database.read() as session:
        return dict(session.execute(sa.select(table_of(Patron)).where(Patron.id == patron)).mappings().one())


def edit(office, patron, **changes):
    return edit_patron(office, patron, changes, row_of(office, patron)["version"])


def faults_of(office, patron, **changes):
    before = row_of(office, patron)
    with pytest.raises(InvalidFields) as raised:
        edit(office, patron, **changes)
    assert row_of(office, patron) == before
    return {fault.field: fault.said for fault in raised.value.faults}


TEXTS = [name for name, field in FIELDS.items() if field.kind is FieldKind.TEXT]
WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=30).map(lambda text: " ".join(text.split()))
DAYS = st.dates(dt.date(2024, 6, 1), dt.date(2060, 1, 1))


def values(name: str) -> st.SearchStrategy[Any]:
    field = FIELDS[name]
    if field.kind is FieldKind.CHOICE:
        made: st.SearchStrategy[Any] = st.sampled_from(field.choices)
    elif field.kind is FieldKind.DAY:
        made = st.dates(dt.date(2000, 1, 1), dt.date(2020, 1, 1)) if name in ("birth_date", "registered_on") else DAYS
    elif field.kind is FieldKind.YEAR:
        made = st.integers(1900, 2200)
    elif field.kind is FieldKind.EMAIL:
        made = st.sampled_from(["a@b.example", "zoë@schule.example"])
    elif field.kind is FieldKind.NAMED:
        made = st.sampled_from(["student", "Year 12", "Niners", "Year 3"])
    else:
        made = WORDS.filter(bool)
    return made if field.needed or field.kind is FieldKind.KEY else st.one_of(st.none(), made)


EDITED = [name for name in FIELDS if FIELDS[name].kind is not FieldKind.PATRON and name != "barcode"]
CHANGES = st.sets(st.sampled_from(EDITED)).flatmap(lambda names: st.fixed_dictionaries({name: values(name) for name in names}))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_what_is_not_named_stays_and_a_change_can_be_taken_back(desk, changes):
    office, patron, _ = desk
    before, shown = row_of(office, patron), read_details(office, patron)
    done = edit_patron(office, patron, changes, before["version"])
    after = row_of(office, patron)
    differing = {name for name in after if after[name] != before[name]}
    assert differing - {"version", "updated_at", "sort_key", "search_text"} == {column_of(name) for name in done.changed}
    assert set(done.changed) <= set(changes)
    assert after["version"] == before["version"] + bool(done.changed) == done.version
    details = read_details(office, patron)
    for name in set(changes) & set(done.changed):
        said = getattr(details, name)
        assert said == changes[name] or str(said).casefold() == str(changes[name]).casefold()
    back = edit_patron(office, patron, {name: getattr(shown, name) for name in done.changed}, done.version)
    assert set(back.changed) == set(done.changed)
    again = row_of(office, patron)
    assert {n: v for n, v in again.items() if n not in ("version", "updated_at")} == {
        n: v for n, v in before.items() if n not in ("version", "updated_at", "search_text")
    } | {"search_text": again["search_text"]}
    if done.changed:
        assert set(again["search_text"].split("\x01")) == set(before["search_text"].split("\x01"))


def test_nothing_changed_writes_nothing(desk):
    office, patron, _ = desk
    before = row_of(office, patron)
    done = edit(office, patron, email=before["email"], family_name=f" {before['family_name']} ")
    assert (done.changed, done.version, row_of(office, patron)) == ((), before["version"], before)
    with office.database.read() as session:
        assert session.scalars(sa.select(PatronChange)).all() == []


def test_a_record_that_changed_meanwhile_is_not_overwritten(desk):
    office, patron, _ = desk
    seen = row_of(office, patron)["version"]
    edit(office, patron, phone="1")
    with pytest.raises(Refused) as raised:
        edit_patron(office, patron, {"phone": "2"}, seen)
    assert raised.value.code == "CHANGED_MEANWHILE"
    assert row_of(office, patron)["phone"] == "1"


def test_all_faults_are_told_at_once_each_with_its_field(desk):
    office, patron, other = desk
    taken = row_of(office, other)
    told = faults_of(
        office, patron, family_name="  ", email="not there", birth_date="31.12.", graduation_year="soon", record_type="robot",
        username=taken["username"], phone="5" * (limit_of("phone") + 1), expiry_date=dt.date(2023, 12, 31), guarantor=patron,
    )  # fmt: skip
    assert told == {
        "family_name": "A patron needs a family name.",
        "birth_date": "This is not a day. Write it as 2026-12-31.",
        "username": f"This username is already used by another patron: {taken['family_name']}, {taken['given_name']}. "
        "Choose another one.",
        "email": "This is no e-mail address. Write it as name@school.org.",
        "phone": "This has 61 characters; at most 60 are possible. Write it shorter.",
        "graduation_year": "“soon” is not a year from 1900 to 2200. Write it as 2031.",
        "expiry_date": "The membership would end before it began, on 1 January 2024. Choose a later day.",
        "guarantor": "Nobody answers for themselves. Choose somebody else.",
        "record_type": "“robot” is not one of the words for this. Use one of: public, staff, contact.",
    }


def test_without_the_right_to_see_patrons_the_owner_of_a_key_is_not_named(desk):
    office, patron, other = desk
    blind = office.signed_in(replace(office.actor, permissions=frozenset({Permission.EDIT_PATRONS})))
    with pytest.raises(InvalidFields) as raised:
        edit_patron(blind, patron, {"barcode": row_of(office, other)["barcode"]}, 1)
    assert raised.value.faults[0].text == "This barcode is already used by another patron."


@pytest.mark.parametrize("email", ["a@b", "a b@c.de", "@b.de", "a@b..de", "a@b.de, c@d.de", "a@@b.de"])
def test_what_is_no_address_is_refused(desk, email):
    office, patron, _ = desk
    assert "email" in faults_of(office, patron, email=email)


@pytest.mark.parametrize(
    ("field", "day"),
    [("birth_date", TODAY + dt.timedelta(1)), ("birth_date", dt.date(1899, 12, 31)), ("registered_on", TODAY + dt.timedelta(1)),
     ("purge_date", dt.date(2201, 1, 1))],
)  # fmt: skip
def test_days_that_cannot_be_right(desk, field, day):
    office, patron, _ = desk
    assert field in faults_of(office, patron, **{field: day})


def test_one_of_the_three_keys_stays(desk):
    office, patron, _ = desk
    assert set(faults_of(office, patron, barcode=None, username="", external_id=None)) == {"username"}
    edit(office, patron, barcode=None, username="")
    assert "external_id" in faults_of(office, patron, external_id="")


def test_a_barcode_that_is_replaced_still_finds_the_patron(desk):
    office, patron, _ = desk
    old = row_of(office, patron)["barcode"]
    edit(office, patron, barcode="NEW1")
    assert read_details(office, patron).former_barcodes == (old,)
    assert [line.old_card for line in list_patrons(office, search=old).rows] == [old]
    with office.database.read() as session:
        assert session.scalar(sa.select(FormerBarcode.replaced_on)) == TODAY
    edit(office, patron, barcode=old)
    assert read_details(office, patron).former_barcodes == ("NEW1",)
    assert row_of(office, patron)["barcode"] == old


def test_a_changed_name_is_found_and_sorted_anew(desk):
    office, patron, _ = desk
    edit(office, patron, family_name="Ōtāhuhu", preferred_name="Wī", homeroom="9Z", year_level="Year 9")
    for search in ("otahuhu", "wi", "9z", "year 9"):
        assert [line.id for line in list_patrons(office, search=search).rows] == [patron]
    assert row_of(office, patron)["sort_key"].startswith("otahuhu")


def test_names_are_told_apart_by_letters_only_and_new_ones_are_made(desk):
    office, patron, _ = desk
    done = edit(office, patron, patron_type="STUDENT", year_level="7", cohort="Class of 2031", user_group="Boarders")
    assert done.made == (("year_level", "Year 7"), ("cohort", "Class of 2031"), ("user_group", "Boarders"))
    assert done.changed == ("year_level", "cohort", "user_group"), "the type is the same one"
    choices = read_choices(office)
    assert choices.of("year_level") == ("Year 7", "Year 12")
    assert choices.of("cohort") == ("Class of 2031",)
    assert row_of(office, patron)["homeroom"] in choices.of("homeroom")
    assert choices.of("email") == ()


def test_the_history_says_who_changed_what_and_the_log_only_which_fields(desk):
    office, patron, _ = desk
    before = row_of(office, patron)
    edit(office, patron, email="new@school.example", birth_date=dt.date(2009, 2, 1), user_group="Boarders")
    lines = [line for line in read_details(office, patron).history if line.field]
    assert {(line.words, line.old, line.new) for line in lines} == {
        ("E-mail", before["email"], "new@school.example"),
        ("Birth date", "17 May 2008", "1 February 2009"),
        ("User group", None, "Boarders"),
    }
    assert {line.actor for line in lines} == {office.actor.name}
    assert "Changed by hand" not in {line.words for line in read_details(office, patron).history}
    with office.database.read() as session:
        (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.operation == "patron.edit"))
        assert (entry.patron_id, entry.facts) == (patron, {"fields": ["email", "birth_date", "user_group"]})


def test_a_guarantor_is_shown_from_both_sides_and_never_in_a_circle(desk):
    office, patron, other = desk
    edit(office, patron, guarantor=other)
    answering = read_details(office, patron).answered_by
    assert answering is not None
    assert answering.id == other
    assert [one.id for one in read_details(office, other).answers_for] == [patron]
    assert "GUARANTOR" in {reason.code for reason in read_details(office, other).reasons}
    assert "in a circle" in faults_of(office, other, guarantor=patron)["guarantor"]
    with building(office) as school:
        third = school.patron()
    edit(office, other, guarantor=row_of(office, third)["username"])
    assert "in a circle" in faults_of(office, third, guarantor=patron)["guarantor"]
    assert "guarantor" in faults_of(office, third, guarantor="nobody-here")
    history = [line for line in read_details(office, patron).history if line.field == "guarantor"]
    assert history[0].new == read_details(office, other).name
    with office.database.read() as session:
        assert session.scalars(sa.select(PatronChange.new).where(PatronChange.patron_id == patron)).all() == [str(other)]
    edit(office, patron, guarantor=None)
    assert read_details(office, other).answers_for == ()


def test_fields_are_locked_and_unlocked(desk):
    office, patron, _ = desk
    version = row_of(office, patron)["version"]
    done = edit_patron(office, patron, {"email": "x@y.example"}, version, lock=["email", "phone"])
    assert (read_details(office, patron).locked, done.changed) == (("email", "phone"), ("email",))
    edit_patron(office, patron, {}, done.version, unlock=["email"])
    details = read_details(office, patron)
    assert details.locked == ("phone",)
    line = details.history[0]
    assert (line.words, line.old, line.new) == ("Locked against imports", "e-mail and phone", "phone")
    assert edit_patron(office, patron, {}, details.version, lock=["phone"]).version == details.version
    edit_patron(office, patron, {}, details.version, unlock=LOCKABLE)
    assert row_of(office, patron)["locked_fields"] is None


def test_unknown_fields_and_missing_rights_are_refused(desk):
    office, patron, _ = desk
    for changes, lock in (({"password": "x"}, ()), ({"sort_key": "a"}, ()), ({}, ["account_type"])):
        with pytest.raises(WrongUsage):
            edit_patron(office, patron, changes, 1, lock=lock)
    reader = office.signed_in(replace(office.actor, permissions=frozenset({Permission.VIEW_PATRONS})))
    with pytest.raises(NotPermitted):
        edit_patron(reader, patron, {"phone": "1"}, 1)


def test_nobody_locks_the_last_administrator_out_by_a_date_or_a_name(desk):
    office, _, other = desk
    own = office.actor.id
    yesterday = TODAY - dt.timedelta(1)
    assert "expiry_date" in faults_of(office, own, expiry_date=yesterday)
    assert "username" in faults_of(office, own, username=None, barcode="ADMIN1")
    # Somebody else at the desk, for whom the librarian is the last administrator.
    with building(office) as school:
        school.staff(other, "librarian")
    assistant = office.signed_in(replace(office.actor, id=other))
    assert "last administrator" in faults_of(assistant, own, expiry_date=yesterday)["expiry_date"]
    edit(assistant, own, expiry_date=TODAY)
