"""How My account words what it shows."""

from __future__ import annotations

import datetime as dt

from patrondesk import messages, money
from patrondesk.records.staff import MyAccount, MyFine, MyReservation, TokenLine


def heading(mine: MyAccount) -> str:
    """The sentence under the title."""
    parts = [messages.count(len(mine.loans), "item") + " on loan", owed(mine)]
    if mine.reservations:
        parts.append(messages.count(len(mine.reservations), "reservation"))
    return f"{', '.join(parts)}. {mine.role_name} at {mine.library}."


def owed(mine: MyAccount) -> str:
    """What is owed, or that nothing is."""
    unknown = f"{messages.count(mine.unknown_fines, 'bill')} of unknown amount" if mine.unknown_fines else ""
    if mine.owes < 0:
        known = f"{money.words(-mine.owes, mine.currency)} to your credit"
    else:
        known = f"{money.words(mine.owes, mine.currency)} owed" if mine.owes else ""
    return messages.listed([part for part in (known, unknown) if part]) or "nothing owed"


def day(date: dt.date | None) -> str:
    """A day in a table."""
    return messages.short_day(date) if date is not None else ""


def moment(at: dt.datetime | None) -> str:
    """The day of a moment in a table."""
    return day(at.astimezone().date()) if at is not None else "not yet"


def amount(minor: int | None, currency: str) -> str:
    """An amount in a table."""
    return "not known" if minor is None else money.words(minor, currency)


def state(fine: MyFine) -> str:
    """What is to be known of a fine beside its amounts."""
    return "In dispute" if fine.in_dispute else ""


def waiting(line: MyReservation) -> str:
    """Where a reservation stands."""
    return "Waiting for you" if line.waiting else "Requested"


def purpose(line: TokenLine) -> str:
    """What somebody is signed in for there."""
    return "Jobs" if line.purpose == "jobs" else "The window"
