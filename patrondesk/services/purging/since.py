"""What an undo cannot take back because the library went on meanwhile: copies given away, lost things found, guarantors away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.archive import GUARANTOR_LINKS, TWINS
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchEvent
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import PatronId
from patrondesk.records.undoing import Since, UndoRemark
from patrondesk.services import names
from patrondesk.services.purging.settle import RELEASED

_ASKED = TWINS["reservations"]


def find_remarks(session: Session, batch: Batch, returning: sa.Select[int]) -> list[UndoRemark]:
    """Asked when the returning are back, and the archive and the events of the batch still know of them."""
    return [
        *_reservations(session, batch, returning),
        *_lost_requests(session, batch, returning),
        *_found(session, returning),
        *_guarantors(session, returning),
    ]


def _remark(row: Sequence[Any], kind: Since, title: str = "", status: str = "") -> UndoRemark:
    return UndoRemark(PatronId(row[0]), names.full_name(row[1], row[2], row[3]), kind, title, status)


_WHO = (Patron.id, Patron.family_name, Patron.given_name, Patron.preferred_name)


def _reservations(session: Session, batch: Batch, returning: sa.Select[int]) -> list[UndoRemark]:
    """Open requests for a copy that cannot be had: it was on hold for them before the purge, or it is gone."""
    released = sa.exists().where(
        BatchEvent.batch_id == batch.id, BatchEvent.kind == RELEASED, BatchEvent.record_id == Item.id,
        BatchEvent.patron_id == Patron.id,
    )  # fmt: skip
    rows = session.execute(
        sa.select(*_WHO, Title.title, Item.status, released)
        .join(Reservation, Reservation.patron_id == Patron.id)
        .join(Item, Item.id == Reservation.item_id)
        .join(Title, Title.id == Item.title_id)
        .where(
            Patron.id.in_(returning),
            Reservation.status == "open",
            sa.or_(Item.status.in_(("lost", "withdrawn")), sa.and_(released, Item.status != "on_hold")),
        )
        .order_by(Patron.sort_key, Patron.id, Reservation.id)
    )
    return [_remark(row, Since.HOLD_GIVEN if row[6] else Since.COPY_AWAY, row[4], row[5]) for row in rows]


def _lost_requests(session: Session, batch: Batch, returning: sa.Select[int]) -> list[UndoRemark]:
    """Requests that stayed away, because what they were for is no longer in the catalogue."""
    back = sa.exists().where(Reservation.id == _ASKED.c.id)
    rows = session.execute(
        sa.select(*_WHO)
        .join(_ASKED, _ASKED.c.patron_id == Patron.id)
        .where(_ASKED.c.purge_id == batch.id, Patron.id.in_(returning), ~back)
        .order_by(Patron.sort_key, Patron.id)
    )
    return [_remark(row, Since.REQUEST_LOST) for row in rows]


def _found(session: Session, returning: sa.Select[int]) -> list[UndoRemark]:
    """Unsettled lost-item fines of copies that are not lost any more."""
    rows = session.execute(
        sa.select(*_WHO, Title.title, Item.status)
        .join(Fine, Fine.patron_id == Patron.id)
        .join(Loan, Loan.id == Fine.loan_id)
        .join(Item, Item.id == Loan.item_id)
        .join(Title, Title.id == Item.title_id)
        .where(
            Patron.id.in_(returning), Fine.status != "closed", Fine.origin == "lost", Loan.status == "lost", Item.status != "lost"
        )
        .order_by(Patron.sort_key, Patron.id, Fine.id)
    )
    return [_remark(row, Since.FOUND, row[4], row[5]) for row in rows]


def _guarantors(session: Session, returning: sa.Select[int]) -> list[UndoRemark]:
    """Those whose guarantor is still away."""
    rows = session.execute(
        sa.select(*_WHO)
        .join(GUARANTOR_LINKS, GUARANTOR_LINKS.c.patron_id == Patron.id)
        .where(Patron.id.in_(returning), Patron.guarantor_id.is_(None))
        .order_by(Patron.sort_key, Patron.id)
    )
    return [_remark(row, Since.GUARANTOR_AWAY) for row in rows]
