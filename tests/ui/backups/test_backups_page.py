"""The Backups page: made, listed, opened read-only, somebody brought back, one restored; by real keys and clicks."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.backup_reading import list_backups
from patrondesk.services.candidates import candidates
from patrondesk.services.purging.plan import make_plan
from patrondesk.ui.screens.backups import words
from patrondesk.ui.screens.backups.page import BackupsPage
from patrondesk.ui.shell import dialogs, theme
from patrondesk.ui.window import desk as window_desk

LOOKS = [("light", 100, (1366, 768)), ("dark", 130, (1024, 700)), ("contrast", 115, (1366, 768)), ("light", 130, (1093, 614))]
ENTER, TAB, ESCAPE, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down


def free(office, number=1):
    return [row for row in candidates(office, CandidatesQuery(page_size=200)).rows if row.eligible][:number]


def purged(office, number=1):
    """Somebody purged with a backup before: (the first one's row, the batch)."""
    rows = free(office, number)
    done = purge.run(office, make_plan(office, [row.id for row in rows], source="page"), Ticket())
    assert done.batch.purged == number
    return rows[0], done.batch


def make_past(office):
    """The undo date of every purge has passed."""
    with sqlite3.connect(office.database.path) as raw:
        raw.execute("UPDATE batches SET undo_until = ?", ((office.clock.real_today() - dt.timedelta(days=1)).isoformat(),))
    raw.close()


@pytest.fixture(autouse=True)
def _no_upkeep(monkeypatch):
    """What a window does a while after the sign-in; the tests of it set their own time."""
    monkeypatch.setattr(window_desk, "_UPKEEP_AFTER_MS", 10_000_000)


@pytest.fixture
def desk(walker):
    walker.window.show()
    assert walker.window.desk is not None
    return walker.window.desk


def shown(walker, name):
    walker.wait(lambda: walker.shown(name))
    return walker.shown(name)


def page_of(walker):
    found = shown(walker, "backups_page")
    assert isinstance(found, BackupsPage)
    walker.settle()
    return found


def type_into(widget, words_):
    QTest.keyClicks(widget, words_)


def test_from_the_menu_and_from_the_sidebar(walker, desk):
    walker.choose("backups")
    assert page_of(walker).isVisible()
    assert walker.shown("backups_table") is None, "nothing is listed before there is one"
    desk.go("purge")
    walker.settle()
    foot = walker.shown("nav_backups")
    foot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(foot, ENTER)
    assert page_of(walker).isVisible()


def test_one_is_made_and_listed(walker, desk):
    desk.go("backups")
    page = page_of(walker)
    walker.press("backup_make")
    walker.wait(lambda: page.rows.rowCount() == 1)
    walker.settle()
    line = page.rows.record(0)
    assert Path(line.path).exists()
    assert shown(walker, "banner_done").accessibleName().startswith("The library is backed up and checked.")
    assert "Backed up today" in walker.shown("nav_backups").accessibleName()
    said = [str(page.rows.data(page.rows.index(0, column))) for column in range(6)]
    assert said[1:5] == ["By hand", f"{line.size / 1_000_000:,.1f} MB", f"{line.patrons:,}", ""]


def test_what_each_is_and_until_when(walker, desk):
    office = desk.office
    purged(office, 3)
    stick = Path(office.database.path).parent / "stick.patrondesk"
    backup.make_backup(office, stick)
    lost = Path(backup.make_backup(office).path)
    lost.unlink()
    desk.go("backups")
    page = page_of(walker)
    lines = page.rows.records
    assert [words.why(line) for line in lines] == ["By hand", "By hand", "Before a purge"]
    last = lines[0].until
    assert last == office.clock.real_today() + dt.timedelta(days=37)
    assert {words.holds(line) for line in lines} == {"3 purged patrons"}
    assert [said.text if (said := words.place(line)) else "" for line in lines] == ["Not found", "Elsewhere", ""]
    page.table.setCurrentIndex(page.rows.index(0, 0))
    assert not page.open.isEnabled()
    assert page.restore.toolTip() == "The file is not there"
    page.table.setCurrentIndex(page.rows.index(2, 0))
    assert page.open.isEnabled()
    assert page.restore.isEnabled()


def test_somebody_is_looked_up_and_brought_back_by_keys_alone(walker, desk):
    office = desk.office
    gone, batch = purged(office)
    make_past(office)
    desk.go("backups")
    page = page_of(walker)
    page.table.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.table, ENTER)
    search = shown(walker, "backup_search")
    walker.wait(search.hasFocus)
    band = shown(walker, "backup_band")
    assert band.accessibleName().startswith("You are looking at a backup of ")
    assert "nothing can be changed here" in band.accessibleName()
    type_into(search, gone.username)
    QTest.keyClick(search, ENTER)
    people = walker.shown("backup_people")
    walker.wait(lambda: page.one.rows.rowCount() == 1)
    people.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(people, ENTER)
    walker.wait(lambda: walker.shown("backup_standing"))
    assert walker.shown("backup_standing").text().startswith(f"This patron left the library with purge {batch.id} on ")
    QTest.keyClick(page, ESCAPE)
    walker.wait(lambda: walker.shown("backup_people"))
    QTest.keyClick(walker.shown("backup_people"), ENTER)
    walker.wait(lambda: walker.shown("backup_bring_back"))
    button = walker.shown("backup_bring_back")
    assert button.isEnabled()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, ENTER)
    accept = shown(walker, "ask_accept")
    assert walker.shown("return_dialog").accessibleName() == "Bring a patron back"
    QTest.keyClick(accept, Qt.Key.Key_Space)
    walker.wait(lambda: walker.shown("banner_done"))
    assert walker.shown("banner_done").accessibleName().startswith(f"{gone.name} is back")
    walker.settle()
    assert walker.shown("backup_standing").text() == "This patron is in the library now."
    assert not button.isEnabled()
    assert gone.id in {row.id for row in candidates(office, CandidatesQuery(page_size=200)).rows}
    for _ in range(2):
        QTest.keyClick(page, ESCAPE)
        walker.settle()
    assert page.one.opened is None
    assert walker.shown("backups_table") is not None


