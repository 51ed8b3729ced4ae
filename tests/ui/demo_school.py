"""A made-up school for tests of pages: built once, copied for each test; and what every page is asked."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QLineEdit, QSpinBox, QWidget

from patrondesk import bootstrap
from patrondesk.database import Database
from patrondesk.records.patrons import CandidatesPage, CandidatesQuery
from patrondesk.records.staff import Permission
from patrondesk.services import candidates, signin
from patrondesk.services.demo import build
from patrondesk.services.office import Office
from patrondesk.ui.shell.runner import Runner

TODAY = dt.date(2026, 11, 21)


@lru_cache(maxsize=1)
def _school() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    folder = tempfile.TemporaryDirectory(prefix="desk-school-")
    path = Path(folder.name) / "school.patrondesk"
    database = Database(path)
    build.build(database, patrons=200, seed=1, today=TODAY)
    database.close()
    return folder, path


def copied(folder: Path) -> Path:
    """A copy of the school's library file in `folder`."""
    return Path(shutil.copyfile(_school()[1], folder / "school.patrondesk"))


@contextmanager
def desk(folder: Path) -> Iterator[Office]:
    """The school's administrator at the desk, on a copy in `folder`."""
    opened = bootstrap.open_library(copied(folder))
    yield signin.sign_in(opened, "librarian", "demo")
    opened.database.close()


def idle(qtbot: Any, runner: Runner) -> None:
    """Waits until nothing is read or written any more, and what came of it is on show."""
    qtbot.waitUntil(lambda: runner.idle, timeout=20_000)
    QTest.qWait(1)  # a widget new in a layout shows with the next turn of the event loop
    qtbot.waitUntil(lambda: runner.idle, timeout=20_000)


def without(office: Office, *permissions: Permission) -> Office:
    """The same person without these rights."""
    assert office.actor is not None
    return replace(office, actor=replace(office.actor, permissions=office.actor.permissions - set(permissions)))


def waiting(office: Office, reason: str | None = None, size: int = 200) -> CandidatesPage:
    """The User Purge page's rows."""
    return candidates.candidates(office, CandidatesQuery(page_size=size, reason=reason))


def find(parent: QWidget, name: str) -> QWidget:
    """The widget of that object name."""
    found = parent.findChild(QWidget, name)
    assert found is not None, name
    return found


def button(parent: QWidget, name: str) -> QAbstractButton:
    """A button by its object name."""
    found = find(parent, name)
    assert isinstance(found, QAbstractButton)
    return found


def combo(parent: QWidget, name: str) -> QComboBox:
    """A list by its object name."""
    found = find(parent, name)
    assert isinstance(found, QComboBox)
    return found


def words(parent: QWidget) -> str:
    """Everything that labels say where they can be seen."""
    return " ".join(label.text() for label in parent.findChildren(QLabel) if label.isVisible())


def nameless(parent: QWidget) -> list[str]:
    """Controls that the keyboard reaches and a screen reader could not name."""
    own = [
        widget for widget in parent.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not _part_of_another(widget)
    ]  # fmt: skip
    assert own, "nothing can be reached by keyboard"
    return [f"{type(widget).__name__} {widget.objectName()}" for widget in own if not widget.accessibleName()]


def _part_of_another(widget: QWidget) -> bool:
    above = widget.parentWidget()
    inside = isinstance(widget, QLineEdit | QAbstractItemView) and above is not None and above.focusProxy() is None
    kinds = ("QComboBoxPrivateContainer",)
    return inside and (isinstance(above, QComboBox | QSpinBox) or type(above).__name__ in kinds)
