"""The circulation desk: check out, take back, renew, mark lost. Refusals name every reason; returns are always taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.item import Item
from patrondesk.models.library import Library, PatronType, UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.borrowing import BLOCKED, DEACTIVATED, DEBT_BLOCKED, EXPIRED, Hindrance
from patrondesk.records.ids import LoanId, PatronId, ReservationId
from patrondesk.records.lending import Back, LendingRule, Lent, Lost
from patrondesk.records.staff import Permission
from patrondesk.services import borrowing, holds, late_fines
from patrondesk.services.changes import find_patron, refresh_activity, touch
from patrondesk.services.coming_back import come_back, title_of
from patrondesk.services.door import Work, operation
from patrondesk.services.lending_rules import rule_for
from patrondesk.services.loans import end_open_loan
from patrondesk.services.periods import academic_period
from patrondesk.services.policy import read_policy

_NOT_LENT = {
    "on_loan": ("is on loan already.", "Return it first."),
    "lost": ("is marked as lost.", "Return it first; then it is found."),
    "withdrawn": ("is withdrawn from the catalogue.", "Bring it back into the catalogue first."),
    "on_order": ("is still on order.", "Take it into the catalogue first."),
    "in_process": ("is still being prepared.", "Hand it to whoever prepares new items."),
}
MAY_NOT_BORROW = "MAY_NOT_BORROW"
_OF_PATRONS = (DEACTIVATED, EXPIRED, BLOCKED, DEBT_BLOCKED)
_Named = TypeVar("_Named", PatronType, UserGroup, YearLevel)


@operation(Permission.CIRCULATION)
def check_out(work: Work, patron_id: PatronId, item_barcode: str, due: dt.date | None = None) -> Lent:
    """Lends an item. Without `due` it is due by the rule of the patron's type, and not after the membership ends.

    The facets of the patron are copied onto the loan, so that statistics outlive the patron. Raises Refused with every reason
    at once (MAY_NOT_BORROW, LOAN_LIMIT, NOT_AVAILABLE, ON_HOLD, OTHER_LIBRARY), WrongUsage for a day that has passed.
    """
    session = work.session
    patron = locked_patron(work, patron_id)
    item = find_item(work, item_barcode)
    rule = rule_for(work, patron)
    found = [*borrowing.why_not_borrow(work, patron), *_full(work, patron, rule)]
    request = holds.holder(work, item)
    found += _not_available(work, patron, item, request is not None and request.patron_id == patron.id)
    refuse(found, "Nothing was lent.")
    day, shortened = _due(work, patron, rule, due)
    loan = Loan(
        library_id=work.library_id,
        patron_id=patron.id,
        item_id=item.id,
        checked_out_at=work.clock.now(),
        due_on=day,
        status="open",
        patron_type=_name(work, PatronType, patron.patron_type_id),
        user_group=_name(work, UserGroup, patron.user_group_id),
        year_level=_name(work, YearLevel, patron.year_level_id),
        homeroom=patron.homeroom,
        academic_period=academic_period(work.clock.today(), read_policy(session, work.library_id).statistical_year_starts_in),
        collection=item.collection,
    )
    session.add(loan)
    item.status = "on_loan"
    filled = request or _other_request(work, patron, item)
    if filled is not None:
        _fill(work, filled, item)
    _done(work, loan)
    work.record("loans.checkout", {"loan": loan.id, "reservation": filled.id if filled else None}, patron.id)
    answered = ReservationId(filled.id) if filled is not None else None
    return Lent(LoanId(loan.id), PatronId(patron.id), item.barcode, title_of(work, item), day, answered, shortened)


@operation(Permission.CIRCULATION)
def take_back(work: Work, item_barcode: str) -> Back:
    """Takes an item in, whoever brings it and whatever stands against the patron; a lost one is found.

    Raises Refused when it is neither on loan nor lost: NOT_ON_LOAN, ON_HOLD, WITHDRAWN, NOT_READY, OTHER_LIBRARY.
    """
    return come_back(work, find_item(work, item_barcode))


@operation(Permission.CIRCULATION)
def renew(work: Work, item_barcode: str, due: dt.date | None = None) -> Lent:
    """Lends on to the same patron. Refused like a check-out, at the limit of renewals, and when somebody waits for it.

    A renewal that comes late raises the late fine up to today.
    """
    item = find_item(work, item_barcode)
    loan = _open_loan(work, item)
    patron = locked_patron(work, PatronId(loan.patron_id or 0))
    rule = rule_for(work, patron)
    found = [*borrowing.why_not_borrow(work, patron)]
    if rule.renewal_limit is not None and loan.renewals >= rule.renewal_limit:
        most = messages.count(rule.renewal_limit, "time") if rule.renewal_limit else "not"
        text = "It may not be renewed." if not rule.renewal_limit else f"It was renewed {most} already, and may not be again."
        found.append(Hindrance("RENEWAL_LIMIT", text, "Return it; it can be lent again."))
    if holds.is_awaited(work, item, patron.id):
        found.append(Hindrance("AWAITED", "Somebody else waits for it.", "Return it, so that the next one gets it."))
    refuse(found, "Nothing was renewed.")
    day, shortened = _due(work, patron, rule, due)
    if due is None and loan.due_on is not None and loan.due_on > day and not shortened:
        day = loan.due_on
    fine = late_fines.charge(work, loan, rule)
    loan.due_on, loan.renewals, loan.renewed_at = day, loan.renewals + 1, work.clock.now()
    _done(work, loan)
    work.record("loans.renew", {"loan": loan.id, "late_fine": fine}, patron.id)
    return Lent(
        LoanId(loan.id), PatronId(patron.id), item.barcode, title_of(work, item), day, None, shortened, loan.renewals, fine
    )


@operation(Permission.CIRCULATION)
def mark_lost(work: Work, item_barcode: str) -> Lost:
    """Ends the open loan of one item as lost; its price is charged, or it is written off, as the library's setting says."""
    item = find_item(work, item_barcode)
    loan = _open_loan(work, item)
    charge = read_policy(work.session, work.library_id).mark_lost_charges_price
    end_open_loan(work, loan, item, charge=charge)
    _done(work, loan)
    work.record("loans.lost", {"loan": loan.id}, loan.patron_id)
    return Lost(
        LoanId(loan.id), PatronId(loan.patron_id or 0), item.barcode, title_of(work, item), charge, item.price if charge else None
    )


