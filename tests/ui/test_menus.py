"""The menus and keys of the real window: what is there, when it is on, where it leads; and closing while a purge runs."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import threading
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from patrondesk import bootstrap
from patrondesk.clock import Clock
from patrondesk.jobs import purge as job
from patrondesk.jobs.ticket import Ticket
from patrondesk.services.demo import build
from patrondesk.ui.main import open_window
from patrondesk.ui.main.opening import application
from patrondesk.ui.screens.purge import desk as desks
from patrondesk.ui.shell import commands, fonts, theme
from patrondesk.ui.shell.places import THERE
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui.walker import Walker

CTRL = Qt.KeyboardModifier.ControlModifier
LOOKS = {
    "menu_theme_system", "menu_theme_light", "menu_theme_dark", "menu_theme_contrast", "menu_text_100", "menu_text_115",
    "menu_text_130", "menu_density_comfortable", "menu_density_compact",
}  # fmt: skip
ALWAYS = LOOKS | {f"menu_{command.word}" for command in commands.ALWAYS if command.word != "menus"}
PLACES = {f"menu_go_{word}" for word in THERE}
AT_THE_DESK = PLACES | {f"menu_{command.word}" for command in commands.AT_THE_DESK}
ON_PAGES = {f"menu_{command.word}" for command in commands.ON_PAGES}


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    path = tmp_path_factory.mktemp("school") / "school.patrondesk"
    database = bootstrap.new_database(path)
    build.build(database, patrons=120, seed=2, today=dt.date(2026, 11, 21))
    database.close()
    return path


@pytest.fixture
def library(school, tmp_path):
    return shutil.copyfile(school, tmp_path / "school.patrondesk")


@pytest.fixture
def walker(qtbot, qapp, library):
    theme.apply(qapp, "light")
    window = open_window(str(library), "librarian", "demo")
    assert isinstance(window, DeskWindow)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    made = Walker(qtbot, window)
    made.settle()
    made.front(window)
    made.wait(lambda: window.desk.purge_page.model.rowCount())  # type: ignore[union-attr]
    yield made
    window.close()
    theme.apply(qapp, "light")


def actions(window):
    """Every command by its object name; those of the Purge menu by their words."""
    return {action.objectName(): action for action in window.findChildren(QAction) if action.objectName().startswith("menu_")}


def in_menus(window):
    found: list[QAction] = []

    def look(menu: QMenu) -> None:
        for action in menu.actions():
            held = action.menu()
            if isinstance(held, QMenu):
                look(held)
            elif not action.isSeparator():
                found.append(action)

    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        look(menu)
    return found


def test_before_the_desk_only_what_needs_none_is_on(qtbot, qapp):
    theme.apply(qapp, "light")
    window = DeskWindow(Prefs(), Clock())
    qtbot.addWidget(window)
    window.show_gate(QWidget())
    window.show()
    on = {name for name, action in actions(window).items() if action.isEnabled()}
    assert on == ALWAYS
    assert actions(window).keys() == ALWAYS | AT_THE_DESK | ON_PAGES
    window.close()


def test_at_the_desk_everything_is_there_and_on(walker):
    found = actions(walker.window)
    assert found.keys() == ALWAYS | AT_THE_DESK | ON_PAGES
    assert {name for name, action in found.items() if not action.isEnabled()} == ON_PAGES, "those of pages are stand-ins"
    menus = [action.text().replace("&", "") for action in walker.window.menuBar().actions()]
    assert menus == ["Library", "Patron", "Purge", "View", "Help"]


def test_every_command_in_a_menu_has_words_and_a_key_of_its_own(walker):
    found = [action for action in in_menus(walker.window) if action.isVisible()]
    assert all(action.text() for action in found)
    keys = Counter(key.toString() for action in found for key in action.shortcuts() if not key.isEmpty())
    assert {key for key, number in keys.items() if number > 1} == set()


def test_control_and_a_number_go_to_the_places(walker):
    window = walker.window
    keys = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)
    for key, place in zip(keys, ("patrons", "circulation", "purge", "settings"), strict=True):
        QTest.keyClick(window, key, CTRL)
        walker.wait(lambda place=place: window.desk.place == place)
        walker.settle()
        assert walker.shown(f"{place}_page") is not None
        assert walker.shown(f"nav_{place}").isChecked()


def test_the_other_commands_lead_where_they_say(walker):
    desk = walker.window.desk
    for command, page in (("find", "patrons_page"), ("import", "import_page"), ("leavers", "import_page")):
        walker.choose(command)
        walker.settle()
        assert walker.shown(page) is not None
    assert walker.shown("import_kind").currentData() == "deactivations"
    walker.choose("past_purges")
    assert desk.place == "batches"
    for command, dialog in (
        ("deactivate", "deactivate_dialog"), ("requests", "requests_dialog"), ("about", "about_dialog"),
        ("backup", "backup_dialog"),
    ):  # fmt: skip
        walker.choose(command)
        walker.wait(lambda dialog=dialog: walker.shown(dialog))
        walker.shown(dialog).reject()
        walker.wait(lambda dialog=dialog: walker.shown(dialog) is None)


def test_control_l_locks(walker, qtbot):
    window = walker.window
    with qtbot.waitSignal(window.locked):
        QTest.keyClick(window, Qt.Key.Key_L, CTRL)
    assert window.desk is None
    assert not actions(window)["menu_backup"].isEnabled()
    assert not actions(window)["menu_lock"].isEnabled()


def test_the_look_is_in_force_and_remembered(walker):
    window = walker.window
    walker.choose("theme_dark")
    walker.choose("text_130")
    assert theme.current().dark
    assert fonts.scale() == 130
    window.prefs.save()
    assert (Prefs().theme, Prefs().text_size) == ("dark", 130)
    theme.apply(application(), "light")
    application()
    assert theme.current().dark
    assert fonts.scale() == 130
    walker.settle()
    walker.choose("text_100")
    walker.choose("theme_light")
    assert not theme.current().dark


def test_a_look_chosen_in_the_settings_is_ticked_in_the_menu(walker):
    window = walker.window
    window.desk.go("settings")
    walker.settle()
    combo = walker.shown("computer_theme")
    combo.setCurrentIndex(combo.findData("dark"))
    combo.activated.emit(combo.currentIndex())
    next(action for action in window.menuBar().actions() if action.text() == "&View").menu().aboutToShow.emit()
    assert actions(window)["menu_theme_dark"].isChecked()
    assert not actions(window)["menu_theme_light"].isChecked()


@pytest.fixture
def held(walker, monkeypatch):
    """A purge that stands still after its first chunk, until it is asked to stop."""
    reached, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(desks, "CHUNK", 3)
    real, real_stop = job._purge_or_split, Ticket.stop

    def slowly(*args):
        real(*args)
        reached.set()
        assert go_on.wait(20)

    def stop(self):
        real_stop(self)
        go_on.set()

    monkeypatch.setattr(job, "_purge_or_split", slowly)
    monkeypatch.setattr(Ticket, "stop", stop)
    page = walker.window.desk.purge_page
    walker.press("purge_tag_all")
    number = len(page.tags.here(page.model.rows))
    assert number > 6
    walker.press("purge_button")
    walker.wait(lambda: walker.shown("purge_confirm_dialog"))
    walker.shown("purge_confirm_dialog").count.setText(str(number))
    walker.press("confirm_accept")
    walker.wait(reached.is_set)
    yield number
    go_on.set()


def test_closing_while_a_purge_runs_ends_it_between_two_patrons(walker, held, library):
    window = walker.window
    database = window.desk.office.database
    assert window.close()
    assert not window.isVisible()
    database.close()
    link = sqlite3.connect(library)
    purged, state = link.execute("SELECT purged, state FROM batches ORDER BY id DESC").fetchone()
    assert 0 < purged < held
    assert state != "running"
    assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    link.close()


def test_a_window_whose_work_does_not_end_stays_open(walker, monkeypatch):
    window = walker.window
    with monkeypatch.context() as only_here:
        only_here.setattr(window.runner, "close", lambda: False)
        assert not window.close()
    assert window.isVisible()
    assert window.desk is not None


def test_the_desk_is_not_locked_while_a_purge_runs(walker, held):
    walker.front(walker.window)
    QTest.keyClick(walker.window, Qt.Key.Key_L, CTRL)
    assert walker.window.desk is not None
    note = walker.window.desk.purge_page.notices.shown("lock")
    assert "running" in note.accessibleName()
    walker.window.desk.purge_page.purging._on_stop()
    walker.wait(lambda: walker.shown("purge_result_dialog"))
    close = walker.shown("result_close")
    assert isinstance(close, QPushButton)
    walker.settle()
    close.click()


def test_arrow_keys_go_through_the_places(walker):
    items = [walker.shown(f"nav_{word}") for word in ("patrons", "circulation", "purge")]
    items[0].setFocus(Qt.FocusReason.TabFocusReason)
    for here, there in ((0, 1), (1, 2)):
        QTest.keyClick(items[here], Qt.Key.Key_Down)
        assert items[there].hasFocus()
    for here, there in ((2, 1), (1, 0)):
        QTest.keyClick(items[here], Qt.Key.Key_Up)
        assert items[there].hasFocus()
    QTest.keyClick(items[0], Qt.Key.Key_Return)
    assert walker.window.desk.place == "patrons"


def test_keys_shown_in_the_menus_are_those_of_the_design(walker):
    found = actions(walker.window)
    for name, keys in (("lock", "Ctrl+L"), ("quit", "Ctrl+Q"), ("open", "Ctrl+O"), ("go_purge", "Ctrl+3")):
        assert found[f"menu_{name}"].shortcut() == QKeySequence(keys)
