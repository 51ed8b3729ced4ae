"""An import as it is asked for, previewed and reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from patrondesk.records.ids import PatronId


class Kind(StrEnum):
    """What a file holds."""

    PATRONS = "patrons"
    ITEMS = "items"
    LOANS = "loans"
    FINES = "fines"
    RESERVATIONS = "reservations"
    RESPONSIBILITIES = "responsibilities"
    DEACTIVATIONS = "deactivations"


class RowOutcome(StrEnum):
    """Every row ends in exactly one of these."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    TRANSFERRED = "transferred"
    REACTIVATED = "reactivated"
    INVALID = "invalid"
    CONFLICT = "conflict"


class MessageKind(StrEnum):
    """What a message about a row means (domain, section 11)."""

    INVALID = "INVALID"
    CONFLICT = "CONFLICT"
    DEFAULTED = "DEFAULTED"
    TRIMMED = "TRIMMED"
    IGNORED = "IGNORED"
    NOTICE = "NOTICE"


@dataclass(frozen=True, slots=True)
class ImportMessage:
    """One remark about a row. `line` is the line of the file (its heading is line 1); 0 speaks of the whole file."""

    line: int
    kind: MessageKind
    code: str
    field: str | None
    text: str
    patron_id: PatronId | None = None


@dataclass(frozen=True, slots=True)
class RowPreview:
    """One row as the import window lists it: what it is about and what will happen."""

    line: int
    outcome: RowOutcome
    who: str
    identifier: str
    says: str
    happens: str


@dataclass(frozen=True, slots=True)
class FileLook:
    """What was understood of a file before anything is imported.

    `headings` in file order; `samples` the first rows; `mapping` field -> heading as recognised; `detected` says in
    words how encoding, delimiter and sheet were told.
    """

    path: str
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    headings: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    mapping: dict[str, str]
    rows: int | None
    notes: tuple[str, ...] = ()
    date_order: str | None = None


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how. `mapping` field -> heading overrides what is recognised; `defaults` fill blank fields."""

    kind: Kind
    path: str
    mapping: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    date_order: str | None = None
    recognise: bool = True


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of a preview or a run. The seven outcomes add up to `read`, asserted when it is made."""

    kind: Kind
    preview: bool
    read: int
    counts: dict[RowOutcome, int]
    messages: tuple[ImportMessage, ...]
    rows: tuple[RowPreview, ...] = ()
    run_id: int | None = None

    def __post_init__(self) -> None:
        assert sum(self.counts.values()) == self.read, "rows are unaccounted for"
