"""Tombstones: a returning student is recognised by a keyed hash of the external id, for as long as the library says.

Pseudonymous, not anonymous: the key lies in the same library, so who has the file and an external id can ask.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.base import table_of
from patrondesk.models.library import Library
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, Tombstone
from patrondesk.records.ids import BatchId, LibraryId, PatronId
from patrondesk.records.purging import Buried

_PATRONS = table_of(Patron)
_TOMBS = table_of(Tombstone)
_PART = 500


def digest(secret: str, external_id: str) -> str:
    """The keyed hash of an external id, 64 hexadecimal digits."""
    return hmac.new(bytes.fromhex(secret), external_id.strip().encode(), hashlib.sha256).hexdigest()


def bury(session: Session, batch: Batch, chunk: sa.Select[int], today: dt.date, years: int) -> None:
    """Before the chunk's patrons go: a tombstone for each with an external id, until `years` from today."""
    secret = _secret(session, LibraryId(batch.library_id))
    until = dt.date(today.year + years, today.month, min(today.day, 28))
    rows = session.execute(
        sa.select(_PATRONS.c.id, _PATRONS.c.external_id).where(_PATRONS.c.id.in_(chunk), _PATRONS.c.external_id.is_not(None))
    ).all()
    if rows:
        session.execute(
            sa.insert(_TOMBS),
            [
                {
                    "library_id": batch.library_id,
                    "digest": digest(secret, row[1]),
                    "batch_id": batch.id,
                    "patron_id": row[0],
                    "expires_on": until,
                }
                for row in rows
            ],
        )


def lift(session: Session, batch_id: int, returning: sa.Select[int]) -> None:
    """An undo brings patrons back: their tombstones of that batch go."""
    session.execute(sa.delete(_TOMBS).where(_TOMBS.c.batch_id == batch_id, _TOMBS.c.patron_id.in_(returning)))


def any_there(session: Session, library_id: LibraryId) -> bool:
    """Whether anybody could be recognised at all."""
    return session.scalar(sa.select(_TOMBS.c.id).where(_TOMBS.c.library_id == library_id).limit(1)) is not None


def recognise(session: Session, library_id: LibraryId, external_ids: Iterable[str], today: dt.date) -> dict[str, Buried]:
    """Which of these external ids belonged to somebody purged here: {external id: the latest purge}."""
    wanted = sorted({key for key in external_ids if key})
    if not wanted:
        return {}
    secret = _secret(session, library_id)
    found: dict[str, Buried] = {}
    for start in range(0, len(wanted), _PART):
        sought = {digest(secret, key): key for key in wanted[start : start + _PART]}
        rows = session.execute(
            sa.select(Tombstone.digest, Tombstone.patron_id, Batch.id, Batch.started_at, Batch.undo_until, Batch.archive)
            .join(Batch, Batch.id == Tombstone.batch_id)
            .where(Tombstone.library_id == library_id, Tombstone.digest.in_(sought), Tombstone.expires_on >= today)
            .order_by(Batch.id)
        )
        for told, patron_id, batch_id, at, undo_until, archive in rows:
            undoable = archive in ("present", "partly_undone") and undo_until is not None and undo_until >= today
            found[sought[told]] = Buried(PatronId(patron_id), BatchId(batch_id), at, undo_until if undoable else None)
    return found


def expire(session: Session, library_id: LibraryId, today: dt.date) -> int:
    """Upkeep: tombstones whose time is over go; returns how many."""
    over = sa.and_(_TOMBS.c.library_id == library_id, _TOMBS.c.expires_on < today)
    number = session.scalar(sa.select(sa.func.count()).select_from(_TOMBS).where(over)) or 0
    if number:
        session.execute(sa.delete(_TOMBS).where(over))
    return number


def _secret(session: Session, library_id: LibraryId) -> str:
    secret = session.scalar(sa.select(Library.secret).where(Library.id == library_id))
    assert secret is not None, "the library is there"
    return secret
