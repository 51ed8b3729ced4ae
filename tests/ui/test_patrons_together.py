"""The Patrons page beyond the list: filters with their chips, order, marks, changes together, cohorts, export."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from patrondesk.records.patron_lists import PatronFilter
from patrondesk.records.staff import Permission
from patrondesk.services import adding, cohorts, patrons
from patrondesk.services.patron_listing import list_patrons
from patrondesk.ui.screens.patrons import listing
from tests.ui.school import button, is_shown, shown
from tests.ui.test_patrons_list import LEFT, Shelf, names, school, search  # noqa: F401 - fixtures too

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def people(school):  # noqa: F811
    """Four more: two of them active in a cohort."""
    made = school.patron("Adams", "Zoe", "zadams", enabled=True)
    adding.add_with_fields(school.office, {"family_name": "Berg", "username": "b", "cohort": "Class of 2026", "homeroom": "7B"})
    adding.add_with_fields(school.office, {"family_name": "Carr", "username": "c", "cohort": "Class of 2026", "homeroom": "7B"})
    school.fine(made, 500)
    return school


@pytest.fixture
def shelf(qtbot, people):
    made = Shelf(qtbot, people.office)
    yield made
    assert made.runner.close()


@pytest.fixture
def page(shelf):
    return shelf()


def settled(qtbot, shelf):
    qtbot.waitUntil(lambda: shelf.runner.idle)


def test_filters_are_set_in_the_dialog_told_as_chips_and_taken_away(qtbot, shelf, page):
    page.search.setFocus()
    qtbot.mouseClick(button(page, "patrons_filter"), LEFT)
    form = shown(page, "patrons_filter_dialog")
    room = shown(form, "filter_homeroom", QComboBox)
    room.setCurrentIndex(room.findData("12C"))
    qtbot.keyClick(shown(form, "filter_owes"), Qt.Key.Key_Space)
    qtbot.keyClicks(shown(form, "filter_expires_before", QLineEdit), "4/5/2027")
    qtbot.mouseClick(button(form, "filter_accept"), LEFT)
    assert form.isVisible()  # which of the two is the month?
    shown(form, "filter_expires_before", QLineEdit).clear()
    qtbot.mouseClick(button(form, "filter_accept"), LEFT)
    qtbot.waitUntil(lambda: names(page) == ["Adams, Zoe"])
    assert page.query.filter == PatronFilter(homeroom="12C", owes=True)
    away = button(page, "patrons_without_owes")
    assert away.accessibleName() == "Take away the filter Owes money"
    qtbot.mouseClick(away, LEFT)
    qtbot.waitUntil(lambda: names(page) == ["Adams, Zoe", "Hernández, Lucía", "Ihaka, Wiremu"])
    qtbot.mouseClick(button(page, "patrons_clear_filters"), LEFT)
    qtbot.waitUntil(lambda: len(names(page)) == 6)
    assert not is_shown("patrons_filters")


def test_a_heading_sorts_and_a_second_press_turns_it_round(qtbot, shelf, page):
    head = page.table.horizontalHeader()
    at = head.sectionViewportPosition(1) + 20

    def press():
        qtbot.mouseClick(head.viewport(), LEFT, pos=head.viewport().rect().topLeft() + type(head.pos())(at, 10))

    press()
    qtbot.waitUntil(lambda: names(page)[:2] == ["Hernández, Lucía", "Ihaka, Wiremu"])  # the only ones with a barcode
    press()
    qtbot.waitUntil(lambda: names(page)[:2] == ["Ihaka, Wiremu", "Hernández, Lucía"])
    assert head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder


def test_rows_are_marked_by_keys_and_changed_together(qtbot, people, shelf, page):
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.rows.index(0, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
    assert shown(page, "patrons_marked").text() == "3 patrons marked"
    qtbot.mouseClick(button(page, "patrons_together"), LEFT)
    form = shown(page, "bulk_dialog")
    action = shown(form, "bulk_action", QComboBox)
    action.setCurrentIndex(action.findText("Block"))
    assert not button(form, "bulk_apply").isEnabled()
    qtbot.keyClicks(shown(form, "bulk_text", QLineEdit), "camera")
    qtbot.waitUntil(lambda: button(form, "bulk_apply").text() == "Block 3 patrons")
    assert "3 selected; 3 to be blocked" in shown(form, "bulk_preview_sum").accessibleName()
    qtbot.mouseClick(button(form, "bulk_apply"), LEFT)
    qtbot.waitUntil(lambda: not is_shown("bulk_dialog"))
    settled(qtbot, shelf)
    blocked = [row.name for row in list_patrons(people.office, chosen=PatronFilter(blocked=True)).rows]
    assert blocked == ["Adams, Zoe", "Berg", "Carr"]
    assert page.head.accessibleDescription() == "6 patrons, 1 deactivated, 3 blocked."
    qtbot.mouseClick(button(page, "patrons_show_blocked"), LEFT)
    qtbot.waitUntil(lambda: names(page) == blocked)


def test_everybody_on_the_list_is_changed_and_who_is_spared_is_told(qtbot, people, shelf, page):
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_A, CTRL)
    assert shown(page, "patrons_marked").text() == "6 patrons marked"
    qtbot.mouseClick(button(page, "patrons_together"), LEFT)
    form = shown(page, "bulk_dialog")
    qtbot.mouseClick(shown(form, "bulk_everybody"), LEFT)
    qtbot.keyClicks(shown(form, "bulk_text", QLineEdit), "the school closes")
    qtbot.waitUntil(lambda: button(form, "bulk_apply").text() == "Deactivate 4 patrons")
    assert "Left as they are: your own account. Okafor, May" in shown(form, "bulk_preview_spared").text()
    qtbot.mouseClick(button(form, "bulk_apply"), LEFT)
    qtbot.waitUntil(lambda: page.head.accessibleDescription().startswith("6 patrons, 5 deactivated"))


def test_nobody_is_meant_until_it_is_said(qtbot, people, shelf, page):
    page.table.clearSelection()
    qtbot.mouseClick(button(page, "patrons_together"), LEFT)
    form = shown(page, "bulk_dialog")
    qtbot.waitUntil(lambda: "Say who is meant" in button(form, "bulk_apply").toolTip())
    assert not button(form, "bulk_apply").isEnabled()
    qtbot.mouseClick(shown(form, "bulk_everybody"), LEFT)
    qtbot.waitUntil(lambda: button(form, "bulk_apply").text() == "Deactivate 4 patrons")
    qtbot.keyClick(form, Qt.Key.Key_Escape)


def test_a_group_is_chosen_and_a_room_is_typed(qtbot, people, shelf, page):
    page.table.selectAll()
    qtbot.mouseClick(button(page, "patrons_together"), LEFT)
    form = shown(page, "bulk_dialog")
    action = shown(form, "bulk_action", QComboBox)
    action.setCurrentIndex(action.findText("Set the homeroom"))
    shown(form, "bulk_name", QComboBox).lineEdit().selectAll()
    qtbot.keyClicks(shown(form, "bulk_name", QComboBox).lineEdit(), "8Q")
    qtbot.waitUntil(lambda: button(form, "bulk_apply").text() == "Change 6 patrons")
    qtbot.mouseClick(button(form, "bulk_apply"), LEFT)
    qtbot.waitUntil(lambda: not is_shown("bulk_dialog"))
    settled(qtbot, shelf)
    assert {row.homeroom for row in page.table.rows.records} == {"8Q"}
    search(qtbot, shelf, page, "8q")
    assert len(names(page)) == 6


def test_only_what_is_permitted_is_offered(people, qtbot, shelf):
    actor = people.office.actor
    rights = frozenset({Permission.VIEW_PATRONS, Permission.BLOCK})
    page = shelf(people.office.signed_in(replace(actor, permissions=rights)))
    qtbot.mouseClick(button(page, "patrons_together"), LEFT)
    action = shown(page, "bulk_action", QComboBox)
    assert [action.itemText(row) for row in range(action.count())] == ["Block", "Unblock"]


def test_a_cohort_is_switched_off_and_on_by_keys(qtbot, people, shelf, page):
    qtbot.keyClick(button(page, "patrons_cohorts"), Qt.Key.Key_Return)
    dialog = shown(page, "cohorts_dialog")
    qtbot.waitUntil(lambda: dialog.current() is not None)
    assert not button(dialog, "cohorts_on").isEnabled()
    qtbot.keyClick(button(dialog, "cohorts_off"), Qt.Key.Key_Return)
    form = shown(dialog, "cohort_switch_dialog")
    qtbot.keyClicks(shown(form, "cohort_reason", QLineEdit), "graduated")
    qtbot.waitUntil(lambda: button(form, "cohort_apply").text() == "Deactivate 2 patrons")
    qtbot.keyClick(button(form, "cohort_apply"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: button(dialog, "cohorts_on").isEnabled())
    (line,) = cohorts.list_cohorts(people.office)
    assert (line.enabled, line.switched_off) == (0, 2)
    qtbot.keyClick(button(dialog, "cohorts_on"), Qt.Key.Key_Return)
    form = shown(dialog, "cohort_switch_dialog")
    qtbot.waitUntil(lambda: button(form, "cohort_apply").text() == "Enable 2 patrons")
    qtbot.keyClick(button(form, "cohort_apply"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: button(dialog, "cohorts_off").isEnabled())
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(page) == ["Berg", "Carr"])


def test_a_cohort_is_made_and_renamed(qtbot, people, shelf, page):
    qtbot.mouseClick(button(page, "patrons_cohorts"), LEFT)
    dialog = shown(page, "cohorts_dialog")
    settled(qtbot, shelf)
    qtbot.mouseClick(button(dialog, "cohorts_add"), LEFT)
    form = shown(dialog, "cohort_form")
    qtbot.keyClicks(shown(form, "cohort_name", QLineEdit), "Class of 2026")
    qtbot.keyClick(shown(form, "cohort_day", QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "already" in shown(form, "cohort_name").accessibleDescription())
    qtbot.keyClicks(shown(form, "cohort_name", QLineEdit), "0")
    qtbot.keyClicks(shown(form, "cohort_day", QLineEdit), "30 June 2030")
    qtbot.keyClick(shown(form, "cohort_day", QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.current() is not None and dialog.current().name == "Class of 20260")
    qtbot.mouseClick(button(dialog, "cohorts_change"), LEFT)
    form = shown(dialog, "cohort_form")
    qtbot.keyClick(shown(form, "cohort_name", QLineEdit), Qt.Key.Key_Backspace)
    shown(form, "cohort_name", QLineEdit).setText("Class of 2030")
    qtbot.mouseClick(button(form, "cohort_form_accept"), LEFT)
    qtbot.waitUntil(lambda: dialog.current().name == "Class of 2030")


def test_the_list_is_saved_as_a_file_without_live_formulas(qtbot, people, shelf, page, tmp_path):
    adding.add_with_fields(people.office, {"family_name": "=1+1", "username": "x"})
    search(qtbot, shelf, page, "=1")
    settled(qtbot, shelf)
    qtbot.mouseClick(button(page, "patrons_export"), LEFT)
    dialog = shown(page, "patrons_export_dialog", QFileDialog)
    target = tmp_path / "list.csv"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    qtbot.waitUntil(lambda: is_shown("banner_done"))
    rows = list(csv.reader(target.read_text(encoding="utf-8-sig").splitlines()))
    saved = [row[0] for row in rows[1:] if len(row) > 1]  # the last line says that the day is a rehearsal's
    assert saved == [("'" if name.startswith("=") else "") + name for name in names(page)]
    assert "'=1+1" in saved


def test_what_is_not_counted_to_its_end_is_told_so(qtbot, people, shelf, page, monkeypatch):
    monkeypatch.setattr(listing, "AT_MOST", 20)
    for number in range(30):
        patrons.add_patron(people.office, patrons.NewPatron(family_name=f"Aa{number:02d}", username=f"a{number}"))
    page.pager.rows_box.setCurrentIndex(page.pager.rows_box.findData(20))
    search(qtbot, shelf, page, "a")
    qtbot.waitUntil(lambda: page.pager.total.text() == "1–20 of more than 20")
    assert page.pager.next.isEnabled()
    assert not page.pager.last.isEnabled()
    qtbot.mouseClick(page.pager.next, LEFT)
    qtbot.waitUntil(lambda: page.pager.total.text().startswith("21–"))
