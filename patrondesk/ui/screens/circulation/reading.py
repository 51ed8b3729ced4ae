"""What the desk shows of the patron who stands there, read off the window's thread in one go; and whom a typed name may mean."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk.records.borrowing import Hindrance
from patrondesk.records.ids import PatronId
from patrondesk.records.lending import ItemLine
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import PatronDetails, PatronLine
from patrondesk.services import candidates, circulation, fines, items, loans, patron_details, patron_listing, policy, reservations
from patrondesk.services.office import Office

MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Visit:
    """The patron at the desk: why they may not borrow, open loans, unsettled fines, open reservations, portrait."""

    patron: PatronDetails
    hindrances: tuple[Hindrance, ...]
    loans: tuple[LoanLine, ...]
    fines: tuple[FineLine, ...]
    reservations: tuple[ReservationLine, ...]
    portrait: bytes | None
    currency: str

    @property
    def waiting(self) -> tuple[ReservationLine, ...]:
        """What is set aside for them."""
        return tuple(line for line in self.reservations if line.held_on is not None)


@dataclass(frozen=True, slots=True)
class People:
    """Whom typed words may mean: the first of them, how many in all, their pictures."""

    words: str
    total: int
    rows: tuple[PatronLine, ...]
    pictures: dict[PatronId, bytes]


@dataclass(frozen=True, slots=True)
class ItemsFound:
    """Which copies typed words may mean: the first of them, how many in all."""

    words: str
    total: int
    rows: tuple[ItemLine, ...]


def read_items(office: Office, words: str) -> ItemsFound:
    """Copies whose title, author or barcode hold these words."""
    page = items.list_items(office, search=words, page_size=MOST_FOUND)
    return ItemsFound(words, page.total, page.rows)


def read_visit(office: Office, patron_id: PatronId) -> Visit:
    """Everything about the patron at the desk. Raises NotFound."""
    picture = candidates.portraits(office, [patron_id]).get(patron_id)
    return Visit(
        patron_details.read_details(office, patron_id),
        circulation.read_hindrances(office, patron_id),
        tuple(loans.list_loans(office, patron_id, open_only=True)),
        tuple(fines.list_fines(office, patron_id, unsettled_only=True)),
        tuple(reservations.list_reservations(office, patron_id, open_only=True)),
        picture[1] if picture else None,
        policy.current_policy(office).currency,
    )


def read_people(office: Office, words: str) -> People:
    """Patrons whose names, keys or class hold these words."""
    page = patron_listing.list_patrons(office, search=words, page_size=MOST_FOUND)
    pictures = candidates.portraits(office, [row.id for row in page.rows])
    return People(words, page.total, page.rows, {key: content for key, (_, content) in pictures.items()})
