"""What the circulation desk is told: rules of lending, what lending and returning did, items, and the day's money."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.records.ids import FineId, ItemId, LoanId, PatronId, ReservationId, TitleId


@dataclass(frozen=True, slots=True)
class LendingRule:
    """How a library lends to a patron type; `patron_type` None: to everybody for whom there is no other rule.

    `loan_limit` (items at once), `renewal_limit` (renewals of one loan) and `late_fine_most` (of one loan): None is without
    limit. Money in minor units; `late_fine_per_day` counts from the day after `grace_days`.
    """

    patron_type: str | None
    loan_days: int
    loan_limit: int | None = None
    renewal_limit: int | None = None
    grace_days: int = 0
    late_fine_per_day: int = 0
    late_fine_most: int | None = None

    def late_fine(self, days_late: int) -> int:
        """What so many days after the day it was due cost, minor units."""
        days = max(0, days_late - self.grace_days)
        whole = days * self.late_fine_per_day
        return whole if self.late_fine_most is None else min(whole, self.late_fine_most)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits for a copy: to be put aside for them."""

    reservation: ReservationId
    patron: PatronId
    name: str
    word: str
    school_class: str


@dataclass(frozen=True, slots=True)
class Lent:
    """A check-out, or a renewal. `filled`: the patron's request it answered. `shortened`: due when the membership ends.

    `late_fine`: what a renewal of an overdue loan cost, minor units.
    """

    loan: LoanId
    patron: PatronId
    item_barcode: str
    title: str
    due: dt.date
    filled: ReservationId | None = None
    shortened: bool = False
    renewals: int = 0
    late_fine: int = 0


@dataclass(frozen=True, slots=True)
class Back:
    """An item that came back, or was found. `status` is what the item is now; `loan` None where no loan was known.

    `patron` is who had it, None where nobody is known; `patron_gone`: who had it is purged. Money in minor units: `late_fine`
    was raised; `lifted` is not owed any more for the loss, `credit` is owed to the patron now, as it had been paid.
    `told` says all that in sentences, for the desk.
    """

    item: ItemId
    item_barcode: str
    title: str
    status: str
    loan: LoanId | None
    patron: PatronId | None
    patron_name: str | None
    was_lost: bool
    days_late: int
    late_fine: int
    lifted: int
    credit: int
    patron_gone: bool
    waiting: Waiting | None
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """An item marked as lost. `charged`: a fine was raised; its `amount` in minor units, None where the price is not known."""

    loan: LoanId
    patron: PatronId
    item_barcode: str
    title: str
    charged: bool
    amount: int | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation that was made. `set_aside`: the barcode of the copy that is on hold at once; `ahead`: who wait before."""

    reservation: ReservationId
    patron: PatronId
    title: str
    set_aside: str | None
    ahead: int


@dataclass(frozen=True, slots=True)
class Expired:
    """What the upkeep of reservations did: how many ended, how many copies went on to the next who waits or to the shelf."""

    reservations: int
    handed_on: int
    released: int


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One copy. `price` in minor units, None where unknown. `due`: of its open loan. `waiting`: how many wait for it."""

    id: ItemId
    title_id: TitleId
    barcode: str
    title: str
    author: str | None
    call_number: str | None
    collection: str | None
    price: int | None
    status: str
    due: dt.date | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """One page of a list of items."""

    total: int
    page: int
    page_size: int
    rows: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scanned or typed word is: a patron, an item, both, or neither. `old_card`: the patron's former barcode it is."""

    word: str
    patron: PatronId | None = None
    old_card: bool = False
    item: ItemLine | None = None


@dataclass(frozen=True, slots=True)
class DeskPayment:
    """Money that one person took or paid out at the desk; `amount` in minor units, negative where it was paid out."""

    at: dt.datetime
    fine: FineId
    type: str
    name: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class DeskDay:
    """What the signed-in person took today, newest first, and what should be in the cash box of it, minor units."""

    total: int
    payments: tuple[DeskPayment, ...]
