"""Plans and batches: whom a purge is to touch, executed purges, what became of each patron, and the events on the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import LASTING_KEYS, Base, partial


class PurgePlan(Base):
    """A frozen list of patrons to purge. Every batch has one; one that was saved for review waits in state `open`.

    `state` as in records.plans. `unknown` counts the words of a list that named nobody. `policy` is what applied when it
    was made, `criteria` how it was chosen: no personal data in either.
    """

    __tablename__ = "purge_plans"
    __table_args__ = (LASTING_KEYS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    made_at: Mapped[dt.datetime]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(12))
    unknown: Mapped[int] = mapped_column(default=0)
    policy: Mapped[dict[str, Any]]
    criteria: Mapped[dict[str, Any]]


class PurgePlanLine(Base):
    """One patron of a plan, by internal id: the record version seen, the reasons that held, what was set aside.

    `overrides`: [{code, comment}], null when there are none. Somebody may strike the patron out, with a note. Comments
    and notes are free text, so they go when the plan is discarded or the patron is purged.
    """

    __tablename__ = "purge_plan_lines"
    __table_args__ = (sa.Index("ix_purge_plan_lines_noted", "patron_id", **partial("note IS NOT NULL OR overrides IS NOT NULL")),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("purge_plans.id"), primary_key=True)
    patron_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    version: Mapped[int]
    reasons: Mapped[list[Any]]
    overrides: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    struck_at: Mapped[dt.datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


class Batch(Base):
    """One executed purge. planned = purged + refused + vanished + not_reached, always.

    `source`: page, list, plan, loans, delete. `state` and `archive` as in records.purging. `policy` and `criteria` hold no
    personal data. `retain_loans` is what applied then. `residue_found`: traces that
    the last residue check (`residue_at`) found outside the archive.
    """

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    started_at: Mapped[dt.datetime]
    heartbeat_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(30))
    archive: Mapped[str] = mapped_column(sa.String(20))
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("purge_plans.id"), index=True)
    planned: Mapped[int]
    purged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    vanished: Mapped[int] = mapped_column(default=0)
    not_reached: Mapped[int]
    undo_until: Mapped[dt.date | None]
    destroyed_at: Mapped[dt.datetime | None]
    retain_loans: Mapped[bool]
    backup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("backups.id"), index=True)
    comment: Mapped[str | None] = mapped_column(sa.Text)
    policy: Mapped[dict[str, Any]]
    criteria: Mapped[dict[str, Any]]
    residue_at: Mapped[dt.datetime | None]
    residue_found: Mapped[int | None]


class BatchLine(Base):
    """What became of one planned patron, by internal id. `reasons`: codes, counts and amounts, without names."""

    __tablename__ = "batch_lines"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), primary_key=True)
    patron_id: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[dt.datetime | None]
    planned_version: Mapped[int | None]
    changed: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[Any]]
    loans_kept: Mapped[int] = mapped_column(default=0)
    loans_deleted: Mapped[int] = mapped_column(default=0)
    loans_written_off: Mapped[int] = mapped_column(default=0)
    fines_waived: Mapped[int] = mapped_column(default=0)
    amount_waived: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    reservations_cancelled: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[dt.datetime | None]


class BatchEvent(Base):
    """Something a purge did on its way that a person may want to see: a reservation cancelled, a debt written off."""

    __tablename__ = "batch_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    patron_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int | None]
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)


class Tombstone(Base):
    """Recognises a purged patron who returns, by a keyed hash of the external id: pseudonymous, until `expires_on`.

    The key is the library's `secret`. `patron_id` is the internal id that the batch knows.
    """

    __tablename__ = "tombstones"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    patron_id: Mapped[int]
    expires_on: Mapped[dt.date]

    __table_args__ = (sa.Index(None, "library_id", "digest"),)
