"""Whose page of a list it is: found through the few who can be meant, or by walking the list in its order.

Both ways give the same answer. Which is the quicker one depends on how many have the rarest of what is asked; that is counted
first, and never further than it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import dialect, keys
from patrondesk.errors import Stopped
from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_lists import Counted
from patrondesk.services import searching
from patrondesk.services.patron_filtering import Facet

FEW = 8_000
"""So many rows are looked up one by one sooner than a list is walked in search of them."""
MANY = 150_000
"""So many are still looked up where the walk has not come upon a page of them soon."""
SOON = 8_000
"""A walk that has not filled its page after so many rows is left for another way."""
SLICE = 20_000
"""A walk can be given up after so many rows."""

Stop = Callable[[], bool]
Segment = tuple[str, str | None]


def never() -> bool:
    """Nobody gives it up."""
    return False


@dataclass(slots=True)
class Finding:
    """What is asked of the patrons of one library. `inside`: the words may stand anywhere. `stop`: asked between slices."""

    session: Session
    library_id: int
    words: tuple[str, ...] = ()
    inside: bool = False
    facets: tuple[Facet, ...] = ()
    stop: Stop = never
    _asked: tuple[Facet, ...] = field(default=(), init=False)
    _few: Facet | None = field(default=None, init=False)
    _many: list[Facet] = field(default_factory=list, init=False)
    _plain: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        engine = dialect(self.session)
        if self.inside:
            words = [Facet(searching.inside(word, engine)) for word in self.words]
        else:
            words = [Facet(searching.begins(word, engine), searching.bearers(word)) for word in self.words]
        self._asked = (*self.facets, *words)
        self._choose()

    # ------------------------------------------------------------------ which way

    def _choose(self) -> None:
        """Looks for something that few have; a small library is walked as a whole."""
        self._plain = dialect(self.session) != "sqlite"  # elsewhere the order of the list is not that of code points
        if self._plain or self._at_most(sa.select(Patron.id).where(Patron.library_id == self.library_id), FEW) <= FEW:
            self._plain = True
            return
        known = [(self._at_most(facet.ids, MANY), facet) for facet in self._asked if facet.ids is not None]
        known.sort(key=lambda pair: pair[0])
        self._many = [facet for number, facet in known if number <= MANY]
        if known and known[0][0] <= FEW:
            self._few = known[0][1]
        elif self.inside and self.words:
            self._few = self._looked_through()

    def _looked_through(self) -> Facet | None:
        """Those who have the words inside, if they are few: rows are read as they lie, which is quicker than by name."""
        found: list[int] = []
        for piece in self._pieces():
            asked = sa.select(Patron.id).where(*piece, *self._tests())
            found += self.session.connection().scalars(asked.limit(FEW + 1 - len(found)))
            if len(found) > FEW:
                return None
        return Facet(sa.true(), keys(self.session, found))

    def _pieces(self) -> Iterator[list[sa.ColumnElement[bool]]]:
        """Conditions that cut the rows into pieces as they lie. Raises Stopped when it was given up."""
        last = self.session.connection().scalar(sa.select(sa.func.max(Patron.id))) or 0
        for start in range(0, last + 1, 5 * SLICE):
            self._go_on()
            yield [Patron.id >= start, Patron.id < start + 5 * SLICE, Patron.library_id + 0 == self.library_id]

    def _go_on(self) -> None:
        if self.stop():
            raise Stopped("The search was given up.", "Search again when you wish.")

    def _at_most(self, ids: sa.Select[Any], limit: int) -> int:
        """How many there are, counted no further than one beyond the limit."""
        some = ids.limit(limit + 1).subquery()
        return self.session.connection().scalar(sa.select(sa.func.count()).select_from(some)) or 0

    # ------------------------------------------------------------------ conditions

    def where(self) -> list[sa.ColumnElement[bool]]:
        """Everything that must hold, by the way that was chosen."""
        return self._where(self._few)

    def _where(self, among: Facet | None) -> list[sa.ColumnElement[bool]]:
        if among is None or among.ids is None:
            return [Patron.library_id == self.library_id, *self._tests()]
        others = [facet.test for facet in self._asked if facet is not among]
        return [Patron.id.in_(among.ids), Patron.library_id + 0 == self.library_id, *others]

    def _tests(self) -> list[sa.ColumnElement[bool]]:
        return [facet.test for facet in self._asked]

    def by_name(self) -> list[sa.ColumnElement[Any]]:
        """First those whose family name begins with a word that was typed, then the others; both by name."""
        engine = dialect(self.session)
        order: list[sa.ColumnElement[Any]] = [Patron.sort_key.expression, Patron.id.expression]
        if not self.words or self.inside:
            return order
        if engine == "sqlite":
            first = sa.or_(*(searching.in_range(Patron.sort_key.expression, word) for word in self.words))
        else:
            first = sa.or_(*(sa.func.substr(Patron.sort_key, 1, len(word)) == word for word in self.words))
        return [sa.case((first, 0), else_=1), *order]

    # ------------------------------------------------------------------ pages

    def page(self, limit: int, offset: int = 0, order: Sequence[Any] | None = None, joins: Sequence[Any] = ()) -> list[PatronId]:
        """The keys of a page, in the given order, else by name. `joins`: tables that the order needs, with their conditions."""
        if order is not None or self._few is not None or self._plain:
            return self._at_once(self._few, limit, offset, self.by_name() if order is None else order, joins)
        walked = self._walk(limit + offset, SOON if self._many else None)
        if walked is not None:
            return walked[offset:]
        return self._at_once(self._rarest(), limit, offset, self.by_name())

    def _rarest(self) -> Facet:
        """The smallest set that holds everybody who is meant."""
        if len(self._many) > 1:
            sets = [facet.ids for facet in self._many if facet.ids is not None]
            both = self.session.connection().scalars(sa.intersect(*sets).limit(FEW + 1)).all()
            if len(both) <= FEW:
                return Facet(sa.true(), keys(self.session, both))
        return self._many[0]

    def any(self) -> bool:
        """Whether there is anybody."""
        return bool(self.page(1))

    def _at_once(
        self, among: Facet | None, limit: int, offset: int, order: Sequence[Any], joins: Sequence[Any] = ()
    ) -> list[PatronId]:
        asked = sa.select(Patron.id).where(*self._where(among))
        for table, condition in joins:
            asked = asked.outerjoin(table, condition)
        return [PatronId(key) for key in self.session.connection().scalars(asked.order_by(*order).limit(limit).offset(offset))]

    def _segments(self) -> list[Segment]:
        """The parts of the list in which family names begin with a word that was typed, then the parts between them."""
        first = [] if self.inside else [(word, searching.beyond(word)) for word in sorted(self.words)]
        others: list[Segment] = []
        start: str | None = ""
        for word, end in first:
            assert start is not None, "nothing comes after the last word of all"
            others.append((start, word))
            start = end
        return [*first, *others, *([] if start is None else [(start, None)])]

    def _walk(self, wanted: int, soon: int | None) -> list[PatronId] | None:
        """The first keys in the order of the list; None when they were not found within so many rows."""
        found: list[PatronId] = []
        passed = 0
        for segment in self._segments():
            for piece in self._slices(segment, soon or SLICE):
                if soon is not None and passed >= soon:
                    return None
                asked = sa.select(Patron.id).where(*piece, *self._where(None)).order_by(Patron.sort_key, Patron.id)
                found += map(PatronId, self.session.connection().scalars(asked.limit(wanted - len(found))))
                if len(found) >= wanted:
                    return found
                passed += self._at_most(sa.select(Patron.id).where(*piece, Patron.library_id == self.library_id), soon or 1)
        return found

    def _slices(self, segment: Segment, rows: int) -> Iterator[list[sa.ColumnElement[bool]]]:
        """Conditions that cut a part of the list into pieces, in its order. Raises Stopped when it was given up."""
        start, end = segment
        key = Patron.sort_key.expression
        within = [key < end] if end is not None else []
        while True:
            self._go_on()
            asked = sa.select(key).where(Patron.library_id == self.library_id, key >= start, *within).order_by(key, Patron.id)
            following = self.session.connection().scalar(asked.limit(1).offset(rows))
            if following is not None and following == start:
                following = self.session.connection().scalar(asked.where(key > following).limit(1))
            if following is None:
                yield [key >= start, *within]
                return
            yield [key >= start, key < following]
            start = following

    # ------------------------------------------------------------------ counts

    def count(self, at_most: int | None = None) -> Counted:
        """How many there are; counted no further than `at_most`, where it is given."""
        if not self._tests() or self._few is not None or self._plain:
            return self._counted(self._number(self._where(self._few), at_most), at_most)
        number = 0
        for piece in self._pieces():
            number += self._number([*piece, *self._tests()], None if at_most is None else at_most - number)
            if at_most is not None and number > at_most:
                break
        return self._counted(number, at_most)

    def _number(self, where: Sequence[sa.ColumnElement[bool]], at_most: int | None) -> int:
        some = sa.select(Patron.id).where(*where)
        if at_most is not None and self._tests():
            return self._at_most(some, at_most)
        return self.session.connection().scalar(sa.select(sa.func.count()).select_from(Patron).where(*where)) or 0

    def _counted(self, number: int, at_most: int | None) -> Counted:
        over = at_most is not None and number > at_most and bool(self._tests())
        return Counted(at_most, True) if over and at_most is not None else Counted(number)
