"""The audit log: entries are written by the door in the operation's own transaction, and chained by their hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import messages
from patrondesk.database import lock_library
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.base import table_of
from patrondesk.models.importing import ImportRun
from patrondesk.models.purge import Batch
from patrondesk.records.audit import START, BreakKind, ChainBreak, ChainCheck, Head, KnownHead
from patrondesk.records.desk import Problem
from patrondesk.records.purging import ArchiveState, BatchState

CERTIFICATE = "certificate.issue"
_EVERY_LIBRARY = 0  # the chain is one a database: its lock is not a library's
_ENTRIES = table_of(AuditEntry)
_AT_ONCE = 2000
# Each change of the library runs these: they are made once.
_LAST = sa.select(_ENTRIES.c.number, _ENTRIES.c.hash).order_by(_ENTRIES.c.number.desc()).limit(1)
_APPEND = sa.insert(_ENTRIES)
_tell = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _digest(
    number: int,
    library_id: int | None,
    at: str,
    actor_id: int | None,
    actor: str,
    operation: str,
    patron_id: int | None,
    facts: dict[str, Any],
    previous: str,
) -> str:
    told = _tell([number, library_id, at, actor_id, actor, operation, patron_id, facts, previous])
    return hashlib.sha256(told.encode()).hexdigest()


def digest_of(entry: Mapping[str, Any]) -> str:
    """The hash of an entry, its columns by name."""
    e = entry
    return _digest(
        e["number"], e["library_id"], e["at"], e["actor_id"], e["actor"], e["operation"], e["patron_id"], e["facts"],
        e["previous_hash"],
    )  # fmt: skip


def write_entry(
    session: Session,
    now: dt.datetime,
    *,
    library_id: int | None,
    actor_id: int | None,
    actor: str,
    operation: str,
    patron_id: int | None,
    facts: dict[str, Any],
) -> str:
    """Appends one entry and returns its hash. `facts`: counts and internal ids, never a patron's name or identifier."""
    lock_library(session, _EVERY_LIBRARY)
    last = read_head(session)
    number = last.number + 1
    at = now.astimezone(dt.UTC).isoformat(timespec="microseconds")
    digest = _digest(number, library_id, at, actor_id, actor, operation, patron_id, facts, last.hash)
    session.execute(
        _APPEND,
        {
            "number": number,
            "library_id": library_id,
            "at": at,
            "actor_id": actor_id,
            "actor": actor,
            "operation": operation,
            "patron_id": patron_id,
            "facts": facts,
            "previous_hash": last.hash,
            "hash": digest,
        },
    )
    return digest


def moment(at: str) -> dt.datetime:
    """When an entry was written, of its column."""
    return dt.datetime.fromisoformat(at)


def read_head(session: Session) -> Head:
    """Where the log stands."""
    last = session.execute(_LAST).first()
    return Head(last[0], last[1]) if last else Head(0, START)


# ---------------------------------------------------------------------------------------------------- the check


def check(session: Session, known: Sequence[KnownHead] = ()) -> ChainCheck:
    """Walks the whole chain, and compares it with the heads kept with backups, with those `known`, and with the library.

    What purges and imports left in the library names entries that must be there: so a tail that was cut off is noticed
    without any head, if a purge or an import was in it.
    """
    # Read before the walk: what is added meanwhile is in the log then, and nothing is missed.
    heads = [*_backup_heads(session), *known]
    untold = _must_be_told(session)
    at_number: dict[int, list[KnownHead]] = {}
    for one in heads:
        at_number.setdefault(one.head.number, []).append(one)
    found: ChainBreak | None = None
    expected, previous, earlier, set_back = 1, START, "", 0
    restored: list[tuple[int, int]] = []
    columns = [_ENTRIES.c[name] for name in _COLUMNS]
    rows = session.execute(sa.select(*columns).order_by(_ENTRIES.c.number).execution_options(yield_per=_AT_ONCE))
    for number, library_id, at, actor_id, actor, operation, patron_id, facts, before, digest in rows:
        if found is None:
            if number != expected:
                found = _broken(BreakKind.MISSING, expected)
            elif _digest(number, library_id, at, actor_id, actor, operation, patron_id, facts, before) != digest:
                found = _broken(BreakKind.CHANGED, number)
            elif before != previous:
                found = _broken(BreakKind.UNLINKED, number)
        for one in at_number.pop(number, ()):
            found = found or _compared(one, digest, operation, facts, restored)
        if operation == _RESTORE:
            restored.append((number, int(facts.get("replaced_number") or 0)))
        if operation in _TELLS or operation.startswith(_IMPORT):
            untold.pop(_told_by(operation, facts), None)
        set_back += at < earlier
        expected, previous, earlier = number + 1, digest, at
    last = Head(expected - 1, previous)
    # A head of nothing (number 0) is kept by a backup of an empty log, and any log goes on from there.
    beyond = [one for number, every in sorted(at_number.items()) if number for one in every]
    if found is None and beyond:
        found = _cut_off(beyond[-1], last)
    if found is None and untold:
        found = ChainBreak(BreakKind.UNTOLD, last.number, f"{next(iter(untold.values()))} {_TAKEN_AWAY}")
    return ChainCheck(last.number, last, found, tuple(one.source for one in heads), set_back)


