"""Cohorts: those who are to leave together, and how they stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort with its members at this library: `enabled` + `disabled`; `switched_off` of the disabled went as a cohort."""

    id: int
    name: str
    graduates_on: dt.date | None
    enabled: int
    disabled: int
    switched_off: int

    @property
    def members(self) -> int:
        """How many there are in all."""
        return self.enabled + self.disabled
