"""The audit log: entries are written by the door in the operation's own transaction, and chained by their hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import lock_library
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.records.desk import Problem

_START = "0" * 64
_EVERY_LIBRARY = 0  # the chain is one a database: its lock is not a library's


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
    told = json.dumps(
        [number, library_id, at, actor_id, actor, operation, patron_id, facts, previous],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(told.encode()).hexdigest()


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
    last = session.execute(sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)).first()
    number, previous = (last[0] + 1, last[1]) if last else (1, _START)
    at = now.astimezone(dt.UTC).isoformat(timespec="microseconds")
    digest = _digest(number, library_id, at, actor_id, actor, operation, patron_id, facts, previous)
    session.execute(
        sa.insert(AuditEntry).values(
            number=number,
            library_id=library_id,
            at=at,
            actor_id=actor_id,
            actor=actor,
            operation=operation,
            patron_id=patron_id,
            facts=facts,
            previous_hash=previous,
            hash=digest,
        )
    )
    return digest


def read_head(session: Session) -> tuple[int, str]:
    """The number and hash of the newest entry, (0, zeros) for an empty log."""
    last = session.execute(sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)).first()
    return (last[0], last[1]) if last else (0, _START)


def find_breaks(session: Session) -> Iterator[Problem]:
    """Walks the whole chain and names the first entry that does not fit, if any."""
    expected, previous = 1, _START
    for entry in session.execute(sa.select(AuditEntry).order_by(AuditEntry.number)).scalars():
        digest = _digest(
            entry.number,
            entry.library_id,
            entry.at,
            entry.actor_id,
            entry.actor,
            entry.operation,
            entry.patron_id,
            entry.facts,
            entry.previous_hash,
        )
        if entry.number != expected or entry.previous_hash != previous or entry.hash != digest:
            yield Problem("AUDIT_CHAIN", f"The audit log was changed from outside at entry {expected}.")
            return
        expected, previous = entry.number + 1, entry.hash
        session.expunge(entry)
    for number, told in session.execute(sa.select(BackupRecord.audit_number, BackupRecord.audit_hash)):
        kept = session.scalar(sa.select(AuditEntry.hash).where(AuditEntry.number == number))
        if number and kept != told:
            yield Problem("AUDIT_CHAIN", f"The audit log does not go on from where it stood at a backup (entry {number}).")
            return
