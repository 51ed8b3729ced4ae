"""Sentences: counts, days and lists as the librarian reads them, the same in window, command line and spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

_MONTHS = "January February March April May June July August September October November December".split()


def day(date: dt.date) -> str:
    """A date in a sentence: 4 December 2026."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def short_day(date: dt.date) -> str:
    """A date in a table: 4 Dec 2026."""
    return f"{date.day} {_MONTHS[date.month - 1][:3]} {date.year}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 patron, 24 patrons, 1,204 patrons."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def items_on_loan(number: int) -> str:
    """Infiniti's words for the link to the outstanding loans."""
    return f"{count(number, 'item')} currently on loan - showing"
