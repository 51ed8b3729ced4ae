"""Responsibilities: whatever a patron record is still in charge of [FLVC]."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import LASTING_KEYS, Base


class Responsibility(Base):
    """`kind`: po_line, purchase_order, invoice, locked_bib, import_profile, md_editor, asset, grant; open or closed."""

    __tablename__ = "responsibilities"
    __table_args__ = LASTING_KEYS

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    patron_id: Mapped[int] = mapped_column(sa.ForeignKey("patrons.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    reference: Mapped[str] = mapped_column(sa.String(200))
    status: Mapped[str] = mapped_column(sa.String(12), default="open")
