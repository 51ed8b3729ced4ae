"""Headings, dates and words by themselves: no library is needed to read them."""

from __future__ import annotations

import contextlib
import datetime as dt

import hypothesis.strategies as st
import pytest
from hypothesis import given

from patrondesk.errors import WrongUsage
from patrondesk.records.importing import Kind
from patrondesk.services.importing import headings, words
from patrondesk.services.importing.dates import Blank, Evidence, Order, Undecided, order_named, read_date, time_of

ROSTER = "sourcedId status enabledUser orgSourcedIds role username givenName familyName identifier email sms phone grades".split()
KOHA = "borrowernumber cardnumber surname firstname address zipcode dateofbirth branchcode categorycode guarantorid".split()


def found(kind: Kind, names: list[str], **mapping: str) -> dict[str, str]:
    return {field: names[place] for field, place in headings.recognise(kind, names, mapping).columns.items()}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ROSTER,
            {
                "external_id": "sourcedId",
                "library": "orgSourcedIds",
                "barcode": "identifier",
                "year_level": "grades",
                "phone": "phone",
            },
        ),
        (
            KOHA,
            {"external_id": "borrowernumber", "barcode": "cardnumber", "patron_type": "categorycode", "guarantor": "guarantorid"},
        ),
        (
            ["SIS ID", "Student Number", "Last Name"],
            {"external_id": "SIS ID", "barcode": "Student Number", "family_name": "Last Name"},
        ),
        (
            ["id", "group", "expires", "barred", "dob", "day_phone"],
            {"external_id": "id", "user_group": "group", "expiry_date": "expires", "block": "barred"},
        ),
        (
            ["Username", "Form Class", "Year Level"],
            {"username": "Username", "homeroom": "Form Class", "year_level": "Year Level"},
        ),
    ],
)
def test_other_programs_patrons(names, expected):
    assert found(Kind.PATRONS, names).items() >= expected.items()


def test_columns_of_accounts_are_never_taken_for_the_active_flag():
    assert "enabled" not in found(Kind.PATRONS, ["id", "active", "deleted", "status", "enabledUser"])
    assert found(Kind.DEACTIVATIONS, ["username", "active"]) == {"username": "username", "enabled": "active"}


def test_the_better_name_wins_and_equals_are_a_doubt():
    assert found(Kind.PATRONS, ["Surname", "family_name"])["family_name"] == "family_name"
    recognised = headings.recognise(Kind.PATRONS, ["Surname", "Last name", "id"], {})
    assert [(doubt.field, doubt.columns) for doubt in recognised.doubts] == [("family_name", (0, 1))]
    assert "family_name" not in recognised.columns


def test_a_column_chosen_by_hand_is_nobody_elses():
    assert found(Kind.PATRONS, ["id", "surname"], barcode="id") == {"barcode": "id", "family_name": "surname"}
    assert found(Kind.PATRONS, ["id", "name", "name"], family_name="3") == {"family_name": "name", "external_id": "id"}
    with pytest.raises(WrongUsage):
        found(Kind.PATRONS, ["id", "name", "name"], family_name="name")


def test_a_barcode_that_could_be_anybodys_is_left_alone():
    assert "patron_barcode" not in found(Kind.LOANS, ["barcode", "item_barcode", "due"])


days = st.dates(dt.date(1901, 1, 2), dt.date(2099, 12, 31))


@given(
    days,
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S.000Z", "%Y-%m-%d %H:%M:%S+11", "%d %b %Y", "%B %d, %Y"]
    ),
)
def test_dates_that_read_one_way(day, form):
    assert read_date(day.strftime(form), None, 2030) == day


@given(days, st.sampled_from("/.-"))
def test_dates_that_read_two_ways(day, mark):
    assert read_date(f"{day.day}{mark}{day.month}{mark}{day.year}", Order.DAY_FIRST, 2030) == day
    assert read_date(f"{day.month:02}{mark}{day.day:02}{mark}{day.year} 0:00:00", Order.MONTH_FIRST, 2030) == day
    with pytest.raises(Undecided):
        read_date(f"{day.day}{mark}{day.month}{mark}{day.year}", None, 2030)


@given(st.text(max_size=20))
def test_whatever_stands_there_is_a_date_or_told(text):
    with contextlib.suppress(Blank, ValueError):
        assert isinstance(read_date(text, Order.DAY_FIRST, 2030), dt.date)


@pytest.mark.parametrize("text", ["0", "00/00/00", "00/00/0000", "0000-00-00", "1900-01-00", "0/1/1900", "00:00:00"])
def test_ways_of_writing_no_date(text):
    with pytest.raises(Blank):
        read_date(text, None, 2030)


def test_evidence():
    evidence = Evidence()
    evidence.see(["1/2/2003", "13/2/2003", "2003-04-05", ""])
    assert (evidence.order, evidence.mixed) == (Order.DAY_FIRST, False)
    evidence.see(["2/13/2003"])
    assert (evidence.order, evidence.mixed) == (None, True)


def test_orders_by_name():
    assert order_named("day/month/year") is order_named("dmy") is Order.DAY_FIRST
    assert order_named("m/d/y") is Order.MONTH_FIRST
    assert order_named(None) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [("2014-05-14 08:39:13.07-04", dt.time(8, 39, 13)), ("5/19/2006 1:05 PM", dt.time(13, 5)), ("2014-05-14", None)],
)
def test_times(text, time):
    assert time_of(text) == time


@pytest.mark.parametrize(
    ("said", "meant"), [("TRUE", True), ("Yes", True), ("1", True), ("false", False), ("N", False), ("Inactive", False)]
)
def test_yes_and_no(said, meant):
    assert words.truth(said) is meant


@pytest.mark.parametrize("said", ["", "maybe", "2", "null"])
def test_neither_yes_nor_no(said):
    with pytest.raises(ValueError, match="neither"):
        words.truth(said)


def test_numbers_that_a_spreadsheet_shortened():
    assert words.shortened("2.3529E+13")
    assert words.shortened("2,3529E+13")
    assert not any(map(words.shortened, ("23529000152273", "1E5", "E+13", "12E+3abc")))
