"""Titles and their copies."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base, partial


class Title(Base):
    """What a library can be asked for; its copies are items."""

    __tablename__ = "titles"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    title: Mapped[str] = mapped_column(sa.Text)
    author: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_titles_library_id_title", "library_id", "title"),)


class Item(Base):
    """A physical copy. `price` in minor units, null where unknown.

    `status`: available, on_loan, on_hold, lost, withdrawn, on_order, in_process.
    """

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    title_id: Mapped[int] = mapped_column(sa.ForeignKey("titles.id"), index=True)
    barcode: Mapped[str] = mapped_column(sa.String(60))
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    call_number: Mapped[str | None] = mapped_column(sa.String(120))
    collection: Mapped[str | None] = mapped_column(sa.String(120))
    price: Mapped[int | None]
    status: Mapped[str] = mapped_column(sa.String(20), default="available")

    __table_args__ = (
        sa.UniqueConstraint("library_id", "barcode"),
        sa.Index("uq_items_external_id", "library_id", "external_id", unique=True, **partial("external_id IS NOT NULL")),
    )
