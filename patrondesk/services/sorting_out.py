"""A selection sorted out before it is changed together: who is changed, who is so already, who is left as they are and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from patrondesk.database import drop_working_table, keys, lock_patrons, working_table
from patrondesk.errors import Busy, WrongUsage
from patrondesk.guards.staff_role import with_role
from patrondesk.models.base import table_of
from patrondesk.models.patron import Patron
from patrondesk.records.bulk import BulkLook
from patrondesk.records.patron_lists import Chosen
from patrondesk.services import names, patron_listing
from patrondesk.services.door import Work

_NAMED = 12
GOING = sa.Table(
    "changed_together", sa.MetaData(), sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)  # fmt: skip
"""The keys of those who are changed, for the length of the transaction."""
going = sa.select(GOING.c.patron_id)


@dataclass(frozen=True, slots=True)
class Sorted:
    """`chosen`: who is selected. `already`: it is so. The first of the others that holds says why somebody is left out.

    `sparing`: accounts with a role and one's own are left as they are.
    """

    chosen: list[sa.ColumnElement[bool]]
    already: sa.ColumnElement[bool]
    sparing: bool = False
    locked: sa.ColumnElement[bool] | None = None
    unfit: sa.ColumnElement[bool] | None = None

    def fate(self, work: Work) -> sa.ColumnElement[str]:
        """What becomes of a row, as a field of BulkLook."""
        cases: list[tuple[sa.ColumnElement[bool], str]] = [(self.already, "already")]
        if self.sparing:
            cases += [(Patron.id == work.actor.id, "own"), (Patron.id.in_(with_role()), "staff")]
        if self.locked is not None:
            cases.append((self.locked, "locked"))
        if self.unfit is not None:
            cases.append((self.unfit, "unfit"))
        return sa.case(*cases, else_="changed")


def who(work: Work, chosen: Chosen) -> list[sa.ColumnElement[bool]]:
    """The condition on `patrons` of a selection. Raises WrongUsage for an empty one."""
    if chosen.query is not None:
        return patron_listing.found_by(work, chosen.query).where()
    if not chosen.ids:
        raise WrongUsage("Nobody is selected.", "Mark at least one patron.")
    return [Patron.library_id == work.library_id, Patron.id.in_(keys(work.session, chosen.ids))]


def look(work: Work, sorted_out: Sorted) -> BulkLook:
    """The numbers, and the first names on either side; three statements."""
    fate = sorted_out.fate(work)
    rows = sa.select(fate.label("fate")).where(*sorted_out.chosen).subquery()
    counted = work.session.execute(sa.select(rows.c.fate, sa.func.count()).group_by(rows.c.fate)).all()
    numbers = {word: number for word, number in counted}
    return BulkLook(
        sum(numbers.values()), numbers.pop("changed", 0), **numbers, names=_names(work, sorted_out, ("changed",)),
        spared_names=_names(work, sorted_out, ("own", "staff", "locked", "unfit")),
    )  # fmt: skip


def _names(work: Work, sorted_out: Sorted, fates: Sequence[str]) -> tuple[tuple[str, str], ...]:
    rows = work.session.execute(
        sa.select(Patron.family_name, Patron.given_name, Patron.preferred_name, Patron.username, Patron.barcode)
        .where(*sorted_out.chosen, sorted_out.fate(work).in_(fates))
        .order_by(Patron.sort_key, Patron.id)
        .limit(_NAMED)
    )
    return tuple((names.full_name(*row[:3]), row[3] or row[4] or "") for row in rows)


def hold(work: Work, sorted_out: Sorted, expected: int) -> None:
    """Puts the keys of those who are changed into GOING, and holds their rows; `let_go` afterwards.

    Raises Busy when they are not as many as were counted a moment ago: on a server others write meanwhile.
    """
    session = work.session
    working_table(session, GOING)
    chosen = sa.select(Patron.id).where(*sorted_out.chosen, sorted_out.fate(work) == "changed")
    session.execute(sa.insert(GOING).from_select(["patron_id"], chosen))
    if session.scalar(sa.select(sa.func.count()).select_from(GOING)) != expected:
        raise Busy("Somebody else changed some of them a moment ago; nothing was changed.", "Look again, then repeat it.")
    lock_patrons(session, going, table_of(Patron))


def let_go(work: Work) -> None:
    """Takes the keys away again."""
    drop_working_table(work.session, GOING)
