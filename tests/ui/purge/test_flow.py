"""From the tags to the result and back: question, run, stop, refusals, export, undo."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from patrondesk.jobs import purge as job
from patrondesk.models.patron import Patron
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import activation, patrons, policy
from patrondesk.services.candidates import candidates
from patrondesk.services.purging import batch_reading as batches
from patrondesk.ui.screens.purge import desk as desks
from patrondesk.ui.screens.purge.columns import Col
from tests.ui.purge.conftest import away

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def ask(bench):
    bench.press(bench.page.bar.purge)
    return bench.dialog("purge_confirm_dialog")


def purge_all(bench):
    """Tags the page, confirms, and waits for the result's dialog."""
    bench.press(bench.page.table.tag_all)
    dialog = ask(bench)
    if dialog.typed:
        bench.qtbot.keyClicks(dialog.count, str(len(dialog.plan.eligible)))
    bench.press(dialog.accept_button)
    found = bench.dialog("purge_result_dialog")
    bench.settle()
    return found


def test_many_must_be_typed_and_enter_does_nothing_before(bench):
    bench.press(bench.page.table.tag_all)
    number = len(bench.tagged)
    assert number > 20
    dialog = ask(bench)
    assert str(number) in dialog.sentence.text()
    assert "**" not in dialog.sentence.text()
    assert dialog.count.hasFocus()
    assert not dialog.accept_button.isEnabled()
    bench.key(dialog.count, Key.Key_Return)
    bench.qtbot.keyClicks(dialog.count, str(number + 1))
    bench.key(dialog.count, Key.Key_Return)
    assert not dialog.accept_button.isEnabled()
    assert dialog.isVisible()
    dialog.count.clear()
    bench.qtbot.keyClicks(dialog.count, str(number))
    assert dialog.accept_button.isEnabled()
    bench.key(dialog, Key.Key_Escape)
    bench.wait(lambda: not bench.open_dialogs("purge_confirm_dialog"))
    assert bench.page.purging.running is None
    assert len(bench.tagged) == number


def test_few_are_confirmed_with_the_focus_on_cancel(bench):
    for row in bench.free[:3]:
        bench.click_cell(row, Col.TAG)
    bench.put(bench.free[0], Col.TAG)
    bench.key(bench.page.table, Key.Key_Delete)
    bench.settle()
    assert not bench.open_dialogs("purge_confirm_dialog"), "Delete alone does nothing"
    bench.key(bench.page.table, Key.Key_Delete, CTRL)
    dialog = bench.dialog("purge_confirm_dialog")
    assert not dialog.count.isVisible()
    assert dialog.cancel.hasFocus()
    bench.key(dialog.cancel, Key.Key_Return)
    bench.wait(lambda: not bench.open_dialogs("purge_confirm_dialog"))
    assert bench.page.purging.running is None


def test_a_purge_from_tags_to_result(bench):
    page = bench.page
    bench.press(page.table.tag_all)
    bench.press(page.pager.next)
    bench.settle()
    elsewhere = len(page.tags)
    purged = {page.model.rows[row].id for row in bench.free}
    dialog = purge_all(bench)
    assert dialog.result_shown.batch.purged == len(purged)
    assert dialog.undo.isEnabled()
    assert bench.button(dialog, "result_certificate").isEnabled()
    assert page.listing.query.page == 2, "the same position"
    assert not purged & {row.id for row in page.model.rows}
    assert len(page.tags) == elsewhere, "tags on other pages stay"
    assert f"{187 - len(purged)} candidates" in page.head.sentence
    assert f"{len(purged)} patrons purged." in page.notices.shown("purge").accessibleName()
    bench.press(bench.button(dialog, "result_close"))
    bench.wait(lambda: not bench.open_dialogs("purge_result_dialog"))


