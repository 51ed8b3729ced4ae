"""Jobs as they are set up: added, changed, removed, listed with what comes next; and which of them are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from patrondesk.errors import NotFound, NotPermitted, Refused, WrongUsage
from patrondesk.models.job import Job, JobRun, JobRunLine
from patrondesk.models.patron import Patron
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.ids import JobId
from patrondesk.records.jobs import JobLine
from patrondesk.records.staff import Permission
from patrondesk.services import staff_rules
from patrondesk.services.door import Work, operation
from patrondesk.services.scheduling import runs
from patrondesk.services.scheduling.schedule import latest_due, next_after, parse

CAUGHT_UP_FOR = dt.timedelta(days=7)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class JobSetUp:
    """What the engine needs to run a job."""

    id: JobId
    name: str
    type: str
    options: Mapping[str, Any]
    keep_runs: int
    account_id: int


@dataclass(frozen=True, slots=True)
class DueJob:
    """A job that is due, and the latest of its planned times; earlier ones that were missed are caught up with it."""

    job: JobSetUp
    planned_for: dt.datetime


@operation(Permission.MANAGE_JOBS)
def add_job(
    work: Work,
    name: str,
    kind: str,
    options: Mapping[str, Any],
    schedule: str | None = None,
    *,
    account: str | None = None,
    keep_runs: int = 20,
) -> JobId:
    """Sets a job up; it runs as the person at the desk, or (an administrator says so) as the account with this username.

    `options` are checked already (`jobs.base.read_options`). Raises Refused for a name that is taken, WrongUsage for a
    schedule that says nothing.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise WrongUsage("A job needs a name of at most 120 characters.", "Give one, such as Purge at year's end.")
    if not 1 <= keep_runs <= 1000:
        raise WrongUsage("Between 1 and 1,000 runs can be kept.", "Give a number in between.")
    if find_job(work, name) is not None:
        raise Refused(f"There is a job “{name}” already.", "Choose another name, or remove that one first.", "JOB_EXISTS")
    job = Job(
        library_id=work.library_id,
        name=name,
        type=kind,
        options=dict(options),
        schedule=parse(schedule).words if schedule else None,
        keep_runs=keep_runs,
        account_id=_account(work, account),
        author_id=work.actor.staff_id,
        created_at=work.clock.now(),
        taken_up_to=work.clock.now(),
    )
    work.session.add(job)
    work.session.flush()
    work.record("job.add", {"job": job.id, "type": kind, "scheduled": job.schedule is not None})
    return JobId(job.id)


def _account(work: Work, username: str | None) -> int:
    if username is None or username == work.actor.username:
        return work.actor.staff_id
    if not work.actor.may(Permission.MANAGE_STAFF):
        raise NotPermitted(
            "Only an administrator sets up a job for somebody else.", "Leave the account out: the job then runs as you."
        )
    found = work.session.execute(
        sa.select(StaffAccount, Role)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .join(Role, Role.id == StaffAccount.role_id)
        .where(Patron.library_id == work.library_id, Patron.username == username.strip())
    ).first()
    if found is None:
        raise NotFound(f"“{username}” has no staff account.", "See all of them with: patrondesk staff list", "NO_ACCOUNT")
    staff_rules.guard_grant(work, found[1], "set up a job for")
    return int(found[0].id)


def find_job(work: Work, name: str) -> Job | None:
    """A job of the current library by its name."""
    return work.session.scalars(sa.select(Job).where(Job.library_id == work.library_id, Job.name == name.strip())).first()


def _named(work: Work, name: str) -> Job:
    job = find_job(work, name)
    if job is None:
        raise NotFound(f"There is no job “{name}”.", "See all of them with: patrondesk jobs list", "NO_JOB")
    return job


@operation(Permission.MANAGE_JOBS)
def switch_job(work: Work, name: str, on: bool) -> None:
    """Lets a job run by its schedule, or keeps it from it. What it missed meanwhile is not caught up. Raises NotFound."""
    job = _named(work, name)
    _guard_account(work, job)
    if on != job.enabled:
        job.enabled, job.taken_up_to = on, work.clock.now()
        work.record("job.change", {"job": job.id, "scheduled": job.schedule is not None, "enabled": on})


