"""Lifting a fine whose cause has gone: what is unpaid is waived with the reason, what was paid becomes a credit."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.services.door import Work

LOST, LATE, LIFTED = "lost", "late", "lifted"
"""What `fines.origin` says of fines that are raised at the desk, and of those that were lifted since."""
FOUND, TAKEN_BACK = "item found", "return taken back"


@dataclass(frozen=True, slots=True)
class Relief:
    """Minor units: what is not owed any more, what is owed to the patron instead, and what was paid by somebody now purged."""

    lifted: int = 0
    credit: int = 0
    nobodys: int = 0

    def __add__(self, other: Relief) -> Relief:
        return Relief(self.lifted + other.lifted, self.credit + other.credit, self.nobodys + other.nobodys)


def lift_of_loan(work: Work, loan_id: int, origin: str, reason: str) -> Relief:
    """Lifts every fine of this origin of a loan."""
    fines = work.session.scalars(sa.select(Fine).where(Fine.loan_id == loan_id, Fine.origin == origin).with_for_update())
    return sum((_lift(work, fine, reason) for fine in fines.all()), Relief())


def lift_of_nobodys(work: Work, item: Item) -> Relief:
    """Lifts the nameless lost-item fines of a copy whose loan went with a purged patron."""
    past = sa.exists().where(Loan.id == Fine.loan_id)
    fines = work.session.scalars(
        sa.select(Fine).where(Fine.item_id == item.id, Fine.patron_id.is_(None), Fine.origin == LOST, ~past).with_for_update()
    )
    return sum((_lift(work, fine, FOUND) for fine in fines.all()), Relief())


def _lift(work: Work, fine: Fine, reason: str) -> Relief:
    now, lifted = work.clock.now(), 0
    found = work.session.scalar(
        sa.select(sa.func.sum(FineLine.amount)).where(
            FineLine.fine_id == fine.id, FineLine.kind.in_(("payment", "credit")), FineLine.batch_id.is_(None)
        )
    )
    paid = int(found or 0)  # a server adds large numbers up to a decimal
    if fine.status != "closed":
        lifted = fine.balance or 0
        work.session.add(
            FineLine(fine_id=fine.id, kind="waiver", amount=fine.balance, at=now, author_id=work.actor.staff_id, reason=reason)
        )
        fine.status, fine.balance = "closed", 0
    if paid and fine.patron_id is None:
        # Whoever paid is purged: there is nobody to owe it to, and an undo must find the fine as it is.
        return Relief(lifted, 0, paid)
    if paid:
        work.session.add(
            Fine(
                library_id=fine.library_id,
                patron_id=fine.patron_id,
                loan_id=fine.loan_id,
                item_id=fine.item_id,
                type="Credit",
                origin="desk",
                amount=-paid,
                balance=-paid,
                status="active",
                charged_on=work.clock.today(),
            )
        )
    fine.origin = LIFTED
    return Relief(lifted, paid)
