"""PROTECTED: flagged "keep", while the flag lasts [ours]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.guards.base import EVERYWHERE, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.patron import Patron, Protection
from patrondesk.records.verdict import Severity

CODE = "PROTECTED"


def _lasting(facts: Facts) -> sa.ColumnElement[bool]:
    return sa.and_(Protection.ended_at.is_(None), sa.or_(Protection.until.is_(None), Protection.until >= facts.today))


def _find(facts: Facts, chosen: Chosen) -> Rows:
    return (
        sa.select(Protection.patron_id, sa.literal(CODE), sa.func.count(), sa.null(), id_list(Protection.id))
        .where(Protection.patron_id.in_(chosen), _lasting(facts))
        .group_by(Protection.patron_id)
    )


def _condition(facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.exists().where(Protection.patron_id == Patron.id, _lasting(facts))


def _word(_finding: Finding, _facts: Facts) -> str:
    return "Flagged to keep"


GUARD = Guard(CODE, (CODE,), Severity.ABSOLUTE, EVERYWHERE, "end keeping", _find, _condition, _word)
