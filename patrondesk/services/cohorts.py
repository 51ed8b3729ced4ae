"""Cohorts: listed with their members, made, renamed, and switched off and on again as a whole."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.library import Cohort
from patrondesk.models.patron import Patron
from patrondesk.records.bulk import BulkLook
from patrondesk.records.cohorts import CohortLine
from patrondesk.records.staff import Permission
from patrondesk.services import activation, sorting_out
from patrondesk.services.door import Work, operation
from patrondesk.services.sorting_out import Sorted, going

THROUGH = "cohort"
"""What `deactivated_through` says of those who were switched off with their cohort."""
_LONGEST = 80


@operation(Permission.VIEW_PATRONS, reads=True)
def list_cohorts(work: Work) -> tuple[CohortLine, ...]:
    """Every cohort, by graduation; those without a date last."""
    here = sa.and_(Patron.cohort_id == Cohort.id, Patron.library_id == work.library_id)
    off = sa.and_(Patron.enabled == sa.false(), Patron.id.is_not(None))

    def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    rows = work.session.execute(
        sa.select(
            Cohort.id, Cohort.name, Cohort.graduates_on, number(Patron.enabled == sa.true()), number(off),
            number(sa.and_(off, Patron.deactivated_through == THROUGH)),
        )
        .outerjoin(Patron, here)
        .group_by(Cohort.id, Cohort.name, Cohort.graduates_on)
        .order_by(Cohort.graduates_on.nulls_last(), Cohort.name)
    )  # fmt: skip
    return tuple(CohortLine(key, name, day, int(on), int(gone), int(so)) for key, name, day, on, gone, so in rows)


@operation(Permission.VIEW_PATRONS, reads=True)
def find_cohort(work: Work, name: str) -> int:
    """The key of the cohort of this name. Raises NotFound."""
    key = work.session.scalar(sa.select(Cohort.id).where(Cohort.name == name.strip()))
    if key is None:
        raise NotFound(f"There is no cohort “{name}”.", "Look for its name with: patrondesk cohorts list", "NO_COHORT")
    return key


@operation(Permission.EDIT_PATRONS)
def add_cohort(work: Work, name: str, graduates_on: dt.date | None = None) -> int:
    """Makes a cohort. Raises WrongUsage without a name, Refused for one that there is."""
    clean = _clean(work, name, None)
    row = Cohort(name=clean, graduates_on=graduates_on)
    work.session.add(row)
    work.session.flush()
    work.record("cohort.add", {"cohort": row.id})
    return row.id


@operation(Permission.EDIT_PATRONS)
def change_cohort(work: Work, cohort_id: int, name: str, graduates_on: dt.date | None) -> bool:
    """Renames a cohort and sets its date; False when both were so. Raises as `add_cohort`, and NotFound."""
    row = _cohort(work, cohort_id)
    clean = _clean(work, name, cohort_id)
    if (row.name, row.graduates_on) == (clean, graduates_on):
        return False
    row.name, row.graduates_on = clean, graduates_on
    work.record("cohort.change", {"cohort": cohort_id})
    return True


@operation(Permission.VIEW_PATRONS, Permission.ACTIVATE, reads=True)
def preview_off(work: Work, cohort_id: int) -> BulkLook:
    """What `switch_off` would do."""
    return sorting_out.look(work, _off(work, cohort_id))


@operation(Permission.VIEW_PATRONS, Permission.ACTIVATE)
def switch_off(work: Work, cohort_id: int, reason: str | None = None) -> BulkLook:
    """Deactivates every member that is enabled, but accounts with a role and one's own."""
    sorted_out = _off(work, cohort_id)
    look = sorting_out.look(work, sorted_out)
    if look.changed:
        sorting_out.hold(work, sorted_out, look.changed)
        done = activation.deactivate(
            work.session, going, now=work.clock.now(), staff_id=work.actor.staff_id, through=THROUGH,
            reason=" ".join((reason or "").split()) or None,
        )  # fmt: skip
        _written(work, look, done, "cohort.off", cohort_id)
    return look


@operation(Permission.VIEW_PATRONS, Permission.ACTIVATE, reads=True)
def preview_on(work: Work, cohort_id: int) -> BulkLook:
    """What `switch_on` would do. `unfit` are those who were deactivated in another way."""
    return sorting_out.look(work, _on(work, cohort_id))


@operation(Permission.VIEW_PATRONS, Permission.ACTIVATE)
def switch_on(work: Work, cohort_id: int) -> BulkLook:
    """Enables exactly those again who were switched off with their cohort and still are."""
    sorted_out = _on(work, cohort_id)
    look = sorting_out.look(work, sorted_out)
    if look.changed:
        sorting_out.hold(work, sorted_out, look.changed)
        _written(work, look, activation.reactivate(work.session, going, now=work.clock.now()), "cohort.on", cohort_id)
    return look


def _off(work: Work, cohort_id: int) -> Sorted:
    return Sorted(_members(work, cohort_id), Patron.enabled == sa.false(), sparing=True)


def _on(work: Work, cohort_id: int) -> Sorted:
    otherwise = sa.func.coalesce(Patron.deactivated_through, "") != THROUGH
    return Sorted(_members(work, cohort_id), Patron.enabled == sa.true(), sparing=True, unfit=otherwise)


def _members(work: Work, cohort_id: int) -> list[sa.ColumnElement[bool]]:
    _cohort(work, cohort_id)
    return [Patron.library_id == work.library_id, Patron.cohort_id == cohort_id]


def _written(work: Work, look: BulkLook, done: int, name: str, cohort_id: int) -> None:
    assert done == look.changed, "more or fewer were switched than selected"
    sorting_out.let_go(work)
    facts = {"changed": look.changed, "already": look.already, "own": look.own, "staff": look.staff, "unfit": look.unfit}
    work.record(name, {"cohort": cohort_id, "selected": look.selected, **facts})


def _cohort(work: Work, cohort_id: int) -> Cohort:
    row = work.session.get(Cohort, cohort_id)
    if row is None:
        raise NotFound("This cohort is no longer there.", "Look at the list again.", "NO_COHORT")
    return row


def _clean(work: Work, name: str, own: int | None) -> str:
    """A name that no other cohort has."""
    clean = " ".join(name.split())
    if not clean:
        raise WrongUsage("A cohort needs a name.", "Write one such as Class of 2031.")
    if len(clean) > _LONGEST:
        raise WrongUsage(f"This has {len(clean):,} characters; at most {_LONGEST} are possible.", "Write it shorter.")
    other = work.session.scalar(sa.select(Cohort.id).where(sa.func.lower(Cohort.name) == clean.lower(), Cohort.id != (own or 0)))
    if other is not None:
        raise Refused(f"There is a cohort “{clean}” already.", "Choose another name.", "TAKEN")
    return clean
