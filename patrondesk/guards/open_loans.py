"""OPEN_LOANS: an item is still on loan [all five sources]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.guards.base import RECORD_SCOPES, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Severity

CODE = "OPEN_LOANS"
_OPEN = sa.text("loans.status = 'open'")  # as text, so that the partial index is seen to be enough


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    return (
        sa.select(Loan.patron_id, sa.literal(CODE), sa.func.count(), sa.null(), id_list(Loan.id))
        .where(Loan.patron_id.in_(chosen), _OPEN)
        .group_by(Loan.patron_id)
    )


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.exists().where(Loan.patron_id == Patron.id, _OPEN)


def _word(finding: Finding, _facts: Facts) -> str:
    return f"{messages.count(finding.count, 'item')} on loan"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.ABSOLUTE,
    RECORD_SCOPES,
    "return them, or mark them lost",
    _find,
    _condition,
    _word,
)
