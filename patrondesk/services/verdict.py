"""The verdict: every reason that holds for a set of patrons. The only truth about who may be purged."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import chosen_keys, dialect, keys_text, shielded
from patrondesk.guards.base import Facts, Finding, Guard
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.verdict import Reason, Scope, Severity
from patrondesk.registry import Registry
from patrondesk.services.door import Work
from patrondesk.services.policy import Policy

# A build that lost a guard's file must stop rather than purge.
REQUIRED = (
    "ACTIVE",
    "OPEN_LOANS",
    "BALANCE_DUE",
    "CREDIT",
    "RESERVATIONS",
    "PO_LINES",
    "STAFF_ROLE",
    "GUARANTOR",
    "PROTECTED",
    "ACCESS_REQUEST",
    "NO_DATES",
    "NOT_DUE",
)
GUARDS: Registry[Guard] = Registry("patrondesk.guards", "GUARD", Guard, REQUIRED)
CHECK_FAILED = "CHECK_FAILED"
_FAILED = Reason(
    CHECK_FAILED,
    1,
    None,
    Severity.ABSOLUTE,
    "A check could not be made, so this patron stays",
    "try again; if it stays so, run: patrondesk verify",
)
_log = logging.getLogger(__name__)


def guards_of(scope: Scope) -> list[Guard]:
    """The guards that hold in a scope, in their fixed order."""
    return [guard for guard in GUARDS if scope in guard.scopes]


def codes_of(scope: Scope) -> list[str]:
    """All reason codes of a scope."""
    return [code for guard in guards_of(scope) for code in guard.codes]


def overridable_codes(scope: Scope = Scope.PAGE) -> list[str]:
    """The codes that someone with the permission may set aside."""
    return [code for guard in guards_of(scope) if guard.severity_in(scope) is Severity.OVERRIDABLE for code in guard.codes]


def facts_for(work: Work, policy: Policy) -> Facts:
    """What the guards need to know for this person at this desk today."""
    return Facts(work.library_id, work.actor.id, work.clock.today(), policy.balance_threshold, policy.currency)


@functools.lru_cache(maxsize=256)
def _question(guards: tuple[Guard, ...], facts: Facts, dialect_name: str) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The queries of these guards as one for these facts, made once: each row begins with the place of its guard.

    Only the patrons are left open.
    """
    asked = []
    for place, guard in enumerate(guards):
        patron, code, count, amount, records, *day = guard.find(facts, chosen_keys(dialect_name)).subquery().columns
        # A null alone has no type, and the parts of a union must agree.
        told = (sa.cast(amount, sa.BigInteger), sa.cast(records, sa.Text), sa.cast(day[0] if day else sa.null(), sa.Text))
        asked.append(sa.select(sa.literal(place), patron, code, count, *told))
    return sa.union_all(*asked)


def find_reasons(
    session: Session,
    facts: Facts,
    ids: Sequence[PatronId],
    scope: Scope = Scope.PAGE,
    batch_id: int | None = None,
) -> dict[PatronId, tuple[Reason, ...]]:
    """All reasons for these patrons, one query a guard, whatever their number. A patron without an entry may go.

    Overrides are read in one query more and marked on the reasons. A guard that cannot be asked holds everybody.
    """
    if not ids:
        return {}
    found: dict[PatronId, list[Reason]] = defaultdict(list)
    for guard, findings in _ask_all(session, facts, ids, guards_of(scope)):
        if findings is None:
            for patron_id in ids:
                found[patron_id].append(_FAILED)
            continue
        for finding in findings:
            found[finding.patron_id].append(
                Reason(
                    finding.code,
                    finding.count,
                    finding.amount,
                    guard.severity_in(scope),
                    guard.word(finding, facts),
                    guard.what_lifts(finding.code, scope),
                    finding.records,
                    until=finding.until,
                )
            )
    return _with_overrides(session, found, batch_id) if found else {}


Answers = list[tuple[Guard, list[Finding] | None]]


def _ask_all(session: Session, facts: Facts, ids: Sequence[PatronId], guards: Sequence[Guard]) -> Answers:
    """Every guard's findings, None for one that cannot be asked. Only when one fails are they asked each for itself."""
    session.flush()  # the guards ask past the session: what it still holds back must be there
    try:
        with shielded(session):
            return _ask(session, facts, ids, guards)
    except Exception:
        _log.exception("a guard could not be asked")
    answers: Answers = []
    for guard in guards:
        try:
            with shielded(session):
                answers += _ask(session, facts, ids, [guard])
        except Exception:  # whatever went wrong, the answer is no
            _log.exception("guard %s could not be asked", guard.code)
            answers.append((guard, None))
    return answers


