"""The lock: it keeps the desk for whoever comes back, and comes by itself when nobody is there, with a word a minute before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSpinBox, QWidget

from patrondesk.services import keychain, signin, staff, standing_in, tokens
from patrondesk.ui.main.gate import Gate
from patrondesk.ui.main.opening import aside
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui.walker import Walker

SECRET = "seven purple lanterns"


class Hands:
    """The time, as a test moves it."""

    def __init__(self, window):
        self.seconds, self.window = 1000.0, window
        window.idle.now = lambda: (self.seconds, self.seconds)
        self.asked = 0

    def wait(self, seconds):
        """So many seconds go by, and the window looks."""
        self.seconds += seconds
        self.window.idle.look()


@pytest.fixture
def hands(walker):
    made = Hands(walker.window)
    walker.window.show()
    walker.settle()
    walker.front(walker.window)
    walker.window.idle.start(15, lambda: walker.window.desk is not None and walker.window.desk.busy)
    return made


def sign_in(walker, username="librarian", password="demo"):
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    walker.shown("signin_username").setText(username)
    walker.shown("signin_password").setText(password)
    walker.press("signin_button")
    walker.wait(lambda: walker.window.desk is not None and walker.window.runner.idle)


def said() -> str:
    tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
    return " ".join(label.text() for top in tops for label in top.findChildren(QLabel) if label.isVisible())


def test_it_warns_a_minute_before_and_locks(walker, hands):
    hands.wait(14 * 60 - 1)
    assert walker.shown("idle_dialog") is None
    hands.wait(1)
    assert walker.shown("idle_dialog") is not None
    assert "60 seconds left." in said()
    hands.wait(30)
    assert "30 seconds left." in said()
    assert walker.window.desk is not None
    hands.wait(30)
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    assert walker.window.desk is None
    assert walker.shown("idle_dialog") is None
    assert walker.shown("purge_page") is None


def test_any_key_dismisses_the_warning_and_the_time_begins_anew(walker, hands):
    hands.wait(14 * 60 + 10)
    dialog = walker.shown("idle_dialog")
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Shift)
    walker.wait(lambda: walker.shown("idle_dialog") is None)
    hands.wait(14 * 60 - 1)
    assert walker.shown("idle_dialog") is None
    assert walker.window.desk is not None


@pytest.mark.parametrize("sign", ["key", "mouse"])
def test_somebody_at_work_is_never_locked_out(walker, hands, sign):
    handle = walker.window.windowHandle()
    for _ in range(4):
        hands.wait(13 * 60)
        if sign == "key":
            QTest.keyClick(handle, Qt.Key.Key_Control)
        else:
            QTest.mouseMove(handle, walker.window.rect().center())
            QTest.mouseClick(handle, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, walker.window.rect().center())
        walker.settle()
        assert walker.shown("idle_dialog") is None
    assert walker.window.desk is not None


def test_never_while_something_is_written(walker, hands, monkeypatch):
    busy = [True]
    walker.window.idle.start(15, lambda: busy[0])
    hands.wait(3600)
    assert walker.window.desk is not None
    assert walker.shown("idle_dialog") is None
    busy[0] = False
    hands.wait(13 * 60)
    assert walker.shown("idle_dialog") is None, "the time counts from the end of the work"
    hands.wait(60)
    assert walker.shown("idle_dialog") is not None


def test_zero_minutes_is_never(walker, hands):
    walker.window.idle.start(0, lambda: False)
    hands.wait(10**6)
    assert walker.window.desk is not None
    assert walker.shown("idle_dialog") is None


def test_a_computer_that_slept_is_locked(walker, hands):
    walker.window.idle.now = lambda: (hands.seconds, hands.seconds + 8 * 3600)
    hands.wait(1)
    walker.wait(lambda: walker.shown("signin_page"))
    assert walker.window.desk is None


def test_the_setting_says_after_how_long(walker, hands, monkeypatch):
    from patrondesk.services import policy

    started = []
    monkeypatch.setattr(walker.window.idle, "start", lambda minutes, busy: started.append(minutes))
    office = walker.window.desk.office
    aside(lambda: policy.change_setting(office, "idle_lock_minutes", "7"))
    walker.window.desk.changes.tell("settings")
    walker.wait(lambda: started == [7])


# ---------------------------------------------------------------------------------------------------- behind the lock


def test_page_and_unsaved_work_are_there_again(walker, hands):
    walker.window.desk.go("settings")
    walker.settle()
    number = walker.shown("setting_typed_confirmation_above")
    assert isinstance(number, QSpinBox)
    number.setValue(7)
    desk = walker.window.desk
    hands.wait(3600)
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    assert walker.window.findChild(QWidget, "settings_page") is None, "what is behind the lock can be found in the window"
    sign_in(walker)
    assert walker.window.desk is desk
    walker.settle()
    assert walker.window.desk.place == "settings"
    again = walker.shown("setting_typed_confirmation_above")
    assert isinstance(again, QSpinBox)
    assert again.value() == 7
    assert walker.window.findChild(QAction, "menu_audit").isEnabled()
    assert "Riverbank" in walker.window.windowTitle()


def test_an_open_dialog_is_put_away_and_comes_back(walker, hands):
    walker.window.desk.go("patrons")
    walker.settle()
    walker.press("patrons_add")
    walker.wait(lambda: walker.shown("add_patron_dialog"))
    walker.settle()
    field = walker.shown("add_family_name")
    assert isinstance(field, QLineEdit)
    field.setText("Hernandez")
    hands.wait(3600)
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    assert walker.shown("add_patron_dialog") is None
    assert walker.shown("veil") is None
    assert "Hernandez" not in said()
    sign_in(walker)
    walker.wait(lambda: walker.shown("add_patron_dialog"))
    assert walker.shown("add_family_name").text() == "Hernandez"
    assert walker.shown("veil") is not None
    walker.shown("add_patron_dialog").reject()
    walker.wait(lambda: walker.shown("veil") is None)


def test_no_key_reaches_what_is_behind(walker, hands):
    walker.window.desk.go("settings")
    walker.settle()
    desk = walker.window.desk
    walker.press("nav_lock")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    QTest.keyClick(walker.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(walker.window, Qt.Key.Key_F5)
    walker.settle()
    assert desk.place == "settings"
    assert not walker.window.findChild(QAction, "menu_go_patrons").isEnabled()


def test_somebody_else_finds_nothing_of_it(walker, hands):
    office = walker.window.desk.office
    aside(lambda: staff.add_staff(office, "bo", "reader", SECRET, name="Lind, Bo"))
    walker.window.desk.go("settings")
    walker.settle()
    former = walker.window.desk
    walker.press("nav_lock")
    sign_in(walker, "bo", SECRET)
    assert walker.window.desk is not former
    assert walker.window.desk.place == "purge"
    assert walker.window.desk.office.actor.username == "bo"
    assert walker.window.behind_lock is None


def test_whoever_has_another_role_by_now_begins_anew(walker, hands):
    office = walker.window.desk.office
    aside(lambda: staff.add_staff(office, "bo", "librarian", SECRET, name="Lind, Bo"))
    walker.press("nav_lock")
    sign_in(walker, "bo", SECRET)
    former = walker.window.desk
    walker.press("nav_lock")
    bo = former.office.actor.id
    aside(lambda: staff.change_role(office, bo, "reader"))
    sign_in(walker, "bo", SECRET)
    assert walker.window.desk is not former
    assert walker.window.desk.office.actor.role == "reader"


# ------------------------------------------------------------------------------------------------------ by itself


class Ring:
    def __init__(self):
        self.kept = {}

    def set_password(self, service, name, secret):
        self.kept[name] = secret

    def get_password(self, service, name):
        return self.kept.get(name)

    def delete_password(self, service, name):
        del self.kept[name]


@pytest.fixture
def ring(monkeypatch):
    made = Ring()
    monkeypatch.setattr(keychain, "find_backend", lambda: made)
    return made


def arrive(qtbot, address):
    prefs = Prefs()
    window = DeskWindow(prefs, walker_clock())
    qtbot.addWidget(window)
    window.show()
    gate = Gate(window, address, None, walker_clock())
    gate.open()
    return Walker(qtbot, window)


def walker_clock():
    from patrondesk.clock import Clock

    return Clock()


def test_this_computer_signs_in_by_itself_at_the_start_but_not_after_a_lock(qtbot, walker, ring):
    office = walker.window.desk.office
    address = str(office.database.path)
    aside(lambda: standing_in.remember_here(office))
    Prefs().set_by_itself(address, True)
    there = arrive(qtbot, address)
    there.wait(lambda: there.window.desk is not None and there.window.runner.idle)
    assert there.window.desk.office.actor == office.actor
    there.press("nav_lock")
    there.wait(lambda: there.shown("signin_page") and there.window.runner.idle)
    assert there.window.desk is None
    there.window.close()


def test_a_key_that_is_ended_asks_for_the_password_and_says_why(qtbot, walker, ring):
    office = walker.window.desk.office
    address = str(office.database.path)
    aside(lambda: standing_in.remember_here(office))
    Prefs().set_by_itself(address, True)
    aside(lambda: tokens.revoke_mine(office, tokens.list_my_tokens(office)[0].id))
    there = arrive(qtbot, address)
    there.wait(lambda: there.shown("signin_page") and there.window.runner.idle)
    there.wait(lambda: "not signed in by itself any more" in said())
    assert there.window.desk is None
    there.window.close()


def test_nobody_asks_the_keyring_unless_it_was_wished(qtbot, walker, monkeypatch):
    asked = []
    monkeypatch.setattr(keychain, "find_backend", lambda: asked.append(1))
    there = arrive(qtbot, str(walker.window.desk.office.database.path))
    there.wait(lambda: there.shown("signin_page") and there.window.runner.idle)
    assert asked == []
    assert signin
    there.window.close()
