"""Who answers for whom: one guarantor for a patron, never oneself and never in a circle."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Related
from patrondesk.services import names
from patrondesk.services.door import Work

_SHOWN = 200


def why_not(work: Work, patron_id: int, guarantor_id: int) -> str:
    """Why this one cannot answer for that patron, in a sentence; empty where it can."""
    session = work.session
    guarantor = session.get(Patron, guarantor_id)
    if guarantor is None or guarantor.library_id != work.library_id:
        return "This person is no longer among the patrons."
    if guarantor_id == patron_id:
        return "Nobody answers for themselves."
    seen, above = {guarantor_id}, guarantor.guarantor_id
    while above is not None and above not in seen:
        if above == patron_id:
            name = names.full_name(guarantor.family_name, guarantor.given_name)
            return f"This patron answers for {name} already, so it would go in a circle."
        seen.add(above)
        above = session.scalar(sa.select(Patron.guarantor_id).where(Patron.id == above))
    return ""


def related(session: Session, patron_id: int | None) -> Related | None:
    """A patron as others show it; None for none."""
    if patron_id is None:
        return None
    row = session.execute(_people().where(Patron.id == patron_id)).first()
    return Related(PatronId(row[0]), names.full_name(*row[1:])) if row else None


def answers_for(session: Session, patron_id: int) -> tuple[Related, ...]:
    """Those for whom this patron answers, by name, the first two hundred."""
    where = (Patron.guarantor_id == patron_id, Patron.id != patron_id)
    rows = session.execute(_people().where(*where).order_by(Patron.sort_key, Patron.id).limit(_SHOWN))
    return tuple(Related(PatronId(row[0]), names.full_name(*row[1:])) for row in rows)


def _people() -> sa.Select[int, str, str | None, str | None]:
    return sa.select(Patron.id, Patron.family_name, Patron.given_name, Patron.preferred_name)
