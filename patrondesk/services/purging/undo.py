"""Undo: brings a batch back, or some of its patrons, every row as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import drop_working_table, keys, lock_library, working_table
from patrondesk.errors import NotFound, Refused
from patrondesk.models.archive import ALL, FINE_LINKS, GONE, GUARANTOR_LINKS, LINE_COMMENTS, LOAN_FACETS, LOANS, PSEUDONYMS, TWINS
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchEvent, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import ArchiveState, Outcome, UndoClash, UndoResult
from patrondesk.records.staff import Permission
from patrondesk.services import names
from patrondesk.services.changes import refresh_search
from patrondesk.services.door import Work, operation
from patrondesk.services.purging import links, settle, tombstones
from patrondesk.services.purging.batch import is_live

RETURNING = sa.Table(
    "undo_returning",
    sa.MetaData(),
    sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
_PATRONS = table_of(Patron)
_FINES = table_of(Fine)
_LINES = table_of(FineLine)
_ACCOUNTS = table_of(StaffAccount)
_KEYS = ("username", "barcode", "external_id")


@operation(Permission.UNDO_PURGE)
def undo_batch(work: Work, batch_id: BatchId, only: Sequence[PatronId] | None = None) -> UndoResult:
    """Brings back all purged patrons of a batch, or `only` these. One transaction: all of them or nobody.

    A key that somebody else has by now is not taken away: the returning patron comes without it, and it is reported.
    Raises NotFound, and Refused when the undo date has passed or nobody is left to bring back.
    """
    session = work.session
    lock_library(session, work.library_id)
    batch = session.get(Batch, batch_id, with_for_update=True)
    if batch is None or batch.library_id != work.library_id:
        raise NotFound(f"There is no batch {batch_id}.", "See all of them with: patrondesk batches list")
    _may_be_undone(work, batch)
    away = session.scalars(
        sa.select(BatchLine.patron_id).where(
            BatchLine.batch_id == batch_id, BatchLine.outcome == Outcome.PURGED.value, BatchLine.undone_at.is_(None)
        )
    ).all()
    chosen = sorted(set(away) if only is None else set(away) & set(only))
    already = 0 if only is None else len(set(only)) - len(chosen)
    if not chosen:
        raise Refused(
            f"Nobody of batch {batch_id} is left to bring back.", "Look at the batch with: patrondesk batches show", "NOBODY"
        )
    working_table(session, RETURNING)
    session.execute(sa.insert(RETURNING).from_select(["patron_id"], keys(session, chosen)))
    returning = sa.select(RETURNING.c.patron_id)
    clashes = _clashes(session, batch)
    others = _clashing_records(session, batch)
    _bring_patrons(session, batch_id, clashes)
    links.join_guarantors(session, batch_id, returning)
    loans = _bring_loans(session, batch, returning)
    fines = _bring_fines(session, batch_id, returning)
    links.join_fines(session, batch_id)
    settle.hold_again(session, returning, batch_id)
    reservations = _bring_rest(session, batch_id, returning)
    tombstones.lift(session, batch_id, returning)
    _forget(session, batch_id, returning)
    for patron in session.scalars(sa.select(Patron).where(Patron.id.in_({clash.patron_id for clash in clashes}))):
        refresh_search(session, patron)
    clashes += others
    session.execute(
        sa.update(BatchLine)
        .where(BatchLine.batch_id == batch_id, BatchLine.patron_id.in_(returning))
        .values(undone_at=work.clock.now())
    )
    drop_working_table(session, RETURNING)
    batch.archive = (ArchiveState.UNDONE if len(chosen) == len(away) else ArchiveState.PARTLY_UNDONE).value
    work.record(
        "purge.undo", {"batch": batch_id, "restored": len(chosen), "clashes": len(clashes), "loans": loans, "fines": fines}
    )
    return UndoResult(batch_id, len(chosen), already, tuple(clashes), loans, fines, reservations)


def _may_be_undone(work: Work, batch: Batch) -> None:
    if batch.archive == ArchiveState.DESTROYED.value or batch.undo_until is None or batch.undo_until < work.clock.real_today():
        raise Refused(
            f"Batch {batch.id} can no longer be undone: its undo date has passed.",
            "A backup made before it may still hold the patrons.",
            "TOO_LATE",
        )
    if is_live(work.office, batch):
        raise Refused(f"Batch {batch.id} is still running.", "Wait until it is finished, or stop it.", "RUNNING")


def _clashes(session: Session, batch: Batch) -> list[UndoClash]:
    """Keys of the returning that other patrons have by now."""
    twin, found = TWINS["patrons"], []
    for field in _KEYS:
        rows = session.execute(
            sa.select(twin.c.id, twin.c.family_name, twin.c.given_name, twin.c.preferred_name, twin.c[field])
            .join(RETURNING, RETURNING.c.patron_id == twin.c.id)
            .join(_PATRONS, sa.and_(_PATRONS.c[field] == twin.c[field], _PATRONS.c.library_id == twin.c.library_id))
            .where(twin.c.purge_id == batch.id)
        )
        found += [UndoClash(PatronId(row[0]), names.full_name(row[1], row[2], row[3]), field, row[4]) for row in rows]
    return found


def _clashing_records(session: Session, batch: Batch) -> list[UndoClash]:
    """Loans and fines of the returning whose key in another system has been used again: they come back without it."""
    person, found = TWINS["patrons"], []
    borrowed = LOAN_FACETS.join(LOANS, LOANS.c.id == LOAN_FACETS.c.loan_id)
    kept = (
        sa.select(PSEUDONYMS.c.patron_id, LOAN_FACETS.c.loan_id.label("id"), LOAN_FACETS.c.external_id, LOANS.c.library_id)
        .select_from(borrowed.join(PSEUDONYMS, PSEUDONYMS.c.pseudonym == LOANS.c.pseudonym))
        .where(LOAN_FACETS.c.purge_id == batch.id)
    )
    gone = [
        sa.select(twin.c.patron_id, twin.c.id, twin.c.external_id, twin.c.library_id).where(twin.c.purge_id == batch.id)
        for twin in (TWINS["loans"], TWINS["fines"])
    ]
    for source, table, home, word in (
        (kept, LOANS, LOAN_FACETS, "loan"), (gone[0], LOANS, TWINS["loans"], "loan"), (gone[1], _FINES, TWINS["fines"], "fine"),
    ):  # fmt: skip
        old = source.subquery()
        rows = session.execute(
            sa.select(
                old.c.id, old.c.patron_id, old.c.external_id, person.c.family_name, person.c.given_name, person.c.preferred_name
            )
            .join(RETURNING, RETURNING.c.patron_id == old.c.patron_id)
            .join(person, sa.and_(person.c.id == old.c.patron_id, person.c.purge_id == batch.id))
            .join(
                table,
                sa.and_(table.c.external_id == old.c.external_id, table.c.library_id == old.c.library_id, table.c.id != old.c.id),
            )
        ).all()
        if rows:
            key = home.c.loan_id if home is LOAN_FACETS else home.c.id
            session.execute(
                sa.update(home).where(home.c.purge_id == batch.id, key.in_([row[0] for row in rows])).values(external_id=None)
            )
        found += [
            UndoClash(PatronId(row[1]), names.full_name(row[3], row[4], row[5]), f"external_id of a {word}", row[2])
            for row in rows
        ]
    return found


def _copy_back(
    session: Session, table: sa.Table, batch_id: int, where: sa.ColumnElement[bool], changed: dict[str, Any] | None = None
) -> int:
    twin = TWINS[table.name]
    columns = [(changed or {}).get(column.name, twin.c[column.name]) for column in table.columns]
    result = session.connection().execute(
        sa.insert(table).from_select(
            [column.name for column in table.columns],
            sa.select(*columns).where(twin.c.purge_id == batch_id, where),
            include_defaults=False,
        )
    )
    return result.rowcount


def _bring_patrons(session: Session, batch_id: int, clashes: Sequence[UndoClash]) -> None:
    twin = TWINS["patrons"]
    returning = sa.select(RETURNING.c.patron_id)
    changed: dict[str, Any] = {
        field: sa.case((twin.c.id.in_(taken), None), else_=twin.c[field])
        for field in _KEYS
        if (taken := [clash.patron_id for clash in clashes if clash.field == field])
    }
    # A guarantor who is not there (yet) cannot be named; a link is kept with the batch that holds the guarantor.
    links.keep_guarantors(session, batch_id, returning)
    there = sa.or_(twin.c.guarantor_id.in_(returning), sa.exists().where(_PATRONS.c.id == twin.c.guarantor_id))
    changed["guarantor_id"] = sa.case((there, twin.c.guarantor_id), else_=None)
    _copy_back(session, _PATRONS, batch_id, twin.c.id.in_(returning), changed)


def _bring_loans(session: Session, batch: Batch, returning: sa.Select[int]) -> int:
    if not batch.retain_loans:
        return _copy_back(session, LOANS, batch.id, TWINS["loans"].c.patron_id.in_(returning))
    mine = sa.and_(PSEUDONYMS.c.purge_id == batch.id, PSEUDONYMS.c.patron_id.in_(returning))
    number = session.scalar(
        sa.select(sa.func.count()).select_from(LOANS).where(LOANS.c.pseudonym.in_(sa.select(PSEUDONYMS.c.pseudonym).where(mine)))
    )
    facets = LOAN_FACETS
    lost = ["external_id", *batch.policy["facets_dropped"]]
    there = sa.select(facets.c.loan_id).where(facets.c.purge_id == batch.id)
    kept = sa.and_(LOANS.c.pseudonym.in_(sa.select(PSEUDONYMS.c.pseudonym).where(mine)), LOANS.c.id.in_(there))
    session.execute(
        sa.update(LOANS)
        .where(kept)
        .values(
            {
                name: sa.select(facets.c[name])
                .where(facets.c.purge_id == batch.id, facets.c.loan_id == LOANS.c.id)
                .scalar_subquery()
                for name in lost
            }
        )
    )
    session.execute(
        sa.delete(facets).where(
            facets.c.purge_id == batch.id,
            facets.c.loan_id.in_(
                sa.select(LOANS.c.id).where(LOANS.c.pseudonym.in_(sa.select(PSEUDONYMS.c.pseudonym).where(mine)))
            ),
        )
    )
    who = sa.select(PSEUDONYMS.c.patron_id).where(PSEUDONYMS.c.pseudonym == LOANS.c.pseudonym).scalar_subquery()
    session.execute(
        sa.update(LOANS)
        .where(LOANS.c.pseudonym.in_(sa.select(PSEUDONYMS.c.pseudonym).where(mine)))
        .values(patron_id=who, pseudonym=None)
    )
    return number or 0


def _bring_fines(session: Session, batch_id: int, returning: sa.Select[int]) -> int:
    """Fines get back what they lost; the purge's own lines go."""
    twin = TWINS["fines"]
    mine = sa.select(twin.c.id).where(twin.c.purge_id == batch_id, twin.c.patron_id.in_(returning))
    number = session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
    if not number:
        return 0
    # A loan that went with a batch of its own is joined again when that batch comes back.
    there = sa.exists().where(LOANS.c.id == twin.c.loan_id)
    session.execute(sa.update(twin).where(twin.c.purge_id == batch_id, twin.c.loan_id.is_not(None), ~there).values(loan_id=None))
    back = [column.name for column in _FINES.columns if column.name != "id"]
    session.execute(
        sa.update(_FINES)
        .where(_FINES.c.id.in_(mine))
        .values(
            {
                name: sa.select(twin.c[name]).where(twin.c.purge_id == batch_id, twin.c.id == _FINES.c.id).scalar_subquery()
                for name in back
            }
        )
    )
    session.execute(sa.delete(_LINES).where(_LINES.c.batch_id == batch_id, _LINES.c.fine_id.in_(mine)))
    comments = sa.select(LINE_COMMENTS.c.line_id).where(LINE_COMMENTS.c.purge_id == batch_id)
    told = sa.select(LINE_COMMENTS.c.comment).where(LINE_COMMENTS.c.purge_id == batch_id, LINE_COMMENTS.c.line_id == _LINES.c.id)
    session.execute(
        sa.update(_LINES).where(_LINES.c.fine_id.in_(mine), _LINES.c.id.in_(comments)).values(comment=told.scalar_subquery())
    )
    restored = sa.select(_LINES.c.id).where(_LINES.c.fine_id.in_(mine))
    session.execute(sa.delete(LINE_COMMENTS).where(LINE_COMMENTS.c.purge_id == batch_id, LINE_COMMENTS.c.line_id.in_(restored)))
    return number


