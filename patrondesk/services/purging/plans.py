"""Plans that are kept: stored for every run, or saved to be reviewed - names struck out with a note - and run later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.errors import NotFound, Refused
from patrondesk.models.base import table_of
from patrondesk.models.purge import Batch, BatchLine, PurgePlan, PurgePlanLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.plans import PlanLine, PlanState, Remainder
from patrondesk.records.purging import Override, Plan
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation, require
from patrondesk.services.policy import Policy
from patrondesk.services.purging.telling import told_reasons, worded

KEPT_FOR = dt.timedelta(days=90)
"""A plan that waits longer is discarded by the daily upkeep."""
SINCE = "since"
"""Marks a reason that a line got when its plan was run, and that was not there when the plan was made."""


def told_policy(policy: Policy) -> dict[str, Any]:
    """What of the library's settings decides about a purge, as plans and batches keep it."""
    return {
        "retain_loans": policy.retain_loans,
        "facets_dropped": list(policy.facets_dropped),
        "undo_days": policy.undo_days,
        "balance_threshold": policy.balance_threshold,
        "currency": policy.currency,
    }


def told_settings(settings: Policy | Plan) -> dict[str, Any]:
    """What a plan keeps of them: what its confirmation says."""
    return {
        "retain_loans": settings.retain_loans,
        "undo_days": settings.undo_days,
        "facets_dropped": list(settings.facets_dropped),
    }


def keep(work: Work, plan: Plan, state: PlanState) -> int:
    """Stores a frozen plan by internal ids within the caller's transaction; returns its number."""
    session = work.session
    kept = PurgePlan(
        library_id=work.library_id,
        made_at=plan.made_at,
        author_id=work.actor.staff_id,
        source=plan.source,
        state=state.value,
        unknown=len(plan.unknown),
        policy=told_settings(plan),
        criteria=plan.criteria,
    )
    session.add(kept)
    session.flush()
    aside: dict[int, list[dict[str, str]]] = {}
    for o in plan.overrides:
        aside.setdefault(o.patron_id, []).append({"code": o.code, "comment": o.comment})
    lines = [
        {
            "plan_id": kept.id,
            "patron_id": patron.id,
            "position": position,
            "version": patron.version,
            "reasons": [{k: v for k, v in told.items() if k != "comment"} for told in told_reasons(patron.reasons)],
            "overrides": aside.get(patron.id),
        }
        for position, patron in enumerate(plan.patrons)
    ]
    if lines:
        session.execute(sa.insert(table_of(PurgePlanLine)), lines)
    return kept.id


def take(work: Work, plan_id: PlanId, plan: Plan) -> int:
    """A saved plan becomes a run, within the caller's transaction. `plan` is what was read from it and confirmed.

    Whoever was found to be held by then is written down as held, so that a run that is taken up again keeps them as well.
    Raises NotFound; Refused when it was run or discarded, or when its list is not the one that was confirmed.
    """
    kept = open_plan(work, plan_id)
    lines = {line.patron_id: line for line in lines_of(work.session, plan_id) if line.struck_at is None}
    listed = [(line.patron_id, line.version) for line in lines.values()]
    if listed != [(patron.id, patron.version) for patron in plan.patrons] or kept.unknown != len(plan.unknown):
        raise Refused(
            "Somebody else changed the plan since it was looked at. Nothing was purged.", "Look at it again.", "PLAN_CHANGED"
        )
    for patron in plan.held:
        line = lines[patron.id]
        if all(told["overridden"] for told in line.reasons):
            since = [{**told, SINCE: True} for told in told_reasons(patron.reasons) if not told["overridden"]]
            line.reasons = [*line.reasons, *since]
    kept.state = PlanState.RUN.value
    return kept.id


def own_plan(work: Work, plan_id: PlanId, *, lock: bool = True) -> PurgePlan:
    """The plan of the current library; `lock` holds it until the transaction ends. Raises NotFound."""
    kept = work.session.get(PurgePlan, plan_id, with_for_update=lock)
    if kept is None or kept.library_id != work.library_id:
        raise NotFound(f"There is no plan {plan_id}.", "See all of them with: patrondesk plans list")
    return kept


