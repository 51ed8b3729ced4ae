"""The sentences about a person's rights: requests with their day, downloads, and why somebody cannot be deleted."""

from __future__ import annotations

import datetime as dt

from patrondesk import messages
from patrondesk.records.access_requests import RULES, AccessRequest, Download
from patrondesk.ui.screens.patrons.rights_reading import RightsView
from patrondesk.ui.shell import people
from patrondesk.ui.shell.paint import ChipText

NEVER_BACK = "This cannot be undone."
_NEEDED = {"OPEN_LOANS": "loans", "RESERVATIONS": "reservations", "BALANCE_DUE": "debts"}


def due(one: AccessRequest) -> str:
    """To be answered until 4 December 2026, marked as bold; that it is overdue, when it is."""
    day = f"**{messages.day(one.due_on)}**"
    if one.overdue:
        return f"Was to be answered until {day}, {messages.count(-one.days_left, 'day')} ago."
    left = "today" if not one.days_left else f"in {messages.count(one.days_left, 'day')}"
    return f"To be answered until {day}, {left}."


def opened(one: AccessRequest) -> str:
    """Came in on 20 October 2026 · FERPA, 45 days · Maria Okafor."""
    return people.dotted(f"Came in on {messages.day(one.opened_on)}", RULES.get(one.rule, one.rule), one.opened_by)


def closed(one: AccessRequest) -> str:
    """Request of 20 Oct 2026, closed 4 Dec 2026: handed out."""
    on = f", closed {messages.short_day(one.closed_on)}" if one.closed_on else ""
    return f"Request of {messages.short_day(one.opened_on)}{on}: {one.outcome or ''}".rstrip(": ")


def downloaded(one: Download) -> str:
    """Downloaded 4 Dec 2026 as JSON by Maria Okafor: the mother asked."""
    at = one.at.astimezone()
    why = f": {one.reason}" if one.reason else f", for request {one.request}" if one.request else ""
    return f"Downloaded {messages.short_day(at.date())} as {one.format.upper()} by {one.by}{why}"


def state(one: AccessRequest) -> ChipText:
    """The chip of the list."""
    if one.overdue:
        return ChipText("amber", "Overdue", "look")
    return ChipText("grey", "Open", "request") if one.open else ChipText("green", "Closed", "done")


def heading(requests: tuple[AccessRequest, ...]) -> str:
    """2 requests are open, 1 of them overdue."""
    number = sum(one.open for one in requests)
    late = sum(one.overdue for one in requests)
    if not number:
        return "No request is open"
    said = messages.count(number, "request is open", "requests are open")
    return f"{said}, {late:,} of {'it' if number == 1 else 'them'} overdue" if late and number > 1 else said


def why_not_delete(view: RightsView) -> str:
    """Delete: only without loans, reservations and debts. What else holds the patron in its own words; empty for nothing."""
    if not view.in_the_way:
        return ""
    codes = {reason.code for reason in view.in_the_way}
    if codes & set(_NEEDED):
        return "Delete: only without loans, reservations and debts"
    first = people.lowered(view.in_the_way[0].text)
    more = f", and {messages.count(len(view.in_the_way) - 1, 'more reason')}" if len(view.in_the_way) > 1 else ""
    return f"Delete: {first}{more}"


def all_in_the_way(view: RightsView) -> str:
    """Every reason with what lifts it, a line each: the tool tip."""
    lines = [f"{reason.text}: {reason.lifts}" if reason.lifts else reason.text for reason in view.in_the_way]
    return "\n".join(["This patron cannot be deleted yet.", *lines]) if lines else ""


def going(name: str, past_loans: int) -> str:
    """What leaves the library with a deletion."""
    loans = [messages.count(past_loans, "past loan")] if past_loans else []
    gone = messages.listed([name, "everything personal about this patron", *loans])
    return f"{gone} leave the library. Accounts of the same person at other libraries stay."


def undo(until: dt.date | None) -> str:
    """Until when a deletion can be undone, that day marked as bold."""
    return f"You can undo this until **{messages.day(until)}**." if until else NEVER_BACK
