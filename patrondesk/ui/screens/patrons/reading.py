"""What the details show, read off the window's thread in one go."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk.records.borrowing import Debt
from patrondesk.records.ids import PatronId
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import PatronDetails
from patrondesk.services import candidates, fines, loans, patron_details, policy, reservations
from patrondesk.services.office import Office


@dataclass(frozen=True, slots=True)
class DetailsView:
    """One patron with loans, fines and reservations."""

    patron: PatronDetails
    loans: tuple[LoanLine, ...]
    fines: tuple[FineLine, ...]
    reservations: tuple[ReservationLine, ...]
    portrait: bytes | None
    currency: str
    debt: Debt

    @property
    def open_loans(self) -> tuple[LoanLine, ...]:
        """Those that are not over."""
        return tuple(loan for loan in self.loans if loan.status == "open")

    @property
    def past_loans(self) -> tuple[LoanLine, ...]:
        """Those that are over: lost ones that can be taken back first, then the newest end first."""
        past = [loan for loan in self.loans if loan.status != "open"]
        past.sort(key=lambda loan: (loan.can_reopen, loan.ended_on or loan.checked_out_on, loan.id), reverse=True)
        return tuple(past)

    @property
    def open_reservations(self) -> tuple[ReservationLine, ...]:
        """Those that still wait."""
        return tuple(line for line in self.reservations if line.status == "open")

    @property
    def blocked(self) -> bool:
        """A manual block holds."""
        return any(block.active for block in self.patron.blocks)


def read_details(office: Office, patron_id: PatronId) -> DetailsView:
    """Everything about one patron. Raises NotFound."""
    rules = policy.current_policy(office)
    picture = candidates.portraits(office, [patron_id]).get(patron_id)
    patron = patron_details.read_details(office, patron_id)
    return DetailsView(
        patron,
        tuple(loans.list_loans(office, patron_id)),
        tuple(fines.list_fines(office, patron_id)),
        tuple(reservations.list_reservations(office, patron_id)),
        picture[1] if picture else None,
        rules.currency,
        Debt(patron.balance, patron.unknown_fines, rules.debt_block_limit, rules.currency),
    )
