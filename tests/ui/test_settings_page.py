"""The settings page: every key with its sentence and control; what a change does is said before it is saved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSpinBox, QWidget

from patrondesk.records.staff import Permission
from patrondesk.services import policy
from patrondesk.ui.screens.settings.page import SettingsPage
from patrondesk.ui.shell import fonts, theme
from patrondesk.ui.shell.changes import Change
from patrondesk.ui.shell.prefs import Prefs
from tests.ui.demo_school import button, combo, find, idle, nameless, without, words

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def prefs(tmp_path):
    return Prefs(tmp_path)


@pytest.fixture
def page(qtbot, qapp, office, runner, changes, prefs):
    theme.apply(qapp, "light")
    made = opened(qtbot, SettingsPage(office, runner, changes, prefs), runner)
    yield made
    theme.apply(qapp, "light")


def opened(qtbot, made: SettingsPage, runner) -> SettingsPage:
    qtbot.addWidget(made)
    made.resize(1158, 740)
    made.show()
    made.refresh()
    idle(qtbot, runner)
    return made


def value(office, key: str) -> str:
    return next(line.value for line in policy.list_settings(office) if line.key == key)


def test_every_key_has_a_control_of_its_kind_and_its_sentence(page, office):
    kinds: dict[str, tuple[type[QWidget], ...]] = {
        "bool": (QAbstractButton,), "int": (QSpinBox, QComboBox), "money": (QLineEdit,), "choice": (QComboBox,),
        "text": (QLineEdit,),
    }  # fmt: skip
    said = words(page)
    for line in policy.list_settings(office):
        control = find(page, f"setting_{line.key}")
        assert isinstance(control, kinds[line.kind]), line.key
        assert control.isEnabled()
        assert control.accessibleName().startswith(line.label)
        assert line.label in said
        assert line.text in said
    assert "Default: 30 days" in said
    assert "Default: August" in said
    assert nameless(page) == []


def test_a_change_is_saved_with_its_section(qtbot, page, office, runner, changes):
    told: list[Change] = []
    changes.changed.connect(told.append)
    save = button(page, "settings_save_purging")
    assert not save.isVisible()
    number = find(page, "setting_typed_confirmation_above")
    assert isinstance(number, QSpinBox)
    number.selectAll()
    qtbot.keyClicks(number, "7")
    assert page.unsaved
    assert save.isVisible()
    assert "1 change, not saved yet." in words(page)
    assert value(office, "typed_confirmation_above") == "20"
    qtbot.mouseClick(save, LEFT)
    idle(qtbot, runner)
    assert value(office, "typed_confirmation_above") == "7"
    assert "Saved." in words(page)
    assert "Default: 20 patrons. It is changed." in words(page)
    assert not page.unsaved
    assert told[0].touches("settings")


def test_cancel_takes_the_change_back(qtbot, page, office):
    box = button(page, "setting_facet_homeroom")
    was = box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert page.unsaved
    qtbot.keyClick(button(page, "settings_cancel_statistics"), Qt.Key.Key_Return)
    assert box.isChecked() == was
    assert not page.unsaved
    assert not button(page, "settings_save_statistics").isVisible()


def test_a_change_that_affects_stored_data_says_how_many_and_asks(qtbot, page, office, runner):
    box = button(page, "setting_retain_deleted_patron_loans")
    assert box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.text() == "Off"
    qtbot.mouseClick(button(page, "settings_save_statistics"), LEFT)
    idle(qtbot, runner)
    dialog = find(page, "settings_ask")
    said = policy.foretell(office, "retain_deleted_patron_loans", "false")
    assert said
    assert said in words(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert value(office, "retain_deleted_patron_loans") == "true"
    assert page.unsaved
    qtbot.mouseClick(button(page, "settings_save_statistics"), LEFT)
    idle(qtbot, runner)
    asked = [made for made in page.findChildren(QWidget, "settings_ask") if made.isVisible()]
    qtbot.mouseClick(button(asked[0], "settings_ask_save"), LEFT)
    idle(qtbot, runner)
    assert value(office, "retain_deleted_patron_loans") == "false"


def test_an_amount_that_is_none_is_refused_below_its_field(qtbot, page, office, runner):
    field = find(page, "setting_balance_threshold")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "a lot")
    qtbot.mouseClick(button(page, "settings_save_money"), LEFT)
    idle(qtbot, runner)
    assert "That is not an amount. Write one such as 20.00." in words(page)
    field.selectAll()
    qtbot.keyClicks(field, "2.50")
    qtbot.mouseClick(button(page, "settings_save_money"), LEFT)
    idle(qtbot, runner)
    assert value(office, "balance_threshold") == "2.50"
    assert "That is not an amount." not in words(page)


def test_what_the_library_refuses_is_said_at_its_setting(qtbot, page, office, runner):
    currency = combo(page, "setting_currency")
    currency.setFocus()
    qtbot.keyClicks(currency, "JPY")
    assert currency.currentData() == "JPY"
    qtbot.mouseClick(button(page, "settings_save_money"), LEFT)
    idle(qtbot, runner)
    assert "The two currencies do not have the same number of minor digits." in words(page)
    assert value(office, "currency") == "USD"
    assert page.unsaved


def test_what_is_not_saved_survives_reading_again(qtbot, page, runner):
    box = button(page, "setting_facet_homeroom")
    qtbot.keyClick(box, Qt.Key.Key_Space)
    now = box.isChecked()
    page.refresh()
    idle(qtbot, runner)
    assert box.isChecked() == now
    page.discard()
    assert not page.unsaved


def test_a_change_made_elsewhere_is_shown(qtbot, page, office, runner, changes):
    policy.change_setting(office, "undo_days", "14")
    changes.tell("settings")
    idle(qtbot, runner)
    number = find(page, "setting_undo_days")
    assert isinstance(number, QSpinBox)
    assert number.value() == 14


def test_without_the_right_settings_are_read_only_and_say_why(qtbot, qapp, office, runner, changes, prefs):
    page = opened(qtbot, SettingsPage(without(office, Permission.SETTINGS), runner, changes, prefs), runner)
    assert "changing them needs the right “settings”" in words(page)
    assert not any(find(page, f"setting_{line.key}").isEnabled() for line in policy.list_settings(office))
    assert combo(page, "computer_theme").isEnabled()


def test_this_computer_is_changed_at_once_and_the_library_is_not(qtbot, page, office, prefs):
    before = policy.list_settings(office)
    look = combo(page, "computer_theme")
    look.setFocus()
    with qtbot.waitSignal(page.prefs_changed) as got:
        qtbot.keyClicks(look, "D")  # a second letter that comes late begins a new search
    assert got.args == ["theme"]
    assert prefs.theme == "dark"
    assert theme.look().name == "dark"
    size = combo(page, "computer_text_size")
    size.setFocus()
    qtbot.keyClick(size, Qt.Key.Key_End)
    assert (prefs.text_size, fonts.scale()) == (130, 130)
    rows = combo(page, "computer_page_size")
    rows.setFocus()
    qtbot.keyClicks(rows, "100")
    assert prefs.page_size == 100
    assert policy.list_settings(office) == before
