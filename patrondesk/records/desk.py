"""The desk itself: settings, where the library stands, what a check of the file found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.records.ids import PatronId


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting of the library with its sentence. `kind`: bool, int, money, text, choice."""

    key: str
    group: str
    label: str
    text: str
    kind: str
    default: str
    value: str
    unit: str = ""
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    affects: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the library stands, for the sidebar and the head of a page."""

    library: str
    patrons: int
    candidates: int
    last_backup: dt.datetime | None
    last_backup_path: str | None
    last_purge_on: dt.date | None
    last_purge_count: int
    last_purge_undo_until: dt.date | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that `verify` found wrong, without personal data. `patrons`: whose records hold it."""

    code: str
    text: str
    patrons: tuple[PatronId, ...] = ()


@dataclass(frozen=True, slots=True)
class UpgradeCopy:
    """A verified copy made before an upgrade, not listed yet. `audit_number`, `audit_hash`: where the log stood."""

    path: str
    made_at: dt.datetime
    size: int
    patrons: int
    audit_number: int
    audit_hash: str


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A verified backup."""

    path: str
    made_at: dt.datetime
    size: int
    patrons: int
