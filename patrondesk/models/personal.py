"""The registry of personal columns: for every column, what a purge does with it. A test fails when one is missing."""

from __future__ import annotations

from enum import StrEnum

from patrondesk.models import archive
from patrondesk.models.base import Base


class Policy(StrEnum):
    """What becomes of a column when a person is purged.

    DELETE: the row goes. NULL: the value goes, the row stays. PSEUDONYMISE: the person is replaced by a random number.
    KEEP: says nothing about a person. EXEMPT: may hold words of people but is looked after elsewhere - the catalogue's
    authors, staff's names in the log, a living patron's own data. ARCHIVE: the undo archive, and what operators wrote
    beside a purge; destroyed together when its time is over.
    """

    DELETE = "delete"
    NULL = "null"
    PSEUDONYMISE = "pseudonymise"
    KEEP = "keep"
    EXEMPT = "exempt"
    ARCHIVE = "archive"


_D, _N, _P, _K, _E = Policy.DELETE, Policy.NULL, Policy.PSEUDONYMISE, Policy.KEEP, Policy.EXEMPT

# Whole rows that go with the patron; for the living they are their own data, so the residue check leaves them alone -
# but for what somebody wrote freely, which may speak of others.
_GONE = {table.name for table in archive.GONE}
_FREE_TEXT = {
    ("patrons", "deactivated_reason"), ("patron_notes", "text"), ("blocks", "comment"), ("blocks", "lift_comment"),
    ("protections", "reason"), ("patron_attachments", "name"),
    ("access_requests", "comment"), ("access_requests", "outcome"), ("data_downloads", "reason"),
    ("guard_overrides", "comment"), ("responsibilities", "reference"),
}  # fmt: skip

