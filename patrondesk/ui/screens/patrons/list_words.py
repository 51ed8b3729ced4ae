"""The sentences of the list: its states, its filters, what a row says, and what is said when nobody is found."""

from __future__ import annotations

import datetime as dt

from patrondesk import messages, money
from patrondesk.records.patron_lists import Crowd, PatronFilter, PatronQuery
from patrondesk.records.patrons import PatronLine
from patrondesk.ui.shell.paint import ChipText

STATES = (
    ("all", "Everybody"), ("enabled", "Active"), ("disabled", "Deactivated"), ("expired", "Expired"),
    ("protected", "Flagged to keep"), ("with_loans", "With open loans"), ("owing", "Owing money"),
)  # fmt: skip
"""The states of the filter, with their words."""

FLAGS = {
    "expired": "Expired", "blocked": "Blocked", "owes": "Owes money", "has_loans": "Has items on loan",
    "protected": "Flagged to keep", "access_request": "Open data request", "staff": "Has a staff role",
}  # fmt: skip
"""What a filter asks for with yes alone, by its field."""
NAMED = {
    "patron_type": "Type", "user_group": "Group", "year_level": "Year level", "homeroom": "Homeroom", "cohort": "Cohort",
}  # fmt: skip
"""What a filter names, by its field."""


def told(chosen: PatronFilter) -> list[tuple[str, str]]:
    """(field, words) of every filter that is set, but the state, which stands beside the search."""
    said: list[tuple[str, str]] = []
    for field, value in chosen.given().items():
        if field in NAMED:
            said.append((field, f"{NAMED[field]}: {value}"))
        elif field in FLAGS:
            said.append((field, FLAGS[field]))
        elif isinstance(value, dt.date):
            said.append((field, f"Expires before {messages.short_day(value)}"))
    return said


def crowd(now: Crowd) -> tuple[str, list[tuple[str, str]]]:
    """The beginning of the page's sentence, and its numbers that filter: (what they filter by, words)."""
    parts = [
        ("disabled", f"{now.deactivated:,} deactivated"), ("blocked", f"{now.blocked:,} blocked"),
        ("protected", f"{now.protected:,} flagged to keep"),
    ]  # fmt: skip
    numbers = {"disabled": now.deactivated, "blocked": now.blocked, "protected": now.protected}
    return messages.count(now.patrons, "patron"), [(word, said) for word, said in parts if numbers[word]]


def short(date: dt.date | None) -> str:
    """4 Dec 2026, or nothing."""
    return messages.short_day(date) if date else ""


def state(row: PatronLine, today: dt.date) -> ChipText | None:
    """The chip of the State column; None for an active patron, who needs none."""
    if not row.enabled:
        return ChipText("grey", "Deactivated", "purge")
    if row.blocked:
        return ChipText("amber", "Blocked", "blocked")
    if row.expiry_date is not None and row.expiry_date < today:
        return ChipText("amber", "Expired", "calendar")
    return ChipText("grey", "Keep", "keep") if row.protected else None


def states(row: PatronLine, today: dt.date) -> str:
    """Everything that the State column has to say, in words."""
    expired = row.expiry_date is not None and row.expiry_date < today
    said = [
        "Active" if row.enabled else "Deactivated", "blocked" if row.blocked else "", "expired" if expired else "",
        "flagged to keep" if row.protected else "",
    ]  # fmt: skip
    return ", ".join(word for word in said if word)


def owes(row: PatronLine, currency: str) -> str:
    """The balance: $18.50, with a plus where there are bills of unknown amount; nothing owed is nothing said."""
    if row.unknown_fines and not row.balance:
        return "Not known"
    known = money.words(row.balance, currency) if row.balance else ""
    return f"{known} +" if row.unknown_fines else known


def old_card(row: PatronLine) -> str:
    """Says that the search found a former barcode."""
    return f"Old card {row.old_card}" if row.old_card else ""


def nothing_found(query: PatronQuery) -> str:
    """The heading when a search or a filter finds nobody."""
    filters = [words for _, words in told(query.filter)]
    here = dict(STATES)[query.filter.state].lower()
    among = ([here] if query.filter.state != "all" else []) + [_lower(words) for words in filters]
    if query.search.strip():
        beside = f" among those “{', '.join(among)}”" if among else ""
        return f"Nothing found for “{query.search.strip()}”{beside}"
    return f"Nobody is “{', '.join(among)}” now"


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def marked(number: int) -> str:
    """How many rows are marked, beside the button that changes them together."""
    return f"{messages.count(number, 'patron')} marked" if number else "Nobody is marked"
