"""What all tables share: names of constraints, and times that are aware UTC in Python on either engine."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(sa.types.TypeDecorator[dt.datetime]):
    """A moment: aware UTC in Python; naive UTC in SQLite (which has no zones), timestamptz in PostgreSQL."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        utc = value.astimezone(dt.UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    """The metadata of the library file."""

    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        dt.datetime: UtcTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


# A key once given is never given again: an undo brings rows back under their old keys.
LASTING_KEYS: dict[str, bool] = {"sqlite_autoincrement": True}


_ON_A_SERVER = "where on a server"


def partial(where: str, on_a_server: str = "") -> dict[str, Any]:
    """Arguments that make an index partial on both engines, with other words on a server where it needs them.

    The server's part is kept until `complete_for_a_server`: naming it reads all of that dialect, which a library file
    never needs.
    """
    return {"sqlite_where": sa.text(where), "info": {_ON_A_SERVER: on_a_server or where}}


def partial_on_both(where: str) -> dict[str, Any]:
    """The same for a migration, which makes the index there and then."""
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def complete_for_a_server(metadata: sa.MetaData) -> sa.MetaData:
    """The metadata with what its indexes have on a server besides: for who compares it with one, or writes a migration."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if _ON_A_SERVER in index.info:
                index.dialect_kwargs["postgresql_where"] = sa.text(index.info[_ON_A_SERVER])
    return metadata


def table_of(mapped: type[Base]) -> sa.Table:
    """The table of a mapped class, for set-based statements."""
    return cast(sa.Table, mapped.__table__)
