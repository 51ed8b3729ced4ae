"""Runs of jobs: begun, ended, read with everything that they did; one whose program died is told as interrupted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from patrondesk import claims
from patrondesk.database import keys
from patrondesk.errors import NotFound
from patrondesk.models.job import JobRun, JobRunLine
from patrondesk.models.patron import Patron
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import BatchId, JobId, PatronId, RunId
from patrondesk.records.jobs import JobOutcome, LineToWrite, RunDetail, RunLine, RunReport, RunState, Trigger
from patrondesk.records.staff import Permission
from patrondesk.services import names
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

LINES = 1000


def run_claim(job_id: int | None, run_id: int) -> int:
    """The number under which a run is claimed: its job's, so that two never run the same job; or its own, below zero."""
    return job_id if job_id is not None else -run_id


@operation(Permission.MANAGE_JOBS)
def begin_run(
    work: Work,
    *,
    job_id: JobId | None,
    name: str,
    kind: str,
    options: Mapping[str, Any],
    sentence: str,
    trigger: Trigger,
    planned_for: dt.datetime | None = None,
) -> RunId:
    """Writes that a run begins."""
    if job_id is not None and claims.held_here(work.office.database, claims.JOB, job_id):
        # Whoever holds the claim knows that a former run which is still called running is dead.
        work.session.execute(
            sa.update(JobRun)
            .where(JobRun.job_id == job_id, JobRun.state == RunState.RUNNING.value)
            .values(state=RunState.INTERRUPTED.value, finished_at=JobRun.started_at)
        )
    run = JobRun(
        library_id=work.library_id,
        job_id=job_id,
        name=name,
        type=kind,
        options=dict(options),
        sentence=sentence,
        trigger=trigger.value,
        state=RunState.RUNNING.value,
        operator_id=work.actor.staff_id,
        planned_for=planned_for,
        started_at=work.clock.now(),
        numbers={},
    )
    work.session.add(run)
    work.session.flush()
    work.record("job.run", {"run": run.id, "job": job_id, "type": kind, "trigger": trigger.value})
    return RunId(run.id)


@operation(Permission.MANAGE_JOBS)
def end_run(work: Work, run_id: RunId, outcome: JobOutcome) -> RunState:
    """Writes what a run did; its numbers must add up."""
    run = _own(work, run_id)
    assert outcome.processed == outcome.exceptions + outcome.done, "the run does not add up"
    state = RunState.STOPPED if outcome.stopped else RunState.WITH_EXCEPTIONS if outcome.exceptions else RunState.COMPLETED
    run.processed, run.exceptions, run.done = outcome.processed, outcome.exceptions, outcome.done
    run.numbers, run.batch_id = dict(outcome.numbers), outcome.batch_id
    _end(work, run, state)
    _write_lines(work, run.id, outcome.lines)
    return state


@operation(Permission.MANAGE_JOBS)
def fail_run(work: Work, run_id: RunId, state: RunState, why: str) -> None:
    """Writes that a run was refused or failed, and why; nothing was processed."""
    run = _own(work, run_id)
    run.refusal = why
    _end(work, run, state)


def _end(work: Work, run: JobRun, state: RunState) -> None:
    run.state, run.finished_at = state.value, work.clock.now()
    counts = {"processed": run.processed, "exceptions": run.exceptions, "done": run.done}
    work.record("job.end", {"run": run.id, "type": run.type, "state": state.value, **counts})


def _write_lines(work: Work, run_id: int, lines: Sequence[LineToWrite]) -> None:
    for start in range(0, len(lines), LINES):
        rows = [
            {
                "run_id": run_id,
                "kind": line.kind,
                "code": line.code,
                "patron_id": line.patron_id,
                "record_id": line.record_id,
                "amount": line.amount,
                "facts": dict(line.facts),
            }
            for line in lines[start : start + LINES]
        ]
        work.session.execute(sa.insert(JobRunLine), rows)


def _own(work: Work, run_id: RunId) -> JobRun:
    run = work.session.get(JobRun, run_id)
    if run is None or run.library_id != work.library_id:
        raise NotFound(f"There is no run {run_id}.", "See all of them with: patrondesk jobs history", "NO_RUN")
    return run


