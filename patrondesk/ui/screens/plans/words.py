"""The sentences of the Purge plans page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from patrondesk import messages
from patrondesk.records.ids import PatronId
from patrondesk.records.plans import Drift, KeptPatron, KeptPlan, PlanLine, Review, RowOutcome, holds
from patrondesk.records.verdict import Reason
from patrondesk.ui.shell import people

_SOURCES = {"page": "User Purge page", "list": "A list of usernames", "plan": "A plan from before"}


@dataclass(frozen=True, slots=True)
class Row:
    """A patron of an opened plan, with what became different."""

    one: KeptPatron
    drift: Drift | None

    @property
    def id(self) -> PatronId:
        """The patron's key."""
        return self.one.id

    @property
    def name(self) -> str:
        """As lists show a person; somebody who is no patron any more has only the internal number."""
        return self.one.name or f"Patron {self.one.id}"


def when(line: PlanLine) -> str:
    """4 Dec 2026, 10:12."""
    at = line.made_at.astimezone()
    return f"{messages.short_day(at.date())}, {at:%H:%M}"


def source(line: PlanLine) -> str:
    """From where it was kept."""
    return _SOURCES.get(line.source, line.source.replace("_", " ").capitalize())


def until(line: PlanLine, kept_for: dt.timedelta) -> str:
    """When upkeep discards it."""
    return messages.short_day((line.made_at + kept_for).astimezone().date())


def heading(lines: Sequence[PlanLine]) -> str:
    """The sentence under the title of the list."""
    if not lines:
        return "No plan waits."
    verb = "waits" if len(lines) == 1 else "wait"
    return f"{messages.count(len(lines), 'plan')} {verb}. Nobody on them is purged before somebody runs the plan."


def standing(plan: KeptPlan) -> str:
    """The sentence under the title of one plan."""
    go, held, struck = len(plan.going), len(plan.held), plan.line.struck
    parts = [f"{go:,} can go"]
    if held:
        parts.append(f"{held:,} {'has' if held == 1 else 'have'} something in the way")
    if struck:
        parts.append(f"{struck:,} {'is' if struck == 1 else 'are'} struck out")
    return f"{', '.join(parts)}."


def total(plan: KeptPlan) -> tuple[tuple[int, str, str], ...]:
    """The sum: the whole first, then its parts, with a word and a tone each."""
    numbers = (
        (plan.line.patrons + plan.line.unknown, "planned", "text"), (len(plan.going), "can go", "ok"),
        (len(plan.held), "something in the way", "warn"), (plan.line.struck, "struck out", "text2"),
        (plan.missing, "no longer there", "text2"),
    )  # fmt: skip
    assert numbers[0][0] == sum(number for number, _, _ in numbers[1:]), "the numbers on show do not add up"
    return numbers


def in_the_way(row: Row) -> bool:
    """Whether the patron stands in the list of those who stay, struck out or not."""
    return row.one.gone or holds(row.one.reasons) or holds(row.one.now)


def _texts(reasons: Sequence[Reason]) -> str:
    return messages.listed([reason.text for reason in reasons])


def why(row: Row) -> str:
    """What keeps the patron."""
    return "No longer there" if row.one.gone else _texts(row.one.in_the_way)


def why_in_full(row: Row) -> str:
    """The same with what was different when the plan was made, and what lifts it."""
    return ". ".join(part.rstrip(".") for part in (why(row), since(row), lifts(row)) if part)


def lifts(row: Row) -> str:
    """What would let the patron go."""
    one = row.one
    if one.gone:
        return ""
    if holds(one.reasons) and not holds(one.now):
        return "Nothing is in the way any more; a new plan takes the patron up."
    return " ".join(dict.fromkeys(people.raised(reason.lifts) for reason in one.in_the_way))


def since(row: Row) -> str:
    """What became different since the plan was made."""
    drift = row.drift
    if drift is None or drift.gone:
        return ""
    before, now = [one.text for one in drift.before], [one.text for one in drift.now]
    if before != now:
        return f"when the plan was made: {_lowered(drift.before) or 'nothing'}"
    return "details changed since the plan was made" if drift.changed else ""


def _lowered(reasons: Sequence[Reason]) -> str:
    return messages.listed([people.lowered(reason.text) for reason in reasons])


def aside(row: Row) -> str:
    """What the plan, or somebody by hand, sets aside, and what became different."""
    overridden = [reason for reason in row.one.now if reason.overridden]
    parts = [f"set aside: {_lowered(overridden)}" if overridden else "", since(row)]
    return " · ".join(part for part in parts if part)


def struck(row: Row) -> str:
    """The review's word."""
    return "Struck out" if row.one.struck else ""


def note(row: Row) -> str:
    """Why, or else by whom."""
    one = row.one
    if not one.struck:
        return ""
    return " ".join(one.note.split()) if one.note else f"by {one.struck_by}" if one.struck_by else ""


def struck_in_full(row: Row) -> str:
    """The same with who and when."""
    one = row.one
    if not one.struck:
        return ""
    on = f" on {messages.day(one.struck_at.astimezone().date())}" if one.struck_at else ""
    said = f"Struck out by {one.struck_by}{on}" if one.struck_by else f"Struck out{on}"
    return f"{said}: {one.note}" if one.note else said


def spoken(row: Row) -> str:
    """The patron's cell for assistive technology."""
    number = row.one.barcode or row.one.username or ""
    said = ", ".join(part for part in (row.name, number) if part)
    return f"Link, struck out, {said}" if row.one.struck else f"Link, {said}"


SETTINGS = "The library's settings have changed since; a purge follows those of today."


def purge_button(plan: KeptPlan) -> str:
    """Purge the 47 on this plan..."""
    number = len(plan.going)
    return f"Purge the {number:,} on this plan..." if number != 1 else "Purge the one on this plan..."


def strike_button(struck_out: bool) -> str:
    """The button that does what Space does."""
    return "Put back" if struck_out else "Strike out"


_OUTCOMES = (
    (RowOutcome.TAKEN_OUT, "taken out"), (RowOutcome.PUT_BACK, "put back"), (RowOutcome.NOTED, "with another note"),
    (RowOutcome.OUT_ALREADY, "out as before"), (RowOutcome.STAYS, "on the plan as before"),
    (RowOutcome.CONFLICT, "in conflict"), (RowOutcome.NOT_OF_PLAN, "not of this plan"),
)  # fmt: skip


def read_back(review: Review) -> str:
    """What became, or becomes, of the rows: every one is in one of these."""
    numbers = [f"{review.number(outcome):,} {said}" for outcome, said in _OUTCOMES if review.number(outcome)]
    return f"{messages.count(len(review.rows), 'row')}: {messages.listed(numbers) or 'nothing'}."


def missing(review: Review) -> str:
    """Who is not in the file."""
    if not review.missing:
        return ""
    verbs = ("is", "stays") if review.missing == 1 else ("are", "stay")
    return f"{messages.count(review.missing, 'patron')} of the plan {verbs[0]} not in the file, and {verbs[1]} as before."
