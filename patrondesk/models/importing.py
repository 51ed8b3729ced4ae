"""What imports did: numbers, and remarks by line, without the values that stood in the file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class ImportRun(Base):
    """One import that was applied. The file's name is kept without its folder."""

    __tablename__ = "import_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_name: Mapped[str] = mapped_column(sa.String(255))
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    counts: Mapped[dict[str, Any]]


class ImportMessageRow(Base):
    """A remark of an import: line, kind, code and field; worded when shown. `patron_id` is an internal id."""

    __tablename__ = "import_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_runs.id"), index=True)
    line: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(12))
    code: Mapped[str] = mapped_column(sa.String(40))
    field: Mapped[str | None] = mapped_column(sa.String(40))
    patron_id: Mapped[int | None]
