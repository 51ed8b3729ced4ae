"""The staff page: accounts and roles given, changed and taken away; what is refused is said where it is refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QDialog, QLabel, QLineEdit

from patrondesk.records.staff import Permission
from patrondesk.services import passwords, roles, staff, tokens
from patrondesk.ui.screens.staff.page import StaffPage
from patrondesk.ui.shell import theme
from tests.ui.demo_school import button, find, idle, nameless, without, words
from tests.ui.school import button as shown_button
from tests.ui.school import shown

LEFT = Qt.MouseButton.LeftButton
SECRET = "seven purple lanterns"


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    """A hash is slow by design; here only what is done with it matters."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "hash_secret", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash)


@pytest.fixture
def page(qtbot, qapp, office, runner, changes):
    theme.apply(qapp, "light")
    staff.add_staff(office, "bo", "reader", SECRET, name="Lind, Bo")
    return opened(qtbot, StaffPage(office, runner, changes), runner)


def opened(qtbot, made: StaffPage, runner) -> StaffPage:
    qtbot.addWidget(made)
    made.resize(1158, 900)
    made.show()
    made.refresh()
    idle(qtbot, runner)
    return made


def choose(page, username):
    lines = [page.people.rows.record(row) for row in range(page.people.rows.rowCount())]
    row = next(n for n, line in enumerate(lines) if line.username == username)
    page.people.table.setCurrentIndex(page.people.rows.index(row, 0))


def choose_role(page, code):
    lines = [page.roles.rows.record(row) for row in range(page.roles.rows.rowCount())]
    page.roles.table.setCurrentIndex(page.roles.rows.index(next(n for n, line in enumerate(lines) if line.code == code), 0))


def fill(page, **typed):
    for name, value in typed.items():
        field = shown(page, name, QLineEdit)
        field.setText(value)


def press(qtbot, page, name, runner):
    qtbot.mouseClick(shown_button(page, name), LEFT)
    idle(qtbot, runner)


def line_of(office, username):
    return {line.username: line for line in staff.list_staff(office)}.get(username)


def test_everybody_and_every_role_stand_there(page, office):
    assert "can sign in" in words(page)
    people = [page.people.rows.record(row).username for row in range(page.people.rows.rowCount())]
    assert people == [line.username for line in staff.list_staff(office)]
    assert page.roles.rows.rowCount() == len(roles.list_roles(office))
    assert "Everybody signs in with the password." in words(page)
    assert nameless(page) == []


def test_an_account_is_given(qtbot, page, office, runner, changes):
    told = []
    changes.changed.connect(told.append)
    press(qtbot, page, "staff_add", runner)
    press(qtbot, page, "staff_add_accept", runner)
    assert "Type a username." in words(shown(page, "staff_add", QDialog))
    fill(page, staff_add_username="eve", staff_add_name="Moon, Eve", staff_add_password=SECRET, staff_add_again="another")
    press(qtbot, page, "staff_add_accept", runner)
    assert "The two passwords differ" in words(shown(page, "staff_add", QDialog))
    fill(page, staff_add_again=SECRET)
    role = shown(page, "staff_add_role", QComboBox)
    role.setCurrentIndex(role.findData("assistant"))
    assert "May do: View patrons" in words(shown(page, "staff_add", QDialog))
    press(qtbot, page, "staff_add_accept", runner)
    assert line_of(office, "eve").role == "assistant"
    assert "The account is given." in words(page)
    assert told[0].touches("staff")


def test_what_the_library_refuses_is_said_in_the_dialog(qtbot, page, office, runner):
    press(qtbot, page, "staff_add", runner)
    fill(page, staff_add_username="bo", staff_add_password=SECRET, staff_add_again=SECRET)
    press(qtbot, page, "staff_add_accept", runner)
    dialog = shown(page, "staff_add", QDialog)
    assert "has an account already" in words(dialog)
    assert shown(page, "staff_add_username", QLineEdit).text() == "bo"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_another_role_a_password_a_code_and_none_at_all(qtbot, page, office, runner):
    choose(page, "bo")
    press(qtbot, page, "staff_role", runner)
    combo = shown(page, "staff_role_role", QComboBox)
    combo.setCurrentIndex(combo.findData("librarian"))
    press(qtbot, page, "staff_role_accept", runner)
    assert line_of(office, "bo").role == "librarian"
    choose(page, "bo")
    press(qtbot, page, "staff_password", runner)
    fill(page, staff_password_password="a new long one", staff_password_again="a new long one")
    press(qtbot, page, "staff_password_accept", runner)
    assert "is set." in words(page)
    choose(page, "bo")
    press(qtbot, page, "staff_code", runner)
    press(qtbot, page, "ask_accept", runner)
    code = shown(page, "staff_code_dialog", QDialog).findChild(QLabel, "staff_code")
    assert len(code.text().split("-")) == 4
    press(qtbot, page, "staff_code_close", runner)
    choose(page, "bo")
    press(qtbot, page, "staff_remove", runner)
    press(qtbot, page, "ask_accept", runner)
    assert line_of(office, "bo") is None


