"""A purge that did not reach everybody: told at the next start, gone on with, or left; and what is left of the purged is told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine
from patrondesk.models.purge import Batch
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates
from patrondesk.services.purging import batch_reading
from patrondesk.services.purging.plan import make_plan
from tests.ui.purge.conftest import away


class Stopping(Ticket):
    def progress(self, done, total, words=""):
        if words == "purge":
            self.stop()


@pytest.fixture
def stopped(office):
    """Twenty of thirty were purged, then somebody stopped it; {the batch before anything is shown}."""
    rows = candidates.candidates(office, CandidatesQuery(page_size=50, reason="none")).rows
    plan = make_plan(office, [row.id for row in rows[:30]], source="page")
    return purge.run(office, plan, Stopping(), chunk=20).batch


def test_it_is_told_at_the_next_start_and_goes_on(office, stopped, make_bench):
    bench = make_bench()
    page = bench.page
    bench.wait(lambda: page.notices.shown("unfinished"))
    shown = page.notices.shown("unfinished")
    assert "was stopped: 20 purged, 10 left as they were." in shown.accessibleName()
    bench.press(bench.button(shown, "purge_go_on"))
    question = bench.dialog("purge_go_on_dialog")
    bench.press(bench.button(question, "ask_accept"))
    dialog = bench.dialog("purge_result_dialog")
    assert (dialog.result_shown.batch.id, dialog.result_shown.batch.purged) == (stopped.id, 30)
    assert page.notices.shown("unfinished") is None
    bench.press(bench.button(dialog, "result_close"))
    bench.settle()
    assert [line.not_reached for line in away(lambda: batch_reading.list_batches(office))] == [0]


def test_cancel_leaves_it(office, stopped, make_bench):
    bench = make_bench()
    bench.wait(lambda: bench.page.notices.shown("unfinished"))
    bench.press(bench.button(bench.page.notices.shown("unfinished"), "purge_go_on"))
    bench.press(bench.button(bench.dialog("purge_go_on_dialog"), "ask_cancel"))
    bench.settle()
    assert [line.not_reached for line in away(lambda: batch_reading.list_batches(office))] == [10]


def test_a_whole_one_is_not_told(bench):
    bench.settle()
    assert bench.page.notices.shown("unfinished") is None


def test_an_interrupted_one_is_called_so(office, stopped, make_bench):
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(state="running"))
    bench = make_bench()
    bench.wait(lambda: bench.page.notices.shown("unfinished"))
    assert "was interrupted: 20 purged" in bench.page.notices.shown("unfinished").accessibleName()


def test_what_is_left_of_the_purged_is_told(office, bench):
    page = bench.page
    one = page.model.rows[bench.free[0]]
    away(lambda: _mention(office, one.name))
    bench.press(page.table.tag_all)
    bench.press(page.bar.purge)
    dialog = bench.dialog("purge_confirm_dialog")
    bench.qtbot.keyClicks(dialog.count, str(len(dialog.plan.eligible)))
    bench.press(dialog.accept_button)
    bench.dialog("purge_result_dialog")
    bench.wait(lambda: page.notices.shown("residue"))
    assert "comments of fines: 1 place" in page.notices.shown("residue").accessibleName()


def _mention(office, name):
    with office.database.write() as session:
        living = sa.select(sa.func.min(Fine.id)).where(Fine.status == "closed")
        session.execute(sa.update(Fine).where(Fine.id == living.scalar_subquery()).values(comment=f"paid by {name}"))
