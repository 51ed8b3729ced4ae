"""Circulation by hand: check out, return, renew, mark lost. Refusals name the reason; returns are always taken."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk import messages, money
from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.item import Item, Title
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services import balances
from patrondesk.services.changes import find_patron, refresh_activity, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.loans import end_open_loan
from patrondesk.services.policy import read_policy

LOAN_DAYS = 14


def why_not_borrow(work: Work, patron: Patron) -> str | None:
    """Why this patron may not borrow, renew or reserve: deactivated, expired, blocked or debt-blocked; None when allowed."""
    today = work.clock.today()
    if not patron.enabled:
        return "This patron is deactivated."
    if patron.expiry_date is not None and patron.expiry_date < today:
        return f"The membership ended on {messages.day(patron.expiry_date)}."
    block = work.session.scalars(
        sa.select(Block).where(
            Block.patron_id == patron.id, Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today)
        )
    ).first()
    if block is not None:
        return "This patron is blocked at this library."
    policy = read_policy(work.session, work.library_id)
    owed = work.session.scalar(sa.select(balances.balance()).where(Patron.id == patron.id)) or 0
    if policy.debt_block_limit and owed >= policy.debt_block_limit:
        limit = money.words(policy.debt_block_limit, policy.currency)
        return f"The patron owes {money.words(owed, policy.currency)}; the limit is {limit}."
    return None


def _item(work: Work, barcode: str) -> Item:
    item = work.session.scalars(
        sa.select(Item).where(Item.library_id == work.library_id, Item.barcode == barcode.strip()).with_for_update()
    ).first()
    if item is None:
        raise NotFound(f"There is no item “{barcode}”.", "Check the barcode and try again.")
    return item


def _open_loan(work: Work, item: Item) -> Loan | None:
    return work.session.scalars(sa.select(Loan).where(Loan.item_id == item.id, Loan.status == "open")).first()


@operation(Permission.CIRCULATION)
def check_out(work: Work, patron_id: PatronId, item_barcode: str, due: dt.date | None = None) -> dt.date:
    """Lends an item and returns the day it is due (two weeks, where none is given). Raises Refused with the reason.

    The facets of the patron are copied onto the loan, so that statistics outlive the patron.
    """
    session, now = work.session, work.clock.now()
    patron, item = find_patron(work, patron_id), _item(work, item_barcode)
    why = why_not_borrow(work, patron)
    if why is not None:
        raise Refused(why, "Nothing was lent. Settle that first.", "MAY_NOT_BORROW")
    if _open_loan(work, item) is not None or item.status not in ("available", "on_hold"):
        raise Refused(
            f"The item {item.barcode} cannot be lent: it is {item.status.replace('_', ' ')}.",
            "Return it first, or take another.",
            "NOT_AVAILABLE",
        )
    day = due or work.clock.today() + dt.timedelta(days=LOAN_DAYS)
    if day < work.clock.today():
        raise WrongUsage("That day has passed.", "Give a later day.")

    def name(table: type[PatronType | UserGroup | YearLevel], key: int | None) -> str | None:
        return session.scalar(sa.select(table.name).where(table.id == key)) if key is not None else None

    loan = Loan(
        library_id=work.library_id,
        patron_id=patron.id,
        item_id=item.id,
        checked_out_at=now,
        due_on=day,
        status="open",
        patron_type=name(PatronType, patron.patron_type_id),
        user_group=name(UserGroup, patron.user_group_id),
        year_level=name(YearLevel, patron.year_level_id),
        homeroom=patron.homeroom,
        collection=item.collection,
    )
    session.add(loan)
    item.status = "on_loan"
    _done(work, "loans.checkout", loan, patron.id)
    return day


@operation(Permission.CIRCULATION)
def take_back(work: Work, item_barcode: str) -> str:
    """Returns an item, whoever brings it and whatever stands against the patron; returns its title."""
    item = _item(work, item_barcode)
    loan = _open_loan(work, item)
    if loan is None:
        raise Refused(f"The item {item.barcode} is not on loan.", "If it was lost, say: found.", "NOT_ON_LOAN")
    loan.status, loan.ended_at, item.status = "returned", work.clock.now(), "available"
    _done(work, "loans.return", loan, loan.patron_id)
    return work.session.scalar(sa.select(Title.title).where(Title.id == item.title_id)) or ""


@operation(Permission.CIRCULATION)
def renew(work: Work, item_barcode: str, due: dt.date | None = None) -> dt.date:
    """Lends on to the same patron; refused like a check-out. Returns the new day it is due."""
    item = _item(work, item_barcode)
    loan = _open_loan(work, item)
    if loan is None or loan.patron_id is None:
        raise Refused(f"The item {item.barcode} is not on loan.", "Check the barcode and try again.", "NOT_ON_LOAN")
    why = why_not_borrow(work, find_patron(work, PatronId(loan.patron_id)))
    if why is not None:
        raise Refused(why, "Nothing was renewed. Settle that first.", "MAY_NOT_BORROW")
    day = due or work.clock.today() + dt.timedelta(days=LOAN_DAYS)
    loan.due_on, loan.renewals, loan.renewed_at = day, loan.renewals + 1, work.clock.now()
    _done(work, "loans.renew", loan, loan.patron_id)
    return day


@operation(Permission.CIRCULATION)
def mark_lost(work: Work, item_barcode: str) -> bool:
    """Ends the open loan of one item as lost; True when its price was charged, as the library's setting says."""
    item = _item(work, item_barcode)
    loan = _open_loan(work, item)
    if loan is None:
        raise Refused(f"The item {item.barcode} is not on loan.", "Check the barcode and try again.", "NOT_ON_LOAN")
    charge = read_policy(work.session, work.library_id).mark_lost_charges_price
    end_open_loan(work, loan, item, charge=charge)
    _done(work, "loans.lost", loan, loan.patron_id)
    return charge


def _done(work: Work, what: str, loan: Loan, patron_id: int | None) -> None:
    work.session.flush()
    if patron_id is not None:
        touch(work.session, work.clock.now(), [patron_id])
        refresh_activity(work.session, [patron_id])
    work.record(what, {"loan": loan.id}, patron_id)
