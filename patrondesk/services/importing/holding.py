"""Rows that are held, worded: each code has an outcome, a field and a sentence with the row's own words in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.records.importing import MessageKind, RowOutcome
from patrondesk.services.importing.remarks import HAPPENS, SHOWN, Remarks
from patrondesk.services.names import words_of

M, R = MessageKind, RowOutcome
_KINDS = {R.INVALID: M.INVALID, R.CONFLICT: M.CONFLICT, R.UNCHANGED: M.NOTICE}


@dataclass(frozen=True, slots=True)
class Held:
    """What a code means. `sentence` may name fields of the row in braces."""

    outcome: RowOutcome
    field: str | None
    sentence: str


class Teller:
    """Counts rows by what becomes of them and lists the first ones; `who` and `keys` are fields that name a row."""

    def __init__(
        self,
        session: Session,
        remarks: Remarks,
        stage: sa.Table,
        fate: sa.Table,
        *,
        who: Sequence[str],
        keys: Sequence[str],
        words: Sequence[sa.ColumnElement[Any]] = (),
    ) -> None:
        self._session, self._remarks, self._stage, self._fate = session, remarks, stage, fate
        self._who, self._keys, self._words = who, keys, words

    def _rows(self, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
        stage, fate = self._stage, self._fate
        return (
            sa.select(stage, fate.c.code.label("held_by"), *self._words)
            .select_from(stage.outerjoin(fate, fate.c.line == stage.c.line))
            .where(*where)
            .order_by(stage.c.line)
        )

    def tell_held(
        self, meanings: Mapping[str, Held], patron: sa.Column[Any] | None = None, more: Mapping[int, str] | None = None
    ) -> None:
        """Every held row: its remark, its count, its place in the list. `more` adds to a line's sentence."""
        query = self._rows(self._fate.c.code.is_not(None))
        if patron is not None:
            query = query.add_columns(patron.label("whose"))
        for row in self._session.execute(query).mappings():
            meaning = meanings[row["held_by"]]
            text = meaning.sentence.format_map({name: value if value is not None else "" for name, value in row.items()})
            text = f"{(more or {}).get(row['line'], '')} {text}".strip()
            self._remarks.count(meaning.outcome)
            self._remarks.say(row["line"], _KINDS[meaning.outcome], row["held_by"], meaning.field, text, row.get("whose"))
            self._show(row, meaning.outcome, text)

    def tell(self, outcome: RowOutcome, *where: sa.ColumnElement[bool], says: Sequence[str] = ()) -> None:
        """Counts the rows of a condition, and lists the first of them with some of their fields."""
        joined = self._stage.outerjoin(self._fate, self._fate.c.line == self._stage.c.line)
        self._remarks.count(outcome, self._session.scalar(sa.select(sa.func.count()).select_from(joined).where(*where)) or 0)
        for row in self._session.execute(self._rows(*where).limit(SHOWN)).mappings():
            self._show(row, outcome, words_of([None if row.get(field) is None else str(row[field]) for field in says]))

    def _show(self, row: sa.RowMapping, outcome: RowOutcome, says: str) -> None:
        who = next((str(row[field]) for field in self._who if row.get(field)), "")
        key = next((str(row[field]) for field in self._keys if row.get(field)), "")
        line = row["line"]
        assert isinstance(line, int)
        self._remarks.show(line, outcome, who, key, says, HAPPENS[outcome])
