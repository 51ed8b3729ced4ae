"""Requests to see the data that is held about a person, and each time it was handed out."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import LASTING_KEYS, Base, partial


class AccessRequest(Base):
    """Somebody asked to see the data; while it is open the record may not be destroyed. `rule`: ferpa, gdpr, other."""

    __tablename__ = "access_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    rule: Mapped[str] = mapped_column(sa.String(12))
    opened_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    comment: Mapped[str | None] = mapped_column(sa.Text)
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    outcome: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_access_requests_open", "patron_id", **partial("closed_at IS NULL")), LASTING_KEYS)


class DataDownload(Base):
    """One download of a patron's data: who, when, in which format, why. It goes with the patron; the audit entry stays."""

    __tablename__ = "data_downloads"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("access_requests.id"), index=True)
    at: Mapped[dt.datetime]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    format: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str | None] = mapped_column(sa.Text)
