"""How a kept plan was chosen, as one plain sentence made from its criteria."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from patrondesk import messages
from patrondesk.records.plans import PlanLine

_SORTS = {
    "patron_type": "type",
    "year_level": "year level",
    "deactivated_on": "day of deactivation",
    "open_loans": "open loans",
    "balance": "what they owe",
    "last_activity": "last activity",
}
_REASONS = {"none": "only those who can go", "any": "only those with something in the way"}


def sentence(line: PlanLine, criteria: dict[str, Any]) -> str:
    """50 patrons of page 1 of User Purge (50 a page), sorted by name, made on 21 November 2026 by Maria Okafor."""
    made = f"made on {messages.day(line.made_at.astimezone().date())} by {line.author}"
    parts = [f"{messages.count(line.patrons, 'patron')}{_whence(line.source, criteria)}", *_chosen(criteria), made]
    said = f"{', '.join(parts)}."
    if line.unknown:
        named = "named" if line.source == "list" else "was" if line.unknown == 1 else "were"
        said += f" {messages.count(line.unknown, 'name')} of the list {named} nobody here."
    return said


def chosen(source: str, criteria: dict[str, Any]) -> str:
    """Page 1 of User Purge (50 a page), found by a search: how patrons were chosen, without their number, day and author."""
    whence = _whence(source, criteria).removeprefix(" of ") or _ELSEWHERE.get(source, source.replace("_", " "))
    said = ", ".join([whence, *_chosen(criteria)])
    return f"{said[:1].upper()}{said[1:]}"


_ELSEWHERE = {"loans": "the outstanding loans of one patron", "job": "a job", "delete": "one patron, with “Delete patron”"}


def _whence(source: str, criteria: dict[str, Any]) -> str:
    if source == "page" and criteria.get("page"):
        size = criteria.get("page_size")
        return f" of page {criteria['page']:,} of User Purge" + (f" ({size:,} a page)" if size else "")
    if source == "page":
        return " of User Purge"
    if source == "list":
        words = criteria.get("words")
        return f" of a list of {messages.count(words, 'name')}" if words else " of a list"
    if source == "plan":
        return " of a plan from before"
    return ""


def _chosen(criteria: dict[str, Any]) -> Iterator[str]:
    reason, sort = criteria.get("reason"), criteria.get("sort")
    if reason:
        yield _REASONS.get(reason) or f"only those with the reason “{reason.replace('_', ' ').lower()}”"
    if criteria.get("searched"):
        yield "found by a search"
    if sort:
        yield f"sorted by {_SORTS.get(sort, sort.replace('_', ' '))}{', the last first' if criteria.get('descending') else ''}"
