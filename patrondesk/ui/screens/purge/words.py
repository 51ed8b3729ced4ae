"""The sentences of the User Purge page and its dialogs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from patrondesk import messages, money
from patrondesk.records.desk import Problem
from patrondesk.records.patrons import Candidate, CandidatesPage
from patrondesk.records.purging import ArchiveState, BatchLine, BatchResult, BatchState, Plan
from patrondesk.records.verdict import Reason
from patrondesk.ui.screens.purge.tags import Tag

_FACETS = {
    "patron_type": "patron type", "user_group": "user group", "year_level": "year level", "homeroom": "homeroom",
    "collection": "collection",
}  # fmt: skip


def sentence(words: str) -> str:
    """Begins with a capital and ends with a full stop."""
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "." if words else ""


def school_class(year_level: str | None, homeroom: str | None) -> str:
    """Year 12, 12A: what is known of the two."""
    return ", ".join(word for word in (year_level, homeroom) if word)


def span(page: CandidatesPage) -> str:
    """Which rows are on show: 51-100 of 187."""
    if not page.rows:
        return f"0 of {page.total:,}"
    first = (page.page - 1) * page.page_size + 1
    return f"{first:,}–{first + len(page.rows) - 1:,} of {page.total:,}"


def on_pages(pages: Sequence[int]) -> str:
    """Where the tags elsewhere are."""
    if not pages:
        return "on other pages"
    return f"on page{'' if len(pages) == 1 else 's'} {messages.listed([str(page) for page in pages])}"


def tagged_here(number: int) -> str:
    """The bold line of the action bar."""
    return f"{messages.count(number, 'patron')} tagged on this page" if number else "Nobody is tagged on this page"


def tagged_elsewhere(tags: Sequence[Tag], pages: Sequence[int], narrow: bool = False) -> str:
    """The second line of the action bar; empty when nobody else is tagged."""
    if not tags:
        return ""
    one = len(tags) == 1
    stays = "stays as it is" if one else "stay as they are"
    if narrow:
        return f"{len(tags):,} more {on_pages(pages)} {stays}."
    return f"{len(tags):,} more tagged {on_pages(pages)}. {'It' if one else 'They'} {stays}; only this page is purged."


def stay(tags: Sequence[Tag], pages: Sequence[int]) -> str:
    """The confirmation's word about tags elsewhere."""
    verb = "stays as it is" if len(tags) == 1 else "stay as they are"
    return f"The {len(tags):,} tagged {on_pages(pages)} {verb}."


def dropped(rows: Sequence[Candidate], others: Sequence[str]) -> tuple[str, str]:
    """What the banner says of dropped tags: how many, and each with what is in the way by now. `others`: the same as words."""
    every = [f"{row.name}: {messages.listed([reason.text for reason in holding(row.reasons)])}" for row in rows] + list(others)
    more = [f"and {len(every) - 3:,} more"] if len(every) > 3 else []
    taken = f"{len(every):,} tag{' was' if len(every) == 1 else 's were'} taken away, because something is in the way by now."
    return taken, "; ".join([*every[:3], *more]) + "."


