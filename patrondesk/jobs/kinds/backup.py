"""A verified backup."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk.jobs.base import JobType
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.jobs import JobOutcome, JobPreview, RunDetail
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.office import Office


@dataclass(frozen=True, slots=True)
class Options:
    """None: a backup goes into the library's own folder."""


def _sentence(_office: Office, _options: Options) -> str:
    return "Makes a verified backup of the library; older ones are removed as the settings say."


def _preview(office: Office, options: Options) -> JobPreview:
    return JobPreview(_sentence(office, options), 1, 0, 1, {})


def _run(office: Office, _options: Options, _ticket: Ticket) -> JobOutcome:
    made = backup.make_backup(office, purpose=backup.BY_A_JOB)
    return JobOutcome(1, 0, 1, {"patrons": made.patrons, "bytes": made.size})


def _words(line: RunDetail, _currency: str) -> str:
    return line.code


JOB = JobType(
    "backup", "Backup", "A verified copy of the library.", Options, (Permission.PURGE,), False, _sentence, _preview, _run, _words
)
