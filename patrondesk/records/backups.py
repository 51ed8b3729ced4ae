"""Backups as lists show them, what a restore would take and did, and a person seen in a backup or brought back from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import PatronDetails
from patrondesk.records.undoing import UndoClash


@dataclass(frozen=True, slots=True)
class BackupLine:
    """One backup. `there`: its file was found. `holds`: purged patrons still in it; `until`: it goes then at the latest."""

    id: int
    path: str
    made_at: dt.datetime
    purpose: str
    size: int
    patrons: int
    there: bool
    ours: bool
    """In the folder of backups; one that a person saved elsewhere is listed, and goes only when it must."""
    holds: int
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class BackupBeside:
    """A file that lies where backups do, `size` in bytes; it was not opened."""

    path: str
    written_at: dt.datetime
    size: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restore would take away: everything that was recorded since the backup."""

    since: dt.datetime
    loans: int
    payments: int
    patrons: int
    imports: int
    purges: int
    undone: int

    @property
    def anything(self) -> bool:
        """Whether something goes."""
        return any((self.loans, self.payments, self.patrons, self.imports, self.purges, self.undone))


@dataclass(frozen=True, slots=True)
class LostBatch:
    """A purge that is no longer on record, because it is younger than the backup that was restored."""

    id: BatchId
    started_at: dt.datetime
    purged: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    `kept_aside`: where the former file lies, None where there was none; `damaged`: it does not verify. `people_back`:
    patrons who had been purged since the backup was made and are here again.
    """

    file: str
    made_at: dt.datetime
    patrons: int
    upgraded: bool
    kept_aside: str | None
    damaged: bool
    people_back: int
    batches: tuple[LostBatch, ...]
    backups: int
    """How many backups of the time since are still listed."""


@dataclass(frozen=True, slots=True)
class BackupShown:
    """The backup that is open beside the library."""

    path: str
    library: str
    made_at: dt.datetime
    patrons: int
    upgraded: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """How somebody of a backup stands in the library now. `batch`: the purge they went with, where one is on record."""

    there: bool
    batch: BatchId | None = None
    purged_on: dt.date | None = None
    undo_until: dt.date | None = None
    """Set while that purge can be undone, which is then the better way."""


@dataclass(frozen=True, slots=True)
class SeenPatron:
    """A patron as the backup has them. Days overdue are counted to the day of the backup."""

    details: PatronDetails
    loans: tuple[LoanLine, ...]
    fines: tuple[FineLine, ...]
    reservations: tuple[ReservationLine, ...]
    absence: Absence


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What came back with one patron, and what did not.

    Of the loans in the backup: `loans_named` were kept without a name and have it again, `loans_added` had been deleted
    (`loans_closed` of them were open then; how they ended is not known), `loans_left` stay away because the item is gone or
    the loan is somebody else's. `loans_since` are kept loans of the time after the backup. Fines have the amounts of today:
    `waived`, in minor units, was waived when the patron was purged and stays so; `credit_used` was owed to them, and is
    settled.
    """

    patron_id: PatronId
    name: str
    username: str | None
    batches: tuple[BatchId, ...]
    loans_named: int
    loans_added: int
    loans_closed: int
    loans_left: int
    loans_since: int
    fines_named: int
    fines_added: int
    fines_left: int
    fines_waived: int
    waived: int
    credit_used: int
    belongings: int
    belongings_left: int
    clashes: tuple[UndoClash, ...]
    currency: str
