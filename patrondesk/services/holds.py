"""Who waits for a copy, and whose it is when it is free: the oldest request first, then the shelf."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.item import Item
from patrondesk.models.library import YearLevel
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import PatronId, ReservationId
from patrondesk.records.lending import Waiting
from patrondesk.services import names
from patrondesk.services.changes import touch
from patrondesk.services.door import Work

FREE, ON_HOLD = "available", "on_hold"
_PRESENT = sa.exists().where(Patron.id == Reservation.patron_id, Patron.enabled == sa.true())
# Who has left comes last. A request whose day is not known came from another system: it is older than any made here.
OLDEST_FIRST = (
    sa.case((_PRESENT, 0), else_=1),
    sa.case((Reservation.requested_on.is_(None), 0), else_=1),
    Reservation.requested_on,
    Reservation.id,
)


def in_line(item: Item) -> sa.ColumnElement[bool]:
    """The condition on `reservations` that one waits for this copy and has none yet."""
    return sa.and_(
        Reservation.library_id == item.library_id,
        Reservation.status == "open",
        Reservation.held_since.is_(None),
        sa.or_(Reservation.item_id == item.id, sa.and_(Reservation.item_id.is_(None), Reservation.title_id == item.title_id)),
    )


def first_in_line(work: Work, item: Item) -> Reservation | None:
    """Whose request is the oldest for this copy; those who have left come last."""
    mine = sa.select(Reservation).where(in_line(item))
    return work.session.scalars(mine.order_by(*OLDEST_FIRST).limit(1).with_for_update()).first()


def is_awaited(work: Work, item: Item, beside: int) -> bool:
    """Whether somebody else than this patron, who has not left, waits for the copy."""
    others = sa.select(Reservation.id).where(in_line(item), Reservation.patron_id != beside, _PRESENT)
    return work.session.execute(others.limit(1)).first() is not None


def holder(work: Work, item: Item) -> Reservation | None:
    """For whom a copy on hold was set aside last; None where nobody waits for it any more."""
    if item.status != ON_HOLD:
        return None
    return work.session.scalars(
        sa.select(Reservation)
        .where(Reservation.item_id == item.id, Reservation.status == "open")
        .order_by(sa.case((Reservation.held_since.is_(None), 1), else_=0), Reservation.held_since.desc(), *OLDEST_FIRST)
        .limit(1)
        .with_for_update()
    ).first()


def hand_on(work: Work, item: Item) -> Reservation | None:
    """The copy is free: it is set aside for the first in line, who is returned; otherwise it is available."""
    following = first_in_line(work, item)
    if following is None:
        item.status = FREE
    else:
        set_aside(work, item, following)
    work.session.flush()
    return following


def set_aside(work: Work, item: Item, request: Reservation) -> None:
    """The copy waits for this request from now on."""
    item.status, request.item_id, request.held_since = ON_HOLD, item.id, work.clock.now()
    work.session.flush()
    touch(work.session, work.clock.now(), [request.patron_id])


def described(work: Work, request: Reservation) -> Waiting:
    """Who waits, as the slip in the book says it."""
    row = work.session.execute(
        sa.select(
            Patron.family_name, Patron.given_name, Patron.preferred_name, Patron.barcode, Patron.username, Patron.external_id,
            YearLevel.name, Patron.homeroom,
        )
        .outerjoin(YearLevel, YearLevel.id == Patron.year_level_id)
        .where(Patron.id == request.patron_id)
    ).one()  # fmt: skip
    return Waiting(
        ReservationId(request.id), PatronId(request.patron_id), names.full_name(row[0], row[1], row[2]),
        row[3] or row[4] or row[5] or "", names.school_class(row[6], row[7]),
    )  # fmt: skip


def slip(waiting: Waiting) -> str:
    """Put it aside for Ruiz, Ana (Year 7, 7B; P020447)."""
    beside = "; ".join(part for part in (waiting.school_class, waiting.word) if part)
    return f"Put it aside for {waiting.name}{f' ({beside})' if beside else ''}."
