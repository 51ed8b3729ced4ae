"""When a job runs, as words that a person writes and as moments. Repeats are dateutil's; this says what the words mean.

    daily at 02:00                 weekdays at 18:30             monday, thursday at 07:00
    monthly on 1 at 02:00          monthly on last at 02:00      yearly on 15 July at 02:00
    once on 2026-12-20 at 02:00

Times are this computer's. One that a clock change leaves out falls due when the clock has moved on; one that comes twice
falls due the first time. A day that a month does not have is its last.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Literal

from dateutil import rrule, tz

from patrondesk import messages
from patrondesk.errors import WrongUsage

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LAST = 31
_SHAPE = re.compile(
    r"\s*(?P<how>[a-z][a-z, ]*?)(?:\s+on\s+(?P<on>.+?))?\s+at\s+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s*\Z", re.I
)
EXAMPLES = "daily at 02:00, weekdays at 18:30, monthly on 1 at 02:00, yearly on 15 July at 02:00, once on 2026-12-20 at 02:00"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`kind`: daily, weekly, monthly, yearly, once. `weekdays` count from Monday 0; `day` 31 is the month's last."""

    kind: str
    time: dt.time
    weekdays: tuple[int, ...] = ()
    day: int = 1
    month: int = 1
    date: dt.date | None = None

    @property
    def words(self) -> str:
        """As it is written; parsing it gives the same schedule."""
        at = f"at {self.time:%H:%M}"
        if self.kind == "daily":
            return f"daily {at}"
        if self.kind == "weekly":
            named = "weekdays" if self.weekdays == (0, 1, 2, 3, 4) else ", ".join(DAYS[day] for day in self.weekdays)
            return f"{named} {at}"
        if self.kind == "monthly":
            return f"monthly on {'last' if self.day == _LAST else self.day} {at}"
        if self.kind == "yearly":
            return f"yearly on {self.day} {MONTHS[self.month - 1].capitalize()} {at}"
        assert self.date is not None
        return f"once on {self.date.isoformat()} {at}"


def parse(text: str) -> Schedule:
    """Reads a schedule. Raises WrongUsage, with examples."""
    found = _SHAPE.match(text)
    if found is None:
        raise _unknown(text)
    try:
        time = dt.time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise _unknown(text) from None
    how, on = found["how"].strip().lower(), (found["on"] or "").strip()
    schedule = _read(how, on, time)
    if schedule is None:
        raise _unknown(text)
    return schedule


def _unknown(text: str) -> WrongUsage:
    return WrongUsage(f"“{text}” does not say when.", f"Write for example: {EXAMPLES}.", "BAD_SCHEDULE")


def _read(how: str, on: str, time: dt.time) -> Schedule | None:
    if not on:
        return _without_day(how, time)
    if how == "once":
        try:
            return Schedule("once", time, date=dt.date.fromisoformat(on))
        except ValueError:
            return None
    if how == "monthly":
        day = _LAST if on.lower() == "last" else int(on) if on.isdecimal() else 0
        return Schedule("monthly", time, day=day) if 1 <= day <= _LAST else None
    if how == "yearly":
        return _yearly(on, time)
    return None


def _without_day(how: str, time: dt.time) -> Schedule | None:
    if how == "daily":
        return Schedule("daily", time)
    if how == "weekdays":
        return Schedule("weekly", time, (0, 1, 2, 3, 4))
    words = [word for word in re.split(r"[, ]+", how) if word not in ("", "and")]
    if words and all(word in DAYS for word in words):
        return Schedule("weekly", time, tuple(sorted({DAYS.index(word) for word in words})))
    return None


def _yearly(on: str, time: dt.time) -> Schedule | None:
    named = re.fullmatch(r"(\d{1,2})\.? +([a-z]{3,})", on, re.I)
    if named is not None:
        day, word = int(named[1]), named[2].lower()
        fitting = [number for number, month in enumerate(MONTHS, start=1) if month.startswith(word)]
        month = fitting[0] if len(fitting) == 1 else 0
    else:
        plain = re.fullmatch(r"(\d{2})-(\d{2})", on)
        if plain is None:
            return None
        month, day = int(plain[1]), int(plain[2])
    try:
        dt.date(2024, month, day)  # a leap year: the 29th of February is a day
    except ValueError:
        return None
    return Schedule("yearly", time, day=day, month=month)


def next_after(schedule: Schedule, moment: dt.datetime, zone: dt.tzinfo | None = None) -> dt.datetime | None:
    """The first time after an aware moment at which it falls due, in UTC; None when there is none any more."""
    here = zone or tz.tzlocal()
    # A time that clocks leave out or repeat lies within a day of where it stands.
    start = moment.astimezone(here).replace(tzinfo=None) - dt.timedelta(days=1)
    for planned in _rule(schedule, start):
        due = tz.resolve_imaginary(planned.replace(tzinfo=here)).astimezone(dt.UTC)
        if due > moment:
            return due
    return None


def latest_due(schedule: Schedule, since: dt.datetime, now: dt.datetime, zone: dt.tzinfo | None = None) -> dt.datetime | None:
    """The latest planned time after `since` up to `now`: those that were missed are caught up once."""
    latest, due = None, next_after(schedule, since, zone)
    while due is not None and due <= now:
        latest, due = due, next_after(schedule, due, zone)
    return latest


def _rule(schedule: Schedule, start: dt.datetime) -> rrule.rrule:
    def rule(frequency: Literal[0, 1, 2, 3, 4, 5, 6], **which: Any) -> rrule.rrule:  # noqa: ANN401 - dateutil's own words
        begin = start.replace(microsecond=0)
        return rrule.rrule(
            frequency, dtstart=begin, byhour=schedule.time.hour, byminute=schedule.time.minute, bysecond=0, **which
        )

    if schedule.kind == "daily":
        return rule(rrule.DAILY)
    if schedule.kind == "weekly":
        return rule(rrule.WEEKLY, byweekday=schedule.weekdays)
    # Of the days up to the wanted one that a month has, the last.
    days = tuple(range(min(28, schedule.day), schedule.day + 1))
    if schedule.kind == "monthly":
        return rule(rrule.MONTHLY, bymonthday=days, bysetpos=-1)
    if schedule.kind == "yearly":
        return rule(rrule.YEARLY, bymonth=schedule.month, bymonthday=days, bysetpos=-1)
    assert schedule.date is not None
    return rrule.rrule(rrule.DAILY, dtstart=dt.datetime.combine(schedule.date, schedule.time), count=1)


def sentence(schedule: Schedule | None) -> str:
    """Every day at 02:00; On 20 December 2026 at 02:00; Only by hand."""
    if schedule is None:
        return "Only by hand"
    at = f"at {schedule.time:%H:%M}"
    if schedule.kind == "daily":
        return f"Every day {at}"
    if schedule.kind == "weekly":
        if schedule.weekdays == (0, 1, 2, 3, 4):
            return f"Monday to Friday {at}"
        return f"Every {messages.listed([DAYS[day].capitalize() for day in schedule.weekdays])} {at}"
    if schedule.kind == "monthly":
        return f"On the {'last day' if schedule.day == _LAST else f'{schedule.day}.'} of each month {at}"
    if schedule.kind == "yearly":
        return f"Each year on {schedule.day} {MONTHS[schedule.month - 1].capitalize()} {at}"
    assert schedule.date is not None
    return f"On {messages.day(schedule.date)} {at}"
