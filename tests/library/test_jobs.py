"""The job engine: one run at a time, a record of what went wrong, and a true state after a crash; on both engines."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from patrondesk import claims
from patrondesk.errors import Busy, NotPermitted, Refused, Unusable
from patrondesk.jobs import engine
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.job import Job, JobRun
from patrondesk.records.jobs import RunState, Trigger
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.scheduling import jobs, runs
from tests.builders import building


@pytest.fixture
def waiver(office):
    """A job that can run on either engine."""
    jobs.add_job(office, "small debts", "waive_fines", {"maximum": 500, "reason": "goodwill"}, "daily at 02:00")
    return "small debts"


def make_due(office, days=1):
    with office.database.write() as session:
        for job in session.scalars(sa.select(Job)):
            job.taken_up_to -= dt.timedelta(days=days)


def test_two_never_run_the_same_job(office, waiver):
    job = jobs.read_job(office, waiver)
    with claims.claim(office.database, claims.JOB, job.id), pytest.raises(Busy):
        engine.run_job(office, waiver, Ticket())
    assert engine.list_runs(office) == []
    assert engine.run_job(office, waiver, Ticket()).run.state is RunState.COMPLETED


def test_a_due_job_is_taken_up_once_whoever_asks(office, waiver):
    make_due(office)
    taken = []
    start = threading.Barrier(4)

    def ask():
        start.wait()
        due = jobs.take_up_next(office)
        taken.extend([due] if due is not None else [])

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert [due.job.name for due in taken] == [waiver]


def test_what_a_crash_leaves_is_told_as_interrupted(office, waiver):
    job = jobs.read_job(office, waiver)
    run_id = runs.begin_run(
        office, job_id=job.id, name=job.name, kind=job.type, options=job.options, sentence="", trigger=Trigger.HAND
    )
    with claims.claim(office.database, claims.JOB, job.id):
        assert engine.read_report(office, run_id).run.state is RunState.RUNNING
    assert engine.read_report(office, run_id).run.state is RunState.INTERRUPTED
    engine.run_job(office, waiver, Ticket())
    with office.database.read() as session:
        assert session.get_one(JobRun, run_id).state == "interrupted", "the next run left the dead one as it was"


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Refused("No.", "Ask."), RunState.REFUSED),
        (Unusable("Full.", "Make room."), RunState.FAILED),
        (RuntimeError(), RunState.FAILED),
    ],
)
def test_what_goes_wrong_is_on_record(office, monkeypatch, fault, state):
    def broken(*_, **__):
        raise fault

    monkeypatch.setattr(backup, "make_backup", broken)
    with pytest.raises(type(fault)):
        engine.run_once(office, "backup", {}, Ticket())
    (run,) = engine.list_runs(office)
    assert run.state is state
    assert run.refusal


def test_rights_are_asked_of_who_runs_it(office, waiver):
    assert office.actor is not None
    for missing in (Permission.MANAGE_JOBS, Permission.BULK_WAIVE):
        weak = office.signed_in(replace(office.actor, permissions=office.actor.permissions - {missing}))
        with pytest.raises(NotPermitted):
            engine.run_job(weak, waiver, Ticket())
    assert engine.list_runs(office) == []


def test_a_stopped_run_tells_what_it_reached(office):
    with building(office) as school:
        for _ in range(3):
            school.fine(school.patron(), 100)
    ticket = Ticket()
    ticket.stop()
    report = engine.run_once(office, "waive_fines", {"maximum": 500, "reason": "goodwill"}, ticket)
    assert (report.run.state, report.run.processed, report.run.done) == (RunState.STOPPED, 0, 0)


def test_one_that_fails_does_not_keep_the_next_from_running(office, waiver, monkeypatch):
    jobs.add_job(office, "a backup", "backup", {}, "daily at 01:00")
    make_due(office)

    def broken(*_, **__):
        raise Unusable("The backup could not be written.", "Make room.")

    monkeypatch.setattr(backup, "make_backup", broken)
    states = {run.name: run.state for run in engine.run_due(office, Ticket())}
    assert states == {waiver: RunState.COMPLETED, "a backup": RunState.FAILED}


def test_somebody_without_the_right_to_manage_staff_runs_only_what_is_theirs(office, waiver):
    make_due(office)
    assert office.actor is not None
    other = replace(
        office.actor, staff_id=office.actor.staff_id + 1, permissions=frozenset(Permission) - {Permission.MANAGE_STAFF}
    )
    assert jobs.take_up_next(office.signed_in(other)) is None
    assert jobs.take_up_next(office) is not None


def test_every_type_says_what_it_does(office):
    for kind in engine.types():
        options = {"maximum": 500, "reason": "x"} if kind.code == "waive_fines" else {}
        seen = engine.preview(office, kind.code, options)
        assert seen.sentence.endswith(".")
        assert seen.processed == seen.exceptions + seen.done
        assert all(field.label and field.text for field in kind.fields)


@pytest.mark.parametrize("fault", [Unusable("Full.", "Make room."), RuntimeError("a bug")], ids=["the world", "a bug"])
def test_no_due_job_is_lost_whatever_becomes_of_the_one_before(office, monkeypatch, fault):
    jobs.add_job(office, "first", "backup", {}, "daily at 01:00")
    jobs.add_job(office, "second", "waive_fines", {"maximum": 500, "reason": "goodwill"}, "daily at 02:00")
    make_due(office)

    def broken(*_, **__):
        raise fault

    monkeypatch.setattr(backup, "make_backup", broken)
    states = {run.name: run.state for run in engine.run_due(office, Ticket())}
    assert states == {"first": RunState.FAILED, "second": RunState.COMPLETED}


def test_stopped_before_its_turn_a_job_stays_due(office, waiver):
    make_due(office)
    stopped = Ticket()
    stopped.stop()
    assert engine.run_due(office, stopped) == []
    assert [run.name for run in engine.run_due(office, Ticket())] == [waiver]


def test_a_refusal_does_not_call_a_run_under_way_dead(office, waiver):
    job = jobs.read_job(office, waiver)
    told: dict[str, Any] = {"name": job.name, "kind": job.type, "options": job.options, "sentence": ""}
    under_way = runs.begin_run(office, job_id=job.id, trigger=Trigger.HAND, **told)
    refused = runs.begin_run(office, job_id=job.id, trigger=Trigger.SCHEDULE, **told)
    runs.fail_run(office, refused, RunState.REFUSED, "No.")
    with office.database.read() as session:
        assert session.get_one(JobRun, under_way).state == "running"
