"""Kept plans as JSON and in lines: a plan in a list, one with everybody on it, what became different, a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.records.plans import PlanState, RowOutcome

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.records.plans import Drift, KeptPatron, KeptPlan, PlanLine, Review
    from patrondesk.records.verdict import Reason


def plan_line(row: PlanLine) -> Document:
    """A plan in a list: `patrons` = `struck_out` + those that a run would try."""
    return {
        "plan": row.id,
        "made_at": documents.iso(row.made_at),
        "author": row.author,
        "source": row.source,
        "state": row.state.value,
        "patrons": row.patrons,
        "struck_out": row.struck,
        "unknown": row.unknown,
        "batch": row.batch,
    }


def plan(kept: KeptPlan, drifts: Sequence[Drift]) -> Document:
    """A plan with everybody on it. can_go + in_the_way + struck_out + no_longer_there = patrons + unknown."""
    return plan_line(kept.line) | {
        "sentence": kept.sentence,
        "can_go": len(kept.going),
        "in_the_way": len(kept.held),
        "no_longer_there": kept.missing,
        "settings_changed": kept.settings_changed,
        "rows": [_patron(one, kept.currency) for one in kept.patrons],
        "drift": [drift(one, kept.currency) for one in drifts],
    }


def _patron(one: KeptPatron, currency: str) -> Document:
    return {
        "line": one.id,
        "username": one.username,
        "barcode": one.barcode,
        "name": one.name,
        "year_level": one.year_level,
        "homeroom": one.homeroom,
        "goes": one.goes,
        "changed": one.changed,
        "gone": one.gone,
        "struck_out": one.struck,
        "struck_out_by": one.struck_by,
        "note": one.note,
        "reasons_now": [documents.reason(reason, currency) for reason in one.now if not reason.overridden],
        **documents.reasons(one.reasons, currency),
    }


def drift(one: Drift, currency: str) -> Document:
    """What became different about one patron since the plan was made."""
    return {
        "line": one.id,
        "username": one.username,
        "name": one.name,
        "changed": one.changed,
        "gone": one.gone,
        "before": [documents.reason(reason, currency) for reason in one.before if not reason.overridden],
        "now": [documents.reason(reason, currency) for reason in one.now if not reason.overridden],
    }


def drift_lines(drifts: Sequence[Drift]) -> list[str]:
    """The same as a table; nothing when nothing became different."""
    rows = [(one.name, one.username, *_became(one)) for one in drifts]
    return table(("Changed since the preview", "Username", "Before", "Now"), rows)


def _became(one: Drift) -> tuple[str, str]:
    before, now = _texts(one.before), _texts(one.now)
    if one.gone:
        return before, "no longer there"
    return before, now if before != now or not one.changed else f"{now} (details changed)"


def _texts(reasons: Sequence[Reason]) -> str:
    held = [f"{reason.text} (set aside)" if reason.overridden else reason.text for reason in reasons]
    return "; ".join(held) or "can go"


def plan_lines(kept: KeptPlan, drifts: Sequence[Drift]) -> Iterator[str]:
    """A plan for a person to read: sentence, sum, everybody, what became different."""
    line = kept.line
    yield f"Plan {line.id}: {kept.sentence}"
    state = f", run as batch {line.batch}" if line.batch else ""
    yield f"State: {line.state.value}{state}."
    if line.state is PlanState.OPEN:
        yield _sum(kept)
        if kept.settings_changed:
            yield "The library's settings have changed since; a purge follows those of now."
    rows = [
        (
            one.name or f"Patron {one.id}",
            one.username or one.barcode,
            "struck out" if one.struck else "",
            one.note,
            "no longer there" if one.gone else "; ".join(reason.text for reason in one.in_the_way),
        )
        for one in kept.patrons
    ]
    yield from table(("Patron", "Username", "Struck out", "Note", "In the way"), rows)
    yield from drift_lines(drifts)


def _sum(kept: KeptPlan) -> str:
    line = kept.line
    return (
        f"{line.patrons + line.unknown:,} planned = {len(kept.going):,} can go + {len(kept.held):,} with something in the way "
        f"+ {line.struck:,} struck out + {kept.missing:,} no longer there."
    )


_OUTCOMES = {
    RowOutcome.TAKEN_OUT: "taken out",
    RowOutcome.NOTED: "with another note",
    RowOutcome.PUT_BACK: "put back",
    RowOutcome.OUT_ALREADY: "out as before",
    RowOutcome.STAYS: "on as before",
    RowOutcome.CONFLICT: "in conflict",
    RowOutcome.NOT_OF_PLAN: "not of this plan",
}


def review(done: Review, preview: bool) -> Document:
    """What reading a file back changes: every row has one outcome."""
    return {
        "plan": done.plan,
        "preview": preview,
        "rows": len(done.rows),
        **{outcome.value: done.number(outcome) for outcome in RowOutcome},
        "missing": done.missing,
        "messages": [
            {"line": row.line, "outcome": row.outcome.value, "name": row.name, "text": row.text} for row in done.rows if row.text
        ],
    }


def review_lines(done: Review, preview: bool) -> Iterator[str]:
    """The same for a person to read."""
    numbers = [f"{done.number(outcome):,} {words}" for outcome, words in _OUTCOMES.items() if done.number(outcome)]
    yield f"{messages.count(len(done.rows), 'row')} read: {messages.listed(numbers) or 'nothing'}."
    if done.missing:
        verb = "is" if done.missing == 1 else "are"
        yield f"{messages.count(done.missing, 'patron')} of the plan {verb} not in the file, and as before."
    if preview:
        yield "This was a preview; nothing was changed."
    yield from table(("Row", "Patron", "What was met"), [(row.line, row.name, row.text) for row in done.rows if row.text])
