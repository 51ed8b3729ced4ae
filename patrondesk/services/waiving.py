"""Waiving the fines of many at once [Alma]: all or nothing a patron; disputed, credit and closed lines are never touched.

A patron's total is the balance as everywhere: active and disputed lines of known amount, net of credits. Where an active
line has no amount the total cannot be known, and the patron is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from patrondesk.database import keys, lock_patrons
from patrondesk.errors import WrongUsage
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.library import UserGroup
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.records.ids import FineId, PatronId
from patrondesk.records.staff import Permission
from patrondesk.records.waiving import LeftAlone, NotWaived, WaiveCriteria, Waived, WaivedFine
from patrondesk.services import balances
from patrondesk.services.changes import touch
from patrondesk.services.door import Work, operation

_NOBODY = Waived(0, (), ())


@operation(Permission.BULK_WAIVE, reads=True)
def find_considered(work: Work, criteria: WaiveCriteria) -> list[PatronId]:
    """Every patron with a fine that the criteria mean, in a stable order. Raises WrongUsage for an unknown group or type."""
    _check(work, criteria)
    ids = sa.select(Fine.patron_id).where(*_meant(work, criteria)).distinct().order_by(Fine.patron_id)
    return [PatronId(key) for key in work.session.scalars(ids) if key is not None]


def _check(work: Work, criteria: WaiveCriteria) -> None:
    known = set(work.session.scalars(sa.select(UserGroup.name).where(UserGroup.name.in_(criteria.groups))))
    for name in criteria.groups:
        if name not in known:
            raise WrongUsage(f"There is no user group “{name}”.", "Write it exactly as the patrons' details show it.")
    present = sa.select(Fine.type).where(Fine.library_id == work.library_id, Fine.type.in_(criteria.types)).distinct()
    types = set(work.session.scalars(present))
    for name in criteria.types:
        if name not in types:
            every = work.session.scalars(
                sa.select(Fine.type).where(Fine.library_id == work.library_id).distinct().order_by(Fine.type)
            ).all()
            raise WrongUsage(f"No fine is of the type “{name}”.", f"There are: {', '.join(every) or 'no fines at all'}.")


def _meant(work: Work, criteria: WaiveCriteria) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [
        Fine.library_id == work.library_id,
        Fine.patron_id.is_not(None),
        Fine.status == "active",
        Fine.balance > 0,
    ]
    if criteria.types:
        where.append(Fine.type.in_(criteria.types))
    if criteria.charged_from is not None:
        where.append(Fine.charged_on >= criteria.charged_from)
    if criteria.charged_until is not None:
        where.append(Fine.charged_on <= criteria.charged_until)
    if criteria.groups:
        groups = sa.select(UserGroup.id).where(UserGroup.name.in_(criteria.groups))
        where.append(Fine.patron_id.in_(sa.select(Patron.id).where(Patron.user_group_id.in_(groups))))
    return where


@operation(Permission.BULK_WAIVE, reads=True)
def preview_waiving(work: Work, criteria: WaiveCriteria, ids: Sequence[PatronId]) -> Waived:
    """What waiving for these patrons would do now."""
    return _judge(work, criteria, ids)


@operation(Permission.BULK_WAIVE)
def waive_some(work: Work, criteria: WaiveCriteria, ids: Sequence[PatronId], reason: str, comment: str | None = None) -> Waived:
    """Waives for those of these patrons who may have it; each was looked at again, and all of it or nothing is done."""
    if not reason.strip():
        raise WrongUsage("A waiver needs a reason.", "Say why, in a word or two.")
    if not ids:
        return _NOBODY
    session, now = work.session, work.clock.now()
    lock_patrons(session, keys(session, ids), table_of(Patron))
    judged = _judge(work, criteria, ids)
    if judged.fines:
        fines = keys(session, [fine.id for fine in judged.fines])
        lines, table = table_of(FineLine), table_of(Fine)
        said = {"reason": reason.strip(), "comment": (comment or "").strip() or None}
        session.connection().execute(
            sa.insert(lines).from_select(
                ["fine_id", "kind", "amount", "at", "author_id", "reason", "comment"],
                sa.select(
                    table.c.id, sa.literal("waiver"), table.c.balance, sa.literal(now, lines.c.at.type),
                    sa.literal(work.actor.staff_id), sa.literal(said["reason"]), sa.literal(said["comment"], sa.Text()),
                ).where(table.c.id.in_(fines)),
            )
        )  # fmt: skip
        closed = session.connection().execute(sa.update(table).where(table.c.id.in_(fines)).values(balance=0, status="closed"))
        assert closed.rowcount == len(judged.fines), "more or fewer fines were waived than told"
        touch(session, now, sorted({fine.patron_id for fine in judged.fines}))
    facts = {"considered": judged.considered, "patrons": judged.patrons, "fines": len(judged.fines), "amount": judged.amount}
    work.record("fines.bulk_waive", facts)
    return judged


def _judge(work: Work, criteria: WaiveCriteria, ids: Sequence[PatronId]) -> Waived:
    session = work.session
    chosen = keys(session, ids)
    meant: dict[int, list[WaivedFine]] = {}
    for fine_id, owner, kind, balance in session.execute(
        sa.select(Fine.id, Fine.patron_id, Fine.type, Fine.balance)
        .where(*_meant(work, criteria), Fine.patron_id.in_(chosen))
        .order_by(Fine.patron_id, Fine.id)
    ):
        assert owner is not None
        assert balance is not None
        meant.setdefault(owner, []).append(WaivedFine(FineId(fine_id), PatronId(owner), kind, balance))
    against: dict[int, tuple[int, int, int]] = {}
    for key, total, unknown, late in session.execute(
        sa.select(
            Patron.id, balances.balance(), balances.unknown_fines(), _overdue(work) if criteria.exclude_overdue else sa.literal(0)
        ).where(Patron.id.in_(chosen))
    ):
        against[key] = (int(total), unknown, late)
    fines: list[WaivedFine] = []
    left: list[NotWaived] = []
    for key in ids:
        reasons = _reasons(criteria, meant.get(key), against.get(key))
        if reasons:
            left.append(NotWaived(key, reasons))
        else:
            fines += meant[key]
    return Waived(len(ids), tuple(fines), tuple(left))


def _reasons(
    criteria: WaiveCriteria, meant: list[WaivedFine] | None, against: tuple[int, int, int] | None
) -> tuple[tuple[LeftAlone, int], ...]:
    """Every reason to leave a patron alone; none means that all of the meant fines are waived."""
    if not meant or against is None:
        return ((LeftAlone.SETTLED_MEANWHILE, 0),)
    total, unknown, late = against
    found = (
        (LeftAlone.OVER_MAXIMUM, total if total > criteria.maximum else 0),
        (LeftAlone.UNKNOWN_AMOUNT, unknown),
        (LeftAlone.OVERDUE_LOANS, late),
    )
    return tuple((code, number) for code, number in found if number)


def _overdue(work: Work) -> sa.ScalarSelect[Any]:
    return (
        sa.select(sa.func.count())
        .select_from(Loan)
        .where(Loan.patron_id == Patron.id, Loan.status == "open", Loan.due_on < work.clock.today())
        .correlate(Patron)
        .scalar_subquery()
    )
