"""Blocking and unblocking a patron at this library, each with its comment [Quria]; what is owed blocks by itself, elsewhere."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk.errors import Refused, WrongUsage
from patrondesk.models.patron import Block
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services import borrowing, staff_rules
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation


@operation(Permission.BLOCK)
def block(work: Work, patron_id: PatronId, comment: str, until: dt.date | None = None) -> int:
    """Blocks a patron, whatever is on loan or owed; returns the block's key. `until`: its last day, None for no end.

    Raises WrongUsage without a comment or for an end that has passed, Refused for one who is blocked already, for oneself
    and for the last administrator who could sign in.
    """
    patron = find_patron(work, patron_id)
    comment = _comment(comment, "Blocking a patron needs a comment.", "Say why this patron is blocked.")
    if until is not None and until < work.clock.today():
        raise WrongUsage("That day has passed.", "Choose a later day, or none.")
    if patron.id == work.actor.id:
        raise Refused("You cannot block your own account.", "Ask another administrator.", "OWN_ACCOUNT")
    staff_rules.guard_last_administrator(work, patron_id)
    if borrowing.active_blocks(work.session, patron.id, work.clock.today()):
        raise Refused("This patron is blocked already.", "Unblock first, to block with another comment.", "ALREADY_BLOCKED")
    now = work.clock.now()
    row = Block(patron_id=patron.id, comment=comment, author_id=work.actor.staff_id, created_at=now, until=until)
    work.session.add(row)
    work.session.flush()
    touch(work.session, now, [patron.id])
    facts = {"block": row.id, "until": until.isoformat() if until else None}
    work.record("patron.block", facts, patron.id)
    return row.id


@operation(Permission.BLOCK)
def unblock(work: Work, patron_id: PatronId, comment: str) -> int:
    """Lifts every block that holds; returns how many. A debt block is not one: only payment or waiver lifts it.

    Raises WrongUsage without a comment, Refused for a patron who is not blocked.
    """
    patron, now = find_patron(work, patron_id), work.clock.now()
    comment = _comment(comment, "Unblocking a patron needs a comment.", "Say why the block is lifted.")
    holding = work.session.scalars(
        sa.select(Block).where(Block.patron_id == patron.id, borrowing.holds(work.clock.today()))
    ).all()
    if not holding:
        debt = borrowing.debt(work, patron.id)
        said = "Money owed lifts by payment or waiver only." if debt.blocks else "Nothing was changed."
        raise Refused("This patron is not blocked by hand.", said, "NOT_BLOCKED")
    for row in holding:
        row.lifted_at, row.lifted_by_id, row.lift_comment = now, work.actor.staff_id, comment
    work.session.flush()
    touch(work.session, now, [patron.id])
    work.record("patron.unblock", {"lifted": len(holding)}, patron.id)
    return len(holding)


def _comment(typed: str, missing: str, next_step: str) -> str:
    comment = " ".join(typed.split())
    if not comment:
        raise WrongUsage(missing, next_step)
    return comment
