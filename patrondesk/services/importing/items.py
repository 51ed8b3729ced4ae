"""Items from a file: copies with their titles, prices and states."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import ImportRequest, MessageKind, RowOutcome
from patrondesk.services.door import Work
from patrondesk.services.importing import words
from patrondesk.services.importing.columns import Column, Trouble, key_column, money_column, text_column, truth_column
from patrondesk.services.importing.holding import Held, Teller
from patrondesk.services.importing.matching import DUPLICATE, SAME_LINE, SAME_RECORD, Keyed, Matching, taken
from patrondesk.services.importing.reading import Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.schools import Schools
from patrondesk.services.importing.staging import Stager, make, staged
from patrondesk.services.importing.tables import ITEMS, LOANS, TITLES, length
from patrondesk.services.policy import read_policy

M, R = MessageKind, RowOutcome
NEEDED = (("barcode", "external_id"),)
KEYED = Keyed(ITEMS, "external_id", ("barcode",), linking=("barcode",))
_OWN = ("external_id", "barcode", "call_number", "collection", "price", "status")
_STAGED = (*_OWN, "title", "author")
# The index over titles takes no longer texts on every engine.
_TITLE = 600
_MEANINGS = {
    "BARCODE_MISSING": Held(R.INVALID, "barcode", "A new item needs a barcode."),
    "TITLE_MISSING": Held(R.INVALID, "title", "A new item needs a title."),
    DUPLICATE: Held(R.CONFLICT, "barcode", "The rows differ, so none is taken."),
    SAME_LINE: Held(R.UNCHANGED, "barcode", "They say the same, so one is taken."),
    SAME_RECORD: Held(R.CONFLICT, "barcode", "Another row of this file is about the same item."),
    taken("barcode"): Held(R.CONFLICT, "barcode", "Barcode {barcode} belongs to another item."),
}


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session = work.session
    stage = staged("items", (sa.Column(field, ITEMS.c[field].type if field in ITEMS.c else sa.Text()) for field in _STAGED))
    matching = Matching(session, work.library_id, stage, KEYED, "changed", "kept")
    make(session, stage, matching.fate)
    schools = Schools(work)
    with Reading(request, remarks, NEEDED) as reading:
        stager = Stager(session, stage, _STAGED, _STAGED)
        for block in reading.blocks(_columns(work), ticket, lambda texts: (texts.get("title", ""), texts.get("barcode", ""))):
            block.fill((*_STAGED, "withdrawn", "library"))
            schools.check(block, remarks, "title")
            gone = block.values["withdrawn"]
            block.values["status"] = [
                "withdrawn" if out else status for out, status in zip(gone, block.values["status"], strict=True)
            ]
            stager.add(block)
    matching.run()
    ticket.check()
    _Writer(work, remarks, matching).run()


def _columns(work: Work) -> list[Column]:
    currency = read_policy(work.session, work.library_id).currency
    return [
        key_column("external_id", length(ITEMS, "external_id")), key_column("barcode", length(ITEMS, "barcode")),
        text_column("title", _TITLE), text_column("author", _TITLE), text_column("call_number", length(ITEMS, "call_number")),
        text_column("collection", length(ITEMS, "collection")), money_column("price", currency, M.IGNORED),
        Column("status", _state),
        truth_column("withdrawn", M.IGNORED), text_column("library", None),
    ]  # fmt: skip


def _state(text: str) -> object:
    try:
        return words.item_state(text)
    except ValueError:
        return Trouble(
            M.DEFAULTED,
            "UNKNOWN_STATUS",
            f"“{text}” is no known state of an item; a new one is available, others stay as they are.",
        )


class _Writer:
    def __init__(self, work: Work, remarks: Remarks, matching: Matching) -> None:
        self._work, self._session, self._remarks, self._matching = work, work.session, remarks, matching
        self._stage, self._fate = matching.stage, matching.fate

    def run(self) -> None:
        """Checks, tells and writes."""
        self._hold_incomplete()
        self._keep_states()
        self._compare()
        self._tell()
        self._make_titles()
        self._update()
        self._insert()

    def _hold_incomplete(self) -> None:
        for field in ("barcode", "title"):
            lines = self._session.scalars(
                sa.select(self._stage.c.line)
                .select_from(self._matching.joined())
                .where(self._matching.new, self._stage.c[field].is_(None))
            ).all()
            self._matching.hold(lines, f"{field.upper()}_MISSING")

    def _keep_states(self) -> None:
        """Whether an item is on loan is known here better than in a file: the loans say so."""
        stage, fate = self._stage, self._fate
        out = sa.exists().where(LOANS.c.item_id == fate.c.target, LOANS.c.status == "open")
        says = sa.exists().where(stage.c.line == fate.c.line, ITEMS.c.id == fate.c.target, stage.c.status != ITEMS.c.status)
        wrong = sa.or_(
            sa.and_(out, says.where(stage.c.status.in_(("available", "on_hold", "on_order", "in_process")))),
            sa.and_(~out, says.where(stage.c.status == "on_loan")),
        )
        self._session.execute(sa.update(fate).where(self._matching.known, wrong).values(kept=1))
        kept = sa.select(fate.c.line).where(fate.c.kept == 1)
        for line in self._session.scalars(kept.order_by(fate.c.line)):
            self._remarks.say(
                line, M.IGNORED, "STATUS_KEPT", "status", "The loans here say otherwise, so the item's state stays as it is."
            )
        self._session.execute(sa.update(stage).where(stage.c.line.in_(kept)).values(status=None))

    def _compare(self) -> None:
        stage, fate = self._stage, self._fate
        differs = [sa.and_(stage.c[field].is_not(None), stage.c[field].is_distinct_from(ITEMS.c[field])) for field in _OWN]
        differs += [
            sa.and_(stage.c[field].is_not(None), stage.c[field].is_distinct_from(TITLES.c[field]))
            for field in ("title", "author")
        ]
        meets = sa.exists().where(
            stage.c.line == fate.c.line, ITEMS.c.id == fate.c.target, TITLES.c.id == ITEMS.c.title_id, sa.or_(*differs)
        )
        self._session.execute(sa.update(fate).where(self._matching.known, meets).values(changed=1))

    def _tell(self) -> None:
        fate, matching = self._fate, self._matching
        teller = Teller(self._session, self._remarks, self._stage, fate, who=("title",), keys=("barcode", "external_id"))
        teller.tell_held(_MEANINGS, more={line: matching.twin_words(line) for line in matching.twins})
        says = ("call_number", "collection")
        teller.tell(R.ADDED, matching.new, says=says)
        teller.tell(R.UPDATED, matching.known, fate.c.changed == 1, says=says)
        teller.tell(R.UNCHANGED, matching.known, fate.c.changed.is_(None), says=says)

    def _same_title(self) -> sa.ColumnElement[bool]:
        stage = self._stage
        same_author = sa.or_(stage.c.author.is_(None), TITLES.c.author == stage.c.author)
        return sa.and_(TITLES.c.library_id == self._work.library_id, TITLES.c.title == stage.c.title, same_author)

    def _make_titles(self) -> None:
        """Copies of one title share it; a row that gives only an author keeps the title it has."""
        stage, fate = self._stage, self._fate
        old = (
            sa.select(TITLES.c.title)
            .join(ITEMS, ITEMS.c.title_id == TITLES.c.id)
            .where(ITEMS.c.id == fate.c.target, fate.c.line == stage.c.line)
        )
        author_only = sa.and_(stage.c.title.is_(None), stage.c.author.is_not(None))
        self._session.execute(sa.update(stage).where(author_only).values(title=old.scalar_subquery()))
        written = sa.or_(self._matching.new, sa.and_(self._matching.known, fate.c.changed == 1))
        missing = (
            sa.select(sa.literal(self._work.library_id), stage.c.title, stage.c.author)
            .select_from(self._matching.joined())
            .where(written, stage.c.title.is_not(None), ~sa.exists().where(self._same_title()).correlate(stage))
            .distinct()
        )
        # Those with an author first: a copy without one joins a title that has one.
        for with_author in (True, False):
            part = missing.where(stage.c.author.is_not(None) if with_author else stage.c.author.is_(None))
            self._session.execute(sa.insert(TITLES).from_select(["library_id", "title", "author"], part))

    def _title_id(self) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.min(TITLES.c.id)).where(self._same_title()).correlate(self._stage).scalar_subquery()

    def _update(self) -> None:
        stage, fate = self._stage, self._fate
        for key in KEYED.others:
            gives = self._session.execute(self._matching.changing_hands(key)).all()
            for (item,) in gives:  # not null, so a value nobody has until the new one is written
                self._session.execute(sa.update(ITEMS).where(ITEMS.c.id == item).values({key: f"\x01{item}"}))
        values: dict[str, Any] = {field: sa.func.coalesce(stage.c[field], ITEMS.c[field]) for field in _OWN}
        values["title_id"] = sa.case((stage.c.title.is_not(None), self._title_id()), else_=ITEMS.c.title_id)
        self._session.execute(
            sa.update(ITEMS)
            .where(ITEMS.c.id == fate.c.target, fate.c.changed == 1, fate.c.code.is_(None), stage.c.line == fate.c.line)
            .values(**values)
        )

    def _insert(self) -> None:
        stage = self._stage
        values: dict[str, Any] = {field: stage.c[field] for field in _OWN if field != "status"}
        values |= {
            "status": sa.func.coalesce(stage.c.status, "available"), "library_id": sa.literal(self._work.library_id),
            "title_id": self._title_id(),
        }  # fmt: skip
        rows = sa.select(*values.values()).select_from(self._matching.joined()).where(self._matching.new).order_by(stage.c.line)
        self._session.execute(sa.insert(ITEMS).from_select(list(values), rows))
