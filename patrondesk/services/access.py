"""Ready-made roles: named sets of permissions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.staff import Role, RolePermission
from patrondesk.records.staff import Permission

PATRON = "patron"
ADMINISTRATOR = "administrator"
DISTRICT = "district"

_READER = frozenset({Permission.VIEW_PATRONS, Permission.REPORTS})
_ASSISTANT = _READER | {Permission.EDIT_PATRONS, Permission.CIRCULATION, Permission.BLOCK}
_LIBRARIAN = frozenset(Permission) - {Permission.SETTINGS, Permission.MANAGE_STAFF}

ROLES: dict[str, tuple[str, frozenset[Permission]]] = {
    ADMINISTRATOR: ("Administrator", frozenset(Permission)),
    "librarian": ("Librarian", _LIBRARIAN),
    "assistant": ("Library assistant", _ASSISTANT),
    "reader": ("Read only", _READER),
    DISTRICT: ("District", frozenset(Permission)),
    PATRON: ("Patron", frozenset()),
}


def make_roles(session: Session) -> None:
    """Writes the ready-made roles into a new database."""
    for code, (name, permissions) in ROLES.items():
        role = Role(code=code, name=name)
        session.add(role)
        session.flush()
        session.add_all(RolePermission(role_id=role.id, permission=p.value) for p in sorted(permissions))


def read_permissions(session: Session, role_id: int) -> frozenset[Permission]:
    """What a role grants. A word that this version does not know grants nothing."""
    known = {p.value: p for p in Permission}
    words = session.scalars(sa.select(RolePermission.permission).where(RolePermission.role_id == role_id))
    return frozenset(known[word] for word in words if word in known)
