"""Jobs as lists and reports show them: what a type asks for, when a job runs, and what a run did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from patrondesk.records.ids import BatchId, JobId, PatronId, RunId


class RunState(StrEnum):
    """Where a run stands (domain, section 13)."""

    SCHEDULED = "scheduled"
    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting_for_confirmation"
    COMPLETED = "completed"
    WITH_EXCEPTIONS = "completed_with_exceptions"
    FAILED = "failed"
    REFUSED = "refused"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


ENDED = frozenset(set(RunState) - {RunState.SCHEDULED, RunState.PENDING, RunState.RUNNING, RunState.WAITING})


class Trigger(StrEnum):
    """What started a run: somebody in the window, a command, the schedule."""

    HAND = "hand"
    COMMAND = "command"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option of a job type, as the form, the schedule editor and the command ask for it.

    `kind`: int, money, date, text, bool, choice, names (several, with commas). Money in minor units, a choice of `choices`.
    """

    name: str
    label: str
    text: str
    kind: str
    default: Any
    required: bool = False
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job that is set up. `next_at`: when the schedule falls due next, None without one or while it is off."""

    id: JobId
    name: str
    type: str
    title: str
    sentence: str
    options: Mapping[str, Any]
    schedule: str | None
    enabled: bool
    account: str
    keep_runs: int
    next_at: dt.datetime | None
    last: RunLine | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list; when it has ended, `processed` = `exceptions` + `done`."""

    id: RunId
    job_id: JobId | None
    name: str
    type: str
    title: str
    sentence: str
    trigger: Trigger
    state: RunState
    operator: str
    planned_for: dt.datetime | None
    started_at: dt.datetime
    finished_at: dt.datetime | None
    processed: int
    exceptions: int
    done: int
    numbers: Mapping[str, int]
    refusal: str | None
    batch_id: BatchId | None

    def __post_init__(self) -> None:
        assert self.state not in ENDED or self.processed == self.exceptions + self.done, "the run does not add up"


@dataclass(frozen=True, slots=True)
class RunDetail:
    """One line of a report: `patron` is worded when it is read, a purged one has no name any more."""

    kind: str
    code: str
    patron_id: PatronId | None
    patron: str
    username: str | None
    record_id: int | None
    amount: int | None
    facts: Mapping[str, Any]
    words: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run with everything that it did and did not do."""

    run: RunLine
    details: tuple[RunDetail, ...]
    currency: str

    def of_kind(self, kind: str) -> tuple[RunDetail, ...]:
        """The lines of one kind: done, exception, event."""
        return tuple(line for line in self.details if line.kind == kind)


@dataclass(frozen=True, slots=True)
class LineToWrite:
    """A line as a job writes it: internal numbers only."""

    kind: str
    code: str
    patron_id: PatronId | None = None
    record_id: int | None = None
    amount: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobPreview:
    """What a run would do now: `processed` = `exceptions` + `done`; `numbers` are the type's own."""

    sentence: str
    processed: int
    exceptions: int
    done: int
    numbers: Mapping[str, int]
    lines: tuple[LineToWrite, ...] = ()

    def __post_init__(self) -> None:
        assert self.processed == self.exceptions + self.done, "the preview does not add up"


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a run did. `stopped`: a person stopped it, and `processed` counts what was reached."""

    processed: int
    exceptions: int
    done: int
    numbers: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[LineToWrite, ...] = ()
    batch_id: BatchId | None = None
    stopped: bool = False

    def __post_init__(self) -> None:
        assert self.processed == self.exceptions + self.done, "the run does not add up"