def find_breaks(session: Session) -> Iterator[Problem]:
    """What a check of the whole chain finds wrong first, if anything."""
    found = check(session).first_break
    if found is not None:
        yield Problem("AUDIT_CHAIN", found.text)


_COLUMNS = ("number", "library_id", "at", "actor_id", "actor", "operation", "patron_id", "facts", "previous_hash", "hash")
_IMPORT, _RESTORE = "import.", "library.restore"
_BEGUN, _ENDED, _UNDONE, _DESTROYED, _IMPORTED = "begun", "ended", "undone", "destroyed", "imported"
_TELLS = {
    "purge.begin": _BEGUN, "purge.finish": _ENDED, "purge.close": _ENDED, "purge.undo": _UNDONE, "purge.destroy": _DESTROYED,
}  # fmt: skip
_FINISHED = (BatchState.COMPLETED.value, BatchState.COMPLETED_WITH_EXCEPTIONS.value, BatchState.STOPPED.value)
_SAID = {
    BreakKind.MISSING: "Entry {number} of the audit log is missing.",
    BreakKind.CHANGED: "Entry {number} of the audit log was changed after it was written.",
    BreakKind.UNLINKED: "Entry {number} of the audit log does not follow the one before it: entries were put in or moved.",
}
_TAKEN_AWAY = "is in the library, but the audit log does not tell of it: entries were cut off or taken away."


def _broken(kind: BreakKind, number: int) -> ChainBreak:
    return ChainBreak(kind, number, _SAID[kind].format(number=number))


def _compared(
    one: KnownHead, digest: str, operation: str, facts: dict[str, Any], restored: Sequence[tuple[int, int]]
) -> ChainBreak | None:
    """What does not agree between a head known from elsewhere and the entry of that number.

    `restored`: where a backup took the library's place, and how far the log had gone that was replaced then.
    """
    number = one.head.number
    if digest != one.head.hash:
        since = next((str(at) for at, until in restored if at <= number <= until), None)
        why = f"the library was restored from an older backup (entry {since})" if since else "the log was written anew"
        said = f"Entry {number} of the audit log is not the one that {one.source} knows: {why}."
        return ChainBreak(BreakKind.HEAD, number, said)
    if one.digest is not None and (operation != CERTIFICATE or facts.get("digest") != one.digest):
        said = f"The audit log is as it was, but {one.source} does not say what was certified."
        return ChainBreak(BreakKind.CERTIFICATE, number, said)
    return None


def _cut_off(one: KnownHead, last: Head) -> ChainBreak:
    """A head that lies beyond the end of the log."""
    said = (
        f"The audit log ends at entry {last.number}, but {one.source} knows entry {one.head.number}: later entries were cut off, "
        "or the library was restored from an older backup."
    )
    return ChainBreak(BreakKind.HEAD, one.head.number, said)


def _backup_heads(session: Session) -> Iterator[KnownHead]:
    rows = session.execute(sa.select(BackupRecord.audit_number, BackupRecord.audit_hash, BackupRecord.made_at))
    for number, digest, made_at in rows:
        made = made_at.astimezone()
        yield KnownHead(Head(number, digest), f"the backup of {messages.short_day(made.date())}, {made:%H:%M}")


def _told_by(operation: str, facts: dict[str, Any]) -> tuple[str, object]:
    """What an entry tells of: a word and the number of a purge or import."""
    if operation in _TELLS:
        return _TELLS[operation], facts.get("batch")
    return _IMPORTED, facts.get("run")


def _must_be_told(session: Session) -> dict[tuple[str, object], str]:
    """What purges and imports left in the library, each of which an entry tells of, with its words."""
    wanted: dict[tuple[str, object], str] = {}
    for key, state, archive, destroyed_at in session.execute(
        sa.select(Batch.id, Batch.state, Batch.archive, Batch.destroyed_at).order_by(Batch.id)
    ):
        wanted[_BEGUN, key] = f"Purge {key}"
        if state in _FINISHED:
            wanted[_ENDED, key] = f"The end of purge {key}"
        if archive in (ArchiveState.UNDONE.value, ArchiveState.PARTLY_UNDONE.value):
            wanted[_UNDONE, key] = f"The undoing of purge {key}"
        if destroyed_at is not None:
            wanted[_DESTROYED, key] = f"The destruction of what purge {key} kept"
    wanted.update(((_IMPORTED, key), f"Import {key}") for key in session.scalars(sa.select(ImportRun.id).order_by(ImportRun.id)))
    return wanted
