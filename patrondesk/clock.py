"""The time: `now` is always the real clock in UTC; `today` is the business date, which a rehearsal may move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class Clock:
    """Business dates (expiry, due, cut-off, grade) follow `today()`; audit, undo dates and sign-in follow `now()`."""

    rehearsal: dt.date | None = None

    def now(self) -> dt.datetime:
        """The real time, aware, in UTC."""
        return dt.datetime.now(dt.UTC)

    def real_today(self) -> dt.date:
        """The calendar day of the real clock, in this computer's time zone: undo dates are counted from it."""
        return dt.datetime.now().astimezone().date()

    def today(self) -> dt.date:
        """The business date: the rehearsal's day where `PATRONDESK_TODAY` is set, else the real one."""
        return self.rehearsal or self.real_today()


def from_words(text: str | None) -> Clock:
    """The clock for the value of `PATRONDESK_TODAY` (ISO date, or nothing). Raises WrongUsage on anything else."""
    if not text:
        return Clock()
    try:
        return Clock(dt.date.fromisoformat(text))
    except ValueError:
        raise WrongUsage(
            f"PATRONDESK_TODAY is “{text}”, which is not a date.", "Write it as year-month-day, such as 2026-06-30, or remove it."
        ) from None
