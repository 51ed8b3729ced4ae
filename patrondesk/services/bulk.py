"""Changing many patrons together: previewed, then done in one transaction with one entry in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.errors import WrongUsage
from patrondesk.models.base import table_of
from patrondesk.models.library import UserGroup, YearLevel
from patrondesk.models.patron import Block, Patron, PatronChange, Protection
from patrondesk.records.bulk import Action, BulkChange, BulkLook
from patrondesk.records.patron_lists import Chosen
from patrondesk.records.staff import Permission
from patrondesk.services import activation, sorting_out
from patrondesk.services.changes import refresh_searches, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.patron_filtering import blocked_now, protected_now
from patrondesk.services.sorting_out import Sorted, going

_AT_ONCE = 2_000
_LONGEST_ROOM = 60
Value = str | dt.date | int | None
_COLUMNS: dict[Action, str] = {
    Action.USER_GROUP: "user_group_id", Action.YEAR_LEVEL: "year_level_id", Action.HOMEROOM: "homeroom",
    Action.EXPIRY_DATE: "expiry_date", Action.PURGE_DATE: "purge_date",
}  # fmt: skip


@operation(Permission.VIEW_PATRONS, Permission.ACTIVATE, reads=True)
def preview_switch(work: Work, change: BulkChange, chosen: Chosen) -> BulkLook:
    """What `switch_together` would do. Raises WrongUsage for an empty selection."""
    return _look(work, change, chosen, Permission.ACTIVATE)


@operation(Permission.VIEW_PATRONS, Permission.ACTIVATE)
def switch_together(work: Work, change: BulkChange, chosen: Chosen) -> BulkLook:
    """Deactivates or enables again; accounts with a role and one's own are left as they are."""
    return _do(work, change, chosen, Permission.ACTIVATE)


@operation(Permission.VIEW_PATRONS, Permission.BLOCK, reads=True)
def preview_block(work: Work, change: BulkChange, chosen: Chosen) -> BulkLook:
    """What `block_together` would do. Raises WrongUsage for an empty selection, no comment, or an end that has passed."""
    return _look(work, change, chosen, Permission.BLOCK)


@operation(Permission.VIEW_PATRONS, Permission.BLOCK)
def block_together(work: Work, change: BulkChange, chosen: Chosen) -> BulkLook:
    """Blocks, or lifts every block made by hand; accounts with a role and one's own are never blocked together."""
    return _do(work, change, chosen, Permission.BLOCK)


@operation(Permission.VIEW_PATRONS, Permission.EDIT_PATRONS, reads=True)
def preview_edit(work: Work, change: BulkChange, chosen: Chosen) -> BulkLook:
    """What `edit_together` would do. Raises WrongUsage for an empty selection or a value that does not do."""
    return _look(work, change, chosen, Permission.EDIT_PATRONS)


@operation(Permission.VIEW_PATRONS, Permission.EDIT_PATRONS)
def edit_together(work: Work, change: BulkChange, chosen: Chosen) -> BulkLook:
    """Flags to keep or no longer, or sets a field, kept in each patron's history; locked fields are left as they are."""
    return _do(work, change, chosen, Permission.EDIT_PATRONS)


PREVIEWS = {Permission.ACTIVATE: preview_switch, Permission.BLOCK: preview_block, Permission.EDIT_PATRONS: preview_edit}
"""The preview for the right that an action needs."""
DOINGS = {Permission.ACTIVATE: switch_together, Permission.BLOCK: block_together, Permission.EDIT_PATRONS: edit_together}
"""What does it."""


def _look(work: Work, change: BulkChange, chosen: Chosen, permission: Permission) -> BulkLook:
    return sorting_out.look(work, _sorted(work, change, chosen, permission)[0])


