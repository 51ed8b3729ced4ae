"""A restore as work that is killed: a backup of before a purge becomes the library after it, and what must hold meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.services import backup, backup_file, checking
from patrondesk.services.office import Office
from patrondesk.services.restoring import restore
from tests.comparing import picture

Shown = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Restore:
    """The backup, its bytes, and the library as it was (`old`) and as the backup has it (`new`)."""

    file: Path
    content: bytes
    old: Shown
    new: Shown

    def go(self, office: Office) -> None:
        """Restores, whether that was done already or not: doing it again ends the same."""
        restore(office, self.file)

    def done(self, office: Office) -> bool:
        """Whether the library is the restored one."""
        return _entries(office) > 0

    def look(self, office: Office) -> None:
        """The library is the old one or the restored one to the last cell; the old one is lost by neither."""
        folder, path = office.backups_folder(), office.database.path
        assert folder is not None
        assert path is not None
        assert self.file.read_bytes() == self.content, "the backup itself was changed"
        done, now = self.done(office), picture(office.database)
        assert now == (self.new if done else self.old), "neither the old library nor the restored one"
        kept = sorted(folder.glob("*.patrondesk")) if folder.is_dir() else []
        whole = [_shown(office, file) for file in kept]
        assert all(shown in (self.old, self.new) for shown in whole), "a kept-aside file that is not whole"
        if done:
            assert self.old in whole, "the old library is nowhere"
            listed = _listed(office)
            assert {str(file) for file in kept} <= set(listed), "a kept-aside file that nobody would ever remove"
            aside = {noted for noted, purpose in listed.items() if purpose == backup.BEFORE_A_RESTORE}
            assert aside, "the list of backups does not name what was kept aside"
            assert aside <= {str(file) for file in kept}, "a listed file that is not there"

    def tidy(self, office: Office) -> None:
        """After a restore that was not killed nothing half made is left, whatever was killed before."""
        folder, path = office.backups_folder(), office.database.path
        assert folder is not None
        assert path is not None
        left = [*path.parent.glob("*.restoring*"), *folder.glob("*.part*")]
        assert not left, f"half made and left: {[file.name for file in left]}"


def make(full: Office, purged: Office, file: Path) -> Restore:
    """Backs `full` up, for the library `purged` to be replaced by."""
    backup.make_backup(full, file)
    return Restore(file, file.read_bytes(), picture(purged.database), picture(full.database))


def _shown(office: Office, file: Path) -> Shown:
    with backup_file.looking(file) as (copy, facts):
        assert facts.current
        assert not checking.find_problems(Office(copy, office.clock, office.actor)), file.name
        return picture(copy)


def _entries(office: Office) -> int:
    with office.database.read() as session:
        told = sa.select(sa.func.count()).where(AuditEntry.operation == "library.restore")
        return session.scalar(told) or 0


def _listed(office: Office) -> dict[str, str]:
    with office.database.read() as session:
        rows = session.execute(sa.select(BackupRecord.path, BackupRecord.purpose).where(BackupRecord.destroyed_at.is_(None)))
        return {row[0]: row[1] for row in rows}
