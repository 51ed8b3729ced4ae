"""Deactivating and re-enabling: one by one, or everyone that a filter selects, always previewed the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.errors import Refused, WrongUsage
from patrondesk.guards.staff_role import with_role
from patrondesk.models.base import table_of
from patrondesk.models.library import UserGroup, YearLevel
from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services import staff_rules
from patrondesk.services.changes import find_patron
from patrondesk.services.door import Work, operation

BY_HAND, BY_FILTER, BY_FILE = "hand", "filter", "file"


@dataclass(frozen=True, slots=True)
class Filter:
    """Who is meant; all that are given must hold. Groups: the name begins with `group_starts`, or is one of `groups`."""

    group_starts: str | None = None
    groups: tuple[str, ...] = ()
    expired_before: dt.date | None = None
    year_level: str | None = None
    patron_ids: tuple[PatronId, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Nothing was said: everybody would be meant."""
        return not (self.group_starts or self.groups or self.expired_before or self.year_level or self.patron_ids)


@dataclass(frozen=True, slots=True)
class Deactivation:
    """What deactivating a selection does, or did: `selected` = `changed` + `already` + `spared`.

    `spared` are those that are never switched off together with others: the person at the desk, and accounts with a
    staff role. `sample` names the first hundred.
    """

    selected: int
    changed: int
    already: int
    spared: int
    sample: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        assert self.selected == self.changed + self.already + self.spared, "the selection does not add up"


def deactivate(
    session: Session, ids: sa.Select[int] | Sequence[int], *, now: dt.datetime, staff_id: int, through: str, reason: str | None
) -> int:
    """Switches these enabled patrons off, with reason and date; returns how many. The caller has spared who must stay."""
    result = session.connection().execute(
        sa.update(table_of(Patron))
        .where(Patron.id.in_(ids), Patron.enabled == sa.true())
        .values(
            enabled=False,
            deactivated_at=now,
            deactivated_by_id=staff_id,
            deactivated_through=through,
            deactivated_reason=reason,
            version=Patron.version + 1,
            updated_at=now,
        )
    )
    return result.rowcount


def reactivate(session: Session, ids: sa.Select[int] | Sequence[int], *, now: dt.datetime) -> int:
    """Switches these disabled patrons on again; returns how many."""
    result = session.connection().execute(
        sa.update(table_of(Patron))
        .where(Patron.id.in_(ids), Patron.enabled == sa.false())
        .values(
            enabled=True,
            deactivated_at=None,
            deactivated_by_id=None,
            deactivated_through=None,
            deactivated_reason=None,
            version=Patron.version + 1,
            updated_at=now,
        )
    )
    return result.rowcount


def guard_staff(work: Work, patron_id: PatronId) -> None:
    """Nobody switches off themselves, nor the last administrator. Raises Refused."""
    if patron_id == work.actor.id:
        raise Refused("You cannot deactivate your own account.", "Ask another administrator.", "OWN_ACCOUNT")
    staff_rules.guard_last_administrator(work, patron_id)


@operation(Permission.ACTIVATE)
def disable(work: Work, patron_id: PatronId, reason: str | None = None) -> bool:
    """Deactivates one patron; False when it was so already. Raises Refused for oneself and the last administrator."""
    patron = find_patron(work, patron_id)
    guard_staff(work, patron_id)
    done = deactivate(
        work.session,
        [patron.id],
        now=work.clock.now(),
        staff_id=work.actor.staff_id,
        through=BY_HAND,
        reason=(reason or "").strip() or None,
    )
    if done:
        work.record("patron.disable", {}, patron.id)
    return bool(done)


@operation(Permission.ACTIVATE)
def enable(work: Work, patron_id: PatronId) -> bool:
    """Re-enables one patron; False when it was so already."""
    patron = find_patron(work, patron_id)
    done = reactivate(work.session, [patron.id], now=work.clock.now())
    if done:
        work.record("patron.enable", {}, patron.id)
    return bool(done)


def _selected(work: Work, chosen: Filter) -> list[sa.ColumnElement[bool]]:
    if chosen.empty:
        raise WrongUsage("Nothing says who is meant.", "Give at least one of: group, year level, expired before.")
    where: list[sa.ColumnElement[bool]] = [Patron.library_id == work.library_id]
    groups: list[sa.ColumnElement[bool]] = []
    if chosen.group_starts:
        groups.append(UserGroup.name.startswith(chosen.group_starts, autoescape=True))
    if chosen.groups:
        known = set(work.session.scalars(sa.select(UserGroup.name).where(UserGroup.name.in_(chosen.groups))))
        missing = [name for name in chosen.groups if name not in known]
        if missing:
            raise WrongUsage(f"There is no user group “{missing[0]}”.", "Write it exactly as the patrons' details show it.")
        groups.append(UserGroup.name.in_(chosen.groups))
    if groups:
        where.append(Patron.user_group_id.in_(sa.select(UserGroup.id).where(sa.or_(*groups))))
    if chosen.year_level:
        level = work.session.scalar(sa.select(YearLevel.id).where(YearLevel.name == chosen.year_level))
        if level is None:
            raise WrongUsage(
                f"There is no year level “{chosen.year_level}”.", "Write it exactly as the patrons' details show it."
            )
        where.append(Patron.year_level_id == level)
    if chosen.expired_before:
        where.append(Patron.expiry_date < chosen.expired_before)
    if chosen.patron_ids:
        where.append(Patron.id.in_(chosen.patron_ids))
    return where


def _count(work: Work, where: Sequence[sa.ColumnElement[bool]]) -> int:
    return work.session.scalar(sa.select(sa.func.count()).select_from(Patron).where(*where)) or 0


def _look(work: Work, chosen: Filter) -> tuple[Deactivation, list[sa.ColumnElement[bool]]]:
    where = _selected(work, chosen)
    spared = sa.or_(Patron.id == work.actor.id, Patron.id.in_(with_role()))
    going = [*where, Patron.enabled == sa.true(), ~spared]
    names = work.session.execute(
        sa.select(Patron.family_name, Patron.given_name, Patron.username, Patron.barcode)
        .where(*going)
        .order_by(Patron.sort_key)
        .limit(100)
    )
    sample = tuple(
        (f"{family}, {given}" if given else family, username or barcode or "") for family, given, username, barcode in names
    )
    look = Deactivation(
        _count(work, where),
        _count(work, going),
        _count(work, [*where, Patron.enabled == sa.false()]),
        _count(work, [*where, Patron.enabled == sa.true(), spared]),
        sample,
    )
    return look, going


@operation(Permission.ACTIVATE, reads=True)
def preview_disable_matching(work: Work, chosen: Filter) -> Deactivation:
    """What `disable_matching` would do. Raises WrongUsage for an empty filter or an unknown group or level."""
    return _look(work, chosen)[0]


@operation(Permission.ACTIVATE)
def disable_matching(work: Work, chosen: Filter, reason: str | None = None) -> Deactivation:
    """Deactivates everyone that the filter selects, but staff accounts and the person at the desk."""
    look, going = _look(work, chosen)
    done = deactivate(
        work.session,
        sa.select(Patron.id).where(*going),
        now=work.clock.now(),
        staff_id=work.actor.staff_id,
        through=BY_FILTER,
        reason=(reason or "").strip() or None,
    )
    assert done == look.changed, "more or fewer were deactivated than selected"
    if done:
        work.record(
            "patron.disable_matching",
            {
                "selected": look.selected,
                "changed": look.changed,
                "already": look.already,
                "spared": look.spared,
            },
        )
    return look