def _do(work: Work, change: BulkChange, chosen: Chosen, permission: Permission) -> BulkLook:
    sorted_out, value = _sorted(work, change, chosen, permission)
    look = sorting_out.look(work, sorted_out)
    if not look.changed:
        return look
    sorting_out.hold(work, sorted_out, look.changed)
    if change.action.sets_field:
        _set(work, change.action, value)
    else:
        _DO[change.action](work, change)
    sorting_out.let_go(work)
    facts = {word: getattr(look, word) for word in ("selected", "changed", "already", "own", "staff", "locked", "unfit")}
    work.record("patron.together", {"action": change.action.value, **facts})
    return look


# ------------------------------------------------------------------------------------------------------ who is changed


def _sorted(work: Work, change: BulkChange, chosen: Chosen, permission: Permission) -> tuple[Sorted, Value]:
    """Who is changed, and the value that a field gets."""
    assert change.action.permission is permission, "another right is needed for this"
    where, today, action = sorting_out.who(work, chosen), work.clock.today(), change.action
    if action in (Action.DISABLE, Action.ENABLE):
        off = Patron.enabled == sa.false()
        return Sorted(where, off if action is Action.DISABLE else ~off, sparing=True), None
    if action in (Action.BLOCK, Action.UNBLOCK):
        _needs_text(change, "Blocking needs a comment." if action is Action.BLOCK else "Unblocking needs a comment.")
        _not_past(change, today)
        blocked = Patron.id.in_(sa.select(Block.patron_id).where(blocked_now(today)))
        return Sorted(where, blocked if action is Action.BLOCK else ~blocked, sparing=action is Action.BLOCK), None
    if action in (Action.PROTECT, Action.UNPROTECT):
        if action is Action.PROTECT:
            _needs_text(change, "Keeping patrons needs a reason.")
            _not_past(change, today)
        kept = Patron.id.in_(sa.select(Protection.patron_id).where(protected_now(today)))
        return Sorted(where, kept if action is Action.PROTECT else ~kept), None
    value = _value(work, change)
    column = getattr(Patron, _COLUMNS[action])
    ends = action is Action.EXPIRY_DATE and change.day is not None
    return (
        Sorted(
            where,
            column.is_not_distinct_from(value),
            sparing=ends and change.day is not None and change.day < today,
            locked=sa.cast(Patron.locked_fields, sa.Text()).contains(f'"{action.value}"', autoescape=True)
            & Patron.locked_fields.is_not(None),
            unfit=sa.and_(Patron.registered_on.is_not(None), Patron.registered_on > change.day) if ends else None,
        ),
        value,
    )


def _needs_text(change: BulkChange, missing: str) -> None:
    if not _text(change):
        raise WrongUsage(missing, "Say why; it is kept with each of them.")


def _not_past(change: BulkChange, today: dt.date) -> None:
    if change.day is not None and change.day < today:
        raise WrongUsage("That day has passed.", "Choose a later day, or none.")


def _text(change: BulkChange) -> str | None:
    return " ".join((change.text or "").split()) or None


def _value(work: Work, change: BulkChange) -> Value:
    """What is to be stored. Raises WrongUsage for a name that there is not, or one that is too long."""
    if change.action in (Action.EXPIRY_DATE, Action.PURGE_DATE):
        return change.day
    name = _text(change)
    if name is None:
        return None
    if change.action is Action.HOMEROOM:
        if len(name) > _LONGEST_ROOM:
            raise WrongUsage(f"This has {len(name):,} characters; at most {_LONGEST_ROOM} are possible.", "Write it shorter.")
        return name
    table, said = (UserGroup, "user group") if change.action is Action.USER_GROUP else (YearLevel, "year level")
    key = work.session.scalar(sa.select(table.id).where(table.name == name))
    if key is None:
        raise WrongUsage(f"There is no {said} “{name}”.", "Choose one that there is.")
    return key


# ------------------------------------------------------------------------------------------------------ what is written


def _disable(work: Work, change: BulkChange) -> None:
    activation.deactivate(
        work.session, going, now=work.clock.now(), staff_id=work.actor.staff_id, through=activation.BY_FILTER,
        reason=_text(change),
    )  # fmt: skip


