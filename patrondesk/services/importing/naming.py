"""Small tables that rows refer to by name - patron types, groups, year levels, cohorts; unknown names are made, and said."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import folding
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.records.importing import MessageKind
from patrondesk.services.importing.columns import Column, Trouble, spoken
from patrondesk.services.importing.remarks import Remarks

_NUMBER = re.compile(r"(?<!\d)0*(\d{1,2})(?:\.0+)?$")
# Not -1 and -2: Python hashes them alike, and rows are told apart by hashes.
_FIRST_WAITING = -10
# So many new names are told apart within a statement; more are written into the rows first.
_FEW = 50


def level_name(text: str) -> str:
    """A year level's name: `06`, `6` and `6.0` are Year 6; words stay."""
    found = _NUMBER.fullmatch(text)
    return f"Year {int(found[1])}" if found else text


class Names:
    """The rows of one such table by folded name. A name met for the first time gets a negative key until it is made."""

    def __init__(
        self,
        session: Session,
        field: str,
        model: type[PatronType | UserGroup | YearLevel | Cohort],
        limit: int,
        normal: Callable[[str], str] = str,
    ) -> None:
        self.field, self.column_name, self._model, self._limit, self._normal = field, f"{field}_id", model, limit, normal
        self.names: dict[int, str] = {}
        self._made: dict[int, int] = {}
        self._keys: dict[str, int] = {}
        for key, name in session.execute(sa.select(model.id, model.name).order_by(model.id)):
            self._add(key, name)

    def _add(self, key: int, name: str) -> None:
        self.names[key] = name
        self._keys.setdefault(self._folded(name), key)

    def _folded(self, name: str) -> str:
        folded = folding.fold(name)
        # "Grade 6" of one program is "Year 6" of another: both are told by the number.
        found = re.fullmatch(r"(?:year|grade|yr|gr) ?0*(\d{1,2})", folded) if self._model is YearLevel else None
        return f"year {found[1]}" if found else folded

    def column(self) -> Column:
        """Reads the field as keys; a negative one is a name still to be made (`settle`)."""

        def read(text: str) -> object:
            name = self._normal(text)
            long = len(name) > self._limit
            key = self.key(name[: self._limit].rstrip())
            if not long:
                return key
            said = f"The {spoken(self.field)} has {len(text)} characters and was shortened to {self._limit}."
            return Trouble(MessageKind.TRIMMED, "TOO_LONG", said, key)

        return Column(self.field, read)

    def key(self, name: str) -> int:
        """The key of a name, negative for one still to be made."""
        found = self._keys.get(self._folded(name))
        if found is None:
            found = _FIRST_WAITING - len(self.names)
            self._add(found, name)
        return found

    def settle(self, session: Session, stage: sa.Table, used: sa.Select[Any], remarks: Remarks) -> sa.ColumnElement[Any]:
        """Makes the names that rows to be written use; returns what stands for the field's key in a row from then on."""
        column = stage.c[self.field]
        for waiting in sorted((row[0] for row in session.execute(used)), reverse=True):
            name = self.names[waiting]
            values: dict[str, object] = {"name": name}
            if self._model is YearLevel:
                values["position"] = self._position(session, name)
            key = session.execute(sa.insert(self._model).values(**values).returning(self._model.id)).scalar_one()
            self._made[waiting] = key
            remarks.once(
                MessageKind.DEFAULTED, "NAME_CREATED", self.field, f"The {spoken(self.field)} “{name}” is new and was made."
            )

        if len(self._made) <= _FEW:
            return sa.case(self._made, value=column, else_=column) if self._made else column
        for waiting, key in self._made.items():
            session.execute(sa.update(stage).where(column == waiting).values({self.field: key}))
        return column

    def _position(self, session: Session, name: str) -> int:
        number = re.search(r"\d+", name)
        last = session.scalar(sa.select(sa.func.max(YearLevel.position)))
        return int(number[0]) if number else (last or 0) + 1
