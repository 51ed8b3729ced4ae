"""GUARANTOR: another patron depends on this one [Koha, FOLIO]."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from patrondesk import messages
from patrondesk.guards.base import RECORD_SCOPES, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Severity

CODE = "GUARANTOR"


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    return (
        sa.select(Patron.guarantor_id, sa.literal(CODE), sa.func.count(), sa.null(), id_list(Patron.id))
        .where(Patron.guarantor_id.in_(chosen), Patron.guarantor_id != Patron.id)
        .group_by(Patron.guarantor_id)
    )


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    dependent = aliased(Patron)
    return sa.exists().where(dependent.guarantor_id == Patron.id, dependent.id != Patron.id)


def _word(finding: Finding, _facts: Facts) -> str:
    return f"Guarantor of {messages.count(finding.count, 'patron')}"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.ABSOLUTE,
    RECORD_SCOPES,
    "name another guarantor, or purge the dependents first",
    _find,
    _condition,
    _word,
)
