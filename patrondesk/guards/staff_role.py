"""STAFF_ROLE: the account has a role other than patron, or is the operator's own [Koha, Alma]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.guards.base import EVERYWHERE, Chosen, Facts, Finding, Guard, Rows
from patrondesk.models.patron import Patron
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.verdict import Severity

CODE = "STAFF_ROLE"


def with_role() -> sa.Select[int | None]:
    """Patrons whose account has a role other than patron."""
    return (
        sa.select(StaffAccount.patron_id)
        .join(Role, Role.id == StaffAccount.role_id)
        .where(Role.code != "patron", StaffAccount.patron_id.is_not(None))
    )


def _holds(facts: Facts) -> sa.ColumnElement[bool]:
    staff = Patron.id.in_(with_role())
    return staff if facts.operator_id is None else sa.or_(staff, Patron.id == facts.operator_id)


def _find(facts: Facts, chosen: Chosen) -> Rows:
    return sa.select(Patron.id, sa.literal(CODE), sa.literal(1), sa.null(), sa.null()).where(Patron.id.in_(chosen), _holds(facts))


def _condition(facts: Facts, _code: str | None) -> sa.ColumnElement[bool]:
    return _holds(facts)


def _word(finding: Finding, facts: Facts) -> str:
    return "Your own account" if finding.patron_id == facts.operator_id else "Has a staff role"


GUARD = Guard(CODE, (CODE,), Severity.ABSOLUTE, EVERYWHERE, "remove the role first", _find, _condition, _word)
