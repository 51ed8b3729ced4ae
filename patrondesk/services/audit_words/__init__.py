"""The one registry of the audit log's words: for every operation a name, and a plain sentence from its facts.

Facts are counts and internal ids; whoever wrote an entry long ago may have known fewer of them, so none is relied on.
"""

from __future__ import annotations

from typing import Any

from patrondesk.services.audit_words import accounts, care, lending, people, purges, work
from patrondesk.services.audit_words.told import Told, Wording

__all__ = ["KINDS", "WORDS", "Told", "Wording", "name_of", "sentence"]

KINDS = {
    "patron": "Patrons",
    "cohort": "Cohorts",
    "override": "Reasons set aside",
    "plan": "Plans",
    "purge": "Purges",
    "certificate": "Certificates",
    "loans": "Loans",
    "items": "Items",
    "reservations": "Reservations",
    "fines": "Fines",
    "import": "Imports",
    "backup": "Backups",
    "job": "Jobs",
    "settings": "Settings",
    "staff": "Staff",
    "roles": "Roles",
    "library": "The library itself",
}
"""The first part of an operation's name, and what it is about."""

WORDS: dict[str, Wording] = {
    **people.WORDS,
    **purges.WORDS,
    **lending.WORDS,
    **care.WORDS,
    **accounts.WORDS,
    **work.WORDS,
}
"""By operation. A test reads the services' source and fails for an operation without words."""


def name_of(operation: str) -> str:
    """An operation in a word or two; one that this version does not know as it is."""
    known = WORDS.get(operation)
    return known.name if known else operation


def sentence(operation: str, facts: dict[str, Any], patron: str | None, currency: str) -> str:
    """An entry in a plain sentence. `patron`: how to call whom it speaks of, None when it speaks of nobody."""
    known = WORDS.get(operation)
    if known is None:
        about = f", about {patron}" if patron else ""
        return f"Recorded as “{operation}”{about}."
    return known.tell(Told(facts, patron, currency))
