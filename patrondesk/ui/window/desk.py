"""The desk: sidebar and pages for the person who is signed in, joined by their signals.

A screen's modules are read when it is first shown: of them, only the User Purge page's are needed at the start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from patrondesk import drives, messages
from patrondesk.records.desk import BackupMade, Standing
from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.importing import Kind
from patrondesk.records.purging import BatchLine
from patrondesk.records.staff import Permission
from patrondesk.services import access, standing
from patrondesk.services.office import Office
from patrondesk.ui.screens.purge.page import PurgePage
from patrondesk.ui.shell import banner
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.places import THERE
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.sidebar import Sidebar
from patrondesk.ui.window.page_makers import MAKERS, new_details
from patrondesk.ui.window.patron_window import Beside

if TYPE_CHECKING:
    pass

_UPKEEP_AFTER_MS = 4000
_BESIDE = {"import": "patrons", "batches": "purge", "plans": "purge", "audit": "settings", "backups": "settings"}
"""Pages without a place of their own, and the place they belong to."""

KEPT_IN_STEP = (
    "It copies the file while you work, and can bring back an older one. Close PatronDesk, move the library and its backups to "
    "a folder of this computer alone, and open it there: Library > Open another library file."
)
_READ_WHEN_SHOWN = ("audit", "backups", "batches", "plans", "settings")


class _Read(Protocol):
    def refresh(self) -> None: ...


class Desk(QWidget):
    """Pages are built when they are first shown: at first none is. `go(word)` shows one; `back()` the one before it."""

    page_shown = Signal()
    """Another page is on show: `page`, at `place`."""
    lock_asked = Signal()
    """From a window beside this one."""
    restored = Signal(object)
    """A Restored: another file is the library now, and this desk is at an end."""

    def __init__(self, office: Office, runner: Runner, prefs: Prefs, window: QMainWindow) -> None:
        super().__init__(window)
        assert office.actor is not None
        self.office, self.runner, self.prefs = office, runner, prefs
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.changes = Changes(self)
        self.sidebar = Sidebar()
        self.sidebar.show_places(THERE)
        self.sidebar.show_person(office.actor.id, office.actor.name, access.ROLES[office.actor.role][0])
        self.sidebar.show_library(office.actor.library_name, "", 0)
        self._pages = QStackedWidget()
        self._built: dict[str, QWidget] = {}
        self._way: list[str] = []
        self._details_of = "patrons"
        self.beside = Beside(lambda: new_details(self), self.lock_asked.emit, self.show_loans)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self._pages, 1)
        self.sidebar.place_chosen.connect(self.go)
        self.sidebar.backups_asked.connect(lambda: self.go("backups"))
        self.changes.changed.connect(self._on_changed)
        self._standing_read = False
        QTimer.singleShot(_UPKEEP_AFTER_MS, self, self._keep_up)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._standing_read:
            self._standing_read = True
            QTimer.singleShot(0, self, self._read_standing)

    # ------------------------------------------------------------------ going about

    @property
    def busy(self) -> bool:
        """Whether something runs that must not be left alone."""
        return self.purge_page.purging.running is not None or not self.runner.writing_done

    def say_busy(self) -> None:
        """Says on the purge page why the desk cannot be left now."""
        self.go("purge")
        note = banner.Banner("look", "Something is still running.", "Wait until it is finished, or stop it; then try again.")
        self.purge_page.notices.put("lock", note)

    @Slot(str)
    def go(self, word: str) -> None:
        """Shows a page by its word."""
        self._page(word)
        here = self._way[-1] if self._way else ""
        if here != word:
            self._way = [*self._way[-20:], word]
        page = self._built[word]
        self._pages.setCurrentWidget(page)
        self.sidebar.show_place(self._details_of if word == "details" else _BESIDE.get(word, word))
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        if word in _READ_WHEN_SHOWN:
            cast(_Read, page).refresh()
        self.page_shown.emit()

    @Slot()
    def back(self) -> None:
        """Shows the page before this one; without one, the patrons."""
        if self._way:
            self._way.pop()
        word = self._way.pop() if self._way else "patrons"
        self.go(word)

    @property
    def place(self) -> str:
        """The word of the page on show."""
        return self._way[-1] if self._way else ""

    @property
    def page(self) -> Page | None:
        """The page on show, as far as menus and keys know pages."""
        shown = self._pages.currentWidget()
        return shown if isinstance(shown, Page) else None

    def regions(self) -> tuple[Region, ...]:
        """The parts that F6 visits, in order: the sidebar, and those of the page on show."""
        return (self.sidebar.region, *(self.page.regions() if self.page is not None else ()))

    def _page(self, word: str) -> QWidget:
        page = self._built.get(word)
        if page is None:
            page = MAKERS[word](self)
            if isinstance(page, Page):
                page.own_window_asked.connect(self.beside.show)
            self._built[word] = page
            self._pages.addWidget(page)
        return page

    def set_narrow(self, narrow: bool) -> None:
        """The rail instead of the sidebar."""
        self.sidebar.set_narrow(narrow)

    # ------------------------------------------------------------------ pages

    @property
    def purge_page(self) -> PurgePage:
        """The User Purge page."""
        page = self._page("purge")
        assert isinstance(page, PurgePage)
        return page

    @Slot(str)
    def on_prefs(self, what: str) -> None:
        if what == "page_size":
            self.purge_page.set_page_size(self.prefs.page_size)

    # ------------------------------------------------------------------ what pages ask for

    @Slot(object, object)
    @Slot(object, object, str)
    def on_patron(self, patron_id: PatronId, among: Sequence[PatronId], section: str = "personal") -> None:
        from patrondesk.ui.screens.patrons.details_page import DetailsPage

        page = self._page("details")
        assert isinstance(page, DetailsPage)
        self._details_of = "purge" if self.place == "purge" else "patrons"
        place = "User Purge" if self._details_of == "purge" else "Patrons"
        page.show_patron(patron_id, tuple(among), place, section)
        self.go("details")

    @Slot(object)
    def on_batch(self, batch_id: BatchId) -> None:
        from patrondesk.ui.screens.batches.page import BatchesPage

        page = self._page("batches")
        assert isinstance(page, BatchesPage)
        self.go("batches")
        page.show_batch(batch_id)

    @Slot(object)
    def on_go_on(self, batch: BatchLine) -> None:
        self.go("purge")
        self.purge_page.purging.ask_going_on(batch)

    @Slot(object)
    def on_plan(self, plan_id: PlanId) -> None:
        from patrondesk.ui.screens.plans.page import PlansPage

        page = self._page("plans")
        assert isinstance(page, PlansPage)
        page.show_plan(plan_id)
        self.go("plans")

    @Slot(object)
    def show_loans(self, patron_id: PatronId, over: QWidget | None = None) -> None:
        """Opens the outstanding loans of a patron, over the desk's window or another."""
        from patrondesk.ui.screens.loans.dialog import LoansDialog

        dialog = LoansDialog(over or self.window(), self.office, self.runner, self.changes, patron_id)
        dialog.settled.connect(self._on_settled)
        dialog.purge_asked.connect(self._on_purge_one)
        dialog.open()

    @Slot(object, bool, bool)
    def _on_settled(self, patron_id: PatronId, free: bool, tag: bool) -> None:
        if free and tag:
            self.purge_page.tag_if_possible(patron_id)

    @Slot(object)
    def _on_purge_one(self, patron_id: PatronId) -> None:
        self.go("purge")
        self.purge_page.purge_one(patron_id)

    def import_patrons(self) -> None:
        """The import page, for patrons."""
        self._import(Kind.PATRONS)

    def import_leavers(self) -> None:
        """The import page, for a leavers file."""
        self._import(Kind.DEACTIVATIONS)

    def _import(self, kind: Kind) -> None:
        from patrondesk.ui.screens.importing.page import ImportPage

        page = self._page("import")
        assert isinstance(page, ImportPage)
        page.start(kind)
        self.go("import")

    def deactivate(self) -> None:
        """Opens "Deactivate a selection"."""
        from patrondesk.ui.screens.deactivate.dialog import DeactivateDialog

        DeactivateDialog(self.office, self.runner, self.changes, self.window()).open()

    # ------------------------------------------------------------------ upkeep

    def _keep_up(self) -> None:
        """Once a start: archives whose undo date has passed are destroyed, never in a rehearsal; then the day's backup."""
        office = self.office
        assert office.actor is not None

        def work() -> int:
            from patrondesk.services.purging import destroy

            return destroy.destroy_due(office)

        def back_up() -> BackupMade | None:
            from patrondesk.services import backup

            return backup.make_daily(office)

        if office.clock.rehearsal is None and office.actor.may(Permission.PURGE):
            self.runner.do(work, self._on_kept_up)
        if office.actor.may(Permission.VIEW_PATRONS):
            self.runner.do(back_up, self._on_backed_up, self._on_not_backed_up)
        file = office.database.path
        if file is not None:
            self.runner.do(lambda: drives.kept_in_step_by(file), self._on_place)

    def _on_place(self, service: str | None) -> None:
        if service is not None:
            note = banner.Banner("look", f"This library lies in a folder that {service} keeps in step.", KEPT_IN_STEP)
            self.purge_page.notices.put("place", note)

    def _on_backed_up(self, made: BackupMade | None) -> None:
        if made is not None:
            self.changes.tell("backups")

    def _on_not_backed_up(self, fault: Exception) -> None:
        from patrondesk.ui.shell import errors

        self.purge_page.notices.put("backup", errors.as_banner(fault))

    def _on_kept_up(self, destroyed: int) -> None:
        if destroyed:
            self.changes.tell("batches", "loans")

    # ------------------------------------------------------------------ where the library stands

    @Slot(object)
    def _on_changed(self, _change: Change) -> None:
        self._read_standing()

    def _read_standing(self) -> None:
        office = self.office
        self.runner.ask("standing", lambda: standing.read_standing(office), self._on_standing, self._on_no_standing)

    def _on_no_standing(self, _fault: Exception) -> None:
        self.sidebar.show_backup("Where the library stands could not be read", safe=False)

    def _on_standing(self, now: Standing) -> None:
        self.sidebar.show_library(now.library, "School library", now.patrons)
        self.sidebar.show_number("purge", now.candidates)
        self.sidebar.show_backup(*_backup_words(now, self.office))


def _backup_words(now: Standing, office: Office) -> tuple[str, bool]:
    """The backup's state in words, and whether it is good enough."""
    if office.backups_folder() is None:
        return "The district's backups apply", True
    if now.last_backup is None:
        return "No backup yet", False
    made = now.last_backup.astimezone()
    today = office.clock.real_today()
    if made.date() == today:
        return f"Backed up today, {made:%H:%M}", True
    if made.date() == today - dt.timedelta(days=1):
        return f"Backed up yesterday, {made:%H:%M}", True
    return f"Backed up {messages.short_day(made.date())}", (today - made.date()).days <= 7
