"""Loans, fines and reservations as screens show them, and the decisions taken about open loans."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from patrondesk.records.ids import FineId, ItemId, LoanId, ReservationId


class Decision(StrEnum):
    """What happened to an item on loan (domain, section 7)."""

    RETURNED = "returned"
    LOST_CHARGED = "lost_charged"
    LOST_WRITTEN_OFF = "lost_written_off"
    LEAVE_OPEN = "leave_open"


@dataclass(frozen=True, slots=True)
class LoanLine:
    """One loan of a patron. `price` in minor units, None where unknown; `days_overdue` 0 when not yet due."""

    id: LoanId
    item_id: ItemId
    title: str
    author: str | None
    collection: str | None
    item_barcode: str
    checked_out_on: dt.date
    due_on: dt.date | None
    days_overdue: int
    price: int | None
    status: str
    ended_on: dt.date | None
    can_reopen: bool = False


@dataclass(frozen=True, slots=True)
class FineLine:
    """One fine of a patron. `balance` None: a bill whose amount is not known."""

    id: FineId
    type: str
    title: str | None
    charged_on: dt.date | None
    amount: int | None
    balance: int | None
    status: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class ReservationLine:
    """One reservation. `username` is the patron's, None where there is none; `status`: open, filled, cancelled, expired.

    `held_on`: since when the copy is set aside for it.
    """

    id: ReservationId
    title: str
    item_barcode: str | None
    requested_on: dt.date | None
    expires_on: dt.date | None
    status: str
    username: str | None
    held_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ReservationsCancelled:
    """What cancelling did: how many requests are gone, and how many copies on hold for them are available again."""

    reservations: int
    released: int


@dataclass(frozen=True, slots=True)
class LoansEnded:
    """What applying decisions did: counts, and the money raised as lost-item fines in minor units."""

    returned: int = 0
    lost: int = 0
    charged: int = 0
    charged_amount: int = 0
    charged_unknown: int = 0
    left_open: int = 0


@dataclass(frozen=True, slots=True)
class PaidBack:
    """What paying a credit back did, in minor units: the money paid out, and what was settled with the credit instead."""

    paid: int
    set_off: int
