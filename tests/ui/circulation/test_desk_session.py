"""The circulation desk in the real window, by keyboard alone: scan, lend, refuse, return, take back, pay, choose, end."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.lending import LendingRule
from patrondesk.records.staff import Permission
from patrondesk.services import lending_rules
from patrondesk.ui.screens.circulation.modes import Mode
from patrondesk.ui.screens.circulation.page import CirculationPage
from patrondesk.ui.shell import theme
from tests.ui import school as schools
from tests.ui.demo_school import nameless, words

KEY = Qt.Key


@pytest.fixture
def school(sqlite_template, tmp_path):
    made = schools.open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def desk(qtbot, qapp, school, runner, changes):
    """Ana, with a debt; Ben and Bea Hart; two books that are free. The page, shown."""
    theme.apply(qapp, "light")
    people = {
        "ana": school.patron("Ruiz", "Ana", "aruiz", enabled=True, barcode="P001"),
        "ben": school.patron("Hart", "Ben", "bhart", enabled=True, barcode="P002"),
        "bea": school.patron("Hart", "Bea", "bea", enabled=True, barcode="P003"),
    }
    school.fine(people["ana"], 500)
    school.fine(people["ana"], None)
    with school.office.database.write() as session:
        for number, title in enumerate(("The Wild Robot", "Holes"), start=1):
            from patrondesk.models.item import Title

            book = Title(library_id=school.office.library_id, title=title, author="Writer, A.")
            session.add(book)
            session.flush()
            session.add(Item(library_id=school.office.library_id, title_id=book.id, barcode=f"B{number}", price=900))
    page = CirculationPage(school.office, runner, changes)
    page.resize(1160, 720)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.field)
    qtbot.waitUntil(lambda: runner.idle)
    page.people = people  # type: ignore[attr-defined]
    return page


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(schools.here(), key, modifiers)


def scan(qtbot, page, word):
    """What a scanner does: types a word wherever the focus is, and ends with Enter."""
    for letter in word:
        QTest.keyClick(schools.here(), letter)
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: page._runner.idle and not page.busy)
    QTest.qWait(1)


def at(name):
    """Whether the focus is in the widget of that name."""
    focused = QApplication.focusWidget()
    return focused is not None and focused.objectName() == name


def told(page):
    return page.notice


def kinds(page):
    return [entry.kind for entry in page.log.rows.records]


def status(school, barcode):
    with school.office.database.read() as session:
        return session.scalar(sa.select(Item.status).where(Item.barcode == barcode))


def test_a_whole_session_by_keyboard(qtbot, desk, school):
    lending_rules.set_rule(school.office, LendingRule(None, 21))
    # Ana comes with two books, and one that Ben has.
    scan(qtbot, desk, "P001")
    assert desk.visit.patron.name == "Ruiz, Ana"
    assert "Owes $5.00 and 1 bill without an amount." in words(desk.card)
    scan(qtbot, desk, "B1")
    assert told(desk) == "“The Wild Robot” is lent until 25 December 2026."
    scan(qtbot, desk, "B2")
    assert kinds(desk) == ["lent", "lent"]
    assert [status(school, barcode) for barcode in ("B1", "B2")] == ["on_loan", "on_loan"]
    # The second was a mistake.
    press(KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: kinds(desk)[0] == "taken_back")
    assert status(school, "B2") == "available"
    # She pays; the dialog takes the amount as it stands.
    press(KEY.Key_F9)
    dialog = schools.shown(desk, "payment_dialog")
    dialog.activateWindow()
    qtbot.waitUntil(lambda: at("payment_amount"))
    QTest.keyClick(dialog, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "paid" in kinds(desk))
    qtbot.waitUntil(lambda: desk._runner.idle)
    assert desk.visit.patron.balance == 0
    assert desk.day_button.text() == "Today at this desk: $5.00"
    desk.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.field)
    # She leaves; Ben takes what she has, and is told that he cannot.
    press(KEY.Key_Return)
    assert desk.visit is None
    assert told(desk).replace("\u2068", "").replace("\u2069", "") == "Ruiz, Ana: 1 lent."
    scan(qtbot, desk, "P002")
    scan(qtbot, desk, "B1")
    assert kinds(desk) == ["refused"]
    assert "is on loan already." in told(desk)
    # He reserves it instead, and goes.
    press(KEY.Key_F8)
    assert desk.mode is Mode.RESERVE
    scan(qtbot, desk, "B1")
    assert "is reserved." in told(desk)
    press(KEY.Key_Escape)
    assert (desk.visit, desk.mode) == (None, Mode.LEND)
    # It comes back through the door, with nobody at the desk.
    scan(qtbot, desk, "B1")
    assert kinds(desk) == ["returned"]
    assert "Put it aside for Hart, Ben" in told(desk)
    assert status(school, "B1") == "on_hold"
    # A name that two have: the list, down one, Enter.
    press(KEY.Key_Escape)
    for letter in "hart":
        QTest.keyClick(schools.here(), letter)
    press(KEY.Key_Return)
    chooser = schools.shown(desk, "desk_choose_dialog")
    chooser.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is chooser.table)
    press(KEY.Key_Down)
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: desk.visit is not None)
    assert desk.visit.patron.name == "Hart, Ben"
    assert "The Wild Robot is set aside: B1." in words(desk.card)
    desk.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.field)
    scan(qtbot, desk, "B1")
    assert "It was set aside for this patron." in told(desk)
    # Renewed, lost, found.
    press(KEY.Key_F4)
    scan(qtbot, desk, "B1")
    press(KEY.Key_F7)
    scan(qtbot, desk, "B1")
    scan(qtbot, desk, "B1")
    assert kinds(desk)[:3] == ["found", "lost", "renewed"]
    assert status(school, "B1") == "available"
    press(KEY.Key_F3)
    scan(qtbot, desk, "nothing like it")
    assert told(desk).startswith("Nothing is called “nothing like it”.")
    with school.office.database.read() as session:
        assert session.scalar(sa.select(Reservation.status)) == "filled"
        assert sorted(session.scalars(sa.select(Loan.status))) == ["lost", "returned"]
    assert nameless(desk) == []


def test_scans_that_come_faster_than_answers_keep_their_order(qtbot, desk, school):
    for word in ("P001", "B1", "B2"):
        for letter in word:
            QTest.keyClick(desk.field, letter)
        QTest.keyClick(desk.field, KEY.Key_Return)
    qtbot.waitUntil(lambda: kinds(desk) == ["lent", "lent"])
    with school.office.database.read() as session:
        assert set(session.scalars(sa.select(Loan.patron_id))) == {desk.people["ana"]}


def test_every_reason_stands_on_the_card(qtbot, desk, school):
    school.set("debt_block_limit", "5.00")
    with school.office.database.write() as session:
        session.get_one(Patron, desk.people["ana"]).enabled = False
    scan(qtbot, desk, "aruiz")
    said = words(desk.card)
    assert "This patron is deactivated." in said
    assert "The patron owes $5.00; the limit is $5.00." in said
    assert "It lifts by itself when $0.01 is paid or waived." in said
    scan(qtbot, desk, "B1")
    assert "deactivated" in told(desk)
    assert "owes $5.00" in told(desk)
    assert status(school, "B1") == "available"


def test_an_old_card_is_told(qtbot, desk, school):
    school.old_card(desk.people["ana"], "OLD9")
    scan(qtbot, desk, "OLD9")
    assert desk.visit.patron.name == "Ruiz, Ana"
    assert told(desk) == "This is an old card. The card is P001 now."


def test_a_scan_on_a_button_goes_to_the_field(qtbot, desk):
    desk.modes.buttons[Mode.RENEW].setFocus()
    scan(qtbot, desk, "P001")
    assert desk.visit is not None
    assert QApplication.focusWidget() is desk.field


def test_without_the_right_the_desk_says_who_can_give_it(qtbot, qapp, school, runner, changes):
    from dataclasses import replace

    office = school.office
    less = office.signed_in(replace(office.actor, permissions=office.actor.permissions - {Permission.CIRCULATION}))
    page = CirculationPage(less, runner, changes)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: runner.idle)
    assert not page.field.isEnabled()
    assert "administrator" in page.field.toolTip()
    assert not page.item_button.isEnabled()


def test_an_item_is_added_and_changed_by_hand(qtbot, desk, school):
    press(KEY.Key_Escape)
    desk.commands["add_item"].trigger()
    dialog = schools.shown(desk, "item_dialog")
    dialog.activateWindow()
    qtbot.waitUntil(lambda: at("item_barcode"))
    for letter in "B1":
        QTest.keyClick(schools.here(), letter)
    QTest.keyClick(dialog, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert dialog._fields["title"].error == "An item needs a title."
    QTest.keyClicks(schools.here(), "Matilda")
    QTest.keyClick(dialog, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dialog._fields["barcode"].error.startswith("Another item has the barcode"))
    dialog._fields["barcode"].control.setText("B77")
    QTest.keyClick(dialog, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: told(desk) == "“Matilda” is added.")
    assert status(school, "B77") == "available"
    schools.button(desk, "desk_change_item").click()
    again = schools.shown(desk, "item_dialog")
    schools.button(again, "item_withdraw").click()
    qtbot.waitUntil(lambda: told(desk) == "“Matilda” is withdrawn.")
    assert status(school, "B77") == "withdrawn"


def test_a_typed_title_is_chosen_and_its_row_opens_the_item(qtbot, desk, school):
    scan(qtbot, desk, "P001")
    for letter in "hol":
        QTest.keyClick(schools.here(), letter)
    press(KEY.Key_Return)
    chooser = schools.shown(desk, "desk_items_dialog")
    chooser.activateWindow()
    qtbot.waitUntil(lambda: at("desk_items_table"))
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: kinds(desk) == ["lent"])
    assert status(school, "B2") == "on_loan"
    desk.log.entered_cell.emit(desk.log.rows.index(0, 2))
    dialog = schools.shown(desk, "item_dialog")
    assert dialog._fields["barcode"].control.text() == "B2"
    schools.button(dialog, "item_withdraw").click()
    qtbot.waitUntil(lambda: "is on loan" in words(dialog))
    dialog.reject()


def test_an_unknown_amount_is_set_and_a_fine_disputed(qtbot, desk, school):
    scan(qtbot, desk, "P001")
    schools.button(desk, "desk_fines").click()
    dialog = schools.shown(desk, "desk_fines_dialog")
    unknown = next(n for n, fine in enumerate(desk.visit.fines) if fine.balance is None)
    dialog.table.setCurrentIndex(dialog.table.model().index(unknown, 0))
    schools.button(dialog, "desk_fine_set_amount").click()
    assert dialog._amount.error == "Write an amount above 0, such as 12.50."
    dialog._amount.control.setText("4.25")
    schools.button(dialog, "desk_fine_set_amount").click()
    qtbot.waitUntil(lambda: told(desk) == "The amount of the bill is $4.25.")
    qtbot.waitUntil(lambda: desk._runner.idle)
    assert (desk.visit.patron.balance, desk.visit.patron.unknown_fines) == (925, 0)
    schools.button(desk, "desk_fines").click()
    dialog = schools.shown(desk, "desk_fines_dialog")
    assert nameless(dialog) == []
    schools.button(dialog, "desk_fine_dispute").click()
    qtbot.waitUntil(lambda: told(desk) == "The fine is in dispute.")
    assert [fine.status for fine in desk.visit.fines].count("in_dispute") == 1
