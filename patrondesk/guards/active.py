"""ACTIVE: the patron is still enabled [Infiniti]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.guards.base import Chosen, Facts, Finding, Guard, Rows
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Scope, Severity

CODE = "ACTIVE"


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    return sa.select(Patron.id, sa.literal(CODE), sa.literal(1), sa.null(), sa.null()).where(
        Patron.id.in_(chosen), Patron.enabled == sa.true()
    )


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return Patron.enabled == sa.true()


def _word(_finding: Finding, _facts: Facts) -> str:
    return "Still active"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.ABSOLUTE,
    frozenset({Scope.PAGE}),
    "deactivate the patron first",
    _find,
    _condition,
    _word,
)