def _ask(session: Session, facts: Facts, ids: Sequence[PatronId], guards: Sequence[Guard]) -> Answers:
    found: list[list[Finding]] = [[] for _ in guards]
    question = _question(tuple(guards), facts, dialect(session))
    rows = session.connection().execute(question, {"chosen": keys_text(ids)}).all()
    for place, patron, code, count, amount, records, day in rows:
        behind = tuple(sorted(map(int, records.split(",")))) if records is not None else ()
        until = dt.date.fromisoformat(day) if day is not None else None
        found[place].append(Finding(PatronId(patron), code, count, amount, behind, until))
    return list(zip(guards, found, strict=True))


@functools.cache
def _overrides(dialect_name: str) -> sa.Select[*tuple[Any, ...]]:
    """What was set aside for the chosen patrons, for good or for `batch`; made once."""
    return sa.select(GuardOverride.patron_id, GuardOverride.code, GuardOverride.comment).where(
        GuardOverride.patron_id.in_(chosen_keys(dialect_name)),
        sa.or_(GuardOverride.batch_id.is_(None), GuardOverride.batch_id == sa.bindparam("batch")),
    )


def _with_overrides(
    session: Session, found: dict[PatronId, list[Reason]], batch_id: int | None
) -> dict[PatronId, tuple[Reason, ...]]:
    asked = {"chosen": keys_text(list(found)), "batch": batch_id}
    comments = {(row[0], row[1]): row[2] for row in session.connection().execute(_overrides(dialect(session)), asked)}
    return {
        patron_id: tuple(
            dataclasses.replace(reason, overridden=True, comment=comments[patron_id, reason.code])
            if reason.severity is Severity.OVERRIDABLE and (patron_id, reason.code) in comments
            else reason
            for reason in reasons
        )
        for patron_id, reasons in found.items()
    }


def held_by(guard: Guard, facts: Facts, scope: Scope = Scope.PAGE, code: str | None = None) -> sa.ColumnElement[bool]:
    """A condition on patrons: this guard holds and is not overridden."""
    holds = guard.condition(facts, code)
    if guard.severity_in(scope) is Severity.ABSOLUTE:
        return holds
    aside = sa.exists().where(
        GuardOverride.patron_id == Patron.id,
        GuardOverride.code.in_((code,) if code else guard.codes),
        GuardOverride.batch_id.is_(None),
    )
    return sa.and_(holds, ~aside)


def held(facts: Facts, scope: Scope = Scope.PAGE, skip: Iterable[str] = ()) -> sa.ColumnElement[bool]:
    """A condition on patrons: any guard of the scope holds. `skip`: guards known not to matter here."""
    return sa.or_(*(held_by(guard, facts, scope) for guard in guards_of(scope) if guard.code not in set(skip)))


def holds_code(facts: Facts, code: str, scope: Scope = Scope.PAGE) -> sa.ColumnElement[bool] | None:
    """The condition for one reason code, overridden or not; None for a code that no guard has."""
    for guard in guards_of(scope):
        if code in guard.codes:
            return guard.condition(facts, code)
    return None


def told(code: str, count: int, amount: int | None, currency: str) -> str:
    """The sentence for a reason of which only code, count and amount are kept, as in a job's report."""
    facts = Facts(LibraryId(0), None, dt.date.min, 0, currency)
    for guard in GUARDS:
        if code in guard.codes:
            return guard.word(Finding(PatronId(0), code, count, amount, ()), facts)
    return _FAILED.text if code == CHECK_FAILED else code


def words(
    code: str, patron_id: PatronId, count: int, amount: int | None, currency: str, work: Work, until: dt.date | None = None
) -> tuple[str, str]:
    """The sentence for a stored reason, and what lifts it; a code that is no longer known is shown as it is."""
    if code == CHECK_FAILED:
        return _FAILED.text, _FAILED.lifts
    facts = Facts(work.library_id, work.actor.id, work.clock.today(), 0, currency)
    for guard in GUARDS:
        if code in guard.codes:
            return guard.word(Finding(patron_id, code, count, amount, (), until), facts), guard.what_lifts(code)
    return code, ""