def test_while_it_can_be_undone_that_is_the_way(walker, desk):
    gone, batch = purged(desk.office)
    desk.go("backups")
    page = page_of(walker)
    page.open_file(Path(page.rows.record(0).path))
    shown(walker, "backup_search")
    walker.settle()
    number = next(n for n, row in enumerate(page.one.rows.records) if row.id == gone.id)
    page.one.table.entered_cell.emit(page.one.rows.index(number, 0))
    walker.wait(lambda: walker.shown("backup_bring_back"))
    assert not page.one.bring_back.isEnabled()
    assert page.one.bring_back.toolTip() == f"Purge {batch.id} can still be undone: see Past purges."


def test_pages_and_nobody(walker, desk):
    backup.make_backup(desk.office)
    desk.go("backups")
    page = page_of(walker)
    page.open_file(Path(page.rows.record(0).path))
    shown(walker, "backup_search")
    walker.settle()
    first = [row.id for row in page.one.rows.records]
    walker.press("backup_next")
    walker.wait(lambda: [row.id for row in page.one.rows.records] != first)
    assert not {row.id for row in page.one.rows.records} & set(first)
    type_into(page.one.search, "nobody is called so")
    walker.wait(lambda: page.one.rows.rowCount() == 0)
    assert page.one.search.isVisible()


