"""Settling within a purge: small fines waived, debts written off where overridden, reservations cancelled."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.archive import LINE_COMMENTS
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.purge import BatchEvent
from patrondesk.models.reservation import Reservation

PURGE_REASON = "purge"


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


def note_cancelled(session: Session, chunk: sa.Select[int], batch_id: int) -> None:
    """An event for each open reservation that goes with its patron."""
    session.execute(
        sa.insert(BatchEvent).from_select(
            ["batch_id", "patron_id", "kind", "record_id"],
            sa.select(sa.literal(batch_id), Reservation.patron_id, sa.literal("reservation_cancelled"), Reservation.id).where(
                Reservation.patron_id.in_(chunk), Reservation.status == "open"
            ),
        )
    )
