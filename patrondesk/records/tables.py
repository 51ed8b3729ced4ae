"""Report tables before any file format: what columns hold, which rows there are, and what is said beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias

from patrondesk import messages


class Kind(StrEnum):
    """What a column holds. An identifier is text that may look like a number and must stay text."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in a column of mixed kinds, in minor units of the report's currency."""

    minor: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a cell. JSON and web pages carry its content, other formats only say that there is one."""

    name: str
    media_type: str
    content: bytes

    def __str__(self) -> str:
        return f"{self.name}, {messages.count(len(self.content), 'byte')}"


Value: TypeAlias = str | int | dt.date | dt.datetime | Amount | Attached | None
Row: TypeAlias = Sequence[Value]
Align: TypeAlias = Literal["left", "center", "right"]

_WIDTHS = {Kind.TEXT: 18, Kind.IDENTIFIER: 16, Kind.INTEGER: 10, Kind.MONEY: 12, Kind.DATE: 13, Kind.DATETIME: 18, Kind.MIXED: 40}
_NUMBERS = frozenset({Kind.INTEGER, Kind.MONEY})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` is its stable name for programs, `width` a hint in characters, `wrap` for cells of several lines.

    A money column takes whole minor units, a datetime column aware datetimes (shown in this computer's time zone).
    None is a blank; a string is always allowed, for what could not be known.
    """

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    width: int | None = None
    align: Align | None = None
    wrap: bool = False
    strong: bool = False

    @property
    def characters(self) -> int:
        """How wide the column is to be, in characters."""
        return self.width or _WIDTHS[self.kind]

    @property
    def side(self) -> Align:
        """To which side the cells lean."""
        return self.align or ("right" if self.kind in _NUMBERS else "left")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `rows` may be a generator, read once, each row as long as `columns`; `notes` stand below the table."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    notes: tuple[str, ...] = ()
    filtered: bool = True

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if not keys or len(set(keys)) != len(keys):
            raise ValueError(f"the columns of {self.title!r} need keys, each its own")


@dataclass(frozen=True, slots=True)
class Report:
    """A document of one or more tables. `made_at` is aware; `rehearsal` is the business date where it was moved."""

    title: str
    library: str
    made_at: dt.datetime
    sheets: tuple[Sheet, ...]
    currency: str = "USD"
    rehearsal: dt.date | None = None

    def __post_init__(self) -> None:
        if not self.sheets:
            raise ValueError("a report has at least one sheet")

    @property
    def rehearsal_note(self) -> str | None:
        """The sentence that every rehearsed report carries, else None."""
        return f"Rehearsal: business dates are counted from {messages.day(self.rehearsal)}." if self.rehearsal else None

    def notes(self, sheet: Sheet) -> tuple[str, ...]:
        """What is to be read below one of the tables."""
        return (*sheet.notes, *([self.rehearsal_note] if self.rehearsal_note else []))


@dataclass(frozen=True, slots=True)
class Written:
    """What an export put into a file: rows without headings and notes, and sentences on what the format could not take."""

    path: Path
    rows: int
    remarks: tuple[str, ...] = ()


def local(moment: dt.datetime) -> dt.datetime:
    """An aware moment in this computer's time zone; one without a zone is taken as local already."""
    return moment.astimezone() if moment.tzinfo else moment
