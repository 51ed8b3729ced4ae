"""Roles: named sets of permissions, shared by the libraries of a database; some are ready-made and always there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.errors import NotPermitted, Refused, WrongUsage
from patrondesk.models.staff import Role, RolePermission, StaffAccount
from patrondesk.records.staff import PERMISSION_WORDS, Permission, RoleLine
from patrondesk.services import access, staff_rules
from patrondesk.services.door import Work, operation

_FIXED = {
    access.ADMINISTRATOR: "The administrator always has every right.",
    access.PATRON: "A patron sees only My account, and never gets a right.",
}


@operation(Permission.MANAGE_STAFF, reads=True)
def list_roles(work: Work) -> list[RoleLine]:
    """Every role with its permissions and how many have it, the ready-made ones first."""
    people = dict(
        work.session.execute(
            sa.select(StaffAccount.role_id, sa.func.count())
            .where(StaffAccount.role_id.is_not(None), StaffAccount.patron_id.is_not(None))
            .group_by(StaffAccount.role_id)
        ).all()
    )
    return [
        RoleLine(
            role.code,
            role.name,
            access.read_permissions(work.session, role.id),
            people.get(role.id, 0),
            role.code in access.ROLES,
            _FIXED.get(role.code, ""),
        )
        for role in work.session.scalars(sa.select(Role).order_by(Role.id))
    ]


@operation(Permission.MANAGE_STAFF)
def add_role(work: Work, name: str, permissions: Collection[Permission], *, code: str = "") -> str:
    """Makes a role and returns its code, made of `code` or else of the name.

    Raises Refused for a name that is taken, NotPermitted for rights beyond one's own.
    """
    staff_rules.guard_roles(work)
    name = _free_name(work, name)
    wanted = frozenset(permissions)
    _guard_held(work, wanted)
    role = Role(code=_free_code(work, code or name), name=name)
    work.session.add(role)
    work.session.flush()
    work.session.add_all(RolePermission(role_id=role.id, permission=p.value) for p in sorted(wanted))
    work.record("roles.add", {"role": str(role.id), "permissions": sorted(p.value for p in wanted)})
    return role.code


@operation(Permission.MANAGE_STAFF)
def rename_role(work: Work, code: str, name: str) -> None:
    """Calls a role something else; its code stays. Raises Refused for a name that is taken."""
    staff_rules.guard_roles(work)
    role = staff_rules.find_role(work, code)
    if role.name == name.strip():
        return
    role.name = _free_name(work, name)
    work.record("roles.rename", {"role": _told(role)})


@operation(Permission.MANAGE_STAFF)
def change_role_set(work: Work, code: str, permissions: Collection[Permission]) -> None:
    """Gives a role exactly these permissions.

    Raises Refused for administrator and patron and where one would lose a right oneself, NotPermitted for adding one that
    one does not have.
    """
    staff_rules.guard_roles(work)
    role = staff_rules.find_role(work, code)
    if role.code in _FIXED:
        raise Refused(_FIXED[role.code], "Make a role of your own instead.", "FIXED_ROLE")
    present, wanted = access.read_permissions(work.session, role.id), frozenset(permissions)
    added, taken = wanted - present, present - wanted
    _guard_held(work, added)
    if taken and role.code == work.actor.role:
        raise Refused("You cannot take rights from your own role.", "Ask another administrator.", "OWN_ACCOUNT")
    beyond = staff_rules.missing_rights(work, present)
    if beyond and (added or taken):
        raise NotPermitted(
            f"You may not change the role {role.name}: it has rights that you do not have ({_said(beyond)}).",
            "Ask an administrator of the library.",
            "MORE_THAN_OWN",
        )
    if not added and not taken:
        return
    words = sorted(p.value for p in taken)
    work.session.execute(sa.delete(RolePermission).where(RolePermission.role_id == role.id, RolePermission.permission.in_(words)))
    work.session.add_all(RolePermission(role_id=role.id, permission=p.value) for p in sorted(added))
    work.record("roles.change", {"role": _told(role), "added": sorted(p.value for p in added), "taken": words})


@operation(Permission.MANAGE_STAFF)
def remove_role(work: Work, code: str) -> None:
    """Removes a role that nobody has. Raises Refused for a ready-made one, or while somebody has it."""
    staff_rules.guard_roles(work)
    role = staff_rules.find_role(work, code)
    if role.code in access.ROLES:
        raise Refused(f"The role {role.name} is always there.", "It does no harm while nobody has it.", "READY_MADE")
    holders = work.session.scalar(sa.select(sa.func.count()).where(StaffAccount.role_id == role.id)) or 0
    if holders:
        has = "has" if holders == 1 else "have"
        raise Refused(
            f"{messages.count(holders, 'person', 'people')} {has} the role {role.name}.", "Give them another one first.", "IN_USE"
        )
    work.session.execute(sa.delete(RolePermission).where(RolePermission.role_id == role.id))
    work.session.delete(role)
    work.record("roles.remove", {"role": str(role.id)})


def _told(role: Role) -> str:
    """A role as the log names it: by its code where that is ours, else by its number."""
    return role.code if role.code in access.ROLES else str(role.id)


def _said(permissions: Collection[Permission]) -> str:
    return messages.listed([PERMISSION_WORDS[p][0].lower() for p in sorted(permissions)])


def _guard_held(work: Work, permissions: frozenset[Permission]) -> None:
    beyond = staff_rules.missing_rights(work, permissions)
    if beyond:
        raise NotPermitted(
            f"You may not give rights that you do not have ({_said(beyond)}).",
            "Ask an administrator of the library.",
            "MORE_THAN_OWN",
        )


def _free_name(work: Work, name: str) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise WrongUsage("A role needs a name.", "Give one, such as Student helper.")
    if work.session.scalar(sa.select(Role.id).where(sa.func.lower(Role.name) == name.lower())) is not None:
        raise Refused(f"There is a role “{name}” already.", "Choose another name.", "TAKEN")
    return name


def _free_code(work: Work, name: str) -> str:
    """A word for the command line: `Student helper` -> `student-helper`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36] or "role"
    taken = set(work.session.scalars(sa.select(Role.code)))
    return next(code for code in (word, *(f"{word}-{n}" for n in range(2, 10_000))) if code not in taken)
