"""ACCESS_REQUEST: somebody asked to see the data, and it may not be destroyed meanwhile [FERPA]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.guards.base import RECORD_SCOPES, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.access import AccessRequest
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Severity

CODE = "ACCESS_REQUEST"


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    first_due = sa.func.min(AccessRequest.due_on)
    return (
        sa.select(
            AccessRequest.patron_id, sa.literal(CODE), sa.func.count(), sa.null(), id_list(AccessRequest.id), first_due
        )
        .where(AccessRequest.patron_id.in_(chosen), AccessRequest.closed_at.is_(None))
        .group_by(AccessRequest.patron_id)
    )  # fmt: skip


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.exists().where(AccessRequest.patron_id == Patron.id, AccessRequest.closed_at.is_(None))


def _word(finding: Finding, facts: Facts) -> str:
    one = finding.count == 1
    said = "A request to see the data is open" if one else f"{finding.count:,} requests to see the data are open"
    if finding.until is None:
        return said
    day = messages.day(finding.until)
    if finding.until < facts.today:
        return f"{said}; {'it' if one else 'the first'} was due on {day}"
    return f"{said}{'' if one else ', the first'} until {day}"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.ABSOLUTE,
    RECORD_SCOPES,
    "hand the data out and close the request",
    _find,
    _condition,
    _word,
)
