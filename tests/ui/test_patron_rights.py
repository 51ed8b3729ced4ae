"""A person's rights on the details: the data downloaded, requests opened and closed, the patron deleted and undone."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMainWindow

from patrondesk.models.patron import Patron
from patrondesk.records.staff import Permission
from patrondesk.services import access_requests, reservations
from patrondesk.services.purging.batch_reading import list_batches
from patrondesk.ui.screens.patrons.details_page import DetailsPage
from patrondesk.ui.screens.patrons.requests_list import RequestsDialog
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.school import TODAY, button, here, is_shown, open_school, shown

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


class Shown(DetailsPage):
    """The page in a window; `go` shows a patron and waits for the card of requests too."""

    def __init__(self, qtbot, office):
        self.window_of_it = QMainWindow()
        self.window_of_it.resize(1366, 768)
        qtbot.addWidget(self.window_of_it)
        self.runner, self.changes = Runner(self.window_of_it, collect=False), Changes(self.window_of_it)
        super().__init__(office, self.runner, self.changes)
        self.qtbot = qtbot
        self.window_of_it.setCentralWidget(self)
        self.window_of_it.show()
        self.window_of_it.activateWindow()

    def go(self, patron):
        self.show_patron(patron, (), "User Purge")
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.runner.idle and is_shown("details_requests"), timeout=5000)

    def press(self, name):
        self.qtbot.mouseClick(button(self, name), LEFT)


@pytest.fixture
def page(qtbot, school):
    made = Shown(qtbot, school.office)
    yield made
    assert made.runner.close()


def focused(qtbot, name):
    """The keyboard is there, where Enter does no harm."""
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and here().objectName() == name)


def notice(page):
    return shown(page, "banner_done").accessibleName()


def type_in(page, name, words, enter=False):
    field = shown(page, name, QLineEdit)
    field.clear()
    page.qtbot.keyClicks(field, words)
    if enter:
        page.qtbot.keyClick(field, Qt.Key.Key_Return)


# ---------------------------------------------------------------------------------------------- deleting


def present(school, patron):
    with school.office.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Patron).where(Patron.id == patron)) == 1


def test_a_patron_is_deleted_after_two_questions_and_brought_back(page, school, wiremu):
    page.go(wiremu)
    assert button(page, "details_delete").isEnabled()
    assert not is_shown("details_delete_why")
    page.press("details_delete")
    first = shown(page, "delete_dialog")
    assert "Unlike a purge this keeps no statistics." in texts(first)
    assert "Ihaka, Wiremu" in " ".join(texts(first))
    focused(page.qtbot, "delete_cancel")
    page.press("delete_go_on")
    second = shown(page, "delete_confirm_dialog")
    until = school.office.clock.real_today() + dt.timedelta(days=30)
    assert any("for good?" in said for said in texts(second))
    assert any(f"You can undo this until {until.day} {until:%B %Y}" in said for said in texts(second))
    focused(page.qtbot, "delete_confirm_cancel")
    page.press("delete_confirm_accept")
    page.qtbot.waitUntil(lambda: page.runner.idle and is_shown("delete_undo"), timeout=10_000)
    assert "Ihaka, Wiremu is deleted." in notice(page)
    assert not present(school, wiremu)
    assert list_batches(school.office)[0].deletion
    page.press("delete_undo")
    shown(page, "delete_undo_dialog")
    page.press("ask_accept")
    page.settle()
    assert present(school, wiremu)
    assert button(page, "details_delete").isEnabled()
    assert "is back" in notice(page)


def texts(dialog):
    from PySide6.QtWidgets import QLabel

    return [label.text().replace("\u2068", "").replace("\u2069", "").replace("**", "") for label in dialog.findChildren(QLabel)
            if label.isVisible()]  # fmt: skip


@pytest.mark.parametrize("stop", ["delete_cancel", "delete_confirm_cancel"])
def test_cancel_deletes_nobody(page, school, wiremu, stop):
    page.go(wiremu)
    page.press("details_delete")
    if stop == "delete_confirm_cancel":
        page.press("delete_go_on")
    page.press(stop)
    page.qtbot.waitUntil(lambda: not is_shown("delete_dialog") and not is_shown("delete_confirm_dialog"))
    assert present(school, wiremu)
    assert page.runner.idle


def test_escape_in_either_question_is_cancel(page, school, wiremu):
    page.go(wiremu)
    page.press("details_delete")
    QTest.keyClick(shown(page, "delete_dialog"), Qt.Key.Key_Escape)
    page.qtbot.waitUntil(lambda: not is_shown("delete_dialog"))
    assert present(school, wiremu)


def test_what_is_in_the_way_stands_beside_the_button(page, school, wiremu):
    school.loan(wiremu, "The Wild Robot", 1250)
    page.go(wiremu)
    delete = button(page, "details_delete")
    assert not delete.isEnabled()
    assert shown(page, "details_delete_why").text() == "Delete: only without loans, reservations and debts"
    assert "1 item" in delete.toolTip()
    assert delete.accessibleDescription() == delete.toolTip()


def test_the_menu_s_commands_are_in_force_as_the_buttons_are(page, school, wiremu):
    assert not page.commands["delete"].isEnabled()
    page.go(wiremu)
    assert page.commands["delete"].isEnabled()
    assert page.commands["download"].isEnabled()
    page.commands["delete"].trigger()
    shown(page, "delete_dialog")
    page.press("delete_cancel")
    school.loan(wiremu, "The Wild Robot", 1250)
    page.go(wiremu)
    assert not page.commands["delete"].isEnabled()


def test_a_request_is_told_in_its_own_words(page, school, wiremu):
    access_requests.open_request(school.office, wiremu, due_on=dt.date(2026, 12, 30))
    page.go(wiremu)
    why = shown(page, "details_delete_why").text()
    assert why == "Delete: a request to see the data is open until 30 December 2026"


def test_a_reason_that_comes_after_the_questions_is_told(page, school, wiremu):
    page.go(wiremu)
    page.press("details_delete")
    page.press("delete_go_on")
    school.reservation(wiremu, "Hatchet")
    page.press("delete_confirm_accept")
    page.qtbot.waitUntil(lambda: is_shown("banner_not_done"), timeout=10_000)
    said = shown(page, "banner_not_done").accessibleName()
    assert said == "Nothing was deleted: 1 reservation open. Cancel what is reserved."
    assert present(school, wiremu)
    assert len(reservations.list_reservations(school.office, wiremu)) == 1


def test_without_the_rights_the_buttons_say_why(qtbot, school, wiremu):
    office = school.office
    less = office.actor.permissions - {Permission.DELETE_PATRON, Permission.DOWNLOAD_DATA}
    clerk = Shown(qtbot, office.signed_in(replace(office.actor, permissions=less)))
    access_requests.open_request(office, wiremu)
    clerk.go(wiremu)
    for name, what in (("details_delete", "delete"), ("details_download", "download"), ("request_open", "download")):
        assert not button(clerk, name).isEnabled()
        assert f"You may not {what} patrons" in button(clerk, name).toolTip()
    assert not is_shown("details_delete_why")
    assert clerk.runner.close()


# ---------------------------------------------------------------------------------------------- the data


def choose(page, target):
    page.qtbot.waitUntil(lambda: page.findChild(QFileDialog, "download_save_dialog") is not None, timeout=5000)
    asked = page.findChild(QFileDialog, "download_save_dialog")
    field = asked.findChild(QLineEdit)
    proposed = field.text()
    field.setText(str(target))
    asked.accept()
    return proposed


@pytest.mark.parametrize("kind", ["json", "html", "xlsx"])
def test_the_data_is_saved_as_what_was_chosen(page, school, wiremu, tmp_path, kind):
    page.go(wiremu)
    page.press("details_download")
    page.press(f"download_{kind}")
    type_in(page, "download_reason", "the mother asked", enter=True)
    assert choose(page, tmp_path / f"mine.{kind}") == f"patron-data-wihaka08-2026-12-04.{kind}"
    page.qtbot.waitUntil(lambda: is_shown("banner_done") and page.runner.idle, timeout=10_000)
    assert "holds personal data" in notice(page)
    assert (tmp_path / f"mine.{kind}").stat().st_size > 500
    (told,) = access_requests.list_downloads(school.office, wiremu)
    assert (told.format, told.reason, told.request) == (kind, "the mother asked", None)
    page.settle()
    assert any("Downloaded" in said for said in texts(shown(page, "details_requests")))


def test_a_reason_is_asked_for(page, wiremu):
    page.go(wiremu)
    page.press("details_download")
    page.press("download_accept")
    assert is_shown("download_dialog")
    focused(page.qtbot, "download_reason")
    assert "Say why" in here().accessibleDescription()
    page.press("download_cancel")


def test_a_download_that_answers_a_request_needs_no_reason(page, school, wiremu, tmp_path):
    request = access_requests.open_request(school.office, wiremu)
    page.go(wiremu)
    page.press("details_download")
    assert button(page, "download_answers").isChecked()
    page.press("download_accept")
    choose(page, tmp_path / "mine.json")
    page.qtbot.waitUntil(lambda: is_shown("banner_done") and page.runner.idle, timeout=10_000)
    assert "Close the request once it is handed over." in notice(page)
    assert access_requests.list_downloads(school.office, wiremu)[0].request == request
    assert json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))["sheets"][0]["rows"][0]["username"] == "wihaka08"


def test_a_file_that_cannot_be_written_is_told(page, school, wiremu, tmp_path):
    page.go(wiremu)
    (tmp_path / "mine.json").mkdir()
    page._with_view(lambda view: page.rights._rights.download(view))
    type_in(page, "download_reason", "x", enter=True)
    page.qtbot.waitUntil(lambda: page.findChild(QFileDialog, "download_save_dialog") is not None, timeout=5000)
    asked = page.findChild(QFileDialog, "download_save_dialog")
    asked.fileSelected.emit(str(tmp_path / "mine.json"))
    asked.reject()
    page.qtbot.waitUntil(lambda: is_shown("banner_not_done"), timeout=10_000)
    assert access_requests.list_downloads(school.office, wiremu) == []


# ---------------------------------------------------------------------------------------------- requests


def test_a_request_is_opened_given_another_day_and_closed_by_keyboard(page, school, wiremu):
    page.go(wiremu)
    button(page, "request_open").setFocus()
    page.qtbot.keyClick(button(page, "request_open"), Qt.Key.Key_Return)
    type_in(page, "request_comment", "The mother, by letter")
    assert shown(page, "request_due", QLineEdit).text() == "18 Jan 2027"
    page.qtbot.keyClick(shown(page, "request_rule"), Qt.Key.Key_Down)
    assert shown(page, "request_due", QLineEdit).text() == "4 Jan 2027"
    type_in(page, "request_since", "1 Dec 2026")
    assert shown(page, "request_due", QLineEdit).text() == "1 Jan 2027"
    page.qtbot.keyClick(shown(page, "request_due", QLineEdit), Qt.Key.Key_Return)
    page.qtbot.waitUntil(lambda: is_shown("banner_done") and page.runner.idle, timeout=5000)
    page.settle()
    (one,) = access_requests.list_requests(school.office, wiremu)
    assert (one.rule, one.opened_on, one.due_on) == ("gdpr", dt.date(2026, 12, 1), dt.date(2027, 1, 1))
    assert one.comment == "The mother, by letter"
    card = " ".join(texts(shown(page, "details_requests")))
    assert "To be answered until" in card
    assert "in 28 days" in card
    page.press(f"request_day_{one.id}")
    type_in(page, "request_another_day", "15 Jan 2027", enter=True)
    page.qtbot.waitUntil(lambda: page.runner.idle and "15 January 2027" in " ".join(texts(shown(page, "details_requests"))))
    page.press(f"request_close_{one.id}")
    page.press("request_close_accept")
    assert is_shown("request_close_dialog"), "without an outcome it stays open"
    type_in(page, "request_outcome", "handed out", enter=True)
    page.qtbot.waitUntil(lambda: page.runner.idle and "handed out" in " ".join(texts(shown(page, "details_requests"))))
    assert access_requests.list_requests(school.office, closed=False) == []


def test_a_due_date_that_was_written_is_left_alone(page, wiremu):
    page.go(wiremu)
    page.press("request_open")
    type_in(page, "request_due", "1 Mar 2027")
    page.qtbot.keyClick(shown(page, "request_rule"), Qt.Key.Key_Down)
    assert shown(page, "request_due", QLineEdit).text() == "1 Mar 2027"
    type_in(page, "request_due", "30 Feb 2027", enter=True)
    assert "There is no such day" in shown(page, "request_due", QLineEdit).accessibleDescription()
    type_in(page, "request_due", "1 Mar 2026", enter=True)
    assert "before the request came in" in shown(page, "request_due", QLineEdit).accessibleDescription()
    type_in(page, "request_since", "5 Dec 2026")
    page.press("request_accept")
    assert "still ahead" in shown(page, "request_since", QLineEdit).accessibleDescription()
    page.press("request_cancel")


def test_an_overdue_request_is_told_as_such(page, school, wiremu):
    access_requests.open_request(school.office, wiremu, opened_on=TODAY - dt.timedelta(days=50))
    page.go(wiremu)
    card = shown(page, "details_requests")
    assert card.property("card") == "warn"
    assert "5 days ago" in " ".join(texts(card))


def test_the_list_of_requests_leads_to_the_patron(qtbot, school, wiremu):
    other = school.patron("Hau", "Ana", "ahau01")
    access_requests.open_request(school.office, other, opened_on=TODAY - dt.timedelta(days=60))
    closed = access_requests.open_request(school.office, wiremu)
    access_requests.close_request(school.office, closed, "withdrawn")
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1200, 700)
    window.show()
    dialog = RequestsDialog(window, tuple(access_requests.list_requests(school.office)))
    dialog.open()
    table = shown(dialog, "requests_table")
    model = table.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Hau, Ana", "Ihaka, Wiremu"]
    assert [model.index(row, 3).data() for row in range(2)] == ["Overdue", "Closed"]
    assert "1 request is open" in texts(dialog)
    with qtbot.waitSignal(dialog.patron_chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == [other]
    empty = RequestsDialog(window, ())
    empty.open()
    assert "No request is open" in texts(empty)
    focused(qtbot, "requests_close")
    empty.reject()
