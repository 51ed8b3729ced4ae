"""Patrons and what hangs on them alone: former barcodes, notes, files, blocks, protections, portraits, overrides, changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import LASTING_KEYS, Base, partial


class Patron(Base):
    """A person's account at one library. The three keys are each unique within the library when present.

    `version` grows with every change to the record or to what hangs on it; a frozen plan compares it.
    `sort_key` and `search_text` are folded copies (see `folding`), written by whoever writes the names.
    `deactivated_through`: hand, file, filter, cohort, rollover, update. `locked_fields`: names of columns that imports leave
    as they are. `last_activity_at` is the latest check-out, renewal,
    return or payment, kept by `services.changes.refresh_activity` so that a page need not look at every past loan.
    """

    __tablename__ = "patrons"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    version: Mapped[int] = mapped_column(default=1)
    username: Mapped[str | None] = mapped_column(sa.String(120))
    barcode: Mapped[str | None] = mapped_column(sa.String(60))
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    family_name: Mapped[str] = mapped_column(sa.String(400))
    given_name: Mapped[str | None] = mapped_column(sa.String(400))
    middle_name: Mapped[str | None] = mapped_column(sa.String(400))
    preferred_name: Mapped[str | None] = mapped_column(sa.String(400))
    sort_key: Mapped[str] = mapped_column(sa.Text)
    search_text: Mapped[str] = mapped_column(sa.Text)
    gender: Mapped[str | None] = mapped_column(sa.String(40))
    birth_date: Mapped[dt.date | None]
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(60))
    street: Mapped[str | None] = mapped_column(sa.String(400))
    city: Mapped[str | None] = mapped_column(sa.String(120))
    state: Mapped[str | None] = mapped_column(sa.String(120))
    post_code: Mapped[str | None] = mapped_column(sa.String(40))
    country: Mapped[str | None] = mapped_column(sa.String(120))
    language: Mapped[str | None] = mapped_column(sa.String(60))
    patron_type_id: Mapped[int] = mapped_column(sa.ForeignKey("patron_types.id"), index=True)
    user_group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_groups.id"))
    record_type: Mapped[str] = mapped_column(sa.String(20), default="public")
    account_type: Mapped[str] = mapped_column(sa.String(20), default="external")
    access_level: Mapped[str | None] = mapped_column(sa.String(60))
    persona: Mapped[str | None] = mapped_column(sa.String(40))
    year_level_id: Mapped[int | None] = mapped_column(sa.ForeignKey("year_levels.id"))
    homeroom: Mapped[str | None] = mapped_column(sa.String(60))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohorts.id"))
    graduation_year: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    deactivated_at: Mapped[dt.datetime | None]
    deactivated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"))
    deactivated_through: Mapped[str | None] = mapped_column(sa.String(20))
    deactivated_reason: Mapped[str | None] = mapped_column(sa.String(400))
    expiry_date: Mapped[dt.date | None]
    purge_date: Mapped[dt.date | None]
    registered_on: Mapped[dt.date | None]
    guarantor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("patrons.id"))
    last_activity_at: Mapped[dt.datetime | None]
    locked_fields: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]

    __table_args__ = (
        sa.UniqueConstraint("library_id", "username"),
        sa.UniqueConstraint("library_id", "barcode"),
        sa.UniqueConstraint("library_id", "external_id"),
        sa.Index("ix_patrons_order", "library_id", "sort_key", "id"),
        # The User Purge page: page, count and walk without touching an enabled patron.
        sa.Index("ix_patrons_candidates", "library_id", "sort_key", "id", **partial("enabled = 0", "enabled = false")),
        sa.Index("ix_patrons_user_group_id", "user_group_id", **partial("user_group_id IS NOT NULL")),
        sa.Index("ix_patrons_year_level_id", "year_level_id", **partial("year_level_id IS NOT NULL")),
        sa.Index("ix_patrons_cohort_id", "cohort_id", **partial("cohort_id IS NOT NULL")),
        sa.Index("ix_patrons_guarantor_id", "guarantor_id", **partial("guarantor_id IS NOT NULL")),
        sa.Index("ix_patrons_deactivated_by_id", "deactivated_by_id", **partial("deactivated_by_id IS NOT NULL")),
        LASTING_KEYS,
    )


class FormerBarcode(Base):
    """A barcode that a patron once had; it still finds the patron, marked "old card"."""

    __tablename__ = "former_barcodes"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    barcode: Mapped[str] = mapped_column(sa.String(60), index=True)
    replaced_on: Mapped[dt.date | None]


class PatronNote(Base):
    """Free text about a patron."""

    __tablename__ = "patron_notes"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    created_at: Mapped[dt.datetime]


class PatronAttachment(Base):
    """A file kept with a patron: a letter, a form. Lists never read its `content`; `size` is in bytes."""

    __tablename__ = "patron_attachments"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    content: Mapped[bytes]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    created_at: Mapped[dt.datetime]


class PatronChange(Base):
    """One field changed by hand: who, when, the old and the new value as words. It goes with the patron.

    The audit log says only that something was changed; what it said is personal and so kept here.
    """

    __tablename__ = "patron_changes"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    field: Mapped[str] = mapped_column(sa.String(40))
    old: Mapped[str | None] = mapped_column(sa.Text)
    new: Mapped[str | None] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    at: Mapped[dt.datetime]


class Block(Base):
    """A manual block at this library [Quria]; it counts while not lifted and not past `until`."""

    __tablename__ = "blocks"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    comment: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    created_at: Mapped[dt.datetime]
    until: Mapped[dt.date | None]
    lifted_at: Mapped[dt.datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    lift_comment: Mapped[str | None] = mapped_column(sa.Text)


class Protection(Base):
    """A "keep" flag; it holds while not ended and not past `until`."""

    __tablename__ = "protections"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    created_at: Mapped[dt.datetime]
    until: Mapped[dt.date | None]
    ended_at: Mapped[dt.datetime | None]


class Portrait(Base):
    """A patron's picture, apart from the record so that lists never read it unasked."""

    __tablename__ = "portraits"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), unique=True)
    media_type: Mapped[str] = mapped_column(sa.String(40))
    image: Mapped[bytes]


class GuardOverride(Base):
    """A reason set aside for one patron by someone with the permission; joined in the guard query.

    With a `batch_id` it holds for that batch only; without, until the patron is purged or it is withdrawn.
    """

    __tablename__ = "guard_overrides"

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"))
    code: Mapped[str] = mapped_column(sa.String(30))
    comment: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    created_at: Mapped[dt.datetime]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"), index=True)

    __table_args__ = (sa.UniqueConstraint("patron_id", "code", "batch_id"), LASTING_KEYS)


# Every word that a patron may be found by, once: a range of this table answers "begins with" at a million patrons on either
# engine. Triggers of the database keep it equal to `patrons.search_text` (migration 0004), whoever writes that. No foreign
# key: it would ask for a second tree, only to say what the triggers ensure.
PATRON_WORDS = sa.Table(
    "patron_words",
    Base.metadata,
    sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
