"""Reason codes in words without a patron and a number: what a kind of reason is called in a count or a log."""

from __future__ import annotations

from patrondesk.guards.responsibilities import KINDS
from patrondesk.services.verdict import CHECK_FAILED

_NAMES = {
    "ACTIVE": "Still active",
    "OPEN_LOANS": "Items on loan",
    "BALANCE_DUE": "Money owed",
    "CREDIT": "Money the library owes",
    "RESERVATIONS": "Open reservations",
    "STAFF_ROLE": "A staff role",
    "GUARANTOR": "Guarantor of others",
    "PROTECTED": "Flagged to keep",
    "ACCESS_REQUEST": "A request to see the data",
    "NO_DATES": "No dates",
    "NOT_DUE": "Not due yet",
    CHECK_FAILED: "A check could not be made",
    **{code: f"{many[0].upper()}{many[1:]}" for code, _, many, _ in KINDS.values()},
}


def reason_name(code: str) -> str:
    """What reasons of this code are called; one that this version does not know as it is."""
    return _NAMES.get(code, code)
