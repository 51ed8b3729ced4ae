"""NO_DATES: neither expiry nor purge date, so that nothing says when the record may go [FLVC]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.guards.base import Chosen, Facts, Finding, Guard, Rows
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Scope, Severity

CODE = "NO_DATES"


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.and_(Patron.expiry_date.is_(None), Patron.purge_date.is_(None))


def _find(facts: Facts, chosen: Chosen) -> Rows:
    return sa.select(Patron.id, sa.literal(CODE), sa.literal(1), sa.null(), sa.null()).where(
        Patron.id.in_(chosen), _condition(facts, None)
    )


def _word(_finding: Finding, _facts: Facts) -> str:
    return "Has neither an expiry nor a purge date"


GUARD = Guard(CODE, (CODE,), Severity.ABSOLUTE, frozenset({Scope.JOB}), "give the record a purge date", _find, _condition, _word)
