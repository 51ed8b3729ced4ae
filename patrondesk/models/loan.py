"""Loans, with the facets copied at check-out so that statistics outlive the patron; and the rules of lending."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import LASTING_KEYS, Base, partial


class Loan(Base):
    """`status`: open until it is returned, lost or closed; `ended_at` is when.

    The facets are words, not references: they say what was so at check-out. A kept loan of a purged patron has no
    `patron_id` but the random `pseudonym` of its borrower.
    """

    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    patron_id: Mapped[int | None] = mapped_column(sa.ForeignKey("patrons.id"))
    pseudonym: Mapped[int | None] = mapped_column(sa.BigInteger)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("items.id"), index=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    checked_out_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date | None]
    renewed_at: Mapped[dt.datetime | None]
    renewals: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(sa.String(12), default="open")
    patron_type: Mapped[str | None] = mapped_column(sa.String(80))
    user_group: Mapped[str | None] = mapped_column(sa.String(120))
    year_level: Mapped[str | None] = mapped_column(sa.String(60))
    homeroom: Mapped[str | None] = mapped_column(sa.String(60))
    academic_period: Mapped[str | None] = mapped_column(sa.String(40))
    collection: Mapped[str | None] = mapped_column(sa.String(120))

    __table_args__ = (
        sa.Index("ix_loans_patron_id", "patron_id", "checked_out_at", **partial("patron_id IS NOT NULL")),
        # `status` says nothing new here, but makes SQLite prefer it: without statistics it would read a patron's whole history.
        sa.Index("ix_loans_open", "patron_id", "status", **partial("status = 'open'")),
        sa.Index("uq_loans_open_item", "item_id", unique=True, **partial("status = 'open'")),
        sa.Index("ix_loans_pseudonym", "pseudonym", **partial("pseudonym IS NOT NULL")),
        sa.Index("uq_loans_external_id", "library_id", "external_id", unique=True, **partial("external_id IS NOT NULL")),
        sa.Index("ix_loans_library_id", "library_id", "checked_out_at"),
        LASTING_KEYS,
    )


class LoanRule(Base):
    """How a library lends to one patron type; `patron_type_id` null: to everybody for whom there is no other rule.

    `loan_limit`: most open loans at once, `renewal_limit`: most renewals of one loan, null is without limit. Money in minor
    units: `late_fine_per_day` from the day after `grace_days`, up to `late_fine_most` a loan (null: no limit).
    """

    __tablename__ = "loan_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    patron_type_id: Mapped[int | None] = mapped_column(sa.ForeignKey("patron_types.id"), index=True)
    loan_days: Mapped[int]
    loan_limit: Mapped[int | None]
    renewal_limit: Mapped[int | None]
    grace_days: Mapped[int] = mapped_column(default=0)
    late_fine_per_day: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    late_fine_most: Mapped[int | None] = mapped_column(sa.BigInteger)

    __table_args__ = (
        sa.UniqueConstraint("library_id", "patron_type_id"),
        sa.Index("uq_loan_rules_everybody", "library_id", unique=True, **partial("patron_type_id IS NULL")),
    )
