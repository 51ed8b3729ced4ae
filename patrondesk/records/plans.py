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


def holds(reasons: tuple[Reason, ...]) -> bool:
    """Whether any of these reasons stands in the way."""
    return not all(reason.overridden for reason in reasons)


@dataclass(frozen=True, slots=True)
class KeptPatron:
    """One patron of a kept plan: who it is now, the reasons that held when the plan was made, and the review's word.

    `name` is empty and `gone` true for somebody who is no patron any more; `changed` when the record has changed since.
    `now` are the reasons that hold now, with those set aside that the plan sets aside.
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
    now: tuple[Reason, ...] = ()

    @property
    def eligible(self) -> bool:
        """Could be purged when the plan was made."""
        return not holds(self.reasons)

    @property
    def goes(self) -> bool:
        """Would be purged by a run now: not struck out, there, and with nothing in the way then or now."""
        return not self.struck and not self.gone and self.eligible and not holds(self.now)

    @property
    def in_the_way(self) -> tuple[Reason, ...]:
        """What keeps the patron: the reasons of when the plan was made, or else those that came since."""
        told = self.reasons if holds(self.reasons) else self.now
        return tuple(reason for reason in told if not reason.overridden)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A kept plan with everybody on it. `sentence` says in words how it was chosen.

    `settings_changed`: the library's settings are not those of when it was made; a run follows the present ones.
    """

    line: PlanLine
    library: str
    currency: str
    sentence: str
    patrons: tuple[KeptPatron, ...]
    settings_changed: bool = False

    @property
    def going(self) -> tuple[KeptPatron, ...]:
        """Those whom a run would purge now."""
        return tuple(patron for patron in self.patrons if patron.goes)

    @property
    def held(self) -> tuple[KeptPatron, ...]:
        """Those who are there and not struck out, and whom something keeps."""
        return tuple(patron for patron in self.patrons if not (patron.goes or patron.struck or patron.gone))

    @property
    def missing(self) -> int:
        """Those who are no patrons any more, and not struck out; with the words that never named anybody."""
        return self.line.unknown + sum(1 for patron in self.patrons if patron.gone and not patron.struck)


@dataclass(frozen=True, slots=True)
class Drift:
    """What became different about one patron of a plan: the record `changed`, the patron `gone`, or other reasons.

    `before` are the reasons of when the plan was made, `now` those of now, or of the run that has been. The name is
    `Patron 123` where nothing tells it any more.
    """

    id: PatronId
    username: str | None
    name: str
    changed: bool
    gone: bool
    before: tuple[Reason, ...]
    now: tuple[Reason, ...]


class RowOutcome(StrEnum):
    """What a row of a reviewed plan's file comes to. CONFLICT and NOT_OF_PLAN rows change nothing."""

    TAKEN_OUT = "taken_out"
    NOTED = "noted"
    OUT_ALREADY = "out_already"
    PUT_BACK = "put_back"
    STAYS = "stays"
    CONFLICT = "conflict"
    NOT_OF_PLAN = "not_of_plan"


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """One row: its line in the file, who it is about, and `text` where there is something to say of it."""

    line: int
    patron: PatronId | None
    name: str
    outcome: RowOutcome
    note: str | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What reading a plan's file back changes, or has changed. `missing`: patrons of the plan that are not in the file."""

    plan: PlanId
    rows: tuple[ReviewedRow, ...]
    missing: int

    def number(self, *outcomes: RowOutcome) -> int:
        """How many rows came to one of these."""
        return sum(1 for row in self.rows if row.outcome in outcomes)

    @property
    def changes(self) -> int:
        """How many patrons it changes anything for."""
        return self.number(RowOutcome.TAKEN_OUT, RowOutcome.NOTED, RowOutcome.PUT_BACK)

    @property
    def left_out(self) -> tuple[ReviewedRow, ...]:
        """The rows that cannot be followed."""
        return tuple(row for row in self.rows if row.outcome in (RowOutcome.CONFLICT, RowOutcome.NOT_OF_PLAN))


@dataclass(frozen=True, slots=True)
class Remainder:
    """Whom a batch did not reach: (patron, version planned) in the plan's order, and those the plan held."""

    patrons: tuple[tuple[PatronId, int], ...]
    held: dict[PatronId, tuple[Reason, ...]]
    overrides: tuple[Override, ...]
