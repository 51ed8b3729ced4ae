"""A plan from the preview to its run, in the real window: kept, found in the menu, reviewed, confirmed, purged, told."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from patrondesk import bootstrap
from patrondesk.services import patrons, signin
from patrondesk.services.demo import build
from patrondesk.services.purging import batch_reading, plans
from patrondesk.ui.main import open_window
from patrondesk.ui.screens.plans.page import PlansPage
from patrondesk.ui.shell import theme
from tests.ui.walker import Walker

TODAY = dt.date(2026, 11, 21)
WIDE, NARROW = (1366, 768), (1024, 700)
LOOKS = [("light", 100, WIDE), ("dark", 100, NARROW), ("contrast", 130, NARROW), ("dark", 130, WIDE), ("light", 130, NARROW)]


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    path = tmp_path_factory.mktemp("school") / "school.patrondesk"
    database = bootstrap.new_database(path)
    build.build(database, patrons=200, seed=1, today=TODAY)
    database.close()
    return path


@pytest.fixture
def walker(qtbot, qapp, school, tmp_path):
    window = open_window(str(shutil.copyfile(school, tmp_path / "school.patrondesk")), "librarian", "demo")
    qtbot.addWidget(window)
    window.show()
    yield Walker(qtbot, window)
    window.close()
    theme.apply(qapp, "light")


def elsewhere(walker, work):
    """Does something in the library as another program would."""

    def run():
        office = signin.sign_in(bootstrap.open_library(walker.window.desk.office.database.path), "librarian", "demo")
        work(office)
        office.database.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def said(dialog):
    """Everything a dialog says."""
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def keep_a_plan(walker):
    """Tags a page, looks at the preview, keeps its plan, and goes to it; the page of plans with it opened."""
    page = walker.window.desk.purge_page
    walker.wait(lambda: page.model.rows)
    page.table.tag_displayed()
    walker.press("purge_preview_button")
    with walker.dialog("purge_preview_dialog"):
        walker.press("preview_keep")
        with walker.dialog("keep_plan_dialog"):
            walker.press("ask_accept")
    walker.press("purge_see_plan")
    walker.wait(lambda: walker.shown("plan_purge"))
    walker.settle()
    shown = walker.shown("plans_page")
    assert isinstance(shown, PlansPage)
    return shown


def test_from_the_preview_to_the_result(walker, qtbot):
    page = keep_a_plan(walker)
    planned = page.one.plan.line.patrons
    assert planned > 20
    going = page.one.going
    assert going.hasFocus()
    caught, out = going.rows.record(0).id, going.rows.record(1).id
    going.setCurrentIndex(going.model().index(1, 0))
    qtbot.keyClick(going, Qt.Key.Key_Space)
    walker.settle()
    walker.press("plan_purge")
    with walker.dialog("purge_confirm_dialog") as asked:
        assert "This is plan 1; 1 is struck out and stays." in said(asked)
        assert out not in [one.id for one in asked.plan.eligible]
        qtbot.keyClick(asked, Qt.Key.Key_Escape)
    assert walker.window.desk.place == "plans", "whoever cancels is where the question was asked"
    elsewhere(walker, lambda other: patrons.protect(other, caught, "repeats the year", None))
    walker.press("plan_purge")
    with walker.dialog("purge_confirm_dialog") as asked:
        number = len(asked.plan.eligible)
        assert number == planned - 2
        assert "Since the plan was made, 1 got something in the way and is held." in said(asked)
        assert not asked.accept_button.isEnabled()
        qtbot.keyClicks(asked.findChild(QLineEdit, "confirm_count"), str(number))
        walker.press("confirm_accept")
        walker.wait(lambda: walker.shown("purge_result_dialog"))
        with walker.dialog("purge_result_dialog") as result:
            batch = result.result_shown.batch
            assert (batch.planned, batch.purged, batch.refused, batch.source) == (planned - 1, number, 1, "plan")
            assert [one.id for one in result.result_shown.refused] == [caught]
            assert "1 got something in the way" in walker.shown("result_drift").text()
    assert walker.window.desk.place == "purge", "the run is told where purges are told"
    there = {row.id for row in walker.window.desk.purge_page.model.rows}
    assert out in there
    assert caught in there
    found = []
    elsewhere(walker, lambda other: found.append((plans.list_plans(other), batch_reading.list_batches(other)[0].purged)))
    assert found == [([], number)]
    walker.choose("plans")
    walker.settle()
    assert page.isVisible()
    assert "No plan waits" in said(page)
    assert walker.found == []


def test_while_a_purge_runs_a_plan_waits_with_a_sentence(walker):
    page = keep_a_plan(walker)
    purging = walker.window.desk.purge_page.purging
    purging.running = object()
    walker.press("plan_purge")
    with walker.dialog("fault_dialog"):
        pass
    purging.running = None
    assert page.one.plan is not None


def test_a_plan_discarded_elsewhere_is_said_over_the_page(walker):
    page = keep_a_plan(walker)
    number = page.one.plan.line.id
    elsewhere(walker, lambda other: plans.discard(other, number))
    walker.press("plan_purge")
    with walker.dialog("fault_dialog") as asked:
        assert "was discarded" in said(asked)


@pytest.mark.parametrize(("look", "scale", "size"), LOOKS, ids=lambda value: str(value))
def test_every_plan_screen_in_every_look(walker, qapp, tmp_path, look, scale, size):
    theme.apply(qapp, look, scale)
    walker.window.resize(*size)
    page = keep_a_plan(walker)
    number = page.one.plan.line.id
    first = page.one.going.rows.record(0).id
    elsewhere(walker, lambda other: plans.strike(other, number, [first], "repeats the year"))
    elsewhere(walker, lambda other: patrons.protect(other, page.one.going.rows.record(1).id, "stays", None))
    page.refresh()
    walker.at("plan, opened")
    page.one.going.setCurrentIndex(page.one.going.model().index(0, 0))
    walker.press("plan_note_button")
    with walker.dialog("plan_note_dialog"):
        pass
    walker.press("plan_strike")
    with walker.dialog("plan_back_dialog"):
        pass
    walker.press("plan_discard")
    with walker.dialog("plan_discard_dialog"):
        pass
    path = tmp_path / "review.csv"
    page._export(number, path)
    walker.wait(lambda: walker.window.runner.idle and path.exists())
    walker.at("plan, exported")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[2] |= {"Take out": "x", "Note": "comes back in spring"}
    rows[3] |= {"Take out": "perhaps, when the office has looked at it again and has found what was paid"}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows[:-1])
    page._desk.read_back(number, path, page._on_foreseen, page._on_failed)
    with walker.dialog("plan_review_dialog"):
        pass
    walker.press("plans_back")
    walker.wait(lambda: walker.shown("plans_table"))
    walker.at("plans, listed")
    assert walker.found == []
