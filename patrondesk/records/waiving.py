"""Bulk waiving of fines: whom it is about, who is left alone and why, and what was waived."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from patrondesk.records.ids import FineId, PatronId


class LeftAlone(StrEnum):
    """Why nothing of a patron's was waived: all or nothing each."""

    OVER_MAXIMUM = "OVER_MAXIMUM"
    UNKNOWN_AMOUNT = "UNKNOWN_AMOUNT"
    OVERDUE_LOANS = "OVERDUE_LOANS"
    SETTLED_MEANWHILE = "SETTLED_MEANWHILE"


@dataclass(frozen=True, slots=True)
class WaiveCriteria:
    """Whose fines, and which. `maximum`: patrons owing more in all are left alone, minor units. Empty groups or types: any.

    `charged_from` and `charged_until` are both included; a fine without a date meets neither.
    """

    maximum: int
    groups: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    exclude_overdue: bool = False
    charged_from: dt.date | None = None
    charged_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class WaivedFine:
    """One fine that is or was waived."""

    id: FineId
    patron_id: PatronId
    type: str
    amount: int


@dataclass(frozen=True, slots=True)
class NotWaived:
    """A patron who is left alone, with every reason: code and its number (an amount, or a count)."""

    patron_id: PatronId
    reasons: tuple[tuple[LeftAlone, int], ...]


@dataclass(frozen=True, slots=True)
class Waived:
    """What is or was waived; `considered` = patrons waived + left alone."""

    considered: int
    fines: tuple[WaivedFine, ...]
    left_alone: tuple[NotWaived, ...]

    def __post_init__(self) -> None:
        assert self.considered == self.patrons + len(self.left_alone), "the waiver does not add up"

    @property
    def patrons(self) -> int:
        """How many patrons have something waived."""
        return len({fine.patron_id for fine in self.fines})

    @property
    def amount(self) -> int:
        """What is waived in all, minor units."""
        return sum(fine.amount for fine in self.fines)

    def joined(self, other: Waived) -> Waived:
        """Both, for patrons that are not the same."""
        return Waived(self.considered + other.considered, self.fines + other.fines, self.left_alone + other.left_alone)