def lines_of(session: Session, plan_id: int) -> Sequence[PurgePlanLine]:
    """Everybody on a plan, in its order, those struck out included."""
    return session.scalars(
        sa.select(PurgePlanLine).where(PurgePlanLine.plan_id == plan_id).order_by(PurgePlanLine.position)
    ).all()


def open_plan(work: Work, plan_id: PlanId, *, lock: bool = True) -> PurgePlan:
    """The same, when it still waits. Raises NotFound, Refused when it was run or discarded."""
    kept = own_plan(work, plan_id, lock=lock)
    if kept.state != PlanState.OPEN.value:
        became = "run already" if kept.state == PlanState.RUN.value else "discarded"
        raise Refused(f"Plan {plan_id} was {became}; nothing was changed.", "Make a new plan from the preview.", "PLAN_CLOSED")
    return kept


@operation(Permission.PURGE)
def save_plan(work: Work, plan: Plan) -> PlanId:
    """Keeps a preview's plan to be reviewed and run later. Raises Refused when nobody is on it."""
    if not plan.patrons:
        raise Refused("Nobody is on this plan, so it is not kept.", "Choose patrons first.", "EMPTY_PLAN")
    if plan.overrides:
        require(work.office, Permission.PURGE_OVERRIDE)
    kept = keep(work, plan, PlanState.OPEN)
    work.record("plan.save", {"plan": kept, "patrons": len(plan.patrons), "source": plan.source})
    return PlanId(kept)


@operation(Permission.PURGE, reads=True)
def list_plans(work: Work, *, every: bool = False) -> list[PlanLine]:
    """Plans that wait, the newest first; with `every` those too that were run or discarded."""
    lines = (
        sa.select(
            PurgePlanLine.plan_id,
            sa.func.count().label("patrons"),
            sa.func.count(PurgePlanLine.struck_at).label("struck"),
        )
        .group_by(PurgePlanLine.plan_id)
        .subquery()
    )
    batch = sa.select(sa.func.min(Batch.id)).where(Batch.plan_id == PurgePlan.id).correlate(PurgePlan).scalar_subquery()
    query = (
        sa.select(PurgePlan, StaffAccount.display_name, lines.c.patrons, lines.c.struck, batch)
        .join(StaffAccount, StaffAccount.id == PurgePlan.author_id)
        .outerjoin(lines, lines.c.plan_id == PurgePlan.id)
        .where(PurgePlan.library_id == work.library_id)
        .order_by(PurgePlan.id.desc())
    )
    if not every:
        query = query.where(PurgePlan.state == PlanState.OPEN.value)
    return [
        plan_line(kept, author, patrons or 0, struck or 0, number)
        for kept, author, patrons, struck, number in work.session.execute(query)
    ]


def plan_line(kept: PurgePlan, author: str, patrons: int, struck: int, batch: int | None) -> PlanLine:
    """A plan as a row of the list."""
    return PlanLine(
        PlanId(kept.id), kept.made_at, author, kept.source, PlanState(kept.state), patrons, struck, kept.unknown,
        BatchId(batch) if batch else None,
    )  # fmt: skip


@operation(Permission.PURGE)
def strike(work: Work, plan_id: PlanId, patrons: Sequence[PatronId], note: str = "") -> int:
    """Takes patrons off a saved plan, with a note; returns how many were on it. Raises NotFound, Refused."""
    open_plan(work, plan_id)
    done = _mark(work, plan_id, patrons, struck_at=work.clock.now(), struck_by_id=work.actor.staff_id, note=note.strip() or None)
    work.record("plan.strike", {"plan": plan_id, "patrons": done})
    return done


@operation(Permission.PURGE)
def put_back(work: Work, plan_id: PlanId, patrons: Sequence[PatronId]) -> int:
    """Puts patrons that were struck out on the plan again; returns how many. Raises NotFound, Refused."""
    open_plan(work, plan_id)
    done = _mark(work, plan_id, patrons, struck_at=None, struck_by_id=None, note=None)
    work.record("plan.put_back", {"plan": plan_id, "patrons": done})
    return done


