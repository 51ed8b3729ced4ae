"""The undo archive: for every table that a purge empties, a twin with the batch (`purge_id`) in front, without foreign keys.

The twins are made from the tables themselves, so that a new column is archived the day it is born; the migrations'
test notices that the file must follow. Destroying an archive is deleting a batch's rows from all of them.
"""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models import access, fine, loan, patron, reservation, responsibility, staff
from patrondesk.models.base import Base, table_of

# Tables whose rows go with the patron, children before parents (the order in which they may be deleted).
GONE: tuple[sa.Table, ...] = tuple(
    table_of(mapped)
    for mapped in (
        patron.FormerBarcode,
        patron.PatronNote,
        patron.PatronAttachment,
        patron.PatronChange,
        access.DataDownload,
        access.AccessRequest,
        patron.Block,
        patron.Protection,
        patron.Portrait,
        patron.GuardOverride,
        reservation.Reservation,
        responsibility.Responsibility,
        patron.Patron,
    )
)
# Tables whose rows stay without the person; the twin keeps them as they were.
DETACHED: tuple[sa.Table, ...] = (table_of(fine.Fine), table_of(staff.StaffAccount))
# Past loans are kept or deleted, as the library wishes.
LOANS: sa.Table = table_of(loan.Loan)


def _twin(table: sa.Table) -> sa.Table:
    """`archive_<table>`: (purge_id, id) as key, every other column as it is, nothing else enforced."""
    columns = [sa.Column("purge_id", sa.Integer, primary_key=True)]
    for column in table.columns:
        kind = sa.Integer() if column.foreign_keys else column.type  # keys of other tables are plain numbers here
        columns.append(
            sa.Column(column.name, kind, primary_key=column.name == "id", autoincrement=False, nullable=column.nullable)
        )
    # One tree instead of two: rows come and go by batch. Pictures are too large to live in a key's tree.
    pictures = any(isinstance(column.type, sa.LargeBinary) for column in columns)
    return sa.Table(f"archive_{table.name}", Base.metadata, *columns, sqlite_with_rowid=pictures)


TWINS: dict[str, sa.Table] = {table.name: _twin(table) for table in (*GONE, *DETACHED, LOANS)}

# Which person a pseudonym was; gone with the archive, and then the pseudonym is random.
PSEUDONYMS = sa.Table(
    "archive_pseudonyms",
    Base.metadata,
    sa.Column("purge_id", sa.Integer, primary_key=True),
    sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pseudonym", sa.BigInteger, nullable=False, unique=True),
)

# What a kept loan lost: facets that are switched off, and the other system's id of it.
LOAN_FACETS = sa.Table(
    "archive_loan_facets",
    Base.metadata,
    sa.Column("purge_id", sa.Integer, primary_key=True),
    sa.Column("loan_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("external_id", sa.String(120)),
    sa.Column("patron_type", sa.String(80)),
    sa.Column("user_group", sa.String(120)),
    sa.Column("year_level", sa.String(60)),
    sa.Column("homeroom", sa.String(60)),
    sa.Column("collection", sa.String(120)),
)

# Comments of fine lines: free text that may name someone.
LINE_COMMENTS = sa.Table(
    "archive_line_comments",
    Base.metadata,
    sa.Column("purge_id", sa.Integer, primary_key=True),
    sa.Column("line_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("comment", sa.Text, nullable=False),
)

# Fines that referred to a loan which went, whoever's they are; and patrons back before their guarantor, whom the batch
# that holds the guarantor will join to them again.
FINE_LINKS = sa.Table(
    "archive_fine_links",
    Base.metadata,
    sa.Column("purge_id", sa.Integer, primary_key=True),
    sa.Column("fine_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("loan_id", sa.Integer, nullable=False),
)
GUARANTOR_LINKS = sa.Table(
    "archive_guarantor_links",
    Base.metadata,
    sa.Column("purge_id", sa.Integer, primary_key=True),
    sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("guarantor_id", sa.Integer, nullable=False),
)

ALL: tuple[sa.Table, ...] = (*TWINS.values(), PSEUDONYMS, LOAN_FACETS, LINE_COMMENTS, FINE_LINKS, GUARANTOR_LINKS)
