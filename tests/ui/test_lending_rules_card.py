"""The card of lending rules on the settings page: added, changed, removed, in words; off without the right."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from patrondesk.records.lending import LendingRule
from patrondesk.records.staff import Permission
from patrondesk.services import lending_rules
from patrondesk.ui.screens.settings.page import SettingsPage
from patrondesk.ui.screens.settings.rule_dialog import in_words
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.prefs import Prefs
from tests.ui import school as schools
from tests.ui.demo_school import button, find, idle, nameless, without, words


def opened(qtbot, office, runner, changes, tmp_path):
    made = SettingsPage(office, runner, changes, Prefs(tmp_path))
    qtbot.addWidget(made)
    made.resize(1158, 740)
    made.show()
    made.refresh()
    idle(qtbot, runner)
    return made


@pytest.fixture
def page(qtbot, qapp, office, runner, changes, tmp_path):
    theme.apply(qapp, "light")
    return opened(qtbot, office, runner, changes, tmp_path)


def typed(dialog, word, said):
    control = find(dialog, f"lending_rule_{word}")
    assert isinstance(control, QLineEdit)
    control.setText(said)


def test_a_rule_is_added_changed_and_removed(qtbot, page, office, runner):
    card = find(page, "settings_lending_rules")
    assert "Everybody borrows for 14 days, without limits or late fines." in words(card)
    assert not button(page, "lending_rule_change").isEnabled()
    button(page, "lending_rule_add").click()
    dialog = schools.shown(page, "lending_rule_dialog")
    kind = find(dialog, "lending_rule_type")
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("student"))
    for word, said in (("loan_days", "21"), ("loan_limit", "5"), ("late_fine_per_day", "0.20"), ("grace_days", "two")):
        typed(dialog, word, said)
    button(dialog, "lending_rule_accept").click()
    assert "Write a whole number." in words(dialog)
    typed(dialog, "grace_days", "2")
    assert "Student: 21 days, 5 items at once, any number of renewals." in words(dialog)
    assert nameless(dialog) == []
    button(dialog, "lending_rule_accept").click()
    qtbot.waitUntil(lambda: bool(page._lending.rows.records))
    rule = LendingRule("student", 21, 5, None, 2, 20, None)
    assert lending_rules.list_rules(office) == [rule]
    assert "Everybody else borrows for 14 days" in words(card)
    page._lending.table.setCurrentIndex(page._lending.rows.index(0, 0))
    button(page, "lending_rule_change").click()
    dialog = schools.shown(page, "lending_rule_dialog")
    assert not find(dialog, "lending_rule_type").isEnabled()
    typed(dialog, "late_fine_most", "3")
    button(dialog, "lending_rule_accept").click()
    qtbot.waitUntil(lambda: page._lending.rows.records[0].late_fine_most == 300)
    idle(qtbot, runner)
    assert button(page, "lending_rule_remove").isEnabled(), "the changed rule stays chosen"
    button(page, "lending_rule_remove").click()
    qtbot.waitUntil(lambda: not page._lending.rows.records)
    assert lending_rules.list_rules(office) == []


def test_without_the_right_it_is_only_read(qtbot, qapp, office, runner, changes, tmp_path):
    lending_rules.set_rule(office, LendingRule(None, 28))
    page = opened(qtbot, without(office, Permission.SETTINGS), runner, changes, tmp_path)
    assert [rule.loan_days for rule in page._lending.rows.records] == [28]
    for name in ("add", "change", "remove"):
        off = button(page, f"lending_rule_{name}")
        assert not off.isEnabled()
        assert "administrator" in off.toolTip()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (LendingRule(None, 14), "Everybody else: 14 days, no limit of items, any number of renewals. Late: no fine."),
        (
            LendingRule("staff", 1, 1, 1, 1, 5, 100),
            "Staff: 1 day, 1 item at once, 1 renewal. Late: $0.05 a day after 1 day of grace, $1.00 at most.",
        ),
    ],
)
def test_a_rule_in_words(rule, said):
    assert in_words(rule, "USD") == said
