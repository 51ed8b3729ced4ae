"""Small writes that every operation about patrons shares: the record version, and what patrons are searched by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import folding
from patrondesk.database import keys
from patrondesk.errors import NotFound
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.library import YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import FormerBarcode, Patron
from patrondesk.records.ids import PatronId
from patrondesk.services.door import Work


def touch(session: Session, now: dt.datetime, ids: sa.Select[int] | Sequence[int]) -> None:
    """Raises the version of these patrons: a plan frozen before notices that something about them changed."""
    session.execute(
        sa.update(Patron)
        .where(Patron.id.in_(ids))
        .values(version=Patron.version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )


def refresh_activity(session: Session, ids: sa.Select[int] | Sequence[int]) -> None:
    """Looks the latest activity of these patrons up afresh, after loans or payments were written."""
    returned = sa.case((Loan.status == "returned", Loan.ended_at), else_=None)  # losing an item is nothing the patron did
    lent = sa.select(sa.func.max(sa.func.coalesce(returned, Loan.renewed_at, Loan.checked_out_at))).where(
        Loan.patron_id == Patron.id
    )
    paid = (
        sa.select(sa.func.max(FineLine.at))
        .join(Fine, Fine.id == FineLine.fine_id)
        .where(Fine.patron_id == Patron.id, FineLine.kind == "payment")
    )
    a, b = lent.correlate(Patron).scalar_subquery(), paid.correlate(Patron).scalar_subquery()
    later = sa.case((b.is_(None), a), (a.is_(None), b), (a >= b, a), else_=b)
    session.execute(
        sa.update(Patron).where(Patron.id.in_(ids)).values(last_activity_at=later).execution_options(synchronize_session=False)
    )


def find_patron(work: Work, patron_id: PatronId) -> Patron:
    """The patron of the current library. Raises NotFound."""
    patron = work.session.get(Patron, patron_id)
    if patron is None or patron.library_id != work.library_id:
        raise NotFound("This patron is no longer there.", "Look at the list again.", "PATRON_GONE")
    return patron


def find_by_word(work: Work, word: str) -> Patron:
    """The patron with this username, or else barcode or external id. Raises NotFound."""
    for column in (Patron.username, Patron.barcode, Patron.external_id):
        patron = work.session.scalars(
            sa.select(Patron).where(Patron.library_id == work.library_id, column == word.strip())
        ).first()
        if patron is not None:
            return patron
    raise NotFound(f"There is no patron “{word}”.", "Look for the username with: patrondesk patrons list --search NAME")


def refresh_search(session: Session, patron: Patron) -> None:
    """Writes the folded copies after names, keys, homeroom or year level changed."""
    refresh_searches(session, [patron])


def refresh_searches(session: Session, patrons: Sequence[Patron]) -> None:
    """The same for many, with as many statements as for one."""
    former: dict[int, list[str]] = {}
    cards = sa.select(FormerBarcode.patron_id, FormerBarcode.barcode).order_by(FormerBarcode.id)
    for owner, barcode in session.execute(cards.where(FormerBarcode.patron_id.in_(keys(session, [p.id for p in patrons])))):
        former.setdefault(owner, []).append(barcode)
    wanted = {patron.year_level_id for patron in patrons if patron.year_level_id}
    levels = dict(session.execute(sa.select(YearLevel.id, YearLevel.name)).all()) if wanted else {}
    for patron in patrons:
        patron.sort_key = folding.sort_key(patron.family_name, patron.preferred_name or patron.given_name)
        patron.search_text = folding.search_text(
            patron.family_name,
            patron.given_name,
            patron.middle_name,
            patron.preferred_name,
            patron.username,
            patron.barcode,
            *former.get(patron.id, ()),
            patron.external_id,
            patron.homeroom,
            levels.get(patron.year_level_id) if patron.year_level_id else None,
        )
