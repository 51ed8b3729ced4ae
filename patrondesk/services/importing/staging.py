"""The temporary tables in which a file's rows wait, so that matching, checking and writing are a few statements for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import working_table
from patrondesk.services.importing.reading import Block

DIGEST = "digest"


def staged(name: str, columns: Iterable[sa.Column[Any]]) -> sa.Table:
    """A temporary table of rows: `line` (its key), `digest` (equal for rows that say the same), then these columns."""
    return sa.Table(
        f"import_{name}",
        sa.MetaData(),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(DIGEST, sa.BigInteger),
        *columns,
        prefixes=["TEMPORARY"],
    )


def fates(name: str, *links: str) -> sa.Table:
    """A temporary table of what is known of rows that are not simply new: keys they refer to, and the code that holds them.

    `code` null: nothing stands in the way. `refused` tells an invalid row from one in conflict.
    """
    return sa.Table(
        f"import_{name}_fates",
        sa.MetaData(),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(link, sa.Integer) for link in links),
        sa.Column("code", sa.String(40)),
        sa.Column("other", sa.Integer),
        prefixes=["TEMPORARY"],
    )


def make(session: Session, *tables: sa.Table) -> None:
    """Makes the tables afresh for this transaction."""
    for table in tables:
        working_table(session, table)


def same_line(stage: sa.Table, fate: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that joins a row with its fate."""
    return stage.c.line == fate.c.line


class Stager:
    """Writes blocks of rows into a staging table, as plain tuples: a mapped object a row would be ten times slower."""

    def __init__(self, session: Session, stage: sa.Table, fields: Sequence[str], digest_of: Sequence[str]) -> None:
        self._connection = session.connection()
        self._fields, self._digest_of = list(fields), list(digest_of)
        names = ["line", *self._fields, DIGEST]
        mark = "?" if self._connection.dialect.paramstyle == "qmark" else "%s"
        self._insert = f"INSERT INTO {stage.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"

    def add(self, block: Block) -> None:
        """Adds a block's rows."""
        if block.lines:
            columns = [block.values[field] for field in self._fields]
            digests = map(hash, zip(*(block.values[field] for field in self._digest_of), strict=True))
            self._connection.exec_driver_sql(self._insert, list(zip(block.lines, *columns, digests, strict=True)))
