"""Writes a new revision from the models: `python tests/migrations/make_revision.py 0002 "why"`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

import patrondesk.migrations as migrations
from patrondesk.database import Database
from patrondesk.models import Base
from patrondesk.models.base import complete_for_a_server


def main(number: str, why: str) -> None:
    """Makes an up-to-date empty library beside, and lets Alembic compare."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "empty.patrondesk")
        if number != "0001":
            migrations.upgrade(database)
        complete_for_a_server(Base.metadata)
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        with database.engine().begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=why, autogenerate=True, rev_id=number)
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