def holding(reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons that hold: those that nobody set aside."""
    return [reason for reason in reasons if not reason.overridden]


def confirm(plan: Plan) -> str:
    """What a purge does, in one sentence; the last day to undo is marked as bold."""
    number = len(plan.eligible)
    one = number == 1
    personal = f"{messages.count(number, 'patron')} and everything personal about {'this person' if one else 'them'}"
    loans = f"{plan.past_loans:,} past loan{'' if plan.past_loans == 1 else 's'}"
    singular = plan.past_loans == 1
    parts = [f"{personal} leave{'s' if one else ''} the library"]
    if plan.retain_loans:
        kept = f"their {loans} stay{'s' if singular else ''}, without names"
        parts.append(kept if plan.past_loans else "there are no past loans to keep")
    elif plan.past_loans:
        goes = "goes" if singular else "go"
        parts.append(f"their {loans} {goes} too, and reports will count present patrons only")
    else:
        parts.append("reports will count present patrons only")
    until = messages.day(plan.undo_until) if plan.undo_until else ""
    parts.append(f"you can undo this until **{until}**" if until else "**this cannot be undone**")
    return "; ".join(parts) + "."


def what_goes(plan: Plan, currency: str) -> list[str]:
    """Everything that leaves the library, a line each."""
    lines = ["Name, portrait, address, notes, username, barcode"]
    if plan.fines_to_waive:
        number = plan.fines_to_waive
        fines, amount = messages.count(number, "small fine"), money.words(plan.amount_to_waive, currency)
        lines.append(f"{fines}, {amount} in all, {'is' if number == 1 else 'are'} waived")
    if plan.unknown_fines_to_close:
        number = plan.unknown_fines_to_close
        lines.append(f"{messages.count(number, 'bill')} of unknown amount {'is' if number == 1 else 'are'} closed")
    if plan.reservations_to_cancel:
        number = plan.reservations_to_cancel
        lines.append(f"{messages.count(number, 'reservation')} {'is' if number == 1 else 'are'} cancelled")
    if not plan.retain_loans and plan.past_loans:
        lines.append(messages.count(plan.past_loans, "past loan"))
    return lines


def what_is_kept(plan: Plan) -> list[str]:
    """Everything that stays, a line each."""
    lines = []
    if plan.retain_loans:
        kept = [words for facet, words in _FACETS.items() if facet not in plan.facets_dropped]
        loans = messages.count(plan.past_loans, "past loan")
        lines.append(f"{loans}, with {messages.listed(kept)}" if kept else loans)
        if "homeroom" in plan.facets_dropped:
            lines.append("Homeroom is not kept (small groups tell who)")
    lines.append("Fines and payments as sums, without names")
    lines.append("Numbers and date in the log, no names")
    return lines


def residue(found: Sequence[Problem]) -> tuple[str, str]:
    """What is still to be found of the purged, and where."""
    where = " ".join(problem.text for problem in found[:3])
    return "Something is still written about the purged.", f"{where} Look at it and take it out while the purge can be undone."


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The question before an unfinished purge goes on."""

    question: str
    explained: str
    yes: str


def going_on(batch: BatchLine, backup: bool) -> GoingOn:
    """Who is left, that each is checked again, and what becomes of the undo date."""
    number = messages.count(batch.not_reached, "patron")
    first = "A backup is made first. " if backup else ""
    said = (
        f"{first}Each is checked again: who has something in the way by now stays. They belong to the same purge, of "
        f"{messages.day(batch.started_at.astimezone().date())}, and can be brought back with it."
    )
    return GoingOn(f"Purge the {number} not reached?", said, f"Purge {number}")


def unfinished(batch: BatchLine) -> tuple[str, str]:
    """What became of a purge that did not reach everybody."""
    how = "was interrupted" if batch.state is BatchState.INTERRUPTED else "was stopped"
    left = f"{batch.not_reached:,} left as they were" if batch.not_reached > 1 else "one left as it was"
    day = messages.day(batch.started_at.astimezone().date())
    undo = f" Undo is possible until {messages.day(batch.undo_until)}." if batch.undo_until and batch.purged else ""
    return f"The purge of {day} {how}: {batch.purged:,} purged, {left}.", f"Nothing is half done.{undo}"


def result(done: BatchResult) -> tuple[str, str]:
    """The result banner: what was done, and what was not."""
    batch = done.batch
    undo = may_undo_until(batch)
    if batch.not_reached:
        first = f"Stopped. {batch.purged:,} purged, {batch.not_reached + batch.refused + batch.vanished:,} left as they were."
        return first, undo
    first = f"{messages.count(batch.purged, 'patron')} purged" + (f", {batch.refused:,} refused." if batch.refused else ".")
    if batch.vanished:
        first = f"{first[:-1]}, {batch.vanished:,} no longer there."
    refused = [
        f"{patron.name} ({messages.listed([reason.text for reason in holding(patron.reasons)])})" for patron in done.refused[:2]
    ]
    if len(done.refused) > 2:
        refused.append(f"and {len(done.refused) - 2:,} more")
    return first, " ".join(part for part in (f"Refused: {', '.join(refused)}." if refused else "", undo) if part)


def may_undo_until(batch: BatchLine) -> str:
    """Until when a purge can be taken back."""
    if batch.archive is ArchiveState.UNDONE:
        return "It was undone."
    if not batch.purged or batch.archive is ArchiveState.DESTROYED:
        return "It cannot be undone." if batch.purged else ""
    return f"Undo is possible until {messages.day(batch.undo_until)}." if batch.undo_until else "It cannot be undone."


def when_done(done: BatchResult) -> str:
    """The result dialog's sentence; the last day to undo is marked as bold."""
    batch = done.batch
    at = (batch.finished_at or batch.started_at).astimezone()
    took = max(1, round((at - batch.started_at).total_seconds()))
    undo = may_undo_until(batch)
    if batch.undo_until and messages.day(batch.undo_until) in undo:
        undo = undo.replace(messages.day(batch.undo_until), f"**{messages.day(batch.undo_until)}**")
    said = f"Done on {messages.day(at.date())} at {at:%H:%M} by {batch.operator}, in {messages.count(took, 'second')}."
    return f"{said} {undo}".strip()


def last_purge(batches: Sequence[BatchLine], today: dt.date) -> str:
    """What the empty page says of the newest purge; empty when there was none."""
    newest = next((batch for batch in batches if batch.purged), None)
    if newest is None:
        return ""
    on = newest.started_at.astimezone().date()
    day = "today" if on == today else f"on {messages.day(on)}"
    return f"Last purge: {messages.count(newest.purged, 'patron')}, {day}. {may_undo_until(newest)}".strip()


def of_kept(number: int, struck: int, since: str) -> str:
    """What the question says of a plan that was kept: who stays because of the review, what became different."""
    if not struck:
        return f"This is plan {number}. {since}".strip()
    out = f"{struck:,} {'is' if struck == 1 else 'are'} struck out and {'stays' if struck == 1 else 'stay'}"
    return f"This is plan {number}; {out}. {since}".strip()
