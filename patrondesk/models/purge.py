"""Batches: executed purges, what became of every planned patron, and the events on the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class Batch(Base):
    """One executed purge. planned = purged + refused + vanished + not_reached, always.

    `source`: page, list, plan, loans. `state` and `archive` as in records.purging. `policy` and `criteria` hold no
    personal data. `retain_loans` is what applied then.
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
