"""A certificate of a purge: what was planned, what became of it, by which rules, and where the audit log stands. No names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.records.audit import Head
from patrondesk.records.ids import BatchId
from patrondesk.records.purging import ArchiveState, BatchState


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many patrons had a reason of this kind. A patron with two reasons is counted with each."""

    code: str
    name: str
    patrons: int


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of the audit log that tells of the purge."""

    number: int
    hash: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class BackupsHolding:
    """Backups that still hold the purged people, or their undo archive.

    `on_server`: the district's own backups apply, of which PatronDesk knows nothing. `number` are there still;
    `last_goes_on` is the day by which the last of them is removed, at the latest, None when none has to go any more;
    `last_went_at` when the last one was removed, once all are.
    """

    on_server: bool
    number: int
    last_goes_on: dt.date | None
    last_went_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PurgePolicy:
    """The library's rules under which the purge ran. `balance_threshold` in minor units; `facets_dropped` by their keys."""

    retain_loans: bool
    facets_dropped: tuple[str, ...]
    undo_days: int
    balance_threshold: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified. planned = purged + refused + vanished + not reached, asserted when it is made.

    Numbers of loans, fines and reservations are those of everybody purged, `undone` of whom came back since.
    `loans_written_off` are among the past loans. `criteria` says in words how the patrons were chosen. `residue_found`:
    in how many places a trace was left, None while nobody has looked. `deletion`: of one patron, and no purge.
    """

    library: str
    batch: BatchId
    criteria: str
    state: BatchState
    archive: ArchiveState
    operator: str
    began: dt.datetime
    ended: dt.datetime | None
    planned: int
    purged: int
    refused: int
    vanished: int
    not_reached: int
    undone: int
    undone_at: dt.datetime | None
    undo_until: dt.date | None
    destroyed_at: dt.datetime | None
    loans_kept: int
    loans_deleted: int
    loans_written_off: int
    fines_waived: int
    amount_waived: int
    currency: str
    reservations_cancelled: int
    refused_for: tuple[ReasonCount, ...]
    set_aside: tuple[ReasonCount, ...]
    policy: PurgePolicy
    backups: BackupsHolding
    residue_at: dt.datetime | None
    residue_found: int | None
    end_entry: LogEntry | None
    destroy_entry: LogEntry | None
    issued_at: dt.datetime
    issued_by: str
    program: str
    rehearsal: dt.date | None
    deletion: bool = False

    def __post_init__(self) -> None:
        assert self.planned == self.purged + self.refused + self.vanished + self.not_reached, "the certificate does not add up"
        assert min(self.purged, self.refused, self.vanished, self.not_reached) >= 0, "less than nobody"
        assert 0 <= self.undone <= self.purged, "more came back than went"
        assert bool(self.refused) == bool(self.refused_for), "who was refused has a reason, and nobody else"
        assert all(0 < one.patrons <= self.refused for one in self.refused_for), "more reasons of a kind than patrons refused"
        assert self.refused <= sum(one.patrons for one in self.refused_for), "somebody was refused without a reason"
        assert all(0 < one.patrons <= self.purged for one in self.set_aside), "more set aside than patrons purged"
        assert self.loans_written_off <= self.loans_kept + self.loans_deleted, "more loans written off than there were"
        assert not (self.loans_kept if not self.policy.retain_loans else self.loans_deleted), "loans against the rule"
        assert (self.residue_at is None) == (self.residue_found is None), "a check without a result"

    @property
    def away(self) -> int:
        """How many of the purged have not come back."""
        return self.purged - self.undone


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with what makes it checkable.

    `digest` is the hash of all that it says; the audit log's entry of the issuing holds the same, and `head` is that entry:
    its number is how many entries there were, it among them.
    """

    certificate: Certificate
    digest: str
    head: Head
