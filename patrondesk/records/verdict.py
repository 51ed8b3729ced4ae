"""Reasons: why a patron may not be purged, as every screen, command and report receives them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a person with the permission may override the reason."""

    ABSOLUTE = "absolute"
    OVERRIDABLE = "overridable"


class Scope(StrEnum):
    """Where a guard holds (domain, section 5)."""

    PAGE = "P"
    JOB = "J"
    UPDATE = "D"
    SINGLE = "S"
    MERGE = "M"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that holds for one patron.

    `amount` is in minor units, None where there is none or it is not known; `records` are internal ids of what is
    behind it; `text` says it in words, `lifts` what would lift it; an overridden reason no longer holds the patron,
    and `comment` says why. `until` is a day that the text names.
    """

    code: str
    count: int
    amount: int | None
    severity: Severity
    text: str
    lifts: str
    records: tuple[int, ...] = ()
    overridden: bool = False
    comment: str | None = None
    until: dt.date | None = None
