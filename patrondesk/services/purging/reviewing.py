"""A kept plan looked at again: who is on it now, what became different since it was made, and the plan to run."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from patrondesk.models.archive import TWINS
from patrondesk.models.purge import Batch, BatchLine, PurgePlan, PurgePlanLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import PatronId, PlanId
from patrondesk.records.plans import Drift, KeptPatron, KeptPlan, PlanState, holds
from patrondesk.records.purging import Outcome, Override, Plan, PlannedPatron
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.services import names, verdict
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import Policy, read_policy
from patrondesk.services.purging import plan_words, plans
from patrondesk.services.purging.plan import aside, compose, find_people
from patrondesk.services.purging.telling import worded

Reasons = dict[PatronId, tuple[Reason, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """A plan's lines with who they speak of, and the reasons that hold now."""

    lines: Sequence[PurgePlanLine]
    people: dict[PatronId, PlannedPatron]
    now: Reasons
    currency: str
    work: Work

    def before(self, line: PurgePlanLine) -> tuple[Reason, ...]:
        """The reasons of when the plan was made, in words."""
        told = [one for one in line.reasons if not one.get(plans.SINCE)]
        return tuple(worded(one, PatronId(line.patron_id), self.currency, self.work) for one in told)


def _see(work: Work, policy: Policy, lines: Sequence[PurgePlanLine]) -> _Seen:
    people, found = _ask(work, policy, lines)
    return _Seen(lines, people, aside(found, _overrides(lines)), policy.currency, work)


def _ask(work: Work, policy: Policy, lines: Sequence[PurgePlanLine]) -> tuple[dict[PatronId, PlannedPatron], Reasons]:
    """Those on the lines who are there, and what holds them, before anything that a plan sets aside."""
    ids = list(dict.fromkeys(PatronId(line.patron_id) for line in lines))
    people = {one.id: one for one in find_people(work, ids, {})}
    return people, verdict.find_reasons(work.session, verdict.facts_for(work, policy), list(people))


def _overrides(lines: Iterable[PurgePlanLine]) -> tuple[Override, ...]:
    return tuple(Override(PatronId(line.patron_id), o["code"], o["comment"]) for line in lines for o in line.overrides or ())


@operation(Permission.PURGE, Permission.VIEW_PATRONS, reads=True)
def read_plan(work: Work, plan_id: PlanId) -> KeptPlan:
    """A kept plan with everybody on it, as they are now; those struck out too. Raises NotFound."""
    return look(work, plan_id)


def look(work: Work, plan_id: PlanId) -> KeptPlan:
    """The same within the caller's transaction."""
    session = work.session
    kept = plans.own_plan(work, plan_id, lock=False)
    policy = read_policy(session, work.library_id)
    seen = _see(work, policy, plans.lines_of(session, plan_id))
    struck_by = {line.struck_by_id for line in seen.lines if line.struck_by_id}
    who = session.execute(sa.select(StaffAccount.id, StaffAccount.display_name).where(StaffAccount.id.in_(struck_by)))
    staff = {row[0]: row[1] for row in who}
    author = session.scalars(sa.select(StaffAccount.display_name).where(StaffAccount.id == kept.author_id)).one()
    batch = session.scalar(sa.select(sa.func.min(Batch.id)).where(Batch.plan_id == plan_id))
    struck = sum(1 for line in seen.lines if line.struck_at is not None)
    line = plans.plan_line(kept, author, len(seen.lines), struck, batch)
    return KeptPlan(
        line,
        work.actor.library_name,
        policy.currency,
        plan_words.sentence(line, kept.criteria),
        tuple(_kept(seen, one, staff) for one in seen.lines),
        plans.told_settings(policy) != kept.policy,
    )


def _kept(seen: _Seen, line: PurgePlanLine, staff: Mapping[int, str]) -> KeptPatron:
    key = PatronId(line.patron_id)
    one = seen.people.get(key)
    return KeptPatron(
        key,
        one.username if one else None,
        one.barcode if one else None,
        one.name if one else "",
        one.year_level if one else None,
        one.homeroom if one else None,
        one.has_portrait if one else False,
        seen.before(line),
        one.past_loans if one else 0,
        one is not None and one.version != line.version,
        one is None,
        line.struck_at is not None,
        staff.get(line.struck_by_id or 0),
        line.struck_at,
        line.note,
        seen.now.get(key, ()),
    )


@operation(Permission.PURGE, reads=True)
def thaw(work: Work, plan_id: PlanId) -> Plan:
    """The plan to run: exactly the list of when it was made, with its versions and its reasons, less those struck out.

    Somebody who was held then stays held; somebody who got a reason since is held by what holds now; somebody who is
    gone is on it as gone, and vanishes in the run. Settings and numbers are those of now. Words of a list that named
    nobody were not kept, so `unknown` has as many empty ones. Raises NotFound, Refused when it was run or discarded.
    """
    kept = plans.open_plan(work, plan_id, lock=False)
    policy = read_policy(work.session, work.library_id)
    lines = [line for line in plans.lines_of(work.session, plan_id) if line.struck_at is None]
    seen = _see(work, policy, lines)
    return compose(
        work,
        policy,
        [_planned(seen, line) for line in lines],
        made_at=kept.made_at,
        source="plan",
        unknown=("",) * kept.unknown,
        criteria=kept.criteria,
        overrides=_overrides(lines),
    )