@pytest.mark.parametrize("cancel", [True, False])
def test_a_restore_in_the_window(walker, desk, cancel):
    office = desk.office
    gone, batch = purged(office)
    desk.go("backups")
    page = page_of(walker)
    assert page.restore.property("kind") == "tinted"
    walker.press("backup_restore")
    dialog = shown(walker, "restore_dialog")
    said = " ".join(label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "say"))
    assert " goes: 1 purge." in said
    assert walker.shown("ask_accept").property("kind") == "danger"
    assert walker.shown("ask_cancel").hasFocus() or cancel
    if cancel:
        QTest.keyClick(dialog, ESCAPE)
        walker.settle()
        assert [line.purpose for line in list_backups(office)] == ["before a purge"]
        assert walker.window.desk is desk
        return
    walker.press("ask_accept")
    told = shown(walker, "restored_dialog")
    assert walker.window.desk is None, "whoever was at the desk signs in again"
    words_ = [label.text() for label in told.findChildren(QWidget) if hasattr(label, "say")]
    assert "1 patron who had been purged since is back." in words_
    assert any(f"purge {batch.id} of" in said for said in words_)
    walker.press("restored_close")
    password = shown(walker, "signin_password")
    walker.settle()
    type_into(password, "demo")
    QTest.keyClick(password, ENTER)
    walker.wait(lambda: walker.window.desk is not None and walker.window.desk.purge_page.model.rows)
    fresh = walker.window.desk.office
    walker.settle()
    assert gone.id in {row.id for row in candidates(fresh, CandidatesQuery(page_size=200)).rows}
    assert {line.purpose for line in list_backups(fresh)} == {"before a purge", "before a restore"}


def test_a_restore_that_is_refused_says_so_and_the_desk_stays(walker, desk, monkeypatch):
    from patrondesk.services import replacing

    monkeypatch.setattr(replacing, "_TRIES", 2)
    backup.make_backup(desk.office)
    desk.go("backups")
    page = page_of(walker)
    other = sqlite3.connect(desk.office.database.path)
    other.execute("SELECT count(*) FROM patrons").fetchone()
    walker.press("backup_restore")
    walker.press("ask_accept")
    walker.wait(lambda: walker.shown("banner_not_done"))
    assert "Another program has" in walker.shown("banner_not_done").accessibleName()
    walker.wait(lambda: walker.shown("restoring_dialog") is None)
    other.close()
    walker.settle()
    assert walker.window.desk is desk
    assert page.rows.rowCount() == 1


def test_nothing_leaves_while_it_runs(walker, desk, qtbot):
    from patrondesk.ui.screens.backups.asking import Wait

    wait = Wait(walker.window)
    wait.open()
    QTest.keyClick(wait, ESCAPE)
    assert wait.isVisible()
    wait.end()
    assert not wait.isVisible()


@pytest.mark.parametrize(
    ("lost", "button", "said"),
    [
        (Permission.PURGE, "make", "make backups"),
        (Permission.SETTINGS, "restore", "restore a backup"),
        (Permission.UNDO_PURGE, "restore", "restore a backup"),
    ],
)
def test_a_missing_right_is_said(qtbot, office, runner, changes, lost, button, said):
    backup.make_backup(office)
    less = office.signed_in(dataclasses.replace(office.actor, permissions=office.actor.permissions - {lost}))
    page = BackupsPage(less, runner, changes)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    control = getattr(page, button)
    assert not control.isEnabled()
    assert said in control.toolTip()
    assert page.open.isEnabled()


def test_an_open_backup_is_closed_when_somebody_else_comes(walker, desk):
    backup.make_backup(desk.office)
    desk.go("backups")
    page = page_of(walker)
    page.open_file(Path(page.rows.record(0).path))
    shown(walker, "backup_search")
    walker.settle()
    opened = page.one.opened
    closed = []
    real = opened.close
    opened.close = lambda: (closed.append(True), real())
    walker.window.leave()
    assert not closed, "the lock keeps what is open for the same person"
    walker.window._forget_behind()
    walker.wait(lambda: closed)


