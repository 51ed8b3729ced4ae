"""People and their rights: files and changes of patrons, access requests, lending rules, tokens, words to find patrons by.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from patrondesk.models import base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables, and the triggers that keep the words."""
    op.create_table(
        "archive_access_requests",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("closed_at", base.UtcTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_access_requests")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_data_downloads",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_data_downloads")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive_patron_attachments",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_patron_attachments")),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "archive_patron_changes",
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("purge_id", "id", name=op.f("pk_archive_patron_changes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "patron_words",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patron_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "patron_id", name=op.f("pk_patron_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "loan_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("patron_type_id", sa.Integer(), nullable=True),
        sa.Column("loan_days", sa.Integer(), nullable=False),
        sa.Column("loan_limit", sa.Integer(), nullable=True),
        sa.Column("renewal_limit", sa.Integer(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("late_fine_per_day", sa.BigInteger(), nullable=False),
        sa.Column("late_fine_most", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_loan_rules_library_id")),
        sa.ForeignKeyConstraint(["patron_type_id"], ["patron_types.id"], name=op.f("fk_loan_rules_patron_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_rules")),
        sa.UniqueConstraint("library_id", "patron_type_id", name=op.f("uq_loan_rules_library_id_patron_type_id")),
    )
    op.create_index(op.f("ix_loan_rules_patron_type_id"), "loan_rules", ["patron_type_id"])
    op.create_index(
        "uq_loan_rules_everybody", "loan_rules", ["library_id"], unique=True, **base.partial_on_both("patron_type_id IS NULL")
    )

    op.create_table(
        "sign_in_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.Column("last_used_at", base.UtcTime(), nullable=True),
        sa.Column("expires_at", base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_accounts.id"], name=op.f("fk_sign_in_tokens_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_tokens_digest")),
    )
    op.create_index(op.f("ix_sign_in_tokens_staff_id"), "sign_in_tokens", ["staff_id"])

    op.create_table(
        "staff_libraries",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"], name=op.f("fk_staff_libraries_library_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_accounts.id"], name=op.f("fk_staff_libraries_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "library_id", name=op.f("pk_staff_libraries")),
    )
    op.create_index(op.f("ix_staff_libraries_library_id"), "staff_libraries", ["library_id"])

    op.create_table(
        "access_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("closed_at", base.UtcTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff_accounts.id"], name=op.f("fk_access_requests_closed_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["staff_accounts.id"], name=op.f("fk_access_requests_opened_by_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_access_requests_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_requests")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_access_requests_closed_by_id"), "access_requests", ["closed_by_id"])
    op.create_index("ix_access_requests_open", "access_requests", ["patron_id"], **base.partial_on_both("closed_at IS NULL"))
    op.create_index(op.f("ix_access_requests_opened_by_id"), "access_requests", ["opened_by_id"])
    op.create_index(op.f("ix_access_requests_patron_id"), "access_requests", ["patron_id"])

    op.create_table(
        "patron_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_patron_attachments_author_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_patron_attachments_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_attachments")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_patron_attachments_author_id"), "patron_attachments", ["author_id"])
    op.create_index(op.f("ix_patron_attachments_patron_id"), "patron_attachments", ["patron_id"])

    op.create_table(
        "patron_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_patron_changes_author_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_patron_changes_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_patron_changes_author_id"), "patron_changes", ["author_id"])
    op.create_index(op.f("ix_patron_changes_patron_id"), "patron_changes", ["patron_id"])

    op.create_table(
        "data_downloads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["staff_accounts.id"], name=op.f("fk_data_downloads_author_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.id"], name=op.f("fk_data_downloads_patron_id")),
        sa.ForeignKeyConstraint(["request_id"], ["access_requests.id"], name=op.f("fk_data_downloads_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_downloads")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_data_downloads_author_id"), "data_downloads", ["author_id"])
    op.create_index(op.f("ix_data_downloads_patron_id"), "data_downloads", ["patron_id"])
    op.create_index(op.f("ix_data_downloads_request_id"), "data_downloads", ["request_id"])

    op.add_column("archive_patrons", sa.Column("locked_fields", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("archive_reservations", sa.Column("held_since", base.UtcTime(), nullable=True))
    op.add_column("patrons", sa.Column("locked_fields", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("reservations", sa.Column("held_since", base.UtcTime(), nullable=True))
    _keep_words()


# The characters between words: the separator of `patrons.search_text`, and what names and numbers are written with.
_BETWEEN = (" ", "-", ".", "_", "/", "@", ",")


def _keep_words() -> None:
    """Triggers keep `patron_words` equal to what `patrons.search_text` says; those that are there are split now."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_a_server()


def _on_sqlite() -> None:
    def words(row: str, source: str = "") -> str:
        spaced = f"replace({row}.search_text, char(1), ' ')"
        for character in _BETWEEN[1:]:
            spaced = f"replace({spaced}, '{character}', ' ')"
        split = f"replace(json_quote({spaced}), ' ', '\",\"')"
        return f"SELECT DISTINCT value, {row}.id FROM {source}json_each('[' || {split} || ']') WHERE value <> ''"

    op.execute(f"INSERT INTO patron_words {words('patrons', 'patrons, ')}")
    put = f"INSERT INTO patron_words {words('NEW')}"
    take = f"DELETE FROM patron_words WHERE (word, patron_id) IN ({words('OLD')})"
    op.execute(f"CREATE TRIGGER patron_words_put AFTER INSERT ON patrons BEGIN {put}; END")
    op.execute(f"CREATE TRIGGER patron_words_take AFTER DELETE ON patrons BEGIN {take}; END")
    changed = "OLD.search_text <> NEW.search_text"
    op.execute(
        f"CREATE TRIGGER patron_words_change AFTER UPDATE OF search_text ON patrons WHEN {changed} BEGIN {take}; {put}; END"
    )


def _on_a_server() -> None:
    pattern = "[" + "\\x01" + "".join(c for c in _BETWEEN if c != "-") + "-]+"

    def words(row: str) -> str:
        return f"SELECT DISTINCT one, {row}.id FROM regexp_split_to_table({row}.search_text, '{pattern}') AS one WHERE one <> ''"

    op.execute(f"INSERT INTO patron_words SELECT two.* FROM patrons CROSS JOIN LATERAL ({words('patrons')}) AS two")
    put = f"INSERT INTO patron_words {words('NEW')};"
    take = f"DELETE FROM patron_words WHERE (word, patron_id) IN ({words('OLD')});"
    op.execute(
        "CREATE FUNCTION keep_patron_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {take} END IF; IF TG_OP <> 'DELETE' THEN {put} END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER patron_words_keep AFTER INSERT OR DELETE ON patrons FOR EACH ROW EXECUTE FUNCTION keep_patron_words()"
    )
    op.execute(
        "CREATE TRIGGER patron_words_change AFTER UPDATE OF search_text ON patrons FOR EACH ROW "
        "WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text) EXECUTE FUNCTION keep_patron_words()"
    )
