"""One chunk of a purge: guards asked again, archive, settle, detach, delete, log - in one transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import drop_working_table, keys, lock_patrons, working_table
from patrondesk.models.archive import DETACHED, FINE_LINKS, GONE, LOAN_FACETS, LOANS, PSEUDONYMS, TWINS
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine
from patrondesk.models.loan import Loan
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.models.reservation import Reservation
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import Outcome
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.services import verdict
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import Policy, read_policy
from patrondesk.services.purging import kinds, plans, settle, tombstones
from patrondesk.services.purging.batch import end_when_all_reached
from patrondesk.services.purging.telling import told_reasons

FORMER_STAFF = "Former staff member"

# The chunk's patrons, with the pseudonym that each one's kept loans get.
CHUNK = sa.Table(
    "purge_chunk",
    sa.MetaData(),
    sa.Column("patron_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pseudonym", sa.BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)
_PATRONS = table_of(Patron)


@dataclasses.dataclass(frozen=True, slots=True)
class ChunkDone:
    """What became of a chunk: counts that add up to its length."""

    purged: int
    refused: int
    vanished: int


@operation(Permission.PURGE)
def purge_chunk(
    work: Work, batch_id: BatchId, planned: Mapping[PatronId, int], held: Mapping[PatronId, tuple[Reason, ...]] | None = None
) -> ChunkDone:
    """Purges those of the chunk ({patron: version planned}) that may still go; the others are recorded with every reason.

    `held` had reasons when the plan was made, and stay even if these have gone since: nobody goes who was not confirmed,
    and who goes does not depend on where a chunk ends. Either the whole chunk is done when this returns, or nothing of it.
    """
    session = work.session
    batch = session.get(Batch, batch_id, with_for_update=True)
    assert batch is not None
    assert (batch.library_id, batch.state) == (work.library_id, "running")
    policy = kinds.rules_of(read_policy(session, work.library_id), batch.source, batch.criteria)
    ids = list(planned)
    lock_patrons(session, keys(session, ids), _PATRONS)
    present = {
        PatronId(row[0]): int(row[1])
        for row in session.execute(
            sa.select(Patron.id, Patron.version).where(Patron.id.in_(keys(session, ids)), Patron.library_id == work.library_id)
        )
    }
    reasons = _reasons(work, policy, batch, list(present))
    refused = {key: told for key, told in reasons.items() if not all(reason.overridden for reason in told)}
    refused.update((key, told) for key, told in (held or {}).items() if key in present and key not in refused)
    going = [key for key in present if key not in refused]
    vanished = [key for key in ids if key not in present]
    now = work.clock.now()
    _log_stayed(session, batch_id, planned, present, refused, vanished)
    if going:
        working_table(session, CHUNK)
        session.execute(sa.insert(CHUNK), [{"patron_id": key, "pseudonym": secrets.randbits(62) + 1} for key in going])
        chunk = sa.select(CHUNK.c.patron_id)
        full = _not_empty(session, chunk)
        if "guard_overrides" in full:
            _forget_overrides(session, batch_id, chunk)
        _log_purged(session, batch, planned, present, reasons, now)
        _archive(session, batch, chunk, full)
        if "fines" in full:
            settle.settle_fines(session, chunk, batch_id, work.actor.staff_id, now)
        if "reservations" in full:
            settle.cancel_reservations(session, chunk, batch_id)
        plans.forget_words(session, chunk)
        if policy.recognise_returning_years:
            tombstones.bury(session, batch, chunk, work.clock.real_today(), policy.recognise_returning_years)
        _detach(session, batch, chunk, full)
        _delete(session, chunk, full)
        drop_working_table(session, CHUNK)
    done = ChunkDone(len(going), len(refused), len(vanished))
    assert done.purged + done.refused + done.vanished == len(ids), "the chunk does not add up"
    batch.purged += done.purged
    batch.refused += done.refused
    batch.vanished += done.vanished
    batch.not_reached -= len(ids)
    batch.heartbeat_at = now
    assert batch.not_reached >= 0, "more patrons were purged than planned"
    work.record("purge.chunk", {"batch": batch_id, **dataclasses.asdict(done)})
    end_when_all_reached(work, batch)
    return done


def _reasons(work: Work, policy: Policy, batch: Batch, present: list[PatronId]) -> dict[PatronId, tuple[Reason, ...]]:
    if not present:
        return {}
    facts = kinds.facts_of(work, policy, batch.source, batch.criteria)
    return verdict.find_reasons(work.session, facts, present, kinds.scope_of(batch.source), batch_id=batch.id)


def _log_stayed(
    session: Session,
    batch_id: int,
    planned: Mapping[PatronId, int],
    present: Mapping[PatronId, int],
    refused: Mapping[PatronId, tuple[Reason, ...]],
    vanished: Sequence[PatronId],
) -> None:
    lines: list[dict[str, Any]] = [
        {
            "batch_id": batch_id,
            "patron_id": key,
            "outcome": Outcome.REFUSED.value,
            "planned_version": planned[key],
            "changed": present[key] != planned[key],
            "reasons": told_reasons(told),
        }
        for key, told in refused.items()
    ]
    lines += [
        {
            "batch_id": batch_id,
            "patron_id": key,
            "outcome": Outcome.VANISHED.value,
            "planned_version": planned[key],
            "changed": True,
            "reasons": [],
        }
        for key in vanished
    ]
    if lines:
        session.execute(sa.insert(BatchLine), lines)


def _not_empty(session: Session, chunk: sa.Select[int]) -> set[str]:
    """Which tables hold anything of the chunk's patrons: the others need no statement."""
    tables = [table for table in (*GONE, *DETACHED) if table is not _PATRONS]
    row = session.execute(sa.select(*(sa.exists().where(table.c.patron_id.in_(chunk)) for table in tables))).one()
    return {table.name for table, there in zip(tables, row, strict=True) if there} | {"patrons"}


