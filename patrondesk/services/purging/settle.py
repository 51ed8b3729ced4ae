"""Settling within a purge: small fines waived, debts written off where overridden, reservations cancelled."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from patrondesk.models.archive import LINE_COMMENTS, TWINS
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.purge import BatchEvent
from patrondesk.models.reservation import Reservation

PURGE_REASON = "purge"
CANCELLED, RELEASED = "reservation_cancelled", "hold_released"


def settle_fines(session: Session, chunk: sa.Select[int], batch_id: int, staff_id: int, now: dt.datetime) -> None:
    """Closes the active fines of the chunk with a line each, takes the person out of all of them.

    A positive balance is waived, a negative one is used up as credit; so the lines of a patron add up to what was owed. A
    disputed fine is never waived: it stays in dispute, nameless. The fines are in the archive as they were.
    """
    open_balance = sa.and_(Fine.status == "active", sa.or_(Fine.balance.is_(None), Fine.balance != 0))
    session.execute(
        sa.insert(FineLine).from_select(
            ["fine_id", "kind", "amount", "at", "author_id", "reason", "batch_id"],
            sa.select(
                Fine.id,
                sa.case((Fine.balance < 0, "credit"), else_="waiver"),
                Fine.balance,
                sa.literal(now, FineLine.at.type),
                sa.literal(staff_id),
                sa.literal(PURGE_REASON),
                sa.literal(batch_id),
            ).where(Fine.patron_id.in_(chunk), open_balance),
        )
    )
    mine = sa.select(Fine.id).where(Fine.patron_id.in_(chunk))
    session.execute(
        sa.insert(LINE_COMMENTS).from_select(
            ["purge_id", "line_id", "comment"],
            sa.select(sa.literal(batch_id), FineLine.id, FineLine.comment).where(
                FineLine.fine_id.in_(mine), FineLine.comment.is_not(None)
            ),
        )
    )
    session.execute(
        sa.update(FineLine)
        .where(FineLine.fine_id.in_(mine), FineLine.comment.is_not(None))
        .values(comment=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(Fine)
        .where(Fine.patron_id.in_(chunk))
        .values(
            patron_id=None,
            comment=None,
            external_id=None,
            balance=sa.case((Fine.status == "active", 0), else_=Fine.balance),
            status=sa.case((Fine.status == "active", "closed"), else_=Fine.status),
        )
        .execution_options(synchronize_session=False)
    )


def cancel_reservations(session: Session, chunk: sa.Select[int], batch_id: int) -> None:
    """An event for each open reservation that goes with its patron, and for each copy that was held for one of them.

    A copy on hold is available again, unless somebody else waits for it too.
    """
    mine = sa.and_(Reservation.patron_id.in_(chunk), Reservation.status == "open")
    session.execute(
        sa.insert(BatchEvent).from_select(
            ["batch_id", "patron_id", "kind", "record_id"],
            sa.select(sa.literal(batch_id), Reservation.patron_id, sa.literal(CANCELLED), Reservation.id).where(mine),
        )
    )
    other = aliased(Reservation)
    waited_for = sa.exists().where(other.item_id == Item.id, other.status == "open", other.patron_id.not_in(chunk))
    held = (
        sa.select(sa.literal(batch_id), Reservation.patron_id, sa.literal(RELEASED), Item.id)
        .join(Item, Item.id == Reservation.item_id)
        .where(mine, Item.status == "on_hold", ~waited_for)
        .distinct()
    )
    session.execute(sa.insert(BatchEvent).from_select(["batch_id", "patron_id", "kind", "record_id"], held))
    released = sa.select(BatchEvent.record_id).where(
        BatchEvent.batch_id == batch_id, BatchEvent.kind == RELEASED, BatchEvent.patron_id.in_(chunk)
    )
    session.execute(
        sa.update(Item).where(Item.id.in_(released)).values(status="available").execution_options(synchronize_session=False)
    )


def hold_again(session: Session, returning: sa.Select[int], batch_id: int) -> None:
    """Undo: copies that were released are on hold again, if nobody has taken them since.

    A copy that others waited for too was released by the purge that took the last of them.
    """
    asked = TWINS["reservations"]
    theirs = sa.select(asked.c.item_id).where(
        asked.c.purge_id == batch_id, asked.c.patron_id.in_(returning), asked.c.status == "open", asked.c.item_id.is_not(None)
    )
    by_this = sa.and_(BatchEvent.batch_id == batch_id, BatchEvent.patron_id.in_(returning))
    released = sa.select(BatchEvent.record_id).where(
        BatchEvent.kind == RELEASED, sa.or_(by_this, sa.and_(BatchEvent.batch_id > batch_id, BatchEvent.record_id.in_(theirs)))
    )
    session.execute(
        sa.update(Item)
        .where(Item.id.in_(released), Item.status == "available")
        .values(status="on_hold")
        .execution_options(synchronize_session=False)
    )
