"""What the list and the details show, read off the window's thread in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patrondesk.records.ids import PatronId
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import PatronDetails, PatronsPage
from patrondesk.services import candidates, fines, loans, patrons, policy, reservations
from patrondesk.services.office import Office


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the list asks for. `state`: one of the service's states."""

    search: str = ""
    state: str = "all"
    page: int = 1
    page_size: int = 50

    @property
    def plain(self) -> bool:
        """Everybody, without a search or filter."""
        return not self.search.strip() and self.state == "all"


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of patrons with their pictures; how many there are in all, and how many of them are deactivated."""

    query: ListQuery
    page: PatronsPage
    everybody: int
    deactivated: int
    pictures: Mapping[PatronId, bytes]


@dataclass(frozen=True, slots=True)
class DetailsView:
    """One patron with loans, fines and reservations. `debt_limit` in minor units, 0: there is no debt block."""

    patron: PatronDetails
    loans: tuple[LoanLine, ...]
    fines: tuple[FineLine, ...]
    reservations: tuple[ReservationLine, ...]
    portrait: bytes | None
    currency: str
    debt_limit: int

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
    def debt_blocked(self) -> bool:
        """The balance has reached the limit."""
        return 0 < self.debt_limit <= self.patron.balance


def read_list(office: Office, query: ListQuery) -> ListView:
    """A page of the list. A page beyond the end, after patrons went, is answered with the last one."""
    page = patrons.list_patrons(
        office, search=query.search, state=query.state, page=query.page, page_size=query.page_size
    )  # fmt: skip
    if not page.rows and page.total:
        last = -(-page.total // query.page_size)
        page = patrons.list_patrons(
            office, search=query.search, state=query.state, page=last, page_size=query.page_size
        )  # fmt: skip
    pictures = candidates.portraits(office, [row.id for row in page.rows])
    return ListView(
        query,
        page,
        patrons.list_patrons(office, page_size=1).total,
        patrons.list_patrons(office, state="disabled", page_size=1).total,
        {key: content for key, (_, content) in pictures.items()},
    )


def read_details(office: Office, patron_id: PatronId) -> DetailsView:
    """Everything about one patron. Raises NotFound."""
    rules = policy.current_policy(office)
    picture = candidates.portraits(office, [patron_id]).get(patron_id)
    return DetailsView(
        patrons.read_details(office, patron_id),
        tuple(loans.list_loans(office, patron_id)),
        tuple(fines.list_fines(office, patron_id)),
        tuple(reservations.list_reservations(office, patron_id)),
        picture[1] if picture else None,
        rules.currency,
        rules.debt_block_limit,
    )
