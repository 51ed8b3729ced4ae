"""Staged patrons become patrons: a handful of statements for all rows, in the one transaction of the import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing import searching
from patrondesk.services.importing.activation import PREFIX, Activation
from patrondesk.services.importing.matching import Keyed, Matching
from patrondesk.services.importing.naming import Names
from patrondesk.services.importing.patron_telling import INTERNAL, NO_FAMILY_NAME, OLD_CARD, OLD_CARD_TAKEN, PatronTeller
from patrondesk.services.importing.reading import Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.tables import BLOCKS, FORMER, NOTES, TYPES
from patrondesk.services.importing.tables import PATRONS as P

M = MessageKind
PATRONS = Keyed(P, "external_id", ("username", "barcode"), linking=("username",))
_BESIDE = ("block", "note", "guarantor", "enabled")
_DEFAULT_TYPE = "patron"
REASON = "In an imported file"


class PatronWriter:
    """One import's staged rows on their way into the library."""

    def __init__(self, work: Work, remarks: Remarks, stage: sa.Table, fields: Sequence[str], names: dict[str, Names]) -> None:
        self._work, self._session, self._remarks, self.stage = work, work.session, remarks, stage
        self._fields, self._names = fields, names
        self.matching = Matching(work.session, work.library_id, stage, PATRONS, "changed", "wakes", "fresh")
        self.fate = self.matching.fate
        self._teller = PatronTeller(work, remarks, self.matching, fields)
        self._now = work.clock.now()
        self._keys: dict[str, sa.ColumnElement[Any]] = {}
        self._activation = Activation(work, through="file")

    def run(self, ticket: Ticket) -> None:
        """Matches, checks, tells and writes; `check` of the ticket between the steps."""
        steps = (
            self.matching.run, self._match_inactive, self._match_old_cards, self._keep_internal, self._refuse_nameless,
            self.matching.zeros, self._compare,
            self._teller.tell, self._settle_names, self._update, self._insert, self._activate, self._link_new, self._add_blocks,
            self._add_notes, self._set_guarantors, self._refold, self._teller.tell_after,
        )  # fmt: skip
        for number, step in enumerate(steps):
            ticket.check()
            ticket.progress(number, len(steps), "Comparing and writing")
            step()

    def has(self, field: str) -> bool:
        """Whether the file has the field."""
        return field in self._fields

    # ---- who is meant

    def _match_old_cards(self) -> None:
        """A row known by nothing but a former barcode is its last owner, whose present card stays."""
        stage, fate, session = self.stage, self.fate, self._session
        if session.scalar(sa.select(FORMER.c.id).limit(1)) is None:
            return
        found = session.execute(
            sa.select(stage.c.line, stage.c.username, stage.c.external_id, P.c.id, P.c.username, P.c.external_id)
            .select_from(
                self.matching.joined().join(FORMER, FORMER.c.barcode == stage.c.barcode).join(P, P.c.id == FORMER.c.patron_id)
            )
            .where(self.matching.new, P.c.library_id == self._work.library_id)
            .distinct()
        ).all()
        owners: dict[int, list[Any]] = {}
        for row in found:
            owners.setdefault(row[0], []).append(row)
        held, old = [], {}
        for line, rows in owners.items():
            _line, username, external_id, patron, their_username, their_id = rows[0]
            another = (
                len(rows) > 1
                or (external_id and external_id != their_id)
                or (username and their_username and username != their_username)
            )
            if another:
                held.append((line, patron))
            else:
                old[line] = patron
        self.matching.hold([*(line for line, _patron in held), *old], OLD_CARD)
        for line, patron in (*held, *old.items()):
            code = None if line in old else OLD_CARD_TAKEN
            session.execute(
                sa.update(fate)
                .where(fate.c.line == line)
                .values(code=code, target=patron if line in old else None, other=None if line in old else patron)
            )
        if old:
            session.execute(
                sa.update(stage).where(stage.c.line == sa.bindparam("at")).values(barcode=None), [{"at": line} for line in old]
            )
            self._teller.old_cards.update(old)

    def _match_inactive(self) -> None:
        """A username that was prefixed when its patron was deactivated still finds the patron."""
        stage, fate = self.stage, self.fate
        prefixed = sa.and_(P.c.library_id == self._work.library_id, P.c.username == sa.literal(PREFIX) + stage.c.username)
        free = sa.or_(stage.c.external_id.is_(None), P.c.external_id.is_(None))
        found = (
            sa.select(stage.c.line, P.c.id)
            .select_from(self.matching.joined().join(P, prefixed))
            .where(fate.c.line.is_(None), free)
        )
        self._session.execute(sa.insert(fate).from_select(["line", "target"], found))

    def _keep_internal(self) -> None:
        """Accounts kept by hand are not overwritten [Alma]."""
        fate = self.fate
        internal = sa.select(P.c.id).where(P.c.library_id == self._work.library_id, P.c.account_type == "internal")
        self._session.execute(
            sa.update(fate).where(self.matching.known, fate.c.target.in_(internal)).values(code=INTERNAL, other=fate.c.target)
        )

    def _refuse_nameless(self) -> None:
        lines = self._session.scalars(
            sa.select(self.stage.c.line)
            .select_from(self.matching.joined())
            .where(self.matching.new, self.stage.c.family_name.is_(None))
        ).all()
        self.matching.hold(lines, NO_FAMILY_NAME)

    # ---- what changes

    @property
    def _columns(self) -> list[str]:
        """The fields that are columns of a patron, but for those with rules of their own."""
        return [field for field in self._fields if field not in _BESIDE]

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
        if self.has("block"):
            differs.append(sa.and_(stage.c.block == sa.true(), ~self._blocked(P.c.id)))
        if self.has("note"):
            noted = sa.exists().where(NOTES.c.patron_id == P.c.id, NOTES.c.text == stage.c.note)
            differs.append(sa.and_(stage.c.note.is_not(None), ~noted))
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

    def _blocked(self, patron: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """A block that still holds."""
        holds = sa.or_(BLOCKS.c.until.is_(None), BLOCKS.c.until >= self._work.clock.today())
        return sa.exists().where(BLOCKS.c.patron_id == patron, BLOCKS.c.lifted_at.is_(None), holds)

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
        for key in PATRONS.others:
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

    # ---- what hangs on patrons

    def _link_new(self) -> None:
        """Finds the new patrons of rows that have more to write than the patron."""
        beside = [self.stage.c[field].is_not(None) for field in ("block", "note", "guarantor") if self.has(field)]
        if not beside:
            return
        stage, fate = self.stage, self.fate
        for place, key in enumerate(PATRONS.keys):
            mine = sa.and_(*(stage.c[better].is_(None) for better in PATRONS.keys[:place]), P.c[key] == stage.c[key])
            found = (
                sa.select(stage.c.line, P.c.id, sa.literal(1))
                .select_from(self.matching.joined().join(P, mine))
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
            noted = sa.exists().where(NOTES.c.patron_id == P.c.id, NOTES.c.text == self.stage.c.note)
            rows = self._with(self.stage.c.note.is_not(None), ~noted).add_columns(
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

    def _refold(self) -> None:
        """Writes the folded copies of changed patrons: what they kept is only known now."""
        searching.refold(self._session, sa.select(self.fate.c.target).where(self.fate.c.changed == 1, self.fate.c.code.is_(None)))
