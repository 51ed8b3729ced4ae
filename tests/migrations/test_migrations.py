"""The migrated library is the one that the models describe, on both engines."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import patrondesk.migrations as migrations
from patrondesk.database import Database
from patrondesk.models import Base


def test_the_revisions_are_alembics_own_chain():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    chain = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(chain)) == migrations.REVISIONS
    assert scripts.get_heads() == [migrations.HEAD]


def test_the_models_ask_for_nothing_more(engine_url):
    database = Database(engine_url)
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)
    database.close()
    assert not differences


def test_the_comparison_sees_a_column_more(engine_url):
    database = Database(engine_url)
    with database.write() as session:
        session.execute(sa.text("ALTER TABLE patrons ADD COLUMN shoe_size INTEGER"))
    with database.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata)
    database.close()


def test_every_foreign_key_of_the_file_has_an_index(sqlite_template):
    connection = sqlite3.connect(f"file:{sqlite_template}?mode=ro&immutable=1", uri=True)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    without = []
    for table in tables:
        led = {
            connection.execute(f"PRAGMA index_info('{row[1]}')").fetchone()[2]
            for row in connection.execute(f"PRAGMA index_list('{table}')")
        }
        led |= {row[1] for row in connection.execute(f"PRAGMA table_info('{table}')") if row[5] == 1}
        without += [(table, row[3]) for row in connection.execute(f"PRAGMA foreign_key_list('{table}')") if row[3] not in led]
    connection.close()
    assert len(tables) > 30
    assert not without


def test_partial_indexes_of_foreign_keys_serve_every_key(sqlite_template):
    """A partial index answers for a foreign key only where it leaves out nothing but null."""
    connection = sqlite3.connect(f"file:{sqlite_template}?mode=ro&immutable=1", uri=True)
    plans = {}
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for key in connection.execute(f"PRAGMA foreign_key_list('{table}')").fetchall():
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {key[3]} = ?", (1,)).fetchall()
            if not any("SEARCH" in step[3] for step in plan):
                plans[table, key[3]] = plan
    connection.close()
    assert not plans
