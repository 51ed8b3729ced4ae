"""The dialog that deactivates a selection: its numbers are the service's, and nothing happens before its button."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from patrondesk.records.staff import Permission
from patrondesk.services import activation
from patrondesk.services.activation import Filter
from patrondesk.ui.screens.deactivate import words as sentences
from patrondesk.ui.screens.deactivate.dialog import DeactivateDialog
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Change
from tests.ui.demo_school import button, combo, find, nameless, waiting, without, words

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot, qapp):
    theme.apply(qapp, "light")
    made = QWidget()
    made.resize(1024, 700)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(qtbot, window, office, runner, changes):
    made = DeactivateDialog(office, runner, changes, window)
    made.open()
    settle(qtbot, made, runner)
    return made


def settle(qtbot, dialog, runner) -> None:
    """Typing is over and answered."""
    qtbot.waitUntil(lambda: not dialog._typing.isActive() and runner.idle, timeout=10_000)


def type_into(qtbot, dialog, name: str, said: str) -> None:
    field = find(dialog, name)
    if isinstance(field, QComboBox):
        assert field.lineEdit() is not None
        qtbot.keyClicks(field.lineEdit(), said)
    else:
        assert isinstance(field, QLineEdit)
        qtbot.keyClicks(field, said)


def test_an_empty_selection_means_nobody(dialog):
    assert not button(dialog, "deactivate_apply").isEnabled()
    assert "nobody is selected yet" in words(dialog)
    assert nameless(dialog) == []


def test_the_numbers_are_shown_while_one_types_and_add_up(qtbot, dialog, runner, office):
    type_into(qtbot, dialog, "deactivate_year_level", "Year 8")
    settle(qtbot, dialog, runner)
    look = activation.preview_disable_matching(office, Filter(year_level="Year 8"))
    assert look.changed > 0
    assert button(dialog, "deactivate_apply").text() == f"Deactivate {look.changed} patrons"
    said = find(dialog, "deactivate_sum").accessibleName()
    assert said.startswith(f"{look.selected} selected: {look.changed} to deactivate, {look.already} deactivated already")
    assert look.sample[0][0] in words(dialog)


def test_nothing_happens_until_the_button_and_then_all_of_it(qtbot, dialog, runner, office, changes):
    before = waiting(office).total
    told: list[Change] = []
    changes.changed.connect(told.append)
    type_into(qtbot, dialog, "deactivate_year_level", "Year 8")
    type_into(qtbot, dialog, "deactivate_reason", "moved away")
    settle(qtbot, dialog, runner)
    assert waiting(office).total == before
    look = activation.preview_disable_matching(office, Filter(year_level="Year 8"))
    with qtbot.waitSignal(dialog.deactivated) as got:
        qtbot.mouseClick(button(dialog, "deactivate_apply"), LEFT)
    assert got.args[0].changed == look.changed
    assert waiting(office).total == before + look.changed
    assert "moved away" in {row.deactivated_reason for row in waiting(office).rows}
    assert told[0].touches("patrons")
    assert not dialog.isVisible()


def test_a_year_level_that_does_not_exist_is_said_below_its_field(qtbot, dialog, runner):
    type_into(qtbot, dialog, "deactivate_year_level", "Year 99")
    settle(qtbot, dialog, runner)
    assert "There is no year level “Year 99”." in words(dialog)
    assert not button(dialog, "deactivate_apply").isEnabled()


def test_a_group_that_does_not_exist_is_said_below_its_field(qtbot, dialog, runner):
    type_into(qtbot, dialog, "deactivate_group", "Nobodies")
    settle(qtbot, dialog, runner)
    assert "There is no user group “Nobodies”." in words(dialog)


def test_a_day_is_read_back_in_words_before_anything_is_done(qtbot, dialog, runner):
    type_into(qtbot, dialog, "deactivate_expired_before", "03/04/2099")
    settle(qtbot, dialog, runner)
    assert "Expired before 3 April 2099." in words(dialog)
    field = find(dialog, "deactivate_expired_before")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "31/02/2027")
    settle(qtbot, dialog, runner)
    assert "That is not a day." in words(dialog)
    assert not button(dialog, "deactivate_apply").isEnabled()


def test_staff_and_oneself_stay_and_that_is_said(qtbot, dialog, runner, office):
    type_into(qtbot, dialog, "deactivate_group_starts", "Internal")
    settle(qtbot, dialog, runner)
    for group in ("Teachers", "Support", "Internal"):
        look = activation.preview_disable_matching(office, Filter(group_starts=group))
        if look.spared:
            break
    field = find(dialog, "deactivate_group_starts")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, group)
    settle(qtbot, dialog, runner)
    assert look.spared > 0
    assert "never deactivated together with others" in words(dialog)


def test_while_one_types_on_the_old_number_cannot_be_pressed(qtbot, dialog, runner):
    type_into(qtbot, dialog, "deactivate_year_level", "Year 8")
    settle(qtbot, dialog, runner)
    assert button(dialog, "deactivate_apply").isEnabled()
    type_into(qtbot, dialog, "deactivate_group_starts", "S")
    assert not button(dialog, "deactivate_apply").isEnabled()
    settle(qtbot, dialog, runner)


def test_groups_and_levels_are_offered(dialog):
    levels = combo(dialog, "deactivate_year_level")
    offered = [levels.itemText(place) for place in range(levels.count())]
    assert offered == sorted(offered, key=lambda name: int(name.split()[1]))
    assert "Year 12" in offered
    assert levels.currentText() == ""


def test_escape_leaves_everything(qtbot, dialog, runner, office):
    before = waiting(office).total
    type_into(qtbot, dialog, "deactivate_year_level", "Year 8")
    settle(qtbot, dialog, runner)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert waiting(office).total == before


def test_without_the_right_the_dialog_says_who_can_give_it(qtbot, window, office, runner, changes):
    made = DeactivateDialog(without(office, Permission.ACTIVATE), runner, changes, window)
    made.open()
    assert "An administrator of the library can give it." in words(made)
    assert not button(made, "deactivate_apply").isEnabled()
    made.reject()


@pytest.mark.parametrize(
    ("typed", "iso"), [("2026-12-31", "2026-12-31"), ("31/12/2026", "2026-12-31"), ("1.2.2027", "2027-02-01")]
)
def test_days_are_read(typed, iso):
    day = sentences.day(typed)
    assert day is not None
    assert day.isoformat() == iso


@pytest.mark.parametrize("typed", ["soon", "13/13/2026", "2026", "12/31/2026"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match=r".+"):
        sentences.day(typed)
