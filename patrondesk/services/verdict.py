"""The verdict: every reason that holds for a set of patrons. The only truth about who may be purged."""

from __future__ import annotations

import dataclasses
import functools
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import chosen_keys, dialect, keys, keys_text, shielded
from patrondesk.guards.base import Facts, Finding, Guard, Rows
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.records.ids import PatronId
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
def _question(guard: Guard, facts: Facts, dialect_name: str) -> Rows:
    """A guard's query for these facts, made once; only the patrons are left open."""
    return guard.find(facts, chosen_keys(dialect_name))


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
                    guard.what_lifts(finding.code),
                    finding.records,
                )
            )
    return _with_overrides(session, found, batch_id) if found else {}


Answers = list[tuple[Guard, list[Finding] | None]]


def _ask_all(session: Session, facts: Facts, ids: Sequence[PatronId], guards: Sequence[Guard]) -> Answers:
    """Every guard's findings, None for one that cannot be asked. Only when one fails are they asked each for itself."""
    try:
        with shielded(session):
            return [(guard, _ask(session, facts, ids, guard)) for guard in guards]
    except Exception:
        _log.exception("a guard could not be asked")
    answers: Answers = []
    for guard in guards:
        try:
            with shielded(session):
                answers.append((guard, _ask(session, facts, ids, guard)))
        except Exception:  # whatever went wrong, the answer is no
            _log.exception("guard %s could not be asked", guard.code)
            answers.append((guard, None))
    return answers


def _ask(session: Session, facts: Facts, ids: Sequence[PatronId], guard: Guard) -> list[Finding]:
    rows = session.execute(_question(guard, facts, dialect(session)), {"chosen": keys_text(ids)}).all()
    return [
        Finding(
            PatronId(row[0]),
            str(row[1]),
            int(row[2]),
            None if row[3] is None else int(row[3]),
            tuple(sorted(int(word) for word in str(row[4]).split(","))) if row[4] is not None else (),
        )
        for row in rows
    ]


def _with_overrides(
    session: Session, found: dict[PatronId, list[Reason]], batch_id: int | None
) -> dict[PatronId, tuple[Reason, ...]]:
    comments = {
        (row[0], row[1]): row[2]
        for row in session.execute(
            sa.select(GuardOverride.patron_id, GuardOverride.code, GuardOverride.comment).where(
                GuardOverride.patron_id.in_(keys(session, list(found))), _applies(batch_id)
            )
        )
    }
    return {
        patron_id: tuple(
            dataclasses.replace(reason, overridden=True, comment=comments[patron_id, reason.code])
            if reason.severity is Severity.OVERRIDABLE and (patron_id, reason.code) in comments
            else reason
            for reason in reasons
        )
        for patron_id, reasons in found.items()
    }


def _applies(batch_id: int | None) -> sa.ColumnElement[bool]:
    standing = GuardOverride.batch_id.is_(None)
    return standing if batch_id is None else sa.or_(standing, GuardOverride.batch_id == batch_id)


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


def words(code: str, patron_id: PatronId, count: int, amount: int | None, currency: str, work: Work) -> tuple[str, str]:
    """The sentence for a stored reason, and what lifts it; a code that is no longer known is shown as it is."""
    if code == CHECK_FAILED:
        return _FAILED.text, _FAILED.lifts
    facts = Facts(work.library_id, work.actor.id, work.clock.today(), 0, currency)
    for guard in GUARDS:
        if code in guard.codes:
            return guard.word(Finding(patron_id, code, count, amount, ()), facts), guard.what_lifts(code)
    return code, ""
