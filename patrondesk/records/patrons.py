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
    """A row of a list of patrons. `balance` in minor units, of known amounts; `blocked` by hand.

    `old_card`: the former barcode by which a search found the patron.
    """

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
    cohort: str | None = None
    purge_date: dt.date | None = None
    deactivated_on: dt.date | None = None
    last_activity: dt.date | None = None
    open_loans: int = 0
    balance: int = 0
    unknown_fines: int = 0
    blocked: bool = False
    protected: bool = False
    has_portrait: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that patrons of this library have, each list sorted; year levels from the lowest, cohorts by graduation."""

    patron_types: tuple[str, ...]
    user_groups: tuple[str, ...]
    year_levels: tuple[str, ...]
    homerooms: tuple[str, ...]
    cohorts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PatronsPage:
    """One page of a list of patrons."""

    total: int
    page: int
    page_size: int
    rows: tuple[PatronLine, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A manual block at this library, present or past; once lifted by hand: when, by whom and why."""

    comment: str
    author: str
    created_on: dt.date
    until: dt.date | None
    active: bool
    id: int = 0
    lifted_on: dt.date | None = None
    lifted_by: str = ""
    lift_comment: str | None = None


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
    """Something done to this patron's record: from the audit log, or, with `field`, a value changed by hand.

    `old` and `new` are in words, None for blank.
    """

    at: dt.datetime
    actor: str
    words: str
    field: str | None = None
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Free text about a patron. `own`: the person at the desk wrote it."""

    id: int
    text: str
    author: str
    created_on: dt.date
    own: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept with a patron, without its content. `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    author: str
    created_on: dt.date


@dataclass(frozen=True, slots=True)
class Related:
    """Another patron whom this one answers for, or who answers for this one."""

    id: PatronId
    name: str


@dataclass(frozen=True, slots=True)
class PatronDetails:
    """Everything that the details page shows about one patron but loans, fines and reservations.

    `locked`: the fields that imports leave as they are, by the names of `records.patron_fields`. `signed_in_at`: the last
    sign-in of those who have a staff account. `reasons`: what is in the way of a purge.
    """

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
    street: str | None
    city: str | None
    state: str | None
    post_code: str | None
    country: str | None
    language: str | None
    patron_type: str
    user_group: str | None
    record_type: str
    account_type: str
    access_level: str | None
    persona: str | None
    year_level: str | None
    homeroom: str | None
    cohort: str | None
    graduation_year: int | None
    role: str
    role_name: str
    signed_in_at: dt.datetime | None
    enabled: bool
    deactivated_on: dt.date | None
    deactivated_by: str | None
    deactivated_reason: str | None
    expiry_date: dt.date | None
    purge_date: dt.date | None
    registered_on: dt.date | None
    last_activity: dt.date | None
    answered_by: Related | None
    answers_for: tuple[Related, ...]
    locked: tuple[str, ...]
    note_lines: tuple[Note, ...]
    attachments: tuple[Attachment, ...]
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

    @property
    def notes(self) -> tuple[str, ...]:
        """What the notes say."""
        return tuple(note.text for note in self.note_lines)

    @property
    def guarantor(self) -> str | None:
        """The name of the person who answers for this one."""
        return self.answered_by.name if self.answered_by else None

    @property
    def address(self) -> str | None:
        """The parts of the address that are there, in one line."""
        town = " ".join(word for word in (self.state, self.post_code) if word)
        return ", ".join(word for word in (self.street, self.city, town, self.country) if word) or None