def _mark(work: Work, plan_id: PlanId, patrons: Sequence[PatronId], **values: Any) -> int:  # noqa: ANN401 - columns of one table
    done = 0
    for start in range(0, len(patrons), 500):
        part = patrons[start : start + 500]
        here = sa.and_(PurgePlanLine.plan_id == plan_id, PurgePlanLine.patron_id.in_(part))
        done += work.session.scalar(sa.select(sa.func.count()).select_from(PurgePlanLine).where(here)) or 0
        work.session.execute(sa.update(PurgePlanLine).where(here).values(**values))
    return done


@operation(Permission.PURGE)
def discard(work: Work, plan_id: PlanId) -> None:
    """A plan that is not to be run; what was written on it goes. Raises NotFound, Refused."""
    _discard(work.session, open_plan(work, plan_id))
    work.record("plan.discard", {"plan": plan_id})


def _discard(session: Session, kept: PurgePlan) -> None:
    kept.state = PlanState.DISCARDED.value
    forget_plan(session, kept.id)


def forget_plan(session: Session, plan_id: int | None) -> None:
    """What was written on a plan goes: it will not be run, or can be neither undone nor taken up again."""
    session.execute(sa.update(PurgePlanLine).where(PurgePlanLine.plan_id == plan_id).values(note=None, overrides=sa.null()))


@operation(Permission.PURGE)
def discard_old(work: Work) -> int:
    """Discards the plans that waited too long to be run; returns how many."""
    old = work.session.scalars(
        sa.select(PurgePlan).where(
            PurgePlan.library_id == work.library_id,
            PurgePlan.state == PlanState.OPEN.value,
            PurgePlan.made_at < work.clock.now() - KEPT_FOR,
        )
    ).all()
    for kept in old:
        _discard(work.session, kept)
        work.record("plan.expire", {"plan": kept.id})
    return len(old)


def forget_words(session: Session, chunk: sa.Select[int]) -> None:
    """What was written beside these patrons on any plan goes with them: it may say who they are."""
    line = table_of(PurgePlanLine)
    session.execute(
        sa.update(line)
        .where(line.c.patron_id.in_(chunk), sa.or_(line.c.note.is_not(None), line.c.overrides.is_not(None)))
        .values(note=None, overrides=sa.null())
    )


@operation(Permission.PURGE, reads=True)
def find_left(work: Work, batch_id: BatchId) -> tuple[PatronId, ...]:
    """Whom a batch did not reach, in the plan's order; nobody, when the batch has no plan."""
    plan_id = work.session.scalar(sa.select(Batch.plan_id).where(Batch.id == batch_id, Batch.library_id == work.library_id))
    return tuple(key for key, _ in find_rest(work, plan_id, batch_id).patrons) if plan_id is not None else ()


def find_rest(work: Work, plan_id: int, batch_id: BatchId) -> Remainder:
    """Those of a batch's plan whom it has not reached, in the plan's order."""
    reached = sa.exists().where(BatchLine.batch_id == batch_id, BatchLine.patron_id == PurgePlanLine.patron_id)
    lines = work.session.scalars(
        sa.select(PurgePlanLine)
        .where(PurgePlanLine.plan_id == plan_id, PurgePlanLine.struck_at.is_(None), ~reached)
        .order_by(PurgePlanLine.position)
    ).all()
    currency = str(work.session.scalars(sa.select(Batch.policy).where(Batch.id == batch_id)).one()["currency"])
    held = {
        PatronId(line.patron_id): tuple(worded(told, PatronId(line.patron_id), currency, work) for told in line.reasons)
        for line in lines
        if not all(told.get("overridden") for told in line.reasons)
    }
    overrides = tuple(Override(PatronId(line.patron_id), o["code"], o["comment"]) for line in lines for o in line.overrides or ())
    return Remainder(tuple((PatronId(line.patron_id), line.version) for line in lines), held, overrides)
