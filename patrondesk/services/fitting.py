"""Rows of a backup made to fit the library of today: what they refer to is found there, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models import Base

# Small tables whose rows are known by their word: the number may be another one's by now.
_BY_NAME = {"patron_types", "user_groups", "year_levels", "cohorts"}
# Rows that are the same one only if one of these says the same too: after a restore another row may have the key.
_MARKS = {"items": ("barcode", "title_id"), "titles": ("title", "author"), "batches": ("started_at",)}


class Fitting:
    """Joins two libraries for the length of one operation: `now` is written, `then` is the backup."""

    def __init__(self, now: Session, then: Session) -> None:
        self._now, self._then = now, then
        self._known: dict[tuple[str, int], int | None] = {}

    def rows(self, table: sa.Table, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        """Rows of the backup by column, in the order of their keys."""
        found = self._then.execute(sa.select(table).where(where).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]

    def row(self, table: sa.Table, where: sa.ColumnElement[bool]) -> dict[str, Any] | None:
        """The first of them, if any."""
        found = self.rows(table, where)
        return found[0] if found else None

    def here(self, table: sa.Table, key: int) -> dict[str, Any] | None:
        """The library's own row of this key."""
        row = self._now.execute(sa.select(table).where(table.c.id == key)).mappings().first()
        return dict(row) if row is not None else None

    def fitted(self, table: sa.Table, row: dict[str, Any], without: Sequence[str] = ()) -> dict[str, Any] | None:
        """The row with references that hold today; one that does not is emptied. None when it cannot be without it."""
        made = dict(row)
        for column in table.columns:
            value = made[column.name]
            if not column.foreign_keys or value is None or column.name in without:
                continue
            target = next(iter(column.foreign_keys)).column.table
            made[column.name] = self.found(target.name, value)
            if made[column.name] is None and not column.nullable:
                return None
        return made

    def found(self, table_name: str, key: int) -> int | None:
        """Today's key of a row of the backup, None when it is not there. Types, groups, levels and cohorts are made anew."""
        known = (table_name, key)
        if known not in self._known:
            self._known[known] = self._find(Base.metadata.tables[table_name], key)
        return self._known[known]

    def _find(self, table: sa.Table, key: int) -> int | None:
        if table.name in _BY_NAME:
            return self._named(table, key)
        here = self.here(table, key)
        marks = _MARKS.get(table.name)
        if here is not None and marks is not None:
            then = self.row(table, table.c.id == key)
            if then is None or all(then[mark] is None or then[mark] != here[mark] for mark in marks):
                return None
        return key if here is not None else None

    def _named(self, table: sa.Table, key: int) -> int | None:
        row = self.row(table, table.c.id == key)
        if row is None:
            return None
        there = self._now.scalar(sa.select(table.c.id).where(table.c.name == row["name"]))
        if there is not None:
            return int(there)
        return self.add(table, row)

    def add(self, table: sa.Table, row: dict[str, Any]) -> int:
        """Puts a row that fits into the library and returns its key: the old one, or a new one where that is another's now."""
        made = self._now.connection().execute(sa.insert(table).values(self._keyed(table, row)))
        key = made.inserted_primary_key
        assert key is not None
        return int(key[0])

    def _keyed(self, table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
        if self.here(table, row["id"]) is None:
            return row
        return {name: value for name, value in row.items() if name != "id"}
