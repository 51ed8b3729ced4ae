"""A purge from plan to undo: what was frozen, what happened to each patron, and the numbers that must add up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.verdict import Reason

DELETE, JOB = "delete", "job"
"""The source of a batch that is the deletion of one patron."""


class Outcome(StrEnum):
    """What became of a planned patron."""

    PURGED = "purged"
    REFUSED = "refused"
    VANISHED = "vanished"
    NOT_REACHED = "not_reached"


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    COMPLETED_WITH_EXCEPTIONS = "completed_with_exceptions"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


class ArchiveState(StrEnum):
    """Whether a batch can still be undone."""

    PRESENT = "present"
    UNDONE = "undone"
    PARTLY_UNDONE = "partly_undone"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Override:
    """A reason set aside for one patron, with the comment that says why."""

    patron_id: PatronId
    code: str
    comment: str


@dataclass(frozen=True, slots=True)
class PlannedPatron:
    """One patron of a frozen plan: the record version seen, and the reasons that held then.

    `gone`: on a plan that was kept, and no patron any more; the run counts it as vanished.
    """

    id: PatronId
    version: int
    username: str | None
    barcode: str | None
    name: str
    year_level: str | None
    homeroom: str | None
    has_portrait: bool
    reasons: tuple[Reason, ...]
    past_loans: int = 0
    gone: bool = False

    @property
    def eligible(self) -> bool:
        """Could be purged when the plan was made."""
        return not self.gone and all(reason.overridden for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Plan:
    """A frozen list of patrons to purge. The run touches only these, and checks each again.

    `unknown` are words of the list that name nobody (they count as vanished). Amounts are minor units.
    """

    library: str
    made_at: dt.datetime
    source: str
    patrons: tuple[PlannedPatron, ...]
    unknown: tuple[str, ...]
    criteria: dict[str, Any]
    retain_loans: bool
    undo_days: int
    undo_until: dt.date | None
    past_loans: int
    fines_to_waive: int
    amount_to_waive: int
    unknown_fines_to_close: int
    reservations_to_cancel: int
    overrides: tuple[Override, ...] = ()
    facets_dropped: tuple[str, ...] = ()

    @property
    def planned(self) -> int:
        """Everybody on the list, those who cannot go included."""
        return len(self.patrons) + len(self.unknown)

    @property
    def eligible(self) -> tuple[PlannedPatron, ...]:
        """Those who can go."""
        return tuple(patron for patron in self.patrons if patron.eligible)

    @property
    def held(self) -> tuple[PlannedPatron, ...]:
        """Those who cannot, with reasons."""
        return tuple(patron for patron in self.patrons if not patron.eligible and not patron.gone)

    @property
    def missing(self) -> int:
        """How many of the list are nobody here: planned = eligible + held + missing."""
        return len(self.unknown) + sum(1 for patron in self.patrons if patron.gone)


@dataclass(frozen=True, slots=True)
class PurgedPatron:
    """A purged patron as the result and the spreadsheet show it, while the archive is there to read the name from."""

    id: PatronId
    username: str | None
    barcode: str | None
    external_id: str | None
    name: str
    patron_type: str | None
    user_group: str | None
    year_level: str | None
    homeroom: str | None
    deactivated_on: dt.date | None
    deactivated_by: str | None
    deactivated_reason: str | None
    purged_at: dt.datetime
    loans_kept: int
    loans_deleted: int
    loans_written_off: int
    fines_waived: int
    amount_waived: int
    reservations_cancelled: int
    undone: bool
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedPatron:
    """A planned patron that stayed, with every reason at the time of the run."""

    id: PatronId
    username: str | None
    barcode: str | None
    name: str
    year_level: str | None
    homeroom: str | None
    reasons: tuple[Reason, ...]
    changed_since_preview: bool = False


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A row of the list of batches."""

    id: BatchId
    started_at: dt.datetime
    finished_at: dt.datetime | None
    operator: str
    source: str
    state: BatchState
    archive: ArchiveState
    planned: int
    purged: int
    refused: int
    vanished: int
    not_reached: int
    undone: int
    undo_until: dt.date | None
    retain_loans: bool
    comment: str | None

    @property
    def deletion(self) -> bool:
        """Whether it is the deletion of one patron, and no purge."""
        return self.source == DELETE

    @property
    def noun(self) -> str:
        """What it is called."""
        return "deletion" if self.deletion else "purge"

    @property
    def did(self) -> str:
        """What was done to its patrons."""
        return "deleted" if self.deletion else "purged"

    @property
    def unfinished(self) -> bool:
        """Whether it did not reach everybody and may go on: nothing of it was undone or destroyed."""
        ended = self.state in (BatchState.STOPPED, BatchState.INTERRUPTED)
        return ended and self.not_reached > 0 and self.archive is ArchiveState.PRESENT


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A batch with everybody in it. planned = purged + refused + vanished + not reached, asserted when it is made."""

    batch: BatchLine
    library: str
    purged: tuple[PurgedPatron, ...]
    refused: tuple[RefusedPatron, ...]
    vanished: tuple[str, ...]
    loans_kept: int
    loans_deleted: int
    fines_waived: int
    amount_waived: int
    reservations_cancelled: int
    backup: str | None
    currency: str
    names_available: bool
    totals: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        b = self.batch
        assert b.planned == b.purged + b.refused + b.vanished + b.not_reached, "the numbers of the batch do not add up"


@dataclass(frozen=True, slots=True)
class Buried:
    """The purge that somebody who returns was part of; `undo_until` while it can still be undone."""

    patron_id: PatronId
    batch: BatchId
    purged_at: dt.datetime
    undo_until: dt.date | None
