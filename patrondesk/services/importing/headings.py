"""Which column of a file is which field: the words of the domain, and those of other programs' exports."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from patrondesk.errors import WrongUsage
from patrondesk.importers.base import Judge
from patrondesk.records.importing import Kind
from patrondesk.services.importing.heading_words import FIELDS, KNOWN, squash

# Fields that hold dates, of whatever kind.
DATES = frozenset(
    "birth_date expiry_date purge_date registered_on checked_out due returned charged_on requested_on expires_on".split()
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field for which several columns could stand; none of them is taken."""

    field: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """`columns` field -> place of its column (from 0); `unmapped` places of columns that nothing is read from."""

    columns: dict[str, int]
    doubts: tuple[Doubt, ...]
    unmapped: tuple[int, ...]


def recognise(kind: Kind, headings: Sequence[str], mapping: Mapping[str, str], *, guess: bool = True) -> Recognised:
    """Columns by a person's `mapping` (field -> heading or place from 1), then, with `guess`, by well-known names.

    Of several columns for a field the better name wins; of equally good ones none does, and the doubt is told.
    Raises WrongUsage for a field or column that does not exist.
    """
    chosen = {checked_field(kind, field): _place(headings, column) for field, column in mapping.items()}
    taken = set(chosen.values())
    claims: dict[str, list[tuple[int, int]]] = {}
    if guess:
        for place, heading in enumerate(headings):
            if place in taken:
                continue
            for rank, field in KNOWN[kind].get(squash(heading), ()):
                if field not in chosen:
                    claims.setdefault(field, []).append((rank, place))
    doubts = []
    for field, found in sorted(claims.items(), key=lambda claim: min(claim[1])):
        free = [(rank, place) for rank, place in found if place not in taken]
        best = [place for rank, place in free if rank == min(free)[0]]
        if len(best) == 1:
            chosen[field] = best[0]
            taken.add(best[0])
        elif best:
            doubts.append(Doubt(field, tuple(best)))
    doubtful = {place for doubt in doubts for place in doubt.columns}
    left = tuple(place for place in range(len(headings)) if place not in taken and place not in doubtful)
    return Recognised(chosen, tuple(doubts), left)


def doubts_in_words(found: Recognised, headings: Sequence[str]) -> tuple[str, ...]:
    """The doubts as a person reads them."""
    return tuple(
        f"{doubt.field.replace('_', ' ').capitalize()}: " + " or ".join(f"“{headings[place]}”" for place in doubt.columns) + "?"
        for doubt in found.doubts
    )


def checked_field(kind: Kind, field: str) -> str:
    """The field, when the kind has it. Raises WrongUsage with the ones there are."""
    name = field.strip().lower()
    if name not in FIELDS[kind]:
        raise WrongUsage(f"{kind.value.capitalize()} have no field “{field}”.", f"Fields: {', '.join(FIELDS[kind])}.")
    return name


def _place(headings: Sequence[str], column: str) -> int:
    exact = [place for place, heading in enumerate(headings) if heading == column.strip()]
    alike = exact or [place for place, heading in enumerate(headings) if squash(heading) == squash(column)]
    if len(alike) == 1:
        return alike[0]
    if not alike and column.strip().isdecimal() and 1 <= int(column) <= len(headings):
        return int(column) - 1
    if alike:
        places = " or ".join(str(place + 1) for place in alike)
        raise WrongUsage(f"The file has the column “{column}” {len(alike)} times.", f"Say which by its place: {places}.")
    raise WrongUsage(f"The file has no column “{column}”.", f"It has: {', '.join(headings) or 'no headings'}.")


def judge(kind: Kind, mapping: Mapping[str, str]) -> Judge:
    """A judge of rows of headings: how many fields of the kind, or columns of the mapping, a row names."""
    wanted = {squash(column) for column in mapping.values() if not column.strip().isdecimal()}
    known = KNOWN[kind]

    def count(cells: Sequence[str]) -> int:
        names = {squash(cell) for cell in cells}
        return len(
            {field for name in names for _rank, field in known.get(name, ())[:1]} | {name for name in names if name in wanted}
        )

    return count


def nearest(kind: Kind, heading: str) -> str | None:
    """The field that an unknown heading may mean, misspelt."""
    if squash(heading) in KNOWN[kind]:
        return None
    close = difflib.get_close_matches(squash(heading), KNOWN[kind], 1, cutoff=0.84)
    return KNOWN[kind][close[0]][0][1] if close else None