def _guard_account(work: Work, job: Job) -> None:
    """Who changes what somebody else's account will do needs that account's rights."""
    if job.account_id == work.actor.staff_id:
        return
    role = work.session.execute(
        sa.select(Role).join(StaffAccount, StaffAccount.role_id == Role.id).where(StaffAccount.id == job.account_id)
    ).scalar()
    if not work.actor.may(Permission.MANAGE_STAFF):
        raise NotPermitted("This job runs as somebody else.", "Only an administrator can change it.")
    if role is not None:
        staff_rules.guard_grant(work, role, "change a job of")


@operation(Permission.MANAGE_JOBS)
def remove_job(work: Work, name: str) -> None:
    """Removes a job; its runs stay in the history. Raises NotFound."""
    job = _named(work, name)
    _guard_account(work, job)
    work.session.execute(sa.update(JobRun).where(JobRun.job_id == job.id).values(job_id=None))
    work.session.delete(job)
    work.record("job.remove", {"job": job.id, "type": job.type})


@operation(Permission.MANAGE_JOBS, reads=True)
def read_job(work: Work, name: str) -> JobSetUp:
    """A job by its name. Raises NotFound."""
    return _set_up(_named(work, name))


def _set_up(job: Job) -> JobSetUp:
    return JobSetUp(JobId(job.id), job.name, job.type, dict(job.options), job.keep_runs, job.account_id)


@operation(Permission.MANAGE_JOBS, reads=True)
def list_jobs(work: Work) -> list[JobLine]:
    """Every job by name, with its latest run and the next planned time. Titles and sentences are the caller's to fill in."""
    rows = work.session.execute(
        sa.select(Job, StaffAccount.display_name)
        .join(StaffAccount, StaffAccount.id == Job.account_id)
        .where(Job.library_id == work.library_id)
        .order_by(Job.name, Job.id)
    ).all()
    latest = runs.find_latest(work)
    now = work.clock.now()
    return [
        JobLine(
            JobId(job.id),
            job.name,
            job.type,
            "",
            "",
            dict(job.options),
            job.schedule,
            job.enabled,
            account,
            job.keep_runs,
            next_after(parse(job.schedule), now) if job.schedule and job.enabled else None,
            latest.get(job.id),
        )
        for job, account in rows
    ]


@operation(Permission.MANAGE_JOBS)
def take_up_next(work: Work) -> DueJob | None:
    """A job whose planned time has come and that nobody took up yet; it counts as taken up from now on. None when none is.

    Two who ask at once never get the same one. Planned times that were missed are caught up once, if not older than a
    week. Somebody without the right to manage staff takes up only jobs that run as themselves.
    """
    now = work.clock.now()
    where = [Job.library_id == work.library_id, Job.enabled == sa.true(), Job.schedule.is_not(None)]
    if not work.actor.may(Permission.MANAGE_STAFF):
        where.append(Job.account_id == work.actor.staff_id)
    for job in work.session.scalars(sa.select(Job).where(*where).order_by(Job.id).with_for_update()):
        assert job.schedule is not None
        planned = latest_due(parse(job.schedule), max(job.taken_up_to, now - CAUGHT_UP_FOR), now)
        if planned is not None:
            job.taken_up_to = planned
            work.record("job.take_up", {"job": job.id})
            return DueJob(_set_up(job), planned)
    return None


@operation(Permission.MANAGE_JOBS)
def forget_runs(work: Work, job_id: JobId, keep: int) -> int:
    """Removes all but the newest runs of a job, with their lines; returns how many. A run under way is among the newest."""
    session = work.session
    mine = sa.select(JobRun.id).where(JobRun.job_id == job_id, JobRun.library_id == work.library_id)
    kept = set(session.scalars(mine.order_by(JobRun.id.desc()).limit(keep)))
    old = [key for key in session.scalars(mine) if key not in kept]
    if old:
        session.execute(sa.delete(JobRunLine).where(JobRunLine.run_id.in_(old)))
        session.execute(sa.delete(JobRun).where(JobRun.id.in_(old)))
        work.record("job.forget_runs", {"job": job_id, "runs": len(old)})
    return len(old)