def test_those_refused_are_marked_current_and_no_longer_tagged(bench):
    page = bench.page
    bench.press(page.table.tag_all)
    one = page.model.rows[bench.tagged[5]]
    dialog = ask(bench)
    away(lambda: patrons.protect(bench.office, one.id, "repeats the year"))
    bench.qtbot.keyClicks(dialog.count, str(len(dialog.plan.eligible)))
    bench.key(dialog.count, Key.Key_Return)
    result = bench.dialog("purge_result_dialog")
    bench.settle()
    assert [patron.id for patron in result.result_shown.refused] == [one.id]
    assert page.model.rows[page.table.currentIndex().row()].id == one.id
    assert page.model.refused(one.id)
    assert one.id not in page.tags
    assert page.notices.shown("tags") is None, "the result says it already"
    assert f"{one.name} (Flagged to keep)" in page.notices.shown("purge").accessibleName()
    asked: list[object] = []
    page.patron_asked.connect(lambda patron, _every: asked.append(patron))
    view = bench.button(result, "sum_stayed")
    bench.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    assert asked == [one.id]


def test_what_came_in_the_way_before_the_question_is_said_in_it(bench):
    page = bench.page
    rows = [page.model.rows[row] for row in bench.free[:3]]
    for row in bench.free[:3]:
        bench.click_cell(row, Col.TAG)
    away(lambda: patrons.protect(bench.office, rows[0].id, "repeats the year"))
    dialog = ask(bench)
    assert "Purge 2 patrons" in dialog.accept_button.text()
    assert rows[0].name in dialog._held()
    dialog.reject()


def test_undo_asks_and_brings_everybody_back(bench):
    dialog = purge_all(bench)
    number = dialog.result_shown.batch.purged
    bench.press(dialog.undo)
    question = bench.dialog("purge_undo_dialog")
    bench.wait(bench.button(question, "ask_cancel").hasFocus)
    bench.press(bench.button(question, "ask_accept"))
    bench.wait(lambda: "back" in getattr(bench.page.notices.shown("purge"), "accessibleName", str)())
    bench.settle()
    assert f"{number} patrons are back, with " in bench.page.notices.shown("purge").accessibleName()
    assert bench.page.head.sentence == "187 candidates. 99 can go now, 88 have something in the way."


def test_ctrl_z_asks_to_undo_while_the_banner_is_there(bench):
    bench.press(bench.button(purge_all(bench), "result_close"))
    bench.back()
    bench.put(0, Col.PATRON)
    bench.key(bench.page.table, Key.Key_Z, CTRL)
    bench.press(bench.button(bench.dialog("purge_undo_dialog"), "ask_cancel"))
    bench.back()
    bench.press(bench.page.notices.shown("purge").close_button)
    bench.put(0, Col.PATRON)
    bench.key(bench.page.table, Key.Key_Z, CTRL)
    assert not bench.open_dialogs("purge_undo_dialog")


def test_a_clash_is_told_after_an_undo(bench):
    dialog = purge_all(bench)
    gone = dialog.result_shown.purged[0]
    kept = bench.page.model.rows[0].id

    def give():
        with bench.office.database.write() as session:
            session.execute(sa.update(Patron).where(Patron.id == kept).values(barcode=gone.barcode))

    away(give)
    bench.press(dialog.undo)
    asked = bench.dialog("purge_undo_dialog")
    assert f"Barcode {gone.barcode} is " in " ".join(label.text() for label in asked.findChildren(QLabel))
    bench.press(bench.button(asked, "ask_accept"))
    bench.wait(lambda: "Has no barcode" in getattr(bench.page.notices.shown("purge"), "accessibleName", str)())
    bench.settle()
    assert f": Has no barcode: {gone.barcode} is " in bench.page.notices.shown("purge").accessibleName()
    assert not bench.open_dialogs("purge_result_dialog"), "the result was of a purge that is undone"


def test_the_result_is_exported_through_the_save_dialog(bench, tmp_path):
    dialog = purge_all(bench)
    bench.press(dialog.export)
    save = bench.dialog("save_file_dialog")
    assert isinstance(save, QFileDialog)
    name = save.findChild(QLineEdit)
    assert name is not None
    assert "Purged patrons" in name.text()
    name.setText(str(tmp_path / "gone"))
    save.accept()
    file = tmp_path / "gone.xlsx"
    bench.wait(lambda: file.exists() and "Saved" in dialog._saved.text())
    assert file.read_bytes()[:2] == b"PK"


def test_an_export_that_fails_says_so(bench, tmp_path):
    dialog = purge_all(bench)
    bench.press(dialog.export)
    save = bench.dialog("save_file_dialog")
    save.fileSelected.emit(str(tmp_path / "no such folder" / "x.xlsx"))
    save.reject()
    fault = bench.dialog("fault_dialog")
    fault.reject()


