"""Undo: brings a batch back, or some of its patrons, every row as it was; what others have by now stays with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import sqlalchemy as sa

from patrondesk.database import dialect, drop_working_table, keys, lock_library, shielded, working_table
from patrondesk.errors import Busy, NotFound, Refused
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import ArchiveState, Outcome
from patrondesk.records.staff import Permission
from patrondesk.records.undoing import Resolutions, UndoClash, UndoResult
from patrondesk.services.changes import refresh_searches, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.purging import clashes as clashing
from patrondesk.services.purging import settle, since, tombstones, undo_rows
from patrondesk.services.purging.batch import is_live

RETURNING = sa.Table(
    "undo_returning",
    sa.MetaData(),
    sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
_TRIES = 3


@operation(Permission.UNDO_PURGE, reads=True)
def find_clashes(work: Work, batch_id: BatchId, only: Sequence[PatronId] | None = None) -> tuple[UndoClash, ...]:
    """What would not come back as it was, because somebody else has it by now; of everybody, or of `only` these.

    Identifiers by name of who would come back, then counts of loans and fines that would lose their number of another
    system. Raises as `undo_batch` does, so that nobody decides about what cannot be undone.
    """
    batch, chosen, _ = _chosen(work, batch_id, only)
    return tuple(clashing.find_clashes(work.session, batch, keys(work.session, chosen)))


@operation(Permission.UNDO_PURGE, reads=True)
def check_resolutions(
    work: Work, batch_id: BatchId, resolutions: Resolutions, only: Sequence[PatronId] | None = None
) -> dict[tuple[PatronId, str], str]:
    """What is wrong with new values before an undo: a sentence for each that cannot be had, by patron and field.

    Nothing is said of one that is not needed, as nothing clashes any more.
    """
    batch, chosen, _ = _chosen(work, batch_id, only)
    returning = keys(work.session, chosen)
    found = clashing.find_clashes(work.session, batch, returning)
    needed = {(clash.patron_id, clash.field) for clash in found}
    wrong = {
        at: said
        for at, decided in resolutions.items()
        if at in needed and decided.value is not None and (said := clashing.find_wrong(at[1], decided.value))
    }
    return clashing.find_taken(work.session, batch, returning, found, resolutions) | wrong


@operation(Permission.UNDO_PURGE)
def undo_batch(
    work: Work, batch_id: BatchId, only: Sequence[PatronId] | None = None, resolutions: Resolutions | None = None
) -> UndoResult:
    """Brings back all purged patrons of a batch, or `only` these. One transaction: all of them or nobody.

    An identifier that somebody else has by now is not taken away: the returning patron comes with what `resolutions` says
    instead, or without, and it is reported. So is a new value that was given to somebody in the meantime. Where nothing
    clashes (any more), a patron comes back as before, whatever was decided.
    Raises NotFound, WrongUsage for a new value that nobody could have, and Refused when the undo date has passed or nobody
    is left to bring back.
    """
    session = work.session
    decided = resolutions or {}
    clashing.check_words(decided)
    lock_library(session, work.library_id)
    batch, chosen, left = _chosen(work, batch_id, only, lock=True)
    working_table(session, RETURNING)
    session.execute(sa.insert(RETURNING).from_select(["patron_id"], keys(session, chosen)))
    already = 0 if only is None else len(set(only)) - len(chosen)
    done = dataclasses.replace(_brought(work, batch, decided), restored=len(chosen), already=already)
    drop_working_table(session, RETURNING)
    batch.archive = (ArchiveState.PARTLY_UNDONE if left else ArchiveState.UNDONE).value
    facts = {"batch": batch_id, "restored": len(chosen), "clashes": len(done.clashes), "loans": done.loans, "fines": done.fines}
    work.record("purge.undo", facts | {"given_anew": sum(clash.new_value is not None for clash in done.clashes)})
    return done


def _brought(work: Work, batch: Batch, decided: Resolutions) -> UndoResult:
    """Brings the returning back. On a server somebody may take an identifier at the very moment: then it is looked again."""
    for _ in range(_TRIES):
        try:
            with shielded(work.session):
                return _bring(work, batch, decided)
        except sa.exc.IntegrityError:
            if dialect(work.session) == "sqlite":
                raise  # nobody else writes in a file meanwhile: it is a fault of ours
    raise Busy("Others are giving the same identifiers to patrons. Nothing was changed.", "Wait a moment and try again.")


def _bring(work: Work, batch: Batch, decided: Resolutions) -> UndoResult:
    session, batch_id, returning = work.session, BatchId(batch.id), sa.select(RETURNING.c.patron_id)
    found = clashing.find_clashes(session, batch, returning)
    if found:
        found = clashing.settle(session, batch, returning, found, decided)
    undo_rows.bring_patrons(session, batch_id, returning)
    loans = undo_rows.bring_loans(session, batch, returning)
    fines = undo_rows.bring_fines(session, batch_id, returning)
    settle.hold_again(session, returning, batch_id)
    reservations = undo_rows.bring_rest(session, batch_id, returning)
    remarks = since.find_remarks(session, batch, returning)
    tombstones.lift(session, batch_id, returning)
    undo_rows.forget(session, batch_id, returning)
    _tell_of_new_keys(work, found)
    session.execute(
        sa.update(BatchLine)
        .where(BatchLine.batch_id == batch_id, BatchLine.patron_id.in_(returning))
        .values(undone_at=work.clock.now())
    )
    return UndoResult(batch_id, 0, 0, tuple(found), loans, fines, reservations, tuple(remarks))


def _chosen(
    work: Work, batch_id: BatchId, only: Sequence[PatronId] | None, *, lock: bool = False
) -> tuple[Batch, list[PatronId], int]:
    """The batch, who of it would come back, and how many would stay away. Raises NotFound, Refused."""
    session = work.session
    batch = session.get(Batch, batch_id, with_for_update=lock)
    if batch is None or batch.library_id != work.library_id:
        raise NotFound(f"There is no batch {batch_id}.", "See all of them with: patrondesk batches list")
    _may_be_undone(work, batch)
    away = session.scalars(
        sa.select(BatchLine.patron_id).where(
            BatchLine.batch_id == batch_id, BatchLine.outcome == Outcome.PURGED.value, BatchLine.undone_at.is_(None)
        )
    ).all()
    chosen = sorted(set(away) if only is None else set(away) & set(only))
    if not chosen:
        raise Refused(
            f"Nobody of batch {batch_id} is left to bring back.", "Look at the batch with: patrondesk batches show", "NOBODY"
        )
    return batch, [PatronId(key) for key in chosen], len(away) - len(chosen)


def _may_be_undone(work: Work, batch: Batch) -> None:
    if batch.archive == ArchiveState.DESTROYED.value or batch.undo_until is None or batch.undo_until < work.clock.real_today():
        raise Refused(
            f"Batch {batch.id} can no longer be undone: its undo date has passed.",
            "A backup made before it may still hold the patrons.",
            "TOO_LATE",
        )
    if is_live(work.office.database, batch):
        raise Refused(f"Batch {batch.id} is still running.", "Wait until it is finished, or stop it.", "RUNNING")


def _tell_of_new_keys(work: Work, found: Sequence[UndoClash]) -> None:
    """Whose identifiers changed is found by those of now, and a plan made before notices."""
    ids = sorted({clash.patron_id for clash in found if clash.of_patron})
    if ids:
        theirs = keys(work.session, ids)
        touch(work.session, work.clock.now(), theirs)
        refresh_searches(work.session, work.session.scalars(sa.select(Patron).where(Patron.id.in_(theirs))).all())
