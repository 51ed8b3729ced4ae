"""Staff accounts and roles: who signs in, with which set of permissions, at which libraries."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class Role(Base):
    """A named set of permissions."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))


class RolePermission(Base):
    """One permission of a role."""

    __tablename__ = "role_permissions"

    role_id: Mapped[int] = mapped_column(sa.ForeignKey("roles.id"), primary_key=True)
    permission: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class StaffAccount(Base):
    """A person who signs in, or once did. What staff did refers to this row and not to the patron.

    So a former librarian can be purged like anyone: `patron_id` becomes null and the name a neutral word, in one
    place. `role_id` null: no role any more. Hashes are argon2id.
    """

    __tablename__ = "staff_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    patron_id: Mapped[int | None] = mapped_column(sa.ForeignKey("patrons.id", use_alter=True), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(400))
    role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roles.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    recovery_hash: Mapped[str | None] = mapped_column(sa.String(200))
    failed_tries: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[dt.datetime | None]
    last_signed_in_at: Mapped[dt.datetime | None]


class StaffLibrary(Base):
    """A library at which somebody with a district role works; without any row such a person works at all of them."""

    __tablename__ = "staff_libraries"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), primary_key=True, index=True)


class SignInToken(Base):
    """Lets an account sign in without its password, from where the token itself is kept; here is only its SHA-256.

    `purpose`: computer (the system's keyring keeps it), jobs (a scheduled runner does). `label` says where, for the list.
    """

    __tablename__ = "sign_in_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(12))
    label: Mapped[str] = mapped_column(sa.String(120))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime]
