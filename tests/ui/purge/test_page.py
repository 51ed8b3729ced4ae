"""The page at work: tags, keys, links, paging, filters, widths; with real keys and clicks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QMenu, QToolTip, QWidget

from patrondesk.records.staff import Permission
from patrondesk.services import patrons
from patrondesk.ui.screens.purge.columns import Col
from patrondesk.ui.shell import theme
from tests.ui.purge.conftest import away

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
# The offscreen platform has no stacking and no keyboard to grab, which tips and menus ask for.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)


def test_it_says_where_one_stands(bench):
    page = bench.page
    assert page.head.sentence == "187 candidates. 99 can go now, 88 have something in the way."
    assert page.accessibleDescription() == page.head.sentence
    assert page.pager.total.text() == "1–50 of 187"
    assert page.pager.of.text() == "of 4"
    assert page.bar._first.text() == "Nobody is tagged on this page"
    assert "30 days" in page.line.words.text()


def test_names_of_the_contract_are_there_once(bench):
    for name in (
        "purge_table purge_tag_all purge_page_size purge_first purge_previous purge_next purge_last purge_page_number "
        "purge_total purge_search purge_reason_filter purge_button purge_preview_button"
    ).split():
        assert len(bench.window.findChildren(QWidget, name)) == 1, name


def test_every_control_has_a_name_for_assistive_technology(bench):
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for widget in bench.page.findChildren(kind):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert widget.accessibleName(), widget.objectName()


@pytest.mark.parametrize("column", [Col.TAG, Col.CLASS, Col.STANDING])
def test_space_tags_in_whatever_column_one_is(bench, column):
    row = bench.free[0]
    bench.put(row, column)
    bench.key(bench.page.table, Key.Key_Space)
    assert bench.tagged == [row]
    bench.key(bench.page.table, Key.Key_Space)
    assert bench.tagged == []


def test_the_whole_tag_cell_is_the_target_and_one_press_is_one_tag(bench):
    row, table = bench.free[0], bench.page.table
    cell = table.visualRect(table.model().index(row, Col.TAG))
    for x in range(cell.left() + 1, cell.right(), 4):
        for tagged in ([row], []):
            at = QPoint(x, cell.center().y())
            bench.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
            assert bench.tagged == tagged, f"{x - cell.left()} from the left"


def test_a_locked_box_changes_nothing_and_shows_why(bench):
    row = bench.held[0]
    bench.put(row, Col.TAG)
    bench.key(bench.page.table, Key.Key_Space)
    assert bench.tagged == []
    assert bench.page.model.rows[row].name in QToolTip.text()
    assert bench.page.table.currentIndex().row() == row


def test_marked_rows_are_tagged_together_but_for_the_locked(bench):
    bench.put(0, Col.PATRON)
    for _ in range(9):
        bench.key(bench.page.table, Key.Key_Down, SHIFT)
    bench.key(bench.page.table, Key.Key_Space)
    assert bench.tagged == [row for row in bench.free if row < 10]
    bench.key(bench.page.table, Key.Key_Space)
    assert bench.tagged == []


def test_ctrl_a_tags_all_displayed_and_with_shift_untags(bench):
    bench.put(0, Col.PATRON)
    bench.key(bench.page.table, Key.Key_A, CTRL)
    assert bench.tagged == bench.free
    bench.key(bench.page.table, Key.Key_A, CTRL | SHIFT)
    assert bench.tagged == []


def test_the_heads_box_has_three_states(bench):
    box = bench.page.table.tag_all
    bench.press(box)
    assert bench.tagged == bench.free
    assert box.checkState() == Qt.CheckState.Checked
    assert box.accessibleName() == f"Tag all {len(bench.free)} on this page that can go; {len(bench.free)} tagged"
    bench.click_cell(bench.free[0], Col.TAG)
    assert box.checkState() == Qt.CheckState.PartiallyChecked
    bench.press(box)
    assert box.checkState() == Qt.CheckState.Checked, "from some a press tags all"
    bench.press(box)
    assert bench.tagged == [], "from all a press tags none"


def test_tags_are_remembered_counted_and_named_by_page(bench):
    page = bench.page
    bench.press(page.table.tag_all)
    first = len(bench.free)
    bench.press(page.pager.next)
    bench.settle()
    assert bench.tagged == []
    bench.click_cell(bench.free[0], Col.TAG)
    assert page.bar._first.text() == "1 patron tagged on this page"
    assert page.bar._second.text() == f"{first} more tagged on page 1. They stay as they are; only this page is purged."
    assert page.bar.purge.text() == "Purge checked patrons (1)..."
    bench.press(page.pager.previous)
    bench.settle()
    assert bench.tagged == bench.free
    page.head.search.setText("zzzz")
    bench.wait(lambda: not page.model.rows)
    bench.settle()
    assert len(page.tags) == first + 1, "a search forgets nobody"
    assert not page.bar.purge.isEnabled()
    bench.press(page.bar.clear_link)
    assert len(page.tags) == 0


def test_links_open_by_click_and_by_enter(bench):
    page, table = bench.page, bench.page.table
    asked: list[tuple[str, object]] = []
    page.patron_asked.connect(lambda one, every: asked.append(("patron", (one, len(every)))))
    page.loans_asked.connect(lambda one: asked.append(("loans", one)))
    loans = next(number for number, row in enumerate(page.model.rows) if row.open_loans)
    key = page.model.rows[loans].id
    bench.click_cell(loans, Col.PATRON)
    bench.click_cell(loans, Col.LOANS)
    for column in (Col.PATRON, Col.LOANS, Col.CLASS):
        bench.put(loans, column)
        bench.key(table, Key.Key_Return)
    assert asked == [("patron", (key, 50)), ("loans", key)] * 2
    bench.click_cell(loans, Col.PATRON, SHIFT)
    assert len(asked) == 4, "with Shift a press marks rows"


def test_a_cell_without_loans_is_no_link(bench):
    asked: list[object] = []
    bench.page.loans_asked.connect(asked.append)
    row = next(number for number, one in enumerate(bench.page.model.rows) if not one.open_loans)
    bench.click_cell(row, Col.LOANS)
    bench.put(row, Col.LOANS)
    bench.key(bench.page.table, Key.Key_Return)
    assert asked == []


def test_paging_by_buttons_keys_and_number(bench):
    page, table = bench.page, bench.page.table
    assert not page.pager.previous.isEnabled()
    bench.put(0, Col.PATRON)
    bench.key(table, Key.Key_PageDown, CTRL)
    bench.settle()
    assert page.pager.total.text() == "51–100 of 187"
    bench.key(table, Key.Key_End, CTRL)
    bench.settle()
    assert page.pager.total.text() == "151–187 of 187"
    assert not page.pager.next.isEnabled()
    bench.key(table, Key.Key_Home, CTRL)
    bench.settle()
    assert page.listing.query.page == 1
    bench.key(table, Key.Key_G, CTRL)
    assert page.pager.number.hasFocus()
    bench.qtbot.keyClicks(page.pager.number, "3")
    bench.key(page.pager.number, Key.Key_Return)
    bench.settle()
    assert page.listing.query.page == 3
    page.pager.number.setText("999")
    bench.key(page.pager.number, Key.Key_Return)
    bench.settle()
    assert page.listing.query.page == 4


def test_another_page_size_keeps_what_was_at_the_top(bench):
    page = bench.page
    bench.press(page.pager.last)
    bench.settle()
    top = page.model.rows[0].id
    page.pager.page_size.setCurrentIndex(page.pager.page_size.findData(20))
    bench.settle()
    assert page.model.row_of(top) >= 0
    assert len(page.model.rows) <= 20


def test_search_waits_for_a_pause_and_escape_goes_back(bench):
    page = bench.page
    bench.put(0, Col.PATRON)
    bench.key(page.table, Key.Key_Slash)
    assert page.head.search.hasFocus()
    assert page.head.search.text() == "", "the slash itself is not searched"
    bench.qtbot.keyClicks(page.head.search, "holloway")
    bench.wait(lambda: page.listing.query.search == "holloway")
    bench.settle()
    assert {row.name.split(",")[0] for row in page.model.rows} == {"Holloway"}
    assert "match the search" in page.head.sentence


def test_the_sentences_numbers_filter(bench):
    page = bench.page
    bench.press(page.head.free_link)
    bench.settle()
    assert page.model.rows
    assert all(row.eligible for row in page.model.rows)
    assert page.head.reason.currentText() == "Can go now (99)"
    bench.press(page.head.held_link)
    bench.settle()
    assert not any(row.eligible for row in page.model.rows)
    page.head.reason.setCurrentIndex(page.head.reason.findData("CREDIT"))
    bench.settle()
    assert page.pager.total.text() == "1–4 of 4"
    page.head.reason.setCurrentIndex(0)
    bench.settle()
    assert page.pager.total.text() == "1–50 of 187"


def test_nothing_found_offers_to_clear_the_search(bench):
    page = bench.page
    page.head.search.setText("nobody of that name")
    bench.wait(lambda: not page.model.rows)
    bench.settle()
    assert page._nobody.isVisible()
    bench.press(bench.button(page, "purge_clear_search"))
    bench.settle()
    assert len(page.model.rows) == 50
    assert page.head.search.text() == ""


def test_heads_sort_on_the_server_and_turn_round(bench):
    page = bench.page
    head = page.table.horizontalHeader()

    def press(column):
        at = QPoint(head.sectionViewportPosition(column) + 20, 10)
        bench.qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        bench.settle()

    press(Col.OWES)
    low = page.model.rows[0].balance
    press(Col.OWES)
    assert page.model.rows[0].balance > low
    assert page.listing.query.descending
    press(Col.STANDING)
    assert page.listing.query.sort == "standing"
    standings = [row.eligible for row in page.model.rows]
    assert standings == sorted(standings, reverse=True), "those who can go come first"


def test_an_older_answer_is_dropped(bench):
    page = bench.page
    for number in (2, 3, 4, 2):
        page.listing.go_to(number)
    bench.settle()
    assert page.pager.number.text() == "2"
    assert page.pager.total.text() == "51–100 of 187"


def test_a_tag_is_dropped_with_a_word_when_its_patron_is_held_by_now(bench):
    page = bench.page
    row = bench.free[0]
    one = page.model.rows[row]
    bench.click_cell(row, Col.TAG)
    away(lambda: patrons.protect(bench.office, one.id, "repeats the year"))
    bench.put(row, Col.TAG)
    bench.key(page.table, Key.Key_F5)
    bench.settle()
    assert one.id not in page.tags
    banner = page.notices.shown("tags")
    assert one.name in banner.accessibleName()
    assert "Flagged to keep" in banner.accessibleName()


def test_a_tag_on_another_page_is_dropped_too(bench):
    page = bench.page
    one = page.model.rows[bench.free[0]]
    bench.click_cell(bench.free[0], Col.TAG)
    bench.press(page.pager.next)
    bench.settle()
    away(lambda: patrons.protect(bench.office, one.id, "repeats the year"))
    bench.press(page.pager.next)
    bench.settle()
    assert len(page.tags) == 0
    assert one.name in page.notices.shown("tags").accessibleName()


def test_a_change_elsewhere_reads_again_and_stays_where_one_was(bench):
    page = bench.page
    bench.put(20, Col.CLASS)
    one = page.model.rows[20]
    page._changes.tell("loans")
    bench.settle()
    here = page.table.currentIndex()
    assert (page.model.rows[here.row()].id, here.column()) == (one.id, Col.CLASS)


def test_a_wish_to_tag_is_granted_when_nothing_is_in_the_way(bench):
    page = bench.page
    free, held = page.model.rows[bench.free[0]], page.model.rows[bench.held[0]]
    page.tag_if_possible(free.id)
    page.tag_if_possible(held.id)
    bench.settle()
    assert free.id in page.tags
    assert held.id not in page.tags


def test_ctrl_i_tells_every_reason_and_leads_to_the_loans(bench):
    page = bench.page
    number = next(n for n, row in enumerate(page.model.rows) if len(row.reasons) > 1 and row.open_loans)
    bench.put(number, Col.CLASS)
    bench.key(page.table, Key.Key_I, CTRL)
    dialog = bench.dialog("purge_why_dialog")
    asked: list[object] = []
    page.loans_asked.connect(asked.append)
    bench.press(bench.button(dialog, "reason_loans"))
    assert asked == [page.model.rows[number].id]
    bench.wait(lambda: not bench.open_dialogs("purge_why_dialog"))


def open_menu(bench, number: int) -> dict[str, Any]:
    bench.put(number, Col.PATRON)
    bench.key(bench.page.table, Key.Key_Menu)
    menu = bench.page.findChildren(QMenu, "purge_row_menu")[-1]
    return {action.text(): action for action in menu.actions() if action.text()} | {"": menu}


def test_the_menu_sets_a_reason_aside_with_a_comment(bench):
    page = bench.page
    number = next(n for n, row in enumerate(page.model.rows) if [r.code for r in row.reasons] == ["BALANCE_DUE"])
    key = page.model.rows[number].id
    menu = open_menu(bench, number)
    menu["Override..."].trigger()
    menu[""].close()
    dialog = bench.dialog("purge_override_dialog")
    bench.press(bench.button(dialog, "override_accept"))
    assert dialog.comment.error.startswith("Say why")
    bench.qtbot.keyClicks(bench.button(dialog, "override_comment"), "paid at the office")
    bench.press(bench.button(dialog, "override_accept"))
    bench.wait(lambda: page.model.rows[page.model.row_of(key)].eligible)
    bench.settle()
    menu = open_menu(bench, page.model.row_of(key))
    next(action for words, action in menu.items() if words.startswith("Withdraw override")).trigger()
    menu[""].close()
    bench.press(bench.button(bench.dialog("purge_withdraw_dialog"), "ask_accept"))
    bench.wait(lambda: not page.model.rows[page.model.row_of(key)].eligible)
    bench.settle()


def test_the_menu_keeps_a_patron(bench):
    page = bench.page
    key = page.model.rows[bench.free[0]].id
    menu = open_menu(bench, bench.free[0])
    menu["Keep..."].trigger()
    menu[""].close()
    dialog = bench.dialog("purge_protect_dialog")
    bench.qtbot.keyClicks(bench.button(dialog, "protect_reason"), "repeats the year")
    bench.press(bench.button(dialog, "protect_accept"))
    bench.wait(lambda: not page.model.rows[page.model.row_of(key)].eligible)
    bench.settle()


def test_who_may_not_purge_is_told_why(make_bench, office):
    actor = office.actor
    looking = replace(actor, permissions=frozenset({Permission.VIEW_PATRONS}))
    bench = make_bench(who=office.signed_in(looking))
    bench.press(bench.page.table.tag_all)
    assert not bench.page.bar.purge.isEnabled()
    assert "may look here" in bench.page.bar.purge.toolTip()
    number = next(n for n, row in enumerate(bench.page.model.rows) if row.reasons)
    menu = open_menu(bench, number)
    off = [action for words, action in menu.items() if words.startswith("Override...")]
    assert not off[0].isEnabled()
    assert "may not set reasons aside" in off[0].text()
    menu[""].close()


def test_the_line_on_taking_back_can_be_read_again_at_any_time(bench):
    page = bench.page
    assert page.line.isVisible()
    bench.press(page.line.close_button)
    assert not page.line.isVisible()
    assert page.head.info_button.isVisible()
    bench.press(page.head.info_button)
    assert page.line.isVisible()


def test_wide_windows_have_a_panel_for_the_current_row(make_bench):
    bench = make_bench(1920, 1080)
    page = bench.page
    bench.wait(page.panel.isVisible)
    number = next(n for n, row in enumerate(page.model.rows) if row.open_loans)
    bench.put(number, Col.PATRON)
    assert page.model.rows[number].name in page.panel._name.text()
    asked: list[object] = []
    page.loans_asked.connect(asked.append)

    def ways():
        return [button for button in page.panel.findChildren(QAbstractButton, "reason_loans") if button.isVisible()]

    bench.wait(ways)
    bench.press(ways()[0])
    assert asked == [page.model.rows[number].id]
    assert not page.table.isColumnHidden(Col.TYPE)
    bench.press(page.panel.close_button)
    assert not page.panel.isVisible()


@pytest.mark.parametrize("text_size", [100, 130])
def test_a_window_can_become_narrow_again(make_bench, qapp, text_size):
    bench = make_bench(1920, 1080)
    theme.apply(qapp, "light", text_size)
    bench.window.resize(1366, 768)
    assert bench.window.width() == 1366
    assert not bench.page.panel.isVisible()
    bench.window.resize(1100, 700)
    assert bench.window.width() == 1100


def test_narrow_windows_fold_the_barcode_under_the_name(make_bench):
    bench = make_bench(1024, 700)
    page = bench.page
    assert page.table.isColumnHidden(Col.BARCODE)
    assert page.table.isColumnHidden(Col.DEACTIVATED)
    assert Col.BARCODE in page.model.away
    assert not page.line.isVisible()
    assert page.head.info_button.isVisible()


def test_a_library_that_cannot_be_read_says_so_and_offers_to_try_again(make_bench, monkeypatch):
    from patrondesk.errors import Busy
    from patrondesk.services import candidates

    bench = make_bench()
    real = candidates.candidates

    def broken(*_args):
        raise Busy("Someone else is working in this library file.", "Try again in a moment.")

    monkeypatch.setattr(candidates, "candidates", broken)
    bench.page.listing.read()
    bench.settle()
    banner = bench.page.notices.shown("read")
    assert "Someone else" in banner.accessibleName()
    assert len(bench.page.model.rows) == 50, "what was there stays"
    monkeypatch.setattr(candidates, "candidates", real)
    bench.press(bench.button(banner, "purge_try_again"))
    bench.settle()
    assert bench.page.notices.shown("read") is None
