"""The sentences and chips of the circulation desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from patrondesk import messages, money
from patrondesk.records.lending import ItemLine
from patrondesk.ui.screens.circulation.acts import Entry
from patrondesk.ui.screens.circulation.modes import Mode
from patrondesk.ui.screens.circulation.reading import Visit
from patrondesk.ui.shell import people
from patrondesk.ui.shell.paint import ChipText

KINDS = {
    "lent": ChipText("green", "Lent", "loan"),
    "returned": ChipText("green", "Returned", "returned"),
    "found": ChipText("green", "Found", "returned"),
    "renewed": ChipText("green", "Renewed", "history"),
    "lost": ChipText("grey", "Lost", "lost"),
    "reserved": ChipText("green", "Reserved", "reserved"),
    "paid": ChipText("green", "Money", "money"),
    "cancelled": ChipText("grey", "Cancelled", "reserved"),
    "taken_back": ChipText("grey", "Taken back", "undo"),
    "refused": ChipText("amber", "Refused", "look"),
}
NOBODY = "Nobody is at the desk. Scan a card, type a name, or scan what comes back."
_TOTALS = (
    ("lent", "lent"), ("renewed", "renewed"), ("returned", "returned"), ("found", "found"), ("lost", "lost"),
    ("reserved", "reserved"),
)  # fmt: skip


def keys(visit: Visit) -> str:
    """P020447 · wihaka08 · Student."""
    patron = visit.patron
    kind = f"{patron.patron_type[:1].upper()}{patron.patron_type[1:]}"
    return people.dotted(patron.barcode, patron.username, kind)


def school_class(visit: Visit) -> str:
    """Year 12, 12C."""
    return people.school_class(visit.patron.year_level, visit.patron.homeroom)


def chips(visit: Visit) -> list[ChipText]:
    """The state beside the name: green when nothing is in the way."""
    codes = {why.code: why for why in visit.hindrances}
    known = (
        ("DEACTIVATED", "grey", "Deactivated", "purge"), ("EXPIRED", "amber", "Expired", "calendar"),
        ("BLOCKED", "amber", "Blocked", "blocked"), ("DEBT_BLOCKED", "amber", "Debt block", "money"),
        ("LOAN_LIMIT", "amber", "Limit reached", "loan"),
    )  # fmt: skip
    said = [ChipText(kind, words, icon) for code, kind, words, icon in known if code in codes]
    return said or [ChipText("green", "May borrow", "tick")]


def on_loan(visit: Visit) -> str:
    """3 items on loan, 1 of them overdue."""
    number = len(visit.loans)
    late = sum(loan.days_overdue > 0 for loan in visit.loans)
    if not number:
        return "Nothing is on loan."
    said = f"{messages.count(number, 'item')} on loan"
    if late == number:
        return f"{said}, overdue."
    return f"{said}, {late:,} of them overdue." if late else f"{said}."


def owes(visit: Visit) -> str:
    """Owes $18.50, and a bill whose amount is not known; empty when nothing is owed."""
    patron = visit.patron
    parts = []
    if patron.balance > 0:
        parts.append(f"Owes {money.words(patron.balance, visit.currency)}")
    if patron.balance < 0:
        parts.append(f"Has a credit of {money.words(-patron.balance, visit.currency)}")
    if patron.unknown_fines:
        bills = messages.count(patron.unknown_fines, "bill")
        parts.append(f"{bills} without an amount" if parts else f"Owes {bills} without an amount")
    return f"{' and '.join(parts)}." if parts else ""


def waits(visit: Visit) -> list[str]:
    """What is set aside for the patron, then what they wait for."""
    there = [f"**{line.title}** is set aside: {line.item_barcode}." for line in visit.waiting]
    number = len(visit.reservations) - len(visit.waiting)
    if number:
        there.append(f"Waits for {messages.count(number, 'title')}.")
    return there


def item_state(line: ItemLine) -> str:
    """Available, on loan until 4 Dec 2026, on hold."""
    if line.due is not None:
        return f"On loan until {messages.short_day(line.due)}"
    said = line.status.replace("_", " ")
    return f"{said[:1].upper()}{said[1:]}"


def due(entry: Entry) -> str:
    """4 Dec 2026, or nothing."""
    return messages.short_day(entry.due) if entry.due else ""


def done(entry: Entry) -> str:
    """The first sentence above the list after something was done."""
    title = f"“{entry.title}”"
    return {
        "lent": f"{title} is lent until {messages.day(entry.due)}." if entry.due else f"{title} is lent.",
        "renewed": f"{title} is renewed until {messages.day(entry.due)}." if entry.due else f"{title} is renewed.",
        "returned": f"{title} is back.", "found": f"{title} is found.", "lost": f"{title} is marked as lost.",
        "reserved": f"{title} is reserved.", "taken_back": f"{title}: taken back.",
    }.get(entry.kind, entry.title)  # fmt: skip


def ended(name: str, entries: Sequence[Entry]) -> str:
    """Ruiz, Ana: 2 lent, 1 returned."""
    counts = [(sum(entry.kind == kind for entry in entries), word) for kind, word in _TOTALS]
    parts = [f"{number:,} {word}" for number, word in counts if number]
    return f"{name}: {', '.join(parts)}." if parts else f"{name}: nothing was lent or returned."


def standing(name: str, mode: Mode) -> str:
    """The sentence under the title: who is at the desk, and what a scan means. `name` empty: nobody."""
    if not name and mode is Mode.LEND:
        return NOBODY
    means = {
        Mode.LEND: "Items that are scanned are lent.", Mode.RETURN: "Items that are scanned are taken in.",
        Mode.RENEW: "Items that are scanned are renewed.", Mode.LOST: "Items that are scanned are marked as lost, or found.",
        Mode.RESERVE: "Titles that are scanned are reserved.",
    }[mode]  # fmt: skip
    return f"{name} is at the desk. {means}" if name else f"Nobody is at the desk. {means}"


def at(moment: dt.datetime) -> str:
    """14:05, in this computer's time zone."""
    return f"{moment.astimezone():%H:%M}"
