"""How a patron is worded beside a portrait and in sentences, the same on every screen."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.records.patrons import PatronDetails

_THROUGH = {
    "Leavers file": "by a leavers file", "Rollover": "by the rollover", "Selected together": "together with others",
    "Patron update": "by a patron update",
}  # fmt: skip


def called(patron: PatronDetails) -> str:
    """What a sentence calls the patron: the preferred or given name, or the whole name where there is none."""
    return patron.preferred_name or patron.given_name or patron.name


def school_class(year_level: str | None, homeroom: str | None) -> str:
    """Year 12, 12A: what is known of the two."""
    return ", ".join(word for word in (year_level, homeroom) if word)


def dotted(*parts: str | None) -> str:
    """The parts that are there, with a middle dot between them."""
    return " · ".join(part for part in parts if part)


def deactivated(patron: PatronDetails) -> str:
    """Deactivated 29 November 2026 by the rollover; empty for an enabled patron."""
    if patron.enabled:
        return ""
    on = f" {messages.day(patron.deactivated_on)}" if patron.deactivated_on else ""
    by = _THROUGH.get(patron.deactivated_by or "", f"by {patron.deactivated_by}") if patron.deactivated_by else ""
    return f"Deactivated{on} {by}".rstrip()


def lowered(sentence: str) -> str:
    """A sentence's beginning in the middle of another: its capital goes, unless it begins an abbreviation such as PO."""
    abbreviated = sentence[:2].isalpha() and sentence[:2].isupper()
    return sentence if abbreviated else f"{sentence[:1].lower()}{sentence[1:]}"


def raised(words: str) -> str:
    """Half a sentence as a whole one: a capital at its beginning, a full stop at its end."""
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "." if words else ""
