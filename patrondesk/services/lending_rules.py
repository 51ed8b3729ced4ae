"""The rules of lending by patron type: read, set, removed, and which one holds for a patron."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.errors import NotFound, WrongUsage
from patrondesk.models.library import PatronType
from patrondesk.models.loan import LoanRule
from patrondesk.models.patron import Patron
from patrondesk.records.lending import LendingRule
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation

WITHOUT_RULES = LendingRule(None, 14)
"""What holds where a library has no rule at all: two weeks, no limits, no late fine."""

_LIMITS = (
    ("loan_days", "Days of a loan", 1, 1000),
    ("loan_limit", "Items at once", 0, 1000),
    ("renewal_limit", "Renewals", 0, 1000),
    ("grace_days", "Days of grace", 0, 365),
    ("late_fine_per_day", "The late fine", 0, 100_000_00),
    ("late_fine_most", "The most of a late fine", 0, 100_000_00),
)
_FIELDS = tuple(field for field, *_ in _LIMITS)


@operation(Permission.VIEW_PATRONS, reads=True)
def list_rules(work: Work) -> list[LendingRule]:
    """The library's rules by patron type; the one for everybody else comes last. None: two weeks, without limits or fines."""
    rows = work.session.execute(
        sa.select(LoanRule, PatronType.name)
        .outerjoin(PatronType, PatronType.id == LoanRule.patron_type_id)
        .where(LoanRule.library_id == work.library_id)
        .order_by(sa.case((LoanRule.patron_type_id.is_(None), 1), else_=0), PatronType.name)
    )
    return [_record(row, name) for row, name in rows]


def rule_for(work: Work, patron: Patron) -> LendingRule:
    """The rule that holds for this patron: of the type, else of everybody else, else two weeks without limits."""
    rows = work.session.execute(
        sa.select(LoanRule, PatronType.name)
        .outerjoin(PatronType, PatronType.id == LoanRule.patron_type_id)
        .where(
            LoanRule.library_id == work.library_id,
            sa.or_(LoanRule.patron_type_id == patron.patron_type_id, LoanRule.patron_type_id.is_(None)),
        )
        .order_by(sa.case((LoanRule.patron_type_id.is_(None), 1), else_=0))
    ).first()
    return _record(*rows) if rows is not None else WITHOUT_RULES


def _record(row: LoanRule, name: str | None) -> LendingRule:
    return LendingRule(name, *(getattr(row, field) for field in _FIELDS))


@operation(Permission.SETTINGS)
def set_rule(work: Work, rule: LendingRule) -> LendingRule:
    """Makes this the rule of its patron type, or of everybody else. Raises WrongUsage for what does not fit."""
    for field, label, low, high in _LIMITS:
        value = getattr(rule, field)
        if value is not None and not low <= value <= high:
            raise WrongUsage(f"{label}: {value:,} does not fit.", f"Give a number from {low} to {high:,}.")
    kind = _type_id(work, rule.patron_type)
    row = work.session.scalars(_of(work, kind)).first()
    if row is None:
        row = LoanRule(library_id=work.library_id, patron_type_id=kind)
        work.session.add(row)
    elif _record(row, rule.patron_type) == rule:
        return rule
    for field in _FIELDS:
        setattr(row, field, getattr(rule, field))
    work.session.flush()
    work.record("settings.lending_rule", {"patron_type": kind} | {field: getattr(rule, field) for field in _FIELDS})
    return rule


@operation(Permission.SETTINGS)
def remove_rule(work: Work, patron_type: str | None) -> None:
    """Takes the rule of a patron type away (None: that of everybody else). Raises NotFound when there is none."""
    kind = _type_id(work, patron_type)
    row = work.session.scalars(_of(work, kind)).first()
    if row is None:
        who = f"for “{patron_type}”" if patron_type else "for everybody else"
        raise NotFound(f"There is no rule {who}.", "See all of them with: patrondesk rules list")
    work.session.delete(row)
    work.record("settings.lending_rule_removed", {"patron_type": kind})


def _of(work: Work, kind: int | None) -> sa.Select[LoanRule]:
    same = LoanRule.patron_type_id.is_(None) if kind is None else LoanRule.patron_type_id == kind
    return sa.select(LoanRule).where(LoanRule.library_id == work.library_id, same).with_for_update()


def _type_id(work: Work, name: str | None) -> int | None:
    if name is None:
        return None
    key = work.session.scalar(sa.select(PatronType.id).where(sa.func.lower(PatronType.name) == name.strip().lower()))
    if key is None:
        known = ", ".join(work.session.scalars(sa.select(PatronType.name).order_by(PatronType.name)))
        raise NotFound(f"There is no patron type “{name}”.", f"There is: {known}." if known else "Add a patron of it first.")
    return key
