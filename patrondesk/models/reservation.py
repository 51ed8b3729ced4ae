"""Reservations: a patron's request for a title or for one copy."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import LASTING_KEYS, Base


class Reservation(Base):
    """`status`: open, filled, cancelled, expired. `held_since`: from when a copy (`item_id`, on hold) waits for the patron."""

    __tablename__ = "reservations"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    title_id: Mapped[int] = mapped_column(sa.ForeignKey("titles.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("items.id"), index=True)
    requested_on: Mapped[dt.date | None]
    expires_on: Mapped[dt.date | None]
    held_since: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(sa.String(12), default="open")
