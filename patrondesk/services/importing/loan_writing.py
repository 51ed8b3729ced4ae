"""Staged loans become loans: matched with those that are here, checked, facets copied from patron and item."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import MessageKind, RowOutcome
from patrondesk.services import changes
from patrondesk.services.door import Work
from patrondesk.services.importing.holding import Held, Teller
from patrondesk.services.importing.links import MEANINGS, Links
from patrondesk.services.importing.reading import Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import DIGEST
from patrondesk.services.importing.tables import GROUPS, ITEMS, LEVELS, LOANS, TYPES
from patrondesk.services.importing.tables import PATRONS as P

M, R = MessageKind, RowOutcome
_MEANINGS = {
    **MEANINGS,
    "ITEM_TWICE": Held(R.CONFLICT, None, "Two rows have the item “{item_key}” on loan at once."),
    "ITEM_ON_LOAN": Held(R.CONFLICT, None, "The item “{item_key}” is on loan already."),
    "LOAN_OF_ANOTHER": Held(R.CONFLICT, "external_id", "The loan {external_id} is here with another patron or item."),
}  # fmt: skip
_COMPARED = ("due_on", "renewals", "external_id")


class LoanWriter:
    """One import's staged loans on their way into the library."""

    def __init__(self, work: Work, remarks: Remarks, links: Links) -> None:
        self._work, self._session, self._remarks, self._links = work, work.session, remarks, links
        self._stage, self._fate = links.stage, links.fate

    def run(self, ticket: Ticket) -> None:
        """Matches, checks, tells and writes."""
        steps = (
            self._find,
            self._hold_doubled,
            self._hold_on_loan,
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

    def _find(self) -> None:
        """The loan that a row is about: by its external id, else the same patron, item and day."""
        stage, fate, here = self._stage, self._fate, LOANS.c.library_id == self._work.library_id
        row = stage.c.line == fate.c.line
        by_id = (
            sa.select(LOANS.c.id).where(here, row, LOANS.c.external_id == stage.c.external_id).correlate(fate).scalar_subquery()
        )
        self._session.execute(sa.update(fate).where(self._links.taken).values(loan=by_id))
        strangers = sa.exists().where(
            LOANS.c.id == fate.c.loan, sa.or_(LOANS.c.patron_id.is_distinct_from(fate.c.patron), LOANS.c.item_id != fate.c.item)
        )
        self._session.execute(sa.update(fate).where(self._links.taken, strangers).values(code="LOAN_OF_ANOTHER"))
        same = sa.and_(
            here, row, LOANS.c.patron_id == fate.c.patron, LOANS.c.item_id == fate.c.item,
            LOANS.c.checked_out_at >= stage.c.day_begins,
            LOANS.c.checked_out_at < stage.c.day_ends, sa.or_(LOANS.c.external_id.is_(None), stage.c.external_id.is_(None)),
        )  # fmt: skip
        first = sa.select(sa.func.min(LOANS.c.id)).where(same).correlate(fate)
        by_day = first.scalar_subquery()
        exactly = first.where(LOANS.c.checked_out_at == stage.c.checked_out_at).scalar_subquery()
        if self._session.scalar(sa.select(LOANS.c.id).where(here).limit(1)) is not None:
            unfound = sa.and_(self._links.taken, fate.c.loan.is_(None))
            self._session.execute(sa.update(fate).where(unfound).values(loan=sa.func.coalesce(exactly, by_day)))

    def _hold_doubled(self) -> None:
        stage, fate = self._stage, self._fate
        self._links.hold_doubled([stage.c.external_id], stage.c.external_id.is_not(None), differing="DUPLICATE_IN_FILE")
        by = [fate.c.patron, fate.c.item, stage.c.checked_out_at, stage.c[DIGEST]]
        self._links.hold_doubled(by, stage.c.external_id.is_(None), differing=None)
        open_twice = (
            sa.select(fate.c.item)
            .select_from(self._links.rows())
            .where(self._links.taken, stage.c.ended_at.is_(None))
            .group_by(fate.c.item)
            .having(sa.func.count() > 1)
        )
        self._links.hold("ITEM_TWICE", stage.c.ended_at.is_(None), fate.c.item.in_(open_twice))

    def _hold_on_loan(self) -> None:
        """An item has one open loan: another one waits, unless this file ends the present one."""
        stage, fate = self._stage, self._fate
        ending = fate.alias("ending")
        ending_row = stage.alias("ending_row")
        ends = sa.exists().where(
            ending.c.loan == LOANS.c.id,
            ending.c.code.is_(None),
            ending_row.c.line == ending.c.line,
            ending_row.c.ended_at.is_not(None),
        )
        out = sa.exists().where(LOANS.c.item_id == fate.c.item, LOANS.c.status == "open", ~ends)
        self._links.hold("ITEM_ON_LOAN", stage.c.ended_at.is_(None), fate.c.loan.is_(None), out)

    def _compare(self) -> None:
        stage, fate = self._stage, self._fate
        ends = sa.and_(stage.c.ended_at.is_not(None), LOANS.c.status == "open")
        differs = [sa.and_(stage.c[name].is_not(None), stage.c[name].is_distinct_from(LOANS.c[name])) for name in _COMPARED]
        meets = sa.exists().where(stage.c.line == fate.c.line, LOANS.c.id == fate.c.loan, sa.or_(ends, *differs))
        self._session.execute(sa.update(fate).where(self._links.taken, meets).values(changed=1))
        again = (
            sa.select(stage.c.line, fate.c.patron)
            .select_from(self._links.rows().join(LOANS, LOANS.c.id == fate.c.loan))
            .where(self._links.taken, stage.c.ended_at.is_(None), LOANS.c.status != "open")
        )
        for line, patron in self._session.execute(again.order_by(stage.c.line)):
            self._remarks.say(
                line, M.IGNORED, "LOAN_ENDED_HERE", "returned", "The loan has ended here already and stays so.", patron
            )

    def _tell(self) -> None:
        fate, taken = self._fate, self._links.taken
        teller = Teller(
            self._session, self._remarks, self._stage, fate, who=("patron_barcode", "patron_username", "patron_external_id"),
            keys=("item_barcode", "item_external_id"), words=self._links.key_words(),
        )  # fmt: skip
        teller.tell_held(_MEANINGS, fate.c.patron)
        teller.tell(R.ADDED, taken, fate.c.loan.is_(None), says=("due_on",))
        teller.tell(R.UPDATED, taken, fate.c.changed == 1, says=("due_on",))
        teller.tell(R.UNCHANGED, taken, fate.c.loan.is_not(None), fate.c.changed.is_(None), says=("due_on",))

    def _update(self) -> None:
        stage, fate = self._stage, self._fate
        mine = sa.and_(LOANS.c.id == fate.c.loan, fate.c.changed == 1, fate.c.code.is_(None), stage.c.line == fate.c.line)
        back = sa.and_(mine, stage.c.ended_at.is_not(None), LOANS.c.status == "open")
        home = (
            sa.select(LOANS.c.item_id).join(fate, fate.c.loan == LOANS.c.id).join(stage, stage.c.line == fate.c.line).where(back)
        )
        self._session.execute(
            sa.update(ITEMS).where(ITEMS.c.id.in_(home), ITEMS.c.status.in_(("on_loan", "lost"))).values(status="available")
        )
        self._session.execute(sa.update(LOANS).where(back).values(status="returned", ended_at=stage.c.ended_at))
        values = {name: sa.func.coalesce(stage.c[name], LOANS.c[name]) for name in _COMPARED}
        self._session.execute(sa.update(LOANS).where(mine).values(**values))

    def _insert(self) -> None:
        stage, fate = self._stage, self._fate
        new = sa.and_(self._links.taken, fate.c.loan.is_(None))
        status = sa.case((stage.c.ended_at.is_(None), "open"), else_="returned")
        values: dict[str, Any] = {
            "library_id": sa.literal(self._work.library_id), "patron_id": fate.c.patron, "item_id": fate.c.item,
            "external_id": stage.c.external_id, "checked_out_at": stage.c.checked_out_at, "due_on": stage.c.due_on,
            "renewals": sa.func.coalesce(stage.c.renewals, 0), "ended_at": stage.c.ended_at, "status": status,
            "patron_type": TYPES.c.name, "user_group": GROUPS.c.name, "year_level": LEVELS.c.name, "homeroom": P.c.homeroom,
            "academic_period": stage.c.academic_period, "collection": ITEMS.c.collection,
        }  # fmt: skip
        source = (
            self._links.rows().join(P, P.c.id == fate.c.patron).join(ITEMS, ITEMS.c.id == fate.c.item)
            .join(TYPES, TYPES.c.id == P.c.patron_type_id)
            .outerjoin(GROUPS, GROUPS.c.id == P.c.user_group_id).outerjoin(LEVELS, LEVELS.c.id == P.c.year_level_id)
        )  # fmt: skip
        self._session.execute(
            sa.insert(LOANS).from_select(
                list(values), sa.select(*values.values()).select_from(source).where(new).order_by(stage.c.line)
            )
        )
        out = sa.select(fate.c.item).select_from(self._links.rows()).where(new, stage.c.ended_at.is_(None))
        stays = ("on_loan", "lost", "withdrawn")
        self._session.execute(sa.update(ITEMS).where(ITEMS.c.id.in_(out), ITEMS.c.status.not_in(stays)).values(status="on_loan"))

    def _touch(self) -> None:
        fate = self._fate
        written = sa.or_(fate.c.loan.is_(None), fate.c.changed == 1)
        patrons = sa.select(fate.c.patron).where(self._links.taken, written)
        changes.touch(self._session, self._work.clock.now(), patrons)
        changes.refresh_activity(self._session, patrons)
