"""Whom a purge by date means [Alma]: their purge date and the days of grace have passed; nobody without a purge date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from patrondesk.errors import WrongUsage
from patrondesk.guards.not_due import last_due
from patrondesk.models.library import UserGroup
from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import JOB, Plan
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy
from patrondesk.services.purging import kinds, plan


@dataclass(frozen=True, slots=True)
class DueCriteria:
    """Rule: purge date + grace <= today. `fine_ceiling` in minor units; None is the library's threshold, never "no limit"."""

    grace_days: int = 0
    record_type: str | None = None
    user_group: str | None = None
    fine_ceiling: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        """As plan and batch keep it."""
        return {
            "grace_days": self.grace_days,
            "record_type": self.record_type,
            "user_group": self.user_group,
            "fine_ceiling": self.fine_ceiling,
        }


def cut_off(today: dt.date, criteria: DueCriteria) -> dt.date:
    """The latest purge date that is due."""
    return last_due(today, criteria.grace_days)


def _where(work: Work, criteria: DueCriteria) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [
        Patron.library_id == work.library_id,
        Patron.purge_date <= cut_off(work.clock.today(), criteria),
    ]
    if criteria.record_type:
        where.append(Patron.record_type == criteria.record_type)
    if criteria.user_group:
        group = work.session.scalar(sa.select(UserGroup.id).where(UserGroup.name == criteria.user_group))
        if group is None:
            raise WrongUsage(
                f"There is no user group “{criteria.user_group}”.", "Write it exactly as the patrons' details show it."
            )
        where.append(Patron.user_group_id == group)
    return where


@operation(Permission.PURGE, reads=True)
def count_active(work: Work, criteria: DueCriteria) -> int:
    """How many of those it means are still enabled: a purge by date takes them too [Alma], so it is said."""
    where = [*_where(work, criteria), Patron.enabled == sa.true()]
    return work.session.scalar(sa.select(sa.func.count()).select_from(Patron).where(*where)) or 0


@operation(Permission.PURGE, reads=True)
def make_due_plan(work: Work, criteria: DueCriteria) -> Plan:
    """Freezes who is due now, with every reason of those who are held. Raises WrongUsage for an unknown group."""
    found = work.session.scalars(sa.select(Patron.id).where(*_where(work, criteria)).order_by(Patron.id))
    ids = [PatronId(key) for key in found]
    policy = kinds.rules_of(read_policy(work.session, work.library_id), JOB, criteria.told)
    return plan.freeze(work, policy, ids, JOB, criteria.told)
