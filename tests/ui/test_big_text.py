"""At 100, 115 and 130 % text: columns fold into the room there is, dialogs and fields grow, nothing needs a second line."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.services.purging import plan
from patrondesk.ui.screens.batches.page import BatchesPage
from patrondesk.ui.screens.signin.first_start_page import FirstStartPage
from patrondesk.ui.screens.signin.recovery_page import RecoveryPage
from patrondesk.ui.shell import buttons, cards, dialogs, fitting, fonts, forms, tables, theme, widths
from patrondesk.ui.shell.arranging import Arranger, Heading
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.tables import Column
from tests.ui.demo_school import idle, waiting

COLUMNS = (
    Column("Name", str), Column("One", str, 100), Column("Two", str, 150), Column("Three", str, 200),
)  # fmt: skip
STEPS = ((), (1,), (1, 2))


@pytest.fixture
def text_size(qapp: QApplication) -> Any:
    """Changes the text size as the View menu does."""
    theme.apply(qapp, "light")
    yield lambda per_cent: theme.apply(qapp, "light", per_cent)
    theme.apply(qapp, "light")


@pytest.fixture
def window(qtbot: Any, text_size: Any) -> QWidget:
    """A window to be filled."""
    made = QWidget()
    QVBoxLayout(made).setContentsMargins(0, 0, 0, 0)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def table(window: QWidget) -> tables.Table:
    """A table as wide as its window."""
    view, model = tables.table("List", COLUMNS, "list")
    model.show_records(["x"])
    window.layout().addWidget(view)
    return view


def wide(qtbot: Any, window: QWidget, width: int) -> None:
    window.resize(width, 300)
    window.show()
    qtbot.waitUntil(lambda: window.width() == width and window.findChild(tables.Table).viewport().width() == width)


def shown(view: tables.Table) -> list[int]:
    return [number for number in range(len(COLUMNS)) if not view.isColumnHidden(number)]


# --------------------------------------------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("width", "scale", "there"),
    [(570, 100, [0, 1, 2, 3]), (569, 100, [0, 2, 3]), (470, 100, [0, 2, 3]), (469, 100, [0, 3]), (600, 130, [0, 3]),
     (741, 130, [0, 1, 2, 3]), (300, 130, [0, 3])],
)  # fmt: skip
def test_columns_fold_in_their_order(qtbot, window, table, text_size, width, scale, there):
    fitting.fit(table, COLUMNS, steps=STEPS)
    wide(qtbot, window, width)
    text_size(scale)
    assert shown(table) == there


def test_columns_give_way_down_to_their_least_before_one_folds(qtbot, window, table):
    fitting.fit(table, COLUMNS, least={0: 160, 2: 100, 3: 120}, steps=STEPS)
    wide(qtbot, window, 480)
    assert shown(table) == [0, 1, 2, 3]
    assert [table.columnWidth(number) for number in range(4)] == [160, 100, 100, 120]
    wide(qtbot, window, 545)
    assert [table.columnWidth(number) for number in range(4)] == [160, 100, 125, 160]


def test_a_change_of_the_text_size_is_followed_at_once(qtbot, window, table, text_size):
    fitting.fit(table, COLUMNS, steps=STEPS)
    wide(qtbot, window, 1000)
    assert table.columnWidth(3) == 200
    text_size(130)
    assert table.columnWidth(3) == 260


def test_the_current_cell_does_not_go_with_its_column(qtbot, window, table):
    fitting.fit(table, COLUMNS, steps=STEPS)
    wide(qtbot, window, 1000)
    table.setCurrentIndex(table.model().index(0, 1))
    wide(qtbot, window, 500)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (0, 0)


def test_what_a_person_chose_counts_as_far_as_there_is_room(qtbot, window, table, tmp_path):
    prefs = Prefs(tmp_path)
    headings = [Heading(column.header.lower(), column.header, column.width) for column in COLUMNS]
    arranger = Arranger(table, "list", headings, prefs, "mokafor")
    found = fitting.fit(table, COLUMNS, steps=STEPS, arranger=arranger)
    wide(qtbot, window, 500)
    assert shown(table) == [0, 2, 3]
    arranger.show(1, True)
    assert shown(table) == [0, 1, 3], "what was asked for folds last"
    wide(qtbot, window, 570)
    arranger.show(3, False)
    assert shown(table) == [0, 1, 2]
    wide(qtbot, window, 300)
    assert shown(table) == [0, 1]
    wide(qtbot, window, 200)
    assert shown(table) == [0]
    assert found.away == {1, 2}
    wide(qtbot, window, 1000)
    assert arranger.choice.widths == {}, "what the room asks for is not what the person chose"


# --------------------------------------------------------------------------------------------------- dialogs and fields


def opened(window: QWidget, width: int) -> dialogs.Dialog:
    dialog = dialogs.Dialog(window, "Title", width, "dialog")
    dialog.question("Purge 24 patrons?")
    dialog.open()
    return dialog


def inner(dialog: dialogs.Dialog) -> int:
    return dialog.width() - 28


@pytest.mark.parametrize("nominal", [dialogs.NARROW, dialogs.MIDDLE, dialogs.WIDE, dialogs.WIDEST])
def test_dialogs_grow_with_the_text(qtbot, window, text_size, monkeypatch, nominal):
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, 1366, 728))
    window.resize(1366, 700)
    window.show()
    dialog = opened(window, nominal)
    assert inner(dialog) == nominal
    text_size(130)
    qtbot.waitUntil(lambda: inner(dialog) == round(nominal * 1.3))


def test_dialogs_are_no_wider_than_screen_and_window(window, text_size, monkeypatch):
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, 1366, 728))
    text_size(130)
    window.resize(900, 700)
    window.show()
    assert inner(opened(window, dialogs.WIDE)) == 900
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, 800, 600))
    assert inner(opened(window, dialogs.WIDE)) == 768


def test_a_field_is_wide_enough_for_its_words(window, text_size):
    field = widths.wide(forms.line(), 60, "A whole sentence")
    needed = QFontMetrics(fonts.font()).horizontalAdvance("A whole sentence")
    assert field.width() >= needed + 24
    text_size(130)
    assert field.width() >= needed * 1.25 + 24
    assert widths.wide(forms.line(), 100).width() == 130


def test_a_long_sentence_of_a_page_goes_below_its_actions(qtbot, window, text_size):
    head = cards.PageHead("Past purges", "1 purge, 4 patrons purged in all; 1 can still be undone.")
    head.at_right.addWidget(buttons.button("Back to where one was"))
    window.layout().addWidget(head)
    window.resize(640, 200)
    window.show()
    label = next(one for one in head.findChildren(QLabel) if one.text().startswith("1 purge"))
    qtbot.waitUntil(lambda: label.width() > 0)
    assert label.geometry().right() < 460
    text_size(130)
    qtbot.waitUntil(lambda: label.width() == 640)


@pytest.mark.parametrize("scale", [100, 130])
@pytest.mark.parametrize("kind", [FirstStartPage, RecoveryPage])
def test_a_recovery_code_stands_on_one_line(qtbot, text_size, kind, scale):
    page = kind(8)
    qtbot.addWidget(page)
    page.resize(1024, 700)
    page.show()
    page.show_recovery_code("WWWWW-WWWWW-WWWWW-WWWWW")
    text_size(scale)
    name = "first_recovery_code" if kind is FirstStartPage else "recovery_recovery_code"
    code = page.findChild(QLabel, name)
    qtbot.waitUntil(code.isVisible)
    assert not code.wordWrap()
    qtbot.waitUntil(lambda: code.width() >= code.fontMetrics().horizontalAdvance(code.text()))
    assert page.card.width() <= page.width()


# ----------------------------------------------------------------------------------------------------------------- pages


def test_past_purges_say_their_sum_in_words_where_five_numbers_find_no_room(qtbot, text_size, office, runner, changes):
    going = [row.id for row in waiting(office, "none").rows[:4]]
    staying = [row.id for row in waiting(office, "any").rows[:2]]
    purge.run(office, plan.make_plan(office, [*going, *staying], source="page"), Ticket())
    page = BatchesPage(office, runner, changes)
    qtbot.addWidget(page)
    page.resize(1158, 700)
    page.show()
    page.refresh()
    idle(qtbot, runner)
    view = page.findChild(tables.Table, "batches_table")
    there = [
        view.model().headerData(number, Qt.Orientation.Horizontal) for number in range(10) if not view.isColumnHidden(number)
    ]
    assert there == ["When", "By", "Planned", "= Purged", "+ Refused", "+ Gone", "+ Not reached", "Ended", "Undo"]
    page.resize(964, 700)
    text_size(130)
    qtbot.waitUntil(lambda: view.isColumnHidden(3))
    there = [number for number in range(10) if not view.isColumnHidden(number)]
    assert [view.model().index(0, number).data() for number in there[1:3]] == ["Maria Okafor", "4 of 6 purged"]
    assert view.model().index(0, 2).data(Qt.ItemDataRole.AccessibleTextRole) == "4 of 6 purged, 2 refused"
    metrics = QFontMetrics(fonts.font())
    assert view.columnWidth(1) >= metrics.horizontalAdvance("Maria Okafor") + 16
