"""NOT_DUE: the purge date and the days of grace after it are still ahead, or there is no purge date to count from [Alma]."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.guards.base import Chosen, Facts, Finding, Guard, Rows
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Scope, Severity

CODE = "NOT_DUE"


def last_due(today: dt.date, grace_days: int) -> dt.date:
    """The latest purge date that is due: purge date + grace <= today."""
    return today - dt.timedelta(days=grace_days)


def _condition(facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    ahead = Patron.purge_date > last_due(facts.today, facts.grace_days)
    return sa.or_(ahead, sa.and_(Patron.purge_date.is_(None), Patron.expiry_date.is_not(None)))


def _find(facts: Facts, chosen: Chosen) -> Rows:
    return sa.select(Patron.id, sa.literal(CODE), sa.literal(1), sa.null(), sa.null(), Patron.purge_date).where(
        Patron.id.in_(chosen), _condition(facts, None)
    )


def _word(finding: Finding, facts: Facts) -> str:
    if finding.until is None:
        return "Has no purge date"
    due = finding.until + dt.timedelta(days=facts.grace_days)
    return f"Is not due before {messages.day(due)}"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.ABSOLUTE,
    frozenset({Scope.JOB}),
    "wait for the day, or change the purge date",
    _find,
    _condition,
    _word,
)
