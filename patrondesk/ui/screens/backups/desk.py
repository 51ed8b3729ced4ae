"""Everything the Backups page asks and does in the library, off the window's thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from patrondesk.records.backups import BackupLine, BroughtBack, Loss, Restored, SeenPatron
from patrondesk.records.desk import BackupMade
from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import PatronsPage
from patrondesk.records.staff import Permission
from patrondesk.services import backup, backup_reading, bringing_back, looking_back, policy, restoring
from patrondesk.services.looking_back import OpenBackup
from patrondesk.services.office import Office
from patrondesk.ui.shell.offers import missing_right
from patrondesk.ui.shell.runner import Failed, Runner

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A person of the backup, and how amounts were written then."""

    patron: SeenPatron
    currency: str


class Desk:
    """The page's hands. An `OpenBackup` that it hands out is the page's to close."""

    def __init__(self, office: Office, runner: Runner) -> None:
        self.office = office
        self._runner = runner

    @property
    def folder(self) -> Path | None:
        """Where backups of the library file go; None on a server."""
        return self.office.backups_folder()

    @property
    def why_not_make(self) -> str:
        """Why this person may not make one; empty when they may."""
        actor = self.office.actor
        needed = missing_right(actor, Permission.PURGE, "make backups")
        return needed or ("" if self.folder else missing_right(actor, Permission.SETTINGS, "make backups of a server"))

    @property
    def why_not_restore(self) -> str:
        """Why this person may not put one back."""
        actor = self.office.actor
        wanted = (Permission.SETTINGS, Permission.UNDO_PURGE)
        return next((said for right in wanted if (said := missing_right(actor, right, "restore a backup"))), "")

    @property
    def why_not_bring_back(self) -> str:
        """Why this person may not bring anybody back."""
        return missing_right(self.office.actor, Permission.UNDO_PURGE, "bring patrons back")

    def list(self, done: Callable[[list[BackupLine]], None], failed: Failed) -> None:
        """Reads what there is."""
        self._runner.ask("backups.list", lambda: backup_reading.list_backups(self.office), done, failed)

    def make(self, done: Callable[[BackupMade], None], failed: Failed) -> None:
        """Makes one now."""
        self._runner.do(lambda: backup.make_backup(self.office), done, failed)

    def open(self, file: Path, done: Callable[[OpenBackup], None], failed: Failed) -> None:
        """Opens one. Each answer comes: whoever gets it closes it."""
        key = f"backups.open.{next(_numbers)}"
        self._runner.ask(key, lambda: looking_back.open_backup(self.office, file), done, failed)

    def search(
        self, opened: OpenBackup, text: str, page: int, size: int, done: Callable[[PatronsPage], None], failed: Failed
    ) -> None:
        """People of an open backup."""
        self._runner.ask(
            "backups.search", lambda: looking_back.search(self.office, opened, text, page=page, page_size=size), done, failed
        )

    def look(self, opened: OpenBackup, patron_id: PatronId, done: Callable[[Seen], None], failed: Failed) -> None:
        """One person of it."""
        office = self.office

        def work() -> Seen:
            seen = looking_back.look_at(office, opened, patron_id)
            return Seen(seen, policy.current_policy(opened.inside).currency)

        self._runner.ask("backups.look", work, done, failed)

    def forget(self) -> None:
        """Nothing that is being read of an open backup is wanted any more."""
        for key in ("backups.search", "backups.look", "backups.loss"):
            self._runner.forget(key)

    def loss(self, file: Path, done: Callable[[Loss], None], failed: Failed) -> None:
        """What a restore would take away."""
        self._runner.ask("backups.loss", lambda: restoring.read_loss(self.office, file), done, failed)

    def restore(self, file: Path, done: Callable[[Restored], None], failed: Failed) -> None:
        """Puts one in the place of the library."""
        self._runner.do(lambda: restoring.restore(self.office, file), done, failed)

    def bring_back(self, opened: OpenBackup, patron_id: PatronId, done: Callable[[BroughtBack], None], failed: Failed) -> None:
        """Brings one person back from it."""
        self._runner.do(lambda: bringing_back.bring_back(self.office, opened, patron_id), done, failed)
