"""The library's own settings; only those that differ from their default are stored."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class Setting(Base):
    """One key of the library's policy, as text."""

    __tablename__ = "settings"

    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
