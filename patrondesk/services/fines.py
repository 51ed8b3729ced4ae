"""Fines: what a patron owes; payments, waivers, amounts and disputes, one at a time; and what was taken at a desk today."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk import money
from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.patron import Patron
from patrondesk.records.ids import FineId, PatronId
from patrondesk.records.lending import DeskDay, DeskPayment
from patrondesk.records.loans import FineLine as FineRecord
from patrondesk.records.loans import PaidBack
from patrondesk.records.staff import Permission
from patrondesk.services import names
from patrondesk.services.changes import find_patron, refresh_activity, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

PAID_BACK, SET_OFF = "paid back", "settled with a credit"


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
        return _pay_out(work, fine, amount, currency)
    if fine.balance is None and amount is None:
        raise WrongUsage("The amount of this bill is not known.", "Say how much was paid, or set the amount first.")
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


def _pay_out(work: Work, fine: Fine, amount: int | None, currency: str) -> int:
    """One credit is paid back as a whole: the patron gets the money, the line says so."""
    assert fine.balance is not None
    if amount is not None and amount != -fine.balance:
        raise WrongUsage(
            f"A credit is paid back as a whole: {money.words(-fine.balance, currency)}.", "Give that amount, or none."
        )
    return _settle(work, fine, "payment", fine.balance, PAID_BACK, None)


@operation(Permission.CIRCULATION)
def pay_back(work: Work, patron_id: PatronId, amount: int | None = None, note: str | None = None) -> PaidBack:
    """Pays a patron what the library owes, so that their balance is 0 then.

    Active fines are settled with the credit first, and only the rest is paid out: what the guard CREDIT says. A disputed
    fine stays; as much of the credit stays beside it. `amount`, in minor units, is what was shown before: Refused when it
    is another by now. Refused without a credit. `note` stays with the pay-out.
    """
    patron = find_patron(work, patron_id)
    known = work.session.scalars(
        sa.select(Fine)
        .where(Fine.patron_id == patron.id, Fine.status != "closed", Fine.balance.is_not(None), Fine.balance != 0)
        .order_by(Fine.id)
        .with_for_update()
    ).all()
    net = sum(fine.balance or 0 for fine in known)
    if net >= 0:
        raise Refused("The library owes this patron nothing.", "Look at the patron again.", "NO_CREDIT")
    if amount is not None and amount != -net:
        owed = money.words(-net, read_policy(work.session, work.library_id).currency)
        raise Refused(f"The library owes {owed} now; nothing was paid.", "Look at the patron again.", "CREDIT_CHANGED")
    debts = [fine for fine in known if fine.status == "active" and (fine.balance or 0) > 0]
    done = PaidBack(-net, sum(fine.balance or 0 for fine in debts))
    for fine in debts:
        _line(work, fine, "credit", fine.balance, SET_OFF, None)
    to_set_off, to_pay = done.set_off, done.paid
    for fine in sorted((fine for fine in known if (fine.balance or 0) < 0), key=lambda fine: fine.status != "active"):
        used = min(to_set_off, -(fine.balance or 0))
        paid = min(to_pay, -(fine.balance or 0) - used)
        to_set_off, to_pay = to_set_off - used, to_pay - paid
        if used:
            _line(work, fine, "credit", -used, SET_OFF, None)
        if paid:
            _line(work, fine, "payment", -paid, PAID_BACK, (note or "").strip() or None)
    _written(work, patron.id)
    work.record("fines.pay_back", {"paid": done.paid, "set_off": done.set_off, "fines": [f.id for f in known]}, patron.id)
    return done


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


@operation(Permission.CIRCULATION)
def set_amount(work: Work, fine_id: FineId, amount: int) -> int:
    """Gives a bill of unknown amount its amount (minor units), and returns what is owed of it.

    Raises Refused when the amount is known: then it is paid, waived or in dispute, never rewritten. WrongUsage for less than 1.
    """
    fine = _unsettled(work, fine_id)
    currency = read_policy(work.session, work.library_id).currency
    if fine.balance is not None:
        raise Refused(
            f"The amount of this bill is known: {money.words(fine.amount or 0, currency)}.",
            "Take a payment, waive it, or mark it as in dispute.",
            "AMOUNT_KNOWN",
        )
    if amount <= 0:
        raise WrongUsage(f"{money.words(amount, currency)} is no amount of a bill.", "Give an amount above 0, or waive the bill.")
    fine.amount = fine.balance = amount
    assert fine.patron_id is not None
    _written(work, fine.patron_id)
    work.record("fines.amount", {"fine": fine.id, "amount": amount}, fine.patron_id)
    return amount


@operation(Permission.CIRCULATION)
def dispute(work: Work, fine_id: FineId, on: bool = True) -> None:
    """Marks a fine as in dispute, so that nobody waives it unheard; or, with `on` False, as owed again.

    Raises Refused for a closed fine, a credit, or one that stands so already.
    """
    fine = _unsettled(work, fine_id)
    if fine.balance is not None and fine.balance < 0:
        raise Refused("A credit is not disputed.", "Pay it back to the patron.", "CREDIT")
    if (fine.status == "in_dispute") == on:
        said = "This fine is in dispute already." if on else "This fine is not in dispute."
        raise Refused(said, "Look at the list again.", "SO_ALREADY")
    fine.status = "in_dispute" if on else "active"
    assert fine.patron_id is not None
    _written(work, fine.patron_id)
    work.record("fines.dispute" if on else "fines.end_dispute", {"fine": fine.id}, fine.patron_id)


@operation(Permission.CIRCULATION, reads=True)
def list_desk_day(work: Work) -> DeskDay:
    """What the signed-in person took and paid out today, by the real clock, newest first."""
    start = dt.datetime.combine(work.clock.real_today(), dt.time()).astimezone()
    rows = work.session.execute(
        sa.select(FineLine, Fine.type, Patron.family_name, Patron.given_name, Patron.preferred_name)
        .join(Fine, Fine.id == FineLine.fine_id)
        .outerjoin(Patron, Patron.id == Fine.patron_id)
        .where(
            FineLine.at >= start,
            FineLine.kind == "payment",
            FineLine.author_id == work.actor.staff_id,
            Fine.library_id == work.library_id,
        )
        .order_by(FineLine.at.desc(), FineLine.id.desc())
    ).all()
    taken = tuple(
        DeskPayment(line.at, FineId(line.fine_id), kind, names.full_name(name, given, liked) if name else None, line.amount or 0)
        for line, kind, name, given, liked in rows
    )
    return DeskDay(sum(payment.amount for payment in taken), taken)


def _line(work: Work, fine: Fine, kind: str, amount: int | None, reason: str | None, comment: str | None) -> int:
    """A line against a fine, and what is left of it; the fine is closed when that is nothing."""
    work.session.add(
        FineLine(
            fine_id=fine.id,
            kind=kind,
            amount=amount,
            at=work.clock.now(),
            author_id=work.actor.staff_id,
            reason=reason,
            comment=comment,
        )
    )
    fine.balance = (fine.balance or 0) - (amount or 0)
    if fine.balance == 0:
        fine.status = "closed"
    return fine.balance


def _settle(work: Work, fine: Fine, kind: str, amount: int | None, reason: str | None, comment: str | None) -> int:
    left = _line(work, fine, kind, amount, reason, comment)
    assert fine.patron_id is not None
    _written(work, fine.patron_id)
    work.record(f"fines.{kind}", {"fine": fine.id, "amount": amount}, fine.patron_id)
    return left


def _written(work: Work, patron_id: int) -> None:
    work.session.flush()
    touch(work.session, work.clock.now(), [patron_id])
    refresh_activity(work.session, [patron_id])
