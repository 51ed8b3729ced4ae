"""RESERVATIONS: a request is still open [Quria]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.guards.base import RECORD_SCOPES, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.verdict import Scope, Severity

CODE = "RESERVATIONS"


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    return (
        sa.select(Reservation.patron_id, sa.literal(CODE), sa.func.count(), sa.null(), id_list(Reservation.id))
        .where(Reservation.patron_id.in_(chosen), Reservation.status == "open")
        .group_by(Reservation.patron_id)
    )


def _condition(_facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return sa.exists().where(Reservation.patron_id == Patron.id, Reservation.status == "open")


def _word(finding: Finding, _facts: Facts) -> str:
    return f"{messages.count(finding.count, 'reservation')} open"


GUARD = Guard(
    CODE,
    (CODE,),
    Severity.OVERRIDABLE,
    RECORD_SCOPES,
    "cancel what is reserved, or set it aside with a comment: the purge then cancels it",
    _find,
    _condition,
    _word,
    absolute_in=frozenset({Scope.SINGLE}),
    lifts_there="cancel what is reserved",
)