def test_the_first_window_of_the_day_backs_up(qtbot, qapp, tmp_path, monkeypatch):
    from patrondesk.ui.main import open_window
    from tests.ui import demo_school
    from tests.ui.walker import Walker

    monkeypatch.setattr(window_desk, "_UPKEEP_AFTER_MS", 0)
    window = open_window(str(demo_school.copied(tmp_path)), "librarian", "demo")
    qtbot.addWidget(window)
    window.show()
    walker = Walker(qtbot, window)
    office = window.desk.office
    walker.wait(lambda: walker.shown("nav_backups") and "Backed up today" in walker.shown("nav_backups").accessibleName())
    walker.settle()
    assert [line.purpose for line in list_backups(office)] == ["daily"]
    window.close()


def test_a_day_s_backup_that_fails_is_said(qtbot, qapp, tmp_path, monkeypatch):
    from patrondesk.services import copies
    from patrondesk.ui.main import open_window
    from tests.ui import demo_school
    from tests.ui.walker import Walker

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(window_desk, "_UPKEEP_AFTER_MS", 0)
    monkeypatch.setattr(copies, "copy_file", full)
    window = open_window(str(demo_school.copied(tmp_path)), "librarian", "demo")
    qtbot.addWidget(window)
    window.show()
    walker = Walker(qtbot, window)
    walker.wait(lambda: walker.shown("banner_not_done"))
    assert "backup could not be written" in walker.shown("banner_not_done").accessibleName()
    walker.settle()
    window.close()


@pytest.mark.parametrize(("name", "scale", "size"), LOOKS, ids=lambda value: str(value).replace(", ", "x"))
def test_every_state_in_every_look(walker, desk, qapp, monkeypatch, name, scale, size):
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, *size))
    theme.apply(qapp, name, scale)
    window = walker.window
    window.resize(*size)
    desk.go("backups")
    walker.at("no backup")
    gone, _ = purged(desk.office, 2)
    backup.make_backup(desk.office, Path(desk.office.database.path).parent / "stick.patrondesk")
    Path(backup.make_backup(desk.office).path).unlink()
    make_past(desk.office)
    page = page_of(walker)
    page.refresh()
    walker.at("three backups")
    page.table.setCurrentIndex(page.rows.index(2, 0))
    walker.press("backup_restore")
    with walker.dialog("restore_dialog"):
        pass
    walker.press("backup_open")
    walker.wait(lambda: walker.shown("backup_search"))
    walker.at("a backup")
    number = next(n for n, row in enumerate(page.one.rows.records) if row.id == gone.id)
    page.one.table.entered_cell.emit(page.one.rows.index(number, 0))
    walker.wait(lambda: walker.shown("backup_bring_back"))
    walker.at("a person in it")
    walker.press("backup_bring_back")
    with walker.dialog("return_dialog"):
        walker.press("ask_accept")
    walker.wait(lambda: walker.shown("banner_done"))
    walker.at("somebody is back")
    assert (window.width(), window.height()) == size
    assert not walker.found, "\n" + "\n".join(dict.fromkeys(walker.found))


def test_the_menu_has_it(walker, desk):
    action = walker.window.findChild(QAction, "menu_backups")
    assert action.text() == "Backups..."
    assert isinstance(QApplication.instance(), QApplication)


def test_a_library_in_a_folder_that_is_kept_in_step(qtbot, qapp, tmp_path, monkeypatch):
    from patrondesk.ui.main import open_window
    from tests.ui import demo_school
    from tests.ui.walker import Walker

    monkeypatch.setattr(window_desk, "_UPKEEP_AFTER_MS", 0)
    (tmp_path / "OneDrive - Riverbank").mkdir()
    window = open_window(str(demo_school.copied(tmp_path / "OneDrive - Riverbank")), "librarian", "demo")
    qtbot.addWidget(window)
    window.show()
    walker = Walker(qtbot, window)
    walker.wait(lambda: walker.shown("banner_look"))
    assert "a folder that OneDrive keeps in step" in walker.shown("banner_look").accessibleName()
    walker.settle()
    window.close()
