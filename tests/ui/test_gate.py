"""The gate in the real window: first start, signing in, a forgotten password, files that cannot be used, the lock."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from patrondesk import bootstrap, database
from patrondesk.clock import Clock
from patrondesk.services import libraries
from patrondesk.ui.main.gate import Gate
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui.walker import Walker

STAFF, PASSWORD = "mokafor", "eleven blue bicycles"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A library file and its recovery code; copied, never opened."""
    path = tmp_path_factory.mktemp("library") / "riverbank.patrondesk"
    opened = bootstrap.new_database(path)
    code = libraries.create_library(opened, Clock(), name="Riverbank Secondary", username=STAFF, password=PASSWORD)
    opened.close()
    return path, code


@pytest.fixture
def file(library, tmp_path):
    return shutil.copyfile(library[0], tmp_path / "riverbank.patrondesk")


@pytest.fixture
def arrive(qtbot, qapp):
    """Comes to the gate of a library."""
    theme.apply(qapp, "light")
    windows: list[DeskWindow] = []

    def come(address: Path) -> Walker:
        window = DeskWindow(Prefs(), Clock())
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        Gate(window, str(address), None, Clock()).open()
        walker = Walker(qtbot, window)
        walker.wait(lambda: window.runner.idle)
        if QApplication.activeModalWidget() is None:
            walker.front(window)
        return walker

    yield come
    for window in windows:
        window.close()
    theme.apply(qapp, "light")


def fill(walker, **typed):
    for name, value in typed.items():
        field = walker.shown(name)
        assert isinstance(field, QLineEdit), name
        field.clear()
        QTest.keyClicks(field, value)


def said() -> str:
    return " ".join(
        label.text() for top in QApplication.topLevelWidgets() for label in top.findChildren(QLabel) if label.isVisible()
    )


def sign_in(walker, password=PASSWORD, username=STAFF):
    fill(walker, signin_username=username, signin_password=password)
    QTest.keyClick(walker.shown("signin_password"), Qt.Key.Key_Return)


def at_the_desk(walker):
    walker.wait(lambda: walker.window.desk is not None and walker.shown("purge_page"))
    walker.settle()


def test_from_no_library_to_the_desk(arrive, tmp_path):
    path = tmp_path / "new" / "riverbank.patrondesk"
    path.parent.mkdir()
    walker = arrive(path)
    assert walker.shown("first_start_page") is not None
    fill(walker, first_library="Riverbank", first_username=STAFF, first_password=PASSWORD, first_password_again=PASSWORD)
    assert not path.exists(), "something is written before it is asked for"
    walker.press("first_create")
    walker.wait(lambda: walker.shown("first_recovery_code"))
    code = walker.shown("first_recovery_code").text()
    assert len(code) > 15
    assert PASSWORD not in said()
    assert not walker.shown("first_go_on").isEnabled(), "the code can be passed by"
    assert walker.window.desk is None
    walker.press("first_kept")
    walker.press("first_go_on")
    at_the_desk(walker)
    assert "Riverbank" in walker.window.windowTitle()
    assert code not in said()
    assert Prefs().username(str(path)) == STAFF


def test_a_wrong_password_is_said_and_the_right_one_lets_in(arrive, file):
    walker = arrive(file)
    assert "Riverbank Secondary" in said()
    sign_in(walker, "twelve blue bicycles")
    walker.wait(lambda: "do not go together" in said())
    assert walker.window.desk is None
    assert walker.shown("signin_password").text() == ""
    sign_in(walker)
    at_the_desk(walker)
    assert PASSWORD.encode() not in (Path(file).parent / "config" / "window.ini").read_bytes()


def test_who_signed_in_last_is_offered_again(arrive, file):
    Prefs().set_username(str(file), STAFF)
    walker = arrive(file)
    assert walker.shown("signin_username").text() == STAFF
    walker.wait(lambda: QApplication.focusWidget() is walker.shown("signin_password"))


def test_a_forgotten_password_is_set_by_the_code_and_the_code_is_used_up(arrive, file, library):
    walker = arrive(file)
    walker.press("signin_forgotten")
    new = "nine green tractors"
    fill(walker, recovery_username=STAFF, recovery_code="AAAAA-AAAAA-AAAAA-AAAAA", recovery_password=new, recovery_again=new)
    walker.press("recovery_set")
    walker.wait(lambda: walker.window.runner.idle and walker.shown("recovery_set").isEnabled())
    assert not _kept(walker), "a wrong code was taken"
    fill(walker, recovery_code=library[1], recovery_password=new, recovery_again=new)
    walker.press("recovery_set")
    walker.wait(lambda: _kept(walker))
    assert _kept(walker) != library[1]
    walker.press("recovery_kept")
    walker.press("recovery_go_on")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    sign_in(walker, PASSWORD)
    walker.wait(lambda: "do not go together" in said())
    sign_in(walker, new)
    at_the_desk(walker)


def _kept(walker) -> str:
    """The new code, when it is on show."""
    page = walker.shown("recovery_page")
    labels = [label for label in page.findChildren(QLabel, "recovery_recovery_code") if label.isVisible()] if page else []
    return labels[0].text() if labels else ""


