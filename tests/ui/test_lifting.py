"""What holds a patron is lifted where it is refused: reservations, credits, keeping; with real keys and clicks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDateEdit, QLabel, QLineEdit, QMainWindow, QWidget

from patrondesk.records.staff import Permission
from patrondesk.services import fines, patrons, reservations
from patrondesk.ui.main import open_window
from patrondesk.ui.main.opening import aside
from patrondesk.ui.screens.loans.dialog import LoansDialog
from patrondesk.ui.screens.patrons.details_page import DetailsPage
from patrondesk.ui.screens.purge.by_hand import KeepDialog
from patrondesk.ui.shell import paying_back, theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.school import LIBRARIAN, PASSWORD, TODAY, button, here, is_shown, open_school, shown

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def school(qapp, sqlite_template, tmp_path):
    theme.apply(qapp, "light")
    made = open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def wiremu(school):
    return school.patron("Ihaka", "Wiremu", "wihaka08", barcode="P020447")


class Window:
    """Where the dialog and the page are opened, each read to the end."""

    def __init__(self, qtbot, office):
        self.qtbot, self.office = qtbot, office
        self.window = QMainWindow()
        self.window.resize(1366, 768)
        self.window.setCentralWidget(QWidget())
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        self.runner, self.changes = Runner(self.window, collect=False), Changes(self.window)

    def loans(self, patron, office=None):
        dialog = LoansDialog(self.window, office or self.office, self.runner, self.changes, patron)
        dialog.open()
        self.settle()
        return dialog

    def details(self, patron, office=None, section="personal"):
        page = DetailsPage(office or self.office, self.runner, self.changes)
        self.window.setCentralWidget(page)
        page.show_patron(patron, section=section)
        self.qtbot.waitUntil(lambda: self.runner.idle and is_shown("details_in_the_way"))
        return page

    def settle(self):
        self.qtbot.waitUntil(lambda: self.runner.idle)

    def press(self, name):
        self.qtbot.mouseClick(button(self.window, name), LEFT)

    def focused(self, name):
        """The control of that name, once it has the focus."""
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and here().objectName() == name)
        return here()


@pytest.fixture
def window(qtbot, school):
    made = Window(qtbot, school.office)
    yield made
    assert made.runner.close()


def without(office, *rights):
    return office.signed_in(replace(office.actor, permissions=office.actor.permissions - set(rights)))


def said(widget):
    words = " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
    return words.replace("\u2068", "").replace("\u2069", "")


def outcome(dialog):
    return shown(dialog, "loans_outcome").said


def codes(office, patron):
    return [reason.code for reason in patrons.read_details(office, patron).reasons]


# -- reservations


def test_a_reservation_is_cancelled_in_the_loans_dialog(qtbot, school, window, wiremu):
    school.reservation(wiremu, "Te Ara")
    dialog = window.loans(wiremu)
    assert button(dialog, "loans_cancel_reservations").text() == "Cancel the reservation..."
    assert "Cancel what is reserved, or set it aside with a comment" in said(shown(dialog, "loans_reasons"))
    window.press("loans_cancel_reservations")
    asked = shown(dialog, "cancel_reservations_dialog")
    assert "Cancel the reservation of Ihaka, Wiremu?" in said(asked)
    assert "Te Ara since 5 Oct 2026" in said(asked)
    window.focused("cancel_reservations_leave")
    with qtbot.waitSignal(window.changes.changed) as told, qtbot.waitSignal(dialog.settled) as got:
        window.press("cancel_reservations_accept")
    assert told.args[0].touches("reservations")
    assert got.args == [wiremu, True, False]
    assert outcome(dialog) == "The reservation is cancelled. 1 copy is available again. Nothing holds Wiremu any more."
    assert school.item_states() == ["available"]
    assert not is_shown("loans_reasons")
    qtbot.waitUntil(lambda: dialog.focusWidget() is button(dialog, "loans_tag"))


def test_leaving_it_changes_nothing(qtbot, school, window, wiremu):
    school.reservation(wiremu, "Te Ara")
    dialog = window.loans(wiremu)
    window.press("loans_cancel_reservations")
    asked = shown(dialog, "cancel_reservations_dialog")
    with qtbot.waitSignal(asked.finished), qtbot.assertNotEmitted(dialog.settled):
        qtbot.keyClick(window.focused("cancel_reservations_leave"), Qt.Key.Key_Return)
    window.settle()
    assert codes(school.office, wiremu) == ["RESERVATIONS"]


def test_of_several_only_those_that_are_ticked_go(qtbot, school, window, wiremu):
    keys = [school.reservation(wiremu, title) for title in ("Te Ara", "Poems", "The Wild Robot")]
    dialog = window.loans(wiremu)
    assert button(dialog, "loans_cancel_reservations").text() == "Cancel 3 reservations..."
    window.press("loans_cancel_reservations")
    asked = shown(dialog, "cancel_reservations_dialog")
    assert shown(asked, f"cancel_reservation_{keys[1]}", QCheckBox).accessibleName() == "Poems, since 5 Oct 2026"
    assert button(asked, "cancel_reservations_accept").text() == "Cancel 3 reservations"
    for key in keys:
        qtbot.keyClick(shown(asked, f"cancel_reservation_{key}"), Qt.Key.Key_Space)
    assert not button(asked, "cancel_reservations_accept").isEnabled()
    assert button(asked, "cancel_reservations_accept").toolTip() == "Tick what is to be cancelled."
    for key in keys[:2]:
        qtbot.keyClick(shown(asked, f"cancel_reservation_{key}"), Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.settled) as got:
        window.press("cancel_reservations_accept")
    assert got.args == [wiremu, False, False]
    assert [line.id for line in reservations.list_reservations(school.office, wiremu, open_only=True)] == keys[2:]
    assert outcome(dialog).startswith("2 reservations are cancelled. 2 copies are available again. Wiremu cannot be purged yet")
    qtbot.waitUntil(lambda: button(dialog, "loans_cancel_reservations").text() == "Cancel the reservation...")


def test_somebody_else_filled_it_meanwhile(qtbot, school, window, wiremu):
    key = school.reservation(wiremu, "Te Ara")
    dialog = window.loans(wiremu)
    window.press("loans_cancel_reservations")
    aside(lambda: reservations.cancel(school.office, key))
    window.press("cancel_reservations_accept")
    qtbot.waitUntil(lambda: window.runner.idle and not is_shown("loans_reasons"))
    assert "This reservation is not open any more. Nothing was changed." in said(dialog)


def test_a_reservation_is_cancelled_in_the_details(qtbot, school, window, wiremu):
    for title in ("Te Ara", "Poems"):
        school.reservation(wiremu, title)
    page = window.details(wiremu)
    assert button(page, "reason_reservations").text() == "2 reservations open"
    window.press("reason_reservations")
    assert is_shown("details_reservations_table")
    assert button(page, "details_cancel_reservations").text() == "Cancel 2 reservations..."
    window.press("details_cancel_reservations")
    with qtbot.waitSignal(window.changes.changed) as told:
        window.press("cancel_reservations_accept")
    assert told.args[0].touches("reservations")
    qtbot.waitUntil(lambda: window.runner.idle and not is_shown("details_cancel_reservations"))
    assert "2 reservations are cancelled. 2 copies are available again." in said(page)
    assert "Nothing. This patron can go now." in said(shown(page, "details_in_the_way"))
    assert shown(page, "details_reservations_table").model().index(0, 3).data() == "Cancelled"


# -- credits


def test_a_credit_is_paid_back_in_the_loans_dialog(qtbot, school, window, wiremu):
    school.fine(wiremu, -450, kind="Credit")
    school.fine(wiremu, 50)
    dialog = window.loans(wiremu)
    assert button(dialog, "loans_pay_back").text() == "Pay it back..."
    window.press("loans_pay_back")
    asked = shown(dialog, "pay_back_dialog")
    assert "Pay $4.00 back to Ihaka, Wiremu?" in said(asked)
    assert "P020447 · wihaka08 · Year 12, 12C" in said(asked)
    assert "$4.50 credit − $0.50 owed = $4.00" in said(asked)
    note = window.focused("pay_back_note")
    qtbot.keyClicks(note, "receipt 7")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    assert asked.isVisible(), "Enter in the note pays nothing"
    assert button(asked, "pay_back_accept").text() == "Pay $4.00 back"
    with qtbot.waitSignal(dialog.settled) as got:
        window.press("pay_back_accept")
    assert got.args == [wiremu, True, False]
    assert outcome(dialog).startswith("$4.00 is paid back. $0.50 that was owed is settled with the credit. Nothing holds")
    assert [fine.status for fine in fines.list_fines(school.office, wiremu)] == ["closed", "closed"]


def test_a_credit_is_paid_back_in_the_details(qtbot, school, window, wiremu):
    school.fine(wiremu, -450, kind="Credit")
    page = window.details(wiremu)
    window.press("reason_credit")
    assert not is_shown("details_waive")
    window.press("details_pay_back")
    asked = shown(page, "pay_back_dialog")
    assert "credit −" not in said(asked), "a sum of one thing"
    with qtbot.waitSignal(window.changes.changed) as told:
        window.press("pay_back_accept")
    assert told.args[0].touches("fines")
    qtbot.waitUntil(lambda: window.runner.idle and not is_shown("details_pay_back"))
    assert "$4.50 is paid back." in said(page)
    assert patrons.read_details(school.office, wiremu).balance == 0
    assert "Nothing. This patron can go now." in said(shown(page, "details_in_the_way"))


def test_a_credit_that_changed_is_not_paid_and_the_new_one_is_shown(qtbot, school, window, wiremu):
    school.fine(wiremu, -450, kind="Credit")
    dialog = window.loans(wiremu)
    window.press("loans_pay_back")
    aside(lambda: school.fine(wiremu, 50))
    window.press("pay_back_accept")
    qtbot.waitUntil(lambda: window.runner.idle and "The library owes the patron $4.00" in said(shown(dialog, "loans_reasons")))
    assert "The library owes $4.00 now; nothing was paid." in said(dialog)
    assert patrons.read_details(school.office, wiremu).balance == -400


def test_an_unknown_bill_beside_a_credit_offers_both(qtbot, school, window, wiremu):
    school.fine(wiremu, -450, kind="Credit")
    school.fine(wiremu, None)
    dialog = window.loans(wiremu)
    window.press("loans_pay_back")
    assert "1 bill whose amount is not known stays as well." in said(shown(dialog, "pay_back_dialog"))
    window.press("pay_back_accept")
    qtbot.waitUntil(lambda: window.runner.idle and not is_shown("loans_pay_back"))
    assert codes(school.office, wiremu) == ["BALANCE_DUE"]
    assert button(dialog, "loans_waive").isEnabled()


@pytest.mark.parametrize(
    "told",
    [
        [(-450, "active")],
        [(-450, "active"), (50, "active"), (70, "active")],
        [(-450, "active"), (50, "in_dispute"), (None, "active")],
        [(-450, "active"), (-30, "in_dispute"), (90, "closed")],
    ],
)
def test_the_sum_that_is_shown_is_what_is_paid(school, wiremu, told):
    for balance, status in told:
        school.fine(wiremu, balance, status)
    listed = aside(partial(fines.list_fines, school.office, wiremu))
    credit = paying_back.credit_of(listed)
    done = fines.pay_back(school.office, wiremu)
    assert (credit.left, credit.owed) == (done.paid, done.set_off)


# -- what may not be pressed


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("loans", {"loans_cancel_reservations": "cancel reservations", "loans_pay_back": "record payments"}),
        ("reservations", {"details_cancel_reservations": "cancel reservations"}),
        ("fines", {"details_pay_back": "record payments"}),
    ],
)
def test_without_the_right_the_button_says_so(school, window, wiremu, where, names):
    school.reservation(wiremu, "Te Ara")
    school.fine(wiremu, -450)
    less = without(school.office, Permission.CIRCULATION)
    place = window.loans(wiremu, less) if where == "loans" else window.details(wiremu, less, where)
    for name, what in names.items():
        assert not button(place, name).isEnabled()
        assert button(place, name).toolTip() == (
            f"You may not {what}. An administrator of the library can give you that right."
        )  # fmt: skip


# -- keeping


def test_enter_in_the_last_field_keeps_a_patron_in_the_details(qtbot, school, window, wiremu):
    page = window.details(wiremu)
    assert button(page, "details_protect").text() == "Keep..."
    window.press("details_protect")
    asked = shown(page, "protect_dialog")
    until = shown(asked, "protect_until", QLineEdit)
    until.setFocus()
    qtbot.keyClick(until, Qt.Key.Key_Return)
    assert "Say why this patron must be kept." in said(asked)
    qtbot.keyClicks(shown(asked, "protect_reason", QLineEdit), "Exchange year")
    qtbot.keyClick(shown(asked, "protect_reason", QLineEdit), Qt.Key.Key_Return)
    assert asked.isVisible(), "that is not the last field"
    qtbot.keyClicks(until, "31 Jan 2027")
    qtbot.keyClick(until, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.runner.idle and button(page, "details_protect").text() == "End keeping...")
    qtbot.waitUntil(lambda: "Keep until 31 January 2027" in said(page.side))
    assert len(patrons.read_details(school.office, wiremu).protections) == 1
    assert "End keeping." in said(shown(page, "details_in_the_way"))
    window.press("details_protect")
    assert "End keeping Ihaka, Wiremu?" in said(shown(page, "unprotect_dialog"))
    assert button(page, "ask_accept").text() == "End keeping"
    window.press("ask_cancel")


@pytest.mark.parametrize("limited", [True, False])
def test_enter_in_the_last_field_keeps_a_patron_on_the_purge_page(qtbot, school, window, wiremu, limited):
    row = aside(partial(patrons.read_details, school.office, wiremu))
    kept = []
    dialog = KeepDialog(window.window, row, TODAY, lambda why, until: kept.append((why, until)))
    dialog.open()
    reason = shown(dialog, "protect_reason", QLineEdit)
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert dialog.reason.error.startswith("Say why")
    qtbot.keyClicks(reason, "repeats the year")
    if limited:
        qtbot.keyClick(shown(dialog, "protect_limited"), Qt.Key.Key_Space)
        qtbot.keyClick(reason, Qt.Key.Key_Return)
        assert not kept, "that is not the last field"
        day = shown(dialog, "protect_until", QDateEdit)
        day.setFocus()
        qtbot.keyClick(day, Qt.Key.Key_Return)
    else:
        shown(dialog, "protect_limited").setFocus()
        qtbot.keyClick(shown(dialog, "protect_limited"), Qt.Key.Key_Return)
        assert not kept, "nor is that"
        reason.setFocus()
        qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert kept == [("repeats the year", dt.date(2027, 12, 4) if limited else None)]
    assert not dialog.isVisible()


# -- the way from the purge page


@pytest.mark.parametrize(
    ("make", "button_there", "lifting"),
    [
        (lambda school, key: school.reservation(key, "Te Ara"), "Open reservations", "details_cancel_reservations"),
        (lambda school, key: school.fine(key, -450), "Open fines", "details_pay_back"),
        (lambda school, key: school.fine(key, 450), "Open fines", "details_waive"),
    ],
)
def test_the_purge_page_leads_to_where_a_reason_is_lifted(qtbot, school, wiremu, tmp_path, make, button_there, lifting):
    make(school, wiremu)
    window = open_window(str(tmp_path / "library.patrondesk"), LIBRARIAN, PASSWORD)
    qtbot.addWidget(window)
    window.show()
    window.desk.go("purge")
    page = window.desk.purge_page
    qtbot.waitUntil(lambda: window.runner.idle and bool(page.model.rows))
    page.doings.why(page.model.rows[0])
    way = button(window, "reason_details")
    assert way.text() == button_there
    qtbot.mouseClick(way, LEFT)
    qtbot.waitUntil(lambda: window.runner.idle and is_shown(lifting))
    assert button(window, lifting).isEnabled()
    assert button(window, "details_back").accessibleName() == "Back to User Purge"
    window.close()