@operation(Permission.VIEW_PATRONS, reads=True)
def read_hindrances(work: Work, patron_id: PatronId) -> tuple[Hindrance, ...]:
    """Every reason for which this patron may not borrow now, the limit of items at once among them."""
    patron = find_patron(work, patron_id)
    return (*borrowing.why_not_borrow(work, patron), *_full(work, patron, rule_for(work, patron)))


def find_item(work: Work, barcode: str) -> Item:
    """The item of this library with this barcode, its row held. Raises NotFound, and Refused for one of another library."""
    word = barcode.strip()
    item = work.session.scalars(
        sa.select(Item).where(Item.library_id == work.library_id, Item.barcode == word).with_for_update()
    ).first()
    if item is not None:
        return item
    other = work.session.scalar(
        sa.select(Library.name).join(Item, Item.library_id == Library.id).where(Item.barcode == word).limit(1)
    )
    if other is not None:
        raise Refused(
            f"The item {word} belongs to {other}.", "Send it there; here it is neither lent nor taken in.", "OTHER_LIBRARY"
        )
    raise NotFound(f"There is no item “{word}”.", "Check the barcode and try again.")


def locked_patron(work: Work, patron_id: PatronId) -> Patron:
    """The patron, whom nobody purges or lends to meanwhile. Raises NotFound."""
    patron = find_patron(work, patron_id)
    work.session.refresh(patron, with_for_update=True)
    return patron


def refuse(found: Sequence[Hindrance], nothing: str) -> None:
    """Raises Refused with all of these reasons and what lifts them, if there are any; its code is that of the patron first."""
    if found:
        code = MAY_NOT_BORROW if any(why.code in _OF_PATRONS for why in found) else found[0].code
        raise Refused(" ".join(why.text for why in found), " ".join((nothing, *(why.next_step for why in found))), code)


