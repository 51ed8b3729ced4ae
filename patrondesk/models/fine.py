"""Fines and their lines of payment, waiver and credit. Money is integer minor units."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base, partial


class Fine(Base):
    """`status`: active, in_dispute, closed. `amount` and `balance` null: a bill whose amount is not known.

    A negative balance is a credit. `origin`: import, lost (raised when an item was marked lost), late, lifted, desk.
    """

    __tablename__ = "fines"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"), index=True)
    patron_id: Mapped[int | None] = mapped_column(sa.ForeignKey("patrons.id"))
    loan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("loans.id"))
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("items.id"))
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    type: Mapped[str] = mapped_column(sa.String(120))
    origin: Mapped[str] = mapped_column(sa.String(12), default="import")
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    balance: Mapped[int | None] = mapped_column(sa.BigInteger)
    status: Mapped[str] = mapped_column(sa.String(12), default="active")
    charged_on: Mapped[dt.date | None]
    comment: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_fines_patron_id", "patron_id", "status", "balance", **partial("patron_id IS NOT NULL")),
        sa.Index("ix_fines_loan_id", "loan_id", **partial("loan_id IS NOT NULL")),
        sa.Index("ix_fines_item_id", "item_id", **partial("item_id IS NOT NULL")),
        sa.Index("uq_fines_external_id", "library_id", "external_id", unique=True, **partial("external_id IS NOT NULL")),
    )


class FineLine(Base):
    """A payment, waiver or credit against a fine. `amount` null: the fine's amount was not known.

    Lines written by a purge carry its batch, so that an undo takes exactly them away.
    """

    __tablename__ = "fine_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    fine_id: Mapped[int] = mapped_column(sa.ForeignKey("fines.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    at: Mapped[dt.datetime]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    reason: Mapped[str | None] = mapped_column(sa.String(120))
    comment: Mapped[str | None] = mapped_column(sa.Text)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"))

    __table_args__ = (sa.Index("ix_fine_lines_batch_id", "batch_id", **partial("batch_id IS NOT NULL")),)
