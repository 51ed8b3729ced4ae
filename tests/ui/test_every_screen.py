"""Every page and every dialog of the real window, in each look: names, Tab order, no cut text, nothing outside its frame.

SQL on the window's thread fails here as in every test of the window; contrast is asked in `test_shell`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from patrondesk.records.backups import BackupBeside
from patrondesk.records.importing import Kind
from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.importing.page import ImportPage
from patrondesk.ui.screens.patrons.details_page import DetailsPage
from patrondesk.ui.screens.patrons.sections import SECTIONS
from patrondesk.ui.screens.purge.by_hand import overridable
from patrondesk.ui.screens.signin.first_start_page import FirstStartPage
from patrondesk.ui.screens.signin.recovery_page import RecoveryPage
from patrondesk.ui.screens.signin.restore_page import RestorePage
from patrondesk.ui.screens.signin.sign_in_page import SignInPage
from patrondesk.ui.shell import dialogs, theme
from patrondesk.ui.window.desk import Desk
from patrondesk.ui.window.desk_window import DeskWindow
from tests.ui import walking
from tests.ui.walker import Walker

WIDE, NARROW, LOW = (1366, 768), (1024, 700), (1093, 614)
LOOKS = [
    ("light", 100, WIDE), ("dark", 100, NARROW), ("contrast", 100, WIDE),
    ("contrast", 130, NARROW), ("dark", 130, WIDE), ("light", 130, NARROW), ("light", 130, LOW), ("dark", 115, NARROW),
]  # fmt: skip


class Strays(QObject):
    """Windows that come without having been asked for: a widget shown before it has its place flashes on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.met: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            popup = type(watched).__name__ in ("QComboBoxPrivateContainer", "QMenu")
            if not popup and not isinstance(watched, DeskWindow | QDialog):
                self.met.append(walking.named(watched))
        return False


@pytest.fixture
def strays(qapp: QApplication) -> Iterator[list[str]]:
    """What was met on the way; empty when all is well."""
    spy = Strays()
    qapp.installEventFilter(spy)
    yield spy.met
    qapp.removeEventFilter(spy)


def the_desk(walker: Walker) -> Desk:
    assert walker.window.desk is not None
    return walker.window.desk


def a_row(walker: Walker, wanted: Any) -> Candidate:
    return next(row for row in the_desk(walker).purge_page.model.rows if wanted(row))


def tag(walker: Walker, number: int) -> None:
    page = the_desk(walker).purge_page
    free = [place for place, row in enumerate(page.model.rows) if row.eligible]
    page.table.toggle(free[:number])


def purge_page(walker: Walker) -> None:
    desk, page = the_desk(walker), the_desk(walker).purge_page
    walker.wait(lambda: page.model.rows)
    walker.at("purge page")
    page.head.search.setText("nobody is called so")
    walker.wait(lambda: walker.window.runner.idle and not page.model.rows)
    walker.at("purge page, nobody found")
    page.head.clear()
    walker.wait(lambda: walker.window.runner.idle and page.model.rows)
    held = a_row(walker, lambda row: len(row.reasons) > 1)
    page.doings.why(held)
    with walker.dialog("purge_why_dialog"):
        pass
    page.doings.override(a_row(walker, overridable))
    with walker.dialog("purge_override_dialog"):
        walker.press("override_accept")
        walker.at("override, comment missing", walker.shown("purge_override_dialog"))
    page.doings.protect(held)
    with walker.dialog("purge_protect_dialog"):
        pass
    desk.show_loans(a_row(walker, lambda row: row.open_loans and row.balance > 0).id)
    with walker.dialog("loans_dialog"):
        pass
    for code, way, asked in (
        ("RESERVATIONS", "loans_cancel_reservations", "cancel_reservations_dialog"),
        ("CREDIT", "loans_pay_back", "pay_back_dialog"),
    ):  # fmt: skip
        desk.show_loans(a_row(walker, lambda row, code=code: code in {reason.code for reason in row.reasons}).id)
        with walker.dialog("loans_dialog", f"loans, {code}"):
            walker.press(way)
            with walker.dialog(asked):
                pass


def details(walker: Walker) -> None:
    desk = the_desk(walker)
    page = desk.purge_page
    row = a_row(walker, lambda row: row.open_loans and row.balance > 0)
    page.patron_asked.emit(row.id, tuple(each.id for each in page.model.rows))
    shown = walker.shown("details_page")
    assert isinstance(shown, DetailsPage)
    for place in SECTIONS:
        shown.show_section(place.word)
        walker.at(f"details, {place.word}")
    shown.show_section("fines")
    walker.settle()
    for name in ("waive", "pay"):
        walker.press(f"details_{name}")
        with walker.dialog("waive_dialog" if name == "waive" else "payment_dialog") as dialog:
            assert isinstance(dialog, QWidget)
            walker.press("waive_accept" if name == "waive" else "payment_cancel")
            if name == "waive":
                walker.at("waive, reason missing", dialog)
    walker.press("details_protect")
    with walker.dialog("protect_dialog"):
        walker.press("protect_accept")
        walker.at("protect, reason missing", walker.shown("protect_dialog"))


