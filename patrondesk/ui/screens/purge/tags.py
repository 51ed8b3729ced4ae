"""Which patrons are tagged, by patron, and on which page of which list each was seen last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Candidate, CandidatesQuery


class Row(Protocol):
    """What a tag needs to know of a row."""

    @property
    def id(self) -> PatronId: ...

    @property
    def name(self) -> str: ...

    @property
    def eligible(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A page of one list: another search, reason, order or number of rows is another list."""

    listing: tuple[int, str, str | None, str, bool]
    page: int


def place_of(query: CandidatesQuery) -> Place:
    """The place that a query shows."""
    return Place((query.page_size, query.search, query.reason, query.sort, query.descending), query.page)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged patron. `place` is None when it is not known where the patron stands in the list."""

    id: PatronId
    name: str
    place: Place | None


class Tags:
    """The tags of one window. Only a patron who can go is ever tagged."""

    def __init__(self) -> None:
        self._tags: dict[PatronId, Tag] = {}

    def __contains__(self, patron_id: object) -> bool:
        return patron_id in self._tags

    def __len__(self) -> int:
        return len(self._tags)

    def tag(self, row: Row, place: Place | None = None) -> bool:
        """Tags a patron; False, and nothing changes, when something is in the way."""
        if not row.eligible:
            return False
        self._tags[row.id] = Tag(row.id, row.name, place)
        return True

    def untag(self, patron_id: PatronId) -> None:
        """Takes a tag away; one that is not there is no fault."""
        self._tags.pop(patron_id, None)

    def clear(self) -> None:
        """Takes every tag away, on all pages."""
        self._tags.clear()

    def see(self, rows: Sequence[Candidate], place: Place) -> tuple[Candidate, ...]:
        """Takes note of a page on show. Returns those whose tag was dropped, because something is in their way by now."""
        shown = {row.id: row for row in rows}
        for key, tag in self._tags.items():
            if key in shown:
                self._tags[key] = Tag(key, shown[key].name, place)
            elif tag.place == place:
                self._tags[key] = replace(tag, place=None)
        held = tuple(row for row in rows if row.id in self._tags and not row.eligible)
        self.drop(row.id for row in held)
        return held

    def drop(self, ids: Iterable[PatronId]) -> tuple[Tag, ...]:
        """Takes these tags away, of patrons who are purged or held; returns those that were there."""
        return tuple(self._tags.pop(key) for key in list(ids) if key in self._tags)

    def rows_moved_up(self, place: Place) -> None:
        """Rows left this page, so later ones have moved: only tags on earlier pages of the same list keep their place."""
        self._tags = {
            key: tag if tag.place and _before(tag.place, place) else replace(tag, place=None) for key, tag in self._tags.items()
        }

    def forget_places(self) -> None:
        """Nobody knows any more on which page a tagged patron stands."""
        self._tags = {key: replace(tag, place=None) for key, tag in self._tags.items()}

    def here(self, rows: Sequence[Row]) -> tuple[PatronId, ...]:
        """The tagged patrons among these rows, in the rows' order."""
        return tuple(row.id for row in rows if row.id in self._tags)

    def elsewhere(self, rows: Sequence[Row]) -> tuple[Tag, ...]:
        """The tagged patrons that are not among these rows."""
        shown = {row.id for row in rows}
        return tuple(tag for key, tag in self._tags.items() if key not in shown)


def _before(one: Place, other: Place) -> bool:
    return one.listing == other.listing and one.page < other.page


def pages_of(tags: Sequence[Tag], here: Place) -> tuple[int, ...]:
    """The pages of the list on show where all these tags are, in order; none when one of them may be anywhere."""
    pages = [tag.place.page for tag in tags if tag.place is not None and tag.place.listing == here.listing]
    return tuple(sorted(set(pages))) if len(pages) == len(tags) else ()
