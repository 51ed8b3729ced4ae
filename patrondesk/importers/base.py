"""What a file format offers: telling whether a file is its own, and giving its rows as text with line numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

# How many headings of what is being imported a row of the file holds; 0: it cannot be the row of headings.
Judge = Callable[[Sequence[str]], int]
HEADING_DEPTH = 20
_ANSWERS = frozenset(("true", "false", "yes", "no"))


def any_cell(cells: Sequence[str]) -> int:
    """The judge used where nobody knows what is being imported: the first row with something in it."""
    return 1 if any(cell.strip() for cell in cells) else 0


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How a person wants the file read; None: found out from the file."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    judge: Judge = any_cell


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with one row or one of its cells (`column` counts from 0). A fatal one makes the row unusable."""

    code: str
    text: str
    fatal: bool = False
    column: int | None = None


# Line of the file on which the row begins, its cells (as many as there are headings), what is wrong with it.
Row = tuple[int, list[str], tuple[Flaw, ...]]


class Table(ABC):
    """An open file. `headings` are those of `heading_line` (0: the file has none, and all its rows are data).

    `notes` say in words how encoding, delimiter and sheet were told and what was passed over; `estimate` guesses the
    number of rows for a progress bar.
    """

    format: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    heading_line: int = 0
    notes: tuple[str, ...] = ()
    estimate: int | None = None

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """The data rows from the start, streamed; blank rows are left out. May be called again."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Importer(ABC):
    """A file format. `code` is its short name, `label` what a person calls it."""

    code: str
    label: str

    @abstractmethod
    def sniff(self, head: bytes, name: str) -> float:
        """How surely (0 to 1) a file that begins with `head` (up to 64 kB) is of this format."""

    @abstractmethod
    def open(self, path: Path, options: OpenOptions) -> Table:
        """Raises Unusable when the file cannot be read as this format, WrongUsage for options it does not have."""


def find_headings(first: Sequence[tuple[int, Sequence[str]]], judge: Judge) -> int | None:
    """Which of the first rows (line, cells) holds the headings: the one the judge likes best, the earliest of equals.

    Where the judge knows none, the very first row is taken if its cells look like names of columns. None: no headings.
    """
    best, place = 0, None
    for index, (_line, cells) in enumerate(first[:HEADING_DEPTH]):
        worth = judge(cells)
        if worth > best:
            best, place = worth, index
    return 0 if place is None and first and _like_names(first[0][1]) else place


def _like_names(cells: Sequence[str]) -> bool:
    """Every cell has a word of its own, and none holds a number, an address or a TRUE."""
    texts = [cell.strip().lower() for cell in cells]
    plain = all(text and not text[0].isdigit() and "@" not in text and text not in _ANSWERS for text in texts)
    return plain and len(set(texts)) == len(texts) > 1


def name_headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings as they stand, without blanks and invisible marks around them; an empty one is `(column 3)`."""
    stripped = [cell.strip("\ufeff\u200b\u200e\u200f\u00a0 \t\r\n") for cell in cells]
    return tuple(" ".join(text.split()) or f"(column {place})" for place, text in enumerate(stripped, 1))


def fit(cells: list[str], width: int) -> list[str]:
    """The cells, filled up with blanks to `width`."""
    return cells + [""] * (width - len(cells)) if len(cells) < width else cells
