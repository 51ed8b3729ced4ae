"""Open loans and what becomes of them: returned, lost and charged, written off, left open; and taking a wrong mark back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from patrondesk.errors import NotFound, Refused
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.records.ids import ItemId, LoanId, PatronId
from patrondesk.records.loans import Decision, LoanLine, LoansEnded
from patrondesk.records.staff import Permission
from patrondesk.services import holds, late_fines
from patrondesk.services.changes import find_patron, refresh_activity, touch
from patrondesk.services.coming_back import come_back
from patrondesk.services.door import Work, operation
from patrondesk.services.lending_rules import rule_for
from patrondesk.services.lifting import FOUND, LOST, lift_of_loan
from patrondesk.services.policy import read_policy

LOST_FINE = "Lost item"


@operation(Permission.VIEW_PATRONS, reads=True)
def list_loans(work: Work, patron_id: PatronId | None = None, *, open_only: bool = False) -> list[LoanLine]:
    """A patron's loans, open ones first and the longest overdue on top; without a patron, all open loans of the library."""
    where: list[sa.ColumnElement[bool]] = [Loan.library_id == work.library_id]
    if patron_id is not None:
        where.append(Loan.patron_id == find_patron(work, patron_id).id)
    if open_only or patron_id is None:
        where.append(Loan.status == "open")
    rows = work.session.execute(
        sa.select(Loan, Item, Title.title, Title.author)
        .join(Item, Item.id == Loan.item_id)
        .join(Title, Title.id == Item.title_id)
        .where(*where)
        .order_by(sa.case((Loan.status == "open", 0), else_=1), Loan.due_on, Loan.id)
    )
    today = work.clock.today()
    return [_line(loan, item, title, author, today) for loan, item, title, author in rows]


def _line(loan: Loan, item: Item, title: str, author: str | None, today: dt.date) -> LoanLine:
    late = (today - loan.due_on).days if loan.status == "open" and loan.due_on else 0
    ended = loan.ended_at.astimezone().date() if loan.ended_at else None
    return LoanLine(
        LoanId(loan.id),
        ItemId(item.id),
        title,
        author,
        item.collection,
        item.barcode,
        loan.checked_out_at.date(),
        loan.due_on,
        max(0, late),
        item.price,
        loan.status,
        ended,
        loan.status == "lost" and item.status == "lost" and loan.patron_id is not None,
    )


@operation(Permission.CIRCULATION)
def decide_loans(work: Work, patron_id: PatronId, decisions: Mapping[LoanId, Decision]) -> LoansEnded:
    """Applies a decision (a Decision, or its word) to each of these open loans of one patron, all together.

    Raises Refused when a loan is not open any more: somebody else dealt with it, and the list must be read again.
    """
    return _decide(work, patron_id, {loan: Decision(decision) for loan, decision in decisions.items()})


@operation(Permission.CIRCULATION)
def mark_all_lost(work: Work, patron_id: PatronId) -> LoansEnded:
    """Every open loan of the patron ends as lost [Infiniti]; charged or written off as the library's setting says."""
    charge = read_policy(work.session, work.library_id).mark_lost_charges_price
    decision = Decision.LOST_CHARGED if charge else Decision.LOST_WRITTEN_OFF
    every = work.session.scalars(sa.select(Loan.id).where(Loan.patron_id == patron_id, Loan.status == "open")).all()
    return _decide(work, patron_id, {LoanId(key): decision for key in every})


