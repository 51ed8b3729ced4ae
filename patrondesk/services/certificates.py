"""Certificates: what a purge was and did, without a name, issued with an entry of the audit log that vouches for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk import __version__
from patrondesk.errors import Refused, Unusable
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.audit import Head, KnownHead
from patrondesk.records.certificates import BackupsHolding, Certificate, Issued, LogEntry, PurgePolicy, ReasonCount
from patrondesk.records.ids import BatchId
from patrondesk.records.purging import DELETE, ArchiveState, BatchState, Outcome
from patrondesk.records.staff import Permission
from patrondesk.reports import certificate as paper
from patrondesk.services import audit, backup
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.purging import plan_words
from patrondesk.services.purging.batch import is_dead, is_live, own_batch
from patrondesk.services.reason_words import reason_name

_ENDS = ("purge.finish", "purge.close", "purge.interrupt")


@permitted(Permission.REPORTS)
def issue(office: Office, batch_id: BatchId) -> Issued:
    """Certifies how a purge stands now, and notes that in the audit log. Raises NotFound; Refused while it still runs."""
    certificate, digest = _issue(office, batch_id)
    return Issued(certificate, digest, _find_issue(office, digest))


def read_head_of(path: Path) -> KnownHead:
    """Where the log stood by a certificate that was saved as JSON. Raises Unusable."""
    try:
        return paper.known_head(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Unusable(f"There is no file “{path.name}”.", "Check the name and try again.", "MISSING") from None
    except OSError:
        raise Unusable(f"“{path.name}” cannot be read.", "Choose another file.", "UNREADABLE") from None
    except ValueError:
        raise Unusable(
            f"“{path.name}” is not a certificate saved as JSON.",
            "Save one with: patrondesk batches certificate BATCH --out FILE.json",
            "WRONG_KIND",
        ) from None


@operation(Permission.REPORTS)
def _issue(work: Work, batch_id: BatchId) -> tuple[Certificate, str]:
    batch = own_batch(work, batch_id)
    if is_live(work.office.database, batch):
        raise Refused(f"Purge {batch_id} is still running.", "Wait until it has ended, then try again.", "RUNNING")
    try:
        certificate = _certificate(work, batch)
    except AssertionError:
        raise Refused(
            f"The numbers of purge {batch_id} do not add up, so no certificate is issued.",
            "Check the library with: patrondesk verify",
            "BATCH_NUMBERS",
        ) from None
    digest = paper.digest(paper.content(certificate))
    work.record(audit.CERTIFICATE, {"batch": batch_id, "digest": digest})
    return certificate, digest


@operation(Permission.REPORTS, reads=True)
def _find_issue(work: Work, digest: str) -> Head:
    """The entry of the issuing, which is the newest but for what others wrote since."""
    rows = work.session.execute(
        sa.select(AuditEntry.number, AuditEntry.hash, AuditEntry.facts)
        .where(AuditEntry.operation == audit.CERTIFICATE)
        .order_by(AuditEntry.number.desc())
    )
    return next(Head(number, hashed) for number, hashed, facts in rows if facts.get("digest") == digest)


def _certificate(work: Work, batch: Batch) -> Certificate:
    session = work.session
    lines = session.execute(
        sa.select(
            BatchLine.outcome, BatchLine.reasons, BatchLine.undone_at, BatchLine.loans_kept, BatchLine.loans_deleted,
            BatchLine.loans_written_off, BatchLine.fines_waived, BatchLine.amount_waived, BatchLine.reservations_cancelled,
        ).where(BatchLine.batch_id == batch.id)
    ).all()  # fmt: skip
    purged = [line for line in lines if line.outcome == Outcome.PURGED.value]
    refused = [line for line in lines if line.outcome == Outcome.REFUSED.value]
    assert (len(purged), len(refused)) == (batch.purged, batch.refused), "the batch and its lines do not agree"
    back = [line.undone_at for line in purged if line.undone_at is not None]
    operator = session.scalar(sa.select(StaffAccount.display_name).where(StaffAccount.id == batch.operator_id)) or ""
    return Certificate(
        library=work.actor.library_name,
        batch=BatchId(batch.id),
        criteria=plan_words.chosen(batch.source, batch.criteria),
        state=BatchState.INTERRUPTED if is_dead(work.office.database, batch) else BatchState(batch.state),
        archive=ArchiveState(batch.archive),
        operator=operator,
        began=batch.started_at,
        ended=batch.finished_at,
        planned=batch.planned,
        purged=batch.purged,
        refused=batch.refused,
        vanished=batch.vanished,
        not_reached=batch.not_reached,
        undone=len(back),
        undone_at=max(back, default=None),
        undo_until=batch.undo_until,
        destroyed_at=batch.destroyed_at,
        loans_kept=sum(line.loans_kept for line in purged),
        loans_deleted=sum(line.loans_deleted for line in purged),
        loans_written_off=sum(line.loans_written_off for line in purged),
        fines_waived=sum(line.fines_waived for line in purged),
        amount_waived=sum(line.amount_waived for line in purged),
        currency=str(batch.policy["currency"]),
        reservations_cancelled=sum(line.reservations_cancelled for line in purged),
        refused_for=_counted([line.reasons for line in refused], overridden=False),
        set_aside=_counted([line.reasons for line in purged], overridden=True),
        policy=_policy(batch),
        backups=_backups(work, batch, away=batch.purged - len(back)),
        residue_at=batch.residue_at,
        residue_found=batch.residue_found,
        end_entry=_entry(work, batch, _ENDS),
        destroy_entry=_entry(work, batch, ("purge.destroy",)),
        issued_at=work.clock.now(),
        issued_by=work.actor.name,
        program=f"PatronDesk {__version__}",
        rehearsal=work.clock.rehearsal,
        deletion=batch.source == DELETE,
    )


def _policy(batch: Batch) -> PurgePolicy:
    told = batch.policy
    return PurgePolicy(batch.retain_loans, tuple(told["facets_dropped"]), told["undo_days"], told["balance_threshold"])


def _counted(every: Sequence[list[Any]], *, overridden: bool) -> tuple[ReasonCount, ...]:
    """How many patrons had each reason, the most frequent first. A reason that one patron has twice counts once."""
    codes = Counter[str]()
    for told in every:
        codes.update({str(reason["code"]) for reason in told if bool(reason.get("overridden")) == overridden})
    frequent = sorted(codes.items(), key=lambda one: (-one[1], one[0]))
    return tuple(ReasonCount(code, reason_name(code), number) for code, number in frequent)


def _backups(work: Work, batch: Batch, away: int) -> BackupsHolding:
    """Backups of before the purge hold its people, those made before the archive was destroyed hold the archive."""
    on_server = not work.office.database.is_file
    if not away:
        return BackupsHolding(on_server, 0, None, None)
    held = sa.true() if batch.destroyed_at is None else BackupRecord.made_at <= batch.destroyed_at
    there, gone = work.session.execute(
        sa.select(
            sa.func.sum(sa.case((BackupRecord.destroyed_at.is_(None), 1), else_=0)), sa.func.max(BackupRecord.destroyed_at)
        ).where(held)
    ).one()
    if batch.destroyed_at is not None and not there:
        return BackupsHolding(on_server, 0, None, gone)
    since = batch.undo_until or batch.started_at.astimezone().date()
    return BackupsHolding(on_server, int(there or 0), since + backup.AFTER_UNDO, None)


def _entry(work: Work, batch: Batch, operations: Sequence[str]) -> LogEntry | None:
    """The newest entry of these operations that tells of the purge."""
    row = work.session.execute(
        sa.select(AuditEntry.number, AuditEntry.hash, AuditEntry.at)
        .where(AuditEntry.operation.in_(operations), AuditEntry.facts["batch"].as_integer() == batch.id)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    return None if row is None else LogEntry(row[0], row[1], audit.moment(row[2]))