def test_stop_keeps_what_is_done_and_leaves_the_rest(bench, monkeypatch):
    page = bench.page
    go_on, reached = threading.Event(), threading.Event()
    monkeypatch.setattr(desks, "CHUNK", 5)
    real = job._purge_or_split

    def slowly(*args):
        real(*args)
        reached.set()
        assert go_on.wait(20)

    monkeypatch.setattr(job, "_purge_or_split", slowly)
    page.purging._show_later.setInterval(0)
    bench.press(page.table.tag_all)
    planned = len(bench.tagged)
    dialog = ask(bench)
    bench.qtbot.keyClicks(dialog.count, str(planned))
    bench.press(dialog.accept_button)
    bench.wait(reached.is_set)
    bench.wait(lambda: page.notices.shown("purge") is not None)
    running = page.notices.shown("purge")
    assert page.bar._first.text() == f"{planned} patrons are being purged"
    assert not page.bar.purge.isEnabled()
    bench.put(bench.free[0], Col.TAG)
    bench.key(page.table, Key.Key_Space)
    assert len(bench.tagged) == planned, "tags cannot be changed meanwhile"
    bench.press(running.stop_button)
    go_on.set()
    result = bench.dialog("purge_result_dialog")
    bench.settle()
    batch = result.result_shown.batch
    assert batch.not_reached > 0
    assert batch.planned == planned == batch.purged + batch.not_reached
    stopped = f"Stopped. {batch.purged} purged, {batch.not_reached} left as they were."
    assert stopped in page.notices.shown("purge").accessibleName()
    assert len(page.tags) == batch.not_reached, "those who were not reached keep their tags"


def test_the_preview_leads_to_the_same_plan(bench):
    page = bench.page
    for row in bench.free[:4]:
        bench.click_cell(row, Col.TAG)
    bench.put(bench.free[0], Col.TAG)
    bench.key(page.table, Key.Key_P, CTRL | SHIFT)
    preview = bench.dialog("purge_preview_dialog")
    assert len(preview.plan.eligible) == 4
    assert bench.button(preview, "sum").accessibleName().startswith("4 planned: 4 can go")
    bench.press(preview.purge)
    confirm = bench.dialog("purge_confirm_dialog")
    assert confirm.plan is preview.plan
    bench.press(confirm.accept_button)
    bench.dialog("purge_result_dialog")
    bench.settle()


def test_without_undo_the_sentence_says_so_and_undo_is_off(bench):
    away(lambda: policy.change_setting(bench.office, "undo_days", "0"))
    away(lambda: policy.change_setting(bench.office, "typed_confirmation_above", "200"))
    bench.page.listing.read()
    bench.settle()
    assert "cannot be taken back" in bench.page.line.words.text()
    dialog = purge_all(bench)
    assert not dialog.undo.isEnabled()
    assert dialog.undo.toolTip()


def test_the_last_candidates_leave_an_empty_page_that_says_when(bench):
    last = bench.page.model.rows[bench.free[0]].id

    def all_but_one_come_back():
        for row in candidates(bench.office, CandidatesQuery(page_size=200)).rows:
            if row.id != last:
                activation.enable(bench.office, row.id)

    away(all_but_one_come_back)
    bench.page.listing.read()
    bench.settle()
    dialog = purge_all(bench)
    bench.press(bench.button(dialog, "result_close"))
    bench.wait(lambda: "Last purge: 1 patron, today." in bench.page.head.sentence)
    bench.settle()
    assert bench.page._nobody.isVisible()
    assert not bench.page.bar.isVisible()
    asked: list[bool] = []
    bench.page.import_asked.connect(lambda: asked.append(True))
    bench.press(bench.button(bench.page, "purge_empty_import"))
    assert asked == [True]
    assert [line.purged for line in away(lambda: batches.list_batches(bench.office))] == [1]


@pytest.mark.parametrize("size", [20, 200])
def test_one_purge_takes_at_most_the_page(make_bench, size):
    bench = make_bench(size=size)
    free = len(bench.free)
    dialog = purge_all(bench)
    assert dialog.result_shown.batch.planned == free <= size