def _full(work: Work, patron: Patron, rule: LendingRule) -> list[Hindrance]:
    if rule.loan_limit is None:
        return []
    out = work.session.scalar(
        sa.select(sa.func.count()).select_from(Loan).where(Loan.patron_id == patron.id, Loan.status == "open")
    )
    if (out or 0) < rule.loan_limit:
        return []
    has = f"{messages.count(out or 0, 'item')} {'is' if out == 1 else 'are'} on loan already" if out else "Nothing may be lent"
    kind = f" for {rule.patron_type}" if rule.patron_type else ""
    return [Hindrance("LOAN_LIMIT", f"{has}; the most{kind} is {rule.loan_limit}.", "Return one of them first.")]


def _not_available(work: Work, patron: Patron, item: Item, theirs: bool) -> list[Hindrance]:
    lent = work.session.scalar(sa.select(Loan.patron_id).where(Loan.item_id == item.id, Loan.status == "open"))
    if lent is None and (item.status == "available" or theirs):
        return []
    title = title_of(work, item)
    if lent is None and item.status == "on_hold":
        # Who it is does not concern the patron at the desk.
        return [Hindrance("ON_HOLD", f"“{title}” is set aside for somebody else.", "Take another copy, or reserve it.")]
    said, step = _NOT_LENT["on_loan" if lent is not None else item.status]
    if lent == patron.id:
        said, step = "is on loan to this patron already.", "Renew it instead."
    return [Hindrance("NOT_AVAILABLE", f"“{title}” {said}", step)]


def _other_request(work: Work, patron: Patron, item: Item) -> Reservation | None:
    """The patron's own request that this copy answers, though another copy, or none yet, was set aside for it."""
    elsewhere = sa.and_(Reservation.title_id == item.title_id, Reservation.status == "open", Reservation.held_since.is_not(None))
    mine = sa.select(Reservation).where(sa.or_(holds.in_line(item), elsewhere), Reservation.patron_id == patron.id)
    return work.session.scalars(mine.order_by(*holds.OLDEST_FIRST).limit(1).with_for_update()).first()


def _fill(work: Work, request: Reservation, item: Item) -> None:
    """The request is answered by this copy; one that was set aside for it goes to the next, or to the shelf."""
    other = request.item_id if request.held_since is not None and request.item_id != item.id else None
    request.status, request.item_id = "filled", item.id
    if other is None:
        return
    request.held_since = None
    work.session.flush()
    copy = work.session.get_one(Item, other, with_for_update=True)
    if copy.status == holds.ON_HOLD:
        holds.hand_on(work, copy)


def _due(work: Work, patron: Patron, rule: LendingRule, given: dt.date | None) -> tuple[dt.date, bool]:
    """The day it is due, and whether the end of the membership made it earlier. A day given by hand is kept."""
    today = work.clock.today()
    if given is not None:
        if given < today:
            raise WrongUsage("That day has passed.", "Give a later day.")
        return given, False
    day = today + dt.timedelta(days=rule.loan_days)
    if patron.expiry_date is not None and today <= patron.expiry_date < day:
        return patron.expiry_date, True
    return day, False


def _open_loan(work: Work, item: Item) -> Loan:
    loan = work.session.scalars(sa.select(Loan).where(Loan.item_id == item.id, Loan.status == "open").with_for_update()).first()
    if loan is None or loan.patron_id is None:
        raise Refused(f"“{title_of(work, item)}” is not on loan.", "Check the barcode and try again.", "NOT_ON_LOAN")
    return loan


def _name(work: Work, table: type[_Named], key: int | None) -> str | None:
    return work.session.scalar(sa.select(table.name).where(table.id == key)) if key is not None else None


def _done(work: Work, loan: Loan) -> None:
    work.session.flush()
    if loan.patron_id is not None:
        touch(work.session, work.clock.now(), [loan.patron_id])
        refresh_activity(work.session, [loan.patron_id])
