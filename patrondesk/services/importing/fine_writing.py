"""Staged fines become fines, with a line of payment for what was paid, so that amounts and lines agree."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import MessageKind, RowOutcome
from patrondesk.services import changes
from patrondesk.services.door import Work
from patrondesk.services.importing.fine_alike import TYPE, find_alike
from patrondesk.services.importing.holding import Held, Teller
from patrondesk.services.importing.links import MEANINGS, Links
from patrondesk.services.importing.reading import Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.tables import FINE_LINES, FINES, LOANS

M, R = MessageKind, RowOutcome
_MEANINGS = {
    **MEANINGS,
    "LOAN_OF_ANOTHER": Held(R.CONFLICT, "loan", "The loan {loan} is another patron's."),
    "FINE_OF_ANOTHER": Held(R.CONFLICT, "external_id", "The fine {external_id} is here with another patron."),
}  # fmt: skip
_Column = sa.ColumnElement[Any]
_COMPARED = ("type", "amount", "balance", "status", "charged_on", "comment")


class FineWriter:
    """One import's staged fines on their way into the library."""

    def __init__(self, work: Work, remarks: Remarks, links: Links) -> None:
        self._work, self._session, self._remarks, self._links = work, work.session, remarks, links
        self._stage, self._fate = links.stage, links.fate

    def run(self, ticket: Ticket) -> None:
        """Matches, checks, tells and writes."""
        steps = (
            self._find_loans,
            self._find_fines,
            self._hold_doubled,
            self._compare,
            self._tell,
            self._update,
            self._insert,
            self._touch,
        )
        for number, step in enumerate(steps):
            ticket.check()
            ticket.progress(number, len(steps), "Comparing and writing")
            step()

    def _find_loans(self) -> None:
        """The loan that a fine is for; it also says whose fine it is, and of which item, where the row does not."""
        stage, fate = self._stage, self._fate
        row, here = stage.c.line == fate.c.line, LOANS.c.library_id == self._work.library_id
        loan = sa.select(LOANS.c.id).where(row, here, LOANS.c.external_id == stage.c.loan).correlate(fate).scalar_subquery()
        self._session.execute(sa.update(fate).where(self._links.taken).values(loan_id=loan))
        its = {
            column: sa.select(LOANS.c[column]).where(LOANS.c.id == fate.c.loan_id).scalar_subquery()
            for column in ("patron_id", "item_id")
        }
        known = sa.and_(self._links.taken, fate.c.loan_id.is_not(None))
        self._session.execute(sa.update(fate).where(known, fate.c.patron.is_(None)).values(patron=its["patron_id"]))
        self._session.execute(sa.update(fate).where(known, fate.c.item.is_(None)).values(item=its["item_id"]))
        self._session.execute(sa.update(fate).where(known, its["patron_id"] != fate.c.patron).values(code="LOAN_OF_ANOTHER"))
        self._session.execute(sa.update(fate).where(self._links.taken, fate.c.patron.is_(None)).values(code="PATRON_MISSING"))
        gone = (
            sa.select(stage.c.line, stage.c.loan, fate.c.patron).select_from(self._links.rows())
            .where(self._links.taken, stage.c.loan.is_not(None), fate.c.loan_id.is_(None)).order_by(stage.c.line)
        )  # fmt: skip
        for line, word, patron in self._session.execute(gone):
            self._remarks.say(
                line, M.NOTICE, "UNKNOWN_LOAN", "loan", f"The loan {word} is not here; the fine is kept without it.", patron
            )

    def _find_fines(self) -> None:
        stage, fate = self._stage, self._fate
        row, here = stage.c.line == fate.c.line, FINES.c.library_id == self._work.library_id
        by_id = (
            sa.select(FINES.c.id).where(row, here, FINES.c.external_id == stage.c.external_id).correlate(fate).scalar_subquery()
        )
        self._session.execute(sa.update(fate).where(self._links.taken).values(fine=by_id))
        find_alike(self._session, self._work.library_id, self._links)
        strangers = sa.exists().where(FINES.c.id == fate.c.fine, FINES.c.patron_id.is_distinct_from(fate.c.patron))
        self._session.execute(sa.update(fate).where(self._links.taken, strangers).values(code="FINE_OF_ANOTHER"))

    def _hold_doubled(self) -> None:
        self._links.hold_doubled(
            [self._stage.c.external_id], self._stage.c.external_id.is_not(None), differing="DUPLICATE_IN_FILE"
        )

    def _compare(self) -> None:
        """A fine settled here stays settled, whatever an older file says; otherwise the file is believed."""
        stage, fate = self._stage, self._fate
        row = sa.and_(stage.c.line == fate.c.line, FINES.c.id == fate.c.fine)
        differs = [sa.and_(stage.c[name].is_not(None), stage.c[name].is_distinct_from(FINES.c[name])) for name in _COMPARED]
        settled = sa.exists().where(row, FINES.c.status == "closed", sa.func.coalesce(stage.c.status, "active") != "closed")
        for line, patron in self._session.execute(
            sa.select(fate.c.line, fate.c.patron).where(self._links.taken, settled).order_by(fate.c.line)
        ):
            self._remarks.say(
                line, M.IGNORED, "FINE_SETTLED_HERE", "status", "The fine is settled here already and stays so.", patron
            )
        changed = sa.and_(self._links.taken, ~settled, sa.exists().where(row, sa.or_(*differs)))
        self._session.execute(sa.update(fate).where(changed).values(changed=1))

    def _tell(self) -> None:
        fate, taken = self._fate, self._links.taken
        teller = Teller(
            self._session, self._remarks, self._stage, fate, who=("patron_barcode", "patron_username", "patron_external_id"),
            keys=("external_id",), words=self._links.key_words(),
        )  # fmt: skip
        teller.tell_held(_MEANINGS, fate.c.patron)
        says = ("type", "charged_on")
        teller.tell(R.ADDED, taken, fate.c.fine.is_(None), says=says)
        teller.tell(R.UPDATED, taken, fate.c.changed == 1, says=says)
        teller.tell(R.UNCHANGED, taken, fate.c.fine.is_not(None), fate.c.changed.is_(None), says=says)

    def _update(self) -> None:
        """What was settled elsewhere meanwhile becomes a line, so that lines and balance go on agreeing."""
        stage, fate = self._stage, self._fate
        mine = sa.and_(FINES.c.id == fate.c.fine, fate.c.changed == 1, fate.c.code.is_(None), stage.c.line == fate.c.line)
        lines = (
            sa.select(sa.func.coalesce(sa.func.sum(FINE_LINES.c.amount), 0))
            .where(FINE_LINES.c.fine_id == FINES.c.id)
            .scalar_subquery()
        )
        settled = sa.func.coalesce(stage.c.amount, FINES.c.amount) - sa.func.coalesce(stage.c.balance, FINES.c.balance) - lines
        waived = sa.func.coalesce(stage.c.waived, 0)
        source = FINES.join(fate, fate.c.fine == FINES.c.id).join(stage, stage.c.line == fate.c.line)
        self._add_lines(source, FINES.c.id, settled - waived, waived, stage.c.paid_at, mine)
        values = {name: sa.func.coalesce(stage.c[name], FINES.c[name]) for name in _COMPARED}
        self._session.execute(sa.update(FINES).where(mine).values(**values))

    def _insert(self) -> None:
        stage, fate = self._stage, self._fate
        new = sa.and_(self._links.taken, fate.c.fine.is_(None))
        untyped = sa.select(stage.c.line).select_from(self._links.rows()).where(new, stage.c.type.is_(None)).limit(1)
        if self._session.scalar(untyped) is not None:
            self._remarks.once(M.DEFAULTED, "FINE_TYPE_DEFAULTED", "type", f"Fines without a type get “{TYPE}”.")
        last = self._session.scalar(sa.select(sa.func.max(FINES.c.id))) or 0
        values: dict[str, Any] = {name: stage.c[name] for name in _COMPARED}
        values |= {
            "library_id": sa.literal(self._work.library_id), "patron_id": fate.c.patron, "loan_id": fate.c.loan_id,
            "item_id": fate.c.item,
            "external_id": stage.c.external_id, "origin": sa.literal("import"), "type": sa.func.coalesce(stage.c.type, TYPE),
            "status": sa.func.coalesce(stage.c.status, "active"),
        }  # fmt: skip
        rows = sa.select(*values.values()).select_from(self._links.rows()).where(new).order_by(stage.c.line)
        self._session.execute(sa.insert(FINES).from_select(list(values), rows))
        # Keys grow in the order of the rows, so the n-th new fine is the n-th new row.
        made = (
            sa.select(FINES.c.id, sa.func.row_number().over(order_by=FINES.c.id).label("n"))
            .where(FINES.c.id > last)
            .subquery("made")
        )
        numbered = (
            sa.select(stage.c.paid, stage.c.waived, stage.c.paid_at, sa.func.row_number().over(order_by=stage.c.line).label("n"))
            .select_from(self._links.rows()).where(new).subquery("numbered")
        )  # fmt: skip
        source = made.join(numbered, made.c.n == numbered.c.n)
        self._add_lines(source, made.c.id, numbered.c.paid, numbered.c.waived, numbered.c.paid_at, sa.true())

    def _add_lines(
        self, source: sa.FromClause, fine: _Column, paid: _Column, waived: _Column, at: _Column, where: sa.ColumnElement[bool]
    ) -> None:
        """Lines of payment (a used-up credit where it is negative) and of waiver, collected first: they are summed meanwhile."""
        lines = []
        for kind, amount in (("payment", paid), ("waiver", waived)):
            rows = self._session.execute(
                sa.select(fine, amount, at).select_from(source).where(where, amount != 0).order_by(fine)
            ).all()
            lines += [
                {"fine_id": key, "kind": "credit" if sum_ < 0 and kind == "payment" else kind, "amount": sum_, "at": moment,
                 "author_id": self._work.actor.staff_id}
                for key, sum_, moment in rows
            ]  # fmt: skip
        if lines:
            self._session.connection().execute(sa.insert(FINE_LINES), lines)

    def _touch(self) -> None:
        fate = self._fate
        written = sa.or_(fate.c.fine.is_(None), fate.c.changed == 1)
        patrons = sa.select(fate.c.patron).where(self._links.taken, written)
        changes.touch(self._session, self._work.clock.now(), patrons)
        changes.refresh_activity(self._session, patrons)