def _decide(work: Work, patron_id: PatronId, decisions: Mapping[LoanId, Decision]) -> LoansEnded:
    session, now = work.session, work.clock.now()
    patron = find_patron(work, patron_id)
    loans = {
        LoanId(loan.id): (loan, item)
        for loan, item in session.execute(
            sa.select(Loan, Item)
            .join(Item, Item.id == Loan.item_id)
            .where(Loan.patron_id == patron.id, Loan.status == "open", Loan.id.in_(list(decisions)))
            .with_for_update()
        )
    }
    if set(loans) != set(decisions):
        raise Refused(
            "Some of these loans have ended meanwhile. Nothing was changed.", "Look at the list again.", "LOANS_CHANGED"
        )
    counts = {decision: 0 for decision in Decision}
    amount = unknown = 0
    for key, decision in decisions.items():
        loan, item = loans[key]
        counts[decision] += 1
        if decision is Decision.LEAVE_OPEN:
            continue
        loan.ended_at = now
        if decision is Decision.RETURNED:
            late_fines.charge(work, loan, rule_for(work, patron))
            loan.status = "returned"
            holds.hand_on(work, item)
        else:
            loan.status, item.status = "lost", "lost"
        if decision is Decision.LOST_CHARGED:
            _charge(work, patron, loan, item)
            amount += item.price or 0
            unknown += item.price is None
    lost = counts[Decision.LOST_CHARGED] + counts[Decision.LOST_WRITTEN_OFF]
    ended = LoansEnded(
        counts[Decision.RETURNED], lost, counts[Decision.LOST_CHARGED], amount, unknown, counts[Decision.LEAVE_OPEN]
    )
    if ended.returned or ended.lost:
        touch(session, now, [patron.id])
        refresh_activity(session, [patron.id])
        work.record(
            "loans.decide",
            {
                "returned": ended.returned,
                "lost": ended.lost,
                "charged": ended.charged,
                "amount": amount,
                "loans": [key for key, decision in decisions.items() if decision is not Decision.LEAVE_OPEN],
            },
            patron.id,
        )
    return ended


def end_open_loan(work: Work, loan: Loan, item: Item, *, charge: bool) -> None:
    """One open loan ends as lost, the item with it; charged or written off."""
    assert loan.patron_id is not None, "an open loan belongs to somebody"
    loan.status, loan.ended_at, item.status = "lost", work.clock.now(), "lost"
    if charge:
        _charge(work, find_patron(work, PatronId(loan.patron_id)), loan, item)


def _charge(work: Work, patron: Patron, loan: Loan, item: Item) -> None:
    """A lost-item fine of the item's price; of unknown amount where the price is not known."""
    work.session.add(
        Fine(
            library_id=work.library_id,
            patron_id=patron.id,
            loan_id=loan.id,
            item_id=item.id,
            type=LOST_FINE,
            origin=LOST,
            amount=item.price,
            balance=item.price,
            status="active",
            charged_on=work.clock.today(),
        )
    )


@operation(Permission.CIRCULATION)
def reopen_lost(work: Work, loan_id: LoanId) -> None:
    """Takes back a wrong *mark as lost*: the loan is open again, the item on loan, and its lost-item fine is lifted.

    Raises Refused when the item has been found, borrowed or withdrawn since, or the patron is gone.
    """
    session, now = work.session, work.clock.now()
    loan = session.get(Loan, loan_id, with_for_update=True)
    if loan is None or loan.library_id != work.library_id:
        raise NotFound("This loan is no longer there.", "Look at the list again.")
    item = session.get_one(Item, loan.item_id)
    if loan.status != "lost" or item.status != "lost" or loan.patron_id is None:
        raise Refused(
            "This loan cannot be opened again.", "The item has been dealt with since, or its patron is purged.", "NOT_LOST"
        )
    loan.status, loan.ended_at, item.status = "open", None, "on_loan"
    lift_of_loan(work, loan.id, LOST, FOUND)
    touch(session, now, [loan.patron_id])
    refresh_activity(session, [loan.patron_id])
    work.record("loans.reopen", {"loan": loan_id}, loan.patron_id)


@operation(Permission.CIRCULATION)
def found(work: Work, item_barcode: str) -> str:
    """A lost item has come back, by whatever way: what became of it in sentences. The same as taking it back at the desk.

    If its patron is purged nothing breaks: the item is available and the sentences say so. Raises Refused when it was neither
    lost nor on loan.
    """
    item = work.session.scalars(
        sa.select(Item).where(Item.library_id == work.library_id, Item.barcode == item_barcode.strip()).with_for_update()
    ).first()
    if item is None:
        raise NotFound(f"There is no item “{item_barcode}”.", "Check the barcode and try again.")
    return " ".join(come_back(work, item).told)
