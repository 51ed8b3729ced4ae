"""The migrated library is the one that the models describe, on both engines."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

import patrondesk.migrations as migrations
from patrondesk.database import Database
from patrondesk.models import Base
from patrondesk.models.base import complete_for_a_server


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
        differences = compare_metadata(context, complete_for_a_server(Base.metadata))
    database.close()
    assert not differences


def test_the_comparison_sees_a_column_more(engine_url):
    database = Database(engine_url)
    with database.write() as session:
        session.execute(sa.text("ALTER TABLE patrons ADD COLUMN shoe_size INTEGER"))
    with database.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), complete_for_a_server(Base.metadata))
    database.close()


def test_a_partial_index_is_partial_on_a_server_too():
    """The comparison does not look at that, so the words for both are asked here."""
    indexes = [index for table in complete_for_a_server(Base.metadata).tables.values() for index in table.indexes]
    partial = [index for index in indexes if index.dialect_options["sqlite"]["where"] is not None]
    assert len(partial) >= 20
    for index in partial:
        on_a_server = str(CreateIndex(index).compile(dialect=postgresql.dialect()))
        assert " WHERE " in on_a_server, index.name
    assert all(index.dialect_options["postgresql"]["where"] is None for index in indexes if index not in partial)


def test_the_migrated_indexes_are_partial_on_both(engine_url):
    """Alembic's comparison does not look at that either."""
    wanted = {
        index.name
        for table in complete_for_a_server(Base.metadata).tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    database = Database(engine_url)
    with database.read() as session:
        if database.is_file:
            query = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        else:
            query = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
        found = set(session.scalars(sa.text(query)))
    database.close()
    assert found == wanted


def test_a_library_file_does_without_the_servers_dialect():
    code = "import sys, patrondesk.models; sys.exit('sqlalchemy.dialects.postgresql' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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
