"""Each key of the design, pressed in the real window: parts, menus, pages, search, paging, tags, purge, undo, save, lock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QToolTip

from patrondesk.ui.screens.purge.columns import Col
from patrondesk.ui.shell import theme
from tests.ui import walking

# The offscreen platform has no stacking and no keyboard to grab, which windows and menus ask for.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
CTRL, SHIFT, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


# ------------------------------------------------------------------ menus, pages, parts


@pytest.mark.parametrize(("letter", "title"), [(Key.Key_L, "&Library"), (Key.Key_U, "P&urge"), (Key.Key_V, "&View")])
def test_alt_and_a_letter_open_a_menu(hands, letter, title):
    hands.at_table("purge")
    hands.key(letter, ALT)
    (menu,) = hands.menus()
    assert menu.title() == title
    menu.close()


def test_f10_opens_the_first_menu(hands):
    hands.at_table("purge")
    hands.key(Key.Key_F10)
    (menu,) = hands.menus()
    assert menu.title() == "&Library"
    menu.close()


def test_control_and_a_number_go_to_the_pages(hands):
    for key, place in ((Key.Key_1, "patrons"), (Key.Key_2, "circulation"), (Key.Key_3, "purge"), (Key.Key_4, "settings")):
        hands.key(key, CTRL)
        assert hands.desk.place == place
        assert hands.shown(f"nav_{place}").isChecked()


def round_trip(hands, steps: int, mods=Qt.KeyboardModifier.NoModifier) -> list[str]:
    met = []
    for _ in range(steps):
        hands.key(Key.Key_F6, mods)
        met.append(hands.here.objectName())
    return met


def test_f6_goes_from_part_to_part_of_the_window_and_round(hands):
    page = hands.at_table("purge")
    hands.key(Key.Key_A, CTRL)
    assert round_trip(hands, 5) == ["purge_page_size", "purge_button", "nav_purge", "purge_search", "purge_table"]
    back = round_trip(hands, 5, SHIFT)
    assert back == ["purge_search", "nav_purge", "purge_button", "purge_page_size", "purge_table"]
    assert page.table.rings(page.table.currentIndex()), "one sees where one is"


def test_f6_reaches_the_side_panel(make_hands):
    hands = make_hands(1920, 1080)
    page = hands.at_table("purge")
    hands.wait(page.panel.isVisible)
    hands.settle()
    assert "purge_panel_details" in round_trip(hands, 5)
    assert page.panel.isAncestorOf(page.panel.open_button)


@pytest.mark.parametrize(
    ("place", "met"),
    [
        ("patrons", {"nav_patrons", "patrons_search", "patrons_table", "patrons_page_size", "patrons_together"}),
        ("batches", {"nav_purge", "batches_back"}),
        ("settings", {"nav_settings", "computer_theme"}),
        ("import", {"nav_patrons", "import_choose", "import_choose_here", "import_back"}),
    ],
)
def test_f6_reaches_the_sidebar_and_every_part_of_the_page(hands, place, met):
    hands.go(place)
    assert met <= set(round_trip(hands, 12))


def test_f6_on_details(hands):
    hands.at_table("purge")
    hands.key(Key.Key_Return)
    assert hands.desk.place == "details"
    hands.wait(lambda: hands.shown("details_protect"))
    assert {"nav_purge", "details_back", "details_download", "details_personal"} <= set(round_trip(hands, 6))


# ------------------------------------------------------------------ search, filter, reading again, paging


@pytest.mark.parametrize("place", ["purge", "patrons"])
@pytest.mark.parametrize(("key", "mods"), [(Key.Key_F, CTRL), (Key.Key_Slash, Qt.KeyboardModifier.NoModifier)])
@pytest.mark.parametrize("beginning", ["table", "sidebar"])
def test_search_by_key_from_anywhere_in_the_window(hands, place, key, mods, beginning):
    hands.at_table(place)
    if beginning == "sidebar":
        hands.shown(f"nav_{place}").setFocus(Qt.FocusReason.TabFocusReason)
    hands.key(key, mods)
    search = hands.here
    assert search.objectName() == f"{place}_search"
    hands.type("a/b")
    assert search.text() == "a/b", "in a field a slash is a slash"


@pytest.mark.parametrize(("place", "name"), [("purge", "purge_reason_filter"), ("patrons", "patrons_state")])
def test_ctrl_r_opens_the_filter(hands, place, name):
    hands.at_table(place)
    hands.key(Key.Key_R, CTRL)
    filtered = hands.shown(name)
    assert isinstance(filtered, QComboBox)
    assert filtered.view().isVisible()
    filtered.hidePopup()


@pytest.mark.parametrize("place", ["purge", "patrons"])
def test_pages_by_key(hands, place):
    page = hands.at_table(place)
    twenty = page.pager.rows_box if place == "patrons" else page.pager.page_size
    twenty.setCurrentIndex(twenty.findData(20))
    hands.settle()
    hands.at_table(place)
    for key, mods, goal in (
        (Key.Key_PageDown, CTRL, 2), (Key.Key_PageUp, CTRL, 1), (Key.Key_End, CTRL, page.pager._pages), (Key.Key_Home, CTRL, 1),
    ):  # fmt: skip
        hands.key(key, mods)
        assert page.pager.number.text() == str(goal)
    assert page.pager._pages > 2
    hands.key(Key.Key_G, CTRL)
    assert hands.here is page.pager.number
    hands.type("2")
    hands.key(Key.Key_Return)
    assert page.pager.number.text() == "2"


@pytest.mark.parametrize("place", ["purge", "patrons", "batches", "settings"])
def test_f5_reads_again(hands, monkeypatch, place):
    hands.go(place)
    asked = []
    real = hands.window.runner.ask
    monkeypatch.setattr(hands.window.runner, "ask", lambda key, *more: (asked.append(key), real(key, *more))[1])
    hands.key(Key.Key_F5)
    assert asked


# ------------------------------------------------------------------ cells, tags


def test_arrows_home_and_end_go_from_cell_to_cell(hands):
    page = hands.at_table("purge")

    def at() -> tuple[int, int]:
        return page.table.currentIndex().row(), page.table.currentIndex().column()

    for key, goal in (
        (Key.Key_Down, (1, Col.PATRON)), (Key.Key_Right, (1, Col.BARCODE)), (Key.Key_Left, (1, Col.PATRON)),
        (Key.Key_Up, (0, Col.PATRON)), (Key.Key_End, (0, Col.STANDING)), (Key.Key_Home, (0, Col.TAG)),
    ):  # fmt: skip
        hands.key(key)
        assert at() == goal
    hands.key(Key.Key_PageDown)
    assert at()[0] > 5
    hands.key(Key.Key_PageUp)
    assert at()[0] == 0


def test_space_shift_arrows_and_control_a_tag(hands):
    page = hands.at_table("purge")
    free = [number for number, row in enumerate(page.model.rows) if row.eligible]
    tagged = lambda: [number for number, row in enumerate(page.model.rows) if row.id in page.tags]  # noqa: E731
    page.table.setCurrentIndex(page.model.index(free[0], Col.CLASS))
    hands.key(Key.Key_Space)
    assert tagged() == [free[0]]
    hands.key(Key.Key_Space)
    for _ in range(6):
        hands.key(Key.Key_Down, SHIFT)
    hands.key(Key.Key_Space)
    assert tagged() == [row for row in free if free[0] <= row <= free[0] + 6]
    hands.key(Key.Key_A, CTRL)
    assert tagged() == free
    hands.key(Key.Key_A, CTRL | SHIFT)
    assert tagged() == []


def test_control_a_in_a_field_marks_its_words_and_tags_nobody(hands):
    page = hands.at_table("purge")
    hands.key(Key.Key_F, CTRL)
    hands.type("smith")
    hands.key(Key.Key_A, CTRL)
    assert page.head.search.selectedText() == "smith"
    assert len(page.tags) == 0
    hands.key(Key.Key_Delete, CTRL)
    assert hands.shown("purge_confirm_dialog") is None


def test_enter_opens_the_link_of_the_cell(hands):
    page = hands.at_table("purge")
    number = next(n for n, row in enumerate(page.model.rows) if row.open_loans)
    page.table.setCurrentIndex(page.model.index(number, Col.LOANS))
    hands.key(Key.Key_Return)
    hands.open_dialog("loans_dialog")
    hands.key(Key.Key_Escape)
    hands.closed("loans_dialog")
    page.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
    page.table.setCurrentIndex(page.model.index(number, Col.PATRON))
    key = page.model.rows[number].id
    hands.key(Key.Key_Return)
    assert (hands.desk.place, hands.desk.page.patron_id) == ("details", key)
    hands.key(Key.Key_Down, ALT)
    assert hands.desk.page.patron_id == page.model.rows[number + 1].id
    hands.key(Key.Key_Up, ALT)
    assert hands.desk.page.patron_id == key
    hands.key(Key.Key_Left, ALT)
    assert hands.desk.place == "purge"


def test_ctrl_i_says_why_not(hands):
    page = hands.at_table("purge")
    number = next(n for n, row in enumerate(page.model.rows) if row.reasons)
    page.table.setCurrentIndex(page.model.index(number, Col.CLASS))
    hands.key(Key.Key_I, CTRL)
    hands.open_dialog("purge_why_dialog")
    hands.key(Key.Key_Escape)
    hands.closed("purge_why_dialog")
    QToolTip.hideText()


def test_the_menu_key_opens_the_rows_menu(hands):
    page = hands.at_table("purge")
    hands.key(Key.Key_F10, SHIFT)
    (menu,) = [menu for menu in page.findChildren(QMenu, "purge_row_menu") if menu.isVisible()]
    menu.close()


# ------------------------------------------------------------------ a window beside


def test_ctrl_enter_opens_the_patron_in_a_window_of_its_own(hands):
    page = hands.at_table("purge")
    first, second = page.model.rows[0], page.model.rows[1]
    for key in (Key.Key_Return, Key.Key_Enter):
        hands.key(key, CTRL)
        hands.front(hands.window)
    assert hands.desk.place == "purge", "the list stays where it is"
    (window,) = hands.desk.beside.windows
    hands.wait(lambda: first.name in window.windowTitle())
    page.table.setCurrentIndex(page.model.index(1, Col.PATRON))
    hands.key(Key.Key_Return, CTRL)
    assert [each.page.patron_id for each in hands.desk.beside.windows] == [first.id, second.id]
    hands.front(window)
    hands.key(Key.Key_Down, ALT)
    assert window.page.patron_id == second.id
    hands.key(Key.Key_F1)
    assert hands.open_dialog("keys_dialog").parentWidget() is window
    hands.key(Key.Key_Escape)
    hands.wait(lambda: hands.shown("keys_dialog") is None)
    hands.front(window)
    assert walking.faults(window) == []
    hands.key(Key.Key_W, CTRL)
    hands.wait(lambda: not window.isVisible())
    hands.front(hands.window)
    page.table.setCurrentIndex(page.model.index(2, Col.PATRON))
    hands.key(Key.Key_Return, CTRL)
    assert len(hands.desk.beside.windows) == 2, "a closed one is used again"


def test_ctrl_enter_in_patrons_and_from_the_details(hands):
    page = hands.at_table("patrons")
    patron = page.table.rows.record(0)
    hands.key(Key.Key_Return, CTRL)
    assert hands.desk.beside.windows[0].page.patron_id == patron.id
    hands.front(hands.window)
    hands.key(Key.Key_Down)
    hands.key(Key.Key_Return)
    assert hands.desk.place == "details"
    hands.key(Key.Key_Return, CTRL)
    assert len(hands.desk.beside.windows) == 2


@pytest.mark.parametrize("from_beside", [False, True])
def test_the_lock_takes_the_windows_beside_with_it(hands, from_beside):
    hands.at_table("purge")
    hands.key(Key.Key_Return, CTRL)
    (window,) = hands.desk.beside.windows
    hands.front(window if from_beside else hands.window)
    QTest.keyClick(window if from_beside else hands.window, Key.Key_L, CTRL)
    hands.wait(lambda: not window.isVisible())
    assert hands.window.desk is None


# ------------------------------------------------------------------ preview, purge, undo


def test_preview_purge_and_undo_by_key(hands):
    page = hands.at_table("purge")
    undo = page.commands["undo"]
    assert not undo.isEnabled(), "there is nothing to undo yet"
    free = [number for number, row in enumerate(page.model.rows) if row.eligible][:2]
    for number in free:
        page.table.setCurrentIndex(page.model.index(number, Col.PATRON))
        hands.key(Key.Key_Space)
    total = page.listing.page.total
    hands.key(Key.Key_P, CTRL | SHIFT)
    hands.open_dialog("purge_preview_dialog")
    hands.key(Key.Key_Escape)
    hands.closed("purge_preview_dialog")
    page.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
    hands.key(Key.Key_Delete)
    assert hands.shown("purge_confirm_dialog") is None, "Delete alone does nothing"
    hands.key(Key.Key_Delete, CTRL)
    hands.open_dialog("purge_confirm_dialog")
    hands.press("confirm_accept")
    hands.open_dialog("purge_result_dialog")
    hands.key(Key.Key_Escape)
    hands.closed("purge_result_dialog")
    hands.settle()
    assert page.listing.page.total == total - 2
    assert undo.isEnabled()
    page.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
    hands.key(Key.Key_Z, CTRL)
    hands.open_dialog("purge_undo_dialog")
    hands.press("ask_accept")
    hands.closed("purge_undo_dialog")
    hands.wait(lambda: page.listing.page.total == total)
    assert not undo.isEnabled()


def test_the_purge_answers_its_key_only_on_its_own_page(hands):
    page = hands.at_table("purge")
    hands.key(Key.Key_A, CTRL)
    assert len(page.tags)
    hands.go("patrons")
    for key, mods in ((Key.Key_Delete, CTRL), (Key.Key_P, CTRL | SHIFT), (Key.Key_A, CTRL | SHIFT)):
        hands.key(key, mods)
    assert not any(isinstance(top, walking.QWidget) and top.objectName().startswith("purge_") and top.isVisible()
                   for top in QApplication.topLevelWidgets())  # fmt: skip
    assert len(page.tags), "what is not on show is never touched"


# ------------------------------------------------------------------ saving, leaving


def change_a_setting(hands):
    page = hands.go("settings")
    hands.wait(lambda: page._sections)
    section = next(iter(page._sections.values()))
    control = next(c for c in section.stops if hasattr(c, "toggle") and c.isVisible())
    control.setFocus(Qt.FocusReason.TabFocusReason)
    before = control.isChecked()
    hands.key(Key.Key_Space)
    assert control.isChecked() != before
    return page, section, control, before


def test_ctrl_s_saves_the_section_one_is_in(hands):
    hands.go("settings")
    assert not hands.desk.page.commands["save"].isEnabled()
    page, section, _control, before = change_a_setting(hands)
    assert page.commands["save"].isEnabled()
    hands.key(Key.Key_S, CTRL)
    if hands.shown("settings_ask") is not None:
        hands.press("settings_ask_save")
    hands.wait(lambda: not section.changes)
    hands.settle()
    assert not page.commands["save"].isEnabled()
    (_key, row) = next((key, row) for key, row in section._rows.items() if row.control.widget is _control)
    assert row.control.line.value == ("false" if before else "true"), "it is stored"


@pytest.mark.parametrize("way", ["leave_stay", "leave_discard"])
def test_escape_asks_before_what_was_changed_is_gone(hands, way):
    _page, section, control, before = change_a_setting(hands)
    hands.key(Key.Key_Escape)
    dialog = hands.open_dialog("leave_dialog")
    assert walking.faults(dialog) == []
    hands.press(way)
    hands.closed("leave_dialog")
    assert bool(section.changes) == (way == "leave_stay")
    assert control.isChecked() == (before if way == "leave_discard" else not before)


def test_escape_and_save_saves(hands):
    _page, section, _control, _before = change_a_setting(hands)
    hands.key(Key.Key_Escape)
    hands.open_dialog("leave_dialog")
    hands.press("leave_save")
    hands.settle()
    if hands.shown("settings_ask") is not None:
        hands.press("settings_ask_save")
    hands.wait(lambda: not section.changes)


def test_ctrl_s_in_a_dialog_that_is_filled_in(hands):
    hands.at_table("patrons")
    hands.press("patrons_add")
    dialog = hands.open_dialog("add_patron_dialog")
    hands.key(Key.Key_S, CTRL)
    hands.wait(lambda: any(getattr(each, "error", "") for each in dialog.findChildren(walking.QWidget)))
    hands.key(Key.Key_Escape)
    hands.closed("add_patron_dialog")


# ------------------------------------------------------------------ lock, density


def test_ctrl_l_locks(hands):
    hands.at_table("patrons")
    hands.key(Key.Key_L, CTRL)
    assert hands.window.desk is None


def test_density_is_chosen_in_the_menu_and_kept(make_hands):
    hands = make_hands()
    page = hands.at_table("purge")
    tall = page.table.rowHeight(0)
    hands.choose("density_compact")
    assert theme.look().compact
    assert page.table.rowHeight(0) == theme.row_height(True) < tall
    patrons = hands.go("patrons")
    assert patrons.table.rowHeight(0) == theme.row_height(True)
    hands.window.prefs.save()
    hands.window.close()
    theme.set_compact(False)
    again = make_hands()
    assert again.at_table("purge").table.rowHeight(0) == theme.row_height(True)
    again.choose("density_comfortable")
    assert again.desk.purge_page.table.rowHeight(0) == tall
    settings = again.go("settings")
    combo = again.shown("computer_compact")
    combo.setCurrentIndex(combo.findData(True))
    combo.activated.emit(combo.currentIndex())
    assert settings.isVisible()
    assert again.desk.purge_page.table.rowHeight(0) == theme.row_height(True)


# ------------------------------------------------------------------ notices come in their place


def test_tab_comes_to_a_notice_where_it_stands(hands):
    from patrondesk.errors import Busy
    from patrondesk.ui.shell import banner, buttons

    fault = Busy("Someone else is working in this library file.", "Try again in a moment.")
    for place in ("patrons", "settings", "batches", "import"):
        page = hands.go(place)
        if place == "patrons":
            page._on_fault(fault)
        elif place in ("settings", "batches"):
            page._on_failed(fault)
        else:
            told = page._notices.tell(banner.Banner("done", "It is read."))
            told.add_action(buttons.button("One", name="one"))
            told.add_action(buttons.button("Two", name="two"))
        hands.settle()
        hands.wait(lambda: hands.shown("banner_close"))
        assert walking.tab_order(hands.window) == [], place
    hands.at_table("purge")
    hands.key(Key.Key_Return)
    hands.wait(lambda: hands.shown("details_protect"))
    hands.desk.page._parts.put(banner.Banner("done", "It is done."))
    hands.wait(lambda: hands.shown("banner_close"))
    assert walking.tab_order(hands.window) == []
