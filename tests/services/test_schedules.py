"""When a schedule falls due: words read and written back, clock changes, short months, what was missed."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.errors import WrongUsage
from patrondesk.services.scheduling.schedule import Schedule, latest_due, next_after, parse, sentence

BERLIN, SYDNEY = tz.gettz("Europe/Berlin"), tz.gettz("Australia/Sydney")
UTC = dt.UTC


def at(text: str, zone: dt.tzinfo | None = None) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone or BERLIN).astimezone(UTC)


def run(words: str, start: str, number: int, zone: dt.tzinfo | None = None) -> list[str]:
    zone, moment, found = zone or BERLIN, at(start, zone), []
    for _ in range(number):
        due = next_after(parse(words), moment, zone)
        if due is None:
            break
        found.append(f"{due.astimezone(zone):%Y-%m-%d %H:%M}")
        moment = due
    return found


schedules = st.one_of(
    st.builds(Schedule, st.just("daily"), st.times().map(lambda t: t.replace(second=0, microsecond=0))),
    st.builds(
        Schedule,
        st.just("weekly"),
        st.times().map(lambda t: t.replace(second=0, microsecond=0)),
        st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    ),
    st.builds(Schedule, st.just("monthly"), st.times().map(lambda t: t.replace(second=0, microsecond=0)), day=st.integers(1, 31)),
    st.builds(
        lambda time, date: Schedule("yearly", time, day=date.day, month=date.month),
        st.times().map(lambda t: t.replace(second=0, microsecond=0)),
        st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
    ),
    st.builds(
        lambda time, date: Schedule("once", time, date=date),
        st.times().map(lambda t: t.replace(second=0, microsecond=0)),
        st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)),
    ),
)


@given(schedules)
def test_words_are_read_back(schedule):
    assert parse(schedule.words) == schedule
    assert parse(schedule.words.upper()) == schedule
    assert sentence(schedule)[:1].isupper()


@given(schedules, st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2030, 1, 1)), st.sampled_from(["Europe/Berlin", "UTC"]))
def test_every_time_lies_after_the_one_before_and_none_between_is_left_out(schedule, moment, name):
    zone = tz.gettz(name)
    begin = moment.replace(tzinfo=UTC)
    due = next_after(schedule, begin, zone)
    if due is None:
        assert schedule.kind == "once"
        return
    assert due > begin
    assert next_after(schedule, due - dt.timedelta(seconds=1), zone) == due
    assert latest_due(schedule, begin, due, zone) == due


def test_a_day_and_a_week():
    assert run("daily at 02:00", "2026-06-30 03:00", 2) == ["2026-07-01 02:00", "2026-07-02 02:00"]
    assert run("weekdays at 18:30", "2026-07-03 19:00", 2) == ["2026-07-06 18:30", "2026-07-07 18:30"]
    assert run("thursday, monday at 7.05", "2026-07-02 08:00", 2) == ["2026-07-06 07:05", "2026-07-09 07:05"]


def test_a_day_that_a_month_does_not_have_is_its_last():
    assert run("monthly on 31 at 02:00", "2026-01-31 03:00", 3) == ["2026-02-28 02:00", "2026-03-31 02:00", "2026-04-30 02:00"]
    assert run("monthly on last at 02:00", "2028-02-01 00:00", 1) == ["2028-02-29 02:00"]
    assert run("yearly on 29 Feb at 02:00", "2026-01-01 00:00", 3) == ["2026-02-28 02:00", "2027-02-28 02:00", "2028-02-29 02:00"]


def test_once_is_once():
    assert run("once on 2026-12-20 at 02:00", "2026-06-01 00:00", 3) == ["2026-12-20 02:00"]
    assert run("once on 2026-12-20 at 02:00", "2026-12-20 02:00", 3) == []


def test_the_hour_that_clocks_leave_out():
    """On 29 March 2026 it is never half past two in Berlin: the run comes when the clock has moved on, once."""
    assert run("daily at 02:30", "2026-03-28 03:00", 2) == ["2026-03-29 03:30", "2026-03-30 02:30"]
    assert run("once on 2026-03-29 at 02:30", "2026-03-01 00:00", 2) == ["2026-03-29 03:30"]


def test_the_hour_that_comes_twice():
    """On 25 October 2026 it is half past two twice: the run comes the first time only."""
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_after(parse("daily at 02:30"), at("2026-10-24 03:00"), BERLIN) == first
    assert next_after(parse("daily at 02:30"), first, BERLIN) == dt.datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
    assert run("daily at 02:30", "2026-04-04 12:00", 2, SYDNEY) == ["2026-04-05 02:30", "2026-04-06 02:30"]


def test_what_was_missed_is_told_as_one():
    latest = latest_due(parse("daily at 02:00"), at("2026-06-01 12:00"), at("2026-06-05 12:00"), BERLIN)
    assert latest == at("2026-06-05 02:00")
    assert latest_due(parse("daily at 02:00"), at("2026-06-01 12:00"), at("2026-06-01 13:00"), BERLIN) is None


@pytest.mark.parametrize(
    "words",
    ["", "sometimes", "daily", "daily at 25:00", "monthly on 32 at 02:00", "monthly on 0 at 02:00", "yearly on 30 Feb at 02:00",
     "yearly on 1 J at 02:00", "once on 2026-13-01 at 02:00", "once at 02:00", "funday at 02:00", "daily on 3 at 02:00"],
)  # fmt: skip
def test_what_does_not_say_when_is_refused_with_examples(words):
    with pytest.raises(WrongUsage) as told:
        parse(words)
    assert "daily at 02:00" in told.value.next_step