def test_back_from_a_forgotten_password(arrive, file):
    walker = arrive(file)
    walker.press("signin_forgotten")
    walker.press("recovery_back")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    sign_in(walker)
    at_the_desk(walker)


def refusal(walker) -> str:
    walker.wait(lambda: walker.shown("fault_dialog"))
    dialog = walker.shown("fault_dialog")
    words = " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    dialog.reject()
    walker.wait(lambda: walker.shown("fault_dialog") is None)
    return words


def test_a_file_that_is_no_library_is_said_and_left_alone(arrive, tmp_path):
    path = tmp_path / "list.patrondesk"
    path.write_bytes(b"username,enabled\n" * 99)
    walker = arrive(path)
    words = refusal(walker)
    assert "list.patrondesk" in words
    assert walker.window.desk is None
    assert walker.shown("signin_page") is not None
    assert path.read_bytes() == b"username,enabled\n" * 99


def test_a_newer_library_is_said_and_left_alone(arrive, file):
    with contextlib.closing(sqlite3.connect(file)) as link:
        link.execute("UPDATE alembic_version SET version_num = '9999'")
        link.commit()
    before = Path(file).read_bytes()
    walker = arrive(file)
    assert "newer version" in refusal(walker)
    assert Path(file).read_bytes() == before


def test_a_library_that_may_only_be_read_is_said(arrive, file, monkeypatch):
    def only_reading(connection, record, prepare=database._prepare_sqlite):
        prepare(connection, record)
        connection.execute("PRAGMA query_only = ON")

    monkeypatch.setattr(database, "_prepare_sqlite", only_reading)
    walker = arrive(file)
    sign_in(walker)
    walker.wait(lambda: walker.window.runner.idle and "read-only" in said())
    assert walker.window.desk is None


def test_another_file_is_opened_from_the_gate(arrive, file, tmp_path):
    bad = tmp_path / "bad.patrondesk"
    bad.write_bytes(b"nothing")
    walker = arrive(bad)
    refusal(walker)
    walker.press("signin_other_file")
    walker.wait(lambda: walker.shown("open_library_dialog"))
    dialog = walker.shown("open_library_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(file))
    dialog.accept()
    walker.wait(lambda: "Riverbank Secondary" in said())
    sign_in(walker)
    at_the_desk(walker)


def test_the_lock_returns_to_the_gate_and_takes_everything_away(arrive, file):
    walker = arrive(file)
    sign_in(walker)
    at_the_desk(walker)
    walker.press("nav_lock")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    assert walker.window.desk is None
    assert walker.shown("purge_page") is None
    walker.wait(lambda: not [w for w in walker.window.findChildren(QWidget) if w.objectName() == "purge_page"])
    assert walker.shown("signin_username").text() == STAFF
    sign_in(walker)
    at_the_desk(walker)


@pytest.fixture
def backup_of(file):
    """A backup beside the library, as of now."""
    folder = Path(file).parent / "riverbank-backups"
    folder.mkdir()
    return Path(shutil.copyfile(file, folder / "2026-06-30 101500-ab12.patrondesk"))


def rescued(walker, password=PASSWORD):
    fill(walker, rescue_username=STAFF, rescue_password=password)
    walker.press("rescue_restore")


def test_a_damaged_library_is_replaced_by_a_backup(arrive, file, backup_of):
    torn = Path(file).read_bytes()[:5000]
    Path(file).write_bytes(torn)
    walker = arrive(file)
    walker.wait(lambda: walker.shown("fault_restore"))
    walker.press("fault_restore")
    walker.wait(lambda: walker.shown("restore_page"))
    assert "kept aside" in said()
    rescued(walker, "twelve blue bicycles")
    walker.wait(lambda: "do not go together" in said())
    assert Path(file).read_bytes() == torn, "a wrong password changed the file"
    rescued(walker)
    walker.wait(lambda: walker.shown("restored_close"))
    assert "kept aside" in said()
    walker.press("restored_close")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    sign_in(walker)
    at_the_desk(walker)
    assert torn in [f.read_bytes() for f in (Path(file).parent / "riverbank-backups").iterdir()], "the damaged file is not kept"


def test_a_lost_library_is_brought_back(arrive, file, backup_of):
    Path(file).unlink()
    walker = arrive(file)
    walker.press("first_restore")
    walker.wait(lambda: walker.shown("restore_page"))
    assert "kept aside" not in said()
    rescued(walker)
    walker.wait(lambda: walker.shown("restored_close"))
    walker.press("restored_close")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    assert "Riverbank Secondary" in said()


def test_without_a_backup_it_says_what_to_do(arrive, file):
    Path(file).write_bytes(b"Dear parents, " * 900)
    walker = arrive(file)
    walker.press("fault_restore")
    walker.wait(lambda: walker.shown("restore_page"))
    rescued(walker)
    assert "Choose a backup" in said()
    walker.press("rescue_back")
    walker.wait(lambda: walker.shown("fault_close"))
    walker.press("fault_close")


def test_a_new_library_says_nothing_of_backups(arrive, tmp_path):
    walker = arrive(tmp_path / "riverbank.patrondesk")
    assert walker.shown("first_start_page") is not None
    assert walker.shown("first_restore") is None