def _forget_overrides(session: Session, batch_id: int, chunk: sa.Select[int]) -> None:
    """Those made for this batch alone: an undo must not bring them back."""
    overrides = table_of(GuardOverride)
    session.execute(sa.delete(overrides).where(overrides.c.batch_id == batch_id, overrides.c.patron_id.in_(chunk)))


@functools.cache
def _lines(retain: bool) -> sa.Insert:
    """A line for each patron of the chunk, with what goes with it, for `batch` at `now`; made once."""
    chunk = sa.select(CHUNK.c.patron_id)

    def total(
        *columns: sa.ColumnElement[Any], table: type[Loan | Fine | Reservation], where: sa.ColumnElement[bool]
    ) -> sa.Subquery:
        return (
            sa.select(table.patron_id.label("patron_id"), *columns)
            .where(table.patron_id.in_(chunk), where)
            .group_by(table.patron_id)
            .subquery()
        )

    lost = sa.func.sum(sa.case((Loan.status == "lost", 1), else_=0)).label("lost")
    past = total(sa.func.count().label("number"), lost, table=Loan, where=Loan.status != "open")
    open_balance = sa.and_(Fine.status == "active", sa.or_(Fine.balance.is_(None), Fine.balance != 0))
    fines = total(
        sa.func.count().label("number"),
        sa.func.coalesce(sa.func.sum(Fine.balance), 0).label("amount"),
        table=Fine,
        where=open_balance,
    )
    reserved = total(sa.func.count().label("number"), table=Reservation, where=Reservation.status == "open")
    number = sa.func.coalesce(past.c.number, 0)
    return sa.insert(table_of(BatchLine)).from_select(
        [
            "batch_id",
            "patron_id",
            "outcome",
            "at",
            "planned_version",
            "changed",
            "reasons",
            "loans_kept",
            "loans_deleted",
            "loans_written_off",
            "fines_waived",
            "amount_waived",
            "reservations_cancelled",
        ],
        sa.select(
            sa.bindparam("batch", type_=sa.Integer()),
            CHUNK.c.patron_id,
            sa.literal(Outcome.PURGED.value),
            sa.bindparam("now", type_=BatchLine.at.type),
            sa.select(Patron.version).where(Patron.id == CHUNK.c.patron_id).scalar_subquery(),
            sa.false(),
            sa.literal([], BatchLine.reasons.type),
            number if retain else sa.literal(0),
            sa.literal(0) if retain else number,
            sa.func.coalesce(past.c.lost, 0),
            sa.func.coalesce(fines.c.number, 0),
            sa.func.coalesce(fines.c.amount, 0),
            sa.func.coalesce(reserved.c.number, 0),
        )
        .select_from(CHUNK)
        .outerjoin(past, past.c.patron_id == CHUNK.c.patron_id)
        .outerjoin(fines, fines.c.patron_id == CHUNK.c.patron_id)
        .outerjoin(reserved, reserved.c.patron_id == CHUNK.c.patron_id),
    )


