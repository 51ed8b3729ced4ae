"""Taking a wrong check-out or a wrong return back, on the day it was done: as if it had not been."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.errors import NotFound, Refused
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import LoanId, ReservationId
from patrondesk.records.staff import Permission
from patrondesk.services import holds, lifting
from patrondesk.services.changes import refresh_activity, touch
from patrondesk.services.door import Work, operation


@operation(Permission.CIRCULATION)
def undo_check_out(work: Work, loan_id: LoanId, filled: ReservationId | None = None) -> None:
    """A check-out of today was a mistake: the loan is gone, the item is where it was, the request it `filled` waits again.

    Raises Refused when the loan was renewed or ended since, is of another day, or money is bound to it.
    """
    loan, item = _loan(work, loan_id)
    session = work.session
    money = session.scalar(sa.select(Fine.id).where(Fine.loan_id == loan.id).limit(1))
    if loan.status != "open" or loan.renewals or money is not None or not _today(work, loan, "checked_out_at"):
        raise _too_late("This check-out")
    patron_id = loan.patron_id
    request = session.get(Reservation, filled, with_for_update=True) if filled is not None else None
    session.delete(loan)
    session.flush()
    if request is not None and (request.patron_id, request.item_id, request.status) == (patron_id, item.id, "filled"):
        request.status = "open"
        if request.held_since is None:
            request.item_id = None
        session.flush()
    if request is not None and request.held_since is not None and request.status == "open":
        item.status = holds.ON_HOLD
    else:
        holds.hand_on(work, item)
    _touched(work, patron_id)
    work.record("loans.undo_checkout", {"loan": loan_id, "item": item.id}, patron_id)


@operation(Permission.CIRCULATION)
def undo_return(work: Work, loan_id: LoanId) -> None:
    """A return of today was a mistake: the loan is open again, its late fine is lifted, whoever got the copy waits again.

    Raises Refused when the item was lent or withdrawn since, the return is of another day, or the patron is gone.
    """
    loan, item = _loan(work, loan_id)
    late_copy = item.status not in (holds.FREE, holds.ON_HOLD)
    if loan.status != "returned" or loan.patron_id is None or late_copy or not _today(work, loan, "ended_at"):
        raise _too_late("This return")
    request = holds.holder(work, item)
    if request is not None:
        request.item_id, request.held_since = None, None
        touch(work.session, work.clock.now(), [request.patron_id])
    loan.status, loan.ended_at, item.status = "open", None, "on_loan"
    relief = lifting.lift_of_loan(work, loan.id, lifting.LATE, lifting.TAKEN_BACK)
    work.session.flush()
    _touched(work, loan.patron_id)
    work.record("loans.undo_return", {"loan": loan_id, "item": item.id, "lifted": relief.lifted}, loan.patron_id)


def _loan(work: Work, loan_id: LoanId) -> tuple[Loan, Item]:
    loan = work.session.get(Loan, loan_id, with_for_update=True)
    if loan is None or loan.library_id != work.library_id:
        raise NotFound("This loan is no longer there.", "Look at the patron again.")
    return loan, work.session.get_one(Item, loan.item_id, with_for_update=True)


def _today(work: Work, loan: Loan, which: str) -> bool:
    moment = getattr(loan, which)
    return moment is not None and moment.astimezone().date() == work.clock.real_today()


def _too_late(what: str) -> Refused:
    return Refused(
        f"{what} cannot be taken back any more.", "Something happened with it since, or it is of another day.", "TOO_LATE"
    )


def _touched(work: Work, patron_id: int | None) -> None:
    if patron_id is not None:
        touch(work.session, work.clock.now(), [patron_id])
        refresh_activity(work.session, [patron_id])