def test_of_oneself_only_the_recovery_code_can_be_made(page):
    choose(page, "librarian")
    for name, why in (("role", "your own role"), ("password", "My account"), ("remove", "your own role")):
        control = find(page, f"staff_{name}")
        assert not control.isEnabled()
        assert why in control.toolTip()
    assert find(page, "staff_code").isEnabled()


def test_a_role_is_made_changed_and_removed(qtbot, page, office, runner):
    press(qtbot, page, "role_add", runner)
    editor = shown(page, "role_editor", QDialog)
    assert len(editor.findChildren(QCheckBox)) == len(Permission)
    press(qtbot, page, "role_editor_accept", runner)
    assert "A role needs a name." in words(editor)
    fill(page, role_name="Student helper")
    box = shown(page, "role_right_circulation", QCheckBox)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    press(qtbot, page, "role_editor_accept", runner)
    made = {role.code: role for role in roles.list_roles(office)}["student-helper"]
    assert made.permissions == {Permission.CIRCULATION}
    choose_role(page, "student-helper")
    press(qtbot, page, "role_change", runner)
    fill(page, role_name="Helper")
    qtbot.keyClick(shown(page, "role_right_view_patrons", QCheckBox), Qt.Key.Key_Space)
    press(qtbot, page, "role_editor_accept", runner)
    changed = {role.code: role for role in roles.list_roles(office)}["student-helper"]
    assert (changed.name, changed.permissions) == ("Helper", {Permission.CIRCULATION, Permission.VIEW_PATRONS})
    choose_role(page, "student-helper")
    press(qtbot, page, "role_remove", runner)
    assert "student-helper" not in {role.code for role in roles.list_roles(office)}


def test_what_is_fixed_in_a_role_says_so(qtbot, page, office, runner):
    choose_role(page, "administrator")
    assert "always there" in find(page, "role_remove").toolTip()
    press(qtbot, page, "role_change", runner)
    editor = shown(page, "role_editor", QDialog)
    boxes = editor.findChildren(QCheckBox)
    assert all(not box.isEnabled() and box.isChecked() for box in boxes)
    assert "The administrator always has every right." in words(editor)
    assert all("always has every right" in box.toolTip() for box in boxes)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_where_somebody_signs_in_by_themselves_is_ended(qtbot, page, office, runner):
    tokens.make_token(office, tokens.COMPUTER, "LIB-PC-02")
    page.refresh()
    idle(qtbot, runner)
    assert page.tokens.rows.rowCount() == 1
    press(qtbot, page, "staff_token_end", runner)
    assert tokens.list_tokens(office) == []
    assert "LIB-PC-02 asks for the password" in words(page)


def test_without_the_right_the_page_says_who_can_give_it(qtbot, qapp, office, runner, changes):
    made = opened(qtbot, StaffPage(without(office, Permission.MANAGE_STAFF), runner, changes), runner)
    assert "You may not manage staff" in words(made)
    assert "An administrator of the library can give you that right." in words(made)
    assert not made.people.isVisible()
    assert not [one for one in made.findChildren(QAbstractButton) if one.isVisible() and one.objectName() != "staff_back"]


def test_whoever_has_less_gives_no_more(qtbot, office, runner, changes):
    less = without(office, Permission.PURGE)
    page = opened(qtbot, StaffPage(less, runner, changes), runner)
    me = office.actor.username
    assert me
    press(qtbot, page, "staff_add", runner)
    offered = shown(page, "staff_add_role", QComboBox)
    assert {offered.itemData(n) for n in range(offered.count())} == {"assistant", "reader", "patron"}
    shown(page, "staff_add", QDialog).reject()
    press(qtbot, page, "role_add", runner)
    box = shown(page, "role_right_purge", QCheckBox)
    assert not box.isEnabled()
    assert "You do not have this right yourself." in box.toolTip()
    shown(page, "role_editor", QDialog).reject()
    assert button(page, "staff_add").isEnabled()
