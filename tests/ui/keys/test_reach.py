"""No key twice within one window's reach; every command in a menu, with its key; F1 tells the same keys as the menus."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QWidget

from patrondesk.ui.shell import buttons, commands, purposes
from patrondesk.ui.shell.dialogs import Dialog
from patrondesk.ui.window.keys_dialog import lines
from patrondesk.ui.window.page_makers import MAKERS

# The offscreen platform has no stacking and no keyboard to grab, which windows and menus ask for.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
PLACES = ("purge", "patrons", "details", "import", "batches", "plans", "audit", "settings")


def in_menus(window) -> list[QAction]:
    found: list[QAction] = []

    def look(menu: QMenu) -> None:
        for action in menu.actions():
            held = action.menu()
            if isinstance(held, QMenu):
                look(held)
            elif not action.isSeparator() and action.isVisible():
                found.append(action)

    for action in window.menuBar().actions():
        look(action.menu())
    return found


def in_force(window) -> list[str]:
    """Every key that does something in this window now, or would if its command were on; one entry for each that claims it."""
    listed = {id(action): action for action in in_menus(window)}
    for action in window.findChildren(QAction):
        if any(isinstance(w, QWidget) and w.isVisible() for w in action.associatedObjects()) and not action.menu():
            listed[id(action)] = action
    keys = [
        key.toString() for action in listed.values() for key in action.shortcuts() if not key.isEmpty() and action.isVisible()
    ]
    keys += [short.key().toString() for short in window.findChildren(QShortcut) if short.parent().isVisible()]
    keys += [QKeySequence.mnemonic(menu.text()).toString() for menu in window.menuBar().actions()]
    for widget in window.findChildren(QWidget):
        mnemonic = isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None)
        if mnemonic and widget.isVisible() and widget.window() is window:
            keys.append(QKeySequence.mnemonic(widget.text()).toString())
    return [key for key in keys if key]


def twice(keys: list[str]) -> set[str]:
    return {key for key, number in Counter(keys).items() if number > 1}


def test_the_list_has_no_key_twice():
    keys = [QKeySequence(key).toString() for command in commands.EVERY for key in command.keys]
    keys += [QKeySequence(commands.place_keys(number)).toString() for number in range(1, 11)]
    assert twice(keys) == set()
    assert len({command.word for command in commands.EVERY}) == len(commands.EVERY)


def test_every_command_stands_in_one_menu():
    placed = Counter(word for menu in commands.MENUS for word in menu.words if word and not word.startswith(">"))
    wanted = {command.word for command in (*commands.ALWAYS, *commands.AT_THE_DESK, *commands.ON_PAGES)} - {"menus"}
    assert set(placed) == wanted
    assert set(placed.values()) == {1}


@pytest.mark.parametrize("place", PLACES)
def test_no_key_twice_within_a_windows_reach(hands, place):
    if place == "details":
        hands.at_table("purge")
        hands.key(Qt.Key.Key_Return)
    else:
        hands.go(place)
    assert hands.desk.place == place
    keys = in_force(hands.window)
    assert len(keys) > 30
    assert twice(keys) == set()


def test_no_key_twice_at_the_gate(hands):
    hands.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert hands.window.desk is None
    assert twice(in_force(hands.window)) == set()


def test_no_key_twice_in_a_window_beside(hands):
    hands.at_table("purge")
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (window,) = hands.desk.beside.windows
    keys = [key.toString() for action in window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) > 8
    assert twice(keys) == set()


@pytest.mark.parametrize("place", PLACES)
def test_menus_hold_what_a_page_offers_and_the_rest_is_off(hands, place):
    page = hands.go(place)
    shown = {action.objectName().split("_", 1)[1]: action for action in in_menus(hands.window)}
    for command in commands.ON_PAGES:
        action = shown[command.word]
        assert (action is page.commands.get(command.word)) == (command.word in page.commands), command.word
        assert action.text()
        assert [key.toString() for key in action.shortcuts()] == [QKeySequence(key).toString() for key in command.keys]
        if command.word not in page.commands:
            assert not action.isEnabled(), command.word
    assert all(action.isEnabled() for action in in_menus(hands.window) if action.objectName() in ("menu_keys", "menu_lock"))


@pytest.mark.parametrize("place", PLACES)
def test_f1_tells_this_pages_keys_and_what_it_is_for(hands, place):
    page = hands.go(place)
    hands.key(Qt.Key.Key_F1)
    dialog = hands.open_dialog("keys_dialog")
    told = purposes.PURPOSES[place]
    assert len(told.sentences) >= 2
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert all(sentence in said for sentence in (told.title, *told.sentences))
    model = dialog.table.model()
    rows = {(model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())}
    for word in page.commands:
        command = commands.named(word)
        native = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if command.keys else ""
        assert not native or any(native in keys and says == command.told for keys, says in rows), word
    assert dialog.table.hasFocus()
    hands.key(Qt.Key.Key_Escape)
    hands.closed("keys_dialog")


def test_f1_works_before_somebody_has_signed_in(hands):
    hands.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    hands.front(hands.window)
    hands.key(Qt.Key.Key_F1)
    dialog = hands.open_dialog("keys_dialog")
    model = dialog.table.model()
    rows = {model.index(row, 0).data() for row in range(model.rowCount())}
    assert "Ctrl+L" not in rows, "nobody is there to be locked out"
    assert "Ctrl+O" in rows
    hands.key(Qt.Key.Key_Escape)
    hands.closed("keys_dialog")


def test_every_page_that_there_is_has_a_purpose(hands):
    assert set(MAKERS) <= set(purposes.PURPOSES)


def test_lines_leave_out_what_a_page_does_not_offer():
    told = purposes.PURPOSES["settings"]
    says = [line.says for line in lines(told, ("save",), commands.ALWAYS, False)]
    assert commands.named("save").told in says
    assert commands.named("purge").told not in says
    assert commands.named("lock").told not in says


def test_the_red_button_does_not_answer_ctrl_s(hands):
    page = hands.at_table("purge")
    hands.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    number = len(page.tags.here(page.model.rows))
    hands.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    dialog = hands.open_dialog("purge_confirm_dialog")
    hands.type(str(number))
    hands.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible()
    assert page.purging.running is None
    hands.key(Qt.Key.Key_Escape)
    hands.closed("purge_confirm_dialog")


def test_ctrl_s_presses_the_main_button_of_a_dialog_that_is_filled_in(qtbot):
    for field, kind, wanted in ((True, "main", 1), (False, "main", 0), (True, "danger", 0), (True, "tinted", 0)):
        pressed: list[int] = []
        dialog = Dialog(None, "Try")
        qtbot.addWidget(dialog)
        if field:
            dialog.body.addWidget(QLineEdit())
        button = dialog.add_decision(buttons.button("Do it", kind))
        button.clicked.connect(lambda _=False, pressed=pressed: pressed.append(1))
        dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        assert len(pressed) == wanted, (field, kind)
        dialog.reject()
