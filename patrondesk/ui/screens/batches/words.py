"""The sentences of past purges: when, by whom, until when each can be undone, and what an undo does."""

from __future__ import annotations

import datetime as dt

from patrondesk import messages
from patrondesk.records.purging import ArchiveState, BatchLine, BatchResult, BatchState
from patrondesk.ui.shell.paint import ChipText

_SOURCES = {
    "page": "User Purge page", "list": "A list of usernames", "plan": "A saved plan", "job": "A job", "delete": "Delete patron",
}  # fmt: skip
_STATES = {
    BatchState.RUNNING: ChipText("grey", "Running", "running"),
    BatchState.COMPLETED: ChipText("green", "Completed", "done"),
    BatchState.COMPLETED_WITH_EXCEPTIONS: ChipText("amber", "With refusals", "look"),
    BatchState.STOPPED: ChipText("grey", "Stopped", "stop"),
    BatchState.INTERRUPTED: ChipText("amber", "Interrupted", "look"),
}


def when(batch: BatchLine) -> str:
    """4 Dec 2026, 10:12."""
    at = batch.started_at.astimezone()
    return f"{messages.short_day(at.date())}, {at:%H:%M}"


def source(batch: BatchLine) -> str:
    """From where it was started."""
    return _SOURCES.get(batch.source, batch.source.replace("_", " ").capitalize())


def started(batch: BatchLine) -> str:
    """By whom, from where, and why: the tool tip of the list."""
    said = f"{batch.operator}, {source(batch)}"
    return f"{said}: {batch.comment}" if batch.comment else said


def state(batch: BatchLine) -> ChipText:
    """How it ended, as a chip."""
    return _STATES[batch.state]


def why_no_undo(batch: BatchLine, today: dt.date) -> str:
    """Why nobody can be brought back; empty when somebody can. `today` is the real day."""
    if not batch.purged:
        return f"Nobody was {batch.did}."
    if batch.archive is ArchiveState.UNDONE:
        return "Everybody is back already."
    if batch.undo_until is None:
        return f"It was {batch.did} for good: the library keeps nothing to undo a {batch.noun} with."
    if batch.archive is ArchiveState.DESTROYED or batch.undo_until < today:
        return f"It could be undone until {messages.day(batch.undo_until)}; that day has passed."
    if batch.state is BatchState.RUNNING:
        return "It is still running."
    return ""


def undo(batch: BatchLine, today: dt.date) -> str:
    """The list's last column."""
    if batch.archive is ArchiveState.UNDONE:
        return "Undone"
    if not batch.purged:
        return f"Nobody {batch.did}"
    if why_no_undo(batch, today) and batch.state is not BatchState.RUNNING:
        return "No longer"
    return f"Until {messages.short_day(batch.undo_until)}" if batch.undo_until else ""


def back(batch: BatchLine) -> str:
    """How many were brought back; empty for none."""
    return f"{batch.undone:,} of {batch.purged:,} back" if batch.undone else ""


def share(batch: BatchLine) -> str:
    """How many of those planned were purged: "4 of 6 purged"."""
    return f"{batch.purged:,} of {batch.planned:,} {batch.did}"


def rest(batch: BatchLine) -> str:
    """What became of the others: "2 refused, 1 gone"; empty when all were purged."""
    parts = ((batch.refused, "refused"), (batch.vanished, "gone"), (batch.not_reached, "not reached"))
    return ", ".join(f"{number:,} {said}" for number, said in parts if number)


def whole_sum(batch: BatchLine) -> str:
    """The sum as a sentence, for speech and as a tool tip."""
    return ", ".join(part for part in (share(batch), rest(batch)) if part)


def heading(batches: list[BatchLine], today: dt.date) -> str:
    """The sentence under the title."""
    if not batches:
        return "Nothing was purged yet."
    deletions = sum(batch.deletion for batch in batches)
    purged = sum(batch.purged for batch in batches)
    open_ones = sum(1 for batch in batches if not why_no_undo(batch, today))
    can = "none can be undone any more" if not open_ones else f"{open_ones:,} can still be undone"
    if not deletions:
        return f"{messages.count(len(batches), 'purge')}, {messages.count(purged, 'patron')} purged in all; {can}."
    told = [messages.count(len(batches) - deletions, "purge")] if len(batches) > deletions else []
    kinds = messages.listed([*told, messages.count(deletions, "deletion")])
    return f"{kinds}, {messages.count(purged, 'patron')} in all; {can}."


def done(result: BatchResult, today: dt.date) -> str:
    """When, by whom, how long, and until when it can be undone; that day is marked as bold."""
    batch = result.batch
    at = (batch.finished_at or batch.started_at).astimezone()
    seconds = max(1, round((at - batch.started_at).total_seconds()))
    said = f"{messages.day(at.date())} at {at:%H:%M}, by {batch.operator}, in {messages.count(seconds, 'second')}."
    why = why_no_undo(batch, today)
    if why or batch.undo_until is None:
        return f"{said} {why}".strip()
    return f"{said} Undo is possible until **{messages.day(batch.undo_until)}**."


def loans(result: BatchResult) -> str:
    """What became of the past loans."""
    if result.batch.archive is ArchiveState.UNDONE:
        number = result.loans_kept + result.loans_deleted
        verb = "has its borrower" if number == 1 else "have their borrowers"
        return f"{messages.count(number, 'past loan')} {verb} again."
    if result.batch.retain_loans:
        verb = "stays" if result.loans_kept == 1 else "stay"
        return f"{messages.count(result.loans_kept, 'past loan')} {verb} for statistics, without names."
    verb = "was" if result.loans_deleted == 1 else "were"
    with_whom = "patron; nothing is kept for statistics" if result.batch.deletion else "patrons"
    return f"{messages.count(result.loans_deleted, 'past loan')} {verb} deleted with the {with_whom}."


NAMES_GONE = (
    "Names are no longer kept.",
    "They went with what an undo would have needed. The numbers stay, and patrons are shown by their internal number.",
)


def undo_button(ticked: int, left: int) -> str:
    """The button's words: some, or everybody."""
    if ticked:
        return f"Undo {ticked:,} ticked..."
    return f"Undo all {left:,}..." if left > 1 else "Undo..."


def ticked(number: int, left: int) -> str:
    """What is said beside it."""
    if number:
        return f"{messages.count(number, 'patron')} ticked. The others stay purged."
    return "Tick patrons to bring back only some of them." if left > 1 else ""


def question(number: int) -> str:
    """The question before an undo."""
    return f"Bring back {messages.count(number, 'patron')}?"


def explained(number: int, retain: bool, deletion: bool = False) -> str:
    """What an undo does."""
    if deletion:
        return "The patron comes back as before, with past loans, fines, reservations, notes and blocks."
    one = number == 1
    subject = "The patron comes back" if one else "They come back"
    loans_said = " Past loans get their names again." if retain else ""
    return f"{subject} as before the purge: deactivated, with loans, fines, reservations, notes and blocks.{loans_said}"