_STAYING: dict[str, dict[str, Policy]] = {
    "libraries": {"id": _K, "short_name": _K, "name": _K, "created_at": _K, "secret": _K, "shrink_due": _K},
    "patron_types": {"id": _K, "name": _K},
    "user_groups": {"id": _K, "name": _K, "description": _K},
    "year_levels": {"id": _K, "name": _K, "position": _K},
    "cohorts": {"id": _K, "name": _K, "graduates_on": _K},
    "roles": {"id": _K, "code": _K, "name": _K},
    "role_permissions": {"role_id": _K, "permission": _K},
    "staff_accounts": {
        "id": _K,
        "library_id": _K,
        "patron_id": _N,
        "display_name": _N,
        "role_id": _N,
        "password_hash": _N,
        "recovery_hash": _N,
        "failed_tries": _K,
        "last_failed_at": _K,
        "last_signed_in_at": _K,
    },
    "staff_libraries": {"staff_id": _K, "library_id": _K},
    "sign_in_tokens": {
        "id": _K,
        "staff_id": _K,
        "purpose": _K,
        "label": _K,
        "digest": _K,
        "created_at": _K,
        "last_used_at": _K,
        "expires_at": _K,
    },
    "loan_rules": {
        "id": _K,
        "library_id": _K,
        "patron_type_id": _K,
        "loan_days": _K,
        "loan_limit": _K,
        "renewal_limit": _K,
        "grace_days": _K,
        "late_fine_per_day": _K,
        "late_fine_most": _K,
    },
    "jobs": {
        "id": _K,
        "library_id": _K,
        "name": _K,
        "type": _K,
        "options": _K,
        "schedule": _K,
        "enabled": _K,
        "keep_runs": _K,
        "account_id": _K,
        "author_id": _K,
        "created_at": _K,
        "taken_up_to": _K,
    },
    "job_runs": {
        "id": _K,
        "library_id": _K,
        "job_id": _K,
        "name": _K,
        "type": _K,
        "options": _K,
        "sentence": _K,
        "trigger": _K,
        "state": _K,
        "operator_id": _K,
        "planned_for": _K,
        "started_at": _K,
        "finished_at": _K,
        "processed": _K,
        "exceptions": _K,
        "done": _K,
        "numbers": _K,
        "refusal": _K,
        "batch_id": _K,
    },
    "job_run_lines": {
        "id": _K,
        "run_id": _K,
        "kind": _K,
        "code": _K,
        "patron_id": _K,
        "record_id": _K,
        "amount": _K,
        "facts": _K,
    },
    "patron_words": {"word": _E, "patron_id": _E},
    "titles": {"id": _K, "library_id": _K, "title": _E, "author": _E},
    "items": {
        "id": _K,
        "library_id": _K,
        "title_id": _K,
        "barcode": _E,
        "external_id": _E,
        "call_number": _E,
        "collection": _E,
        "price": _K,
        "status": _K,
    },
    "loans": {
        "id": _K,
        "library_id": _K,
        "patron_id": _P,
        "pseudonym": _P,
        "item_id": _K,
        "external_id": _N,
        "checked_out_at": _K,
        "due_on": _K,
        "renewed_at": _K,
        "renewals": _K,
        "ended_at": _K,
        "status": _K,
        "patron_type": _K,
        "user_group": _K,
        "year_level": _K,
        "homeroom": _N,
        "academic_period": _K,
        "collection": _K,
    },
    "fines": {
        "id": _K,
        "library_id": _K,
        "patron_id": _N,
        "loan_id": _K,
        "item_id": _K,
        "external_id": _N,
        "type": _K,
        "origin": _K,
        "amount": _K,
        "balance": _K,
        "status": _K,
        "charged_on": _K,
        "comment": _N,
    },
    "fine_lines": {
        "id": _K,
        "fine_id": _K,
        "kind": _K,
        "amount": _K,
        "at": _K,
        "author_id": _K,
        "reason": _K,
        "comment": _N,
        "batch_id": _K,
    },
    "settings": {"library_id": _K, "key": _K, "value": _K},
    "audit_entries": {
        "number": _K,
        "library_id": _K,
        "at": _K,
        "actor_id": _K,
        "actor": _E,
        "operation": _K,
        "patron_id": _K,
        "facts": _K,
        "previous_hash": _K,
        "hash": _K,
    },
    "backups": {
        "id": _K,
        "path": _K,
        "made_at": _K,
        "size": _K,
        "patrons": _K,
        "audit_number": _K,
        "audit_hash": _K,
        "purpose": _K,
        "expires_on": _K,
        "destroyed_at": _K,
    },
    "import_runs": {"id": _K, "library_id": _K, "kind": _K, "file_name": _K, "at": _K, "actor_id": _K, "counts": _K},
    "import_messages": {"id": _K, "run_id": _K, "line": _K, "kind": _K, "code": _K, "field": _K, "patron_id": _K},
    "purge_plans": {
        "id": _K,
        "library_id": _K,
        "made_at": _K,
        "author_id": _K,
        "source": _K,
        "state": _K,
        "unknown": _K,
        "policy": _K,
        "criteria": _K,
    },
    "purge_plan_lines": {
        "plan_id": _K,
        "patron_id": _K,
        "position": _K,
        "version": _K,
        "reasons": _K,
        "overrides": _N,
        "struck_at": _K,
        "struck_by_id": _K,
        "note": _N,
    },
    "tombstones": {"id": _K, "library_id": _K, "digest": _P, "batch_id": _K, "patron_id": _K, "expires_on": _K},
    "batches": {
        "id": _K,
        "library_id": _K,
        "started_at": _K,
        "heartbeat_at": _K,
        "finished_at": _K,
        "operator_id": _K,
        "source": _K,
        "state": _K,
        "archive": _K,
        "plan_id": _K,
        "planned": _K,
        "purged": _K,
        "refused": _K,
        "vanished": _K,
        "not_reached": _K,
        "undo_until": _K,
        "destroyed_at": _K,
        "retain_loans": _K,
        "backup_id": _K,
        "comment": Policy.ARCHIVE,
        "policy": _K,
        "criteria": _K,
        "residue_at": _K,
        "residue_found": _K,
    },
    "batch_lines": {
        "batch_id": _K,
        "patron_id": _K,
        "outcome": _K,
        "at": _K,
        "planned_version": _K,
        "changed": _K,
        "reasons": Policy.ARCHIVE,
        "loans_kept": _K,
        "loans_deleted": _K,
        "loans_written_off": _K,
        "fines_waived": _K,
        "amount_waived": _K,
        "reservations_cancelled": _K,
        "undone_at": _K,
    },
    "batch_events": {"id": _K, "batch_id": _K, "patron_id": _K, "kind": _K, "record_id": _K, "amount": _K},
}

PERSONAL: dict[str, dict[str, Policy]] = {
    **_STAYING,
    **{
        name: {column.name: _D if (name, column.name) in _FREE_TEXT else _E for column in Base.metadata.tables[name].columns}
        for name in _GONE
    },
    **{table.name: {column.name: Policy.ARCHIVE for column in table.columns} for table in archive.ALL},
}
