"""A purge in sentences: what it will do, what it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli.answer import table
from patrondesk.records.purging import ArchiveState, BatchState

if TYPE_CHECKING:
    from patrondesk.records.desk import Problem
    from patrondesk.records.purging import BatchResult, Plan, PlannedPatron, RefusedPatron


def question(plan: Plan, currency: str) -> str:
    """One plain sentence: what goes, what is kept, until when it can be undone; then what else the purge settles."""
    number, past = len(plan.eligible), plan.past_loans
    one = number == 1
    loans = f"their {messages.count(past, 'past loan')}"
    if plan.retain_loans:
        kept = f"{loans} {'stays' if past == 1 else 'stay'}, without names" if past else "there are no past loans to keep"
    else:
        gone = f"{loans} {'goes' if past == 1 else 'go'} too, and " if past else ""
        kept = f"{gone}reports will count present patrons only"
    undo = f"you can undo this until {messages.day(plan.undo_until)}" if plan.undo_until else "this cannot be undone"
    personal = f"{messages.count(number, 'patron')} and everything personal about {'this person' if one else 'them'}"
    sentence = f"{personal} {'leaves' if one else 'leave'} the library; {kept}; {undo}."
    return " ".join([sentence, *_settled(plan, currency)])


def _settled(plan: Plan, currency: str) -> Iterator[str]:
    amount = money.words(plan.amount_to_waive, currency)
    for number, what, done in (
        (plan.fines_to_waive, "small fine", f", {amount} in all, {{}} waived."),
        (plan.unknown_fines_to_close, "bill", " of unknown amount {} closed."),
        (plan.reservations_to_cancel, "reservation", " {} cancelled."),
    ):
        if number:
            yield messages.count(number, what) + done.format("is" if number == 1 else "are")


def preview(plan: Plan, changed: tuple[str, ...], currency: str) -> Iterator[str]:
    """What a run would do."""
    yield f"{messages.count(plan.planned, 'patron')} on the list. {len(plan.eligible):,} can go, {len(plan.held):,} cannot."
    if plan.eligible:
        yield question(plan, currency)
    yield from _unknown(plan.unknown)
    yield from _changed(changed)
    yield from stayed(plan.held)


def result(done: BatchResult, unknown: tuple[str, ...] = (), changed: tuple[str, ...] = ()) -> Iterator[str]:
    """What a run did. `unknown`: words of the list that named nobody; `changed`: who was not as the preview saw them."""
    batch = done.batch
    if batch.state is BatchState.STOPPED:
        yield f"Stopped. {batch.purged:,} purged, {batch.not_reached:,} left as they were."
    yield f"{messages.count(batch.purged, 'patron')} {batch.did}, {batch.refused:,} refused."
    if done.fines_waived:
        yield f"{messages.count(done.fines_waived, 'fine')} waived, {money.words(done.amount_waived, done.currency)} in all."
    yield from _unknown(unknown)
    if done.vanished:
        yield f"{messages.count(len(done.vanished), 'patron')} went between plan and run."
    yield from _changed(changed)
    yield from stayed(done.refused)
    if batch.purged:
        yield undo_sentence(done)
    if done.backup:
        yield f"The backup made before: {done.backup}"


def traces(found: Sequence[Problem]) -> list[str]:
    """What the residue check after a run says."""
    return [problem.text for problem in found] or ["Checked: nothing of them is left outside what an undo needs."]


def undo_sentence(done: BatchResult) -> str:
    """Until when, and how."""
    batch = done.batch
    if batch.archive is ArchiveState.UNDONE:
        return f"The {batch.noun} is undone."
    if batch.undo_until is None or batch.archive is ArchiveState.DESTROYED:
        return "It cannot be undone."
    return f"Undo is possible until {messages.day(batch.undo_until)}: patrondesk batches undo {batch.id}"


def stayed(people: tuple[RefusedPatron, ...] | tuple[PlannedPatron, ...]) -> list[str]:
    """Those who cannot go, with every reason and what lifts it."""
    rows = []
    for p in people:
        holding = [r for r in p.reasons if not r.overridden]
        rows.append(
            (
                p.name,
                p.username or p.barcode,
                "; ".join(r.text for r in holding),
                "; ".join(dict.fromkeys(r.lifts for r in holding)),
            )
        )
    return table(("Refused", "Username", "Why", "What lifts it"), rows)


def kept(number: int) -> Iterator[str]:
    """Where a preview that was kept waits."""
    yield f"Kept as plan {number}. Review it with: patrondesk plans show {number}"
    yield f"Then run it with: patrondesk purge --saved-plan {number}"


def _unknown(words: tuple[str, ...]) -> Iterator[str]:
    """Names of a list that name nobody; of a plan that was kept only their number is known."""
    if words and not any(words):
        yield f"{messages.count(len(words), 'name')} on the list named nobody when the plan was made."
    elif words:
        shown = ", ".join(words[:10]) + (", …" if len(words) > 10 else "")
        yield f"{messages.count(len(words), 'name')} on the list {'is' if len(words) == 1 else 'are'} nobody's here: {shown}."


def _changed(names: tuple[str, ...]) -> Iterator[str]:
    if names:
        yield f"Changed since the preview: {', '.join(names)}."
