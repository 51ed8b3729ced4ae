"""The kinds of purge: of many by a plan, of those who are due by a job, and the deletion of one patron, which keeps nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from patrondesk.guards.base import Facts
from patrondesk.records.purging import DELETE, JOB
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Scope
from patrondesk.services import verdict
from patrondesk.services.door import Work
from patrondesk.services.policy import Policy


def right_of(source: str) -> Permission:
    """What somebody must be allowed to do."""
    return Permission.DELETE_PATRON if source == DELETE else Permission.PURGE


def scope_of(source: str) -> Scope:
    """Which guards hold."""
    return {DELETE: Scope.SINGLE, JOB: Scope.JOB}.get(source, Scope.PAGE)


def rules_of(policy: Policy, source: str, criteria: Mapping[str, Any] | None = None) -> Policy:
    """The library's policy as it counts here.

    A deletion keeps no loans, drops none of their facets and waives no debt. A job may bring a fine ceiling of its own.
    """
    if source == DELETE:
        return dataclasses.replace(policy, retain_loans=False, balance_threshold=0)
    ceiling = (criteria or {}).get("fine_ceiling") if source == JOB else None
    return policy if ceiling is None else dataclasses.replace(policy, balance_threshold=int(ceiling))


def facts_of(work: Work, policy: Policy, source: str, criteria: Mapping[str, Any] | None = None) -> Facts:
    """What the guards need to know. `policy`: as `rules_of` gives it."""
    facts = verdict.facts_for(work, policy)
    if source != JOB:
        return facts
    return dataclasses.replace(facts, grace_days=int((criteria or {}).get("grace_days", 0)))
