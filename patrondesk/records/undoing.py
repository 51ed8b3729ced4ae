"""An undo: what clashes with what others have by now, what a person decides about it, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from patrondesk.records.ids import BatchId, PatronId

IDENTIFIERS = ("barcode", "username", "external_id")
"""The fields of a patron that nobody else of the library may have."""


@dataclass(frozen=True, slots=True)
class UndoClash:
    """An identifier of a patron to bring back that somebody else has by now; `field` is one of IDENTIFIERS.

    Or, with `field` "loans" or "fines" and no value: how many of the patron's loans or fines come back without their number
    of another system (`count`), as it has been used again. After an undo `new_value` is what the patron has instead, and
    `refused_value` what was wanted instead and was taken in the meantime. `same_name`: the holder may be the same person.
    `word` and `holder_word` name the two at the command line: username, or else barcode or district ID.
    """

    patron_id: PatronId
    name: str
    field: str
    value: str
    holder_id: PatronId | None = None
    holder: str = ""
    school_class: str = ""
    same_name: bool = False
    count: int = 1
    new_value: str | None = None
    refused_value: str | None = None
    word: str = ""
    holder_word: str = ""

    @property
    def of_patron(self) -> bool:
        """Whether it is one of the patron's own identifiers, for which a person can decide."""
        return self.field in IDENTIFIERS


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a person decided about a clash: the patron comes back with `value` instead, or without (None)."""

    value: str | None = None


Resolutions = Mapping[tuple[PatronId, str], Resolution]
"""By patron and field."""


class Since(StrEnum):
    """What an undo cannot take back, because the library went on meanwhile."""

    HOLD_GIVEN = "hold_given"
    """The copy that was on hold for a reservation is lent, lost or withdrawn by now."""
    COPY_AWAY = "copy_away"
    """A reservation is for a copy that is lost or withdrawn by now."""
    REQUEST_LOST = "request_lost"
    """What a reservation was for is no longer in the catalogue, so it stays away."""
    FOUND = "found"
    """A lost copy is here again or withdrawn, and its lost-item fine comes back unsettled."""
    GUARANTOR_AWAY = "guarantor_away"
    """The guarantor is still purged; an undo of that purge joins the two again."""


@dataclass(frozen=True, slots=True)
class UndoRemark:
    """One thing that is not as it was before the purge. `title` and `status` are the copy's, where there is one."""

    patron_id: PatronId
    name: str
    kind: Since
    title: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What an undo brought back, and what is not as it was: `clashes` of identifiers, `remarks` of everything else."""

    batch: BatchId
    restored: int
    already: int
    clashes: tuple[UndoClash, ...]
    loans: int
    fines: int
    reservations: int
    remarks: tuple[UndoRemark, ...] = ()
