"""What the walk through every screen asks can be answered with no; and the trap for SQL tells the window from the test."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from patrondesk import bootstrap
from patrondesk.services import libraries
from patrondesk.ui.main.opening import aside
from patrondesk.ui.shell import focus
from tests.ui import walking


@pytest.fixture
def page(qtbot: Any) -> QWidget:
    """A little window with two fields, one below the other."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    for name in ("upper", "lower"):
        field = QLineEdit()
        field.setObjectName(name)
        field.setAccessibleName(name)
        field.setFixedHeight(60)
        column.addWidget(field)
    qtbot.addWidget(whole)
    whole.resize(300, 200)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    return whole


def test_a_good_page_is_good(page):
    assert walking.faults(page) == []


def test_a_control_without_a_name_is_met(page):
    page.findChild(QLineEdit, "upper").setAccessibleName("")
    assert len(walking.nameless(page)) == 1


def test_tab_that_goes_back_is_met(page, qtbot):
    third = QLineEdit()
    third.setAccessibleName("third")
    page.layout().insertWidget(0, third)
    qtbot.waitUntil(lambda: third.isVisible() and third.y() < page.findChild(QLineEdit, "upper").y())
    assert any("goes back" in fault for fault in walking.tab_order(page))


def test_a_control_that_tab_leaves_out_is_met(page):
    held = page.findChild(QLineEdit, "upper")
    # Whoever takes the Tab key for itself keeps everybody else from being reached.
    held.keyPressEvent = lambda event: None
    held.event = lambda event: True
    assert walking.tab_order(page)


def test_cut_words_are_met_but_not_those_a_tool_tip_tells(page):
    for made in (QLabel("A sentence that is much longer than its label", page), QPushButton("Quite a long word", page)):
        made.setGeometry(0, 0, 40, 40)
        made.show()
        assert len(walking.cut(page)) == 1
        made.setToolTip(made.text())
        assert walking.cut(page) == []


def test_what_sticks_out_is_met(page):
    made = QLabel("x", page)
    made.setGeometry(280, 0, 40, 20)
    made.show()
    assert len(walking.outside(page)) == 1


def test_the_trap_tells_the_window_from_the_test(sqlite_template, tmp_path, sql_on_the_window):
    database = bootstrap.open_library(str(shutil.copyfile(sqlite_template, tmp_path / "x.patrondesk"))).database
    libraries.find_libraries(database)
    assert sql_on_the_window == []
    code = compile("found = find(database)", focus.__file__, "exec")
    exec(code, {"find": libraries.find_libraries, "database": database})
    assert sql_on_the_window
    sql_on_the_window.clear()
    aside(lambda: exec(code, {"find": libraries.find_libraries, "database": database}))
    assert sql_on_the_window == []
    database.close()
