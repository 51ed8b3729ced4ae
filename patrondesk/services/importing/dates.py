"""Dates as people and programs write them. A date is what stands there: no time zone moves it to the day before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}:\d\d(?::\d\d)?).*|Z|[+-]\d\d:?\d\d)?$")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?.*)?$")
_NUMBERS = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d\d)(?:[T ,]+(\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?).*)?$")
_DAY_NAMED = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([A-Za-z]{3,9})\.?[-/., ]+(\d{4}|\d\d)(?:[T ,]+(\d{1,2}:\d\d).*)?$")
_MONTH_NAMED = re.compile(r"^([A-Za-z]{3,9})\.?[-/ ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d\d)(?:[T ,]+(\d{1,2}:\d\d).*)?$")
# 0, 00/00/0000, and the day zero of a spreadsheet's calendar.
_NOTHING = re.compile(
    r"^(?:0+(?:[-/.]0+){0,2}|1900[-/.]0?1[-/.]0?0|0{1,2}[-/.]0?1[-/.](?:19)?00|0?1[-/.]0{1,2}[-/.](?:19)?00|00:00(?::00)?)"
    r"(?:[T ]+00?:00.*)?$"
)
_MONTHS = {name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


class Order(StrEnum):
    """Which of two numbers before the year is the day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"

    @property
    def words(self) -> str:
        """As a person writes it."""
        return "day/month/year" if self is Order.DAY_FIRST else "month/day/year"


def order_named(name: str | None) -> Order | None:
    """The order a person asked for (`dmy`, `mdy`, `day/month/year`, ...); None for nothing. Raises ValueError."""
    if not name:
        return None
    letters = re.sub(r"[^dmy]", "", name.lower().replace("day", "d").replace("month", "m").replace("year", "y"))
    return Order(letters[:3])


@dataclass(slots=True)
class Evidence:
    """What a column's dates say of their order. `both` are dates that read differently either way."""

    day_first: int = 0
    month_first: int = 0
    both: int = 0

    def see(self, texts: Iterable[str]) -> None:
        """Adds the dates of a part of the column."""
        for text in texts:
            if found := _NUMBERS.match(text):
                a, b = int(found[1]), int(found[2])
                if a > 12 >= b:
                    self.day_first += 1
                elif b > 12 >= a:
                    self.month_first += 1
                elif a != b:
                    self.both += 1

    @property
    def mixed(self) -> bool:
        """Some dates can only be day first, others only month first."""
        return bool(self.day_first and self.month_first)

    @property
    def order(self) -> Order | None:
        """What the dates prove; None when they prove nothing or contradict each other."""
        if self.mixed or not (self.day_first or self.month_first):
            return None
        return Order.DAY_FIRST if self.day_first else Order.MONTH_FIRST


class Blank(Exception):
    """The text is a program's way of writing that there is no date."""


class Undecided(Exception):
    """The date is two numbers and a year, and the order of its column is not known yet."""


def read_date(text: str, order: Order | None, pivot: int) -> dt.date:
    """The date that stands there, without its time. Raises Blank, Undecided, or ValueError for what is no date.

    `pivot` is the latest year that two digits can mean: with 2030, `31` is 1931.
    """
    text = text.strip()
    if _NOTHING.match(text):
        raise Blank
    if found := _ISO.match(text) or _COMPACT.match(text):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.match(text):
        if order is None:
            raise Undecided
        day, month = (found[1], found[2]) if order is Order.DAY_FIRST else (found[2], found[1])
        return dt.date(_year(found[3], pivot), int(month), int(day))
    if found := _DAY_NAMED.match(text):
        return dt.date(_year(found[3], pivot), _month(found[2]), int(found[1]))
    if found := _MONTH_NAMED.match(text):
        return dt.date(_year(found[3], pivot), _month(found[1]), int(found[2]))
    raise ValueError(f"not a date: {text!r}")


def _year(text: str, pivot: int) -> int:
    if len(text) == 4:
        return int(text)
    year = pivot - pivot % 100 + int(text)
    return year if year <= pivot else year - 100


def _month(word: str) -> int:
    month = _MONTHS.get(word[:3].lower())
    if month is None:
        raise ValueError(f"not a month: {word!r}")
    return month


def time_of(text: str) -> dt.time | None:
    """The time of day written behind a date, as written; None where there is none."""
    found = re.search(r"[T ](\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)? ?([AaPp])?", text.strip())
    if not found:
        return None
    hour = int(found[1]) % 12 + (12 if found[4] in "pP" else 0) if found[4] else int(found[1])
    try:
        return dt.time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None
