"""What each filter of a list of patrons means: asked of a row, and, where few can have it, who has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.errors import WrongUsage
from patrondesk.guards.staff_role import with_role
from patrondesk.models.access import AccessRequest
from patrondesk.models.fine import Fine
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, Patron, Protection
from patrondesk.records.patron_lists import STATES, PatronFilter
from patrondesk.services import balances


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that must hold of a patron.

    `test` asks it of the row, and so that no index is drawn to it; `ids` are the keys of all those of whom it holds (and
    perhaps of others, at other libraries), None where that cannot be looked up.
    """

    test: sa.ColumnElement[bool]
    ids: sa.Select[Any] | None = None


_Named = type[PatronType] | type[UserGroup] | type[YearLevel] | type[Cohort]
_NAMED: tuple[tuple[str, _Named, Any, str], ...] = (
    ("patron_type", PatronType, Patron.patron_type_id, "patron type"),
    ("user_group", UserGroup, Patron.user_group_id, "user group"),
    ("year_level", YearLevel, Patron.year_level_id, "year level"),
    ("cohort", Cohort, Patron.cohort_id, "cohort"),
)
_STATE_FLAGS = {"expired": "expired", "protected": "protected", "with_loans": "has_loans", "owing": "owes"}


def facets(session: Session, chosen: PatronFilter, today: dt.date) -> tuple[Facet, ...]:
    """Everything that a filter asks. Raises WrongUsage for a state, type, group, level or cohort that there is not."""
    if chosen.state not in STATES:
        raise WrongUsage(f"There is no state “{chosen.state}”.", f"Use one of: {', '.join(STATES)}.")
    found: list[Facet] = []
    if chosen.state in ("enabled", "disabled"):
        found.append(Facet(Patron.enabled == (sa.true() if chosen.state == "enabled" else sa.false())))
    for field, table, column, said in _NAMED:
        name = getattr(chosen, field)
        if name is not None:
            found.append(_named(session, table, column, name, said))
    if chosen.homeroom is not None:
        found.append(Facet(Patron.homeroom == chosen.homeroom))
    if chosen.expires_before is not None:
        found.append(Facet(Patron.expiry_date < chosen.expires_before))
    for flag, facet in _flags(today).items():
        if getattr(chosen, flag) or _STATE_FLAGS.get(chosen.state) == flag:
            found.append(facet)
    return tuple(found)


def _named(session: Session, table: _Named, column: Any, name: str, said: str) -> Facet:  # noqa: ANN401 - one of four columns
    key = session.scalar(sa.select(table.id).where(table.name == name))
    if key is None:
        raise WrongUsage(f"There is no {said} “{name}”.", "Write it exactly as the patrons' details show it.")
    return Facet(column + 0 == key, sa.select(Patron.id).where(column == key))


def _flags(today: dt.date) -> dict[str, Facet]:
    """What is simply so, or not; the filter's own names."""
    return {
        "expired": Facet(Patron.expiry_date < today),
        "blocked": _some(Block.patron_id, blocked_now(today)),
        "protected": _some(Protection.patron_id, protected_now(today)),
        "access_request": _some(AccessRequest.patron_id, AccessRequest.closed_at.is_(None)),
        "has_loans": Facet(balances.open_loans() > 0, _lending()),
        "owes": Facet(sa.or_(balances.balance() > 0, balances.unknown_fines() > 0), _owing()),
        "staff": Facet(Patron.id.in_(with_role()), with_role()),
    }


def _some(owner: sa.orm.InstrumentedAttribute[int], where: sa.ColumnElement[bool]) -> Facet:
    return Facet(sa.exists().where(owner == Patron.id, where).correlate(Patron), sa.select(owner).where(where))


def _lending() -> sa.Select[Any]:
    return sa.select(Loan.patron_id).where(Loan.patron_id.is_not(None), sa.text("loans.status = 'open'"))


def _owing() -> sa.Select[Any]:
    unsettled = sa.or_(Fine.status == "active", Fine.status == "in_dispute")
    known, unknown = sa.func.coalesce(sa.func.sum(Fine.balance), 0), sa.func.count() - sa.func.count(Fine.balance)
    return (
        sa.select(Fine.patron_id)
        .where(Fine.patron_id.is_not(None), unsettled)
        .group_by(Fine.patron_id)
        .having(sa.or_(known > 0, unknown > 0))
    )


def blocked_now(today: dt.date) -> sa.ColumnElement[bool]:
    """That a block counts."""
    return sa.and_(Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today))


def protected_now(today: dt.date) -> sa.ColumnElement[bool]:
    """That a "keep" flag holds."""
    return sa.and_(Protection.ended_at.is_(None), sa.or_(Protection.until.is_(None), Protection.until >= today))
