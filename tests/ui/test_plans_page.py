"""Purge plans: listed, opened, names struck out and put back by key and click, sent out as a file and read back, discarded."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from patrondesk.records.plans import PlanState
from patrondesk.records.staff import Permission
from patrondesk.services import patrons, policy
from patrondesk.services.purging import plan, plans, reviewing
from patrondesk.ui.screens.plans.page import PlansPage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.demo_school import button, desk, find, nameless, waiting, without, words
from tests.ui.school import shown

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
CRITERIA = {"page": 1, "page_size": 20, "reason": None, "sort": "name", "descending": False, "searched": False}


@pytest.fixture
def office(tmp_path):
    with desk(tmp_path) as signed_in:
        yield signed_in


@pytest.fixture
def runner(qtbot):
    made = Runner()
    yield made
    assert made.close(10_000)


@pytest.fixture
def kept(office):
    """A plan of six who can go and two who cannot: its number, and the six and the two."""
    free, held = waiting(office, "none").rows[:6], waiting(office, "any").rows[:2]
    ids = [row.id for row in (*free, *held)]
    return plans.save_plan(office, plan.make_plan(office, ids, source="page", criteria=CRITERIA)), free, held


@pytest.fixture
def make_page(qtbot, qapp, runner):
    theme.apply(qapp, "light")

    def make(office) -> PlansPage:
        made = PlansPage(office, runner, Changes())
        qtbot.addWidget(made)
        made.resize(1158, 740)
        made.show()
        made.activateWindow()
        made.refresh()
        idle(qtbot, runner)
        return made

    return make


@pytest.fixture
def page(make_page, office, kept):
    return make_page(office)


def idle(qtbot, runner) -> None:
    qtbot.waitUntil(lambda: runner.idle, timeout=10_000)


def table(page, name):
    return shown(page, name)


def go(qtbot, page, runner):
    """Opens the first plan by Enter; the list of those who can go."""
    view = table(page, "plans_table")
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Key.Key_Return)
    idle(qtbot, runner)
    return table(page, "plan_going")


def dialog(qtbot, page, name):
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.findChildren(QWidget, name)), timeout=5_000)
    (found,) = [each for each in page.findChildren(QWidget, name) if each.isVisible()]
    return found


def struck(office, plan_id):
    return {one.id: one.note for one in reviewing.read_plan(office, plan_id).patrons if one.struck}


def test_without_a_plan_the_page_says_so(make_page, office):
    page = make_page(office)
    assert "No plan waits" in words(page)
    assert "Keep one from the preview of a purge" in words(page)
    assert nameless(page) == []


def test_who_may_not_purge_sees_no_plan(make_page, office, kept):
    page = make_page(without(office, Permission.PURGE))
    assert "Plans are for those who may purge" in words(page)
    assert "An administrator" in words(page)


def test_the_list_says_how_many_and_what_became_different(page, qtbot, runner, office, kept):
    plan_id, free, _ = kept
    view = table(page, "plans_table")
    row = [view.model().index(0, column).data() for column in range(view.model().columnCount())]
    assert row[1:5] == ["Maria Okafor", "8", "0", "0"]
    assert "1 plan waits." in words(page)
    assert nameless(page) == []
    plans.strike(office, plan_id, [free[0].id])
    patrons.protect(office, free[1].id, "repeats", None)
    page.refresh()
    idle(qtbot, runner)
    assert [view.model().index(0, column).data() for column in (2, 3, 4)] == ["8", "1", "1"]


def test_one_is_opened_by_enter_and_left_by_escape(qtbot, page, runner, office, kept):
    _, free, held = kept
    going = go(qtbot, page, runner)
    sum_said = find(page, "plan_sum").accessibleName()
    assert sum_said == "8 planned: 6 can go, 2 something in the way, 0 struck out and 0 no longer there"
    assert "8 patrons of page 1 of User Purge (20 a page), sorted by name, made on" in words(page)
    assert [going.model().index(n, 0).data() for n in range(6)] == [row.name for row in free]
    assert [table(page, "plan_held").model().index(n, 0).data() for n in range(2)] == [row.name for row in held]
    assert button(page, "plan_purge").text() == "Purge the 6 on this plan..."
    assert not find(page, "plan_drift").isVisible()
    assert going.hasFocus()
    assert nameless(page) == []
    qtbot.keyClick(going, Key.Key_Escape)
    idle(qtbot, runner)
    assert table(page, "plans_table").isVisible()
    with qtbot.waitSignal(page.back_asked):
        qtbot.mouseClick(button(page, "plans_back"), LEFT)


def test_space_strikes_out_and_puts_back(qtbot, page, runner, office, kept):
    plan_id, free, held = kept
    going = go(qtbot, page, runner)
    going.setCurrentIndex(going.model().index(2, 1))
    qtbot.keyClick(going, Key.Key_Space)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {free[2].id: None}
    here = going.currentIndex()
    assert (here.row(), here.column()) == (2, 1), "one stays where one was"
    assert button(page, "plan_strike").text() == "Put back"
    assert button(page, "plan_purge").text() == "Purge the 5 on this plan..."
    assert "1 struck out" in find(page, "plan_sum").accessibleName()
    spoken = going.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(f"Link, struck out, {free[2].name}")
    assert going.model().index(2, 3).data() == "Struck out"
    qtbot.keyClick(going, Key.Key_Space)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {}
    other = table(page, "plan_held")
    qtbot.mouseClick(other.viewport(), LEFT, pos=other.visualRect(other.model().index(1, 1)).center())
    qtbot.mouseClick(button(page, "plan_strike"), LEFT)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {held[1].id: None}, "the list one was in last"
    assert going.selectionModel().selectedRows() == [], "only one list has marked rows"


def test_several_are_struck_out_at_once(qtbot, page, runner, office, kept):
    plan_id, free, _ = kept
    going = go(qtbot, page, runner)
    going.setCurrentIndex(going.model().index(1, 1))
    qtbot.keyClick(going, Key.Key_Down, SHIFT)
    qtbot.keyClick(going, Key.Key_Down, SHIFT)
    qtbot.keyClick(going, Key.Key_Space)
    idle(qtbot, runner)
    assert set(struck(office, plan_id)) == {row.id for row in free[1:4]}


def test_a_note_is_written_and_not_lost_unasked(qtbot, page, runner, office, kept):
    plan_id, free, _ = kept
    going = go(qtbot, page, runner)
    going.setCurrentIndex(going.model().index(0, 3))
    qtbot.keyClick(going, Key.Key_Return)
    asked = dialog(qtbot, page, "plan_note_dialog")
    assert f"{free[0].name} is struck out with it." in words(asked)
    qtbot.keyClicks(asked.note.control, "  repeats the year ")
    qtbot.keyClick(asked.note.control, Key.Key_Return)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {free[0].id: "repeats the year"}
    assert going.model().index(0, 3).data(Qt.ItemDataRole.ToolTipRole).startswith("Struck out by Maria Okafor on")
    qtbot.mouseClick(button(page, "plan_note_button"), LEFT)
    asked = dialog(qtbot, page, "plan_note_dialog")
    assert asked.note.control.text() == "repeats the year"
    asked.note.control.setText("another")
    qtbot.mouseClick(button(asked, "plan_note_accept"), LEFT)
    idle(qtbot, runner)
    going.setFocus()
    qtbot.keyClick(going, Key.Key_Space)
    asked = dialog(qtbot, page, "plan_back_dialog")
    assert "another" in words(asked)
    qtbot.keyClick(asked, Key.Key_Escape)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {free[0].id: "another"}
    qtbot.keyClick(going, Key.Key_Space)
    qtbot.mouseClick(button(dialog(qtbot, page, "plan_back_dialog"), "ask_accept"), LEFT)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {}


def test_what_became_different_is_said(qtbot, page, runner, office, kept):
    _, free, _ = kept
    patrons.protect(office, free[0].id, "repeats the year", None)
    policy.change_setting(office, "retain_deleted_patron_loans", "false")
    going = go(qtbot, page, runner)
    assert find(page, "plan_drift").text() == (
        "Since the plan was made, 1 got something in the way and is held. "
        "The library's settings have changed since; a purge follows those of today."
    )
    assert free[0].name not in [going.model().index(n, 0).data() for n in range(5)]
    held = table(page, "plan_held")
    (row,) = [n for n in range(3) if held.model().index(n, 0).data() == free[0].name]
    assert held.model().index(row, 1).data() == "Flagged to keep"
    assert "when the plan was made: nothing" in held.model().index(row, 1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_patron_is_opened_by_name(qtbot, page, runner, kept):
    _, free, _ = kept
    going = go(qtbot, page, runner)
    going.setCurrentIndex(going.model().index(1, 0))
    with qtbot.waitSignal(page.patron_chosen) as got:
        qtbot.keyClick(going, Key.Key_Return)
    assert got.args == [free[1].id]
    assert page.patron_here() == free[1].id


def test_it_asks_for_the_purge_of_what_is_left(qtbot, page, runner, office, kept):
    plan_id, free, _ = kept
    go(qtbot, page, runner)
    with qtbot.waitSignal(page.purge_asked) as got:
        qtbot.mouseClick(button(page, "plan_purge"), LEFT)
    assert got.args == [plan_id]
    plans.strike(office, plan_id, [row.id for row in free])
    page.refresh()
    idle(qtbot, runner)
    assert not button(page, "plan_purge").isEnabled()
    assert button(page, "plan_purge").toolTip() == "Nobody on this plan can go now"


def choose(qtbot, page, name, path):
    qtbot.waitUntil(lambda: page.findChild(QFileDialog, name) is not None, timeout=5_000)
    chooser = page.findChild(QFileDialog, name)
    chooser.findChild(QLineEdit).setText(str(path))
    chooser.accept()


@pytest.mark.parametrize("follow", [True, False])
def test_a_review_goes_out_and_comes_back(qtbot, page, runner, office, kept, tmp_path, follow):
    plan_id, free, _ = kept
    plans.strike(office, plan_id, [free[5].id], "first")
    go(qtbot, page, runner)
    path = tmp_path / "review.xlsx"
    qtbot.mouseClick(button(page, "plan_export"), LEFT)
    choose(qtbot, page, "plan_export_dialog", path)
    idle(qtbot, runner)
    qtbot.waitUntil(path.exists, timeout=5_000)
    assert "The plan is saved as review.xlsx." in words(page)
    book = openpyxl.load_workbook(path)
    sheet = book["Patrons"]
    where = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, where["Take out"], "x")
    sheet.cell(2, where["Note"], "repeats")
    sheet.cell(3, where["Take out"], "perhaps")
    sheet.cell(7, where["Take out"]).value = None
    sheet.delete_rows(9)
    book.save(path)
    qtbot.mouseClick(button(page, "plan_read_back"), LEFT)
    choose(qtbot, page, "plan_read_back_dialog", path)
    asked = dialog(qtbot, page, "plan_review_dialog")
    told = words(asked)
    assert "2 patrons of the plan change" in told
    assert "7 rows: 1 taken out, 1 put back, 4 on the plan as before and 1 in conflict." in told
    assert "1 patron of the plan is not in the file, and stays as before." in told
    met = shown(asked, "plan_review_met").model()
    assert [met.index(0, column).data() for column in (0, 1)] == ["3", free[1].name]
    assert nameless(asked) == []
    if not follow:
        qtbot.keyClick(asked, Key.Key_Escape)
        idle(qtbot, runner)
        assert struck(office, plan_id) == {free[5].id: "first"}
        return
    qtbot.mouseClick(button(asked, "plan_review_accept"), LEFT)
    idle(qtbot, runner)
    assert struck(office, plan_id) == {free[0].id: "repeats"}
    assert "The review is read back." in words(page)
    assert "1 struck out" in find(page, "plan_sum").accessibleName()


def test_a_file_of_another_plan_is_refused_with_a_sentence(qtbot, page, runner, office, kept, tmp_path):
    plan_id, free, _ = kept
    other = plans.save_plan(office, plan.make_plan(office, [free[0].id], source="list"))
    page.show_plan(other)
    idle(qtbot, runner)
    path = tmp_path / "other.csv"
    qtbot.mouseClick(button(page, "plan_export"), LEFT)
    choose(qtbot, page, "plan_export_dialog", path)
    idle(qtbot, runner)
    page.show_plan(plan_id)
    idle(qtbot, runner)
    qtbot.mouseClick(button(page, "plan_read_back"), LEFT)
    choose(qtbot, page, "plan_read_back_dialog", path)
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: f"“other.csv” is a review of plan {other}, not of plan {plan_id}." in words(page))
    assert not [each for each in page.findChildren(QWidget, "plan_review_dialog") if each.isVisible()]


def test_a_plan_is_discarded_after_a_question(qtbot, page, runner, office, kept):
    before = waiting(office).total
    go(qtbot, page, runner)
    qtbot.mouseClick(button(page, "plan_discard"), LEFT)
    qtbot.keyClick(dialog(qtbot, page, "plan_discard_dialog"), Key.Key_Escape)
    idle(qtbot, runner)
    assert plans.list_plans(office)[0].state is PlanState.OPEN
    qtbot.mouseClick(button(page, "plan_discard"), LEFT)
    qtbot.mouseClick(button(dialog(qtbot, page, "plan_discard_dialog"), "ask_accept"), LEFT)
    idle(qtbot, runner)
    assert plans.list_plans(office) == []
    assert waiting(office).total == before
    assert "is discarded. Nobody was purged." in words(page)
    assert "No plan waits" in words(page)


def test_a_plan_that_somebody_else_ran_or_discarded_leaves_the_page(qtbot, page, runner, office, kept):
    plan_id, _, _ = kept
    going = go(qtbot, page, runner)
    plans.discard(office, plan_id)
    going.setFocus()
    qtbot.keyClick(going, Key.Key_Space)
    qtbot.waitUntil(lambda: "was discarded; nothing was changed." in words(page), timeout=10_000)
    qtbot.waitUntil(lambda: "No plan waits" in words(page), timeout=10_000)


def test_a_click_on_a_name_does_not_strike(qtbot, page, runner, office, kept):
    plan_id, _, _ = kept
    going = go(qtbot, page, runner)
    with qtbot.waitSignal(page.patron_chosen):
        spot = QPoint(60, going.visualRect(going.model().index(0, 0)).center().y())
        qtbot.mouseClick(going.viewport(), LEFT, pos=spot)
    assert struck(office, plan_id) == {}


def test_it_is_printed_as_it_is_on_show(qtbot, page, runner, kept):
    listed = page.printout()
    assert listed.title == "Purge plans"
    go(qtbot, page, runner)
    opened = page.printout()
    assert opened.title.startswith("Purge plan ")
    assert [sheet.title for sheet in opened.sheets] == ["Something in the way", "Can go"]
    assert "8 planned: 6 can go" in opened.sentence
