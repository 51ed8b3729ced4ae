"""Overrides: a reason set aside for one patron, by someone with the permission, with a comment."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.patron import GuardOverride
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import Override
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.purging.plan import check_overrides


@operation(Permission.PURGE_OVERRIDE)
def add_override(work: Work, patron_id: PatronId, code: str, comment: str) -> None:
    """Sets a reason aside until the patron is purged or it is withdrawn.

    Raises WrongUsage without a comment, or for an absolute reason.
    """
    check_overrides([Override(patron_id, code, comment)])
    patron = find_patron(work, patron_id)
    _withdraw(work, patron_id, code)
    now = work.clock.now()
    work.session.add(
        GuardOverride(patron_id=patron.id, code=code, comment=comment.strip(), author_id=work.actor.staff_id, created_at=now)
    )
    touch(work.session, now, [patron.id])
    work.record("override.add", {"code": code}, patron.id)


@operation(Permission.PURGE_OVERRIDE)
def withdraw_override(work: Work, patron_id: PatronId, code: str) -> bool:
    """Lets the reason hold again; False when it was not set aside."""
    patron = find_patron(work, patron_id)
    if not _withdraw(work, patron_id, code):
        return False
    touch(work.session, work.clock.now(), [patron.id])
    work.record("override.withdraw", {"code": code}, patron.id)
    return True


def _withdraw(work: Work, patron_id: PatronId, code: str) -> bool:
    standing = work.session.scalars(
        sa.select(GuardOverride).where(
            GuardOverride.patron_id == patron_id, GuardOverride.code == code, GuardOverride.batch_id.is_(None)
        )
    ).all()
    for override in standing:
        work.session.delete(override)
    work.session.flush()
    return bool(standing)
