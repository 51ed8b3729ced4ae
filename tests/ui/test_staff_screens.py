"""Staff and My account with their dialogs in each look: names, Tab order, no cut text, nothing outside its frame."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect

from patrondesk.services import keychain, tokens
from patrondesk.ui.main.opening import aside
from patrondesk.ui.shell import dialogs, theme

LOOKS = (("light", 100, (1366, 768)), ("dark", 130, (1024, 700)))


@pytest.mark.parametrize(("name", "scale", "size"), LOOKS, ids=lambda value: str(value).replace(", ", "x"))
def test_every_screen_of_staff(walker, qapp, monkeypatch, name, scale, size):
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, *size))
    monkeypatch.setattr(keychain, "find_backend", lambda: None)
    window = walker.window
    office = window.desk.office
    aside(lambda: tokens.make_token(office, tokens.COMPUTER, "LIB-PC-02"))
    theme.apply(qapp, name, scale)
    window.resize(*size)
    window.show()
    window.desk.go("staff")
    walker.at("staff")
    page = walker.shown("staff_page")
    page.people.table.setCurrentIndex(page.people.rows.index(0, 0))
    for press, dialog in (
        ("staff_add", "staff_add"), ("staff_role", "staff_role"), ("staff_password", "staff_password"),
        ("staff_code", "staff_code_ask"), ("staff_remove", "staff_remove_ask"), ("role_add", "role_editor"),
    ):  # fmt: skip
        walker.press(press)
        walker.wait(lambda dialog=dialog: _dialog(dialog))
        walker.at(dialog, _dialog(dialog))
        _dialog(dialog).reject()
        walker.wait(lambda dialog=dialog: _dialog(dialog) is None)
        walker.front(window)
    window.desk.go("account")
    walker.at("account")
    walker.press("account_password")
    with walker.dialog("my_password"):
        walker.press("my_password_accept")
        walker.at("my password, nothing typed", walker.shown("my_password"))
    window.idle.start(15, lambda: False)
    window.idle._warn(42)
    with walker.dialog("idle_dialog"):
        pass
    assert not walker.found, "\n" + "\n".join(dict.fromkeys(walker.found))


def _dialog(name):
    """The open dialog of this name; a button may be called the same."""
    from PySide6.QtWidgets import QApplication, QDialog

    every = [top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible()]
    return next((top for top in every if top.objectName() == name), None)
