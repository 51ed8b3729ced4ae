"""Backups that lie beside a library file, for when the file itself cannot tell of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from patrondesk import paths
from patrondesk.records.backups import BackupBeside

LIBRARY_SUFFIXES = (".patrondesk", ".sqlite", ".db")


def find_backups_beside(library_file: Path) -> list[BackupBeside]:
    """Files in the library's folder of backups, the newest first. Nothing is opened: a restore checks what it takes."""
    folder = paths.backups_folder(library_file)
    found = []
    try:
        files = list(folder.iterdir())
    except OSError:
        return []
    for file in files:
        try:
            facts = file.stat()
        except OSError:
            continue
        if file.suffix in LIBRARY_SUFFIXES and file.is_file() and facts.st_size:
            found.append(BackupBeside(str(file), dt.datetime.fromtimestamp(facts.st_mtime, dt.UTC), facts.st_size))
    return sorted(found, key=lambda backup: backup.written_at, reverse=True)
