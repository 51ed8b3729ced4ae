"""Runs jobs: one at a time each, with its permissions, a record of what it did, and its refusal when it did nothing.

Called by the window, the command line and the system's scheduler alike.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from patrondesk import claims
from patrondesk.errors import DeskError, NotFound, Refused
from patrondesk.jobs.base import JobType
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.ids import JobId, RunId
from patrondesk.records.jobs import JobLine, JobOutcome, JobPreview, LineToWrite, RunDetail, RunLine, RunReport, RunState, Trigger
from patrondesk.records.staff import Permission
from patrondesk.registry import Registry
from patrondesk.services import door, policy
from patrondesk.services.office import Office
from patrondesk.services.scheduling import acting, jobs, runs

_FAULT = "The program came upon a fault of its own. What was done before is kept."
_log = logging.getLogger(__name__)
REQUIRED = ("purge_users", "waive_fines", "upkeep", "backup")


@cache
def types() -> Registry[JobType]:
    """Every job type, by its code."""
    return Registry("patrondesk.jobs.kinds", "JOB", JobType, REQUIRED)


def type_of(code: str) -> JobType:
    """A job type by its code. Raises NotFound, naming those that there are."""
    kind = types().find(code)
    if kind is None:
        raise NotFound(f"There is no job type “{code}”.", f"Choose one of: {', '.join(types().keys())}.", "NO_JOB_TYPE")
    return kind


def preview(office: Office, code: str, options: Mapping[str, Any]) -> JobPreview:
    """What a run would do now; nothing is changed."""
    kind = type_of(code)
    door.require(office, Permission.MANAGE_JOBS, *kind.needs)
    return kind.preview(office, kind.made(options))


def run_job(office: Office, name: str, ticket: Ticket, trigger: Trigger = Trigger.HAND) -> RunReport:
    """Runs a job that is set up, now, with the rights of the person at the desk. Raises what the run was refused for."""
    return _run(office, jobs.read_job(office, name), ticket, trigger, None)


def run_once(
    office: Office,
    code: str,
    options: Mapping[str, Any],
    ticket: Ticket,
    *,
    name: str | None = None,
    trigger: Trigger = Trigger.HAND,
) -> RunReport:
    """Runs a type with these options without setting a job up; the run is in the history like any other."""
    return _run(office, jobs.JobSetUp(JobId(0), name or type_of(code).title, code, options, 0, 0), ticket, trigger, None)


def run_due(office: Office, ticket: Ticket) -> list[RunLine]:
    """Runs every job that is due, one after the other, each with its own account's rights.

    Each is taken up only when its turn comes, so that none is lost when somebody stops or the program dies. One that is
    refused or fails is on record so, and the next is run all the same.
    """
    done: list[RunLine] = []
    while not ticket.stopping and (due := jobs.take_up_next(office)) is not None:
        done.append(_run_due(office, due, ticket))
    return done


def _run_due(office: Office, due: jobs.DueJob, ticket: Ticket) -> RunLine:
    job = due.job
    try:
        as_account = acting.act_as(office, job.account_id)
        return _run(as_account, job, ticket, Trigger.SCHEDULE, due.planned_for).run
    except Exception as fault:
        # What went wrong inside the run is on record already; an account that may not run it never got that far.
        if not isinstance(fault, DeskError):
            _log.exception("a job of type %s failed", job.type)
        latest = runs.list_runs(office, name=job.name)
        if latest and latest[0].planned_for == due.planned_for:
            return latest[0]
        return _refused(office, job, due.planned_for, fault)


def _refused(office: Office, job: jobs.JobSetUp, planned_for: dt.datetime, fault: Exception) -> RunLine:
    state = RunState.REFUSED if isinstance(fault, Refused) else RunState.FAILED
    why = f"{fault.text} {fault.next_step}".strip() if isinstance(fault, DeskError) else _FAULT
    run_id = runs.begin_run(
        office, job_id=job.id, name=job.name, kind=job.type, options=job.options,
        sentence="", trigger=Trigger.SCHEDULE, planned_for=planned_for,
    )  # fmt: skip
    runs.fail_run(office, run_id, state, why)
    return _named(runs.read_report(office, run_id).run)


def _run(office: Office, job: jobs.JobSetUp, ticket: Ticket, trigger: Trigger, planned_for: dt.datetime | None) -> RunReport:
    kind = type_of(job.type)
    door.require(office, Permission.MANAGE_JOBS, Permission.VIEW_PATRONS, *kind.needs)
    options = kind.made(job.options)
    job_id = job.id or None
    with _alone(office, job_id):
        run_id = runs.begin_run(
            office, job_id=job_id, name=job.name, kind=job.type, options=job.options, sentence=kind.sentence(office, options),
            trigger=trigger, planned_for=planned_for,
        )  # fmt: skip
        with _alone(office, None, run_id) if job_id is None else contextlib.nullcontext():
            try:
                outcome: JobOutcome = kind.run(office, options, ticket)
            except DeskError as fault:
                state = RunState.REFUSED if isinstance(fault, Refused) else RunState.FAILED
                runs.fail_run(office, run_id, state, f"{fault.text} {fault.next_step}".strip())
                raise
            except Exception:
                runs.fail_run(office, run_id, RunState.FAILED, _FAULT)
                raise
            runs.end_run(office, run_id, outcome)
    if job_id is not None:
        jobs.forget_runs(office, job_id, job.keep_runs)
    return read_report(office, run_id)


@contextlib.contextmanager
def _alone(office: Office, job_id: JobId | None, run_id: RunId | None = None) -> Iterator[None]:
    """Held while a job runs: two programs never run the same one. Raises Busy."""
    if job_id is None and run_id is None:
        yield
        return
    with claims.claim(office.database, claims.JOB, runs.run_claim(job_id, run_id or 0)):
        yield


def list_jobs(office: Office) -> list[JobLine]:
    """Every job of the library, with title and sentence."""
    lines = []
    for line in jobs.list_jobs(office):
        kind = types().find(line.type)
        lines.append(
            dataclasses.replace(
                line,
                title=kind.title if kind else line.type,
                sentence=kind.sentence(office, kind.made(line.options)) if kind else "",
                last=_named(line.last) if line.last else None,
            )
        )
    return lines


def list_runs(
    office: Office,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    kind: str | None = None,
    state: RunState | None = None,
) -> list[RunLine]:
    """The history, the newest first."""
    return [_named(line) for line in runs.list_runs(office, since=since, until=until, kind=kind, state=state)]


def read_report(office: Office, run_id: RunId) -> RunReport:
    """A run with everything it did and did not do, in words."""
    report = runs.read_report(office, run_id)
    kind = types().find(report.run.type)
    details = tuple(
        dataclasses.replace(line, words=kind.words(line, report.currency) if kind else line.code) for line in report.details
    )
    return dataclasses.replace(report, run=_named(report.run), details=details)


def worded(office: Office, code: str, lines: Sequence[LineToWrite]) -> tuple[RunDetail, ...]:
    """Lines of a preview, with names and words."""
    kind, currency = type_of(code), policy.current_policy(office).currency
    return tuple(dataclasses.replace(line, words=kind.words(line, currency)) for line in runs.name_lines(office, lines))


def _named(line: RunLine) -> RunLine:
    kind = types().find(line.type)
    return dataclasses.replace(line, title=kind.title if kind else line.type)
