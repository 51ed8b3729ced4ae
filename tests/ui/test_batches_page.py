"""Past purges: numbers that add up, one opened, exported, and brought back whole or in part."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QTableView, QWidget

from patrondesk.clock import Clock
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.purging import BatchState
from patrondesk.records.staff import Permission
from patrondesk.services import patrons, policy
from patrondesk.services.purging import batch_reading as batches
from patrondesk.services.purging import destroy, plan
from patrondesk.ui.screens.batches import words as sentences
from patrondesk.ui.screens.batches.page import BatchesPage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Change
from tests.ui import school
from tests.ui.demo_school import button, find, idle, nameless, waiting, without, words

LEFT = Qt.MouseButton.LeftButton


class NextYear(Clock):
    """A year has gone by."""

    def real_today(self) -> dt.date:
        return super().real_today() + dt.timedelta(days=365)


@pytest.fixture
def done(office):
    """Four who can go and two who cannot, purged together."""
    going = [row.id for row in waiting(office, "none").rows[:4]]
    staying = [row.id for row in waiting(office, "any").rows[:2]]
    return purge.run(office, plan.make_plan(office, [*going, *staying], source="page"), Ticket())


@pytest.fixture
def page(qtbot, qapp, office, runner, changes, done):
    theme.apply(qapp, "light")
    return opened(qtbot, BatchesPage(office, runner, changes), runner)


def opened(qtbot, made: BatchesPage, runner) -> BatchesPage:
    qtbot.addWidget(made)
    made.resize(1158, 740)
    made.show()
    made.refresh()
    idle(qtbot, runner)
    return made


def view(page: QWidget, name: str) -> QTableView:
    found = find(page, name)
    assert isinstance(found, QTableView)
    return found


def open_first(qtbot, page, runner) -> None:
    table = view(page, "batches_table")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    idle(qtbot, runner)


def dialog_of(page: QWidget, name: str) -> QWidget:
    return school.shown(page, name)


def test_without_a_purge_the_page_says_so(qtbot, qapp, office, runner, changes):
    page = opened(qtbot, BatchesPage(office, runner, changes), runner)
    assert "No purge yet" in words(page)


def test_the_list_shows_a_sum_a_row(page, done):
    table = view(page, "batches_table")
    row = [table.model().index(0, column).data() for column in range(table.model().columnCount())]
    assert row[3:8] == ["6", "4", "2", "0", "0"]
    assert int(row[3]) == sum(int(number) for number in row[4:8])
    assert row[1] == "Maria Okafor"
    assert done.batch.undo_until is not None
    assert row[9].startswith("Until ")
    assert "1 purge, 4 patrons purged in all; 1 can still be undone." in words(page)
    assert nameless(page) == []


def test_one_is_opened_by_enter_and_left_by_escape(qtbot, page, runner, done):
    open_first(qtbot, page, runner)
    assert find(page, "batch_sum").accessibleName() == "6 planned: 4 purged, 2 refused, 0 no longer there and 0 not reached"
    assert view(page, "batch_purged").model().rowCount() == 4
    assert view(page, "batch_refused").model().rowCount() == 2
    assert done.purged[0].name == view(page, "batch_purged").model().index(0, 1).data()
    assert "Undo is possible until" in words(page)
    assert button(page, "batch_undo").text() == "Undo all 4..."
    assert nameless(page) == []
    qtbot.keyClick(view(page, "batch_purged"), Qt.Key.Key_Escape)
    assert view(page, "batches_table").isVisible()
    with qtbot.waitSignal(page.back_asked):
        qtbot.mouseClick(button(page, "batches_back"), LEFT)


def test_boxes_are_ticked_by_space_and_by_click(qtbot, page, runner, done):
    open_first(qtbot, page, runner)
    table = view(page, "batch_purged")
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 2))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    box = table.model().index(1, 0)
    assert box.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert box.data(Qt.ItemDataRole.AccessibleTextRole) == f"Ticked, {done.purged[1].name}"
    assert button(page, "batch_undo").text() == "Undo 1 ticked..."
    middle = table.visualRect(table.model().index(3, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=QPoint(middle))
    assert button(page, "batch_undo").text() == "Undo 2 ticked..."
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert button(page, "batch_undo").text() == "Undo 1 ticked..."


def test_only_the_ticked_come_back_and_the_others_stay_purged(qtbot, page, runner, office, done, changes):
    told: list[Change] = []
    changes.changed.connect(told.append)
    open_first(qtbot, page, runner)
    table = view(page, "batch_purged")
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    qtbot.mouseClick(button(page, "batch_undo"), LEFT)
    asked = dialog_of(page, "batch_undo_dialog")
    assert "Bring back 1 patron?" in words(asked)
    assert "as before the purge" in words(asked)
    qtbot.mouseClick(button(asked, "ask_accept"), LEFT)
    idle(qtbot, runner)
    there = {row.id for row in waiting(office).rows}
    assert [one.id in there for one in done.purged] == [False, True, False, False]
    assert batches.read_batch(office, done.batch.id).batch.undone == 1
    qtbot.waitUntil(lambda: "1 patron is back" in words(page))
    assert told[0].touches("patrons")
    assert view(page, "batch_purged").model().index(1, 5).data() == "Is back"
    assert button(page, "batch_undo").text() == "Undo all 3..."
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert button(page, "batch_undo").text() == "Undo all 3..."


def test_cancel_brings_nobody_back(qtbot, page, runner, office, done):
    open_first(qtbot, page, runner)
    before = waiting(office).total
    qtbot.mouseClick(button(page, "batch_undo"), LEFT)
    qtbot.keyClick(dialog_of(page, "batch_undo_dialog"), Qt.Key.Key_Escape)
    idle(qtbot, runner)
    assert waiting(office).total == before


def test_a_key_that_somebody_else_has_by_now_is_reported(qtbot, page, runner, office, done):
    taken = done.purged[0]
    patrons.add_patron(office, patrons.NewPatron("Newcomer", "Ann", username=taken.username))
    open_first(qtbot, page, runner)
    qtbot.mouseClick(button(page, "batch_undo"), LEFT)
    qtbot.mouseClick(button(dialog_of(page, "batch_undo_dialog"), "ask_accept"), LEFT)
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: "4 patrons are back" in words(page))
    assert f": Has no username: {taken.username} is Ann Newcomer’s now." in words(page)
    assert not button(page, "batch_undo").isEnabled()
    assert "Everybody is back already." in words(page)
    assert "for statistics" not in words(page)
    assert "have their borrowers again." in words(page)
    qtbot.mouseClick(button(page, "batches_back"), LEFT)
    table = view(page, "batches_table")
    assert table.model().index(0, 9).data() == "Undone"


def test_after_destruction_the_numbers_stay_and_the_missing_names_are_said(qtbot, page, runner, office, done):
    assert destroy.destroy_archive(replace(office, clock=NextYear()), done.batch.id)
    page.refresh()
    idle(qtbot, runner)
    open_first(qtbot, page, runner)
    assert "Names are no longer kept." in words(page)
    assert "that day has passed" in words(page)
    assert view(page, "batch_purged").model().rowCount() == 4
    assert done.purged[0].name not in [view(page, "batch_purged").model().index(row, 1).data() for row in range(4)]
    assert not button(page, "batch_undo").isEnabled()
    assert button(page, "batch_undo").toolTip()


def test_a_purge_for_good_says_so(qtbot, qapp, office, runner, changes):
    policy.change_setting(office, "undo_days", "0")
    going = [row.id for row in waiting(office, "none").rows[:1]]
    purge.run(office, plan.make_plan(office, going, source="page"), Ticket())
    page = opened(qtbot, BatchesPage(office, runner, changes), runner)
    open_first(qtbot, page, runner)
    assert "It was purged for good" in words(page)
    assert not button(page, "batch_undo").isEnabled()


def test_a_refused_patron_is_opened_by_name(qtbot, page, runner, done):
    open_first(qtbot, page, runner)
    table = view(page, "batch_refused")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    with qtbot.waitSignal(page.patron_chosen) as got:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert got.args == [done.refused[0].id]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_purge_is_exported(qtbot, page, runner, tmp_path, suffix):
    open_first(qtbot, page, runner)
    qtbot.mouseClick(button(page, "batch_export"), LEFT)
    dialog = page.findChild(QFileDialog, "batch_export_dialog")
    assert dialog is not None
    target = tmp_path / f"purge.{suffix}"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    idle(qtbot, runner)
    assert target.stat().st_size > 100
    qtbot.waitUntil(lambda: f"The purge is saved as purge.{suffix}." in words(page))


def test_without_the_right_nobody_is_brought_back(qtbot, qapp, office, runner, changes, done):
    page = opened(qtbot, BatchesPage(without(office, Permission.UNDO_PURGE), runner, changes), runner)
    open_first(qtbot, page, runner)
    assert not button(page, "batch_undo").isEnabled()
    assert "The right “undo purge” is missing." in words(page)
    assert button(page, "batch_export").isEnabled()


def test_every_state_has_words(done):
    for state in BatchState:
        assert sentences.state(replace(done.batch, state=state)).text
