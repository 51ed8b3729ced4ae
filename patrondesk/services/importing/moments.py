"""Dates and times of a file as moments: what stands there is what this computer's clock would have shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from patrondesk.models.base import UtcTime
from patrondesk.services.importing.columns import Column
from patrondesk.services.importing.dates import time_of


class MomentColumn(Column):
    """A date with the time that stands behind it, as this computer's clock showed it; noon where there is none."""

    def __init__(self, days: Column) -> None:
        def read(text: str) -> object:
            (day,), troubles = days.values([text])
            if troubles:
                return troubles[0][1]
            return None if day is None else dt.datetime.combine(dt.date.fromisoformat(day), time_of(text) or dt.time(12))

        super().__init__(days.field, read)


class Moments:
    """Moments as the database takes them in a plain tuple. Each distinct one is worked out once."""

    def __init__(self, session: Session) -> None:
        dialect = session.get_bind().dialect
        self._bind = UtcTime().dialect_impl(dialect).bind_processor(dialect)
        self._known: dict[dt.datetime | None, tuple[Any, Any, Any]] = {None: (None, None, None)}

    def of(self, moment: dt.datetime | None) -> tuple[Any, Any, Any]:
        """The moment, and the first moments of its day and of the next, of this computer's clock."""
        if moment is not None and moment not in self._known:
            begins = dt.datetime.combine(moment.date(), dt.time())
            self._known[moment] = (self._bound(moment), self._bound(begins), self._bound(begins + dt.timedelta(days=1)))
        return self._known[moment]

    def _bound(self, moment: dt.datetime) -> object:
        utc = moment.astimezone(dt.UTC)
        return self._bind(utc) if self._bind else utc


def period_of(day: dt.date, starts_in: int) -> str:
    """The academic period of a day: `2025/26`, or `2025` where the school's year is the calendar's."""
    first = day.year if day.month >= starts_in else day.year - 1
    return str(first) if starts_in <= 2 else f"{first}/{(first + 1) % 100:02d}"
