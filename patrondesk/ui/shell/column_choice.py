"""What a person may choose about the columns of a table, and how that is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import SignalInstance

LEAST, MOST = 40, 900
"""Widths at 100 %."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column by its number in the model. `width` at 100 %, 0 takes what is left. `stays`: cannot be hidden.

    `first`: it has no words, and keeps its place and width.
    """

    word: str
    title: str
    width: int
    stays: bool = False
    first: bool = False
    sortable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A column as it stands now. `folded`: wanted, but there is no room. `width` at 100 %, 0 takes what is left."""

    number: int
    title: str
    shown: bool
    stays: bool
    folded: bool
    width: int
    sortable: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What one person chose, by words of headings: the order, who is hidden, who is always shown, and widths at 100 %."""

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    widths: dict[str, int] = field(default_factory=dict)

    def words(self) -> str:
        """As it is kept: "patron=260 -barcode +type", in the order of the columns."""
        marks = {**dict.fromkeys(self.hidden, "-"), **dict.fromkeys(self.shown, "+")}
        widths = {word: f"={width}" for word, width in self.widths.items()}
        return " ".join(f"{marks.get(word, '')}{word}{widths.get(word, '')}" for word in self.order)


def read(kept: str, headings: Sequence[Heading]) -> Choice:
    """What was kept, as far as the table still has it; nonsense is left out, and a new column stands where it belongs."""
    known = {heading.word: heading for heading in headings}
    order: list[str] = []
    hidden, shown, widths = set(), set(), {}
    for part in kept.split():
        word, _, wide = part.lstrip("+-").partition("=")
        if word not in known or word in order:
            continue
        order.append(word)
        if part.startswith("-") and not known[word].stays:
            hidden.add(word)
        elif part.startswith("+"):
            shown.add(word)
        if wide.isdigit() and known[word].width and not known[word].first:
            widths[word] = min(max(int(wide), LEAST), MOST)
    for number, heading in enumerate(headings):
        if heading.word not in order:
            before = [order.index(other.word) for other in headings[:number] if other.word in order]
            order.insert(max(before, default=-1) + 1, heading.word)
    order.sort(key=lambda word: not known[word].first)
    return Choice(tuple(order), frozenset(hidden), frozenset(shown), widths)


class Arranging(Protocol):
    """What the dialog asks of whoever arranges the columns; columns are named by their numbers."""

    sort: Callable[[int], None] | None

    @property
    def changed(self) -> SignalInstance:
        """Something else was chosen."""

    def lines(self) -> list[Line]:
        """The columns in their order."""

    def is_wanted(self, number: int) -> bool:
        """Whether it was asked for, though it might fold away."""

    def show(self, number: int, shown: bool) -> None:
        """Shows or hides it."""

    def goal(self, number: int, by: int) -> int:
        """Where a step leads; -1 for nowhere."""

    def move(self, number: int, by: int) -> None:
        """Moves it a step."""

    def size(self, number: int, by: int) -> None:
        """Makes it a step wider or narrower."""

    def reset(self) -> None:
        """Everything as it was at first."""
