"""Random ways over the circulation desk: whatever is done there in any order, items, loans, requests and money agree."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from patrondesk.clock import Clock
from patrondesk.errors import DeskError
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import FineId, ItemId, LoanId
from patrondesk.records.lending import LendingRule
from patrondesk.records.loans import Decision
from patrondesk.services import checking, circulation, fines, items, lending_rules, loans, reservations, taking_back
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building

WALKS = settings(
    max_examples=int(os.environ.get("CIRCULATION_WALKS", "8")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
STEPS = [
    "lend", "lend", "lend", "take_in", "take_in", "renew", "lose", "lose", "reserve", "reserve", "cancel", "expire", "decide",
    "reopen", "undo_out", "undo_return", "pay", "waive", "pay_back", "withdraw", "put_back", "leave", "come_again", "purge",
    "undo_purge",
]  # fmt: skip


class Walk:
    """Somebody at the desk who does things in any order, and is refused now and then."""

    def __init__(self, office, patrons, barcodes, data):
        self.office, self.patrons, self.barcodes, self.data = office, patrons, barcodes, data
        self.lent, self.back, self.batches = [], [], []

    def at(self, days):
        """The desk on a later day; what is done by the real clock stays of today."""
        return replace(self.office, clock=Clock(self.office.clock.today() + dt.timedelta(days=days)))

    def any(self, choices):
        return self.data.draw(st.sampled_from(list(choices)))

    def keys(self, column, *where):
        with self.office.database.read() as session:
            return list(session.scalars(sa.select(column).where(*where).order_by(column)))

    def step(self, name, days):
        try:
            getattr(self, name)(self.at(days))
        except DeskError:
            return  # refused, with a sentence; nothing may have changed

    def lend(self, desk):
        lent = circulation.check_out(desk, self.any(self.patrons), self.any(self.barcodes))
        self.lent.append(lent)

    def take_in(self, desk):
        back = circulation.take_back(desk, self.any(self.barcodes))
        if back.loan is not None:
            self.back.append(back.loan)

    def renew(self, desk):
        circulation.renew(desk, self.any(self.barcodes))

    def lose(self, desk):
        circulation.mark_lost(desk, self.any(self.barcodes))

    def reserve(self, desk):
        reservations.reserve(
            desk, self.any(self.patrons), item_barcode=self.any(self.barcodes), this_copy=self.data.draw(st.booleans())
        )

    def cancel(self, desk):
        open_ones = self.keys(Reservation.id, Reservation.status == "open")
        if open_ones:
            reservations.cancel(desk, self.any(open_ones))

    def expire(self, desk):
        reservations.expire_reservations(desk)

    def decide(self, desk):
        patron = self.any(self.patrons)
        mine = self.keys(Loan.id, Loan.patron_id == patron, Loan.status == "open")
        loans.decide_loans(desk, patron, {LoanId(key): self.any(Decision) for key in mine})

    def reopen(self, desk):
        lost = self.keys(Loan.id, Loan.status == "lost")
        if lost:
            loans.reopen_lost(desk, self.any(lost))

    def undo_out(self, desk):
        if self.lent:
            last = self.lent.pop()
            taking_back.undo_check_out(desk, last.loan, last.filled)

    def undo_return(self, desk):
        if self.back:
            taking_back.undo_return(desk, self.back.pop())

    def pay(self, desk):
        owed = self.keys(Fine.id, Fine.status != "closed", Fine.balance > 0, Fine.patron_id.is_not(None))
        if owed:
            fines.pay(desk, FineId(self.any(owed)), self.data.draw(st.integers(1, 1500)))

    def waive(self, desk):
        owed = self.keys(Fine.id, Fine.status == "active", Fine.balance > 0, Fine.patron_id.is_not(None))
        if owed:
            fines.waive(desk, FineId(self.any(owed)), "goodwill")

    def pay_back(self, desk):
        fines.pay_back(desk, self.any(self.patrons))

    def withdraw(self, desk):
        items.withdraw_item(desk, ItemId(self.any(self.keys(Item.id))))

    def put_back(self, desk):
        items.put_back_item(desk, ItemId(self.any(self.keys(Item.id))))

    def leave(self, desk):
        self._enable(False)

    def come_again(self, desk):
        self._enable(True)

    def _enable(self, enabled):
        with self.office.database.write() as session:
            session.execute(sa.update(Patron).where(Patron.id == self.any(self.patrons)).values(enabled=enabled))

    def purge(self, _desk):
        gone = purge.run(self.office, make_plan(self.office, [self.any(self.patrons)], source="page"), Ticket())
        if gone.purged:
            self.batches.append(gone.batch.id)

    def undo_purge(self, _desk):
        if self.batches:
            undo_batch(self.office, self.batches.pop())


def disagreements(office):
    """What does not agree, in words."""
    with office.database.read() as session:
        found = []
        for item in session.scalars(sa.select(Item)):
            out = session.scalars(sa.select(Loan.id).where(Loan.item_id == item.id, Loan.status == "open")).all()
            if (item.status == "on_loan") != (len(out) == 1):
                found.append(f"item {item.id} is {item.status} with {len(out)} open loans")
            held = session.scalars(
                sa.select(Reservation.id).where(
                    Reservation.item_id == item.id, Reservation.status == "open", Reservation.held_since.is_not(None)
                )
            ).all()
            if item.status == "on_hold" and not held:
                found.append(f"item {item.id} is on hold for nobody")
            if item.status == "available" and held:
                found.append(f"item {item.id} is available, but request {held} waits at the desk")
        for fine in session.scalars(sa.select(Fine).where(Fine.amount.is_not(None))):
            lines = session.scalar(
                sa.select(sa.func.coalesce(sa.func.sum(FineLine.amount), 0)).where(FineLine.fine_id == fine.id)
            )
            if fine.balance != fine.amount - lines:
                found.append(f"fine {fine.id}: {fine.amount} less {lines} is not {fine.balance}")
            if (fine.status == "closed") != (fine.balance == 0):
                found.append(f"fine {fine.id} is {fine.status} with {fine.balance}")
    return found


@WALKS
@given(data=st.data(), charges=st.booleans(), retain=st.booleans())
def test_everything_agrees_whatever_was_done(libraries, data, charges, retain):
    with libraries() as office:
        told = {"mark_lost_charges_price": str(charges).lower(), "retain_deleted_patron_loans": str(retain).lower()}
        with building(office, balance_threshold="50.00", hold_days="3", **told) as school:
            patrons = [school.patron(enabled=True, expiry_date=None) for _ in range(3)]
            copies = [school.item() for _ in range(4)]
            # Two copies of one title, two titles of one copy each.
            school.session.get_one(Item, copies[1]).title_id = school.session.get_one(Item, copies[0]).title_id
            barcodes = [school.session.get_one(Item, copy).barcode for copy in copies]
        lending_rules.set_rule(
            office, LendingRule(None, 7, loan_limit=3, renewal_limit=2, late_fine_per_day=30, late_fine_most=300)
        )
        walk = Walk(office, patrons, barcodes, data)
        days = 0
        for name in data.draw(st.lists(st.sampled_from(STEPS), min_size=8, max_size=30), "way"):
            days += data.draw(st.sampled_from([0, 0, 0, 1, 9]))
            walk.step(name, days)
            assert disagreements(office) == [], f"after {name}"
        assert not checking.find_problems(office)
