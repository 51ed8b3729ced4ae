"""The statistical year a day belongs to, as loans carry it."""

from __future__ import annotations

import datetime as dt


def academic_period(day: dt.date, starts_in: int) -> str:
    """The year's name: 2026/27, or 2026 where it starts in January. `starts_in` is the month, 1 to 12."""
    first = day.year if day.month >= starts_in else day.year - 1
    return str(first) if starts_in == 1 else f"{first}/{(first + 1) % 100:02d}"
