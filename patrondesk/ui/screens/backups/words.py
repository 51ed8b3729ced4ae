"""The sentences of backups: what each is, what a restore takes and did, and who comes back with what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from patrondesk import messages, money
from patrondesk.records.backups import Absence, BackupLine, BackupShown, BroughtBack, Loss, Restored
from patrondesk.records.loans import LoanLine
from patrondesk.services import restoring
from patrondesk.ui.shell.paint import ChipText

_MB = 1_000_000
_KEYS = {"username": "username", "barcode": "barcode", "external_id": "district ID"}


def moment(at: dt.datetime) -> str:
    """4 December 2026, 10:12."""
    here = at.astimezone()
    return f"{messages.day(here.date())}, {here:%H:%M}"


def when(line: BackupLine) -> str:
    """4 Dec 2026, 10:12."""
    here = line.made_at.astimezone()
    return f"{messages.short_day(here.date())}, {here:%H:%M}"


def why(line: BackupLine) -> str:
    """By hand, Daily, Before a purge, ..."""
    return line.purpose[:1].upper() + line.purpose[1:]


def size(line: BackupLine) -> str:
    """142.3 MB."""
    return f"{line.size / _MB:,.1f} MB"


def holds(line: BackupLine) -> str:
    """Whom it still holds though the library does not; nothing where there is nobody."""
    return messages.count(line.holds, "purged patron") if line.holds else ""


def until(line: BackupLine) -> str:
    """When it goes because of them."""
    return f"until {messages.short_day(line.until)}" if line.until else ""


def holding(line: BackupLine) -> str:
    """The same for speech and as a tool tip."""
    if not line.until:
        return "nobody who was purged"
    who = holds(line) or "people of a purge that is no longer on record"
    return f"{who}; it is removed on {messages.day(line.until)} at the latest"


def place(line: BackupLine) -> ChipText | None:
    """A word where the file is not where it should be."""
    if not line.there:
        return ChipText("amber", "Not found", "look")
    return None if line.ours else ChipText("grey", "Elsewhere", "")


def place_told(line: BackupLine) -> str:
    """The file, and what is to be known of its place."""
    if not line.there:
        return f"The file is not there: {line.path}"
    return line.path if line.ours else f"Saved elsewhere by hand: {line.path}"


def heading(lines: list[BackupLine], folder: Path | None) -> str:
    """The sentence under the title."""
    if folder is None:
        return "The library lives on a server, and the district's backups apply."
    if not lines:
        return f"No backup yet. They are kept in the folder {folder.name}, beside the library."
    number = messages.count(len(lines), "backup")
    return f"{number}, the newest of {when(lines[0])}. They are kept in the folder {folder.name}, beside the library."


# ------------------------------------------------------------------------------------------------------------- looking


def band(shown: BackupShown) -> tuple[str, str]:
    """What one is looking at."""
    older = "It is of an older version, and is shown in a copy that was brought up to date." if shown.upgraded else ""
    return f"You are looking at a backup of {moment(shown.made_at)}; nothing can be changed here.", older


def standing(absence: Absence) -> str:
    """How the person stands in the library now."""
    if absence.there:
        return "This patron is in the library now."
    if absence.batch is None:
        return "This patron is not in the library now."
    day = f" on {messages.day(absence.purged_on)}" if absence.purged_on else ""
    gone = f"This patron left the library with purge {absence.batch}{day}."
    if absence.undo_until is None:
        return gone
    return f"{gone} It can be undone until {messages.day(absence.undo_until)}, and then everything comes back as it was."


def why_no_return(absence: Absence) -> str:
    """Why this person cannot be brought back from here; empty when they can."""
    if absence.there:
        return "This patron is in the library."
    if absence.undo_until is not None:
        return f"Purge {absence.batch} can still be undone: see Past purges."
    return ""


def loan_state(loan: LoanLine) -> str:
    """Open, Returned, Lost."""
    return loan.status[:1].upper() + loan.status[1:]


def return_question(name: str) -> str:
    """The question before somebody is brought back."""
    return f"Bring {name} back?"


RETURN_EXPLAINED = (
    "The patron comes back as in this backup, with what still fits: past loans, fines, notes, blocks. Fines keep the amounts "
    "they have now, and what was waived stays waived. A username, barcode or district ID that somebody else has by now stays "
    "with that person, and you are told."
)


def _counted(*parts: tuple[int, str]) -> list[str]:
    return [messages.count(number, word) for number, word in parts if number]


def brought_back(done: BroughtBack) -> tuple[str, str]:
    """What came back, and what did not."""
    loans, fines = done.loans_named + done.loans_added + done.loans_since, done.fines_named + done.fines_added
    parts = _counted((loans, "past loan"), (fines, "fine"), (done.belongings, "other record"))
    first = f"{done.name} is back{', with ' + messages.listed(parts) if parts else ''}."
    seconds = []
    if done.fines_waived:
        what = messages.count(done.fines_waived, "fine")
        seconds.append(f"Waived by the purge and still so: {what}, {money.words(done.waived, done.currency)}.")
    if done.credit_used:
        seconds.append(f"A credit of {money.words(done.credit_used, done.currency)} was settled by the purge and stays so.")
    if done.loans_closed:
        seconds.append(f"How {messages.count(done.loans_closed, 'loan')} ended is not known: closed on the day of the purge.")
    left = _counted((done.loans_left, "loan"), (done.fines_left, "fine"), (done.belongings_left, "other record"))
    if left:
        seconds.append(f"Could not come, because what they belong to is gone: {messages.listed(left)}.")
    if done.clashes:
        shown = [f"the {_KEYS.get(clash.field, clash.field.replace('_', ' '))} {clash.value}" for clash in done.clashes[:3]]
        more = [f"{len(done.clashes) - 3:,} more"] if len(done.clashes) > 3 else []
        seconds.append(f"Somebody else has by now: {messages.listed([*shown, *more])}.")
    return first, " ".join(seconds)


# ------------------------------------------------------------------------------------------------------------ restoring


def restore_question(loss: Loss) -> str:
    """What would be lost, in one sentence."""
    return restoring.loss_sentence(loss)


def restore_explained(loss: Loss) -> str:
    """What happens besides."""
    return (
        f"The library becomes as it was on {moment(loss.since)}. The present file is kept aside as a backup of its own. "
        "Everybody signs in again."
    )


def restored(done: Restored) -> list[str]:
    """What a restore did."""
    said = [f"The library is as it was on {moment(done.made_at)}, with {messages.count(done.patrons, 'patron')}."]
    if done.kept_aside is not None:
        said.append(f"The file that was there is kept aside: {Path(done.kept_aside).name}.")
    if done.people_back:
        one = done.people_back == 1
        said.append(f"{messages.count(done.people_back, 'patron')} who had been purged since {'is' if one else 'are'} back.")
    if done.batches:
        named = [f"purge {b.id} of {messages.short_day(b.started_at.astimezone().date())}" for b in done.batches]
        said.append(f"No longer on record: {messages.listed(named)}.")
    return said
