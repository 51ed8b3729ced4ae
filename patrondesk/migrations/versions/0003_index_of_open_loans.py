"""The index of open loans, made so that SQLite chooses it.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

from patrondesk.models import base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index of open loans, made so that SQLite chooses it."""
    op.drop_index("ix_loans_open", table_name="loans")
    op.create_index("ix_loans_open", "loans", ["patron_id", "status"], **base.partial_on_both("status = 'open'"))
