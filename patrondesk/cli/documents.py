"""Patrons, loans, reservations, fines and reasons as JSON: money as decimal text, dates ISO, keys as the contract has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from patrondesk import money

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
    from patrondesk.records.patrons import Candidate, PatronDetails, PatronLine
    from patrondesk.records.verdict import Reason


def amount(minor: int | None, currency: str) -> str | None:
    """Money as decimal text; null where it is not known."""
    return None if minor is None else money.decimal_text(minor, currency)


def iso(moment: dt.date | dt.datetime | None) -> str | None:
    """A date or moment as ISO text."""
    return None if moment is None else moment.isoformat()


def reason(told: Reason, currency: str) -> Document:
    """One reason."""
    return {
        "code": told.code,
        "count": told.count,
        "amount": amount(told.amount, currency),
        "severity": told.severity.value,
        "text": told.text,
        "lifts": told.lifts,
    }


def reasons(told: Iterable[Reason], currency: str) -> Document:
    """What holds a patron, and apart from it what was set aside."""
    every = list(told)
    return {
        "reasons": [reason(one, currency) for one in every if not one.overridden],
        "overridden": [reason(one, currency) for one in every if one.overridden],
    }


def candidate(row: Candidate, currency: str) -> Document:
    """A row of the User Purge page. `balance` is null when some bill's amount is not known."""
    return {
        "username": row.username,
        "barcode": row.barcode,
        "name": row.name,
        "patron_type": row.patron_type,
        "year_level": row.year_level,
        "homeroom": row.homeroom,
        "deactivated_on": iso(row.deactivated_on),
        "deactivated_by": row.deactivated_by,
        "deactivated_reason": row.deactivated_reason,
        "last_activity": iso(row.last_activity),
        "open_loans": row.open_loans,
        "balance": None if row.unknown_fines else amount(row.balance, currency),
        "balance_known": amount(row.balance, currency),
        "unknown_fines": row.unknown_fines,
        "eligible": row.eligible,
        **reasons(row.reasons, currency),
    }


def patron(row: PatronLine) -> Document:
    """A row of a list of patrons."""
    return {
        "username": row.username,
        "barcode": row.barcode,
        "external_id": row.external_id,
        "name": row.name,
        "patron_type": row.patron_type,
        "user_group": row.user_group,
        "year_level": row.year_level,
        "homeroom": row.homeroom,
        "cohort": row.cohort,
        "enabled": row.enabled,
        "blocked": row.blocked,
        "protected": row.protected,
        "expiry_date": iso(row.expiry_date),
        "purge_date": iso(row.purge_date),
        "last_activity": iso(row.last_activity),
        "open_loans": row.open_loans,
        "old_card": row.old_card,
    }


_PLAIN = (
    "username",
    "barcode",
    "external_id",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "preferred_name",
    "gender",
    "email",
    "phone",
    "address",
    "street",
    "city",
    "state",
    "post_code",
    "country",
    "language",
    "patron_type",
    "user_group",
    "record_type",
    "account_type",
    "access_level",
    "persona",
    "year_level",
    "homeroom",
    "cohort",
    "graduation_year",
    "role",
    "enabled",
    "deactivated_by",
    "deactivated_reason",
    "guarantor",
    "open_loans",
    "open_reservations",
    "unknown_fines",
)
_DATES = ("birth_date", "deactivated_on", "expiry_date", "purge_date", "registered_on", "last_activity")


def details(p: PatronDetails, currency: str) -> Document:
    """Everything about one patron."""
    return {
        **{name: getattr(p, name) for name in _PLAIN},
        **{name: iso(getattr(p, name)) for name in _DATES},
        "former_barcodes": list(p.former_barcodes),
        "notes": list(p.notes),
        "attachments": [{"name": file.name, "media_type": file.media_type, "size": file.size} for file in p.attachments],
        "answers_for": [person.name for person in p.answers_for],
        "locked_fields": list(p.locked),
        "version": p.version,
        "balance": None if p.unknown_fines else amount(p.balance, currency),
        "balance_known": amount(p.balance, currency),
        "blocks": [
            {"comment": b.comment, "author": b.author, "created_on": iso(b.created_on), "until": iso(b.until), "active": b.active}
            for b in p.blocks
        ],
        "protections": [
            {"reason": k.reason, "author": k.author, "created_on": iso(k.created_on), "until": iso(k.until), "active": k.active}
            for k in p.protections
        ],
        "history": [{"at": iso(h.at), "actor": h.actor, "text": h.words} for h in p.history],
        "eligible": p.eligible,
        **reasons(p.reasons, currency),
    }


def loan(row: LoanLine, currency: str) -> Document:
    """A loan."""
    return {
        "id": row.id,
        "title": row.title,
        "author": row.author,
        "item_barcode": row.item_barcode,
        "collection": row.collection,
        "checked_out": iso(row.checked_out_on),
        "due": iso(row.due_on),
        "days_overdue": row.days_overdue,
        "price": amount(row.price, currency),
        "status": row.status,
        "ended": iso(row.ended_on),
        "can_reopen": row.can_reopen,
    }


def reservation(row: ReservationLine) -> Document:
    """A reservation."""
    return {
        "id": row.id,
        "username": row.username,
        "title": row.title,
        "item_barcode": row.item_barcode,
        "requested_on": iso(row.requested_on),
        "expires_on": iso(row.expires_on),
        "status": row.status,
    }


def fine(row: FineLine, currency: str) -> Document:
    """A fine; amounts are null where they are not known."""
    return {
        "id": row.id,
        "type": row.type,
        "title": row.title,
        "charged_on": iso(row.charged_on),
        "amount": amount(row.amount, currency),
        "balance": amount(row.balance, currency),
        "status": row.status,
        "comment": row.comment,
    }
