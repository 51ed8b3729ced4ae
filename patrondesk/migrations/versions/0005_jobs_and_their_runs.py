"""Jobs and their runs.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from patrondesk.models import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Jobs and their runs."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.String(length=120), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("keep_runs", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("taken_up_to", base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["staff_accounts.id"], name=op.f("fk_jobs_account_id")),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_jobs_author_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_jobs_library_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("library_id", "name", name=op.f("uq_jobs_library_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_jobs_account_id"), "jobs", ["account_id"])
    op.create_index(op.f("ix_jobs_author_id"), "jobs", ["author_id"])

    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("trigger", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("planned_for", base.UtcTime(), nullable=True),
        sa.Column("started_at", base.UtcTime(), nullable=False),
        sa.Column("finished_at", base.UtcTime(), nullable=True),
        sa.Column("processed", sa.Integer(), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_job_runs_batch_id")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_runs_job_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_job_runs_library_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["staff_accounts.id"], name=op.f("fk_job_runs_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_runs_batch_id"), "job_runs", ["batch_id"])
    op.create_index(op.f("ix_job_runs_job_id"), "job_runs", ["job_id"])
    op.create_index("ix_job_runs_library_id", "job_runs", ["library_id", "started_at"])
    op.create_index(op.f("ix_job_runs_operator_id"), "job_runs", ["operator_id"])

    op.create_table(
        "job_run_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["job_runs.id"], name=op.f("fk_job_run_lines_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run_lines")),
    )
    op.create_index(op.f("ix_job_run_lines_run_id"), "job_run_lines", ["run_id"])
