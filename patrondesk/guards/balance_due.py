"""BALANCE_DUE: more is owed than the threshold, an amount is not known, or a line is in dispute [Quria, Alma, FLVC, Destiny]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages, money
from patrondesk.guards._money import DISPUTED, NET, UNKNOWN, UNSETTLED, owing
from patrondesk.guards.base import RECORD_SCOPES, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.fine import Fine
from patrondesk.records.verdict import Scope, Severity

CODE = "BALANCE_DUE"


def _holds(facts: Facts) -> sa.ColumnElement[bool]:
    # A disputed line is never waived, so it holds however small; an unknown amount may be anything.
    return sa.or_(facts.threshold < NET, UNKNOWN > 0, DISPUTED > 0)


def _find(facts: Facts, chosen: Chosen) -> Rows:
    amount = sa.case((UNKNOWN > 0, sa.null()), else_=NET)
    return (
        sa.select(Fine.patron_id, sa.literal(CODE), sa.func.count(), amount, id_list(Fine.id))
        .where(Fine.patron_id.in_(chosen), UNSETTLED, sa.or_(Fine.balance.is_(None), Fine.balance != 0))
        .group_by(Fine.patron_id)
        .having(_holds(facts))
    )


def _condition(facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.exists(owing(_holds(facts)))


def _word(finding: Finding, facts: Facts) -> str:
    if finding.amount is None:
        return f"Owes an amount that is not known ({messages.count(finding.count, 'bill')})"
    if finding.amount <= facts.threshold:
        return "A fine is in dispute"
    return f"Owes {money.words(finding.amount, facts.currency)}"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.OVERRIDABLE,
    RECORD_SCOPES,
    "pay or waive",
    _find,
    _condition,
    _word,
    absolute_in=frozenset({Scope.SINGLE}),
)
