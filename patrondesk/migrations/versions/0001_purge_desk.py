"""The library file of the purge desk.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from patrondesk.models import base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The library file of the purge desk."""
    op.create_table(
        "archive_blocks",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("comment", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("created_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("lifted_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("lift_comment", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_blocks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_fine_links",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("fine_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "fine_id", name=op.f("pk_archive_fine_links")),
    )
    op.create_table(
        "archive_fines",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("loan_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("external_id", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("type", sa.String(length=120), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=12), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("balance", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("status", sa.String(length=12), autoincrement=False, nullable=False),
        sa.Column("charged_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("comment", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_fines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_former_barcodes",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("barcode", sa.String(length=60), autoincrement=False, nullable=False),
        sa.Column("replaced_on", sa.Date(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_former_barcodes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_guarantor_links",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guarantor_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "patron_id", name=op.f("pk_archive_guarantor_links")),
    )
    op.create_table(
        "archive_guard_overrides",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=30), autoincrement=False, nullable=False),
        sa.Column("comment", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("created_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_guard_overrides")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_line_comments",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "line_id", name=op.f("pk_archive_line_comments")),
    )
    op.create_table(
        "archive_loan_facets",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("patron_type", sa.String(length=80), nullable=True),
        sa.Column("user_group", sa.String(length=120), nullable=True),
        sa.Column("year_level", sa.String(length=60), nullable=True),
        sa.Column("homeroom", sa.String(length=60), nullable=True),
        sa.Column("collection", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "loan_id", name=op.f("pk_archive_loan_facets")),
    )
    op.create_table(
        "archive_loans",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("pseudonym", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("external_id", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("checked_out_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("renewed_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.Column("renewals", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ended_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.Column("status", sa.String(length=12), autoincrement=False, nullable=False),
        sa.Column("patron_type", sa.String(length=80), autoincrement=False, nullable=True),
        sa.Column("user_group", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("year_level", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("homeroom", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("academic_period", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("collection", sa.String(length=120), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_loans")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_patron_notes",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("created_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_patron_notes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_patrons",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("barcode", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("external_id", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("family_name", sa.String(length=400), autoincrement=False, nullable=False),
        sa.Column("given_name", sa.String(length=400), autoincrement=False, nullable=True),
        sa.Column("middle_name", sa.String(length=400), autoincrement=False, nullable=True),
        sa.Column("preferred_name", sa.String(length=400), autoincrement=False, nullable=True),
        sa.Column("sort_key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("search_text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("gender", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("birth_date", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("email", sa.String(length=254), autoincrement=False, nullable=True),
        sa.Column("phone", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("street", sa.String(length=400), autoincrement=False, nullable=True),
        sa.Column("city", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("state", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("post_code", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("country", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("language", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("patron_type_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_group_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("record_type", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("account_type", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("access_level", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("persona", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("year_level_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("homeroom", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("cohort_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("graduation_year", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("enabled", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("deactivated_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.Column("deactivated_by_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("deactivated_through", sa.String(length=20), autoincrement=False, nullable=True),
        sa.Column("deactivated_reason", sa.String(length=400), autoincrement=False, nullable=True),
        sa.Column("expiry_date", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("purge_date", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("registered_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("guarantor_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("last_activity_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.Column("created_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.Column("updated_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_patrons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_portraits",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("media_type", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("image", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_portraits")),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "archive_protections",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("created_at", base.UtcTime(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("ended_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_protections")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_pseudonyms",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pseudonym", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "patron_id", name=op.f("pk_archive_pseudonyms")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_archive_pseudonyms_pseudonym")),
    )
    op.create_table(
        "archive_reservations",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("requested_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("expires_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("status", sa.String(length=12), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_reservations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_responsibilities",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=200), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=12), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_responsibilities")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_staff_accounts",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("display_name", sa.String(length=400), autoincrement=False, nullable=False),
        sa.Column("role_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("password_hash", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("recovery_hash", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("failed_tries", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_failed_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.Column("last_signed_in_at", base.UtcTime(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_staff_accounts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("made_at", base.UtcTime(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("patrons", sa.Integer(), nullable=False),
        sa.Column("audit_number", sa.Integer(), nullable=False),
        sa.Column("audit_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("destroyed_at", base.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("graduates_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("name", name=op.f("uq_cohorts_name")),
    )
    op.create_table(
        "libraries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("shrink_due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_libraries")),
        sa.UniqueConstraint("short_name", name=op.f("uq_libraries_short_name")),
    )
    op.create_table(
        "patron_types",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_types")),
        sa.UniqueConstraint("name", name=op.f("uq_patron_types_name")),
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("code", name=op.f("uq_roles_code")),
    )
    op.create_table(
        "user_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=400), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_user_groups_name")),
    )
    op.create_table(
        "year_levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_levels")),
        sa.UniqueConstraint("name", name=op.f("uq_year_levels_name")),
    )
    op.create_table(
        "role_permissions",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_role_permissions_role_id")),
        sa.PrimaryKeyConstraint("role_id", "permission", name=op.f("pk_role_permissions")),
    )
    op.create_table(
        "settings",
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_settings_library_id")),
        sa.PrimaryKeyConstraint("library_id", "key", name=op.f("pk_settings")),
    )
    op.create_table(
        "staff_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("display_name", sa.String(length=400), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("recovery_hash", sa.String(length=200), nullable=True),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", base.UtcTime(), nullable=True),
        sa.Column("last_signed_in_at", base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_staff_accounts_library_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_staff_accounts_patron_id"), use_alter=True),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_staff_accounts_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_accounts")),
        sa.UniqueConstraint("patron_id", name=op.f("uq_staff_accounts_patron_id")),
    )
    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_accounts_library_id"), ["library_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_accounts_role_id"), ["role_id"], unique=False)

    op.create_table(
        "titles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_titles_library_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_titles")),
    )
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.create_index("ix_titles_library_id_title", ["library_id", "title"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=400), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_accounts.id"], name=op.f("fk_audit_entries_actor_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_audit_entries_library_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_library_id"), ["library_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("started_at", base.UtcTime(), nullable=False),
        sa.Column("heartbeat_at", base.UtcTime(), nullable=False),
        sa.Column("finished_at", base.UtcTime(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("archive", sa.String(length=20), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("purged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.Column("not_reached", sa.Integer(), nullable=False),
        sa.Column("undo_until", sa.Date(), nullable=True),
        sa.Column("destroyed_at", base.UtcTime(), nullable=True),
        sa.Column("retain_loans", sa.Boolean(), nullable=False),
        sa.Column("backup_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["backup_id"], ["backups.id"], name=op.f("fk_batches_backup_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_batches_library_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["staff_accounts.id"], name=op.f("fk_batches_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_backup_id"), ["backup_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batches_library_id"), ["library_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batches_operator_id"), ["operator_id"], unique=False)

    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_accounts.id"], name=op.f("fk_import_runs_actor_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_import_runs_library_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    with op.batch_alter_table("import_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_runs_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_runs_library_id"), ["library_id"], unique=False)

    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("barcode", sa.String(length=60), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("call_number", sa.String(length=120), nullable=True),
        sa.Column("collection", sa.String(length=120), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_items_library_id")),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=op.f("fk_items_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("library_id", "barcode", name=op.f("uq_items_library_id_barcode")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_title_id"), ["title_id"], unique=False)
        batch_op.create_index(
            "uq_items_external_id",
            ["library_id", "external_id"],
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )

    op.create_table(
        "patrons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=120), nullable=True),
        sa.Column("barcode", sa.String(length=60), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("family_name", sa.String(length=400), nullable=False),
        sa.Column("given_name", sa.String(length=400), nullable=True),
        sa.Column("middle_name", sa.String(length=400), nullable=True),
        sa.Column("preferred_name", sa.String(length=400), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("gender", sa.String(length=40), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("street", sa.String(length=400), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=120), nullable=True),
        sa.Column("post_code", sa.String(length=40), nullable=True),
        sa.Column("country", sa.String(length=120), nullable=True),
        sa.Column("language", sa.String(length=60), nullable=True),
        sa.Column("patron_type_id", sa.Integer(), nullable=False),
        sa.Column("user_group_id", sa.Integer(), nullable=True),
        sa.Column("record_type", sa.String(length=20), nullable=False),
        sa.Column("account_type", sa.String(length=20), nullable=False),
        sa.Column("access_level", sa.String(length=60), nullable=True),
        sa.Column("persona", sa.String(length=40), nullable=True),
        sa.Column("year_level_id", sa.Integer(), nullable=True),
        sa.Column("homeroom", sa.String(length=60), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("graduation_year", sa.Integer(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("deactivated_at", base.UtcTime(), nullable=True),
        sa.Column("deactivated_by_id", sa.Integer(), nullable=True),
        sa.Column("deactivated_through", sa.String(length=20), nullable=True),
        sa.Column("deactivated_reason", sa.String(length=400), nullable=True),
        sa.Column("expiry_date", sa.Date(), nullable=True),
        sa.Column("purge_date", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("guarantor_id", sa.Integer(), nullable=True),
        sa.Column("last_activity_at", base.UtcTime(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("updated_at", base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_patrons_cohort_id")),
        sa.ForeignKeyConstraint(["deactivated_by_id"], ["staff_accounts.id"], name=op.f("fk_patrons_deactivated_by_id")),
        sa.ForeignKeyConstraint(["guarantor_id"], ["patrons.id"], name=op.f("fk_patrons_guarantor_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_patrons_library_id")),
        sa.ForeignKeyConstraint(["patron_type_id"], ["patron_types.id"], name=op.f("fk_patrons_patron_type_id")),
        sa.ForeignKeyConstraint(["user_group_id"], ["user_groups.id"], name=op.f("fk_patrons_user_group_id")),
        sa.ForeignKeyConstraint(["year_level_id"], ["year_levels.id"], name=op.f("fk_patrons_year_level_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrons")),
        sa.UniqueConstraint("library_id", "barcode", name=op.f("uq_patrons_library_id_barcode")),
        sa.UniqueConstraint("library_id", "external_id", name=op.f("uq_patrons_library_id_external_id")),
        sa.UniqueConstraint("library_id", "username", name=op.f("uq_patrons_library_id_username")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("patrons", schema=None) as batch_op:
        batch_op.create_index(
            "ix_patrons_candidates",
            ["library_id", "sort_key", "id"],
            unique=False,
            sqlite_where=sa.text("enabled = 0"),
            postgresql_where=sa.text("enabled = false"),
        )
        batch_op.create_index(
            "ix_patrons_cohort_id",
            ["cohort_id"],
            unique=False,
            sqlite_where=sa.text("cohort_id IS NOT NULL"),
            postgresql_where=sa.text("cohort_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_patrons_deactivated_by_id",
            ["deactivated_by_id"],
            unique=False,
            sqlite_where=sa.text("deactivated_by_id IS NOT NULL"),
            postgresql_where=sa.text("deactivated_by_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_patrons_guarantor_id",
            ["guarantor_id"],
            unique=False,
            sqlite_where=sa.text("guarantor_id IS NOT NULL"),
            postgresql_where=sa.text("guarantor_id IS NOT NULL"),
        )
        batch_op.create_index("ix_patrons_order", ["library_id", "sort_key", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patrons_patron_type_id"), ["patron_type_id"], unique=False)
        batch_op.create_index(
            "ix_patrons_user_group_id",
            ["user_group_id"],
            unique=False,
            sqlite_where=sa.text("user_group_id IS NOT NULL"),
            postgresql_where=sa.text("user_group_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_patrons_year_level_id",
            ["year_level_id"],
            unique=False,
            sqlite_where=sa.text("year_level_id IS NOT NULL"),
            postgresql_where=sa.text("year_level_id IS NOT NULL"),
        )

    op.create_table(
        "batch_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_events_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_events")),
    )
    with op.batch_alter_table("batch_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_events_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "batch_lines",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("at", base.UtcTime(), nullable=True),
        sa.Column("planned_version", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("loans_kept", sa.Integer(), nullable=False),
        sa.Column("loans_deleted", sa.Integer(), nullable=False),
        sa.Column("loans_written_off", sa.Integer(), nullable=False),
        sa.Column("fines_waived", sa.Integer(), nullable=False),
        sa.Column("amount_waived", sa.BigInteger(), nullable=False),
        sa.Column("reservations_cancelled", sa.Integer(), nullable=False),
        sa.Column("undone_at", base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_lines_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "patron_id", name=op.f("pk_batch_lines")),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("lifted_at", base.UtcTime(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lift_comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_blocks_author_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["staff_accounts.id"], name=op.f("fk_blocks_lifted_by_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_blocks_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blocks_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blocks_lifted_by_id"), ["lifted_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blocks_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "former_barcodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("barcode", sa.String(length=60), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_former_barcodes_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_barcodes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("former_barcodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_barcodes_barcode"), ["barcode"], unique=False)
        batch_op.create_index(batch_op.f("ix_former_barcodes_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "guard_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_guard_overrides_author_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_guard_overrides_batch_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_guard_overrides_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guard_overrides")),
        sa.UniqueConstraint("patron_id", "code", "batch_id", name=op.f("uq_guard_overrides_patron_id_code_batch_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("guard_overrides", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guard_overrides_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guard_overrides_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "import_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_messages_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_messages")),
    )
    with op.batch_alter_table("import_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_messages_run_id"), ["run_id"], unique=False)

    op.create_table(
        "loans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("pseudonym", sa.BigInteger(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("checked_out_at", base.UtcTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("renewed_at", base.UtcTime(), nullable=True),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("ended_at", base.UtcTime(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("patron_type", sa.String(length=80), nullable=True),
        sa.Column("user_group", sa.String(length=120), nullable=True),
        sa.Column("year_level", sa.String(length=60), nullable=True),
        sa.Column("homeroom", sa.String(length=60), nullable=True),
        sa.Column("academic_period", sa.String(length=40), nullable=True),
        sa.Column("collection", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_loans_item_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_loans_library_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_loans_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("loans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loans_item_id"), ["item_id"], unique=False)
        batch_op.create_index("ix_loans_library_id", ["library_id", "checked_out_at"], unique=False)
        batch_op.create_index(
            "ix_loans_open",
            ["patron_id"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index(
            "ix_loans_patron_id",
            ["patron_id", "checked_out_at"],
            unique=False,
            sqlite_where=sa.text("patron_id IS NOT NULL"),
            postgresql_where=sa.text("patron_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_loans_pseudonym",
            ["pseudonym"],
            unique=False,
            sqlite_where=sa.text("pseudonym IS NOT NULL"),
            postgresql_where=sa.text("pseudonym IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_loans_external_id",
            ["library_id", "external_id"],
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_loans_open_item",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "patron_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_patron_notes_author_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_patron_notes_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_notes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("patron_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patron_notes_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patron_notes_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "portraits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_portraits_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portraits")),
        sa.UniqueConstraint("patron_id", name=op.f("uq_portraits_patron_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "protections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_at", base.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_protections_author_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_protections_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protections")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("protections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_protections_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_protections_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_reservations_item_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_reservations_library_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_reservations_patron_id")),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=op.f("fk_reservations_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservations_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservations_library_id"), ["library_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservations_patron_id"), ["patron_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservations_title_id"), ["title_id"], unique=False)

    op.create_table(
        "responsibilities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_responsibilities_library_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_responsibilities_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibilities")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responsibilities_library_id"), ["library_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_responsibilities_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "fines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("charged_on", sa.Date(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_fines_item_id")),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_fines_library_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_fines_loan_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_fines_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fines")),
    )
    with op.batch_alter_table("fines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fines_item_id",
            ["item_id"],
            unique=False,
            sqlite_where=sa.text("item_id IS NOT NULL"),
            postgresql_where=sa.text("item_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_fines_library_id"), ["library_id"], unique=False)
        batch_op.create_index(
            "ix_fines_loan_id",
            ["loan_id"],
            unique=False,
            sqlite_where=sa.text("loan_id IS NOT NULL"),
            postgresql_where=sa.text("loan_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_fines_patron_id",
            ["patron_id", "status", "balance"],
            unique=False,
            sqlite_where=sa.text("patron_id IS NOT NULL"),
            postgresql_where=sa.text("patron_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_fines_external_id",
            ["library_id", "external_id"],
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )

    op.create_table(
        "fine_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fine_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_fine_lines_author_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_fine_lines_batch_id")),
        sa.ForeignKeyConstraint(["fine_id"], ["fines.id"], name=op.f("fk_fine_lines_fine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fine_lines")),
    )
    with op.batch_alter_table("fine_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fine_lines_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            "ix_fine_lines_batch_id",
            ["batch_id"],
            unique=False,
            sqlite_where=sa.text("batch_id IS NOT NULL"),
            postgresql_where=sa.text("batch_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_fine_lines_fine_id"), ["fine_id"], unique=False)
    if op.get_bind().dialect.name != "sqlite":  # the two tables refer to each other; SQLite took it with the table
        op.create_foreign_key("fk_staff_accounts_patron_id", "staff_accounts", "patrons", ["patron_id"], ["id"])
