"""Purges as JSON: a plan, a batch in a list, a batch with everybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from patrondesk.cli import documents

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.records.desk import Problem
    from patrondesk.records.purging import BatchLine, BatchResult, Plan, PurgedPatron


def batch_line(row: BatchLine) -> Document:
    """A batch in a list: `refused` is a number here."""
    return {
        "batch": row.id,
        "state": row.state.value,
        "archive": row.archive.value,
        "source": row.source,
        "operator": row.operator,
        "started_at": documents.iso(row.started_at),
        "finished_at": documents.iso(row.finished_at),
        "planned": row.planned,
        "purged": row.purged,
        "refused": row.refused,
        "vanished": row.vanished,
        "not_reached": row.not_reached,
        "undone": row.undone,
        "undo_until": documents.iso(row.undo_until),
        "retain_deleted_patron_loans": row.retain_loans,
        "comment": row.comment,
    }


def batch(result: BatchResult) -> Document:
    """A purge as it went: `refused` is everybody who stayed, with every reason."""
    money_of = result.currency
    return batch_line(result.batch) | {
        "refused": [
            {"username": r.username, "barcode": r.barcode, "name": r.name, "changed_since_preview": r.changed_since_preview}
            | documents.reasons(r.reasons, money_of)
            for r in result.refused
        ],
        "waived": {"fines": result.fines_waived, "amount": documents.amount(result.amount_waived, money_of)},
        "reservations_cancelled": result.reservations_cancelled,
        "loans_kept": result.loans_kept,
        "loans_deleted": result.loans_deleted,
        "backup": result.backup,
        "names_available": result.names_available,
    }


def purged(p: PurgedPatron, currency: str) -> Document:
    """Somebody who went."""
    return {
        "username": p.username,
        "barcode": p.barcode,
        "name": p.name,
        "year_level": p.year_level,
        "homeroom": p.homeroom,
        "purged_at": documents.iso(p.purged_at),
        "loans_kept": p.loans_kept,
        "loans_deleted": p.loans_deleted,
        "fines_waived": p.fines_waived,
        "amount_waived": documents.amount(p.amount_waived, currency),
        "reservations_cancelled": p.reservations_cancelled,
        "overridden": list(p.overridden),
        "undone": p.undone,
    }


def plan(frozen: Plan, currency: str) -> Document:
    """What a run of the plan would do: the keys of a purge, without a batch."""
    return {
        "preview": True,
        "planned": frozen.planned,
        "purged": len(frozen.eligible),
        "vanished": frozen.missing,
        "not_reached": 0,
        "refused": [
            {"username": p.username, "barcode": p.barcode, "name": p.name} | documents.reasons(p.reasons, currency)
            for p in frozen.held
        ],
        "undo_until": documents.iso(frozen.undo_until),
        "retain_deleted_patron_loans": frozen.retain_loans,
        "past_loans": frozen.past_loans,
        "waived": {
            "fines": frozen.fines_to_waive,
            "amount": documents.amount(frozen.amount_to_waive, currency),
            "unknown": frozen.unknown_fines_to_close,
        },
        "reservations_cancelled": frozen.reservations_to_cancel,
    }


def residue(found: Sequence[Problem]) -> Document:
    """What the residue check after a run found."""
    return {"residue": [problem.text for problem in found]}