def _bring_rest(session: Session, batch_id: int, returning: sa.Select[int]) -> int:
    """Everything else that hung on the patrons, parents before children; returns how many reservations."""
    reservations = 0
    for table in reversed(GONE):
        if table is not _PATRONS:
            number = _copy_back(session, table, batch_id, TWINS[table.name].c.patron_id.in_(returning))
            reservations += number if table.name == "reservations" else 0
    twin = TWINS["staff_accounts"]
    mine = sa.select(twin.c.id).where(twin.c.purge_id == batch_id, twin.c.patron_id.in_(returning))
    back = [column.name for column in _ACCOUNTS.columns if column.name != "id"]
    session.execute(
        sa.update(_ACCOUNTS)
        .where(_ACCOUNTS.c.id.in_(mine))
        .values(
            {
                name: sa.select(twin.c[name]).where(twin.c.purge_id == batch_id, twin.c.id == _ACCOUNTS.c.id).scalar_subquery()
                for name in back
            }
        )
    )
    session.execute(sa.delete(BatchEvent).where(BatchEvent.batch_id == batch_id, BatchEvent.patron_id.in_(returning)))
    return reservations


def _forget(session: Session, batch_id: int, returning: sa.Select[int]) -> None:
    """The archive lets go of those who are back."""
    for table in ALL:
        if table in (LOAN_FACETS, LINE_COMMENTS, FINE_LINKS, GUARANTOR_LINKS):
            continue
        owner = table.c.id if table is TWINS["patrons"] else table.c.patron_id
        session.execute(sa.delete(table).where(table.c.purge_id == batch_id, owner.in_(returning)))
