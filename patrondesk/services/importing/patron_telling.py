"""What an import of patrons says of its rows: who waits and why, what changes, what is worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import MessageKind, RowOutcome
from patrondesk.services.door import Work
from patrondesk.services.importing.columns import spoken
from patrondesk.services.importing.matching import DUPLICATE, LEADING_ZEROS, SAME_LINE, SAME_RECORD, taken
from patrondesk.services.importing.patron_matching import INTERNAL, NO_FAMILY_NAME, OLD_CARD, OLD_CARD_TAKEN, PatronMatching
from patrondesk.services.importing.remarks import HAPPENS, SHOWN, Remarks
from patrondesk.services.importing.returning import tell_returning
from patrondesk.services.importing.tables import ITEMS, LEVELS
from patrondesk.services.importing.tables import PATRONS as P
from patrondesk.services.names import full_name, words_of

M, R = MessageKind, RowOutcome
_OUTCOMES = {NO_FAMILY_NAME: R.INVALID, SAME_LINE: R.UNCHANGED, INTERNAL: R.UNCHANGED}
_FIELDS = {
    taken("barcode"): "barcode", taken("username"): "username", LEADING_ZEROS: "external_id", OLD_CARD_TAKEN: "barcode",
    NO_FAMILY_NAME: "family_name",
}  # fmt: skip


class PatronTeller:
    """Words rows from the staged tables, before and after they are written."""

    def __init__(self, work: Work, remarks: Remarks, matching: PatronMatching, fields: Sequence[str]) -> None:
        self._work, self._session, self._remarks, self._matching = work, work.session, remarks, matching
        self._fields = fields
        self._added = 0

    # ---- before writing

    def tell(self) -> None:
        """Rows that are held, and the first rows of each other outcome."""
        self._added = self._count(self._matching.new)
        self._tell_held()
        self._matching.locks.tell(self._remarks)
        self._tell_namesakes()
        self._tell_returning()
        self._show_new()
        self._show_known()

    def _count(self, *where: sa.ColumnElement[bool]) -> int:
        return self._session.scalar(sa.select(sa.func.count()).select_from(self._matching.joined()).where(*where)) or 0

    def _tell_held(self) -> None:
        stage, fate, other = self._matching.stage, self._matching.fate, P.alias("other")
        given = stage.c.given_name if "given_name" in self._fields else sa.null()
        rows = self._session.execute(
            sa.select(
                stage.c.line,
                fate.c.code,
                stage.c.family_name,
                given,
                stage.c.external_id,
                stage.c.username,
                stage.c.barcode,
                fate.c.other,
                other.c.family_name,
                other.c.given_name,
                other.c.external_id,
            )
            .select_from(self._matching.joined().outerjoin(other, other.c.id == fate.c.other))
            .where(fate.c.code.is_not(None))
            .order_by(stage.c.line)
        )
        for line, code, family, first, external_id, username, barcode, patron, their_family, their_given, their_id in rows:
            outcome = _OUTCOMES.get(code, R.CONFLICT)
            them = full_name(their_family, their_given) if their_family else ""
            text = self._words(line, code, barcode, username, external_id, them, their_id)
            kind = M.INVALID if outcome is R.INVALID else M.CONFLICT
            if outcome is R.UNCHANGED:
                kind = M.NOTICE if code == SAME_LINE else M.IGNORED
            self._remarks.count(outcome)
            self._remarks.say(line, kind, code, _FIELDS.get(code), text, patron)
            who = full_name(family or "", first)
            self._remarks.show(line, outcome, who, external_id or username or barcode or "", text, HAPPENS[outcome])

    def _words(
        self,
        line: int,
        code: str,
        barcode: str | None,
        username: str | None,
        external_id: str | None,
        them: str,
        their_id: str | None,
    ) -> str:
        if code in (DUPLICATE, SAME_LINE):
            said = self._matching.twin_words(line)
            return (
                f"{said} The rows differ, so none is taken."
                if code == DUPLICATE
                else f"{said} They say the same, so one is taken."
            )
        whose = f"{them}, who has {f'the external id {their_id}' if their_id else 'no external id'}"
        return {
            taken("barcode"): f"Barcode {barcode} belongs to {whose}.",
            taken("username"): f"Username {username} belongs to {whose}.",
            SAME_RECORD: f"Another row of this file is about the same patron: {them}.",
            LEADING_ZEROS: f"External id {external_id} differs only by leading zeros from {their_id}, {them}.",
            OLD_CARD_TAKEN: f"Barcode {barcode} is an old card of {them}, whose other keys differ.",
            NO_FAMILY_NAME: "A new patron needs a family name.",
            INTERNAL: f"{them} is kept by hand here, so the file changes nothing.",
        }[code]

    def _show_new(self) -> None:
        stage = self._matching.stage
        wanted = [stage.c[field] if field in self._fields else sa.null() for field in ("given_name", "homeroom", "year_level")]
        source = self._matching.joined()
        level: sa.ColumnElement[Any] = sa.null()
        if "year_level" in self._fields:
            source, level = source.outerjoin(LEVELS, LEVELS.c.id == stage.c.year_level), LEVELS.c.name
        rows = self._session.execute(
            sa.select(
                stage.c.line, stage.c.family_name, *wanted[:2], level, stage.c.external_id, stage.c.username, stage.c.barcode
            )
            .select_from(source)
            .where(self._matching.new)
            .order_by(stage.c.line)
            .limit(SHOWN)
        )
        for line, family, given, homeroom, level_name, *keys in rows:
            identifier = next(filter(None, keys), "")
            self._remarks.show(
                line, R.ADDED, full_name(family, given), identifier, words_of((level_name, homeroom)), HAPPENS[R.ADDED]
            )

    def _show_known(self) -> None:
        stage, fate = self._matching.stage, self._matching.fate
        for outcome, where in (
            (R.UPDATED, sa.and_(fate.c.changed == 1, fate.c.wakes.is_(None))), (R.REACTIVATED, fate.c.wakes == 1),
            (R.UNCHANGED, fate.c.changed.is_(None)),
        ):  # fmt: skip
            fields = [field for field in self._fields if field in P.c]
            rows = self._session.execute(
                sa.select(
                    stage.c.line,
                    P.c.family_name,
                    P.c.given_name,
                    P.c.username,
                    P.c.external_id,
                    P.c.barcode,
                    *(stage.c[field].label(f"new_{field}") for field in fields),
                    *(P.c[field].label(f"old_{field}") for field in fields),
                )
                .select_from(self._matching.joined().join(P, P.c.id == fate.c.target))
                .where(self._matching.known, where)
                .order_by(stage.c.line)
                .limit(SHOWN)
            ).mappings()
            for row in rows:
                says = "" if outcome is R.UNCHANGED else _changes(row, fields)
                who = full_name(row["family_name"], row["given_name"])
                identifier = row["external_id"] or row["username"] or row["barcode"] or ""
                self._remarks.show(row["line"], outcome, who, identifier, says, HAPPENS[outcome])

    # ---- after writing

    def tell_after(self) -> None:
        """The counts, and what is worth a look."""
        fate, known = self._matching.fate, self._matching.known
        woken = self._count(known, fate.c.wakes == 1)
        changed = self._count(known, fate.c.changed == 1) - woken
        all_known = self._count(known, fate.c.fresh.is_(None))
        for outcome, rows in (
            (R.ADDED, self._added),
            (R.REACTIVATED, woken),
            (R.UPDATED, changed),
            (R.UNCHANGED, all_known - woken - changed),
        ):
            self._remarks.count(outcome, rows)
        for line, patron in sorted(self._matching.old_cards.items()):
            self._remarks.say(
                line, M.NOTICE, OLD_CARD, "barcode", "The barcode is an old card of this patron; the present one stays.", patron
            )
        self._tell_items()
        self._tell_spaces()

    def _rows(self, field: str, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
        stage, fate = self._matching.stage, self._matching.fate
        return (
            sa.select(stage.c.line, stage.c[field], fate.c.target)
            .select_from(self._matching.joined())
            .where(fate.c.code.is_(None), stage.c[field].is_not(None), *where)
        )

    def _tell_items(self) -> None:
        stage = self._matching.stage
        same = sa.exists().where(ITEMS.c.library_id == self._work.library_id, ITEMS.c.barcode == stage.c.barcode)
        for line, barcode, patron in self._session.execute(self._rows("barcode", same)):
            self._remarks.say(line, M.NOTICE, "BARCODE_OF_ITEM", "barcode", f"Barcode {barcode} is also an item's.", patron)

    def _tell_namesakes(self) -> None:
        """New patrons with the name and birth date of one who was here: listed for review, never joined."""
        if "birth_date" not in self._fields or not self._added:
            return
        stage = self._matching.stage
        alike = sa.and_(
            P.c.library_id == self._work.library_id, P.c.sort_key == stage.c.sort_key, P.c.birth_date == stage.c.birth_date
        )
        found = (
            sa.select(stage.c.line, sa.func.min(P.c.id).label("other"))
            .select_from(self._matching.joined().join(P, alike))
            .where(self._matching.new)
            .group_by(stage.c.line)
            .subquery("namesakes")
        )
        rows = sa.select(found.c.line, P.c.id, P.c.family_name, P.c.given_name).join(P, P.c.id == found.c.other)
        for line, patron, family, given in self._session.execute(rows):
            said = f"{full_name(family, given)} with the same birth date is here already; they are kept apart."
            self._remarks.say(line, M.NOTICE, "POSSIBLE_DUPLICATE", None, said, patron)

    def _tell_returning(self) -> None:
        if "external_id" not in self._fields or not self._added:
            return
        stage = self._matching.stage
        rows = sa.select(stage.c.line, stage.c.external_id).select_from(self._matching.joined())
        wanted = rows.where(self._matching.new, stage.c.external_id.is_not(None)).order_by(stage.c.line)
        tell_returning(self._work, self._remarks, wanted)

    def _tell_spaces(self) -> None:
        for line, username, patron in self._session.execute(
            self._rows("username", self._matching.stage.c.username.contains(" "))
        ):
            self._remarks.say(
                line, M.NOTICE, "SPACE_IN_USERNAME", "username", f"The username “{username}” has a space in it.", patron
            )


def _changes(row: sa.RowMapping, fields: Sequence[str]) -> str:
    """What changes, at most three fields of it: `Homeroom 7A → 7B`."""
    told = [
        f"{spoken(field).capitalize()} {row[f'old_{field}'] or '(blank)'} → {row[f'new_{field}']}"
        for field in fields
        if row[f"new_{field}"] is not None and row[f"new_{field}"] != row[f"old_{field}"] and field != "enabled"
    ]
    return "; ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
