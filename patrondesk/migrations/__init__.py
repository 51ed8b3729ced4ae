"""Alembic migrations of the library file, and what this program knows of versions."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from patrondesk.database import APPLICATION_ID, Database

# All revisions in order; a test holds this equal to Alembic's own chain. Read at each start, so kept free of Alembic.
REVISIONS = ("0001", "0002", "0003", "0004", "0005")
HEAD = REVISIONS[-1]


def version_of(database: Database) -> str | None:
    """The file's revision; None where it has none."""
    with database.read() as session:
        tables = sa.inspect(session.connection()).get_table_names()
        if "alembic_version" not in tables:
            return None
        return session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database) -> None:
    """Brings an empty or older library to HEAD, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    if database.is_file:
        raw = database.engine().raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.close()
        finally:
            raw.close()
    with database.engine().execution_options(desk_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
