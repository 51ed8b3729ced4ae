"""Editing a patron's cards by keys: the pen, what is wrong at its field, saving, cancelling, leaving, locks, the guarantor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from patrondesk.records.staff import Permission
from patrondesk.services import editing
from patrondesk.services.patron_details import read_details
from patrondesk.ui.shell import theme
from patrondesk.ui.window.patron_window import Beside
from tests.ui.details import ALT, LEFT, Shown, in_front, said
from tests.ui.school import button, here, is_shown, open_school, shown

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def school(qapp, sqlite_template, tmp_path):
    theme.apply(qapp, "light")
    made = open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def wiremu(school):
    key = school.patron("Ihaka", "Wiremu", "wihaka08", barcode="P020447", email="w@school.org")
    details = read_details(school.office, key)
    editing.edit_patron(school.office, key, {"account_type": "external"}, details.version)
    return key


@pytest.fixture
def page(qtbot, school):
    made = Shown(qtbot, school.office)
    yield made
    assert made.runner.close()


def open_card(qtbot, page, card):
    """Presses a pen with the keyboard."""
    pen = button(page, f"details_edit_{card}")
    pen.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(pen, K.Key_Return)
    shown(page, "edit_save")


def typed(qtbot, page, field, words):
    line = shown(page, f"edit_{field}", QLineEdit)
    line.setFocus(Qt.FocusReason.TabFocusReason)
    line.selectAll()
    if words:
        qtbot.keyClicks(line, words)
    else:
        qtbot.keyClick(line, K.Key_Delete)


def now(school, patron):
    return read_details(school.office, patron)


def test_a_card_is_edited_by_keys_alone_and_locks_what_was_changed(qtbot, school, page, wiremu):
    page.go(wiremu)
    assert not page.commands["save"].isEnabled()
    open_card(qtbot, page, "contact")
    assert here().objectName() == "edit_email"
    assert not is_shown("details_edit_contact"), "the pen is away while the card is edited"
    here().selectAll()
    qtbot.keyClicks(here(), "x@y.example")
    qtbot.keyClick(here(), K.Key_Tab)
    assert here().objectName() == "edit_phone"
    qtbot.keyClicks(here(), "021 555")
    with qtbot.waitSignal(page.changes.changed) as told:
        qtbot.keyClick(here(), K.Key_S, CTRL)
    assert told.args[0].touches("patrons")
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_edit_contact"))
    details = now(school, wiremu)
    assert (details.email, details.phone, details.locked) == ("x@y.example", "021 555", ("email", "phone"))
    assert "E-mail and phone of Wiremu saved." in said(page)
    assert here().objectName() == "details_edit_contact"
    qtbot.waitUntil(lambda: "x@y.example" in said(page.personal))
    assert not page.commands["save"].isEnabled()
    page.show_section("history")
    table = shown(page, "details_history_table")
    first = [table.model().index(row, 1).data() for row in range(3)]
    assert first == ["Locked against imports", "Phone", "E-mail"]


def test_what_is_wrong_stands_at_its_field_and_the_first_gets_the_focus(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "identity")
    typed(qtbot, page, "family_name", "")
    typed(qtbot, page, "birth_date", "1.2.2009")
    typed(qtbot, page, "barcode", "x" * 61)
    qtbot.mouseClick(button(page, "edit_save"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "A patron needs a family name." in said(page.personal))
    form = page.personal.cards["Identity"].form
    errors = {name: control.error for name, control in form.controls.items() if control.error}
    assert errors == {
        "family_name": "A patron needs a family name.",
        "birth_date": "Write the month as a word, such as 31 Dec 2026.",
        "barcode": "This has 61 characters; at most 60 are possible. Write it shorter.",
    }
    assert here().objectName() == "edit_family_name"
    assert here().accessibleDescription() == "A patron needs a family name."
    assert now(school, wiremu).barcode == "P020447"
    typed(qtbot, page, "family_name", "Ihaka")
    typed(qtbot, page, "birth_date", "1 Feb 2009")
    typed(qtbot, page, "barcode", "P9")
    qtbot.keyClick(here(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_edit_identity"))
    details = now(school, wiremu)
    assert (details.barcode, details.former_barcodes, str(details.birth_date)) == ("P9", ("P020447",), "2009-02-01")
    assert details.family_name == "Ihaka"


def test_escape_cancels_and_save_without_a_change_closes(qtbot, school, page, wiremu):
    page.go(wiremu)
    before = now(school, wiremu)
    open_card(qtbot, page, "contact")
    qtbot.keyClicks(here(), "zzz")
    qtbot.keyClick(here(), K.Key_Escape)
    qtbot.waitUntil(lambda: is_shown("details_edit_contact"))
    assert here().objectName() == "details_edit_contact"
    open_card(qtbot, page, "contact")
    qtbot.keyClick(here(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: is_shown("details_edit_contact"))
    assert now(school, wiremu) == before


@pytest.mark.parametrize("way", ["section", "back", "pen", "other"])
def test_leaving_asks_and_stay_keeps_discard_drops_save_saves(qtbot, school, page, wiremu, way):
    other = school.patron("Jovanović", "Miloš", "mjovan15")
    page.go(wiremu, (wiremu, other))
    open_card(qtbot, page, "contact")
    backs = []
    page.back_asked.connect(lambda: backs.append(1))

    def leave():
        {
            "section": lambda: page.show_section("loans"), "pen": lambda: button(page, "details_edit_school").click(),
            "back": lambda: qtbot.keyClick(here(), K.Key_Left, ALT), "other": lambda: page.show_patron(other),
        }[way]()  # fmt: skip
        return shown(page, "leave_dialog")

    def gone():
        return {
            "section": lambda: page.loans.isVisible(),
            "back": lambda: bool(backs), "pen": lambda: is_shown("edit_homeroom"),
            "other": lambda: "Jovanović, Miloš" in said(page.head),
        }[way]()  # fmt: skip

    typed(qtbot, page, "phone", "021")
    asked = leave()
    assert "Save 1 change of contact?" in said(asked)
    qtbot.keyClick(asked, K.Key_Escape)
    qtbot.waitUntil(lambda: not is_shown("leave_dialog"))
    assert shown(page, "edit_phone", QLineEdit).text() == "021"
    assert not gone()
    qtbot.mouseClick(button(leave(), "leave_save"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and gone())
    assert now(school, wiremu).phone == "021"


def test_discarding_saves_nothing_and_goes_on(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "contact")
    typed(qtbot, page, "phone", "021")
    page.show_section("blocks")
    qtbot.mouseClick(button(shown(page, "leave_dialog"), "leave_discard"), LEFT)
    qtbot.waitUntil(lambda: page.blocks.isVisible())
    assert now(school, wiremu).phone is None
    page.show_section("personal")
    assert not is_shown("edit_phone")


def test_a_save_that_is_refused_does_not_leave(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "contact")
    typed(qtbot, page, "email", "nowhere")
    page.show_section("blocks")
    qtbot.mouseClick(button(shown(page, "leave_dialog"), "leave_save"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "This is no e-mail address." in said(page.personal))
    assert not page.blocks.isVisible()
    assert shown(page, "edit_email", QLineEdit).text() == "nowhere"


def test_what_was_typed_stays_when_somebody_else_changed_the_record_meanwhile(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "contact")
    typed(qtbot, page, "phone", "021")
    editing.edit_patron(school.office, wiremu, {"city": "Riverbank"}, now(school, wiremu).version)
    qtbot.keyClick(here(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and "changed by somebody else meanwhile" in said(page))
    assert shown(page, "edit_phone", QLineEdit).text() == "021"
    assert now(school, wiremu).phone is None
    qtbot.keyClick(shown(page, "edit_phone", QLineEdit), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and now(school, wiremu).phone == "021")
    assert now(school, wiremu).city == "Riverbank"


def test_locks_are_chosen_field_by_field(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "contact")
    qtbot.mouseClick(button(page, "edit_locks"), LEFT)
    asked = shown(page, "locks_dialog")
    qtbot.keyClick(shown(asked, "lock_phone", QCheckBox), K.Key_Space)
    qtbot.mouseClick(button(asked, "locks_accept"), LEFT)
    in_front(qtbot, page)
    qtbot.waitUntil(lambda: "Phone is locked by hand: imports leave it as it is." in said(page.personal))
    qtbot.mouseClick(button(page, "edit_save"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and now(school, wiremu).locked == ("phone",))
    open_card(qtbot, page, "contact")
    keep = shown(page, "edit_keep", QCheckBox)
    assert keep.isChecked()
    qtbot.keyClick(keep, K.Key_Space)
    typed(qtbot, page, "email", "a@b.example")
    qtbot.keyClick(here(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and now(school, wiremu).email == "a@b.example")
    assert now(school, wiremu).locked == ("phone",), "what was changed is not locked when that was not wanted"


def test_a_record_kept_by_hand_needs_no_locks(qtbot, school, page):
    page.go(school.patron("Ruiz", "Ana", "aruiz"))
    open_card(qtbot, page, "contact")
    assert not is_shown("edit_keep")
    assert not is_shown("edit_locks")
    assert "This record is kept by hand: imports change nothing of it." in said(page.personal)
    typed(qtbot, page, "phone", "021")
    qtbot.keyClick(here(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and now(school, page.patron_id).phone == "021")
    assert now(school, page.patron_id).locked == ()


def test_a_group_is_chosen_or_typed_new_and_that_is_said(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "school")
    box = shown(page, "edit_year_level", QComboBox)
    assert [box.itemText(row) for row in range(box.count())] == ["", "Year 12"]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "Year 13")
    qtbot.keyClick(box.lineEdit(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and now(school, wiremu).year_level == "Year 13")
    assert "Made: the year level “Year 13” is new." in said(page)


def test_a_guarantor_is_found_with_the_keyboard_and_taken_away(qtbot, school, page, wiremu):
    teacher = school.patron("Nguyễn", "Văn", "vnguyen", enabled=True)
    page.go(wiremu)
    open_card(qtbot, page, "school")
    choose = button(page, "edit_guarantor_choose")
    choose.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(choose, K.Key_Return)
    asked = shown(page, "guarantor_dialog")
    qtbot.keyClicks(shown(asked, "guarantor_search", QLineEdit), "nguyen van")
    qtbot.waitUntil(lambda: page.runner.idle and shown(asked, "guarantor_table").model().rowCount() == 1)
    qtbot.keyClick(here(), K.Key_Return)
    qtbot.waitUntil(lambda: not is_shown("guarantor_dialog"))
    in_front(qtbot, page)
    qtbot.keyClick(here(), K.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.runner.idle and is_shown(f"guardian_{teacher}"))
    qtbot.mouseClick(button(page, f"guardian_{teacher}"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "Nguyễn, Văn" in said(page.head))
    assert "Answers for:" in said(page.side)
    assert button(page, f"guardian_{wiremu}").text() == "Ihaka, Wiremu"
    qtbot.mouseClick(button(page, f"guardian_{wiremu}"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "Ihaka, Wiremu" in said(page.head))
    open_card(qtbot, page, "school")
    qtbot.mouseClick(button(page, "edit_guarantor_none"), LEFT)
    qtbot.mouseClick(button(page, "edit_save"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and now(school, wiremu).guarantor is None)


def test_tab_goes_through_the_form_as_it_stands(qtbot, school, page, wiremu):
    page.go(wiremu)
    open_card(qtbot, page, "school")
    order = [here().objectName()]
    for _ in range(18):
        qtbot.keyClick(here(), K.Key_Tab)
        stop = here()
        order.append(stop.objectName() or stop.parentWidget().objectName())
        assert stop.accessibleName() or stop.parentWidget().accessibleName(), stop
    assert order == [
        "edit_patron_type", "edit_user_group", "edit_year_level", "edit_homeroom", "edit_cohort", "edit_graduation_year",
        "edit_expiry_date", "edit_purge_date", "edit_registered_on", "edit_persona", "edit_access_level", "edit_record_type",
        "edit_account_type", "edit_guarantor_choose", "edit_keep", "edit_locks", "edit_cancel", "edit_save",
        order[-1],
    ]  # fmt: skip


def test_without_the_right_the_pens_say_so(qtbot, school, wiremu):
    actor = school.office.actor
    other = Shown(qtbot, school.office.signed_in(replace(actor, permissions=frozenset({Permission.VIEW_PATRONS}))))
    other.go(wiremu)
    for name in ("details_edit_identity", "details_edit_contact", "details_edit_school"):
        assert not button(other, name).isEnabled()
        assert "You may not edit patrons." in button(other, name).toolTip()
    other.show_section("notes")
    assert not button(other, "details_add_note").isEnabled()
    assert not button(other, "details_attach").isEnabled()
    other.show_section("blocks")
    assert "You may not block or unblock patrons." in button(other, "details_block").toolTip()
    assert other.runner.close()


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_a_window_of_its_own_asks_before_it_closes_and_locking_closes_it(qtbot, school, wiremu):
    made = []

    def make():
        made.append(Shown(qtbot, school.office))
        made[-1].window_of_it.hide()
        return made[-1]

    beside = Beside(make, lambda: None, lambda *_: None)
    beside.show(wiremu, ())
    (window,) = beside.windows
    qtbot.addWidget(window)
    page = window.page
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_in_the_way"))
    open_card(qtbot, page, "contact")
    typed(qtbot, page, "phone", "021")
    window.close()
    qtbot.mouseClick(button(shown(page, "leave_dialog"), "leave_discard"), LEFT)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert now(school, wiremu).phone is None
    beside.show(wiremu, ())
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_edit_contact"))
    open_card(qtbot, page, "contact")
    typed(qtbot, page, "phone", "022")
    beside.close()
    assert not window.isVisible()
    assert not is_shown("leave_dialog")
    assert page.runner.close()