@operation(Permission.MANAGE_JOBS, reads=True)
def list_runs(
    work: Work,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    kind: str | None = None,
    state: RunState | None = None,
    name: str | None = None,
) -> list[RunLine]:
    """The history, the newest first; days are this computer's, both ends included."""
    where: list[sa.ColumnElement[bool]] = [JobRun.library_id == work.library_id]
    if since is not None:
        where.append(JobRun.started_at >= dt.datetime.combine(since, dt.time()).astimezone())
    if until is not None:
        where.append(JobRun.started_at < dt.datetime.combine(until + dt.timedelta(days=1), dt.time()).astimezone())
    if kind is not None:
        where.append(JobRun.type == kind)
    if name is not None:
        where.append(JobRun.name == name)
    lines = _lines(work, where)
    return [line for line in lines if state is None or line.state is state]


def find_latest(work: Work) -> dict[int, RunLine]:
    """The latest run of each job of the library."""
    newest = sa.select(sa.func.max(JobRun.id)).where(JobRun.library_id == work.library_id).group_by(JobRun.job_id)
    return {line.job_id: line for line in _lines(work, [JobRun.id.in_(newest)]) if line.job_id is not None}


def _lines(work: Work, where: Sequence[sa.ColumnElement[bool]]) -> list[RunLine]:
    rows = work.session.execute(
        sa.select(JobRun, StaffAccount.display_name)
        .join(StaffAccount, StaffAccount.id == JobRun.operator_id)
        .where(*where)
        .order_by(JobRun.id.desc())
    ).all()
    return [_line(work, run, operator) for run, operator in rows]


def _line(work: Work, run: JobRun, operator: str) -> RunLine:
    state = RunState(run.state)
    if state is RunState.RUNNING and not claims.claimed(work.office.database, claims.JOB, run_claim(run.job_id, run.id)):
        state = RunState.INTERRUPTED
    return RunLine(
        RunId(run.id),
        JobId(run.job_id) if run.job_id is not None else None,
        run.name,
        run.type,
        "",
        run.sentence,
        Trigger(run.trigger),
        state,
        operator,
        run.planned_for,
        run.started_at,
        run.finished_at,
        run.processed,
        run.exceptions,
        run.done,
        dict(run.numbers),
        run.refusal,
        BatchId(run.batch_id) if run.batch_id is not None else None,
    )


@operation(Permission.MANAGE_JOBS, Permission.VIEW_PATRONS, reads=True)
def read_report(work: Work, run_id: RunId) -> RunReport:
    """A run with its lines; who is still there is named, who is gone has only a number. Words are the caller's to fill in."""
    run = _own(work, run_id)
    operator = work.session.scalar(sa.select(StaffAccount.display_name).where(StaffAccount.id == run.operator_id)) or ""
    stored = work.session.scalars(sa.select(JobRunLine).where(JobRunLine.run_id == run.id).order_by(JobRunLine.id))
    lines = [
        LineToWrite(
            line.kind, line.code, PatronId(line.patron_id) if line.patron_id is not None else None, line.record_id, line.amount,
            dict(line.facts),
        )
        for line in stored
    ]  # fmt: skip
    details = _name_lines(work, lines)
    return RunReport(_line(work, run, operator), details, read_policy(work.session, work.library_id).currency)


@operation(Permission.MANAGE_JOBS, Permission.VIEW_PATRONS, reads=True)
def name_lines(work: Work, lines: Sequence[LineToWrite]) -> tuple[RunDetail, ...]:
    """Lines that were not written, as of a preview, with the names of whom they are about."""
    return _name_lines(work, lines)


def _name_lines(work: Work, lines: Sequence[LineToWrite]) -> tuple[RunDetail, ...]:
    about = sorted({line.patron_id for line in lines if line.patron_id is not None})
    people = {
        key: (names.full_name(family, given, preferred), username or barcode)
        for key, family, given, preferred, username, barcode in work.session.execute(
            sa.select(
                Patron.id, Patron.family_name, Patron.given_name, Patron.preferred_name, Patron.username, Patron.barcode
            ).where(Patron.id.in_(keys(work.session, about)), Patron.library_id == work.library_id)
        )
    }
    return tuple(
        RunDetail(
            line.kind,
            line.code,
            line.patron_id,
            *_person(line.patron_id, people),
            line.record_id,
            line.amount,
            dict(line.facts),
            "",
        )
        for line in lines
    )


def _person(patron_id: PatronId | None, people: Mapping[int, tuple[str, str | None]]) -> tuple[str, str | None]:
    if patron_id is None:
        return "", None
    return people.get(patron_id, (f"Patron {patron_id}", None))
