"""What a row says beside the patron's own columns: blocks, notes, who answers for whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing.patron_matching import KEYED, PatronMatching
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.tables import BLOCKS, NOTES
from patrondesk.services.importing.tables import PATRONS as P

M = MessageKind
FIELDS = ("block", "note", "guarantor")


class PatronBeside:
    """Written after the patrons, when the new ones can be referred to. `fields`: those of FIELDS that the file has."""

    def __init__(self, work: Work, remarks: Remarks, matching: PatronMatching, fields: tuple[str, ...]) -> None:
        self._work, self._session, self._remarks, self._matching = work, work.session, remarks, matching
        self.stage, self.fate, self._fields = matching.stage, matching.fate, fields
        self._now = work.clock.now()

    def has(self, field: str) -> bool:
        """Whether the file has the field."""
        return field in self._fields

    def differs(self) -> list[sa.ColumnElement[bool]]:
        """Conditions under which a row (joined with its patron) has something to add."""
        stage, found = self.stage, []
        if self.has("block"):
            found.append(sa.and_(stage.c.block == sa.true(), ~self._blocked(P.c.id)))
        if self.has("note"):
            found.append(sa.and_(stage.c.note.is_not(None), ~self._noted()))
        return found

    def write(self) -> None:
        """Adds what is not there yet."""
        self._link_new()
        self._add_blocks()
        self._add_notes()
        self._set_guarantors()

    def _noted(self) -> sa.ColumnElement[bool]:
        return sa.exists().where(NOTES.c.patron_id == P.c.id, NOTES.c.text == self.stage.c.note)

    def _blocked(self, patron: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """A block that still holds."""
        holds = sa.or_(BLOCKS.c.until.is_(None), BLOCKS.c.until >= self._work.clock.today())
        return sa.exists().where(BLOCKS.c.patron_id == patron, BLOCKS.c.lifted_at.is_(None), holds)

    def _link_new(self) -> None:
        """Finds the new patrons of rows that have more to write than the patron."""
        beside = [self.stage.c[field].is_not(None) for field in self._fields]
        if not beside:
            return
        stage, fate = self.stage, self.fate
        for place, key in enumerate(KEYED.keys):
            mine = sa.and_(*(stage.c[better].is_(None) for better in KEYED.keys[:place]), P.c[key] == stage.c[key])
            found = (
                sa.select(stage.c.line, P.c.id, sa.literal(1))
                .select_from(self._matching.joined().join(P, mine))
                .where(fate.c.line.is_(None), P.c.library_id == self._work.library_id, sa.or_(*beside))
            )
            self._session.execute(sa.insert(fate).from_select(["line", "target", "fresh"], found))

    def _with(self, *wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """Rows that were taken, with their patrons."""
        return (
            sa.select(P.c.id)
            .select_from(self.stage.join(self.fate, self.fate.c.line == self.stage.c.line).join(P, P.c.id == self.fate.c.target))
            .where(self.fate.c.code.is_(None), *wanted)
        )

    def _add_blocks(self) -> None:
        if self.has("block"):
            rows = self._with(self.stage.c.block == sa.true(), ~self._blocked(P.c.id)).add_columns(
                sa.literal("Blocked in an imported file"),
                sa.literal(self._work.actor.staff_id),
                sa.literal(self._now, BLOCKS.c.created_at.type),
            )
            self._session.execute(sa.insert(BLOCKS).from_select(["patron_id", "comment", "author_id", "created_at"], rows))

    def _add_notes(self) -> None:
        if self.has("note"):
            rows = self._with(self.stage.c.note.is_not(None), ~self._noted()).add_columns(
                self.stage.c.note, sa.literal(self._work.actor.staff_id), sa.literal(self._now, NOTES.c.created_at.type)
            )
            self._session.execute(sa.insert(NOTES).from_select(["patron_id", "text", "author_id", "created_at"], rows))

    def _set_guarantors(self) -> None:
        """After all rows are in: a guarantor may stand further down in the file."""
        if not self.has("guarantor"):
            return
        stage, fate = self.stage, self.fate
        who = {key: P.alias(f"guarantor_{key}") for key in ("username", "barcode", "external_id")}
        source: sa.FromClause = stage.join(fate, fate.c.line == stage.c.line)
        for key, one in who.items():
            source = source.outerjoin(one, sa.and_(one.c.library_id == self._work.library_id, one.c[key] == stage.c.guarantor))
        found = self._session.execute(
            sa.select(
                stage.c.line,
                fate.c.target,
                stage.c.guarantor,
                sa.func.coalesce(*(one.c.id for one in who.values())),
                P.c.guarantor_id,
            )
            .select_from(source.join(P, P.c.id == fate.c.target))
            .where(fate.c.code.is_(None), fate.c.target.is_not(None), stage.c.guarantor.is_not(None))
            .order_by(stage.c.line)
        ).all()
        links = []
        for line, patron, word, guarantor, present in found:
            if guarantor == present and guarantor is not None:
                continue
            if guarantor is None or guarantor == patron:
                said = f"The guarantor “{word}” is not among the patrons; it is left as it was."
                self._remarks.say(line, M.IGNORED, "UNKNOWN_GUARANTOR", "guarantor", said, patron)
            else:
                links.append({"at": line, "patron": patron, "guarantor": guarantor})
        if links:
            connection = self._session.connection()
            connection.execute(
                sa.update(P)
                .where(P.c.id == sa.bindparam("patron"))
                .values(guarantor_id=sa.bindparam("guarantor"), version=P.c.version + 1),
                links,
            )
            connection.execute(
                sa.update(fate).where(fate.c.line == sa.bindparam("at"), fate.c.fresh.is_(None)).values(changed=1), links
            )
