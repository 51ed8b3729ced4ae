"""What keeps a patron from borrowing, and how the debt block stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DEACTIVATED, EXPIRED, BLOCKED, DEBT_BLOCKED = "DEACTIVATED", "EXPIRED", "BLOCKED", "DEBT_BLOCKED"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One reason for which a patron may not borrow, renew or reserve: what it is, and what would lift it."""

    code: str
    text: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Debt:
    """What a patron owes beside the library's limit, minor units. `unknown` bills count for nothing until they have an amount.

    `limit` 0: the library has no debt block.
    """

    owed: int
    unknown: int
    limit: int
    currency: str

    @property
    def blocks(self) -> bool:
        """Whether the debt block holds: the limit is reached. Derived, never stored; nobody lifts it by hand [Quria]."""
        return self.limit > 0 and self.owed >= self.limit

    @property
    def to_lift(self) -> int:
        """What must be paid or waived for it to lift: down to one minor unit below the limit; 0 where it does not hold."""
        return self.owed - self.limit + 1 if self.blocks else 0


@dataclass(frozen=True, slots=True)
class ActiveBlock:
    """A manual block that holds today."""

    id: int
    comment: str
    until: dt.date | None
