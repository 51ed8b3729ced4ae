"""What is to be done daily: destruction once undo dates have passed, then the day's backup."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk import messages
from patrondesk.jobs.base import JobType
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.jobs import JobOutcome, JobPreview, RunDetail
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.office import Office
from patrondesk.services.purging import destroy


@dataclass(frozen=True, slots=True)
class Options:
    """None: the library's settings say all of it."""


def _sentence(_office: Office, _options: Options) -> str:
    return (
        "Destroys for good what is kept of purges whose undo date has passed, and backups that hold purged people longer than "
        "they may; then makes the day's backup."
    )


def _preview(office: Office, options: Options) -> JobPreview:
    due = len(destroy.find_due(office))
    said = f"{_sentence(office, options)} {messages.count(due, 'purge')} {'is' if due == 1 else 'are'} due."
    return JobPreview(said, due, 0, due, {"due": due})


def _run(office: Office, _options: Options, _ticket: Ticket) -> JobOutcome:
    # In this order: the new backup holds nothing of what had to go.
    destroyed = destroy.destroy_due(office)
    made = backup.make_daily(office)
    return JobOutcome(destroyed, 0, destroyed, {"destroyed": destroyed, "backups": int(made is not None)})


def _words(line: RunDetail, _currency: str) -> str:
    return line.code


JOB = JobType(
    "upkeep", "Daily upkeep", "Destruction that is due, and the day's backup.", Options, (Permission.PURGE,), False, _sentence,
    _preview, _run, _words,
)  # fmt: skip
