"""One patron in lines, for a person at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from patrondesk import messages, money

if TYPE_CHECKING:
    from patrondesk.records.patrons import PatronDetails

_FIELDS = (
    ("Username", "username"),
    ("Barcode", "barcode"),
    ("External id", "external_id"),
    ("Type", "patron_type"),
    ("Group", "user_group"),
    ("Year level", "year_level"),
    ("Homeroom", "homeroom"),
    ("Cohort", "cohort"),
    ("Born", "birth_date"),
    ("E-mail", "email"),
    ("Phone", "phone"),
    ("Address", "address"),
    ("Role", "role"),
    ("Guarantor", "guarantor"),
    ("Registered", "registered_on"),
    ("Expires", "expiry_date"),
    ("To be purged from", "purge_date"),
    ("Last activity", "last_activity"),
)


def details(p: PatronDetails, currency: str) -> Iterator[str]:
    """Name, facts, what is owed and on loan, and what stands in the way of a purge."""
    yield p.name
    for label, field in _FIELDS:
        value = getattr(p, field)
        if value is not None:
            yield f"  {label}: {messages.day(value) if hasattr(value, 'isoformat') else value}"
    if p.enabled:
        yield "  Active"
    else:
        told = [messages.day(p.deactivated_on) if p.deactivated_on else "", p.deactivated_by or "", p.deactivated_reason or ""]
        yield "  Deactivated: " + ", ".join(word for word in told if word)
    yield f"  {messages.count(p.open_loans, 'item')} on loan, {messages.count(p.open_reservations, 'open reservation')}"
    owed = money.words(p.balance, currency)
    yield f"  Owes {owed}" + (f", and {messages.count(p.unknown_fines, 'bill')} of unknown amount" if p.unknown_fines else "")
    for reason in p.reasons:
        yield f"  {'Set aside' if reason.overridden else 'In the way'}: {reason.text} ({reason.lifts})"
    for line in p.history[:10]:
        yield f"  {messages.short_day(line.at.astimezone().date())}: {line.words}, {line.actor}"