def _planned(seen: _Seen, line: PurgePlanLine) -> PlannedPatron:
    key, before = PatronId(line.patron_id), seen.before(line)
    one = seen.people.get(key)
    if one is None:
        return PlannedPatron(key, line.version, None, None, _nobody(key), None, None, False, before, gone=True)
    return dataclasses.replace(one, version=line.version, reasons=before if holds(before) else seen.now.get(key, ()))


def _nobody(key: int) -> str:
    return f"Patron {key}"


@operation(Permission.PURGE, Permission.VIEW_PATRONS, reads=True)
def find_drift(work: Work, plan_id: PlanId) -> list[Drift]:
    """Who of a plan, not struck out, changed, went or got other reasons since it was made, in the plan's order.

    Of a plan that was run it tells what the run found. Raises NotFound.
    """
    kept = plans.own_plan(work, plan_id, lock=False)
    policy = read_policy(work.session, work.library_id)
    lines = [line for line in plans.lines_of(work.session, plan_id) if line.struck_at is None]
    seen = _see(work, policy, lines)
    met = _met(work, kept) if kept.state == PlanState.RUN.value else {}
    people = _purged(work, [key for key, line in met.items() if line.outcome == Outcome.PURGED.value])
    found = []
    for line in lines:
        key = PatronId(line.patron_id)
        drift = _ran(seen, line, met[key]) if key in met else _waits(seen, line)
        if drift is not None:
            username, name = people.get(key, (drift.username, drift.name))
            found.append(dataclasses.replace(drift, username=username, name=name))
    return found


def _waits(seen: _Seen, line: PurgePlanLine) -> Drift | None:
    key, before = PatronId(line.patron_id), seen.before(line)
    one, now = seen.people.get(key), seen.now.get(key, ())
    if one is None:
        return Drift(key, None, _nobody(key), False, True, before, ())
    changed = one.version != line.version
    return Drift(key, one.username, one.name, changed, False, before, now) if changed or _differ(before, now) else None


def _ran(seen: _Seen, line: PurgePlanLine, met: BatchLine) -> Drift | None:
    """The same for somebody whom a run has come to. Those that the plan held were refused with what held them then."""
    key, before = PatronId(line.patron_id), seen.before(line)
    now = tuple(worded(one, key, seen.currency, seen.work) for one in met.reasons)
    one = seen.people.get(key)
    username, name = (one.username, one.name) if one else (None, _nobody(key))
    if met.outcome == Outcome.VANISHED.value:
        return Drift(key, username, name, False, True, before, ())
    return Drift(key, username, name, met.changed, False, before, now) if met.changed or _differ(before, now) else None


def _differ(before: Sequence[Reason], now: Sequence[Reason]) -> bool:
    def essence(reasons: Sequence[Reason]) -> set[tuple[Any, ...]]:
        return {(one.code, one.count, one.amount, one.overridden) for one in reasons}

    return essence(before) != essence(now)


def _met(work: Work, kept: PurgePlan) -> dict[PatronId, BatchLine]:
    lines = work.session.scalars(sa.select(BatchLine).join(Batch, Batch.id == BatchLine.batch_id).where(Batch.plan_id == kept.id))
    return {PatronId(line.patron_id): line for line in lines}


def _purged(work: Work, ids: Sequence[PatronId]) -> dict[PatronId, tuple[str | None, str]]:
    """{patron: (username, name)} of those who are in an undo archive."""
    twin, found = TWINS["patrons"].c, dict[PatronId, tuple[str | None, str]]()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        rows = work.session.execute(
            sa.select(twin.id, twin.username, twin.family_name, twin.given_name, twin.preferred_name).where(
                twin.id.in_(part), twin.library_id == work.library_id
            )
        )
        found.update((PatronId(row[0]), (row[1], names.full_name(row[2], row[3], row[4]))) for row in rows)
    return found


@operation(Permission.PURGE, reads=True)
def count_drift(work: Work) -> dict[PlanId, int]:
    """For each plan that waits: how many of it, not struck out, changed, went or got other reasons since it was made."""
    waiting: dict[PlanId, list[PurgePlanLine]] = defaultdict(list)
    lines = work.session.scalars(
        sa.select(PurgePlanLine)
        .join(PurgePlan, PurgePlan.id == PurgePlanLine.plan_id)
        .where(
            PurgePlan.library_id == work.library_id, PurgePlan.state == PlanState.OPEN.value, PurgePlanLine.struck_at.is_(None)
        )
    )
    for line in lines:
        waiting[PlanId(line.plan_id)].append(line)
    policy = read_policy(work.session, work.library_id)
    people, found = _ask(work, policy, [line for own in waiting.values() for line in own])
    counts = {}
    for plan_id, own in waiting.items():
        seen = _Seen(own, people, aside(found, _overrides(own)), policy.currency, work)
        counts[plan_id] = sum(1 for line in own if _waits(seen, line) is not None)
    return counts
