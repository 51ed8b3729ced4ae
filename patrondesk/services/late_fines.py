"""The late fine of a loan, by the rule of its patron: raised when it comes back or is renewed late, and never twice."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.fine import Fine
from patrondesk.models.loan import Loan
from patrondesk.records.lending import LendingRule
from patrondesk.services.door import Work
from patrondesk.services.lifting import LATE, LIFTED

OVERDUE = "Overdue"


def days_late(work: Work, loan: Loan) -> int:
    """How many days after the day it was due today is; 0 when it is not late."""
    return max(0, (work.clock.today() - loan.due_on).days) if loan.due_on else 0


def charge(work: Work, loan: Loan, rule: LendingRule) -> int:
    """Raises the late fine of a loan and returns it, minor units; 0 when none is due.

    What was charged for this loan before, here at a renewal or by another system, counts towards the most of one loan; a fine
    of the other system for this loan stands instead of ours.
    """
    due = rule.late_fine(days_late(work, loan))
    if not due or loan.patron_id is None:
        return 0
    session = work.session
    before = session.execute(
        sa.select(Fine.origin, Fine.amount).where(
            Fine.loan_id == loan.id, sa.func.lower(Fine.type) == OVERDUE.lower(), Fine.origin != LIFTED
        )
    ).all()
    if any(origin != LATE for origin, _ in before):
        return 0
    if rule.late_fine_most is not None:
        due = min(due, rule.late_fine_most - sum(amount or 0 for _, amount in before))
    if due <= 0:
        return 0
    session.add(
        Fine(
            library_id=loan.library_id,
            patron_id=loan.patron_id,
            loan_id=loan.id,
            item_id=loan.item_id,
            type=OVERDUE,
            origin=LATE,
            amount=due,
            balance=due,
            status="active",
            charged_on=work.clock.today(),
        )
    )
    session.flush()
    return due
