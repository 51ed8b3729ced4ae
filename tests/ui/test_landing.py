"""Where the keyboard lands when a dialog closes, a banner goes, or a file is imported: what one would use next."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from patrondesk.records.importing import Kind
from patrondesk.ui.screens.purge.columns import Col
from patrondesk.ui.shell import banner, buttons, dialogs, tables, theme
from patrondesk.ui.shell.tables import Column, Table
from tests.ui.walker import Walker

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


# ------------------------------------------------------------------------------------------------- a window of its own


@pytest.fixture
def window(qtbot: Any, qapp: QApplication) -> QWidget:
    """A table with rows, and below it a button that opens a dialog and one that Qt itself would go to next."""
    theme.apply(qapp, "light")
    made = QWidget()
    column = QVBoxLayout(made)
    table, model = tables.table("List", (Column("Name", lambda one: str(one)),), "list")
    model.show_records(["Abbott, Isla", "Achieng, Omari"])
    column.addWidget(table)
    opener = buttons.button("Open", name="opener")
    column.addWidget(opener)
    column.addWidget(buttons.button("Other", name="other"))
    made.resize(400, 300)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    opener.setFocus()
    return made


def opened(window: QWidget) -> dialogs.Dialog:
    dialog = dialogs.ask(window, "Ask", "Is it so?", "", "Yes")
    dialog.open()
    return dialog


def here(window: QWidget) -> str:
    """What has the focus in a window, or will have it when it is in front again."""
    return window.focusWidget().objectName()


def test_a_dialog_gives_the_focus_back_to_what_opened_it(window):
    dialog = opened(window)
    window.findChild(Table, "list").setFocus()
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert here(window) == "opener"


@pytest.mark.parametrize("becomes", ["off", "hidden", "gone"])
def test_where_that_is_not_there_any_more_the_table_beside_it_takes_it(qtbot, window, becomes):
    opener = window.findChild(QPushButton, "opener")
    dialog = opened(window)
    if becomes == "off":
        opener.setEnabled(False)
    elif becomes == "hidden":
        opener.hide()
    else:
        with qtbot.waitSignal(opener.destroyed):
            opener.deleteLater()
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert here(window) == "list"
    assert window.findChild(Table, "list").currentIndex().isValid()


def test_a_button_that_was_made_anew_is_the_one_that_opened_it(qtbot, window):
    opener = window.findChild(QPushButton, "opener")
    dialog = opened(window)
    with qtbot.waitSignal(opener.destroyed):
        opener.deleteLater()
    again = buttons.button("Open", name="opener")
    window.layout().addWidget(again)
    qtbot.waitUntil(again.isVisible)
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert window.focusWidget() is again


def test_a_banner_that_goes_leaves_the_focus_to_the_table(qtbot, window):
    told = banner.Banner("done", "It is done.")
    window.layout().insertWidget(0, told)
    QWidget.setTabOrder(told.close_button, window.findChild(QPushButton, "other"))
    qtbot.waitUntil(told.isVisible)
    told.close_button.setFocus()
    QTest.keyClick(told.close_button, KEY.Key_Escape)
    assert here(window) == "list"


def test_a_banner_that_goes_while_one_is_elsewhere_takes_nobody_along(qtbot, window):
    told = banner.Banner("done", "It is done.")
    window.layout().insertWidget(0, told)
    qtbot.waitUntil(told.isVisible)
    told.hide()
    assert here(window) == "opener"


# --------------------------------------------------------------------------------------------------- the real window


@pytest.fixture
def desk(walker: Walker) -> Any:
    """The real window at 1366 x 768 with the purge page read."""
    walker.window.resize(1366, 768)
    walker.window.show()
    walker.front(walker.window)
    found = walker.window.desk
    assert found is not None
    walker.wait(lambda: found.purge_page.model.rows)
    walker.settle()
    return found


def land(walker: Walker) -> QWidget:
    walker.settle()
    walker.front(walker.window)
    return walker.window.focusWidget()


def put(desk: Any, wanted: Any, column: Col) -> int:
    """Makes the first row that is wanted the current one, with the keyboard on it."""
    page = desk.purge_page
    row = next(place for place, each in enumerate(page.model.rows) if wanted(each))
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(row, column))
    return row


def test_after_a_purge_the_keyboard_is_in_the_list(walker, desk):
    page = desk.purge_page
    put(desk, lambda row: row.eligible, Col.PATRON)
    QTest.keyClick(page.table, KEY.Key_Space)
    page.bar.purge.setFocus()
    QTest.keyClick(page.bar.purge, KEY.Key_Return)
    walker.wait(lambda: walker.shown("confirm_accept"))
    walker.shown("confirm_accept").setFocus()
    QTest.keyClick(walker.shown("confirm_accept"), KEY.Key_Return)
    walker.wait(lambda: walker.shown("purge_result_dialog"))
    QTest.keyClick(walker.shown("purge_result_dialog"), KEY.Key_Escape)
    assert land(walker) is page.table
    assert page.table.currentIndex().isValid()
    walker.press("purge_undo")
    walker.wait(lambda: walker.shown("purge_undo_dialog"))
    walker.press("ask_accept")
    walker.wait(lambda: walker.shown("purge_undo_dialog") is None and walker.shown("purge_undo") is None)
    assert land(walker) is page.table


def test_cancelling_leads_back_to_the_button(walker, desk):
    page = desk.purge_page
    put(desk, lambda row: row.eligible, Col.PATRON)
    QTest.keyClick(page.table, KEY.Key_Space)
    for button, name in ((page.bar.purge, "purge_confirm_dialog"), (page.bar.preview, "purge_preview_dialog")):
        button.setFocus()
        QTest.keyClick(button, KEY.Key_Return)
        walker.wait(lambda name=name: walker.shown(name))
        QTest.keyClick(walker.shown(name), KEY.Key_Escape)
        assert land(walker) is button


def test_the_loans_dialog_leads_back_to_the_patron_in_the_list(walker, desk):
    page = desk.purge_page
    row = put(desk, lambda each: each.open_loans and len(each.reasons) > 1, Col.LOANS)
    patron = page.model.rows[row].id
    QTest.keyClick(page.table, KEY.Key_Return)
    walker.wait(lambda: walker.shown("loans_mark_all_lost"))
    walker.press("loans_mark_all_lost")
    walker.settle()
    QTest.keyClick(walker.shown("loans_dialog"), KEY.Key_Escape)
    assert land(walker) is page.table
    assert page.model.rows[page.table.currentIndex().row()].id == patron


def test_reasons_lead_back_to_the_cell(walker, desk):
    page = desk.purge_page
    row = put(desk, lambda each: not each.eligible, Col.STANDING)
    page.commands["why"].trigger()
    walker.wait(lambda: walker.shown("purge_why_dialog"))
    QTest.keyClick(walker.shown("purge_why_dialog"), KEY.Key_Escape)
    assert land(walker) is page.table
    assert (page.table.currentIndex().row(), page.table.currentIndex().column()) == (row, Col.STANDING)


def test_a_past_purge_is_opened_brought_back_and_left_by_keyboard(walker, desk):
    page = desk.purge_page
    put(desk, lambda row: row.eligible, Col.PATRON)
    QTest.keyClick(page.table, KEY.Key_Space)
    walker.press("purge_button")
    walker.press("confirm_accept")
    walker.wait(lambda: walker.shown("purge_result_dialog"))
    walker.shown("purge_result_dialog").reject()
    desk.go("batches")
    walker.settle()
    table = walker.shown("batches_table")
    table.setFocus()
    QTest.keyClick(table, KEY.Key_Return)
    walker.wait(lambda: walker.shown("batch_purged"))
    assert land(walker) is walker.shown("batch_purged")
    undo = walker.shown("batch_undo")
    undo.setFocus()
    QTest.keyClick(undo, KEY.Key_Return)
    walker.wait(lambda: walker.shown("batch_undo_dialog"))
    walker.press("ask_accept")
    walker.wait(lambda: walker.shown("batch_undone"))
    assert land(walker) is walker.shown("batch_purged")
    QTest.keyClick(walker.shown("batch_purged"), KEY.Key_Escape)
    assert land(walker) is walker.shown("batches_table")


def test_after_an_import_the_next_step_has_the_focus(walker, desk, tmp_path):
    leaver = "username,enabled\n" + "".join(
        f"{row.username},FALSE\n" for row in desk.purge_page.model.rows[:1] if row.username
    )  # fmt: skip
    (tmp_path / "leavers.csv").write_text(leaver.replace("FALSE", "TRUE"), encoding="utf-8")
    desk.import_leavers()
    walker.settle()
    page = walker.shown("import_page")
    page._here.setFocus()
    page._on_file_chosen(str(tmp_path / "leavers.csv"))
    walker.wait(lambda: walker.shown("import_field_1"))
    assert land(walker) is walker.shown("import_field_1")
    walker.wait(lambda: walker.shown("import_apply").isEnabled())
    walker.shown("import_apply").setFocus()
    QTest.keyClick(walker.shown("import_apply"), KEY.Key_Return)
    walker.wait(lambda: walker.shown("import_open_purge"))
    assert land(walker) is walker.shown("import_open_purge")
    page.start(Kind.DEACTIVATIONS)
