"""Which patron and which item a row of loans, fines, reservations or responsibilities is about; nothing is invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.records.importing import MessageKind, RowOutcome
from patrondesk.services.importing.columns import Column, key_column
from patrondesk.services.importing.holding import Held
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import DIGEST, fates
from patrondesk.services.importing.tables import FORMER, ITEMS, length
from patrondesk.services.importing.tables import PATRONS as P

R = RowOutcome
PATRON_KEYS = {"patron_external_id": "external_id", "patron_barcode": "barcode", "patron_username": "username"}
ITEM_KEYS = {"item_barcode": "barcode", "item_external_id": "external_id"}
MEANINGS = {
    "PATRON_MISSING": Held(R.INVALID, None, "The row does not say whose it is."),
    "UNKNOWN_PATRON": Held(R.INVALID, None, "Nobody here has the key “{patron_key}”."),
    "PATRON_KEYS_DISAGREE": Held(R.CONFLICT, None, "The keys of the patron point to two different people."),
    "ITEM_MISSING": Held(R.INVALID, None, "The row does not say which item it is about."),
    "UNKNOWN_ITEM": Held(R.INVALID, None, "No item here has the key “{item_key}”."),
    "ITEM_KEYS_DISAGREE": Held(R.CONFLICT, None, "The keys of the item point to two different items."),
    "SAME_LINE": Held(R.UNCHANGED, None, "Another row says the same, so one is taken."),
    "DUPLICATE_IN_FILE": Held(
        R.CONFLICT, "external_id", "Another row with the external id {external_id} differs, so none is taken."
    ),
}


def key_columns(*keys: dict[str, str]) -> list[Column]:
    """The readers of the fields that name a patron or an item."""
    tables = {**dict.fromkeys(PATRON_KEYS, P), **dict.fromkeys(ITEM_KEYS, ITEMS)}
    return [key_column(field, length(tables[field], column)) for some in keys for field, column in some.items()]


class Links:
    """Fills `fate` with a row for each staged row: its patron, its item, and the code that holds it."""

    def __init__(
        self,
        session: Session,
        library_id: int,
        stage: sa.Table,
        fields: Sequence[str],
        *more: str,
        needs_item: bool,
        needs_patron: bool = True,
    ) -> None:
        self._session, self._library, self.stage = session, library_id, stage
        self._patron_keys = {field: column for field, column in PATRON_KEYS.items() if field in fields}
        self._item_keys = {field: column for field, column in ITEM_KEYS.items() if field in fields}
        self._needs_item, self._needs_patron = needs_item, needs_patron
        self.fate = fates(stage.name.removeprefix("import_"), "patron", "item", *more)

    @property
    def taken(self) -> sa.ColumnElement[bool]:
        """Nothing holds the row."""
        return self.fate.c.code.is_(None)

    def rows(self) -> sa.Join:
        """Rows with their fates."""
        return self.stage.join(self.fate, self.fate.c.line == self.stage.c.line)

    def run(self, remarks: Remarks) -> None:
        """Finds patrons and items of all rows."""
        stage = self.stage
        source: sa.FromClause = stage
        people = {field: P.alias(f"by_{field}") for field in self._patron_keys}
        things = {field: ITEMS.alias(f"by_{field}") for field in self._item_keys}
        for table, keys in ((people, self._patron_keys), (things, self._item_keys)):
            for field, one in table.items():
                source = source.outerjoin(one, sa.and_(one.c.library_id == self._library, one.c[keys[field]] == stage.c[field]))
        patrons, items = [one.c.id for one in people.values()], [one.c.id for one in things.values()]
        troubles = [
            *self._troubles("PATRON", list(self._patron_keys), patrons, self._needs_patron),
            *self._troubles("ITEM", list(self._item_keys), items, self._needs_item),
        ]
        code = sa.case(*troubles) if troubles else sa.null()
        found = sa.select(stage.c.line, _first(patrons), _first(items), code).select_from(source)
        self._session.execute(sa.insert(self.fate).from_select(["line", "patron", "item", "code"], found))
        self._try_old_cards(remarks)

    def _troubles(
        self, what: str, keys: Sequence[str], ids: Sequence[Any], needed: bool
    ) -> list[tuple[sa.ColumnElement[bool], str]]:
        given = [self.stage.c[key].is_not(None) for key in keys]
        nothing_given = ~sa.or_(*given) if given else sa.true()
        found = _first(ids)
        differ = [sa.and_(one.is_not(None), one != found) for one in ids[1:]]
        troubles: list[tuple[sa.ColumnElement[bool], str]] = []
        if needed:
            troubles.append((nothing_given, f"{what}_MISSING"))
        if keys:
            troubles.append((sa.and_(~nothing_given, found.is_(None)), f"UNKNOWN_{what}"))
        if differ:
            troubles.append((sa.or_(*differ), f"{what}_KEYS_DISAGREE"))
        return troubles

    def _try_old_cards(self, remarks: Remarks) -> None:
        if "patron_barcode" not in self._patron_keys or self._session.scalar(sa.select(FORMER.c.id).limit(1)) is None:
            return
        stage, fate = self.stage, self.fate
        found = self._session.execute(
            sa.select(stage.c.line, sa.func.min(P.c.id))
            .select_from(
                self.rows().join(FORMER, FORMER.c.barcode == stage.c.patron_barcode).join(P, P.c.id == FORMER.c.patron_id)
            )
            .where(fate.c.code == "UNKNOWN_PATRON", P.c.library_id == self._library)
            .group_by(stage.c.line)
            .having(sa.func.min(P.c.id) == sa.func.max(P.c.id))
        ).all()
        for line, patron in found:
            self._session.execute(sa.update(fate).where(fate.c.line == line).values(patron=patron, code=None))
            remarks.say(
                line, MessageKind.NOTICE, "OLD_CARD", "patron_barcode", "The barcode is an old card of this patron.", patron
            )

    def hold(self, code: str, *where: sa.ColumnElement[bool]) -> None:
        """Holds the rows of a condition that nothing holds yet."""
        lines = sa.select(self.stage.c.line).select_from(self.rows()).where(self.taken, *where)
        self._session.execute(sa.update(self.fate).where(self.fate.c.line.in_(lines)).values(code=code))

    def hold_doubled(self, by: list[sa.Column[Any]], where: sa.ColumnElement[bool], differing: str | None) -> None:
        """Rows alike in `by`: where they say the same the first is taken, else (with `differing`) none."""
        stage = self.stage
        named = [column.label(f"by_{place}") for place, column in enumerate(by)]
        groups = (
            sa.select(
                sa.func.min(stage.c.line).label("first"), sa.func.count(sa.distinct(stage.c[DIGEST])).label("kinds"), *named
            )
            .select_from(self.rows())
            .where(self.taken, where)
            .group_by(*by)
            .having(sa.func.count() > 1)
            .subquery("doubled")
        )
        alike = sa.and_(*(column == groups.c[f"by_{place}"] for place, column in enumerate(by)))
        if differing:
            self.hold(differing, sa.exists().where(alike, groups.c.kinds > 1))
        self.hold("SAME_LINE", sa.exists().where(alike, groups.c.kinds == 1, stage.c.line != groups.c.first))

    def key_words(self) -> list[sa.ColumnElement[Any]]:
        """The words by which a row names its patron and item, for the sentences about it."""
        return [
            _first([self.stage.c[field] for field in self._patron_keys]).label("patron_key"),
            _first([self.stage.c[field] for field in self._item_keys]).label("item_key"),
        ]


def _first(columns: Sequence[sa.ColumnElement[Any]]) -> sa.ColumnElement[Any]:
    """The first of some columns that is not null."""
    if not columns:
        return sa.null()
    return columns[0] if len(columns) == 1 else sa.func.coalesce(*columns)
