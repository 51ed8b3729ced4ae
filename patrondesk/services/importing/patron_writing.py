"""Staged patrons become patrons: a handful of statements for all rows, in the one transaction of the import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing import searching
from patrondesk.services.importing.activation import PREFIX, Activation
from patrondesk.services.importing.naming import Names
from patrondesk.services.importing.patron_beside import FIELDS as BESIDE
from patrondesk.services.importing.patron_beside import PatronBeside
from patrondesk.services.importing.patron_matching import KEYED, PatronMatching
from patrondesk.services.importing.patron_telling import PatronTeller
from patrondesk.services.importing.reading import Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.tables import FORMER, TYPES
from patrondesk.services.importing.tables import PATRONS as P

M = MessageKind
_OWN_RULES = (*BESIDE, "enabled")
_DEFAULT_TYPE = "patron"
REASON = "In an imported file"


class PatronWriter:
    """One import's staged rows on their way into the library."""

    def __init__(self, work: Work, remarks: Remarks, stage: sa.Table, fields: Sequence[str], names: dict[str, Names]) -> None:
        self._work, self._session, self._remarks, self.stage = work, work.session, remarks, stage
        self._fields, self._names = fields, names
        self.matching = PatronMatching(work, stage)
        self.fate = self.matching.fate
        self._teller = PatronTeller(work, remarks, self.matching, fields)
        self._now = work.clock.now()
        self._keys: dict[str, sa.ColumnElement[Any]] = {}
        self._activation = Activation(work, through="file")
        self._beside = PatronBeside(work, remarks, self.matching, tuple(field for field in BESIDE if field in fields))

    def run(self, ticket: Ticket) -> None:
        """Matches, checks, tells and writes; `check` of the ticket between the steps."""
        steps = (
            self.matching.run, self._compare, self._teller.tell, self._settle_names, self._update, self._insert, self._activate,
            self._beside.write, self._refold, self._teller.tell_after,
        )  # fmt: skip
        for number, step in enumerate(steps):
            ticket.check()
            ticket.progress(number, len(steps), "Comparing and writing")
            step()

    def has(self, field: str) -> bool:
        """Whether the file has the field."""
        return field in self._fields

    # ---- what changes

    @property
    def _columns(self) -> list[str]:
        """The fields that are columns of a patron, but for those with rules of their own."""
        return [field for field in self._fields if field not in _OWN_RULES]

    def _at(self, field: str) -> sa.Column[Any]:
        return P.c[self._names[field].column_name if field in self._names else field]

    def _compare(self) -> None:
        stage, fate = self.stage, self.fate
        meets = sa.exists().where(stage.c.line == fate.c.line, P.c.id == fate.c.target)
        if self.has("enabled"):
            wakes = meets.where(stage.c.enabled == sa.true(), P.c.enabled == sa.false())
            self._session.execute(sa.update(fate).where(self.matching.known, wakes).values(changed=1, wakes=1))
        self._keep_prefixed()
        differs = [
            sa.and_(stage.c[field].is_not(None), stage.c[field].is_distinct_from(self._at(field))) for field in self._columns
        ]
        differs += self._beside.differs()
        if self.has("enabled"):
            differs.append(sa.and_(stage.c.enabled == sa.false(), P.c.enabled == sa.true(), ~self._activation.must_stay(P.c.id)))
        self._session.execute(sa.update(fate).where(self.matching.known, meets.where(sa.or_(*differs))).values(changed=1))

    def _keep_prefixed(self) -> None:
        """`Inactive-` stays before a username until its patron is active again."""
        stage, fate = self.stage, self.fate
        prefixed = sa.exists().where(
            fate.c.line == stage.c.line,
            P.c.id == fate.c.target,
            fate.c.wakes.is_(None),
            P.c.username == sa.literal(PREFIX) + stage.c.username,
        )
        self._session.execute(sa.update(stage).where(prefixed).values(username=None))

    def _changed(self, *wanted: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
        """The patrons that rows change, where a condition about row and patron holds."""
        return (
            sa.select(P.c.id)
            .join(self.fate, self.fate.c.target == P.c.id)
            .join(self.stage, self.stage.c.line == self.fate.c.line)
            .where(self.fate.c.changed == 1, self.matching.known, *wanted)
        )

    # ---- writing

    def _settle_names(self) -> None:
        stage, fate = self.stage, self.fate
        written = sa.or_(self.matching.new, sa.and_(self.matching.known, fate.c.changed == 1))
        for field, names in self._names.items():
            if self.has(field):
                waiting = (
                    sa.select(stage.c[field]).select_from(self.matching.joined()).where(stage.c[field] < 0, written).distinct()
                )
                self._keys[field] = names.settle(self._session, stage, waiting, self._remarks)

    def _value(self, field: str) -> sa.ColumnElement[Any]:
        """What a row says of a field, names as keys of their tables."""
        return self._keys.get(field, self.stage.c[field])

    def _update(self) -> None:
        stage, fate = self.stage, self.fate
        if self._session.scalar(sa.select(fate.c.line).where(fate.c.changed == 1).limit(1)) is None:
            return
        self._session.execute(sa.insert(FORMER).from_select(["patron_id", "barcode", "replaced_on"], self._replaced()))
        for key in KEYED.others:
            self._session.execute(sa.update(P).where(P.c.id.in_(self.matching.changing_hands(key))).values({key: None}))
        values: dict[str, Any] = {
            self._at(field).name: sa.func.coalesce(self._value(field), self._at(field)) for field in self._columns
        }
        self._session.execute(
            sa.update(P)
            .where(P.c.id == fate.c.target, fate.c.changed == 1, fate.c.code.is_(None), stage.c.line == fate.c.line)
            .values(**values, version=P.c.version + 1, updated_at=self._now)
        )
        back = sa.exists().where(P.c.id == FORMER.c.patron_id, P.c.barcode == FORMER.c.barcode, P.c.id.in_(self._changed()))
        self._session.execute(sa.delete(FORMER).where(back))

    def _replaced(self) -> sa.Select[Any]:
        """The barcodes that other ones replace."""
        stage, fate = self.stage, self.fate
        return (
            sa.select(P.c.id, P.c.barcode, sa.literal(self._work.clock.today(), sa.Date()))
            .join(fate, fate.c.target == P.c.id)
            .join(stage, stage.c.line == fate.c.line)
            .where(fate.c.changed == 1, fate.c.code.is_(None), stage.c.barcode.is_not(None), P.c.barcode != stage.c.barcode)
        )

    def _insert(self) -> None:
        stage = self.stage
        if (
            self._session.scalar(sa.select(stage.c.line).select_from(self.matching.joined()).where(self.matching.new).limit(1))
            is None
        ):
            return
        values: dict[str, Any] = {
            self._at(field).name: self._value(field)
            for field in self._columns
            if field not in ("patron_type", "record_type", "account_type")
        }
        enabled = sa.func.coalesce(stage.c.enabled, sa.true()) if self.has("enabled") else sa.true()
        values |= {
            "library_id": sa.literal(self._work.library_id), "version": sa.literal(1), "sort_key": stage.c.sort_key,
            "search_text": stage.c.search_text, "enabled": enabled, "patron_type_id": self._type_of_new(),
            "record_type": self._or("record_type", "public"), "account_type": self._or("account_type", "external"),
            "created_at": sa.literal(self._now, P.c.created_at.type), "updated_at": sa.literal(self._now, P.c.created_at.type),
        }  # fmt: skip
        if self.has("enabled"):
            off = stage.c.enabled == sa.false()
            values |= {name: sa.case((off, value)) for name, value in self._activation.marks(REASON).items()}
        rows = sa.select(*values.values()).select_from(self.matching.joined()).where(self.matching.new).order_by(stage.c.line)
        self._session.execute(sa.insert(P).from_select(list(values), rows))

    def _or(self, field: str, otherwise: str) -> sa.ColumnElement[Any]:
        return sa.func.coalesce(self.stage.c[field], otherwise) if self.has(field) else sa.literal(otherwise)

    def _type_of_new(self) -> sa.ColumnElement[Any]:
        """The patron type of new patrons: the row's, or a neutral one, which is said."""
        stage = self.stage
        field = stage.c.patron_type if self.has("patron_type") else sa.null()
        without = self._session.scalar(
            sa.select(sa.func.count()).select_from(self.matching.joined()).where(self.matching.new, field.is_(None))
        )
        if not without:
            return self._value("patron_type")
        key = self._session.scalar(sa.select(TYPES.c.id).where(TYPES.c.name == _DEFAULT_TYPE))
        if key is None:
            key = self._session.execute(sa.insert(TYPES).values(name=_DEFAULT_TYPE).returning(TYPES.c.id)).scalar_one()
        said = f"New patrons without a patron type get “{_DEFAULT_TYPE}”: {without:,} of them."
        self._remarks.once(M.DEFAULTED, "PATRON_TYPE_DEFAULTED", "patron_type", said)
        return sa.func.coalesce(self._value("patron_type"), key) if self.has("patron_type") else sa.literal(key)

    def _activate(self) -> None:
        if self.has("enabled"):
            off = self._changed(self.stage.c.enabled == sa.false(), P.c.enabled == sa.true(), ~self._activation.must_stay(P.c.id))
            self._activation.disable(off, REASON)
            self._activation.enable(self._changed(self.fate.c.wakes == 1))

    def _refold(self) -> None:
        """Writes the folded copies of changed patrons: what they kept is only known now."""
        searching.refold(self._session, sa.select(self.fate.c.target).where(self.fate.c.changed == 1, self.fate.c.code.is_(None)))
