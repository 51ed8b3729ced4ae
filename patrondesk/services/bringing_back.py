"""Bringing one person back from a backup, when no undo can any more: under the old key, with what still fits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import lock_library
from patrondesk.errors import NotFound, Refused
from patrondesk.models.archive import ALL, GONE, LOAN_FACETS
from patrondesk.models.base import table_of
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.models.purge import BatchEvent, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.backups import Absence, BroughtBack
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import Outcome
from patrondesk.records.staff import Permission
from patrondesk.records.undoing import UndoClash
from patrondesk.services import looking_back, names
from patrondesk.services.changes import refresh_activity, refresh_search
from patrondesk.services.door import Work, operation
from patrondesk.services.fitting import Fitting
from patrondesk.services.history_back import bring_fines, bring_loans
from patrondesk.services.looking_back import OpenBackup
from patrondesk.services.policy import read_policy
from patrondesk.services.purging import settle, tombstones

_PATRONS = table_of(Patron)
_KEYS = ("username", "barcode", "external_id")


@operation(Permission.UNDO_PURGE)
def bring_back(work: Work, opened: OpenBackup, patron_id: PatronId) -> BroughtBack:
    """Brings somebody back who is no longer there, as the backup has them; one transaction, all of it or nothing.

    The patron's row and what hung on it come under their old keys. Kept loans and fines get the person again where they
    have none, with the status and the amounts that they have now; what had been deleted comes as it was, if its item is
    still there. A key that somebody else has by now is left out and reported. A staff account is joined again, without its
    role and password. Raises NotFound, and Refused when the patron is there or the purge can still be undone.
    """
    session = work.session
    lock_library(session, work.library_id)
    gone = looking_back.absence(work, patron_id)
    _may_come(gone)
    with opened.read() as then:
        fitting = Fitting(session, then)
        row = fitting.row(_PATRONS, _PATRONS.c.id == patron_id)
        if row is None:
            raise NotFound("This patron is not in the backup.", "Look at the list again.", "NOT_IN_BACKUP")
        clashes = _clashes(work, row)
        _insert_patron(work, fitting, row, clashes)
        batches = _lines(session, work, patron_id)
        loans = bring_loans(fitting, work, row, batches)
        fines = bring_fines(fitting, work, row, loans, batches)
        came, stayed = _belongings(fitting, session, patron_id)
        _join_account(fitting, session, patron_id)
        _join_dependents(fitting, session, patron_id)
    _settle_traces(session, patron_id, batches)
    back = session.get_one(Patron, patron_id)
    if clashes:
        refresh_search(session, back)
    clashes += [*loans.clashes, *fines.clashes]
    if loans.since or loans.added or fines.added:
        refresh_activity(session, [patron_id])
    facts = {
        "backup": opened.number, "batches": [*batches], "loans": loans.named + loans.added + loans.since,
        "fines": fines.named + fines.added, "clashes": len(clashes), "left": loans.left + fines.left + stayed,
    }  # fmt: skip
    work.record("patron.bring_back", facts, patron_id)
    return BroughtBack(
        patron_id, names.full_name(back.family_name, back.given_name, back.preferred_name), back.username, tuple(batches),
        loans.named, loans.added, loans.closed, loans.left, loans.since,
        fines.named, fines.added, fines.left, fines.lines_waived, fines.waived, fines.credit,
        came, stayed, tuple(clashes), read_policy(session, work.library_id).currency,
    )  # fmt: skip


def _may_come(gone: Absence) -> None:
    if gone.there:
        raise Refused("This patron is in the library.", "Look the patron up there.", "PATRON_THERE")
    if gone.undo_until is not None:
        raise Refused(
            f"Purge {gone.batch}, with which this patron went, can still be undone.",
            f"Undo it for this patron: everything comes back as it was. Past purges, purge {gone.batch}.",
            "UNDOABLE",
        )


def _clashes(work: Work, row: dict[str, Any]) -> list[UndoClash]:
    """Keys that somebody else has by now."""
    name = names.full_name(row["family_name"], row["given_name"], row["preferred_name"])
    found = []
    for key in _KEYS:
        same = sa.select(_PATRONS.c.id).where(_PATRONS.c[key] == row[key], _PATRONS.c.library_id == work.library_id)
        if row[key] is not None and work.session.scalar(same) is not None:
            found.append(UndoClash(PatronId(row["id"]), name, key, row[key]))
    return found


def _insert_patron(work: Work, fitting: Fitting, row: dict[str, Any], clashes: list[UndoClash]) -> None:
    fitted = fitting.fitted(_PATRONS, row)
    assert fitted is not None, "what a patron cannot be without is always there"
    planned = work.session.scalar(sa.select(sa.func.max(BatchLine.planned_version)).where(BatchLine.patron_id == row["id"]))
    fitted |= {clash.field: None for clash in clashes}
    # A plan that was frozen at any time before knows another version; an update by age must not take them again at once.
    fitted |= {"library_id": work.library_id, "version": max(row["version"], planned or 0) + 1, "updated_at": work.clock.now()}
    work.session.execute(sa.insert(_PATRONS).values(fitted))


def _lines(session: Session, work: Work, patron_id: PatronId) -> list[BatchId]:
    """The purges that took the patron and know nothing of a return: from now on they do."""
    lines = session.scalars(
        sa.select(BatchLine).where(
            BatchLine.patron_id == patron_id, BatchLine.outcome == Outcome.PURGED.value, BatchLine.undone_at.is_(None)
        )
    ).all()
    for line in lines:
        line.undone_at = work.clock.now()
    return [BatchId(line.batch_id) for line in lines]


def _belongings(fitting: Fitting, session: Session, patron_id: PatronId) -> tuple[int, int]:
    """What hung on the patron alone, parents before children: how many rows came, and how many could not."""
    came = stayed = 0
    for table in reversed(GONE):
        if table is _PATRONS:
            continue
        own = table.c.patron_id == patron_id
        if table is table_of(GuardOverride):
            own = sa.and_(own, table.c.batch_id.is_(None))  # made for one purge alone, and gone with it
        for row in fitting.rows(table, own):
            fitted = fitting.fitted(table, row)
            if fitted is None:
                stayed += 1
                continue
            fitting.add(table, fitted)
            came += 1
    return came, stayed


def _join_account(fitting: Fitting, session: Session, patron_id: PatronId) -> None:
    """What a former member of staff did is theirs again by name; an old file gives nobody a role or a password."""
    account = table_of(StaffAccount)
    row = fitting.row(account, account.c.patron_id == patron_id)
    if row is not None:
        session.execute(
            sa.update(account)
            .where(account.c.id == row["id"], account.c.patron_id.is_(None))
            .values(patron_id=patron_id, display_name=row["display_name"])
        )


def _join_dependents(fitting: Fitting, session: Session, patron_id: PatronId) -> None:
    """Those who came back before their guarantor are joined again; who was never away lost the link by somebody's wish."""
    mine = [row["id"] for row in fitting.rows(_PATRONS, _PATRONS.c.guarantor_id == patron_id)]
    was_away = sa.exists().where(BatchLine.patron_id == _PATRONS.c.id, BatchLine.undone_at.is_not(None))
    session.execute(
        sa.update(_PATRONS)
        .where(_PATRONS.c.id.in_(mine), _PATRONS.c.guarantor_id.is_(None), was_away)
        .values(guarantor_id=patron_id)
    )


def _settle_traces(session: Session, patron_id: PatronId, batches: list[BatchId]) -> None:
    """What the purges kept of the patron: copies on hold again, no tombstone, nothing left in an archive that is still there."""
    returning = sa.select(sa.literal(patron_id))
    for batch_id in batches:
        settle.hold_again(session, returning, batch_id)
        session.execute(sa.delete(BatchEvent).where(BatchEvent.batch_id == batch_id, BatchEvent.patron_id == patron_id))
        tombstones.lift(session, batch_id, returning)
        for table in ALL:
            if table is not LOAN_FACETS and ("patron_id" in table.c or table.name == "archive_patrons"):
                owner = table.c.id if table.name == "archive_patrons" else table.c.patron_id
                session.execute(sa.delete(table).where(table.c.purge_id == batch_id, owner == patron_id))
