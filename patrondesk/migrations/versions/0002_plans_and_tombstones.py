"""Plans that are kept, interrupted purges that go on, residue checks on record, and tombstones.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from patrondesk.models import base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Plans that are kept, interrupted purges that go on, residue checks on record, and tombstones."""
    op.create_table(
        "purge_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("made_at", base.UtcTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_purge_plans_author_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_purge_plans_library_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_plans")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_purge_plans_author_id"), "purge_plans", ["author_id"])
    op.create_index(op.f("ix_purge_plans_library_id"), "purge_plans", ["library_id"])
    op.create_table(
        "purge_plan_lines",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("overrides", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("struck_at", base.UtcTime(), nullable=True),
        sa.Column("struck_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["purge_plans.id"], name=op.f("fk_purge_plan_lines_plan_id")),
        sa.ForeignKeyConstraint(["struck_by_id"], ["staff_accounts.id"], name=op.f("fk_purge_plan_lines_struck_by_id")),
        sa.PrimaryKeyConstraint("plan_id", "patron_id", name=op.f("pk_purge_plan_lines")),
    )
    op.create_index(op.f("ix_purge_plan_lines_struck_by_id"), "purge_plan_lines", ["struck_by_id"])
    written = base.partial_on_both("note IS NOT NULL OR overrides IS NOT NULL")
    op.create_index("ix_purge_plan_lines_noted", "purge_plan_lines", ["patron_id"], **written)
    op.create_table(
        "tombstones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_tombstones_batch_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_tombstones_library_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_batch_id"), "tombstones", ["batch_id"])
    op.create_index(op.f("ix_tombstones_library_id_digest"), "tombstones", ["library_id", "digest"])
    op.add_column("batches", sa.Column("residue_at", base.UtcTime(), nullable=True))
    op.add_column("batches", sa.Column("residue_found", sa.Integer(), nullable=True))
    _refer_to_plans()


def _refer_to_plans() -> None:
    """A column with its foreign key: in a file both must come in one statement, or the table would have to be made anew."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE batches ADD COLUMN plan_id INTEGER CONSTRAINT fk_batches_plan_id REFERENCES purge_plans (id)")
    else:
        op.add_column("batches", sa.Column("plan_id", sa.Integer(), nullable=True))
        op.create_foreign_key("fk_batches_plan_id", "batches", "purge_plans", ["plan_id"], ["id"])
    op.create_index(op.f("ix_batches_plan_id"), "batches", ["plan_id"])
