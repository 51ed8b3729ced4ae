"""An item on the counter: its loan ends, a lost one is found, who waits for it is said - whatever stands against a patron."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages, money
from patrondesk.errors import Refused
from patrondesk.models.archive import TWINS
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.records.ids import ItemId, LoanId, PatronId
from patrondesk.records.lending import Back, Waiting
from patrondesk.services import holds, late_fines, lending_rules, lifting, names
from patrondesk.services.changes import refresh_activity, touch
from patrondesk.services.door import Work
from patrondesk.services.lifting import Relief
from patrondesk.services.policy import read_policy

_NOT_OUT = {
    "available": ("is not on loan.", "It can go to its shelf.", "NOT_ON_LOAN"),
    "withdrawn": ("is withdrawn from the catalogue.", "Put it aside, or bring it back into the catalogue.", "WITHDRAWN"),
    "on_order": ("is still on order.", "Take it into the catalogue first.", "NOT_READY"),
    "in_process": ("is still being prepared.", "Hand it to whoever prepares new items.", "NOT_READY"),
}


def come_back(work: Work, item: Item) -> Back:
    """Takes an item in. Raises Refused, with what to do with it, when it was neither on loan nor lost."""
    session = work.session
    was = item.status
    loan = session.scalars(sa.select(Loan).where(Loan.item_id == item.id, Loan.status == "open").with_for_update()).first()
    returned = loan is not None
    if loan is None and was not in ("lost", "on_loan"):
        raise _not_out(work, item)
    if loan is None:
        loan = _lost_with(work, item) if was == "lost" else None
    late = fine = 0
    if returned:
        assert loan is not None
        late = late_fines.days_late(work, loan)
        if loan.patron_id is not None:
            rule = lending_rules.rule_for(work, session.get_one(Patron, loan.patron_id))
            fine = late_fines.charge(work, loan, rule)
        loan.status, loan.ended_at = "returned", work.clock.now()
    relief = _relieve(work, item, loan) if was == "lost" else Relief()
    following = holds.hand_on(work, item) if was != "withdrawn" else None
    patron_id = loan.patron_id if loan is not None else None
    if patron_id is not None:
        touch(session, work.clock.now(), [patron_id])
        refresh_activity(session, [patron_id])
    facts = {"item": item.id, "loan": loan.id if loan is not None else None, "held": following.id if following else None}
    if was == "lost":
        work.record("loans.found", facts | {"lifted": relief.lifted, "credit": relief.credit}, patron_id)
    else:
        work.record("loans.return", facts | {"late_fine": fine}, patron_id)
    gone = was == "lost" and patron_id is None and (loan is not None or _went_with_a_purge(work, item))
    waiting = holds.described(work, following) if following is not None else None
    return Back(
        ItemId(item.id), item.barcode, title_of(work, item), item.status, LoanId(loan.id) if loan is not None else None,
        PatronId(patron_id) if patron_id is not None else None, _name(work, patron_id), was == "lost", late, fine,
        relief.lifted, relief.credit, gone, waiting, _told(work, item, was, late, fine, relief, gone, waiting),
    )  # fmt: skip


def title_of(work: Work, item: Item) -> str:
    """The title of a copy."""
    return work.session.scalar(sa.select(Title.title).where(Title.id == item.title_id)) or ""


def _not_out(work: Work, item: Item) -> Refused:
    title = title_of(work, item)
    request = holds.holder(work, item)
    if request is not None:
        return Refused(f"“{title}” waits for somebody.", holds.slip(holds.described(work, request)), "ON_HOLD")
    said, step, code = _NOT_OUT.get(item.status, _NOT_OUT["available"])
    return Refused(f"“{title}” {said}", step, code)


def _lost_with(work: Work, item: Item) -> Loan | None:
    """The loan with which a copy was lost; None where it was lost without one, or the loan went with its patron."""
    last = work.session.scalars(
        sa.select(Loan).where(Loan.item_id == item.id).order_by(Loan.checked_out_at.desc(), Loan.id.desc()).limit(1)
    ).first()
    return last if last is not None and last.status == "lost" else None


def _relieve(work: Work, item: Item, loan: Loan | None) -> Relief:
    relief = lifting.lift_of_loan(work, loan.id, lifting.LOST, lifting.FOUND) if loan is not None else Relief()
    return relief + lifting.lift_of_nobodys(work, item)


def _went_with_a_purge(work: Work, item: Item) -> bool:
    """Whether the archive of a purge that can still be undone has the loan with which this copy was lost."""
    past = TWINS["loans"]
    known = sa.select(past.c.id).where(past.c.item_id == item.id, past.c.status == "lost").limit(1)
    return work.session.execute(known).first() is not None


def _name(work: Work, patron_id: int | None) -> str | None:
    if patron_id is None:
        return None
    row = work.session.execute(
        sa.select(Patron.family_name, Patron.given_name, Patron.preferred_name).where(Patron.id == patron_id)
    ).one()
    return names.full_name(row[0], row[1], row[2])


def _told(
    work: Work, item: Item, was: str, late: int, fine: int, relief: Relief, gone: bool, waiting: Waiting | None
) -> tuple[str, ...]:
    currency = read_policy(work.session, work.library_id).currency
    told = []
    if was == "lost":
        again = "is found: it waits for somebody." if waiting is not None else "is available again."
        told.append(f"The item {again}")
    if was == "withdrawn":
        told.append("It is withdrawn from the catalogue: put it aside.")
    if gone:
        told.append("Who had it is purged. The write-off is reversed; nothing else of that purge changes.")
    if late:
        much = f" A late fine of {money.words(fine, currency)} is raised." if fine else ""
        told.append(f"It is {messages.count(late, 'day')} late.{much}")
    if relief.lifted:
        told.append(f"{money.words(relief.lifted, currency)} for the loss is not owed any more.")
    if relief.credit:
        told.append(f"{money.words(relief.credit, currency)} had been paid for the loss: it is a credit now.")
    if relief.nobodys:
        told.append(f"{money.words(relief.nobodys, currency)} had been paid for the loss; nobody is here to be paid back.")
    if waiting is not None:
        told.append(holds.slip(waiting))
    return tuple(told)
