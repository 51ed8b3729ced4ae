"""The demonstration: drives the real window through a librarian's main job and leaves pictures and the spreadsheet."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QDialog, QFileDialog, QLineEdit, QTableView, QWidget

from patrondesk import bootstrap
from patrondesk.clock import Clock
from patrondesk.records.importing import Kind
from patrondesk.services.demo import build
from patrondesk.services.patron_listing import list_patrons
from patrondesk.ui.main import show_people
from patrondesk.ui.main.opening import DEMO_PASSWORD, DEMO_STAFF, application, aside, open_window
from patrondesk.ui.main.script import Script, ScriptFailed, Steps, gone, shown, there
from patrondesk.ui.screens.importing.page import ImportPage
from patrondesk.ui.screens.signin.first_start_page import FirstStartPage
from patrondesk.ui.screens.signin.sign_in_page import SignInPage
from patrondesk.ui.shell import theme
from patrondesk.ui.window.desk_window import DeskWindow

WIDTH, HEIGHT = 1366, 768
SHEET = "purged-patrons.xlsx"


def demonstrate(folder: Path, themes: tuple[str, ...] = ("light", "dark")) -> int:
    """Runs it offscreen (or on a screen), writes into `folder`, says where; returns the exit code."""
    app = application()
    folder.mkdir(parents=True, exist_ok=True)
    today = Clock().today()
    with tempfile.TemporaryDirectory() as place:
        library = Path(place) / "riverbank.patrondesk"
        aside(lambda: build.build(bootstrap.new_database(library), patrons=600, seed=1, today=today))
        window = open_window(str(library), DEMO_STAFF, DEMO_PASSWORD)
        assert isinstance(window, DeskWindow)
        window.resize(WIDTH, HEIGHT)
        window.show()
        show = Show(app, window, folder, themes)
        try:
            Script(show.steps(Path(place)), seconds=60).run(app)
        finally:
            window.close()
            window.deleteLater()
    print(f"{len(show.made)} pictures and the spreadsheet of purged patrons are in {folder}", file=sys.stderr)
    return 0


class Show:
    """The steps of the demonstration, and the camera."""

    def __init__(self, app: QApplication, window: DeskWindow, folder: Path, themes: tuple[str, ...]) -> None:
        self._app, self._window, self._folder, self._themes = app, window, folder, themes
        self.made: list[Path] = []

    # ------------------------------------------------------------------ the camera

    def shoot(self, name: str) -> Steps:
        """A picture of the window with its dialogs, in each theme."""
        for look in self._themes:
            theme.apply(self._app, look)
            yield self.settled()
            path = self._folder / f"{name}-{look}.png"
            if not self._picture().save(str(path)):
                raise ScriptFailed(f"the picture {path.name} could not be written")
            self.made.append(path)
        theme.apply(self._app, self._themes[0])

    def settled(self) -> Callable[[], bool]:
        """Nothing runs, and the window has had a moment to lay itself out."""
        left = [8]

        def ready() -> bool:
            left[0] -= self._window.runner.idle
            return left[0] < 0

        return ready

    def _picture(self) -> QPixmap:
        picture = self._window.grab()
        painter = QPainter(picture)
        for dialog in self._dialogs():
            # Offscreen there is no real place to stand on: dialogs are shown where they would be, in the middle.
            painter.drawPixmap(self._window.rect().center() - dialog.rect().center(), dialog.grab())
        painter.end()
        return picture

    def _dialogs(self) -> list[QWidget]:
        dialogs = [w for w in self._app.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        return [dialog for dialog in dialogs if not isinstance(dialog, QFileDialog)]

    # ------------------------------------------------------------------ the hands

    def press(self, name: str) -> Steps:
        """Presses a button once it is there and open."""
        yield lambda: isinstance(shown(name), QAbstractButton) and shown(name).isEnabled()  # type: ignore[union-attr]
        button = shown(name)
        assert isinstance(button, QAbstractButton)
        button.click()

    def _table(self, name: str) -> QTableView:
        table = shown(name)
        assert isinstance(table, QTableView)
        return table

    # ------------------------------------------------------------------ the steps

    def steps(self, place: Path) -> Steps:
        """From the page to the spreadsheet to the undo."""
        desk = self._window.desk
        assert desk is not None
        yield there("purge_table")
        yield self.settled()
        yield from self.shoot("01-user-purge")
        yield from self._loans()
        yield from self._purge(place)
        yield from self._elsewhere(place)
        yield from show_people.steps(self, self._window)
        yield from self._ways_out()
        yield from self._proof()
        yield from self._signing_in()

    def _loans(self) -> Steps:
        table = self._table("purge_table")
        model = table.model()
        headings = [str(model.headerData(c, Qt.Orientation.Horizontal)) for c in range(model.columnCount())]
        column = headings.index("Open loans")
        row = next(r for r in range(model.rowCount()) if model.index(r, column).data())
        desk = self._window.desk
        assert desk is not None
        desk.show_loans(desk.purge_page.model.rows[row].id)
        yield there("loans_dialog")
        yield self.settled()
        yield from self.shoot("02-outstanding-loans")
        yield from self.press("loans_close")
        yield gone("loans_dialog")

    def _purge(self, place: Path) -> Steps:
        box = shown("purge_tag_all")
        assert isinstance(box, QCheckBox)
        box.click()
        yield self.settled()
        yield from self.shoot("03-tagged")
        yield from self.press("purge_preview_button")
        yield there("purge_preview_dialog")
        yield from self.shoot("04-preview")
        dialog = shown("purge_preview_dialog")
        assert isinstance(dialog, QDialog)
        dialog.reject()
        yield gone("purge_preview_dialog")
        yield from self.press("purge_button")
        yield there("purge_confirm_dialog")
        count = shown("confirm_count")
        if isinstance(count, QLineEdit):
            desk = self._window.desk
            assert desk is not None
            count.setText(str(len(desk.purge_page.tags.here(desk.purge_page.model.rows))))
        yield from self.shoot("05-confirm")
        yield from self.press("confirm_accept")
        yield there("purge_result_dialog")
        yield from self.shoot("06-result")
        yield from self.press("result_export")
        yield lambda: any(isinstance(w, QFileDialog) and w.isVisible() for w in self._app.topLevelWidgets())
        chooser = next(w for w in self._app.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible())
        sheet = self._folder / SHEET
        sheet.unlink(missing_ok=True)
        name = chooser.findChild(QLineEdit)
        assert name is not None
        name.setText(str(sheet))
        chooser.accept()
        yield sheet.exists
        yield from self.press("result_close")
        yield gone("purge_result_dialog")
        yield from self.shoot("07-after-the-purge")

    def _elsewhere(self, place: Path) -> Steps:
        desk = self._window.desk
        assert desk is not None
        rows = desk.purge_page.model.rows
        held = next(row for row in rows if row.open_loans)
        desk.purge_page.patron_asked.emit(held.id, tuple(row.id for row in rows))
        yield self.settled()
        yield from self.shoot("08-patron-details")
        desk.go("patrons")
        yield self.settled()
        yield from self.shoot("09-patrons")
        leavers = place / "leavers.csv"
        active = aside(lambda: list_patrons(desk.office, state="enabled", search="Year 11", page_size=14).rows)
        lines = ["username,enabled,form class", *(f"{patron.username},FALSE,{patron.homeroom}" for patron in active)]
        lines += [f"{held.username},FALSE,{held.homeroom}", "nobody.here,FALSE,11B", f"{active[0].username},perhaps,11A"]
        leavers.write_text("\n".join(lines), encoding="utf-8")
        desk.import_leavers()
        page = shown("import_page")
        assert isinstance(page, ImportPage)
        page.start(Kind.DEACTIVATIONS, str(leavers))
        yield self.settled()
        yield from self.shoot("10-import")
        desk.go("settings")
        yield self.settled()
        yield from self.shoot("12-settings")
        desk.go("purge")
        yield self.settled()

    def _proof(self) -> Steps:
        """What shows afterwards what was done, and what keeps it safe."""
        desk = self._window.desk
        assert desk is not None
        for word, name in (("batches", "11-past-purges"), ("audit", "17-audit-log"), ("backups", "18-backups")):
            desk.go(word)
            yield there(f"{word}_page")
            yield self.settled()
            yield from self.shoot(name)
        desk.go("purge")
        yield self.settled()

    def _ways_out(self) -> Steps:
        """Why somebody cannot go, setting a reason aside, and deactivating everybody whom a filter selects."""
        desk = self._window.desk
        assert desk is not None
        page = desk.purge_page
        owing = next(row for row in page.model.rows if any(r.code == "BALANCE_DUE" for r in row.reasons))
        for act, dialog, name in (
            (page.doings.why, "purge_why_dialog", "14-why-not"),
            (page.doings.override, "purge_override_dialog", "15-set-a-reason-aside"),
            (lambda _: desk.deactivate(), "deactivate_dialog", "16-deactivate-a-selection"),
        ):
            act(owing)
            yield there(dialog)
            yield self.settled()
            yield from self.shoot(name)
            open_now = shown(dialog)
            assert isinstance(open_now, QDialog)
            open_now.reject()
            yield gone(dialog)

    def _signing_in(self) -> Steps:
        page = SignInPage()
        page.show_library("Riverbank Secondary", "Library file: riverbank.patrondesk on this PC", "librarian")
        self._window.show_gate(page)
        yield self.settled()
        yield from self.shoot("13-sign-in")
        first = FirstStartPage()
        self._window.show_gate(first)
        yield self.settled()
        yield from self.shoot("19-first-start")
        first.show_recovery_code("MADE-UP00-CODE-FOR0-THE0-SHOW")
        yield self.settled()
        yield from self.shoot("20-recovery-code")
