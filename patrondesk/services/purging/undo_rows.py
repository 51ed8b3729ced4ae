"""The rows of an undo: what a purge took goes back to where it was, what it changed gets back what it lost, set by set.

What the purge did not touch stays as it is now: the state of a copy, a fine that was dealt with since.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.archive import ALL, FINE_LINKS, GONE, GUARANTOR_LINKS, LINE_COMMENTS, LOAN_FACETS, LOANS, PSEUDONYMS, TWINS
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.models.purge import Batch, BatchEvent
from patrondesk.models.reservation import Reservation
from patrondesk.models.staff import StaffAccount
from patrondesk.records.purging import BatchState
from patrondesk.services.purging import links

_PATRONS = table_of(Patron)
_FINES = table_of(Fine)
_LINES = table_of(FineLine)
_ACCOUNTS = table_of(StaffAccount)
_ITEMS = table_of(Item)
_TITLES = table_of(Title)
_RESERVATIONS = table_of(Reservation)
_OVERRIDES = table_of(GuardOverride)
_LOST_BY_FINES = ("patron_id", "comment", "external_id")
_LOST_BY_ACCOUNTS = ("patron_id", "display_name", "role_id", "password_hash", "recovery_hash")


def _copy_back(
    session: Session, table: sa.Table, batch_id: int, *where: sa.ColumnElement[bool], changed: dict[str, Any] | None = None
) -> int:
    twin = TWINS[table.name]
    columns = [(changed or {}).get(column.name, twin.c[column.name]) for column in table.columns]
    result = session.connection().execute(
        sa.insert(table).from_select(
            [column.name for column in table.columns],
            sa.select(*columns).where(twin.c.purge_id == batch_id, *where),
            include_defaults=False,
        ),
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount


def _give_back(session: Session, table: sa.Table, batch_id: int, names: tuple[str, ...], *where: sa.ColumnElement[bool]) -> None:
    """Columns of rows that stayed, from the archive."""
    twin = TWINS[table.name]
    kept = sa.and_(twin.c.purge_id == batch_id, twin.c.id == table.c.id)
    values = {name: sa.select(twin.c[name]).where(kept).scalar_subquery() for name in names}
    session.execute(sa.update(table).where(*where).values(values))


def bring_patrons(session: Session, batch_id: int, returning: sa.Select[int]) -> None:
    """The patrons themselves; what clashes was taken out of the archive before."""
    twin = TWINS["patrons"]
    # A guarantor who is not there (yet) cannot be named; a link is kept with the batch that holds the guarantor.
    links.keep_guarantors(session, batch_id, returning)
    there = sa.or_(twin.c.guarantor_id.in_(returning), sa.exists().where(_PATRONS.c.id == twin.c.guarantor_id))
    guarantor = sa.case((there, twin.c.guarantor_id), else_=None)
    _copy_back(session, _PATRONS, batch_id, twin.c.id.in_(returning), changed={"guarantor_id": guarantor})
    links.join_guarantors(session, batch_id, returning)


def bring_loans(session: Session, batch: Batch, returning: sa.Select[int]) -> int:
    """Past loans get their person again, or come back whole; returns how many."""
    if not batch.retain_loans:
        twin = TWINS["loans"]
        copy = sa.exists().where(_ITEMS.c.id == twin.c.item_id)
        back = _copy_back(session, LOANS, batch.id, twin.c.patron_id.in_(returning), copy)
        links.join_fines(session, batch.id)
        return back
    mine = sa.select(PSEUDONYMS.c.pseudonym).where(PSEUDONYMS.c.purge_id == batch.id, PSEUDONYMS.c.patron_id.in_(returning))
    number = session.scalar(sa.select(sa.func.count()).select_from(LOANS).where(LOANS.c.pseudonym.in_(mine)))
    facets = LOAN_FACETS
    there = sa.select(facets.c.loan_id).where(facets.c.purge_id == batch.id)
    old = sa.and_(facets.c.purge_id == batch.id, facets.c.loan_id == LOANS.c.id)
    lost = ["external_id", *batch.policy["facets_dropped"]]
    session.execute(
        sa.update(LOANS)
        .where(LOANS.c.pseudonym.in_(mine), LOANS.c.id.in_(there))
        .values({name: sa.select(facets.c[name]).where(old).scalar_subquery() for name in lost})
    )
    known = sa.select(LOANS.c.id).where(LOANS.c.pseudonym.in_(mine))
    session.execute(sa.delete(facets).where(facets.c.purge_id == batch.id, facets.c.loan_id.in_(known)))
    who = sa.select(PSEUDONYMS.c.patron_id).where(PSEUDONYMS.c.pseudonym == LOANS.c.pseudonym).scalar_subquery()
    session.execute(sa.update(LOANS).where(LOANS.c.pseudonym.in_(mine)).values(patron_id=who, pseudonym=None))
    return number or 0


def bring_fines(session: Session, batch_id: int, returning: sa.Select[int]) -> int:
    """Fines get back what they lost, and the purge's own lines go; returns how many.

    Only a fine that was active was closed by the purge. One whose item was found since stays closed.
    """
    twin = TWINS["fines"]
    of_theirs = sa.and_(twin.c.purge_id == batch_id, twin.c.patron_id.in_(returning))
    mine = sa.select(twin.c.id).where(of_theirs)
    number = session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
    if not number:
        return 0
    _give_back(session, _FINES, batch_id, _LOST_BY_FINES, _FINES.c.id.in_(mine))
    lifted = sa.select(twin.c.id).join(_FINES, _FINES.c.id == twin.c.id).where(of_theirs, _FINES.c.origin != twin.c.origin)
    session.execute(
        sa.update(_LINES)
        .where(_LINES.c.batch_id == batch_id, _LINES.c.fine_id.in_(lifted))
        .values(batch_id=None, reason="item found")
    )
    session.execute(sa.delete(_LINES).where(_LINES.c.batch_id == batch_id, _LINES.c.fine_id.in_(mine)))
    closed = sa.select(twin.c.id).where(of_theirs, twin.c.status == "active", twin.c.id.not_in(lifted))
    _give_back(session, _FINES, batch_id, ("balance", "status"), _FINES.c.id.in_(closed))
    comments = sa.select(LINE_COMMENTS.c.line_id).where(LINE_COMMENTS.c.purge_id == batch_id)
    told = sa.select(LINE_COMMENTS.c.comment).where(LINE_COMMENTS.c.purge_id == batch_id, LINE_COMMENTS.c.line_id == _LINES.c.id)
    session.execute(
        sa.update(_LINES).where(_LINES.c.fine_id.in_(mine), _LINES.c.id.in_(comments)).values(comment=told.scalar_subquery())
    )
    restored = sa.select(_LINES.c.id).where(_LINES.c.fine_id.in_(mine))
    session.execute(sa.delete(LINE_COMMENTS).where(LINE_COMMENTS.c.purge_id == batch_id, LINE_COMMENTS.c.line_id.in_(restored)))
    return number


def bring_rest(session: Session, batch_id: int, returning: sa.Select[int]) -> int:
    """Everything else that hung on the patrons, parents before children; returns how many reservations."""
    reservations = 0
    for table in reversed(GONE):
        if table is _RESERVATIONS:
            reservations = _bring_reservations(session, batch_id, returning)
        elif table is not _PATRONS:
            still = [_may_still_count()] if table is _OVERRIDES else []
            _copy_back(session, table, batch_id, TWINS[table.name].c.patron_id.in_(returning), *still)
    twin = TWINS["staff_accounts"]
    mine = sa.select(twin.c.id).where(twin.c.purge_id == batch_id, twin.c.patron_id.in_(returning))
    _give_back(session, _ACCOUNTS, batch_id, _LOST_BY_ACCOUNTS, _ACCOUNTS.c.id.in_(mine))
    return reservations


def _may_still_count() -> sa.ColumnElement[bool]:
    """Of the reasons set aside: not those for another purge alone, which has ended in the meantime."""
    twin, open_ones = TWINS["guard_overrides"], (BatchState.RUNNING.value, BatchState.INTERRUPTED.value)
    return sa.or_(twin.c.batch_id.is_(None), sa.exists().where(Batch.id == twin.c.batch_id, Batch.state.in_(open_ones)))


def _bring_reservations(session: Session, batch_id: int, returning: sa.Select[int]) -> int:
    """Requests for a title that is gone follow their copy to its title of now; without one they have nothing to wait for."""
    twin = TWINS["reservations"]
    title = sa.exists().where(_TITLES.c.id == twin.c.title_id)
    copy = sa.select(_ITEMS.c.title_id).where(_ITEMS.c.id == twin.c.item_id).scalar_subquery()
    changed = {
        "title_id": sa.case((title, twin.c.title_id), else_=copy),
        "item_id": sa.select(_ITEMS.c.id).where(_ITEMS.c.id == twin.c.item_id).scalar_subquery(),
    }
    there = sa.or_(title, copy.is_not(None))
    return _copy_back(session, _RESERVATIONS, batch_id, twin.c.patron_id.in_(returning), there, changed=changed)


def forget(session: Session, batch_id: int, returning: sa.Select[int]) -> None:
    """The archive lets go of those who are back, and so do the purge's own events."""
    session.execute(sa.delete(BatchEvent).where(BatchEvent.batch_id == batch_id, BatchEvent.patron_id.in_(returning)))
    for table in ALL:
        if table in (LOAN_FACETS, LINE_COMMENTS, FINE_LINKS, GUARANTOR_LINKS):
            continue
        owner = table.c.id if table is TWINS["patrons"] else table.c.patron_id
        session.execute(sa.delete(table).where(table.c.purge_id == batch_id, owner.in_(returning)))
