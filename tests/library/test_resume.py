"""A purge that was stopped or interrupted goes on, and ends where an unbroken run would have ended."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrondesk.database import Database
from patrondesk.errors import Busy, Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.archive import GONE, LOANS
from patrondesk.models.patron import GuardOverride, Patron
from patrondesk.models.purge import Batch, BatchLine, PurgePlanLine
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import BatchState, Override
from patrondesk.services import policy
from patrondesk.services.office import Office
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging import batch_reading, chunk, plan, undo
from tests.builders import building
from tests.comparing import picture


class Killed(BaseException):
    """Nobody catches it, as nobody catches the end of a process."""


class Impatient(Ticket):
    """Asks to stop, or dies, once so many patrons are done."""

    def __init__(self, after: int, dies: bool = False) -> None:
        super().__init__()
        self._after, self._dies = after, dies

    def progress(self, done: int, total: int, words: str = "") -> None:
        if words == "purge" and done >= self._after:
            if self._dies:
                raise Killed
            self.stop()


def a_school(office):
    """Nine leavers: two held by a loan, one by a reservation that is set aside, one by a fine that is."""
    with building(office) as school:
        people = [school.patron() for _ in range(9)]
        for patron in people:
            school.belongings(patron)
            school.loan(patron, "returned")
        school.loan(people[1], "open")
        school.loan(people[6], "open")
        school.reservation(people[4])
        school.fine(people[7], 500)
    aside = [Override(PatronId(people[4]), "RESERVATIONS", "agreed"), Override(PatronId(people[7]), "BALANCE_DUE", "agreed")]
    return plan.make_plan(office, people, source="list", unknown=["nobody"], overrides=aside)


def told(office, batch):
    """The end state: every table, and what became of everybody, but for moments."""
    shown = batch_reading.read_batch(office, batch)
    numbers = (shown.batch.planned, shown.batch.purged, shown.batch.refused, shown.batch.vanished, shown.batch.not_reached)
    lines = sorted((p.id, p.loans_kept, p.fines_waived, p.overridden) for p in shown.purged)
    stayed = sorted((p.id, tuple(r.code for r in p.reasons)) for p in shown.refused)
    timeless = {"patrons", "guard_overrides", "libraries", "staff_accounts", "loans", "fine_lines"}
    tables = picture(office.database, without=timeless)
    assert {"fines", "reservations", "items", "patron_notes"} <= set(tables)
    with office.database.read() as session:
        left = session.scalars(sa.select(Patron.id).order_by(Patron.id)).all()
        aside = session.scalar(sa.select(sa.func.count()).select_from(GuardOverride))
    return shown.batch.state, numbers, lines, stayed, tables, left, aside


@pytest.fixture
def unbroken(libraries):
    with libraries() as office:
        done = purge.run(office, a_school(office), Ticket(), chunk=2)
        assert done.batch.state is BatchState.COMPLETED_WITH_EXCEPTIONS
        return told(office, done.batch.id)


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("after", [2, 4, 8])
def test_it_ends_where_an_unbroken_run_ends(libraries, unbroken, after, dies):
    with libraries() as office:
        frozen = a_school(office)
        if dies:
            with pytest.raises(Killed):
                purge.run(office, frozen, Impatient(after, dies), chunk=2)
        else:
            purge.run(office, frozen, Impatient(after), chunk=2)
        part = batch_reading.list_batches(office)[0]
        assert part.state is (BatchState.INTERRUPTED if dies else BatchState.STOPPED)
        assert part.not_reached == 9 - after
        done = purge.resume(office, part.id, Ticket(), chunk=2)
        assert told(office, done.batch.id) == unbroken


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(1, 4), max_size=5), size=st.integers(1, 4))
def test_however_often_it_is_stopped(libraries, unbroken, stops, size):
    with libraries() as office:
        purge.run(office, a_school(office), Impatient(stops[0] if stops else 99), chunk=size)
        for after in stops[1:]:
            if batch_reading.list_batches(office)[0].not_reached:
                purge.resume(office, batch_reading.list_batches(office)[0].id, Impatient(after), chunk=size)
        batch = batch_reading.list_batches(office)[0]
        if batch.not_reached:
            purge.resume(office, batch.id, Ticket(), chunk=size)
        assert told(office, batch.id) == unbroken


def interrupted(office, moved=dt.timedelta(0)):
    """A run whose process is gone after its first chunk of three: it never said that it ended."""
    frozen = a_school(office)
    with batches.running(office.database, office.library_id):
        batch = batches.begin(office, frozen)
        first = {p.id: p.version for p in frozen.patrons[:3]}
        chunk.purge_chunk(office, batch, first, {p.id: p.reasons for p in frozen.held if p.id in first})
        assert batch_reading.list_batches(office)[0].state is BatchState.RUNNING
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(heartbeat_at=office.clock.now() + moved))
    return batch


def test_a_run_that_is_alive_is_not_taken_over(office, engine_url):
    """Whoever asks: the same program, or another one on the same library."""
    batch, other = interrupted(office), Office(Database(engine_url), actor=office.actor)
    with batches.running(office.database, office.library_id):
        for asking in (office, other):
            assert batch_reading.list_batches(asking)[0].state is BatchState.RUNNING
            with pytest.raises(Busy):
                purge.resume(asking, batch, Ticket())
            with pytest.raises(Refused, match="not interrupted"):
                batches.close(asking, batch)
    assert batch_reading.list_batches(other)[0].state is BatchState.INTERRUPTED
    other.database.close()


@pytest.mark.parametrize("days", [0, -40, 400], ids=["at once", "after weeks", "with the clock set back"])
def test_a_run_whose_process_is_gone_goes_on(office, days):
    batch = interrupted(office, dt.timedelta(days=days))
    assert batch_reading.list_batches(office)[0].state is BatchState.INTERRUPTED
    done = purge.resume(office, batch, Ticket())
    assert (done.batch.purged, done.batch.refused, done.batch.vanished, done.batch.not_reached) == (7, 2, 1, 0)


def test_changes_of_the_meantime_are_met(office):
    """Who borrowed something since stays; who left by another way has vanished; nobody new goes."""
    frozen = a_school(office)
    purge.run(office, frozen, Impatient(3), chunk=3)
    batch = batch_reading.list_batches(office)[0].id
    borrower, gone = frozen.patrons[3].id, frozen.patrons[5].id
    with building(office) as school:
        school.loan(borrower, "open")
        session = school.session
        for table in (LOANS, *GONE):
            owner = table.c.id if table.name == "patrons" else table.c.patron_id
            session.execute(sa.delete(table).where(owner == gone))
    done = purge.resume(office, batch, Ticket())
    assert borrower in [p.id for p in done.refused]
    assert done.batch.vanished == 2
    assert done.batch.planned == 10


def test_with_other_settings_it_does_not_go_on(office):
    purge.run(office, a_school(office), Impatient(3), chunk=3)
    batch = batch_reading.list_batches(office)[0].id
    policy.change_setting(office, "retain_deleted_patron_loans", "false")
    with pytest.raises(Refused, match="settings changed"):
        purge.resume(office, batch, Ticket())
    assert batch_reading.list_batches(office)[0].state is BatchState.STOPPED


def test_once_something_was_undone_it_does_not_go_on(office):
    purge.run(office, a_school(office), Impatient(3), chunk=3)
    batch = batch_reading.list_batches(office)[0].id
    undo.undo_batch(office, batch)
    with pytest.raises(Refused, match="undone"):
        purge.resume(office, batch, Ticket())


def test_a_finished_one_has_nobody_left(office):
    done = purge.run(office, a_school(office), Ticket())
    with pytest.raises(Refused, match="is left to purge"):
        purge.resume(office, done.batch.id, Ticket())


def test_closing_an_interrupted_one(office):
    batch = interrupted(office)
    batches.close(office, batch)
    closed = batch_reading.list_batches(office)[0]
    assert closed.state is BatchState.STOPPED
    assert closed.planned == closed.purged + closed.refused + closed.vanished + closed.not_reached
    with office.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(GuardOverride)) == 0
    with pytest.raises(Refused, match="not interrupted"):
        batches.close(office, batch)


def test_what_was_written_beside_the_purged_goes_and_the_rest_stays_until_they_do(office):
    frozen = a_school(office)
    purge.run(office, frozen, Impatient(5), chunk=5)

    def written():
        with office.database.read() as session:
            lines = session.execute(sa.select(PurgePlanLine.patron_id).where(PurgePlanLine.overrides.is_not(None)))
            return [row[0] for row in lines]

    assert written() == [frozen.patrons[7].id]
    purge.resume(office, batch_reading.list_batches(office)[0].id, Ticket())
    assert written() == []


def test_every_line_of_the_plan_is_accounted_for(office):
    done = purge.run(office, a_school(office), Ticket())
    with office.database.read() as session:
        batch = session.get_one(Batch, done.batch.id)
        planned = set(session.scalars(sa.select(PurgePlanLine.patron_id).where(PurgePlanLine.plan_id == batch.plan_id)))
        assert planned == set(session.scalars(sa.select(BatchLine.patron_id).where(BatchLine.batch_id == batch.id)))


@pytest.mark.parametrize("size", [3, 9, 10])
def test_who_dies_after_the_last_chunk_leaves_a_purge_that_has_ended(libraries, unbroken, size):
    with libraries() as office:
        with pytest.raises(Killed):
            purge.run(office, a_school(office), Impatient(9, dies=True), chunk=size)
        done = batch_reading.list_batches(office)[0]
        assert told(office, done.id) == unbroken
        assert not done.unfinished


def test_a_process_gone_after_the_last_chunk_leaves_a_purge_that_has_ended(office):
    frozen = a_school(office)
    with batches.running(office.database, office.library_id):
        batch = batches.begin(office, frozen)
        everybody = {p.id: p.version for p in frozen.patrons}
        chunk.purge_chunk(office, batch, everybody, {p.id: p.reasons for p in frozen.held})
    done = batch_reading.list_batches(office)[0]
    assert (done.state, done.not_reached) == (BatchState.COMPLETED_WITH_EXCEPTIONS, 0)
