"""Builds the office: opens and checks the library, brings an older one up to date, signs somebody in."""

from __future__ import annotations

from pathlib import Path

from patrondesk import migrations
from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import Unusable
from patrondesk.services import backup, copies
from patrondesk.services.office import Office


def new_database(address: str | Path) -> Database:
    """A database for a library that is to be made; nothing is opened or written yet."""
    return Database(address)


def open_library(address: str | Path, clock: Clock | None = None) -> Office:
    """An office for an existing library, nobody signed in. Raises Unusable or Busy with the next step.

    An older library is brought up to date after a verified backup; a newer one is refused.
    """
    database = Database(address)
    office = Office(database, clock or Clock())
    database.check_file()
    database.check_place()
    version = migrations.version_of(database)
    if version is None:
        raise Unusable(
            f"“{database.name}” holds no library yet.",
            "Make one with: patrondesk init",
            "EMPTY",
        )
    if version not in migrations.REVISIONS:
        raise Unusable(
            f"“{database.name}” was made by a newer version of PatronDesk. It was left as it is.",
            "Install the newest version on this computer.",
            "NEWER_VERSION",
        )
    if version != migrations.HEAD:
        made = backup.before_upgrade(office)
        migrations.upgrade(database)
        backup.note_upgrade(office, made)
    copies.log_ahead(database)
    return office
