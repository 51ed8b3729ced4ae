"""Plans that are kept: a frozen list waiting to be reviewed and run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.purging import Override
from patrondesk.records.verdict import Reason


class PlanState(StrEnum):
    """Where a plan stands: OPEN waits, RUN became a batch, DISCARDED will not be run."""

    OPEN = "open"
    RUN = "run"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A row of the list of plans. `patrons` = `struck` + those that a run would try; `unknown` words named nobody."""

    id: PlanId
    made_at: dt.datetime
    author: str
    source: str
    state: PlanState
    patrons: int
    struck: int
    unknown: int
    batch: BatchId | None


@dataclass(frozen=True, slots=True)
class KeptPatron:
    """One patron of a kept plan: who it is now, the reasons that held when the plan was made, and the review's word.

    `name` is empty and `gone` true for somebody who is no patron any more; `changed` when the record has changed since.
    """

    id: PatronId
    username: str | None
    barcode: str | None
    name: str
    year_level: str | None
    homeroom: str | None
    has_portrait: bool
    reasons: tuple[Reason, ...]
    past_loans: int
    changed: bool
    gone: bool
    struck: bool
    struck_by: str | None
    struck_at: dt.datetime | None
    note: str | None

    @property
    def eligible(self) -> bool:
        """Could be purged when the plan was made."""
        return all(reason.overridden for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A kept plan with everybody on it. `sentence` says in words how it was chosen."""

    line: PlanLine
    library: str
    currency: str
    sentence: str
    patrons: tuple[KeptPatron, ...]


@dataclass(frozen=True, slots=True)
class Remainder:
    """Whom a batch did not reach: (patron, version planned) in the plan's order, and those the plan held."""

    patrons: tuple[tuple[PatronId, int], ...]
    held: dict[PatronId, tuple[Reason, ...]]
    overrides: tuple[Override, ...]
