"""The school's calendar: which years lie behind `today`, when the last one ended, and on which days books go out."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

# (month, day) to (month, day) of the terms. The year that ended last before `today` decides which of the two the school keeps.
_SOUTHERN = (((2, 2), (4, 10)), ((4, 27), (7, 3)), ((7, 20), (9, 25)), ((10, 12), (11, 28)))
_NORTHERN = (((8, 25), (10, 21)), ((11, 3), (12, 18)), ((1, 6), (3, 27)), ((4, 13), (6, 25)))
_SEASON = {1: 0.8, 2: 1.3, 3: 1.2, 4: 1.0, 5: 1.1, 6: 0.8, 7: 0.9, 8: 1.2, 9: 1.2, 10: 1.1, 11: 0.8, 12: 0.4}

PHASES = 3  # patrons take turns: three groups whose rounds begin twelve days apart, so that no week is empty
ROUND_DAYS = 35  # within a round a copy goes to one patron only, and comes back before the next round
_OUT_DAYS = 21
YEARS_KEPT = 3


class SchoolYear(NamedTuple):
    """A school year with its academic period. `ending` is the calendar year in which it ends."""

    begins: dt.date
    ends: dt.date
    ending: int
    period: str


class Round(NamedTuple):
    """Some weeks in which each copy goes out at most once: school days by ordinal, the last day to come back, the year."""

    serial: int
    days: tuple[int, ...]
    until: int
    ending: int


class Rounds:
    """The rounds of one phase, with how busy the library was, so that loans follow the school year."""

    def __init__(self, rounds: list[Round], weights: list[float]) -> None:
        self.rounds = rounds
        self._busy = [0.0, *accumulate(weights)]
        self._lasts = [r.days[-1] for r in rounds]
        self._firsts = [r.days[0] for r in rounds]

    def span(self, first_day: int, last_day: int) -> tuple[int, int]:
        """Places of the rounds that lie wholly between two ordinals (the second place is not included)."""
        low = bisect_right(self._firsts, first_day - 1)
        return low, max(low + 1, bisect_right(self._lasts, last_day))

    def spread(self, number: int, span: tuple[int, int], jitter: list[float]) -> list[int]:
        """Places for `number` loans across a span, busy rounds taking more; `jitter` holds one share (0 to 1) a loan."""
        low, high = span
        start, width = self._busy[low], (self._busy[high] - self._busy[low]) / number
        busy = self._busy
        return [min(high - 1, bisect_right(busy, start + (k + jitter[k]) * width) - 1) for k in range(number)]


class SchoolCalendar:
    """Everything about dates that the made-up school shares. It depends on `today` and on nothing else."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        southern, northern = self._last_end(today, 11, 29), self._last_end(today, 6, 26)
        self.southern = southern > northern
        self.rollover = max(southern, northern)
        self._terms = _SOUTHERN if self.southern else _NORTHERN
        last = self.rollover.year
        self.years = [self._year(ending) for ending in range(last - YEARS_KEPT + 1, last + 2)]
        self.first_day = self.years[0].begins.toordinal()
        self.statistical_month = 2 if self.southern else 8
        self._periods = {year.ending: year.period for year in self.years}
        self._days = self._school_days()
        self.phases = [self._rounds(self._days, phase * ROUND_DAYS // PHASES) for phase in range(PHASES)]

    @staticmethod
    def _last_end(today: dt.date, month: int, day: int) -> dt.date:
        end = dt.date(today.year, month, day)
        return end if end <= today else dt.date(today.year - 1, month, day)

    def _year(self, ending: int) -> SchoolYear:
        if self.southern:
            return SchoolYear(dt.date(ending - 1, 11, 30), dt.date(ending, 11, 29), ending, str(ending))
        return SchoolYear(dt.date(ending - 1, 6, 27), dt.date(ending, 6, 26), ending, f"{ending - 1}/{ending % 100:02d}")

    def year_of(self, day: dt.date) -> SchoolYear:
        """The school year that a day belongs to (the nearest one for a day outside)."""
        return next((year for year in self.years if day <= year.ends), self.years[-1])

    def period(self, ending: int) -> str:
        """The academic period of the school year that ends in a calendar year."""
        return self._periods[ending]

    def school_day(self, ordinal: int) -> int:
        """The last school day up to an ordinal."""
        return self._days[max(0, bisect_right(self._days, ordinal) - 1)]

    def _school_days(self) -> list[int]:
        days: set[int] = set()
        for year in range(self.years[0].begins.year, self.today.year + 1):
            for (m1, d1), (m2, d2) in self._terms:
                first, last = dt.date(year, m1, d1).toordinal(), dt.date(year, m2, d2).toordinal()
                days.update(day for day in range(first, last + 1) if (day - 1) % 7 < 5)
        return sorted(day for day in days if self.first_day <= day < self.today.toordinal())

    def _rounds(self, days: list[int], shift: int) -> Rounds:
        rounds, weights = [], []
        start = self.first_day - shift
        for serial in range((self.today.toordinal() - start) // ROUND_DAYS + 1):
            begins = start + serial * ROUND_DAYS
            window = tuple(days[bisect_right(days, begins - 1) : bisect_right(days, begins + _OUT_DAYS - 1)])
            if window:
                middle = dt.date.fromordinal(window[len(window) // 2])
                rounds.append(Round(serial, window, begins + ROUND_DAYS - 1, self.year_of(middle).ending))
                weights.append(len(window) * _SEASON[middle.month])
        return Rounds(rounds, weights)
