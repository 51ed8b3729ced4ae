"""A document for people to read and print: sentences, lists of facts, sums and lines to sign on, before any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. `quiet`: smaller, for explanations."""

    words: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of (what, value). A value that is a hash or key is `exact`: in letters of one width, broken anywhere."""

    rows: tuple[tuple[str, str], ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """Numbers that add up, shown as a sum: (number, what). The whole is the sum of its parts, asserted when it is made."""

    whole: tuple[int, str]
    parts: tuple[tuple[int, str], ...]

    def __post_init__(self) -> None:
        assert self.whole[0] == sum(number for number, _ in self.parts), "the sum does not add up"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on, with what stands below it: one for each."""

    under: tuple[str, ...]


Block: TypeAlias = Line | Facts | Sum | Signature


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its title (which may be empty). `beside`: it stands at the right of the one before, where there is room."""

    title: str
    blocks: tuple[Block, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The document: what it is, whose, the sentence that matters, the parts, and what stands at the foot."""

    title: str
    owner: str
    lead: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = ()
