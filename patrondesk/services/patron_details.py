"""Everything about one patron, read for the details."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from patrondesk.models.audit import AuditEntry
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronAttachment, PatronChange, PatronNote, Protection
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_fields import FIELDS
from patrondesk.records.patrons import Attachment, HistoryLine, Note, PatronDetails
from patrondesk.records.patrons import Block as BlockRecord
from patrondesk.records.patrons import Protection as ProtectionRecord
from patrondesk.records.staff import Permission
from patrondesk.services import audit_words, balances, guardians, names, verdict
from patrondesk.services.changes import find_patron
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

_HISTORY = 200
_EDIT = "patron.edit"


@operation(Permission.VIEW_PATRONS, reads=True)
def read_details(work: Work, patron_id: PatronId) -> PatronDetails:
    """Everything about one patron but the lists of loans, fines and reservations. Raises NotFound."""
    session = work.session
    p = find_patron(work, patron_id)
    facts = verdict.facts_for(work, read_policy(session, work.library_id))
    loans, owed, unknown, reserved, *moments = session.execute(
        sa.select(
            balances.open_loans(),
            balances.balance(),
            balances.unknown_fines(),
            balances.open_reservations(),
            *balances.activity(),
        ).where(Patron.id == p.id)
    ).one()
    by = session.scalar(sa.select(StaffAccount.display_name).where(StaffAccount.id == p.deactivated_by_id))
    role = session.execute(
        sa.select(Role.code, Role.name, StaffAccount.last_signed_in_at)
        .join(StaffAccount, StaffAccount.role_id == Role.id)
        .where(StaffAccount.patron_id == p.id)
    ).first()
    same: dict[str, Any] = {
        field: getattr(p, field) for field in FIELDS if field in PatronDetails.__dataclass_fields__ and hasattr(p, field)
    }
    cards = sa.select(FormerBarcode.barcode).where(FormerBarcode.patron_id == p.id).order_by(FormerBarcode.id)
    return PatronDetails(
        **same | {
            "patron_type": _name(work, PatronType, p.patron_type_id) or "",
            "user_group": _name(work, UserGroup, p.user_group_id),
            "year_level": _name(work, YearLevel, p.year_level_id),
            "cohort": _name(work, Cohort, p.cohort_id),
        },
        id=patron_id,
        version=p.version,
        former_barcodes=tuple(session.scalars(cards)),
        name=names.full_name(p.family_name, p.given_name, p.preferred_name),
        role=role[0] if role else "patron",
        role_name=role[1] if role else "Patron",
        signed_in_at=role[2] if role else None,
        enabled=p.enabled,
        deactivated_on=p.deactivated_at.astimezone().date() if p.deactivated_at else None,
        deactivated_by=names.deactivated_by(p.deactivated_through, by),
        deactivated_reason=p.deactivated_reason,
        last_activity=balances.latest(tuple(moments)),
        answered_by=guardians.related(session, p.guarantor_id),
        answers_for=guardians.answers_for(session, p.id),
        locked=tuple(p.locked_fields or ()),
        note_lines=_notes(work, p),
        attachments=_attachments(work, p),
        blocks=_blocks(work, p),
        protections=_protections(work, p),
        open_loans=loans,
        open_reservations=reserved,
        balance=int(owed),
        unknown_fines=unknown,
        reasons=verdict.find_reasons(session, facts, [patron_id]).get(patron_id, ()),
        history=_history(work, p),
    )  # fmt: skip


def _name(work: Work, table: type[PatronType | UserGroup | YearLevel | Cohort], key: int | None) -> str | None:
    return work.session.scalar(sa.select(table.name).where(table.id == key)) if key is not None else None


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone().date()


def _notes(work: Work, p: Patron) -> tuple[Note, ...]:
    rows = work.session.execute(
        sa.select(PatronNote, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == PatronNote.author_id)
        .where(PatronNote.patron_id == p.id)
        .order_by(PatronNote.id)
    )
    own = work.actor.staff_id
    return tuple(Note(n.id, n.text, by or "", _day(n.created_at), n.author_id == own) for n, by in rows)


def _attachments(work: Work, p: Patron) -> tuple[Attachment, ...]:
    """Without their content, which can be megabytes."""
    a = PatronAttachment
    rows = work.session.execute(
        sa.select(a.id, a.name, a.media_type, a.size, StaffAccount.display_name, a.created_at)
        .outerjoin(StaffAccount, StaffAccount.id == a.author_id)
        .where(a.patron_id == p.id)
        .order_by(a.id)
    )
    return tuple(Attachment(key, name, kind, size, by or "", _day(at)) for key, name, kind, size, by, at in rows)


def _blocks(work: Work, p: Patron) -> tuple[BlockRecord, ...]:
    today, lifter = work.clock.today(), sa.orm.aliased(StaffAccount)
    rows = work.session.execute(
        sa.select(Block, StaffAccount.display_name, lifter.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == Block.author_id)
        .outerjoin(lifter, lifter.id == Block.lifted_by_id)
        .where(Block.patron_id == p.id)
        .order_by(Block.id.desc())
    )
    return tuple(
        BlockRecord(
            b.comment,
            by or "",
            _day(b.created_at),
            b.until,
            b.lifted_at is None and (b.until is None or b.until >= today),
            b.id,
            _day(b.lifted_at) if b.lifted_at else None,
            lifted_by or "",
            b.lift_comment,
        )
        for b, by, lifted_by in rows
    )


def _protections(work: Work, p: Patron) -> tuple[ProtectionRecord, ...]:
    today = work.clock.today()
    rows = work.session.execute(
        sa.select(Protection, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == Protection.author_id)
        .where(Protection.patron_id == p.id)
        .order_by(Protection.id.desc())
    )
    return tuple(
        ProtectionRecord(
            k.reason,
            by or "",
            _day(k.created_at),
            k.until,
            k.ended_at is None and (k.until is None or k.until >= today),
        )
        for k, by in rows
    )


def _history(work: Work, p: Patron) -> tuple[HistoryLine, ...]:
    """What the audit log says of the record, and what was changed by hand with both values; newest first."""
    values = _changes(work, p)
    told = sa.select(AuditEntry.at, AuditEntry.actor, AuditEntry.operation).where(
        AuditEntry.patron_id == p.id, AuditEntry.library_id == work.library_id
    )
    if values:  # they say the same and more
        told = told.where(AuditEntry.operation != _EDIT)
    rows = work.session.execute(told.order_by(AuditEntry.number.desc()).limit(_HISTORY))
    lines = [HistoryLine(dt.datetime.fromisoformat(at), actor, audit_words.name_of(done)) for at, actor, done in rows]
    return tuple(sorted((*values, *lines), key=lambda line: line.at, reverse=True)[:_HISTORY])


def _changes(work: Work, p: Patron) -> list[HistoryLine]:
    rows = work.session.execute(
        sa.select(PatronChange, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == PatronChange.author_id)
        .where(PatronChange.patron_id == p.id)
        .order_by(PatronChange.id.desc())
        .limit(_HISTORY)
    ).all()
    return [
        HistoryLine(c.at, by or "", _label(c.field), c.field, _worded(work, c.field, c.old), _worded(work, c.field, c.new))
        for c, by in rows
    ]


def _label(field: str) -> str:
    return FIELDS[field].label if field in FIELDS else "Locked against imports"


def _worded(work: Work, field: str, kept: str | None) -> str | None:
    """Another patron is kept by the internal key: the name is told only while that person is here."""
    if kept is None or field != "guarantor":
        return kept
    found = guardians.related(work.session, int(kept)) if kept.isdecimal() else None
    return found.name if found else "A patron who is not here any more"
