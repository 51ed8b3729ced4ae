"""Whether a patron may borrow, renew and reserve: every reason against it at once, each with what would lift it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import messages, money
from patrondesk.models.patron import Block, Patron
from patrondesk.records import borrowing as records
from patrondesk.records.borrowing import ActiveBlock, Debt, Hindrance
from patrondesk.services import balances
from patrondesk.services.door import Work
from patrondesk.services.policy import read_policy


def holds(today: dt.date) -> sa.ColumnElement[bool]:
    """The condition on `blocks` that one counts today: not lifted, and not past its end."""
    return sa.and_(Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today))


def is_blocked(today: dt.date) -> sa.ColumnElement[bool]:
    """The condition on `patrons` that a manual block holds today."""
    return sa.exists().where(Block.patron_id == Patron.id, holds(today))


def active_blocks(session: Session, patron_id: int, today: dt.date) -> tuple[ActiveBlock, ...]:
    """The manual blocks of a patron that hold today, newest first."""
    found = sa.select(Block.id, Block.comment, Block.until).where(Block.patron_id == patron_id, holds(today))
    return tuple(ActiveBlock(*row) for row in session.execute(found.order_by(Block.id.desc())))


def debt(work: Work, patron_id: int) -> Debt:
    """What the patron owes in known amounts beside the library's limit."""
    policy = read_policy(work.session, work.library_id)
    found = work.session.execute(sa.select(balances.balance(), balances.unknown_fines()).where(Patron.id == patron_id)).one()
    return Debt(int(found[0]), found[1], policy.debt_block_limit, policy.currency)


def why_not_borrow(work: Work, patron: Patron) -> tuple[Hindrance, ...]:
    """Every reason for which this patron may not borrow, renew or reserve; empty when allowed. Returns are always taken.

    Codes, in this order: DEACTIVATED [Infiniti], EXPIRED, BLOCKED and DEBT_BLOCKED [Quria].
    """
    today = work.clock.today()
    found: list[Hindrance] = []
    if not patron.enabled:
        found.append(Hindrance(records.DEACTIVATED, "This patron is deactivated.", "Enable the patron first."))
    if patron.expiry_date is not None and patron.expiry_date < today:
        text = f"The membership ended on {messages.day(patron.expiry_date)}."
        found.append(Hindrance(records.EXPIRED, text, "Give the patron a later expiry date first."))
    blocks = active_blocks(work.session, patron.id, today)
    if blocks:
        until = f" until {messages.day(blocks[0].until)}" if blocks[0].until else ""
        text = f"This patron is blocked at this library{until}: “{blocks[0].comment}”"
        found.append(Hindrance(records.BLOCKED, text, "Unblock the patron first."))
    owed = debt(work, patron.id)
    if owed.blocks:
        found.append(_debt_block(owed))
    return tuple(found)


def _debt_block(debt: Debt) -> Hindrance:
    owed, limit, less = (money.words(amount, debt.currency) for amount in (debt.owed, debt.limit, debt.to_lift))
    lifts = f"It lifts by itself when {less} is paid or waived."
    return Hindrance(records.DEBT_BLOCKED, f"The patron owes {owed}; the limit is {limit}.", lifts)
