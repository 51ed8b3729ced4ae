"""Reservations: what patrons wait for, and taking a request back without a purge."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from patrondesk.errors import NotFound, Refused
from patrondesk.models.item import Item, Title
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import PatronId, ReservationId
from patrondesk.records.loans import ReservationLine, ReservationsCancelled
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation


@operation(Permission.VIEW_PATRONS, reads=True)
def list_reservations(work: Work, patron_id: PatronId | None = None, *, open_only: bool = False) -> list[ReservationLine]:
    """A patron's reservations, open ones first; without a patron, all open reservations of the library."""
    where: list[sa.ColumnElement[bool]] = [Reservation.library_id == work.library_id]
    if patron_id is not None:
        where.append(Reservation.patron_id == find_patron(work, patron_id).id)
    if open_only or patron_id is None:
        where.append(Reservation.status == "open")
    rows = work.session.execute(
        sa.select(Reservation, Title.title, Item.barcode, Patron.username)
        .join(Patron, Patron.id == Reservation.patron_id)
        .join(Title, Title.id == Reservation.title_id)
        .outerjoin(Item, Item.id == Reservation.item_id)
        .where(*where)
        .order_by(sa.case((Reservation.status == "open", 0), else_=1), Reservation.id)
    )
    return [
        ReservationLine(ReservationId(r.id), title, barcode, r.requested_on, r.expires_on, r.status, username)
        for r, title, barcode, username in rows
    ]


@operation(Permission.CIRCULATION)
def cancel(work: Work, *reservations: ReservationId) -> ReservationsCancelled:
    """Cancels these open reservations, all of them or none.

    A copy on hold for one of them is available again, unless another open reservation waits for it. Raises NotFound,
    and Refused when one is not open any more.
    """
    wanted = set(reservations)
    rows = work.session.scalars(
        sa.select(Reservation)
        .where(Reservation.id.in_(wanted), Reservation.library_id == work.library_id)
        .order_by(Reservation.id)
        .with_for_update()
    ).all()
    if {row.id for row in rows} != wanted:
        what = "One of these reservations" if len(wanted) > 1 else "This reservation"
        raise NotFound(f"{what} is no longer there. Nothing was changed.", "Look at the list again.")
    if any(row.status != "open" for row in rows):
        what = "One of these reservations" if len(wanted) > 1 else "This reservation"
        raise Refused(f"{what} is not open any more. Nothing was changed.", "Look at the list again.", "NOT_OPEN")
    for row in rows:
        row.status = "cancelled"
    released = _release(work, sorted({row.item_id for row in rows if row.item_id is not None}))
    patrons = sorted({row.patron_id for row in rows})
    touch(work.session, work.clock.now(), patrons)
    for patron in patrons:
        mine = [row for row in rows if row.patron_id == patron]
        freed = sum(row.item_id in released for row in mine)
        work.record("reservations.cancel", {"reservations": [row.id for row in mine], "released": freed}, patron)
    return ReservationsCancelled(len(rows), len(released))


def _release(work: Work, items: Sequence[int]) -> set[int]:
    """Which of these copies were on hold and are available now, as nobody waits for them any more."""
    # Locked before it is asked who else waits: of two who cancel at the same time the later one sees the other's work.
    held = work.session.scalars(
        sa.select(Item).where(Item.id.in_(items), Item.status == "on_hold").order_by(Item.id).with_for_update()
    ).all()
    awaited = set(
        work.session.scalars(sa.select(Reservation.item_id).where(Reservation.item_id.in_(items), Reservation.status == "open"))
    )
    free = [item for item in held if item.id not in awaited]
    for item in free:
        item.status = "available"
    work.session.flush()
    return {item.id for item in free}
