"""What a list of patrons is asked for: a search, filters, an order; and what it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import PatronLine


@dataclass(frozen=True, slots=True)
class PatronFilter:
    """Who is meant; everything that is given must hold.

    `state`: one of STATES. Names are those of the library's tables, written exactly; `homeroom` without regard to capitals
    and accents. `expires_before`: the membership ends before that day. The others ask for those of whom it is true.
    """

    state: str = "all"
    patron_type: str | None = None
    user_group: str | None = None
    year_level: str | None = None
    homeroom: str | None = None
    cohort: str | None = None
    expires_before: dt.date | None = None
    expired: bool = False
    blocked: bool = False
    owes: bool = False
    has_loans: bool = False
    protected: bool = False
    access_request: bool = False
    staff: bool = False

    @property
    def empty(self) -> bool:
        """Everybody is meant."""
        return self == PatronFilter()

    def given(self) -> dict[str, object]:
        """What is asked for, by the names of the fields."""
        first = PatronFilter()
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != getattr(first, one.name)}


STATES = ("all", "enabled", "disabled", "expired", "protected", "with_loans", "owing")
"""Words that a list is narrowed by at once; those beyond the first three are also flags of the filter."""

LIST_SORTS = (
    "name", "username", "barcode", "external_id", "patron_type", "user_group", "year_level", "homeroom", "cohort", "state",
    "expiry_date", "purge_date", "deactivated_on", "last_activity", "open_loans", "balance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PatronQuery:
    """A page of a list. `sort`: one of LIST_SORTS. `page` counts from 1, `page_size` is 1 to 1000."""

    search: str = ""
    filter: PatronFilter = PatronFilter()
    sort: str = "name"
    descending: bool = False
    page: int = 1
    page_size: int = 50

    @property
    def plain(self) -> bool:
        """Everybody, without a search or filter."""
        return not self.search.strip() and self.filter.empty


@dataclass(frozen=True, slots=True)
class PatronRows:
    """The rows of a page. `inside`: nobody's words begin with what was typed, so these have it somewhere inside."""

    query: PatronQuery
    rows: tuple[PatronLine, ...]
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many patrons a list has: exactly `number`, or with `more`, more than that."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many patrons the library has, and of how many it is true: the numbers of the page's sentence."""

    patrons: int
    deactivated: int
    blocked: int
    protected: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a change together is meant for: the patrons of these keys, or everybody on the list of this query."""

    ids: tuple[PatronId, ...] = ()
    query: PatronQuery | None = None