def _log_purged(
    session: Session,
    batch: Batch,
    planned: Mapping[PatronId, int],
    present: Mapping[PatronId, int],
    reasons: Mapping[PatronId, tuple[Reason, ...]],
    now: dt.datetime,
) -> None:
    """A line for each purged patron, with what went with it; those changed since the plan and overridden are marked after."""
    session.execute(_lines(batch.retain_loans), {"batch": batch.id, "now": now})
    going = [key for key in planned if key in present]
    marked = [
        {
            "b_batch": batch.id,
            "b_patron": key,
            "changed": present[key] != planned[key],
            "planned_version": planned[key],
            "reasons": told_reasons(reasons.get(key, ())),
        }
        for key in going
        if present[key] != planned[key] or key in reasons
    ]
    if marked:
        line = table_of(BatchLine)
        session.connection().execute(
            sa.update(line)
            .where(
                line.c.batch_id == sa.bindparam("b_batch"),
                line.c.patron_id == sa.bindparam("b_patron"),
                line.c.outcome == Outcome.PURGED.value,
            )
            .values(
                changed=sa.bindparam("changed"), planned_version=sa.bindparam("planned_version"), reasons=sa.bindparam("reasons")
            ),
            marked,
        )


def _archive(session: Session, batch: Batch, chunk: sa.Select[int], full: set[str]) -> None:
    """Everything of the chunk's patrons into the twins, by INSERT ... SELECT."""
    tables = [table for table in (*GONE, *DETACHED) if table.name in full]
    if not batch.retain_loans:
        tables.append(LOANS)
    for table in tables:
        owner = table.c.id if table is _PATRONS else table.c.patron_id
        session.execute(
            sa.insert(TWINS[table.name]).from_select(
                ["purge_id", *(column.name for column in table.columns)],
                sa.select(sa.literal(batch.id), *table.columns).where(owner.in_(chunk)),
            )
        )
    if batch.retain_loans:
        session.execute(
            sa.insert(PSEUDONYMS).from_select(
                ["purge_id", "patron_id", "pseudonym"], sa.select(sa.literal(batch.id), CHUNK.c.patron_id, CHUNK.c.pseudonym)
            )
        )
        lost = ["external_id", *batch.policy["facets_dropped"]]
        there = sa.or_(*(LOANS.c[name].is_not(None) for name in lost))
        session.execute(
            sa.insert(LOAN_FACETS).from_select(
                ["purge_id", "loan_id", *lost],
                sa.select(sa.literal(batch.id), LOANS.c.id, *(LOANS.c[name] for name in lost)).where(
                    LOANS.c.patron_id.in_(chunk), there
                ),
            )
        )


def _detach(session: Session, batch: Batch, chunk: sa.Select[int], full: set[str]) -> None:
    """Past loans lose the person, or go; a former staff account keeps what others refer to, without the name."""
    if batch.retain_loans:
        pseudonym = sa.select(CHUNK.c.pseudonym).where(CHUNK.c.patron_id == LOANS.c.patron_id).scalar_subquery()
        nothing: dict[str, Any] = dict.fromkeys(["external_id", *batch.policy["facets_dropped"]])
        session.execute(
            sa.update(LOANS).where(LOANS.c.patron_id.in_(chunk)).values(pseudonym=pseudonym, patron_id=None, **nothing)
        )
    else:
        fine = table_of(Fine)
        of_these = fine.c.loan_id.in_(sa.select(LOANS.c.id).where(LOANS.c.patron_id.in_(chunk)))
        session.execute(
            sa.insert(FINE_LINKS).from_select(
                ["purge_id", "fine_id", "loan_id"], sa.select(sa.literal(batch.id), fine.c.id, fine.c.loan_id).where(of_these)
            )
        )
        session.execute(sa.update(fine).where(of_these).values(loan_id=None))
        session.execute(sa.delete(LOANS).where(LOANS.c.patron_id.in_(chunk)))
    if "staff_accounts" in full:
        account = table_of(StaffAccount)
        session.execute(
            sa.update(account)
            .where(account.c.patron_id.in_(chunk))
            .values(patron_id=None, display_name=FORMER_STAFF, role_id=None, password_hash=None, recovery_hash=None)
        )


def _delete(session: Session, chunk: sa.Select[int], full: set[str]) -> None:
    for table in GONE:
        if table.name in full:
            owner = table.c.id if table is _PATRONS else table.c.patron_id
            session.execute(sa.delete(table).where(owner.in_(chunk)))


@operation(Permission.PURGE)
def refuse_one(work: Work, batch_id: BatchId, patron_id: PatronId, version: int) -> None:
    """Records that a patron could not be purged because the chunk failed at it; the patron stays as it was."""
    batch = work.session.get(Batch, batch_id, with_for_update=True)
    assert batch is not None
    assert batch.library_id == work.library_id
    work.session.add(
        BatchLine(
            batch_id=batch_id,
            patron_id=patron_id,
            outcome=Outcome.REFUSED.value,
            planned_version=version,
            changed=False,
            reasons=[{"code": verdict.CHECK_FAILED, "count": 1, "amount": None, "severity": "absolute", "overridden": False}],
        )
    )
    batch.refused += 1
    batch.not_reached -= 1
    work.record("purge.exception", {"batch": batch_id}, patron_id=patron_id)
    end_when_all_reached(work, batch)
