"""The office: what every operation needs at hand - database, clock, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from patrondesk import paths
from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.records.ids import LibraryId
from patrondesk.records.staff import Actor


@dataclass(frozen=True, slots=True)
class Office:
    """Made by `bootstrap`; signing in gives one with an actor. Shared by threads: it holds no session."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    actor: Actor | None = None
    backups: Path | None = None

    @property
    def library_id(self) -> LibraryId:
        """The current library. Only a signed-in office has one."""
        assert self.actor is not None, "nobody is signed in"
        return self.actor.library_id

    def signed_in(self, actor: Actor) -> Office:
        """The same office with somebody at the desk."""
        return replace(self, actor=actor)

    def backups_folder(self) -> Path | None:
        """Where backups of the library file go; None on a server."""
        if self.backups is not None or self.database.path is None:
            return self.backups
        return paths.backups_folder(self.database.path)
