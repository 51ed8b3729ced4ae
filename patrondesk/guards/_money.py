"""What a patron owes: the sums on which the two money guards and the page agree."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.fine import Fine
from patrondesk.models.patron import Patron

# Not IN: its list is written out anew at each execution.
UNSETTLED = sa.or_(Fine.status == "active", Fine.status == "in_dispute")


def _one(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)


# Aggregates over a patron's unsettled fines.
NET = sa.func.coalesce(sa.func.sum(Fine.balance), 0)
UNKNOWN = sa.func.sum(_one(Fine.balance.is_(None)))
DISPUTED = sa.func.sum(_one(sa.and_(Fine.status == "in_dispute", sa.or_(Fine.balance.is_(None), Fine.balance != 0))))


def owing(having: sa.ColumnElement[bool]) -> sa.Select[int | None]:
    """Patron ids, of the patron in the outer query, whose unsettled fines satisfy `having`."""
    return (
        sa.select(Fine.patron_id)
        .where(Fine.patron_id == Patron.id, UNSETTLED)
        .group_by(Fine.patron_id)
        .having(having)
        .correlate(Patron)
    )
