"""Reads a day as a person types it; two numbers that could be either day or month are asked for again."""

from __future__ import annotations

import datetime as dt

from patrondesk.services.importing.dates import Blank, Undecided, read_date

DAY_EXAMPLE = "31 Dec 2026"


def read_day(typed: str, today: dt.date) -> dt.date | None:
    """The day, None for nothing typed. Raises ValueError with a sentence for the person."""
    if not typed.strip():
        return None
    try:
        return read_date(typed, None, today.year + 20)
    except Undecided:
        raise ValueError(f"Write the month as a word, such as {DAY_EXAMPLE}.") from None
    except (ValueError, Blank):
        raise ValueError(f"There is no such day. Write it as {DAY_EXAMPLE}.") from None
