"""The audit log as it is read and checked: entries in words, the page they stand on, and what a check of the chain found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from patrondesk.records.ids import BatchId, PatronId

START = "0" * 64
"""What the first entry follows: the hash of an empty log."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries are wanted. Days are those of this computer's time zone, both included.

    `operation` is a name ("purge.finish") or its first part ("purge"); `staff` a staff account; `before`: only entries with
    a smaller number.
    """

    page: int = 1
    page_size: int = 50
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    operation: str | None = None
    staff: int | None = None
    batch: BatchId | None = None
    patron: PatronId | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry. `words` say it in a sentence, `patron` is how the patron in it is named (None without one).

    `facts` hold counts and internal ids only. `set_back`: its time lies before that of the entry before it.
    """

    number: int
    at: dt.datetime
    who: str
    operation: str
    words: str
    patron_id: PatronId | None
    patron: str | None
    batch: BatchId | None
    facts: dict[str, Any]
    previous_hash: str
    hash: str
    set_back: bool


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries of one page, the newest first, of `total` that are wanted."""

    entries: tuple[AuditLine, ...]
    page: int
    page_size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True, slots=True)
class AuditChoices:
    """What one can filter by: (word, its name) of the kinds of entries there are, (staff account, name) of who did something."""

    kinds: tuple[tuple[str, str], ...]
    staff: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stood: the newest entry's number, which is also how many there were, and its hash."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head that is known from elsewhere. `source` says in words from where: "the backup of 4 Dec 2026, 10:12".

    `digest`, of a certificate: the hash of what it says, which the entry at its head holds too.
    """

    head: Head
    source: str
    digest: str | None = None


class BreakKind(StrEnum):
    """In which way the log is not as it was written."""

    CHANGED = "changed"
    """An entry does not say what its hash was made of."""
    MISSING = "missing"
    """A number is not there."""
    UNLINKED = "unlinked"
    """An entry does not follow the one before it: put in, or moved."""
    HEAD = "head"
    """A head that is known from elsewhere is not in the log: its tail was cut off, or it was written anew."""
    UNTOLD = "untold"
    """The library holds a purge or an import whose entry is not in the log."""
    CERTIFICATE = "certificate"
    """A certificate does not say what was certified."""


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first thing found wrong. `number`: the entry at which it shows."""

    kind: BreakKind
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a check of the whole log found. `set_back` counts entries whose time lies before that of the one before them."""

    entries: int
    head: Head
    first_break: ChainBreak | None
    compared: tuple[str, ...] = field(default=())
    """The sources of the heads it was compared with."""
    set_back: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return self.first_break is None
