"""Scalar facts about a patron for lists: open loans, money, last activity; computed for the rows on show only."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from patrondesk.models.fine import Fine
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.models.staff import StaffAccount

# Not IN: its list is written out anew at each execution.
_UNSETTLED = sa.or_(Fine.status == "active", Fine.status == "in_dispute")


def open_loans() -> sa.ScalarSelect[int]:
    """How many loans of the outer query's patron are open."""
    return (
        sa.select(sa.func.count())
        .select_from(Loan)
        .where(Loan.patron_id == Patron.id, sa.text("loans.status = 'open'"))
        .correlate(Patron)
        .scalar_subquery()
    )


def balance() -> sa.ScalarSelect[int]:
    """What the patron owes in known amounts, minor units; negative for a credit."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(Fine.balance), 0))
        .where(Fine.patron_id == Patron.id, _UNSETTLED)
        .correlate(Patron)
        .scalar_subquery()
    )


def unknown_fines() -> sa.ScalarSelect[int]:
    """How many unsettled bills have no known amount."""
    return (
        sa.select(sa.func.count())
        .select_from(Fine)
        .where(Fine.patron_id == Patron.id, _UNSETTLED, Fine.balance.is_(None))
        .correlate(Patron)
        .scalar_subquery()
    )


def open_reservations() -> sa.ScalarSelect[int]:
    """How many reservations are open."""
    return (
        sa.select(sa.func.count())
        .select_from(Reservation)
        .where(Reservation.patron_id == Patron.id, Reservation.status == "open")
        .correlate(Patron)
        .scalar_subquery()
    )


def signed_in() -> sa.ScalarSelect[Any]:
    """When the outer query's patron last signed in, for those who have a staff account."""
    return (
        sa.select(sa.func.max(StaffAccount.last_signed_in_at))
        .where(StaffAccount.patron_id == Patron.id)
        .correlate(Patron)
        .scalar_subquery()
    )


def activity() -> tuple[Any, Any]:
    """The latest activity that is kept with the patron, and the latest sign-in; each may be null."""
    return Patron.last_activity_at, signed_in()


def latest(moments: tuple[dt.datetime | None, ...]) -> dt.date | None:
    """The day of the latest of these moments, None where there is none."""
    known = [moment for moment in moments if moment is not None]
    return max(known).date() if known else None