def patrons(walker: Walker) -> None:
    desk = the_desk(walker)
    desk.go("patrons")
    walker.at("patrons")
    walker.press("patrons_add")
    with walker.dialog("add_patron_dialog"):
        walker.press("add_accept")
        walker.at("add a patron, nothing typed", walker.shown("add_patron_dialog"))
    desk.deactivate()
    with walker.dialog("deactivate_dialog") as dialog:
        level = dialog.findChild(QWidget, "deactivate_year_level")
        level.setEditText("Year 8")
        walker.wait(dialog.apply.isEnabled)
        walker.at("deactivate, some chosen", dialog)
    page = walker.shown("patrons_page")
    page.state.setCurrentIndex(page.state.findData("enabled"))
    walker.settle()
    page.table.entered_cell.emit(page.table.model().index(0, 0))
    walker.wait(lambda: walker.shown("details_enable"))
    walker.settle()
    walker.press("details_enable")
    with walker.dialog("disable_dialog"):
        pass


def importing(walker: Walker, folder: Path) -> None:
    desk = the_desk(walker)
    desk.import_leavers()
    walker.at("import, no file")
    username = a_row(walker, lambda row: row.username).username
    leavers = folder / "leavers.csv"
    leavers.write_text(f"username,enabled,form class\n{username},FALSE,12A\nnobody,FALSE,11B\n", encoding="utf-8")
    page = walker.shown("import_page")
    assert isinstance(page, ImportPage)
    page.start(Kind.DEACTIVATIONS, str(leavers))
    walker.at("import, a file")
    walker.press("import_add_default")
    walker.at("import, a field for every row")


def purging(walker: Walker) -> None:
    desk = the_desk(walker)
    desk.go("purge")
    walker.settle()
    page = desk.purge_page
    tag(walker, 2)
    walker.at("purge page, two tagged")
    walker.press("purge_preview_button")
    with walker.dialog("purge_preview_dialog"):
        pass
    walker.press("purge_button")
    with walker.dialog("purge_confirm_dialog"):
        pass
    page.model.clear_tags()
    walker.press("purge_tag_all")
    walker.press("purge_button")
    with walker.dialog("purge_confirm_dialog", "confirm, many") as dialog:
        assert dialog.typed
    page.model.clear_tags()
    tag(walker, 2)
    walker.press("purge_button")
    with walker.dialog("purge_confirm_dialog", "confirm, again"):
        walker.press("confirm_accept")
        with walker.dialog("purge_result_dialog"):
            walker.press("result_undo")
            with walker.dialog("purge_undo_dialog"):
                walker.press("ask_cancel")
    walker.at("purge page, result told")


def elsewhere(walker: Walker) -> None:
    desk = the_desk(walker)
    walker.choose("past_purges")
    walker.at("past purges")
    table = walker.shown("batches_table")
    table.entered_cell.emit(table.model().index(0, 0))
    walker.wait(lambda: walker.shown("batch_undo"))
    walker.at("a past purge")
    walker.press("batch_certificate")
    with walker.dialog("certificate_dialog"):
        pass
    walker.press("batch_undo")
    with walker.dialog("batch_undo_dialog"):
        pass
    walker.choose("audit")
    walker.press("audit_check")
    walker.wait(lambda: walker.shown("audit_checked"))
    walker.at("audit log, checked")
    shown = walker.shown("audit_page")
    shown.table.entered_cell.emit(shown.table.model().index(0, 0))
    with walker.dialog("audit_entry_dialog"):
        pass
    shown.filters.ask(batch="999999", patron="nobody at all")
    walker.wait(lambda: walker.shown("audit_clear_all"))
    walker.at("audit log, nobody of that name")
    desk.go("settings")
    walker.at("settings")
    walker.choose("about")
    with walker.dialog("about_dialog"):
        pass
    walker.choose("backup")
    with walker.dialog("backup_dialog"):
        pass


def gate(walker: Walker) -> None:
    sign_in = SignInPage()
    sign_in.show_library("Riverbank Secondary", "Library file: riverbank.patrondesk on this PC", "librarian")
    sign_in.show_refusal("That username and password do not go together.")
    first, kept, recovery, rescue = FirstStartPage(), FirstStartPage(), RecoveryPage(8), RestorePage()
    first.offer_backups(True)
    made = dt.datetime(2026, 6, 29, 9, 40, tzinfo=dt.UTC)
    backups = [BackupBeside("2026-06-29 114000-ab12.patrondesk", made, 141_000_000)]
    why = "“library.patrondesk” is damaged or is not a library file."
    rescue.show_backups("Library file: library.patrondesk on this PC", why, backups, True)
    rescue.show_refusal("That username and password do not go together.")
    for place, page in (
        ("sign in", sign_in), ("first start", first), ("recovery code", kept), ("recovery", recovery), ("rescue", rescue),
    ):  # fmt: skip
        walker.window.show_gate(page)
        if page is kept:
            kept.show_recovery_code("7KQM2-XDP4W-9TA3B-4HRBC")
        walker.at(place)


@pytest.mark.parametrize(("name", "scale", "size"), LOOKS, ids=lambda value: str(value).replace(", ", "x"))
def test_every_screen(walker, strays, qapp, tmp_path, monkeypatch, name, scale, size):
    # The offscreen platform's own screen is smaller than the windows that are asked for here.
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, *size))
    window = walker.window
    theme.apply(qapp, name, scale)
    window.resize(*size)
    window.show()
    purge_page(walker)
    assert (window.width(), window.height()) == size, "the window needs more room than it is given"
    details(walker)
    patrons(walker)
    importing(walker, tmp_path)
    purging(walker)
    elsewhere(walker)
    assert (window.width(), window.height()) == size, "a page needs more room than it is given"
    gate(walker)
    assert len(walker.places) >= 45
    assert strays == [], "shown as windows of their own"
    assert not walker.found, "\n" + "\n".join(dict.fromkeys(walker.found))
