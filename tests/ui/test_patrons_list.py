"""The Patrons page: searched, filtered, paged, opened, added to; with real keys and clicks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMainWindow

from patrondesk.records.staff import Permission
from patrondesk.services import activation, patron_listing, patrons
from patrondesk.services.patrons import NewPatron
from patrondesk.ui.screens.patrons.list_page import PatronsPage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.school import button, here, open_school, shown

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def school(qapp, sqlite_template, tmp_path):
    theme.apply(qapp, "light")
    made = open_school(sqlite_template, tmp_path)
    made.patron("Ihaka", "Wiremu", "wihaka08", barcode="P020447")
    made.patron("Hernández", "Lucía", "lhernan01", barcode="P020410", enabled=True)
    yield made
    made.office.database.close()


class Shelf:
    """A window of 1366 by 768 that shows the page and waits until it has read."""

    def __init__(self, qtbot, office):
        self.qtbot, self.office = qtbot, office
        self.window = QMainWindow()
        self.window.resize(1366, 768)
        qtbot.addWidget(self.window)
        self.runner, self.changes = Runner(self.window, collect=False), Changes(self.window)

    def __call__(self, office=None):
        page = PatronsPage(office or self.office, self.runner, self.changes)
        self.window.setCentralWidget(page)
        self.window.show()
        self.window.activateWindow()
        self.settled(page)
        return page

    def settled(self, page):
        self.qtbot.waitUntil(lambda: self.runner.idle and bool(page.pager.total.text()))


@pytest.fixture
def shelf(qtbot, school):
    made = Shelf(qtbot, school.office)
    yield made
    assert made.runner.close()


def names(page):
    return [row.name for row in page.table.rows.records]


def search(qtbot, shelf, page, typed):
    page.search.clear()
    qtbot.keyClicks(page.search, typed)
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    shelf.settled(page)


def test_everybody_is_listed_with_what_one_must_know(shelf):
    page = shelf()
    assert names(page) == ["Hernández, Lucía", "Ihaka, Wiremu", "Okafor, May"]
    model = page.table.rows
    said = [model.index(1, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(7)]
    assert said == ["Link, Ihaka, Wiremu, wihaka08", "P020447", "Student", "Year 12, 12C", "none", "Deactivated", "none"]
    assert model.index(0, 5).data() == "Active"
    assert page.head.accessibleDescription() == "3 patrons, 1 deactivated."


def test_search_follows_the_typing(qtbot, shelf):
    page = shelf()
    qtbot.keyClicks(page.search, "lucia")
    qtbot.waitUntil(lambda: names(page) == ["Hernández, Lucía"], timeout=3000)


def test_the_keyboard_reaches_the_search(qtbot, shelf):
    page = shelf()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()


def test_nothing_found_says_what_was_looked_for_and_clears(qtbot, shelf):
    page = shelf()
    search(qtbot, shelf, page, "zzz")
    assert shown(page, "patrons_nothing").accessibleName() == "Nothing found for “zzz”."
    qtbot.mouseClick(button(page, "patrons_clear"), LEFT)
    qtbot.waitUntil(lambda: len(names(page)) == 3)
    assert page.search.text() == ""


def test_the_state_filters_and_the_number_in_the_sentence_does_too(qtbot, shelf):
    page = shelf()
    qtbot.mouseClick(button(page, "patrons_show_deactivated"), LEFT)
    qtbot.waitUntil(lambda: names(page) == ["Ihaka, Wiremu"])
    assert page.state.currentText() == "Deactivated"
    qtbot.keyClick(page.state, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: names(page) == [])
    assert shown(page, "patrons_nothing").accessibleName() == "Nobody is “owing money” now."


def test_an_old_card_still_finds_and_is_marked(qtbot, school, shelf):
    school.old_card(patrons.find_patron_id(school.office, "wihaka08"), "K100001")
    page = shelf()
    search(qtbot, shelf, page, "K100001")
    model = page.table.rows
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "P020447, Old card K100001"
    page.table.set_room(1024)
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Link, Ihaka, Wiremu, wihaka08 · Old card K100001"


def test_enter_and_click_open_the_patron_with_the_ids_of_the_page(qtbot, shelf):
    page = shelf()
    ids = tuple(row.id for row in page.table.rows.records)
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.rows.index(1, 3))
    with qtbot.waitSignal(page.patron_asked) as got:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert got.args == [ids[1], ids]
    place = page.table.visualRect(page.table.rows.index(2, 0)).center()
    with qtbot.waitSignal(page.patron_asked) as got:
        qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    assert got.args[0] == ids[2]


def test_pages_are_turned_by_button_and_key(qtbot, school, shelf):
    for number in range(25):
        patrons.add_patron(school.office, NewPatron(family_name=f"Aa{number:02d}", username=f"a{number}"))
    page = shelf()
    page.pager.rows_box.setCurrentIndex(page.pager.rows_box.findData(20))
    qtbot.waitUntil(lambda: len(names(page)) == 20)
    assert page.pager.total.text() == "1–20 of 28"
    assert not page.pager.previous.isEnabled()
    qtbot.mouseClick(button(page, "patrons_next"), LEFT)
    qtbot.waitUntil(lambda: len(names(page)) == 8)
    assert page.pager.number.text() == "2"
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(names(page)) == 20)
    page.pager.number.setText("9")
    qtbot.keyClick(page.pager.number, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.pager.number.text() == "2" and len(names(page)) == 8)


def test_a_change_elsewhere_is_read_again(qtbot, school, shelf):
    page = shelf()
    activation.enable(school.office, patrons.find_patron_id(school.office, "wihaka08"))
    shelf.changes.tell("patrons")
    qtbot.waitUntil(lambda: page.table.rows.index(1, 5).data() == "Active")


def test_the_other_ways_in(qtbot, shelf):
    page = shelf()
    with qtbot.waitSignal(page.import_asked):
        qtbot.mouseClick(button(page, "patrons_import"), LEFT)


def test_a_button_without_the_right_says_so(school, shelf):
    actor = school.office.actor
    page = shelf(school.office.signed_in(replace(actor, permissions=frozenset({Permission.VIEW_PATRONS}))))
    for name in ("patrons_import", "patrons_together", "patrons_add"):
        assert not button(page, name).isEnabled()
        assert button(page, name).toolTip().startswith("You may not ")


def form_of(qtbot, shelf, page):
    qtbot.mouseClick(button(page, "patrons_add"), LEFT)
    qtbot.waitUntil(lambda: shelf.runner.idle)
    return shown(page, "add_patron_dialog")


def errors_of(form):
    return " ".join(label.text() for label in form.findChildren(QLabel) if label.isVisible())


def test_a_patron_is_added_by_hand(qtbot, school, shelf):
    page = shelf()
    form = form_of(qtbot, shelf, page)
    shown(form, "add_family_name", QLineEdit).setText("Nguyễn")  # which has no key of its own
    for name, typed in (("given_name", "Mai"), ("barcode", "P9"), ("birth_date", "9 May 2010")):
        qtbot.keyClicks(shown(form, f"add_{name}", QLineEdit), typed)
    level = shown(form, "add_year_level", QComboBox)
    assert level.findText("Year 12") > 0
    level.setCurrentText("Year 12")
    with qtbot.waitSignal(form.added) as got:
        qtbot.mouseClick(button(form, "add_accept"), LEFT)
    details = patrons.read_details(school.office, got.args[0])
    assert (details.name, details.barcode, details.year_level, details.patron_type) == ("Nguyễn, Mai", "P9", "Year 12", "student")
    assert details.birth_date == dt.date(2010, 5, 9)
    qtbot.waitUntil(lambda: "Nguyễn, Mai" in names(page))
    assert page.table.current().id == got.args[0]
    with qtbot.waitSignal(page.patron_asked):
        qtbot.mouseClick(button(page, "patrons_open_added"), LEFT)


def test_what_is_wrong_is_said_beside_its_field(qtbot, shelf):
    page = shelf()
    form = form_of(qtbot, shelf, page)
    for name, typed in (("email", "nobody"), ("birth_date", "31 Feb 2010"), ("expiry_date", "4/5/2027")):
        qtbot.keyClicks(shown(form, f"add_{name}", QLineEdit), typed)
    qtbot.mouseClick(button(form, "add_accept"), LEFT)
    qtbot.waitUntil(lambda: "family name." in errors_of(form))
    said = errors_of(form)
    for sentence in (
        "A patron needs a family name.", "A patron needs one of barcode, username and District ID.",
        "Write it as name@school.org.",
        "There is no such day. Write it as 31 Dec 2026.", "Write the month as a word, such as 31 Dec 2026.",
    ):  # fmt: skip
        assert sentence in said
    assert here() is shown(form, "add_family_name")
    assert form.isVisible()
    assert patron_listing.list_patrons(shelf.office).total == 3


def test_a_key_that_is_taken_is_said_at_that_key(qtbot, shelf):
    page = shelf()
    form = form_of(qtbot, shelf, page)
    qtbot.keyClicks(shown(form, "add_family_name", QLineEdit), "Twin")
    qtbot.keyClicks(shown(form, "add_barcode", QLineEdit), "P020447")
    qtbot.mouseClick(button(form, "add_accept"), LEFT)
    qtbot.waitUntil(lambda: "This barcode is already used by another patron: Ihaka, Wiremu." in errors_of(form))
    assert shown(form, "add_barcode", QLineEdit).property("wrong") is True
    assert shown(form, "add_family_name", QLineEdit).text() == "Twin"


def test_every_stop_of_tab_has_a_name(qtbot, shelf):
    page = shelf()
    page.search.setFocus()
    order = []
    for _ in range(11):
        stop = here()
        assert stop.accessibleName(), stop
        order.append(stop.objectName())
        qtbot.keyClick(stop, Qt.Key.Key_Tab)
    assert order == [
        "patrons_search", "patrons_state", "patrons_filter", "patrons_table", "patrons_page_size", "patrons_page_number",
        "patrons_together", "patrons_cohorts", "patrons_export", "patrons_import", "patrons_add",
    ]  # fmt: skip


def test_a_narrow_window_folds_columns_away(qtbot, shelf):
    page = shelf()
    assert not page.table.isColumnHidden(1)
    shelf.window.resize(1024, 700)
    qtbot.waitUntil(lambda: page.table.isColumnHidden(1) and page.table.isColumnHidden(4))
    assert "P020447" in page.table.rows.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_every_field_of_a_new_patron_is_kept(qtbot, school, shelf):
    page = shelf()
    form = form_of(qtbot, shelf, page)
    typed = {
        "family_name": "Tautahi", "given_name": "Wikitoria", "preferred_name": "Wiki", "username": "wtau", "phone": "555 0199",
        "graduation_year": "2031", "expiry_date": "31 Dec 2030", "guarantor": "wihaka08", "access_level": "Standard",
    }  # fmt: skip
    for name, words in typed.items():
        shown(form, f"add_{name}", QLineEdit).setText(words)
    for name, words in (("cohort", "Class of 2031"), ("user_group", "Seniors"), ("homeroom", "12C")):
        shown(form, f"add_{name}", QComboBox).setCurrentText(words)
    gender = shown(form, "add_gender", QComboBox)
    gender.setCurrentIndex(gender.findData("female"))
    with qtbot.waitSignal(form.added) as got:
        qtbot.mouseClick(button(form, "add_accept"), LEFT)
    kept = patrons.read_details(school.office, got.args[0])
    assert (kept.name, kept.gender, kept.cohort, kept.user_group) == ("Tautahi, Wiki", "female", "Class of 2031", "Seniors")
    assert (kept.guarantor, kept.graduation_year, kept.expiry_date) == ("Ihaka, Wiremu", 2031, dt.date(2030, 12, 31))
    assert (kept.account_type, kept.access_level, kept.phone) == ("internal", "Standard", "555 0199")
