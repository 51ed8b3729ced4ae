"""The Outstanding loans dialog: decisions, all lost, what still holds, taking back; with real keys and clicks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QMainWindow, QWidget

from patrondesk.records.loans import Decision
from patrondesk.records.staff import Permission
from patrondesk.services import fines, loans, patrons
from patrondesk.ui.main.opening import aside
from patrondesk.ui.screens.loans import words
from patrondesk.ui.screens.loans.dialog import LoansDialog
from patrondesk.ui.screens.loans.reading import read
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.school import button, here, is_shown, open_school, shown

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def school(qapp, sqlite_template, tmp_path):
    theme.apply(qapp, "light")
    made = open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def wiremu(school):
    key = school.patron("Ihaka", "Wiremu", "wihaka08", barcode="P020447")
    school.loan(key, "The Wild Robot", 1890)
    school.loan(key, "Te Ara", 6400)
    return key


class Desk:
    """A window at which dialogs of patrons are opened, read to the end."""

    def __init__(self, qtbot, office):
        self.qtbot, self.office = qtbot, office
        self.window = QMainWindow()
        self.window.resize(1366, 768)
        self.window.setCentralWidget(QWidget())
        qtbot.addWidget(self.window)
        self.window.show()
        self.runner, self.changes = Runner(self.window, collect=False), Changes(self.window)

    def __call__(self, patron, office=None):
        dialog = LoansDialog(self.window, office or self.office, self.runner, self.changes, patron)
        dialog.open()
        self.qtbot.waitUntil(lambda: self.runner.idle and dialog.mark_all.toolTip() != "Wait a moment.")
        return dialog


@pytest.fixture
def desk(qtbot, school):
    made = Desk(qtbot, school.office)
    yield made
    assert made.runner.close()


def press(qtbot, dialog, name, runner):
    qtbot.mouseClick(button(dialog, name), LEFT)
    qtbot.waitUntil(lambda: runner.idle)


def outcome(dialog):
    return shown(dialog, "loans_outcome").said


def choose(qtbot, dialog, row, keys):
    """Chooses by keyboard, from the first choice."""
    combo = dialog.table.controls[row]
    assert isinstance(combo, QComboBox)
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(keys):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


RETURNED, CHARGED, WRITTEN, OPEN = range(4)


def test_it_lists_every_open_loan_with_what_one_must_know(desk, wiremu):
    dialog = desk(wiremu)
    model = dialog.table.model()
    assert model.rowCount() == 2
    row = [model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(4)]
    assert row[0].startswith("The Wild Robot, B00")
    assert row[1:] == ["18 Nov 2026, 16 days overdue", "$18.90", "Leave it open"]
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Ihaka, Wiremu" in said.replace("\u2068", "").replace("\u2069", "")
    assert "P020447 · Year 12, 12C · deactivated" in said
    assert "2 on loan" in said


def test_close_changes_nothing(qtbot, desk, school, wiremu):
    dialog = desk(wiremu)
    choose(qtbot, dialog, 0, WRITTEN)
    with qtbot.waitSignal(dialog.finished), qtbot.assertNotEmitted(dialog.settled):
        qtbot.mouseClick(button(dialog, "loans_close"), LEFT)
    assert set(school.loans(wiremu).values()) == {"open"}


def test_escape_closes(qtbot, desk, wiremu):
    dialog = desk(wiremu)
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog.table, Qt.Key.Key_Escape)


def test_the_outcome_is_foretold_before_apply(qtbot, desk, wiremu):
    dialog = desk(wiremu)
    assert outcome(dialog) == "Nothing changes yet. Two loans stay open, so Wiremu cannot be purged yet."
    assert not button(dialog, "loans_apply").isEnabled()
    assert button(dialog, "loans_apply").toolTip() == "Choose what happened to an item first."
    choose(qtbot, dialog, 0, WRITTEN)
    assert outcome(dialog) == "One item will be lost, written off. One loan stays open, so Wiremu cannot be purged yet."
    assert not dialog.tag_box.isEnabled()
    assert dialog.tag_box.toolTip() == "One loan stays open."
    choose(qtbot, dialog, 1, RETURNED)
    assert outcome(dialog) == "One item will be returned. One item will be lost, written off. Then nothing holds Wiremu any more."
    assert dialog.tag_box.isEnabled()
    choose(qtbot, dialog, 1, CHARGED)
    assert "and $64.00 charged" in outcome(dialog)
    assert "Wiremu cannot be purged yet: owes $64.00." in outcome(dialog)


def test_decisions_are_applied_together_and_the_patron_is_tagged(qtbot, desk, school, wiremu):
    dialog = desk(wiremu)
    choose(qtbot, dialog, 0, RETURNED)
    choose(qtbot, dialog, 1, WRITTEN)
    qtbot.keyClick(dialog.tag_box, Qt.Key.Key_Space)
    with qtbot.waitSignal(desk.changes.changed) as told, qtbot.waitSignal(dialog.settled) as got:
        qtbot.mouseClick(button(dialog, "loans_apply"), LEFT)
    assert got.args == [wiremu, True, True]
    assert told.args[0].touches("loans")
    assert told.args[0].initiator is dialog
    assert school.loans(wiremu) == {"The Wild Robot": "returned", "Te Ara": "lost"}
    assert school.item_states() == ["available", "lost"]
    assert outcome(dialog) == "One item is returned. One item is lost and written off. Wiremu is tagged for purge."
    assert not is_shown("loans_tag")


def test_mark_all_as_lost_applies_at_once_and_offers_to_tag(qtbot, desk, school, wiremu):
    dialog = desk(wiremu)
    with qtbot.waitSignal(dialog.settled) as got:
        qtbot.mouseClick(button(dialog, "loans_mark_all_lost"), LEFT)
    assert got.args == [wiremu, True, False]
    assert set(school.loans(wiremu).values()) == {"lost"}
    assert fines.list_fines(school.office, wiremu) == []
    assert outcome(dialog) == "Two items are lost and written off. Nothing holds Wiremu any more."
    qtbot.waitUntil(lambda: button(dialog, "loans_tag").hasFocus())
    with qtbot.waitSignal(dialog.settled) as got:
        qtbot.keyClick(button(dialog, "loans_tag"), Qt.Key.Key_Return)
    assert got.args == [wiremu, True, True]
    assert button(dialog, "loans_close").isEnabled()
    assert button(dialog, "loans_mark_all_lost").toolTip() == words.NO_LOAN_OPEN


def test_mark_all_as_lost_charges_where_the_library_says_so(qtbot, desk, school, wiremu):
    school.set("mark_lost_charges_price", "true")
    dialog = desk(wiremu)
    assert dialog.mark_all.toolTip() == "A fine of each price is raised: $82.90"
    press(qtbot, dialog, "loans_mark_all_lost", desk.runner)
    assert [fine.balance for fine in fines.list_fines(school.office, wiremu)] == [1890, 6400]
    assert outcome(dialog) == "Two items are lost, and $82.90 charged. Wiremu cannot be purged yet: owes $82.90."
    assert shown(dialog, "loans_reasons").isVisible()


def test_mark_all_and_purge_closes_and_asks(qtbot, desk, school, wiremu):
    dialog = desk(wiremu)
    with qtbot.waitSignals([dialog.settled, dialog.purge_asked, dialog.finished]):
        qtbot.mouseClick(button(dialog, "loans_mark_all_lost_and_purge"), LEFT)
    assert set(school.loans(wiremu).values()) == {"lost"}


def test_mark_all_and_purge_stays_where_something_else_holds(qtbot, desk, school, wiremu):
    school.fine(wiremu, 1850)
    dialog = desk(wiremu)
    with qtbot.assertNotEmitted(dialog.purge_asked):
        press(qtbot, dialog, "loans_mark_all_lost_and_purge", desk.runner)
    assert dialog.isVisible()
    assert outcome(dialog) == "Two items are lost and written off. Wiremu cannot be purged yet: owes $18.50."
    qtbot.waitUntil(lambda: button(dialog, "loans_waive").hasFocus())


def test_a_fine_is_waived_with_a_reason_and_then_the_patron_is_free(qtbot, desk, school, wiremu):
    school.fine(wiremu, 1850)
    dialog = desk(wiremu)
    press(qtbot, dialog, "loans_mark_all_lost", desk.runner)
    qtbot.mouseClick(button(dialog, "loans_waive"), LEFT)
    asked = shown(dialog, "waive_dialog")
    qtbot.mouseClick(button(asked, "waive_accept"), LEFT)
    assert asked.isVisible()
    assert any("A waiver needs a reason" in label.text() for label in asked.findChildren(QLabel) if label.isVisible())
    qtbot.keyClicks(shown(asked, "waive_reason", QLineEdit), "Moved away")
    with qtbot.waitSignal(dialog.settled) as got:
        qtbot.mouseClick(button(asked, "waive_accept"), LEFT)
    assert got.args == [wiremu, True, False]
    assert outcome(dialog) == "The fine is waived. Nothing holds Wiremu any more."
    assert [fine.status for fine in fines.list_fines(school.office, wiremu)] == ["closed"]
    assert not is_shown("loans_reasons")


def test_only_the_ticked_fines_are_waived_and_a_disputed_one_cannot_be(qtbot, desk, school, wiremu):
    first, second = school.fine(wiremu, 200), school.fine(wiremu, None)
    disputed = school.fine(wiremu, 300, "in_dispute")
    dialog = desk(wiremu)
    qtbot.mouseClick(button(dialog, "loans_waive"), LEFT)
    asked = shown(dialog, "waive_dialog")
    assert not shown(asked, f"waive_fine_{disputed}", QCheckBox).isEnabled()
    assert shown(asked, f"waive_fine_{second}", QCheckBox).accessibleName() == "Damaged, amount not known"
    sentences = [label.text() for label in asked.findChildren(QLabel)]
    assert "$2.00 and 1 bill whose amount is not known will not be owed any more." in sentences
    qtbot.keyClick(shown(asked, f"waive_fine_{first}", QCheckBox), Qt.Key.Key_Space)
    qtbot.keyClicks(shown(asked, "waive_reason", QLineEdit), "Old")
    with qtbot.waitSignal(dialog.settled):
        qtbot.mouseClick(button(asked, "waive_accept"), LEFT)
    assert {fine.id: fine.status for fine in fines.list_fines(school.office, wiremu)} == {
        first: "active", second: "closed", disputed: "in_dispute",
    }  # fmt: skip


def test_a_payment_for_a_bill_of_unknown_amount_asks_how_much(qtbot, desk, school, wiremu):
    school.fine(wiremu, None)
    dialog = desk(wiremu)
    qtbot.mouseClick(button(dialog, "loans_pay"), LEFT)
    asked = shown(dialog, "payment_dialog")
    amount = shown(asked, "payment_amount", QLineEdit)
    assert amount.text() == ""
    qtbot.keyClicks(amount, "a lot")
    qtbot.mouseClick(button(asked, "payment_accept"), LEFT)
    assert any("That is not an amount." in label.text() for label in asked.findChildren(QLabel) if label.isVisible())
    amount.clear()
    qtbot.keyClicks(amount, "7.25")
    with qtbot.waitSignal(dialog.settled):
        qtbot.mouseClick(button(asked, "payment_accept"), LEFT)
    (fine,) = fines.list_fines(school.office, wiremu)
    assert (fine.amount, fine.balance, fine.status) == (725, 0, "closed")


def test_more_than_is_owed_is_not_taken(qtbot, desk, school, wiremu):
    school.fine(wiremu, 500)
    dialog = desk(wiremu)
    qtbot.mouseClick(button(dialog, "loans_pay"), LEFT)
    asked = shown(dialog, "payment_dialog")
    amount = shown(asked, "payment_amount", QLineEdit)
    assert amount.text() == "5.00"
    amount.setText("5.01")
    qtbot.mouseClick(button(asked, "payment_accept"), LEFT)
    assert any("more than is owed" in label.text() for label in asked.findChildren(QLabel) if label.isVisible())
    amount.setText("2.00")
    with qtbot.waitSignal(dialog.settled):
        qtbot.mouseClick(button(asked, "payment_accept"), LEFT)
    assert [fine.balance for fine in fines.list_fines(school.office, wiremu)] == [300]


def test_a_wrong_mark_is_taken_back(qtbot, desk, school, wiremu):
    school.set("mark_lost_charges_price", "true")
    dialog = desk(wiremu)
    press(qtbot, dialog, "loans_mark_all_lost", desk.runner)
    qtbot.waitUntil(lambda: not isinstance(dialog.table.controls[0], QComboBox))
    with qtbot.waitSignal(dialog.settled) as got:
        qtbot.mouseClick(dialog.table.controls[1], LEFT)
    assert got.args == [wiremu, False, False]
    assert school.loans(wiremu) == {"The Wild Robot": "lost", "Te Ara": "open"}
    assert school.item_states() == ["lost", "on_loan"]
    assert "“Te Ara” is on loan again." in outcome(dialog)
    assert dialog.table.model().rowCount() == 2


def test_somebody_else_dealt_with_a_loan_meanwhile(qtbot, desk, school, wiremu):
    dialog = desk(wiremu)
    choose(qtbot, dialog, 0, WRITTEN)
    first = loans.list_loans(school.office, wiremu)[0]
    loans.decide_loans(school.office, wiremu, {first.id: Decision.RETURNED})
    press(qtbot, dialog, "loans_apply", desk.runner)
    qtbot.waitUntil(lambda: dialog.table.model().rowCount() == 1)
    assert any("ended meanwhile" in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    assert school.loans(wiremu)["Te Ara"] == "open"


def test_an_active_patron_cannot_go_on_to_the_purge(desk, school):
    key = school.patron("Ngata", "Aroha", "angata", enabled=True)
    school.loan(key, "Poems", None)
    dialog = desk(key)
    assert not dialog.mark_and_purge.isEnabled()
    assert "still active" in dialog.mark_and_purge.toolTip()
    assert dialog.mark_all.isEnabled()
    assert dialog.table.model().index(0, 2).data() == "Not known"


@pytest.mark.parametrize(
    ("right", "name"), [(Permission.CIRCULATION, "loans_mark_all_lost"), (Permission.PURGE, "loans_mark_all_lost_and_purge")]
)
def test_a_button_without_the_right_says_so(desk, school, wiremu, right, name):
    actor = school.office.actor
    without = school.office.signed_in(replace(actor, permissions=actor.permissions - {right}))
    dialog = desk(wiremu, without)
    assert not button(dialog, name).isEnabled()
    assert "An administrator of the library can give you that right." in button(dialog, name).toolTip()


def test_waiving_needs_the_right(desk, school, wiremu):
    school.fine(wiremu, 500)
    actor = school.office.actor
    without = school.office.signed_in(replace(actor, permissions=actor.permissions - {Permission.WAIVE_FINES}))
    dialog = desk(wiremu, without)
    assert not button(dialog, "loans_waive").isEnabled()
    assert button(dialog, "loans_waive").toolTip().startswith("You may not waive fines.")
    assert button(dialog, "loans_pay").isEnabled()


def test_tab_goes_from_top_to_bottom_and_every_stop_has_a_name(qtbot, desk, school, wiremu):
    school.fine(wiremu, 500)
    dialog = desk(wiremu)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.table.setFocus()
    order = []
    for _ in range(9):
        stop = here()
        assert stop.accessibleName(), stop.objectName()
        order.append(stop.objectName().rstrip("0123456789"))
        qtbot.keyClick(stop, Qt.Key.Key_Tab)
    assert order == [
        "loans_table", "loans_choice_", "loans_choice_", "loans_waive", "loans_pay", "loans_mark_all_lost_and_purge",
        "loans_mark_all_lost", "loans_close", "loans_table",
    ]  # fmt: skip


def test_f2_goes_from_a_row_to_its_choice(qtbot, desk, wiremu):
    dialog = desk(wiremu)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.table.setFocus()
    dialog.table.setCurrentIndex(dialog.table.model().index(1, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    assert dialog.table.controls[1].hasFocus()
    assert dialog.table.controls[1].accessibleName() == "What happened to Te Ara?"


def test_it_starts_in_the_first_choice(qtbot, desk, wiremu):
    dialog = desk(wiremu)
    qtbot.waitUntil(lambda: dialog.table.controls[0].hasFocus())


def test_the_dialog_waits_for_what_is_under_way(qtbot, desk, wiremu):
    dialog = desk(wiremu)
    qtbot.mouseClick(button(dialog, "loans_mark_all_lost"), LEFT)
    assert not button(dialog, "loans_close").isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: button(dialog, "loans_close").isEnabled())


def test_what_holds_then_is_what_the_guards_say(school, wiremu):
    """The sentence foretells; the guards decide. Both must agree, whatever is owed."""
    cases = (("0.00", 0, False), ("0.00", 0, True), ("100.00", 0, True), ("0.00", -9000, True), ("0.00", None, False))
    for threshold, fine, charge in cases:
        key = school.patron("Case", "A", f"case{threshold}{fine}{charge}")
        school.loan(key, "Book", 1890)
        if fine != 0:
            school.fine(key, fine)
        school.set("balance_threshold", threshold)
        view = aside(partial(read, school.office, key))  # as the dialog does it, off the window's thread
        decision = Decision.LOST_CHARGED if charge else Decision.LOST_WRITTEN_OFF
        foretold = words.foretell(view, {loan.id: decision for loan in view.open})
        loans.decide_loans(school.office, key, {loan.id: decision for loan in view.open})
        assert (foretold.why_not == "") == patrons.read_details(school.office, key).eligible, (threshold, fine, charge)
