"""My account: one's own things and nothing else; the password, the data, and this computer signing in by itself."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit

from patrondesk.services import keychain, passwords, signin, staff, tokens
from patrondesk.services.office import Office
from patrondesk.ui.main import open_window
from patrondesk.ui.screens.account.page import AccountPage
from patrondesk.ui.shell import theme
from tests.ui import demo_school
from tests.ui.demo_school import find, idle, nameless, words
from tests.ui.school import button, open_school, shown
from tests.ui.walker import Walker

LEFT = Qt.MouseButton.LeftButton
SECRET = "seven purple lanterns"


class Ring:
    def __init__(self):
        self.kept = {}

    def set_password(self, service, name, secret):
        self.kept[name] = secret

    def get_password(self, service, name):
        return self.kept.get(name)

    def delete_password(self, service, name):
        del self.kept[name]


@pytest.fixture(autouse=True)
def ring(monkeypatch):
    """The keyring of the test's own computer."""
    made = Ring()
    monkeypatch.setattr(keychain, "find_backend", lambda: made)
    return made


@pytest.fixture
def pupil(sqlite_template, tmp_path):
    """A pupil with a password, a loan and a fine, signed in."""
    school = open_school(sqlite_template, tmp_path)
    key = school.patron("Ruiz", "Ana", "ana", enabled=True)
    other = school.patron("Lind", "Bo", "bo", enabled=True)
    school.loan(key, "The Hatchet", 1250)
    school.loan(other, "Dune", 1250)
    school.fine(key, 350)
    staff.add_staff(school.office, "ana", "patron", SECRET)
    yield signin.sign_in(Office(school.office.database, school.office.clock), "ana", SECRET)
    school.office.database.close()


@pytest.fixture
def page(qtbot, qapp, pupil, runner, changes):
    theme.apply(qapp, "light")
    made = AccountPage(pupil, runner, changes, alone=True)
    qtbot.addWidget(made)
    made.resize(1100, 900)
    made.show()
    made.refresh()
    idle(qtbot, runner)
    return made


def press(qtbot, page, name, runner):
    qtbot.mouseClick(button(page, name), LEFT)
    idle(qtbot, runner)


def test_ones_own_things_are_shown_and_nobody_elses(page):
    said = words(page)
    assert "1 item on loan, $3.50 owed" in said
    assert page.loans.rows.record(0).title == "The Hatchet"
    assert page.loans.rows.rowCount() == 1
    assert page.fines.rows.rowCount() == 1
    assert "Ruiz, Ana" in said
    assert "Dune" not in said
    assert nameless(page) == []


def test_the_password_is_changed_with_the_present_one(qtbot, page, pupil, runner, monkeypatch):
    press(qtbot, page, "account_password", runner)
    for name, typed in (("present", "wrong"), ("new", "a new long one"), ("again", "a new long one")):
        shown(page, f"my_password_{name}", QLineEdit).setText(typed)
    press(qtbot, page, "my_password_accept", runner)
    assert "That is not your present password." in words(shown(page, "my_password", QDialog))
    shown(page, "my_password_present", QLineEdit).setText(SECRET)
    press(qtbot, page, "my_password_accept", runner)
    assert "Your password is changed." in words(page)
    signin.sign_in(Office(pupil.database), "ana", "a new long one")


def test_this_computer_signs_in_by_itself_and_stops(qtbot, page, pupil, runner, ring):
    with qtbot.waitSignal(page.by_itself_changed) as told:
        press(qtbot, page, "account_by_itself", runner)
        press(qtbot, page, "ask_accept", runner)
    assert told.args == [True]
    assert len(ring.kept) == 1
    assert page.computers.rows.rowCount() == 1
    assert "No longer" in button(page, "account_by_itself").text()
    press(qtbot, page, "account_by_itself", runner)
    assert ring.kept == {}
    assert tokens.list_my_tokens(pupil) == []


def test_it_is_ended_from_the_list(qtbot, page, pupil, runner):
    tokens.make_token(pupil, tokens.COMPUTER, "LIB-PC-02")
    page.refresh()
    idle(qtbot, runner)
    press(qtbot, page, "account_end_token", runner)
    assert tokens.list_my_tokens(pupil) == []


def test_where_there_is_no_keyring_it_says_so(qtbot, page, runner, monkeypatch):
    monkeypatch.setattr(keychain, "find_backend", lambda: None)
    page.refresh()
    idle(qtbot, runner)
    control = find(page, "account_by_itself")
    assert not control.isEnabled()
    assert control.toolTip() == keychain.NONE


def test_ones_own_data_is_saved_and_the_download_is_logged(qtbot, page, pupil, runner, tmp_path):
    press(qtbot, page, "account_download", runner)
    chooser = shown(page, "account_save_dialog", QFileDialog)
    target = tmp_path / "mine.json"
    chooser.fileSelected.emit(str(target))
    chooser.reject()
    idle(qtbot, runner)
    told = target.read_text(encoding="utf-8")
    json.loads(told)
    assert "The Hatchet" in told
    assert "Dune" not in told
    assert passwords.NOBODYS[:10] not in told
    assert "Your data is saved." in words(page)


def test_a_patron_in_the_window_has_this_page_only(qtbot, qapp, tmp_path):
    file = demo_school.copied(tmp_path)
    from patrondesk.ui.main.opening import aside

    def give() -> None:
        from patrondesk import bootstrap

        office = signin.sign_in(bootstrap.open_library(file), "librarian", "demo")
        staff.add_staff(office, "kim", "patron", SECRET, name="Park, Kim")
        office.database.close()

    aside(give)
    window = open_window(str(file), "kim", SECRET)
    qtbot.addWidget(window)
    window.show()
    walker = Walker(qtbot, window)
    walker.settle()
    walker.wait(lambda: walker.shown("account_page"))
    assert not [name for name in ("patrons", "purge", "settings", "circulation") if walker.shown(f"nav_{name}")]
    assert walker.shown("account_back") is None
    actions = [one for one in window.findChildren(QAction) if one.objectName().startswith("menu_")]
    on = {one.objectName() for one in actions if one.isEnabled() and one.isVisible()}
    assert on & {"menu_staff", "menu_audit", "menu_backup", "menu_backups", "menu_find", "menu_import", "menu_go_purge"} == set()
    assert {"menu_account", "menu_lock", "menu_quit"} <= on
    assert not any(widget.objectName() == "purge_page" for widget in window.desk._built.values())
    assert not window.desk.busy
    walker.press("nav_lock")
    walker.wait(lambda: walker.shown("signin_page"))
    window.close()
