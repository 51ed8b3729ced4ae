"""What the dialog shows, read off the window's thread in one go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from patrondesk.records.ids import LoanId, PatronId
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import PatronDetails
from patrondesk.records.verdict import Reason
from patrondesk.services import candidates, fines, loans, patrons, policy, reservations
from patrondesk.services.office import Office


@dataclass(frozen=True, slots=True)
class PatronLoans:
    """A patron with open loans, loans that were marked in this dialog, unsettled fines, reservations, and the rules about money.

    `threshold` in minor units. `fines` are the unsettled ones, `reservations` the open ones.
    """

    patron: PatronDetails
    open: tuple[LoanLine, ...]
    marked: tuple[LoanLine, ...]
    fines: tuple[FineLine, ...]
    reservations: tuple[ReservationLine, ...]
    currency: str
    threshold: int
    charges: bool
    portrait: bytes | None

    @property
    def holding(self) -> tuple[Reason, ...]:
        """Every reason that holds and was not set aside."""
        return tuple(reason for reason in self.patron.reasons if not reason.overridden)

    @property
    def others(self) -> tuple[Reason, ...]:
        """The reasons that hold besides the open loans."""
        return tuple(reason for reason in self.holding if reason.code != "OPEN_LOANS")

    @property
    def free(self) -> bool:
        """Nothing holds the patron."""
        return not self.holding


def read(office: Office, patron_id: PatronId, marked: Collection[LoanId] = ()) -> PatronLoans:
    """Everything for one patron. `marked`: loans that were marked as lost in this dialog and can still be taken back."""
    every = loans.list_loans(office, patron_id)
    rules = policy.current_policy(office)
    picture = candidates.portraits(office, [patron_id]).get(patron_id)
    return PatronLoans(
        patron=patrons.read_details(office, patron_id),
        open=tuple(loan for loan in every if loan.status == "open"),
        marked=tuple(loan for loan in every if loan.id in marked and loan.can_reopen),
        fines=tuple(fines.list_fines(office, patron_id, unsettled_only=True)),
        reservations=tuple(reservations.list_reservations(office, patron_id, open_only=True)),
        currency=rules.currency,
        threshold=rules.balance_threshold,
        charges=rules.mark_lost_charges_price,
        portrait=picture[1] if picture else None,
    )
