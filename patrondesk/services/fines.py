"""Fines: what a patron owes, payments and waivers, one at a time."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import money
from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import FineId, PatronId
from patrondesk.records.loans import FineLine as FineRecord
from patrondesk.records.loans import ReservationLine
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, refresh_activity, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy


@operation(Permission.VIEW_PATRONS, reads=True)
def list_fines(work: Work, patron_id: PatronId | None = None, *, unsettled_only: bool = False) -> list[FineRecord]:
    """A patron's fines, unsettled ones first; without a patron, all unsettled fines of the library."""
    where: list[sa.ColumnElement[bool]] = [Fine.library_id == work.library_id]
    if patron_id is not None:
        where.append(Fine.patron_id == find_patron(work, patron_id).id)
    if unsettled_only or patron_id is None:
        where += [Fine.status != "closed", Fine.patron_id.is_not(None)]
    rows = work.session.execute(
        sa.select(Fine, Title.title)
        .outerjoin(Item, Item.id == Fine.item_id)
        .outerjoin(Title, Title.id == Item.title_id)
        .where(*where)
        .order_by(sa.case((Fine.status == "closed", 1), else_=0), Fine.charged_on, Fine.id)
    )
    return [FineRecord(FineId(f.id), f.type, title, f.charged_on, f.amount, f.balance, f.status, f.comment) for f, title in rows]


@operation(Permission.VIEW_PATRONS, reads=True)
def list_reservations(work: Work, patron_id: PatronId) -> list[ReservationLine]:
    """A patron's reservations, open ones first."""
    rows = work.session.execute(
        sa.select(Reservation, Title.title, Item.barcode)
        .join(Title, Title.id == Reservation.title_id)
        .outerjoin(Item, Item.id == Reservation.item_id)
        .where(Reservation.patron_id == find_patron(work, patron_id).id)
        .order_by(sa.case((Reservation.status == "open", 0), else_=1), Reservation.id)
    )
    return [ReservationLine(r.id, title, barcode, r.requested_on, r.expires_on, r.status) for r, title, barcode in rows]


def _unsettled(work: Work, fine_id: FineId) -> Fine:
    fine = work.session.get(Fine, fine_id, with_for_update=True)
    if fine is None or fine.library_id != work.library_id or fine.patron_id is None:
        raise NotFound("This fine is no longer there.", "Look at the list again.")
    if fine.status == "closed":
        raise Refused("This fine is closed already.", "Look at the list again.", "CLOSED")
    return fine


@operation(Permission.CIRCULATION)
def pay(work: Work, fine_id: FineId, amount: int | None = None) -> int:
    """Records a payment (minor units; without an amount, all of it) and returns what is left; a credit is paid back.

    A bill of unknown amount is settled by whatever was paid. Raises WrongUsage for less than nothing or more than owed.
    """
    fine = _unsettled(work, fine_id)
    currency = read_policy(work.session, work.library_id).currency
    if fine.balance is not None and fine.balance < 0:
        return _pay_back(work, fine, amount, currency)
    if fine.balance is None and amount is None:
        raise WrongUsage("The amount of this bill is not known.", "Say how much was paid.")
    paid = fine.balance if amount is None else amount
    assert paid is not None
    if paid <= 0 or (fine.balance is not None and paid > fine.balance):
        owed = "nothing" if fine.balance is None else money.words(fine.balance, currency)
        raise WrongUsage(
            f"A payment of {money.words(paid, currency)} does not fit: {owed} is owed.", "Give an amount up to what is owed."
        )
    if fine.balance is None:
        fine.amount, fine.balance = paid, paid
    return _settle(work, fine, "payment", paid, None, None)


def _pay_back(work: Work, fine: Fine, amount: int | None, currency: str) -> int:
    """A credit is paid back as a whole: the patron gets the money, the line says so."""
    assert fine.balance is not None
    if amount is not None and amount != -fine.balance:
        raise WrongUsage(
            f"A credit is paid back as a whole: {money.words(-fine.balance, currency)}.", "Give that amount, or none."
        )
    return _settle(work, fine, "payment", fine.balance, "paid back", None)


@operation(Permission.WAIVE_FINES)
def waive(work: Work, fine_id: FineId, reason: str, comment: str | None = None) -> int:
    """Waives what is left of one fine and returns the amount waived (0 when it was not known). A disputed one is not waived."""
    fine = _unsettled(work, fine_id)
    if fine.status == "in_dispute":
        raise Refused("A fine in dispute is not waived.", "Settle the dispute first.", "IN_DISPUTE")
    if fine.balance is not None and fine.balance < 0:
        raise Refused("A credit is not waived.", "Pay it back to the patron.", "CREDIT")
    if not reason.strip():
        raise WrongUsage("A waiver needs a reason.", "Say why, in a word or two.")
    waived = fine.balance or 0
    _settle(work, fine, "waiver", fine.balance, reason.strip(), comment)
    return waived


def _settle(work: Work, fine: Fine, kind: str, amount: int | None, reason: str | None, comment: str | None) -> int:
    now = work.clock.now()
    work.session.add(
        FineLine(
            fine_id=fine.id,
            kind=kind,
            amount=amount,
            at=now,
            author_id=work.actor.staff_id,
            reason=reason,
            comment=comment,
        )
    )
    fine.balance = (fine.balance or 0) - (amount or 0)
    if fine.balance == 0:
        fine.status = "closed"
    assert fine.patron_id is not None
    work.session.flush()
    touch(work.session, now, [fine.patron_id])
    refresh_activity(work.session, [fine.patron_id])
    work.record(f"fines.{kind}", {"fine": fine.id, "amount": amount}, fine.patron_id)
    return fine.balance
