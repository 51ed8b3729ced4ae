"""The sentences of the dialog: what a selection does, in numbers that add up."""

from __future__ import annotations

import datetime as dt
import re

from patrondesk import messages
from patrondesk.services.activation import Deactivation

_DAY = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")


def day(text: str) -> dt.date | None:
    """A day as it is typed: 2026-12-31 or 31/12/2026; None for nothing. Raises ValueError for anything else."""
    bare = text.strip()
    if not bare:
        return None
    found = _DAY.match(bare)
    if found:
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    return dt.date.fromisoformat(bare)


def button(look: Deactivation | None) -> str:
    """The button that does it."""
    return f"Deactivate {messages.count(look.changed, 'patron')}" if look is not None and look.changed else "Deactivate"


def names(look: Deactivation) -> str:
    """Who would be deactivated, the first few by name."""
    shown = [f"{name} ({key})" if key else name for name, key in look.sample[:6]]
    more = look.changed - len(shown)
    return "; ".join([*shown, *([f"and {more:,} more"] if more > 0 else [])]) + "." if shown else ""


def chosen_day(expired: dt.date | None) -> str:
    """How a typed day was understood; empty without one."""
    return f"Expired before {messages.day(expired)}." if expired else ""


def spared(look: Deactivation) -> str:
    """Who stays, and why; empty when nobody does."""
    if not look.spared:
        return ""
    one = look.spared == 1
    who = "1 account keeps its place" if one else f"{look.spared:,} accounts keep their place"
    return f"{who}: staff with a role, and your own, are never deactivated together with others."


def nothing_to_do(look: Deactivation) -> str:
    """Why the button is off; empty when it is not."""
    if not look.selected:
        return "Nobody fits this selection."
    if not look.changed:
        return "Everybody in this selection is deactivated already, or stays."
    return ""


def done(look: Deactivation) -> str:
    """What was done."""
    one = look.changed == 1
    verbs = ("is", "waits") if one else ("are", "wait")
    return f"{messages.count(look.changed, 'patron')} {verbs[0]} deactivated and {verbs[1]} on User Purge."
