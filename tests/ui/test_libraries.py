"""Several libraries in one database: chosen at the gate, and changed at the head of the sidebar by whoever works at several."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox

from patrondesk import bootstrap
from patrondesk.clock import Clock
from patrondesk.models.library import Library
from patrondesk.services import signin, staff
from patrondesk.ui.main.gate import Gate
from patrondesk.ui.main.opening import aside
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui import demo_school
from tests.ui.walker import Walker

SECRET = "seven purple lanterns"


@pytest.fixture
def address(tmp_path):
    """A file as a district's server is: a second library in it, and somebody who works at both."""
    file = demo_school.copied(tmp_path)

    def make() -> None:
        office = signin.sign_in(bootstrap.open_library(file), "librarian", "demo")
        staff.add_staff(office, "dora", "district", SECRET, name="Moss, Dora")
        with office.database.write() as session:
            made = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            session.add(Library(short_name="hillside", name="Hillside School", created_at=made, secret="ab" * 32))
        office.database.close()

    aside(make)
    return str(file)


@pytest.fixture
def arrive(qtbot, address):
    windows = []

    def come() -> Walker:
        window = DeskWindow(Prefs(), Clock())
        qtbot.addWidget(window)
        windows.append(window)
        window.resize(1366, 768)
        window.show()
        Gate(window, address, None, Clock()).open()
        walker = Walker(qtbot, window)
        walker.wait(lambda: walker.shown("signin_page") and window.runner.idle)
        return walker

    yield come
    for window in windows:
        window.close()


def sign_in(walker, username, password, library):
    choice = walker.shown("signin_library")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(choice.findData(library))
    walker.shown("signin_username").setText(username)
    walker.shown("signin_password").setText(password)
    walker.press("signin_button")
    walker.wait(lambda: walker.window.runner.idle)


def test_a_district_person_goes_from_library_to_library(arrive, address):
    walker = arrive()
    sign_in(walker, "dora", SECRET, "")
    walker.wait(lambda: walker.window.desk is not None and walker.shown("nav_library"))
    assert "Riverbank" in walker.window.windowTitle()
    first = walker.window.desk
    action = walker.window.findChild(QAction, "library_hillside")
    assert action.isEnabled()
    action.trigger()
    walker.wait(lambda: walker.window.desk not in (None, first) and walker.window.runner.idle)
    assert "Hillside School" in walker.window.windowTitle()
    assert walker.window.desk.office.actor.library_name == "Hillside School"
    there = walker.window.desk
    walker.wait(lambda: walker.shown("nav_library"))
    walker.press("nav_lock")
    walker.wait(lambda: walker.shown("signin_page") and walker.window.runner.idle)
    sign_in(walker, "dora", SECRET, "")
    walker.wait(lambda: walker.window.desk is not None)
    assert walker.window.desk is there, "whoever comes back to the lock is not where they were"


def test_everyone_else_says_where_and_has_no_choice_afterwards(arrive, address):
    walker = arrive()
    sign_in(walker, "librarian", "demo", "hillside")
    assert walker.window.desk is None
    sign_in(walker, "librarian", "demo", "riverbank-secondary")
    walker.wait(lambda: walker.window.desk is not None and walker.window.runner.idle)
    walker.settle()
    assert walker.shown("nav_library") is None
    assert Prefs().library(address) == "riverbank-secondary"
