"""The part of the demonstration that is about people: the circulation desk, a record changed, many changed, staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from patrondesk.services.items import list_items
from patrondesk.services.patron_listing import list_patrons
from patrondesk.ui.main.opening import aside
from patrondesk.ui.main.script import Steps, gone, shown, there
from patrondesk.ui.window.desk_window import DeskWindow


class Camera(Protocol):
    """What takes the pictures and presses the buttons."""

    def shoot(self, name: str) -> Steps:
        """A picture in each theme."""
        ...

    def press(self, name: str) -> Steps:
        """A button, once it is there."""
        ...

    def settled(self) -> Callable[[], bool]:
        """Whether nothing runs."""
        ...


def steps(camera: Camera, window: DeskWindow) -> Steps:
    """A visit at the counter; a card being edited; a deletion asked about; a change together; staff; one's own account."""
    yield from _visit(camera, window)
    yield from _record(camera, window)
    yield from _many(camera, window)
    desk = window.desk
    assert desk is not None
    for word, name in (("staff", "26-staff-and-roles"), ("account", "27-my-account")):
        desk.go(word)
        yield there(f"{word}_page")
        yield camera.settled()
        yield from camera.shoot(name)
    desk.go("purge")
    yield camera.settled()


def _visit(camera: Camera, window: DeskWindow) -> Steps:
    desk = window.desk
    assert desk is not None
    office = desk.office
    borrower = aside(lambda: list_patrons(office, state="enabled", search="Year 9", page_size=5).rows[0])
    copies = aside(lambda: list_items(office, state="available", page_size=200).rows)
    free = list({item.title: item.barcode for item in copies}.values())[:3]
    desk.go("circulation")
    yield there("circulation_page")
    yield camera.settled()
    for word in (borrower.barcode or borrower.username or "", *free, free[0]):
        field = shown("desk_scan")
        assert isinstance(field, QLineEdit)
        field.setText(word)
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier))
        yield camera.settled()
    yield from camera.shoot("21-circulation")


def _record(camera: Camera, window: DeskWindow) -> Steps:
    desk = window.desk
    assert desk is not None
    office = desk.office
    somebody = aside(lambda: list_patrons(office, state="enabled", search="Year 10", page_size=5).rows[0])
    desk.on_patron(somebody.id, ())
    yield there("details_edit_contact")
    yield camera.settled()
    yield from camera.press("details_edit_contact")
    yield camera.settled()
    yield from camera.shoot("22-a-record-changed")
    yield from camera.press("edit_cancel")
    yield camera.settled()
    yield from camera.press("details_download")
    yield there("download_dialog")
    yield from camera.shoot("23-download-patron-data")
    yield from _left("download_dialog")


def _many(camera: Camera, window: DeskWindow) -> Steps:
    desk = window.desk
    assert desk is not None
    desk.go("patrons")
    yield camera.settled()
    yield from camera.press("patrons_together")
    yield there("bulk_dialog")
    yield from camera.press("bulk_everybody")
    yield camera.settled()
    yield from camera.shoot("24-change-together")
    yield from _left("bulk_dialog")
    yield from camera.press("patrons_cohorts")
    yield there("cohorts_dialog")
    yield camera.settled()
    yield from camera.shoot("25-cohorts")
    yield from _left("cohorts_dialog")


def _left(name: str) -> Steps:
    dialog = shown(name)
    assert isinstance(dialog, QDialog)
    dialog.reject()
    yield gone(name)
