"""Who may change whose account: nobody loses the last administrator, and nobody gives a right that they do not have."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.database import lock_library
from patrondesk.errors import NotFound, NotPermitted, Refused
from patrondesk.models.library import Library
from patrondesk.models.patron import Block, Patron
from patrondesk.models.staff import Role, StaffAccount, StaffLibrary
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import PERMISSION_WORDS, Permission
from patrondesk.services import access
from patrondesk.services.changes import find_patron
from patrondesk.services.door import Work


def able(work: Work) -> sa.ColumnElement[bool]:
    """Holds for a Patron joined to a StaffAccount who can sign in today: has a password, is enabled, not expired, not blocked."""
    today = work.clock.today()
    blocked = sa.exists().where(
        Block.patron_id == Patron.id, Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today)
    )
    return sa.and_(
        StaffAccount.password_hash.is_not(None),
        Patron.enabled == sa.true(),
        sa.or_(Patron.expiry_date.is_(None), Patron.expiry_date >= today),
        ~blocked,
    )


def find_administrators(work: Work) -> list[int]:
    """The patrons who administer the library and can sign in today."""
    return list(
        work.session.scalars(
            sa.select(Patron.id)
            .join(StaffAccount, StaffAccount.patron_id == Patron.id)
            .join(Role, Role.id == StaffAccount.role_id)
            .where(Patron.library_id == work.library_id, Role.code == access.ADMINISTRATOR, able(work))
        )
    )


def guard_last_administrator(work: Work, patron_id: PatronId) -> None:
    """Raises Refused when this patron is the only administrator of the library who can still sign in.

    Called before anything that would keep the patron from signing in. Two who do so at once wait for each other.
    """
    lock_library(work.session, work.library_id)
    if find_administrators(work) == [patron_id]:
        raise Refused("This is the last administrator.", "Make another one first.", "LAST_ADMINISTRATOR")


def find_account(work: Work, patron_id: PatronId) -> tuple[StaffAccount, Patron, Role]:
    """An account with a role, of the current library. Raises NotFound."""
    patron = find_patron(work, patron_id)
    row = work.session.execute(
        sa.select(StaffAccount, Role).join(Role, Role.id == StaffAccount.role_id).where(StaffAccount.patron_id == patron.id)
    ).first()
    if row is None:
        raise NotFound("This patron has no staff account.", "Give one first.", "NO_ACCOUNT")
    return row[0], patron, row[1]


def find_role(work: Work, code: str) -> Role:
    """A role by its code. Raises NotFound, naming those that there are."""
    role = work.session.scalars(sa.select(Role).where(Role.code == code.strip().lower())).first()
    if role is None:
        known = work.session.scalars(sa.select(Role.code).order_by(Role.id)).all()
        raise NotFound(f"There is no role “{code}”.", f"Choose one of: {messages.listed(list(known))}.", "NO_ROLE")
    return role


def guard_own(work: Work, patron_id: PatronId, what: str) -> None:
    """Raises Refused for one's own account. `what` goes on from "You cannot": "remove your own role"."""
    if patron_id == work.actor.id:
        raise Refused(f"You cannot {what}.", "Ask another administrator.", "OWN_ACCOUNT")


def guard_grant(work: Work, role: Role, verb: str = "give") -> None:
    """Raises NotPermitted when the role holds a permission that the person at the desk does not hold.

    The same protects accounts: whoever could set the password of a stronger account could sign in as it.
    """
    beyond = access.read_permissions(work.session, role.id) - work.actor.permissions
    if beyond:
        words = messages.listed([PERMISSION_WORDS[permission][0].lower() for permission in sorted(beyond)])
        raise NotPermitted(
            f"You may not {verb} the role {role.name}: it has rights that you do not have ({words}).",
            "Ask an administrator of the library.",
            "MORE_THAN_OWN",
        )
    if role.code == access.DISTRICT and not _may_give_district(work):
        raise NotPermitted(
            f"You may not {verb} the role {role.name}: it reaches into other libraries.",
            "Ask somebody with the district role.",
            "MORE_THAN_OWN",
        )


def _may_give_district(work: Work) -> bool:
    """A district person may; with one library anybody may whose rights suffice; the first one of a district is made by an
    administrator of its first library.
    """  # noqa: D205 - one sentence
    every = work.session.scalars(sa.select(Library.id).order_by(Library.id)).all()
    if len(every) == 1 or work.actor.role == access.DISTRICT:
        return True
    lock_library(work.session, every[0])
    others = work.session.scalar(
        sa.select(sa.func.count())
        .select_from(StaffAccount)
        .join(Role, Role.id == StaffAccount.role_id)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .where(Role.code == access.DISTRICT, able(work))
    )
    return not others and work.actor.role == access.ADMINISTRATOR and work.library_id == every[0]


def reach_of(work: Work, staff_id: int) -> frozenset[int]:
    """The libraries that somebody with the district role works at."""
    bound = work.session.scalars(sa.select(StaffLibrary.library_id).where(StaffLibrary.staff_id == staff_id)).all()
    return frozenset(bound or work.session.scalars(sa.select(Library.id)))


def guard_roles(work: Work) -> None:
    """Roles are shared by the libraries of a database. Raises NotPermitted without the district role where there are several."""
    several = (work.session.scalar(sa.select(sa.func.count()).select_from(Library)) or 0) > 1
    if several and work.actor.role != access.DISTRICT:
        raise NotPermitted(
            "Roles are shared by all libraries of this database.", "Ask somebody with the district role.", "SHARED_ROLES"
        )


def missing_rights(work: Work, permissions: frozenset[Permission]) -> frozenset[Permission]:
    """Which of these the person at the desk does not hold."""
    return permissions - work.actor.permissions
