"""Which record of the library each row of a file is about, by keys and never by name; what cannot be told waits.

Works on two temporary tables: the rows, and the fates of those that are not simply new. For all rows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.services.importing.columns import spoken
from patrondesk.services.importing.staging import DIGEST, fates

DUPLICATE, SAME_LINE, SAME_RECORD, LEADING_ZEROS = "DUPLICATE_IN_FILE", "SAME_LINE", "SAME_RECORD", "LEADING_ZEROS"


@dataclass(frozen=True, slots=True)
class Keyed:
    """A table with its keys. `strong` decides before the others, which are tried in order.

    `linking`: the other keys by which a record without the strong key may be given one.
    """

    table: sa.Table
    strong: str
    others: tuple[str, ...]
    linking: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, the deciding one first."""
        return (self.strong, *self.others)


def taken(key: str) -> str:
    """The code of a row whose key belongs to another record."""
    return f"{key.upper()}_TAKEN"


class Matching:
    """`fate.target` becomes the record a row is about (null: a new one), `fate.code` what holds it."""

    def __init__(self, session: Session, library_id: int, stage: sa.Table, keyed: Keyed, *more: str) -> None:
        self._session, self._library, self.stage, self.keyed = session, library_id, stage, keyed
        self.fate = fates(stage.name.removeprefix("import_"), "target", *(f"by_{key}" for key in keyed.keys), *more)
        # Which lines a row shares a key with, worded for the report.
        self.twins: dict[int, tuple[str, list[int]]] = {}

    def run(self) -> None:
        """Finds, for every row, its record or its trouble."""
        self._find()
        self._strangers()
        self._duplicates()
        self.one_row_each()
        self._owners()

    def by(self, key: str) -> sa.Column[Any]:
        """The record that has a row's key at present."""
        return self.fate.c[f"by_{key}"]

    @property
    def new(self) -> sa.ColumnElement[bool]:
        """The condition of rows that become new records, where fates are outer joined."""
        fate = self.fate
        return sa.or_(fate.c.line.is_(None), sa.and_(fate.c.code.is_(None), fate.c.target.is_(None)))

    @property
    def known(self) -> sa.ColumnElement[bool]:
        """The condition of rows that are about a record of the library, with nothing in the way."""
        return sa.and_(self.fate.c.code.is_(None), self.fate.c.target.is_not(None))

    def joined(self) -> sa.Join:
        """Rows with their fates, where they have one."""
        return self.stage.outerjoin(self.fate, self.fate.c.line == self.stage.c.line)

    def hold(self, lines: Sequence[int], code: str) -> None:
        """Holds these rows with a code."""
        fate = self.fate
        if lines:
            rows = [{"line": line, "code": code} for line in lines]
            self._session.execute(sa.delete(fate).where(fate.c.line == sa.bindparam("at")), [{"at": line} for line in lines])
            self._session.execute(sa.insert(fate), rows)

    def _find(self) -> None:
        stage, owner = self.stage, {key: self.keyed.table.alias(f"by_{key}") for key in self.keyed.keys}
        source: sa.FromClause = stage
        for key, one in owner.items():
            source = source.outerjoin(one, sa.and_(one.c.library_id == self._library, one.c[key] == stage.c[key]))
        ids = [one.c.id for one in owner.values()]
        any_of = sa.func.coalesce(*ids) if len(ids) > 1 else ids[0]
        found = sa.select(stage.c.line, any_of, *ids).select_from(source).where(any_of.is_not(None))
        names = ["line", "target", *(f"by_{key}" for key in owner)]
        self._session.execute(sa.insert(self.fate).from_select(names, found))

    def _strangers(self) -> None:
        """A row with a strong key that nobody has, and another key that somebody has: that person, where it may be linked."""
        keyed, fate, stage, table = self.keyed, self.fate, self.stage, self.keyed.table
        if not keyed.others:
            return
        stranger = sa.exists().where(
            stage.c.line == fate.c.line,
            stage.c[keyed.strong].is_not(None),
            table.c.id == fate.c.target,
            sa.or_(table.c[keyed.strong].is_not(None), sa.and_(*(self.by(key).is_(None) for key in keyed.linking))),
        )
        code = sa.case(*((self.by(key) == fate.c.target, taken(key)) for key in keyed.others))
        self._session.execute(
            sa.update(fate)
            .where(fate.c.code.is_(None), self.by(keyed.strong).is_(None), stranger)
            .values(code=code, other=fate.c.target)
        )

    def _duplicates(self) -> None:
        stage = self.stage
        held: set[int] = set()
        same: set[int] = set()
        for key in self.keyed.keys:
            column = stage.c[key]
            doubled = sa.select(column).where(column.is_not(None)).group_by(column).having(sa.func.count() > 1)
            groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
            for value, line, digest in self._session.execute(
                sa.select(column, stage.c.line, stage.c[DIGEST]).where(column.in_(doubled)).order_by(stage.c.line)
            ):
                groups[value].append((line, digest))
            for rows in groups.values():
                lines = [line for line, _digest in rows]
                if len({digest for _line, digest in rows}) == 1:
                    same.update(lines[1:])
                else:
                    held.update(lines)
                for line in lines:
                    self.twins.setdefault(line, (key, [other for other in lines if other != line]))
        self.hold(sorted(held), DUPLICATE)
        self.hold(sorted(same - held), SAME_LINE)

    def one_row_each(self) -> None:
        """Holds rows that are about one record."""
        fate = self.fate
        doubled = sa.select(fate.c.target).where(fate.c.code.is_(None)).group_by(fate.c.target).having(sa.func.count() > 1)
        self._session.execute(
            sa.update(fate).where(fate.c.code.is_(None), fate.c.target.in_(doubled)).values(code=SAME_RECORD, other=fate.c.target)
        )

    def _owners(self) -> None:
        """A key that another record has holds the row, unless a row of this file takes the key from that record."""
        fate, keyed = self.fate, self.keyed
        elsewhere = [sa.or_(self.by(key) != fate.c.target, fate.c.code == taken(key)) for key in keyed.others]
        if not elsewhere or self._session.scalar(sa.select(fate.c.line).where(sa.or_(*elsewhere)).limit(1)) is None:
            return
        self._session.execute(sa.schema.CreateIndex(sa.Index(f"ix_{fate.name}", fate.c.target)))
        for key in keyed.others:  # a new record may take over a key that its owner gives up
            again = sa.and_(fate.c.code == taken(key), *(self.by(other).is_(None) for other in keyed.keys if other != key))
            self._session.execute(sa.update(fate).where(again, self._given_up(key)).values(code=None, target=None, other=None))
        self.hold_taken()

    def hold_taken(self) -> None:
        """Holds rows whose keys others keep; whoever waits gives nothing up, so that those who counted on it wait as well."""
        fate = self.fate
        if any([self._hold_kept(key) for key in self.keyed.others]):
            gone = self._session.scalars(sa.select(fate.c.target).where(fate.c.code.is_not(None), fate.c.target.is_not(None)))
            self._hold_waiting(list(gone))

    def _hold_kept(self, key: str) -> bool:
        """Holds rows whose key its owner does not give up; whether there are any."""
        held = self._session.execute(
            sa.update(self.fate)
            .where(self.fate.c.code.is_(None), self._elsewhere(key), ~self._given_up(key))
            .values(code=taken(key), other=self.by(key))
        )
        return bool(held.rowcount)  # type: ignore[attr-defined]

    def _hold_waiting(self, staying: list[int]) -> None:
        """Holds rows that wait for a key of a record which stays as it is, then those that wait for theirs, to the end."""
        fate = self.fate
        waiting: dict[int, list[tuple[int, int | None, str]]] = defaultdict(list)
        for key in self.keyed.others:
            claims = sa.select(self.by(key), fate.c.line, fate.c.target).where(fate.c.code.is_(None), self._elsewhere(key))
            for owner, line, target in self._session.execute(claims):
                waiting[owner].append((line, target, key))
        held: list[dict[str, object]] = []
        while staying:
            owner = staying.pop()
            for line, target, key in waiting.pop(owner, ()):
                held.append({"at": line, "held_by": taken(key), "owner": owner})
                if target is not None:
                    staying.append(target)
        if held:
            write = sa.update(fate).where(fate.c.line == sa.bindparam("at"))
            self._session.connection().execute(write.values(code=sa.bindparam("held_by"), other=sa.bindparam("owner")), held)

    def _elsewhere(self, key: str) -> sa.ColumnElement[bool]:
        """The row's key is another record's at present."""
        return sa.and_(self.by(key).is_not(None), sa.or_(self.fate.c.target.is_(None), self.by(key) != self.fate.c.target))

    def _given_up(self, key: str) -> sa.ColumnElement[bool]:
        fate, stage = self.fate, self.stage
        other, row, own = fate.alias("giving"), stage.alias("giving_row"), stage.alias("taking_row")
        return (
            sa.exists()
            .where(
                other.c.target == self.by(key),
                other.c.code.is_(None),
                row.c.line == other.c.line,
                own.c.line == fate.c.line,
                row.c[key].is_not(None),
                row.c[key] != own.c[key],
            )
            .correlate(fate)
        )

    def changing_hands(self, key: str) -> sa.Select[tuple[int]]:
        """The records that give up a key which another row takes: it must be taken off before it is given."""
        return sa.select(self.by(key)).where(self.fate.c.code.is_(None), self._elsewhere(key))

    def zeros(self) -> None:
        """Holds new rows whose strong key is another's but for leading zeros: a spreadsheet took them off, or did not."""
        stage, table, fate = self.stage, self.keyed.table, self.fate
        mine, theirs = stage.c[self.keyed.strong], table.c[self.keyed.strong]
        here = table.c.library_id == self._library
        for padded, bare in ((mine, theirs), (theirs, mine)):
            alike = sa.and_(here, bare == sa.func.ltrim(padded, "0"), padded >= "0", padded < "1")
            found = self._session.execute(
                sa.select(stage.c.line, mine, table.c.id).select_from(self.joined().join(table, alike)).where(self.new)
            ).all()
            numbers = {line: other for line, text, other in found if text.isdecimal()}
            self.hold(sorted(numbers), LEADING_ZEROS)
            for line, other in numbers.items():
                self._session.execute(sa.update(fate).where(fate.c.line == line).values(other=other))

    def twin_words(self, line: int) -> str:
        """The other lines with the same key: `The barcode is also in line 4 and 9`."""
        key, lines = self.twins[line]
        shown = ", ".join(str(other) for other in lines[:5])
        return f"The {spoken(key)} is also in line {shown}{' and more' if len(lines) > 5 else ''} of this file."
