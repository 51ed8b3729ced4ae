"""What an import leaves of patrons that are there: fields locked by hand stay, and each that would have changed is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.records.importing import MessageKind
from patrondesk.records.patron_fields import FIELDS, LOCKABLE
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.tables import PATRONS as P

LOCKED_FIELD = "LOCKED_FIELD"
_KEYS = ("external_id", "username", "barcode")


class PatronLocks:
    """Blanks locked fields in the staged rows, for all rows at once: a blank field leaves what is there."""

    def __init__(self, session: Session, stage: sa.Table, fate: sa.Table) -> None:
        self._session, self._stage, self._fate = session, stage, fate
        self._fields = tuple(name for name in LOCKABLE if name in stage.c)
        self._found: dict[int, tuple[int, dict[str, Any]]] = {}

    def apply(self, known: sa.ColumnElement[bool]) -> None:
        """Blanks what is locked in rows about a known patron, before their keys are held against those of others."""
        stage, fate = self._stage, self._fate
        given = [stage.c[name].label(f"in_{name}") for name in self._fields]
        rows = self._session.execute(
            sa.select(stage.c.line, P.c.id, P.c.locked_fields, *given)
            .select_from(stage.join(fate, fate.c.line == stage.c.line).join(P, P.c.id == fate.c.target))
            .where(known, P.c.locked_fields.is_not(None))
        ).mappings()
        blanked: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            for name in row["locked_fields"]:
                if name in self._fields and row[f"in_{name}"] is not None:
                    blanked[name].append(row["line"])
                    self._found.setdefault(row["line"], (row["id"], {}))[1][name] = row[f"in_{name}"]
        for name, lines in blanked.items():
            self._blank(name, lines)

    def _blank(self, name: str, lines: Sequence[int]) -> None:
        at = [{"at": line} for line in lines]
        connection, stage, fate = self._session.connection(), self._stage, self._fate
        connection.execute(sa.update(stage).where(stage.c.line == sa.bindparam("at")).values({name: None}), at)
        if name in _KEYS:  # the row no longer asks for a key that another patron may have
            connection.execute(sa.update(fate).where(fate.c.line == sa.bindparam("at")).values({f"by_{name}": None}), at)

    def tell(self, remarks: Remarks) -> None:
        """Says what would have changed and did not, for rows that nothing holds."""
        if not self._found:
            return
        fate, guarantor = self._fate, P.alias("guarantor")
        present = [P.c[_column(name)].label(name) for name in self._fields if name != "guarantor"]
        theirs = [guarantor.c[key].label(f"of_{key}") for key in _KEYS]
        rows = self._session.execute(
            sa.select(fate.c.line.label("at_line"), *present, *theirs)
            .select_from(fate.join(P, P.c.id == fate.c.target).outerjoin(guarantor, guarantor.c.id == P.c.guarantor_id))
            .where(fate.c.code.is_(None), P.c.locked_fields.is_not(None))
        ).mappings()
        for row in rows:
            patron, given = self._found.get(row["at_line"], (0, {}))
            for name, value in given.items():
                same = [row[f"of_{key}"] for key in _KEYS] if name == "guarantor" else [row[name]]
                if value not in same:
                    said = f"{FIELDS[name].label} is locked by hand here, so it stays as it is."
                    remarks.say(row["at_line"], MessageKind.IGNORED, LOCKED_FIELD, name, said, patron)


def _column(name: str) -> str:
    return name if name in P.c else f"{name}_id"