def _enable(work: Work, _change: BulkChange) -> None:
    activation.reactivate(work.session, going, now=work.clock.now())


def _block(work: Work, change: BulkChange) -> None:
    _put(work, Block, {"comment": _text(change), "until": change.day})


def _unblock(work: Work, change: BulkChange) -> None:
    now = work.clock.now()
    lifted = {"lifted_at": now, "lifted_by_id": work.actor.staff_id, "lift_comment": _text(change)}
    where = (Block.patron_id.in_(going), blocked_now(work.clock.today()))
    work.session.execute(sa.update(Block).where(*where).values(**lifted).execution_options(synchronize_session=False))
    touch(work.session, now, going)


def _protect(work: Work, change: BulkChange) -> None:
    _put(work, Protection, {"reason": _text(change), "until": change.day})


def _unprotect(work: Work, _change: BulkChange) -> None:
    now = work.clock.now()
    where = (Protection.patron_id.in_(going), Protection.ended_at.is_(None))
    work.session.execute(sa.update(Protection).where(*where).values(ended_at=now).execution_options(synchronize_session=False))
    touch(work.session, now, going)


def _put(work: Work, table: type[Block | Protection], values: dict[str, object]) -> None:
    """A row for each of them."""
    now, target = work.clock.now(), table_of(table)
    row = {**values, "author_id": work.actor.staff_id, "created_at": now}
    given = [sa.literal(value, target.c[name].type) for name, value in row.items()]
    rows = sa.select(sorting_out.GOING.c.patron_id, *given)
    work.session.execute(sa.insert(target).from_select(["patron_id", *row], rows))
    touch(work.session, now, going)


_DO: dict[Action, Callable[[Work, BulkChange], None]] = {
    Action.DISABLE: _disable, Action.ENABLE: _enable, Action.BLOCK: _block, Action.UNBLOCK: _unblock,
    Action.PROTECT: _protect, Action.UNPROTECT: _unprotect,
}  # fmt: skip


def _set(work: Work, action: Action, value: Value) -> None:
    """Writes a field, with what it was before in each patron's history."""
    session, now, column = work.session, work.clock.now(), getattr(Patron, _COLUMNS[action])
    words = _words(work, action)
    old = session.execute(sa.select(Patron.id, column).where(Patron.id.in_(going)).order_by(Patron.id)).all()
    for start in range(0, len(old), _AT_ONCE):
        session.execute(
            sa.insert(PatronChange),
            [{"patron_id": key, "field": action.value, "old": words(before), "new": words(value),
              "author_id": work.actor.staff_id, "at": now} for key, before in old[start : start + _AT_ONCE]],
        )  # fmt: skip
    values = {_COLUMNS[action]: value, "version": Patron.version + 1, "updated_at": now}
    session.execute(sa.update(Patron).where(Patron.id.in_(going)).values(**values).execution_options(synchronize_session=False))
    if action in (Action.YEAR_LEVEL, Action.HOMEROOM):
        _refresh(work, [key for key, _ in old])


def _words(work: Work, action: Action) -> Callable[[Value], str | None]:
    """How a stored value reads in the history."""
    if action in (Action.USER_GROUP, Action.YEAR_LEVEL):
        table = UserGroup if action is Action.USER_GROUP else YearLevel
        known = {key: name for key, name in work.session.execute(sa.select(table.id, table.name))}
        return lambda value: known.get(value) if isinstance(value, int) else None
    return lambda value: messages.day(value) if isinstance(value, dt.date) else None if value is None else str(value)


def _refresh(work: Work, ids: list[int]) -> None:
    """They are searched by these fields too."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        some = sa.select(Patron).where(Patron.id.in_(going), Patron.id >= part[0], Patron.id <= part[-1])
        patrons = work.session.scalars(some.execution_options(populate_existing=True)).all()
        refresh_searches(work.session, patrons)
        work.session.flush()
        for patron in patrons:
            work.session.expunge(patron)
