"""Library files as an older version wrote them."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config

import patrondesk.migrations as migrations
from patrondesk.database import APPLICATION_ID, Database


def older_copy(source: Path | str, target: Path, revision: str = migrations.REVISIONS[0]) -> Path:
    """What `source` holds, as far as that revision has a place for it, in a resting file of that revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    opened = Database(target)
    with opened.engine().execution_options(desk_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    opened.close()
    with contextlib.closing(sqlite3.connect(target)) as link:
        link.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        link.execute("ATTACH ? AS now", (str(source),))
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        for (table,) in link.execute(tables).fetchall():
            here, there = (
                [row[1] for row in link.execute(f"PRAGMA {schema}.table_info('{table}')")] for schema in ("main", "now")
            )
            columns = ", ".join(f'"{name}"' for name in here if name in there)
            link.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
        link.commit()
    return target
