"""Columns that a person moves, hides and sizes: by pointer, head's menu and dialog; kept; and folding all the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from patrondesk.ui.screens.purge.columns import HEADINGS, Col, folded
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.column_choice import Choice, Heading, read
from patrondesk.ui.shell.prefs import Prefs
from tests.ui import walking

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def order(view) -> list[int]:
    head = view.horizontalHeader()
    return [head.logicalIndex(place) for place in range(head.count()) if not view.isColumnHidden(head.logicalIndex(place))]


def drag(view, start: QPoint, end: QPoint) -> None:
    port = view.horizontalHeader().viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 9):
        QTest.mouseMove(port, start + (end - start) * step / 8)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def left_of(view, column: int) -> QPoint:
    return QPoint(view.horizontalHeader().sectionViewportPosition(column) + 12, view.horizontalHeader().height() // 2)


def middle(view, column: int) -> QPoint:
    head = view.horizontalHeader()
    return QPoint(head.sectionViewportPosition(column) + head.sectionSize(column) // 2, head.height() // 2)


# ------------------------------------------------------------------ what is kept


def test_what_is_chosen_can_be_written_and_read_again():
    chosen = Choice(
        tuple(heading.word for heading in reversed(HEADINGS)), frozenset({"barcode"}), frozenset({"type"}), {"patron": 300}
    )
    again = read(chosen.words(), HEADINGS)
    assert again.order == ("tag", *[word for word in chosen.order if word != "tag"]), "the tag box stays where it is"
    assert (again.hidden, again.shown, again.widths) == (chosen.hidden, chosen.shown, chosen.widths)


@pytest.mark.parametrize("kept", ["", "nonsense -more =5 ===", "patron=99999 patron patron=5", "-tag -patron -standing tag=500"])
def test_nonsense_is_left_out(kept):
    choice = read(kept, HEADINGS)
    assert sorted(choice.order) == sorted(heading.word for heading in HEADINGS)
    assert choice.order[0] == "tag"
    assert not choice.hidden, "who it is and what is in the way cannot be hidden"
    assert all(40 <= width <= 900 for width in choice.widths.values())
    assert "tag" not in choice.widths


def test_a_column_that_a_later_version_brings_stands_where_it_belongs():
    few = [heading for heading in HEADINGS if heading.word != "class"]
    kept = read("", few).words()
    assert read(kept, HEADINGS).order == tuple(heading.word for heading in HEADINGS)
    assert read("owes patron", [Heading(word, word, 50) for word in ("patron", "age", "owes")]).order == ("owes", "patron", "age")


def test_columns_are_kept_for_each_person(tmp_path):
    kept = Prefs(tmp_path)
    kept.set_columns("mokafor", "purge", "tag patron -barcode")
    kept.set_columns("jpop", "purge", "tag -class")
    kept.save()
    again = Prefs(tmp_path)
    assert again.columns("mokafor", "purge") == "tag patron -barcode"
    assert again.columns("jpop", "purge") == "tag -class"
    assert again.columns("mokafor", "patrons") == ""
    again.set_columns("jpop", "purge", "")
    assert again.columns("jpop", "purge") == ""


# ------------------------------------------------------------------ folding


def test_what_the_person_hid_makes_room_for_others():
    assert Col.ACTIVITY in folded(1366, 1110)
    hidden = Choice(hidden=frozenset({"loans"}))
    assert folded(1366, 1110, choice=hidden) == set()
    assert Col.LOANS not in folded(1366, 300, choice=hidden), "hidden is not folded"


def test_a_wider_column_folds_others_and_they_come_back():
    wide = Choice(widths={"patron": 330})
    assert folded(1366, 1110) == {Col.TYPE, Col.ACTIVITY}
    assert folded(1366, 1110, choice=wide) > {Col.TYPE, Col.ACTIVITY, Col.BARCODE}
    assert folded(1920, 1500, choice=wide) == set()


def test_what_the_person_asked_for_folds_last():
    asked = Choice(shown=frozenset({"activity"}))
    assert folded(1366, 1150) == {Col.TYPE, Col.ACTIVITY}
    assert folded(1366, 1150, choice=asked) == {Col.TYPE, Col.BARCODE}
    narrow = folded(1024, 920, choice=asked)
    assert Col.ACTIVITY not in narrow
    assert narrow >= {Col.TYPE, Col.BARCODE, Col.DEACTIVATED}
    assert Col.ACTIVITY in folded(1024, 500, choice=asked), "where there is no room there is none"


# ------------------------------------------------------------------ by pointer


def test_a_head_is_dragged_to_another_place(hands):
    page = hands.at_table("purge")
    table, before = page.table, order(page.table)
    assert before[:4] == [Col.TAG, Col.PATRON, Col.BARCODE, Col.CLASS]
    sort = page.listing.query.sort
    drag(table, middle(table, Col.CLASS), left_of(table, Col.PATRON))
    assert order(table)[:4] == [Col.TAG, Col.CLASS, Col.PATRON, Col.BARCODE]
    assert page.listing.query.sort == sort, "moving does not sort"
    drag(table, middle(table, Col.BARCODE), left_of(table, Col.TAG))
    assert order(table)[0] == Col.TAG, "the tag box stays first"
    drag(table, middle(table, Col.TAG), middle(table, Col.BARCODE))
    assert order(table)[0] == Col.TAG


def test_a_border_is_dragged_and_what_has_no_room_folds(hands):
    page = hands.at_table("purge")
    table, head = page.table, page.table.horizontalHeader()
    edge = QPoint(head.sectionViewportPosition(Col.PATRON) + head.sectionSize(Col.PATRON) - 2, 10)
    drag(table, edge, edge + QPoint(120, 0))
    assert head.sectionSize(Col.PATRON) in range(340, 361)
    hands.wait(lambda: table.isColumnHidden(Col.BARCODE))
    assert Col.BARCODE in page.model.away, "the barcode stands under the name now"
    hands.window.resize(1590, 768)
    hands.wait(lambda: not table.isColumnHidden(Col.BARCODE))
    assert head.sectionSize(Col.PATRON) in range(340, 361)


def test_the_heads_menu(hands):
    page = hands.at_table("purge")
    table = page.table

    def choose(column: int, words: str) -> None:
        menu = table.arranger.menu(column)
        action = next(action for action in menu.actions() if action.text() == words)
        assert action.isEnabled(), words
        action.trigger()
        menu.deleteLater()

    choose(Col.BARCODE, "Move left")
    assert order(table)[:3] == [Col.TAG, Col.BARCODE, Col.PATRON]
    choose(Col.BARCODE, "Hide")
    assert table.isColumnHidden(Col.BARCODE)
    assert Col.BARCODE not in page.model.away, "who hides it does not want it elsewhere"
    choose(Col.CLASS, "Wider")
    assert table.columnWidth(Col.CLASS) == 100
    choose(Col.CLASS, "Sort by Class")
    hands.settle()
    assert page.listing.query.sort == "year_level"
    choose(-1, "Show Barcode")
    assert not table.isColumnHidden(Col.BARCODE)
    choose(-1, "Reset columns")
    assert order(table)[:3] == [Col.TAG, Col.PATRON, Col.BARCODE]
    assert table.columnWidth(Col.CLASS) == 80
    off = {action.text() for action in table.arranger.menu(Col.PATRON).actions() if not action.isEnabled() and action.text()}
    assert off == {"Move left", "Hide"}, "whoever it is stays on show"


def test_a_press_of_the_right_button_opens_the_heads_menu(hands):
    page = hands.at_table("purge")
    page.table.horizontalHeader().customContextMenuRequested.emit(middle(page.table, Col.CLASS))
    (menu,) = [menu for menu in page.table.findChildren(QMenu, "columns_menu") if menu.isVisible()]
    assert menu.accessibleName() == "Column Class"
    menu.close()


# ------------------------------------------------------------------ by keyboard


def test_all_of_it_by_keyboard_and_it_is_there_next_time(make_hands, qapp):
    hands = make_hands()
    page = hands.at_table("purge")
    table = page.table
    hands.key(Key.Key_C, CTRL | SHIFT)
    dialog = hands.open_dialog("columns_dialog")
    assert walking.faults(dialog) == []
    dialog.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert dialog.table.hasFocus()
    hands.key(Key.Key_Space)
    assert not table.isColumnHidden(Col.PATRON), "always shown"
    hands.key(Key.Key_Down)
    hands.key(Key.Key_Space)
    assert table.isColumnHidden(Col.BARCODE)
    hands.key(Key.Key_Down)

    def press(name: str) -> None:
        hands.shown(name).setFocus(Qt.FocusReason.TabFocusReason)
        hands.key(Key.Key_Space)

    press("columns_wider")
    press("columns_left")
    press("columns_sort")
    assert order(table)[:3] == [Col.TAG, Col.CLASS, Col.PATRON], "past what is hidden"
    assert page.listing.query.sort == "year_level"
    hands.key(Key.Key_Escape)
    hands.closed("columns_dialog")
    assert order(table)[:3] == [Col.TAG, Col.CLASS, Col.PATRON], "closing takes nothing back"
    hands.window.close()

    again = make_hands(1024, 700)
    table = again.at_table("purge").table
    assert order(table)[:3] == [Col.TAG, Col.CLASS, Col.PATRON]
    assert table.columnWidth(Col.CLASS) == 100
    assert table.isColumnHidden(Col.DEACTIVATED), "narrow windows fold as ever"
    assert table.isColumnHidden(Col.BARCODE)
    again.window.resize(1590, 768)
    again.wait(lambda: not table.isColumnHidden(Col.DEACTIVATED))
    assert table.isColumnHidden(Col.BARCODE), "hidden is hidden at every width"
    theme.apply(qapp, "light", 130)
    assert table.columnWidth(Col.CLASS) == 130, "widths follow the size of text"
    assert order(table)[1] == Col.CLASS


def test_a_column_asked_for_shows_though_there_is_little_room(hands):
    page = hands.at_table("purge")
    assert page.table.isColumnHidden(Col.ACTIVITY)
    hands.key(Key.Key_C, CTRL | SHIFT)
    dialog = hands.open_dialog("columns_dialog")
    names = [line.title for line in dialog.table.model_of_lines.records]
    for _ in range(names.index("Last activity")):
        hands.key(Key.Key_Down)
    hands.key(Key.Key_Space)
    assert not page.table.isColumnHidden(Col.ACTIVITY)
    hands.key(Key.Key_Space)
    assert page.table.isColumnHidden(Col.ACTIVITY)
    assert page.table.arranger.is_hidden(Col.ACTIVITY)
    hands.key(Key.Key_Escape)
    hands.closed("columns_dialog")


@pytest.mark.parametrize("place", ["patrons", "batches"])
def test_other_lists_have_it_too(hands, place):
    page = hands.go(place)
    table = page.table if place == "patrons" else page._table
    arranger = table.arranger if place == "patrons" else page.arranger
    hands.key(Key.Key_C, CTRL | SHIFT)
    dialog = hands.open_dialog("columns_dialog")
    assert walking.faults(dialog) == []
    dialog.table.setFocus(Qt.FocusReason.TabFocusReason)
    hands.key(Key.Key_Down)
    hands.key(Key.Key_Space)
    assert table.isColumnHidden(1)
    hands.shown("columns_sort")
    assert dialog._ways["sort"].isEnabled() == (place == "patrons"), "past purges are not sorted by column"
    hands.key(Key.Key_Escape)
    hands.closed("columns_dialog")
    name = "patrons" if place == "patrons" else "past_purges"
    assert hands.window.prefs.columns("librarian", name)
    hands.window.resize(1100, 768)
    hands.window.resize(1366, 768)
    assert table.isColumnHidden(1)
    arranger.reset()
    assert hands.window.prefs.columns("librarian", name) == ""
    assert not table.isColumnHidden(1)


def test_the_patrons_list_folds_under_the_name_only_what_is_wanted(make_hands):
    hands = make_hands(1100, 768)
    table = hands.at_table("patrons").table
    row = next(row for row in table.rows.records if row.barcode and row.username)
    assert table.isColumnHidden(1)
    assert row.barcode in table._under(row)
    table.arranger.show(1, False)
    assert row.barcode not in table._under(row)
    table.arranger.show(1, True)
    assert not table.isColumnHidden(1), "asked for, it does not fold"
