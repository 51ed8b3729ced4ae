"""A patron's details: sections, what is in the way, deactivating, keeping, taking back; with real keys and clicks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from patrondesk.records.staff import Permission
from patrondesk.services import fines, loans, patrons
from patrondesk.ui.shell import theme
from tests.ui.details import ALT, LEFT, Shown, press, said
from tests.ui.school import button, here, is_shown, open_school, shown


@pytest.fixture
def school(qapp, sqlite_template, tmp_path):
    theme.apply(qapp, "light")
    made = open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def wiremu(school):
    return school.patron("Ihaka", "Wiremu", "wihaka08", barcode="P020447")


@pytest.fixture
def page(qtbot, school):
    made = Shown(qtbot, school.office)
    yield made
    assert made.runner.close()


def test_the_head_says_who_it_is_and_how_the_account_stands(page, wiremu):
    page.go(wiremu)
    words = said(page.head)
    assert "Ihaka, Wiremu" in words
    assert "P020447 · wihaka08 · Student · Year 12, 12C" in words
    assert "by M. Okafor: graduated." in words
    assert page.head.accessibleDescription().startswith("Deactivated, Deactivated ")


def test_one_goes_back_and_through_the_page_one_came_from(qtbot, school, page, wiremu):
    other = school.patron("Jovanović", "Miloš", "mjovan15")
    page.go(wiremu, (wiremu, other))
    assert "1 of 2 on this page" in said(page.way)
    assert button(page, "details_back").accessibleName() == "Back to User Purge"
    assert not button(page, "details_previous").isEnabled()
    qtbot.keyClick(here(), Qt.Key.Key_Down, ALT)
    qtbot.waitUntil(lambda: page.runner.idle and "Jovanović, Miloš" in said(page.head))
    assert page.patron_id == other
    press(qtbot, page, "details_previous")
    assert "Ihaka, Wiremu" in said(page.head)
    with qtbot.waitSignal(page.back_asked):
        qtbot.keyClick(here(), Qt.Key.Key_Left, ALT)
    with qtbot.waitSignal(page.back_asked):
        qtbot.mouseClick(button(page, "details_back"), LEFT)


def test_what_is_in_the_way_says_what_lifts_it_and_leads_there(qtbot, school, page, wiremu):
    school.loan(wiremu, "The Wild Robot", 1890)
    school.fine(wiremu, 1850)
    page.go(wiremu)
    card = shown(page, "details_in_the_way")
    assert "Return them, or mark them lost." in said(card)
    assert button(card, "reason_open_loans").text() == "1 item currently on loan - showing"
    with qtbot.waitSignal(page.loans_asked) as got:
        qtbot.mouseClick(button(card, "reason_open_loans"), LEFT)
    assert got.args == [wiremu]
    qtbot.mouseClick(button(card, "reason_balance_due"), LEFT)
    assert shown(page, "details_fines_table").isVisible()


def test_nothing_in_the_way_is_said(page, wiremu):
    page.go(wiremu)
    assert "Nothing. This patron can go now." in said(shown(page, "details_in_the_way"))


def test_the_debt_block_says_how_much_lifts_it(qtbot, school, page, wiremu):
    school.set("debt_block_limit", "10.00")
    school.fine(wiremu, 1850)
    page.go(wiremu)
    assert "Owes $18.50. The limit is $10.00." in said(page.side)
    assert "Lifts by itself when $8.51 is paid or waived. It cannot be lifted by hand." in said(page.side)
    assert "Debt block" in said(page.head)
    qtbot.mouseClick(button(page, "details_go_to_fines"), LEFT)
    assert is_shown("details_fines_table")


def test_a_patron_is_enabled_and_deactivated_with_a_reason(qtbot, school, page, wiremu):
    page.go(wiremu)
    with qtbot.waitSignal(page.changes.changed) as told:
        press(qtbot, page, "details_enable")
    assert told.args[0].touches("patrons")
    assert patrons.read_details(school.office, wiremu).enabled
    qtbot.waitUntil(lambda: button(page, "details_enable").text() == "Deactivate...")
    qtbot.mouseClick(button(page, "details_enable"), LEFT)
    asked = shown(page, "disable_dialog")
    qtbot.keyClicks(shown(asked, "disable_reason", QLineEdit), "Moved away")
    qtbot.mouseClick(button(asked, "disable_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and button(page, "details_enable").text() == "Enable")
    details = patrons.read_details(school.office, wiremu)
    assert (details.enabled, details.deactivated_reason) == (False, "Moved away")
    assert "Wiremu is deactivated and waits on the User Purge page." in said(page)


def test_nobody_deactivates_themselves(school, page):
    page.go(school.office.actor.id)
    assert not button(page, "details_enable").isEnabled()
    assert "You cannot deactivate your own account." in said(page.head)


def test_without_the_rights_the_buttons_say_so(qtbot, school, wiremu):
    actor = school.office.actor
    other = Shown(qtbot, school.office.signed_in(replace(actor, permissions=frozenset({Permission.VIEW_PATRONS}))))
    other.go(wiremu)
    for name in ("details_enable", "details_protect"):
        assert not button(other, name).isEnabled()
        assert "An administrator of the library can give you that right." in button(other, name).toolTip()
    assert other.runner.close()


def test_a_patron_is_kept_with_a_reason_and_let_go_again(qtbot, school, page, wiremu):
    page.go(wiremu)
    qtbot.mouseClick(button(page, "details_protect"), LEFT)
    asked = shown(page, "protect_dialog")
    qtbot.keyClicks(shown(asked, "protect_until", QLineEdit), "1 Jan 2020")
    qtbot.mouseClick(button(asked, "protect_accept"), LEFT)
    assert "Say why this patron must be kept." in said(asked)
    assert "That day has passed. Choose 4 Dec 2026 or a later one." in said(asked)
    shown(asked, "protect_until", QLineEdit).setText("31 Jan 2027")
    qtbot.keyClicks(shown(asked, "protect_reason", QLineEdit), "Exchange year")
    qtbot.mouseClick(button(asked, "protect_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and button(page, "details_protect").text() == "End keeping...")
    (keep,) = patrons.read_details(school.office, wiremu).protections
    assert (keep.reason, keep.until, keep.active) == ("Exchange year", dt.date(2027, 1, 31), True)
    qtbot.waitUntil(lambda: "“Exchange year”" in said(page.side))
    assert "Flagged to keep" in said(shown(page, "details_in_the_way"))
    qtbot.mouseClick(button(page, "details_protect"), LEFT)
    asked = shown(page, "unprotect_dialog")
    qtbot.mouseClick(button(asked, "ask_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and button(page, "details_protect").text() == "Keep...")
    assert not patrons.read_details(school.office, wiremu).protections[0].active


def test_a_wrong_mark_is_taken_back_in_the_loans_section(qtbot, school, page, wiremu):
    school.loan(wiremu, "The Wild Robot", 1890)
    loans.mark_all_lost(school.office, wiremu)
    page.go(wiremu)
    page.show_section("loans")
    table = shown(page, "details_past_loans")
    assert table.model().index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole) == "Link, take back: The Wild Robot is not lost"
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 3))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_open_loans"))
    assert school.loans(wiremu) == {"The Wild Robot": "open"}
    assert "“The Wild Robot” is on loan again." in said(page)
    with qtbot.waitSignal(page.loans_asked):
        qtbot.mouseClick(button(page, "details_settle_loans"), LEFT)


def test_a_fine_is_waived_and_another_paid_in_the_fines_section(qtbot, school, page, wiremu):
    first, second = school.fine(wiremu, 300), school.fine(wiremu, None)
    page.go(wiremu)
    page.show_section("fines")
    qtbot.mouseClick(button(page, "details_waive"), LEFT)
    asked = shown(page, "waive_dialog")
    qtbot.keyClick(shown(asked, f"waive_fine_{second}"), Qt.Key.Key_Space)
    qtbot.keyClicks(shown(asked, "waive_reason", QLineEdit), "Goodwill")
    qtbot.mouseClick(button(asked, "waive_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "The fine is waived." in said(page))
    qtbot.mouseClick(button(page, "details_pay"), LEFT)
    asked = shown(page, "payment_dialog")
    qtbot.keyClicks(shown(asked, "payment_amount", QLineEdit), "2")
    qtbot.mouseClick(button(asked, "payment_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and not is_shown("details_pay"))
    assert {fine.id: (fine.status, fine.amount) for fine in fines.list_fines(school.office, wiremu)} == {
        first: ("closed", 300), second: ("closed", 200),
    }  # fmt: skip


def test_sections_are_walked_with_arrow_keys(qtbot, page, wiremu):
    page.go(wiremu)
    page.sections.focus_section()
    for expected in ("details_loans", "details_reservations", "details_fines"):
        qtbot.keyClick(here(), Qt.Key.Key_Down)
        assert here().objectName() == expected
    assert page.fines.isVisible()
    assert not page.personal.isVisible()
    assert here().accessibleName() == "Fines"


def test_tab_goes_from_the_head_to_the_sections_and_on(qtbot, school, page, wiremu):
    school.loan(wiremu, "The Wild Robot", 1890)
    page.go(wiremu)
    page.show_section("loans")
    button(page, "details_back").setFocus()
    order = []
    for _ in range(9):
        stop = here()
        assert stop.accessibleName(), stop
        order.append(stop.objectName())
        qtbot.keyClick(stop, Qt.Key.Key_Tab)
    assert order == [
        "details_back", "details_picture", "details_download", "details_protect", "details_enable", "details_loans",
        "details_settle_loans", "details_open_loans", "reason_open_loans",
    ]  # fmt: skip


def test_a_change_elsewhere_is_read_again_and_a_patron_who_went_is_said(qtbot, school, page, wiremu):
    page.go(wiremu)
    school.fine(wiremu, 300)
    page.changes.tell("fines")
    qtbot.waitUntil(lambda: is_shown("reason_balance_due"))
    page.show_patron(wiremu + 500)
    qtbot.waitUntil(lambda: is_shown("details_gone"))
    assert "This patron is not there any more" in shown(page, "details_gone").accessibleName()
    assert button(page, "details_back").isEnabled()


def test_personal_data_is_worded_and_what_is_not_known_is_said(page, wiremu):
    page.go(wiremu)
    named = {label.accessibleName() for label in page.personal.findChildren(QLabel)}
    assert {"Barcode: P020447", "Year level: Year 12", "Known as: none", "Kept by: The library, by hand"} <= named


def test_the_keys_work_though_the_page_was_filled_before_it_was_shown(qtbot, page, wiremu):
    page.hide()
    page.show_patron(wiremu)
    page.show()
    qtbot.waitUntil(lambda: page.way.back.hasFocus())
    with qtbot.waitSignal(page.back_asked):
        qtbot.keyClick(here(), Qt.Key.Key_Left, ALT)
