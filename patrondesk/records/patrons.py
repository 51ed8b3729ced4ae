"""Patrons as screens and commands show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.records.ids import PatronId
from patrondesk.records.verdict import Reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the User Purge page. `balance` is minor units owed in known amounts (negative: a credit)."""

    id: PatronId
    version: int
    username: str | None
    barcode: str | None
    name: str
    patron_type: str
    year_level: str | None
    homeroom: str | None
    deactivated_on: dt.date | None
    deactivated_by: str | None
    deactivated_reason: str | None
    last_activity: dt.date | None
    open_loans: int
    balance: int
    unknown_fines: int
    has_portrait: bool
    reasons: tuple[Reason, ...]

    @property
    def eligible(self) -> bool:
        """Nothing that has not been overridden stands in the way."""
        return all(reason.overridden for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class CandidatesQuery:
    """What the page asks for. `reason`: a guard's code, "none" for those that can go, "any" for those held, or None.

    `sort`: one of SORTS, with `descending`. `page` counts from 1; `page_size` is 20, 50, 100 or 200.
    """

    page: int = 1
    page_size: int = 50
    search: str = ""
    reason: str | None = None
    sort: str = "name"
    descending: bool = False


PAGE_SIZES = (20, 50, 100, 200)
SORTS = (
    "name",
    "barcode",
    "username",
    "patron_type",
    "year_level",
    "homeroom",
    "deactivated_on",
    "open_loans",
    "balance",
    "last_activity",
    "standing",
)


@dataclass(frozen=True, slots=True)
class CandidatesPage:
    """One page of candidates, with the whole count of the query."""

    total: int
    page: int
    page_size: int
    rows: tuple[Candidate, ...]

    @property
    def pages(self) -> int:
        """How many pages the query has; an empty query has one empty page."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True, slots=True)
class CandidatesCounts:
    """How many candidates match the search, how many of them can go, and how many each reason holds."""

    total: int
    eligible: int
    by_code: dict[str, int]


@dataclass(frozen=True, slots=True)
class PatronLine:
    """A row of a list of patrons."""

    id: PatronId
    username: str | None
    barcode: str | None
    external_id: str | None
    name: str
    patron_type: str
    user_group: str | None
    year_level: str | None
    homeroom: str | None
    enabled: bool
    expiry_date: dt.date | None
    old_card: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that patrons of this library have, each list sorted; year levels from the lowest."""

    patron_types: tuple[str, ...]
    user_groups: tuple[str, ...]
    year_levels: tuple[str, ...]
    homerooms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatronsPage:
    """One page of a list of patrons."""

    total: int
    page: int
    page_size: int
    rows: tuple[PatronLine, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A manual block at this library, present or past."""

    comment: str
    author: str
    created_on: dt.date
    until: dt.date | None
    active: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """A "keep" flag: who set it, why, until when (None: without end)."""

    reason: str
    author: str
    created_on: dt.date
    until: dt.date | None
    active: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something done to this patron's record, from the audit log."""

    at: dt.datetime
    actor: str
    words: str


@dataclass(frozen=True, slots=True)
class PatronDetails:
    """Everything that the details page shows about one patron but loans, fines and reservations."""

    id: PatronId
    version: int
    username: str | None
    barcode: str | None
    former_barcodes: tuple[str, ...]
    external_id: str | None
    name: str
    family_name: str
    given_name: str | None
    middle_name: str | None
    preferred_name: str | None
    gender: str | None
    birth_date: dt.date | None
    email: str | None
    phone: str | None
    address: str | None
    language: str | None
    patron_type: str
    user_group: str | None
    record_type: str
    account_type: str
    year_level: str | None
    homeroom: str | None
    cohort: str | None
    role: str
    enabled: bool
    deactivated_on: dt.date | None
    deactivated_by: str | None
    deactivated_reason: str | None
    expiry_date: dt.date | None
    purge_date: dt.date | None
    registered_on: dt.date | None
    last_activity: dt.date | None
    guarantor: str | None
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    protections: tuple[Protection, ...]
    open_loans: int
    open_reservations: int
    balance: int
    unknown_fines: int
    reasons: tuple[Reason, ...]
    history: tuple[HistoryLine, ...] = ()

    @property
    def eligible(self) -> bool:
        """Deactivated, and nothing that has not been overridden stands in the way."""
        return all(reason.overridden for reason in self.reasons)
