"""Reservations: what patrons wait for; made, taken back, and ended when their time is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.borrowing import Hindrance
from patrondesk.records.ids import PatronId, ReservationId, TitleId
from patrondesk.records.lending import Expired, Reserved
from patrondesk.records.loans import ReservationLine, ReservationsCancelled
from patrondesk.records.staff import Permission
from patrondesk.services import borrowing, holds
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.circulation import find_item, locked_patron, refuse
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy


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
        ReservationLine(
            ReservationId(r.id),
            title,
            barcode,
            r.requested_on,
            r.expires_on,
            r.status,
            username,
            r.held_since.astimezone().date() if r.held_since else None,
        )
        for r, title, barcode, username in rows
    ]


@operation(Permission.CIRCULATION)
def cancel(work: Work, *reservations: ReservationId) -> ReservationsCancelled:
    """Cancels these open reservations, all of them or none.

    A copy on hold for one of them goes to the next who waits for it, or is available again. Raises NotFound, and Refused
    when one is not open any more.
    """
    wanted = set(reservations)
    _lock_copies(work, Reservation.id.in_(wanted))
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


def _lock_copies(work: Work, asked: sa.ColumnElement[bool]) -> None:
    """Holds the copies of these requests before the requests: whoever hands a copy on takes them in this order too."""
    copies = work.session.scalars(
        sa.select(Reservation.item_id).where(asked, Reservation.library_id == work.library_id, Reservation.item_id.is_not(None))
    ).all()
    if copies:
        locked = sa.select(Item.id).where(Item.id.in_(copies), Item.library_id == work.library_id).order_by(Item.id)
        work.session.execute(locked.with_for_update()).all()


def _release(work: Work, items: Sequence[int]) -> set[int]:
    """Which of these copies were on hold and are available now; the others went to the next who waits."""
    # Locked before it is asked who else waits: of two who cancel at the same time the later one sees the other's work.
    held = work.session.scalars(
        sa.select(Item).where(Item.id.in_(items), Item.status == holds.ON_HOLD).order_by(Item.id).with_for_update()
    ).all()
    work.session.flush()
    free = set()
    for item in held:
        keeper = holds.holder(work, item)
        if (keeper is None or keeper.held_since is None) and holds.hand_on(work, item) is None:
            free.add(item.id)
    return free


@operation(Permission.CIRCULATION)
def reserve(
    work: Work,
    patron_id: PatronId,
    *,
    item_barcode: str | None = None,
    title_id: TitleId | None = None,
    this_copy: bool = False,
    until: dt.date | None = None,
) -> Reserved:
    """Makes a request for any copy of a title, named by its key or by one of its copies; with `this_copy` for that one alone.

    A copy that is on the shelf is set aside at once. Raises Refused with every reason: MAY_NOT_BORROW, ALREADY_RESERVED, HAS_IT,
    NO_COPY; NotFound; WrongUsage for a day that has passed.
    """
    session = work.session
    patron = locked_patron(work, patron_id)
    item = find_item(work, item_barcode) if item_barcode is not None else None
    title = session.get(Title, item.title_id if item is not None else title_id)
    if title is None or title.library_id != work.library_id:
        raise NotFound("This title is no longer there.", "Look for it again.")
    if until is not None and until < work.clock.today():
        raise WrongUsage("That day has passed.", "Give a later day, or none.")
    wanted = Item.id == item.id if this_copy and item is not None else Item.title_id == title.id
    found = [*borrowing.why_not_borrow(work, patron), *_why_not_this(work, patron, title, wanted)]
    refuse(found, "Nothing was reserved.")
    request = Reservation(
        library_id=work.library_id,
        patron_id=patron.id,
        title_id=title.id,
        item_id=item.id if this_copy and item is not None else None,
        requested_on=work.clock.today(),
        expires_on=until,
        status="open",
    )
    free = session.scalars(
        sa.select(Item).where(wanted, Item.status == holds.FREE).order_by(Item.id).limit(1).with_for_update()
    ).first()
    ahead = 0
    if free is None:
        others = (Reservation.title_id == title.id, Reservation.status == "open", Reservation.held_since.is_(None))
        ahead = session.scalar(sa.select(sa.func.count()).select_from(Reservation).where(*others)) or 0
    session.add(request)
    session.flush()
    if free is not None:
        holds.set_aside(work, free, request)
    else:
        touch(session, work.clock.now(), [patron.id])
    work.record("reservations.add", {"reservation": request.id, "item": free.id if free is not None else None}, patron.id)
    barcode = free.barcode if free is not None else None
    return Reserved(ReservationId(request.id), PatronId(patron.id), title.title, barcode, ahead)


def _why_not_this(work: Work, patron: Patron, title: Title, wanted: sa.ColumnElement[bool]) -> list[Hindrance]:
    session, found = work.session, []
    mine = sa.select(Reservation.id).where(
        Reservation.patron_id == patron.id, Reservation.title_id == title.id, Reservation.status == "open"
    )
    if session.execute(mine.limit(1)).first() is not None:
        found.append(Hindrance("ALREADY_RESERVED", f"“{title.title}” is reserved for this patron already.", "Wait for it."))
    lent = sa.select(Loan.id).join(Item, Item.id == Loan.item_id)
    if session.execute(lent.where(Loan.patron_id == patron.id, Loan.status == "open", Item.title_id == title.id)).first():
        found.append(Hindrance("HAS_IT", f"“{title.title}” is on loan to this patron.", "Renew it instead."))
    if session.execute(sa.select(Item.id).where(wanted, Item.status.not_in(("lost", "withdrawn"))).limit(1)).first() is None:
        found.append(Hindrance("NO_COPY", f"No copy of “{title.title}” can come.", "Every copy is lost or withdrawn."))
    return found


@operation(Permission.CIRCULATION)
def expire_reservations(work: Work) -> Expired:
    """Upkeep: requests end whose day has passed, or whose copy waited longer than the library's days; copies go on.

    Counted from the business date.
    """
    today = work.clock.today()
    days = read_policy(work.session, work.library_id).hold_days
    first_day = dt.datetime.combine(today - dt.timedelta(days=days), dt.time()).astimezone()
    over = sa.or_(Reservation.expires_on < today, Reservation.held_since < first_day)
    _lock_copies(work, sa.and_(Reservation.status == "open", over))
    rows = work.session.scalars(
        sa.select(Reservation)
        .where(Reservation.library_id == work.library_id, Reservation.status == "open", over)
        .order_by(Reservation.id)
        .with_for_update()
    ).all()
    if not rows:
        return Expired(0, 0, 0)
    copies = sorted({row.item_id for row in rows if row.item_id is not None})
    held = work.session.scalar(
        sa.select(sa.func.count()).select_from(Item).where(Item.id.in_(copies), Item.status == holds.ON_HOLD)
    )
    for row in rows:
        row.status = "expired"
    released = _release(work, copies)
    touch(work.session, work.clock.now(), sorted({row.patron_id for row in rows}))
    done = Expired(len(rows), (held or 0) - len(released), len(released))
    work.record(
        "reservations.expire", {"reservations": [row.id for row in rows], "released": done.released, "handed_on": done.handed_on}
    )
    return done
