"""The sign-in and first-start pages: what they ask for, refuse, and show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from patrondesk.ui.screens.signin import paper
from patrondesk.ui.screens.signin.asked import FirstStartAsked, SignInAsked
from patrondesk.ui.screens.signin.first_start_page import FirstStartPage
from patrondesk.ui.screens.signin.sign_in_page import SignInPage
from patrondesk.ui.shell import theme


@pytest.fixture(autouse=True)
def _look(qapp):
    theme.apply(qapp, "light")


@pytest.fixture
def sign_in(qtbot):
    page = SignInPage()
    qtbot.addWidget(page)
    page.show_library("Riverbank School Library", "Library file: Riverbank.patrondesk on this PC", "mokafor")
    page.show()
    return page


@pytest.fixture
def first(qtbot):
    page = FirstStartPage()
    qtbot.addWidget(page)
    page.show()
    return page


def field(page: QWidget, name: str) -> QLineEdit:
    return page.findChild(QLineEdit, name)


def button(page: QWidget, name: str) -> QAbstractButton:
    return page.findChild(QAbstractButton, name)


def fill(qtbot, page, **typed):
    for name, value in typed.items():
        field(page, name).clear()
        qtbot.keyClicks(field(page, name), value)


def words(page: QWidget) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_enter_in_the_password_signs_in(qtbot, sign_in):
    qtbot.keyClicks(field(sign_in, "signin_password"), "secret")
    with qtbot.waitSignal(sign_in.sign_in_asked) as got:
        qtbot.keyClick(field(sign_in, "signin_password"), Qt.Key.Key_Return)
    assert got.args == [SignInAsked("mokafor", "secret")]
    assert "secret" not in repr(got.args[0])


def test_nothing_is_asked_without_both(qtbot, sign_in):
    with qtbot.assertNotEmitted(sign_in.sign_in_asked):
        qtbot.mouseClick(button(sign_in, "signin_button"), Qt.MouseButton.LeftButton)
    assert "Type your password." in words(sign_in)


def test_a_refusal_says_how_long_to_wait_and_counts_down(qtbot, sign_in):
    qtbot.keyClicks(field(sign_in, "signin_password"), "wrong")
    sign_in.show_refusal("That username and password do not go together.", 1)
    assert "That username and password do not go together. Try again in 1 second." in words(sign_in)
    assert field(sign_in, "signin_password").text() == ""
    assert not button(sign_in, "signin_button").isEnabled()
    qtbot.waitUntil(lambda: button(sign_in, "signin_button").isEnabled(), timeout=3000)
    assert "Try again" not in words(sign_in)


def test_the_other_ways_of_the_sign_in_page(qtbot, sign_in):
    with qtbot.waitSignal(sign_in.other_file_asked):
        qtbot.mouseClick(button(sign_in, "signin_other_file"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(sign_in.forgotten_asked):
        qtbot.mouseClick(button(sign_in, "signin_forgotten"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(sign_in.theme_chosen) as got:
        qtbot.mouseClick(button(sign_in, "signin_theme_dark"), Qt.MouseButton.LeftButton)
    assert got.args == ["dark"]


def test_tab_goes_from_username_to_the_file(qtbot, sign_in):
    sign_in.activateWindow()
    qtbot.waitUntil(sign_in.isActiveWindow)
    field(sign_in, "signin_username").setFocus()
    order = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget().objectName())
    assert order == ["signin_password", "signin_password_show", "signin_button", "signin_forgotten", "signin_other_file"]


def test_a_library_is_started(qtbot, first):
    fill(
        qtbot, first, first_library="Riverbank", first_username="mokafor",
        first_password="eleven blue bicycles", first_password_again="eleven blue bicycles",
    )  # fmt: skip
    with qtbot.waitSignal(first.creation_asked) as got:
        qtbot.mouseClick(button(first, "first_create"), Qt.MouseButton.LeftButton)
    assert got.args == [FirstStartAsked("Riverbank", "mokafor", "eleven blue bicycles")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_library": " "}, "Give the library a name"),
        ({"first_username": "m okafor"}, "Choose a username without spaces"),
        ({"first_password": "short", "first_password_again": "short"}, "Choose at least 8 characters."),
        ({"first_password_again": "eleven blue bicycle"}, "The two passwords differ."),
    ],
)
def test_what_is_wrong_is_said_below_its_field(qtbot, first, typed, said):
    right = {
        "first_library": "Riverbank", "first_username": "mokafor",
        "first_password": "eleven blue bicycles", "first_password_again": "eleven blue bicycles",
    }  # fmt: skip
    fill(qtbot, first, **(right | typed))
    with qtbot.assertNotEmitted(first.creation_asked):
        qtbot.mouseClick(button(first, "first_create"), Qt.MouseButton.LeftButton)
    assert said in words(first)


def test_the_recovery_code_is_shown_copied_and_must_be_kept(qtbot, first):
    qtbot.keyClicks(field(first, "first_password"), "eleven blue bicycles")
    first.show_recovery_code("7KQM-2XDP-W9TA-4HRB")
    assert "7KQM-2XDP-W9TA-4HRB" in words(first)
    assert field(first, "first_password").text() == ""
    qtbot.mouseClick(button(first, "first_copy"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "7KQM-2XDP-W9TA-4HRB"
    with qtbot.assertNotEmitted(first.finished):
        qtbot.mouseClick(button(first, "first_go_on"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(button(first, "first_kept"), Qt.Key.Key_Space)
    with qtbot.waitSignal(first.finished):
        qtbot.mouseClick(button(first, "first_go_on"), Qt.MouseButton.LeftButton)


def test_the_sheet_to_print_has_library_and_code(qapp):
    said = paper.sheet("Riverbank <Library>", "7KQM-2XDP").toPlainText()
    assert "Riverbank <Library>" in said
    assert "7KQM-2XDP" in said
