"""Deactivating and reactivating many patrons at once, with who, when and why; some accounts stay active whatever a file says."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.services.access import ADMINISTRATOR
from patrondesk.services.door import Work
from patrondesk.services.importing.tables import PATRONS as P
from patrondesk.services.importing.tables import ROLES, STAFF

PREFIX = "Inactive-"


class Activation:
    """`through` says what deactivates: file, filter, update, ..."""

    def __init__(self, work: Work, through: str) -> None:
        self._work, self._through = work, through
        self._now = work.clock.now()

    def must_stay(self, patron: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """The operator's own account, and the library's last active administrator."""
        others = STAFF.alias("other_staff")
        account = P.alias("other_account")
        another = sa.exists().where(
            others.c.library_id == self._work.library_id,
            others.c.id != STAFF.c.id,
            others.c.role_id == STAFF.c.role_id,
            account.c.id == others.c.patron_id,
            account.c.enabled == sa.true(),
        )
        last = sa.and_(STAFF.c.role_id == sa.select(ROLES.c.id).where(ROLES.c.code == ADMINISTRATOR).scalar_subquery(), ~another)
        return sa.exists().where(STAFF.c.patron_id == patron, sa.or_(STAFF.c.id == self._work.actor.staff_id, last))

    def marks(self, reason: str | None) -> dict[str, sa.ColumnElement[Any]]:
        """The columns of a patron that tell of a deactivation, with their values."""
        return {
            "deactivated_at": sa.literal(self._now, P.c.deactivated_at.type),
            "deactivated_by_id": sa.literal(self._work.actor.staff_id),
            "deactivated_through": sa.literal(self._through), "deactivated_reason": sa.literal(reason, sa.Text()),
        }  # fmt: skip

    def disable(self, chosen: sa.Select[tuple[int]], reason: str | None) -> None:
        """Deactivates the chosen patrons, all of whom are active."""
        self._write(chosen, enabled=sa.false(), **self.marks(reason))

    def enable(self, chosen: sa.Select[tuple[int]]) -> None:
        """Makes the chosen patrons active again; one whose username was prefixed gets it back, where nobody has it by now."""
        rest = sa.func.substr(P.c.username, len(PREFIX) + 1)
        namesake = P.alias("namesake")
        free = ~sa.exists().where(namesake.c.library_id == P.c.library_id, namesake.c.username == rest)
        prefixed = sa.and_(P.c.username.startswith(PREFIX), free)
        self._write(
            chosen,
            enabled=sa.true(),
            username=sa.case((prefixed, rest), else_=P.c.username),
            **dict.fromkeys(("deactivated_at", "deactivated_by_id", "deactivated_through", "deactivated_reason"), sa.null()),
        )

    def _write(self, chosen: sa.Select[tuple[int]], **values: sa.ColumnElement[Any]) -> None:
        self._work.session.execute(
            sa.update(P).where(P.c.id.in_(chosen)).values(**values, version=P.c.version + 1, updated_at=self._now)
        )
