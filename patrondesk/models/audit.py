"""The audit log: append-only, each entry hashed together with the one before it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class AuditEntry(Base):
    """Who (staff, by name), what, when, counts and internal ids; never a patron's name.

    `number` counts from 1 without gaps, the same for all libraries of a database; `hash` covers every column and
    `previous_hash`.
    """

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    library_id: Mapped[int | None] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    at: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    actor: Mapped[str] = mapped_column(sa.String(400))
    operation: Mapped[str] = mapped_column(sa.String(60))
    patron_id: Mapped[int | None] = mapped_column(index=True)  # an internal id, kept when the patron is gone
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class BackupRecord(Base):
    """A verified backup made of this library file; `destroyed_at` once it was removed. `purpose` says what for."""

    __tablename__ = "backups"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[dt.datetime]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    patrons: Mapped[int]
    audit_number: Mapped[int]
    audit_hash: Mapped[str] = mapped_column(sa.String(64))
    purpose: Mapped[str] = mapped_column(sa.String(40))
    expires_on: Mapped[dt.date | None]
    destroyed_at: Mapped[dt.datetime | None]
