"""CREDIT: the library owes the patron [ours; Koha's lesson]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import money
from patrondesk.guards._money import NET, UNSETTLED, owing
from patrondesk.guards.base import RECORD_SCOPES, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.fine import Fine
from patrondesk.records.verdict import Severity

CODE = "CREDIT"


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    return (
        sa.select(Fine.patron_id, sa.literal(CODE), sa.func.count(), NET, id_list(Fine.id))
        .where(Fine.patron_id.in_(chosen), UNSETTLED)
        .group_by(Fine.patron_id)
        .having(NET < 0)
    )


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.exists(owing(NET < 0))


def _word(finding: Finding, facts: Facts) -> str:
    return f"The library owes the patron {money.words(-(finding.amount or 0), facts.currency)}"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.OVERRIDABLE,
    RECORD_SCOPES,
    "pay it back, or set it aside with a comment",
    _find,
    _condition,
    _word,
)
