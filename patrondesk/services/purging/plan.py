"""The frozen plan: who is on the list, with which record version and reasons, and what a run would do."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import keys
from patrondesk.errors import Unusable, WrongUsage
from patrondesk.models.fine import Fine
from patrondesk.models.library import YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron, Portrait
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import Override, Plan, PlannedPatron
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason, Severity
from patrondesk.services import names, verdict
from patrondesk.services.door import Work, operation, require
from patrondesk.services.policy import Policy, read_policy
from patrondesk.services.purging import kinds


@operation(Permission.PURGE, reads=True)
def make_plan(
    work: Work,
    ids: Sequence[PatronId],
    *,
    source: str,
    criteria: dict[str, Any] | None = None,
    unknown: Sequence[str] = (),
    overrides: Sequence[Override] = (),
) -> Plan:
    """Freezes a list. `unknown`: words of a list that name nobody. `overrides` apply to this plan only.

    Raises NotPermitted when there are overrides and the actor may not, WrongUsage for a code that cannot be overridden.
    """
    if overrides:
        require(work.office, Permission.PURGE_OVERRIDE)
        check_overrides(overrides)
    policy = read_policy(work.session, work.library_id)
    return freeze(work, policy, list(dict.fromkeys(ids)), source, criteria or {}, tuple(dict.fromkeys(unknown)), tuple(overrides))


def check_overrides(overrides: Iterable[Override]) -> None:
    """Raises WrongUsage for a reason that nobody may override, or an override without a comment."""
    allowed = verdict.overridable_codes()
    for override in overrides:
        if override.code not in allowed:
            raise WrongUsage(f"“{override.code}” cannot be overridden.", f"Only these can: {', '.join(allowed)}.")
        if not override.comment.strip():
            raise WrongUsage("An override needs a comment.", "Say why with --comment, or in the comment column of the file.")


def freeze(
    work: Work,
    policy: Policy,
    ids: list[PatronId],
    source: str,
    criteria: dict[str, Any],
    unknown: tuple[str, ...] = (),
    overrides: tuple[Override, ...] = (),
) -> Plan:
    """A plan of these patrons as they are now. `policy`: as it counts for this kind of purge."""
    facts = kinds.facts_of(work, policy, source, criteria)
    reasons = aside(verdict.find_reasons(work.session, facts, ids, kinds.scope_of(source)), overrides)
    patrons = find_people(work, ids, reasons)
    return compose(
        work, policy, patrons, made_at=work.clock.now(), source=source, unknown=(*unknown, *_strangers(ids, patrons)),
        criteria=criteria, overrides=overrides,
    )  # fmt: skip


def compose(
    work: Work,
    policy: Policy,
    patrons: Sequence[PlannedPatron],
    *,
    made_at: dt.datetime,
    source: str,
    unknown: tuple[str, ...],
    criteria: dict[str, Any],
    overrides: tuple[Override, ...],
) -> Plan:
    """A plan of these patrons, with what the library's settings and its loans, fines and reservations make of it now."""
    going = [patron.id for patron in patrons if patron.eligible]
    past, waived, amount, unknown_fines, reservations = count_effects(work.session, going)
    days = policy.undo_days
    return Plan(
        library=work.actor.library_name,
        made_at=made_at,
        source=source,
        patrons=tuple(patrons),
        unknown=unknown,
        criteria=criteria,
        retain_loans=policy.retain_loans,
        undo_days=days,
        undo_until=work.clock.real_today() + dt.timedelta(days=days) if days else None,
        past_loans=past,
        fines_to_waive=waived,
        amount_to_waive=amount,
        unknown_fines_to_close=unknown_fines,
        reservations_to_cancel=reservations,
        overrides=overrides,
        facets_dropped=policy.facets_dropped,
    )


def _strangers(ids: Sequence[PatronId], patrons: Sequence[PlannedPatron]) -> tuple[str, ...]:
    """Keys that are no patron of this library any more: vanished before the plan was made."""
    there = {patron.id for patron in patrons}
    return tuple(str(key) for key in ids if key not in there)


def aside(reasons: dict[PatronId, tuple[Reason, ...]], overrides: Iterable[Override]) -> dict[PatronId, tuple[Reason, ...]]:
    """The reasons, with those marked that this plan's own overrides set aside."""
    told = {(override.patron_id, override.code): override.comment for override in overrides}
    if not told:
        return reasons
    return {
        key: tuple(
            dataclasses.replace(reason, overridden=True, comment=told[key, reason.code])
            if reason.severity is Severity.OVERRIDABLE and (key, reason.code) in told
            else reason
            for reason in every
        )
        for key, every in reasons.items()
    }


