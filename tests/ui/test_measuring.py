"""What is measured on every screen can be answered with no: each kind of cut words is met, and what has room is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from patrondesk.ui.shell import fitting, forms, tables, theme
from patrondesk.ui.shell.paint import ChipText
from patrondesk.ui.shell.tables import Column
from patrondesk.ui.shell.text import Elided
from tests.ui import measuring

NAME = "Bartholomäus-Featherstonehaugh, Maximiliane Wilhelmine"


@dataclass(frozen=True)
class Line:
    name: str = NAME


@pytest.fixture
def window(qtbot: Any, qapp: Any) -> QWidget:
    """A window of 400 by 300, to be filled."""
    theme.apply(qapp, "light")
    made = QWidget()
    made.resize(400, 300)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    return made


def put(qtbot: Any, window: QWidget, widget: QWidget) -> None:
    window.layout().addWidget(widget)
    qtbot.waitUntil(lambda: widget.isVisible() and widget.width() > 0)


def list_of(*columns: Column[Line]) -> tables.Table:
    view, model = tables.table("List", columns, "list")
    model.show_records([Line()])
    return view


def test_a_table_that_scrolls_sideways_is_met(qtbot, window):
    view = list_of(Column("One", lambda one: "x", 300), Column("Two", lambda one: "x", 300))
    put(qtbot, window, view)
    qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() > 0)
    assert len(measuring.sideways(window)) == 2
    fitting.fit(view, view.model().columns, steps=((), (1,)))
    qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() == 0)
    assert measuring.sideways(window) == []


def test_a_head_without_room_is_met(qtbot, window):
    view = list_of(Column("Quite a long head", lambda one: "x", 60))
    put(qtbot, window, view)
    assert len(measuring.heads(window)) == 1
    view.setColumnWidth(0, 200)
    assert measuring.heads(window) == []


def test_a_chip_without_room_is_met(qtbot, window):
    view = list_of(Column("Chip", lambda one: "x", 60, chip=lambda one: ChipText("grey", "Could not be checked", "look")))
    put(qtbot, window, view)
    assert len(measuring.chips(window)) == 1
    view.setColumnWidth(0, 250)
    assert measuring.chips(window) == []


def test_a_list_without_room_for_what_is_chosen_is_met(qtbot, window):
    box = QComboBox()
    box.addItems(["Short", "A line that is rather long"])
    box.setFixedWidth(120)
    put(qtbot, window, box)
    assert [fault.split()[2] for fault in measuring.fields(window)] == ["line"]
    box.setCurrentIndex(1)
    assert sorted(fault.split()[2] for fault in measuring.fields(window)) == ["choice", "line"]
    box.setFixedWidth(300)
    qtbot.waitUntil(lambda: box.width() == 300)
    assert measuring.fields(window) == []


@pytest.mark.parametrize("kind", [QLineEdit, lambda: forms.SearchField("Search")])
def test_a_hint_without_room_is_met(qtbot, window, kind):
    field = kind()
    field.setFixedWidth(120)
    put(qtbot, window, field)
    field.setPlaceholderText("Name, barcode, username, class")
    assert len(measuring.fields(window)) == 1
    field.setFixedWidth(340)
    qtbot.waitUntil(lambda: field.width() == 340)
    assert measuring.fields(window) == []


def test_a_number_without_room_is_met(qtbot, window):
    number = QSpinBox()
    number.setRange(0, 1_000_000)
    number.setValue(1_000_000)
    number.setFixedWidth(80)
    put(qtbot, window, number)
    assert len(measuring.fields(window)) == 1


def test_a_name_may_be_cut_when_a_tool_tip_has_it_and_enough_is_left(qtbot, window):
    view = list_of(Column("Name", lambda one: one.name, 240))
    put(qtbot, window, view)
    assert "no tool tip has the whole" in measuring.painted(window)[0]
    told = list_of(Column("Name", lambda one: one.name, 240, tip=lambda one: one.name))
    window.layout().replaceWidget(view, told)
    view.hide()
    qtbot.waitUntil(told.isVisible)
    assert measuring.painted(window) == []
    told.setColumnWidth(0, 80)
    (fault,) = measuring.painted(window)
    assert fault.startswith(f"is cut: '{NAME}' to 'Bart")


def test_a_label_that_gives_way_is_measured_as_well(qtbot, window):
    line = Elided(NAME)
    line.setFixedWidth(100)
    put(qtbot, window, line)
    assert len(measuring.painted(window)) == 1
    put(qtbot, window, QLabel("Another"))
    line.setFixedWidth(250)
    qtbot.waitUntil(lambda: line.width() == 250)
    assert measuring.painted(window) == []


def test_what_a_search_field_asks_for_is_shortened_word_by_word(qtbot, window):
    field = forms.SearchField("Search", "Name, barcode, username, class")
    field.setFixedWidth(field.sizeHint().width())
    put(qtbot, window, field)
    assert field.placeholderText() == "Name, barcode, username, class"
    field.setFixedWidth(180)
    qtbot.waitUntil(lambda: field.placeholderText() == "Name, barcode")
    assert measuring.fields(window) == []