def find_people(work: Work, ids: Sequence[PatronId], reasons: dict[PatronId, tuple[Reason, ...]]) -> list[PlannedPatron]:
    """The patrons of the current library among `ids`, in that order, as they are now."""
    session = work.session
    past = (
        sa.select(sa.func.count())
        .select_from(Loan)
        .where(Loan.patron_id == Patron.id, Loan.status != "open")
        .correlate(Patron)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Patron.id,
            Patron.version,
            Patron.username,
            Patron.barcode,
            Patron.family_name,
            Patron.given_name,
            Patron.preferred_name,
            YearLevel.name,
            Patron.homeroom,
            sa.exists().where(Portrait.patron_id == Patron.id).correlate(Patron),
            past,
        )
        .outerjoin(YearLevel, YearLevel.id == Patron.year_level_id)
        .where(Patron.id.in_(keys(session, ids)), Patron.library_id == work.library_id)
    )
    found = {
        row[0]: PlannedPatron(
            PatronId(row[0]),
            row[1],
            row[2],
            row[3],
            names.full_name(row[4], row[5], row[6]),
            row[7],
            row[8],
            bool(row[9]),
            reasons.get(PatronId(row[0]), ()),
            row[10],
        )
        for row in rows
    }
    return [found[key] for key in ids if key in found]


def count_effects(session: Session, going: Sequence[PatronId]) -> tuple[int, int, int, int, int]:
    """For those who can go: past loans, fines to waive, their sum, unknown bills to close, reservations to cancel."""
    if not going:
        return 0, 0, 0, 0, 0
    chosen = keys(session, going)
    past = session.scalar(sa.select(sa.func.count()).select_from(Loan).where(Loan.patron_id.in_(chosen), Loan.status != "open"))
    known = sa.func.sum(sa.case((Fine.balance.is_not(None), 1), else_=0))
    fines = session.execute(
        sa.select(known, sa.func.sum(Fine.balance), sa.func.sum(sa.case((Fine.balance.is_(None), 1), else_=0))).where(
            Fine.patron_id.in_(chosen), Fine.status == "active", sa.or_(Fine.balance.is_(None), Fine.balance != 0)
        )
    ).one()
    reserved = session.scalar(
        sa.select(sa.func.count()).select_from(Reservation).where(Reservation.patron_id.in_(chosen), Reservation.status == "open")
    )
    return past or 0, fines[0] or 0, int(fines[1] or 0), fines[2] or 0, reserved or 0


@operation(Permission.PURGE, reads=True)
def find_by_words(work: Work, words: Sequence[str]) -> tuple[list[PatronId], list[str]]:
    """Patrons named by username, or else by barcode or external id; and the words that name nobody, each once."""
    wanted = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    session, found = work.session, dict[str, PatronId]()
    for column in (Patron.username, Patron.barcode, Patron.external_id):
        missing = [word for word in wanted if word not in found]
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            for word, key in session.execute(
                sa.select(column, Patron.id).where(Patron.library_id == work.library_id, column.in_(part))
            ):
                found.setdefault(str(word), PatronId(key))
    ids = list(dict.fromkeys(found[word] for word in wanted if word in found))
    return ids, [word for word in wanted if word not in found]


def write_plan(plan: Plan, path: Path) -> None:
    """A plan as a file: internal ids and versions only, so that it names nobody. Raises Unusable."""
    told = {
        "patrondesk_plan": 1,
        "library": plan.library,
        "made_at": plan.made_at.isoformat(),
        "source": plan.source,
        "criteria": plan.criteria,
        "patrons": [[patron.id, patron.version] for patron in plan.patrons],
        "overrides": [[o.patron_id, o.code, o.comment] for o in plan.overrides],
    }
    try:
        path.write_text(json.dumps(told), encoding="utf-8")
    except OSError:
        raise Unusable(f"The plan could not be written to “{path.name}”.", "Choose a folder where you may write.") from None


def read_plan_file(path: Path) -> tuple[dict[PatronId, int], tuple[Override, ...], str]:
    """{patron: version} and overrides of a plan file, and the library it is for. Raises Unusable for anything else."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["patrondesk_plan"] != 1:
            raise KeyError
        patrons = {PatronId(int(key)): int(version) for key, version in told["patrons"]}
        overrides = tuple(Override(PatronId(int(a)), str(b), str(c)) for a, b, c in told["overrides"])
        return patrons, overrides, str(told["library"])
    except FileNotFoundError:
        raise Unusable(f"There is no file “{path.name}”.", "Check the name and try again.", "MISSING") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Unusable(
            f"“{path.name}” is not a plan made by PatronDesk.",
            "Make one with: patrondesk purge --preview --plan-out FILE",
            "WRONG_KIND",
        ) from None
