"""The desk: sidebar and pages for the person who is signed in, joined by their signals.

A screen's modules are read when it is first shown: of them, only the User Purge page's are needed at the start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from patrondesk import drives, messages
from patrondesk.records.desk import BackupMade, Standing
from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.importing import Kind
from patrondesk.records.purging import BatchLine
from patrondesk.records.staff import MyLibrary, Permission
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
from patrondesk.ui.window.patron_window import Beside

if TYPE_CHECKING:
    from patrondesk.records.access_requests import AccessRequest
    from patrondesk.ui.screens.patrons.details_page import DetailsPage

_UPKEEP_AFTER_MS = 4000
_IDLE_MINUTES = 15
_BESIDE = {
    "import": "patrons", "batches": "purge", "plans": "purge", "audit": "settings", "backups": "settings", "staff": "settings",
    "account": "settings",
}  # fmt: skip
"""Pages without a place of their own, and the place they belong to."""

KEPT_IN_STEP = (
    "It copies the file while you work, and can bring back an older one. Close PatronDesk, move the library and its backups to "
    "a folder of this computer alone, and open it there: Library > Open another library file."
)
_READ_WHEN_SHOWN = ("account", "audit", "backups", "batches", "plans", "settings", "staff")


class _Read(Protocol):
    def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Makers:
    """How pages are made: `pages` by the word of each, `details` for one patron in the desk or a window of its own."""

    pages: Mapping[str, Callable[[Desk], QWidget]]
    details: Callable[[Desk], DetailsPage]


class Desk(QWidget):
    """Pages are built when they are first shown: at first none is. `go(word)` shows one; `back()` the one before it."""

    page_shown = Signal()
    """Another page is on show: `page`, at `place`."""
    lock_asked = Signal()
    """From a window beside this one."""
    by_itself_changed = Signal(bool)
    """Whether this computer is to sign this person in by itself."""
    idle_minutes_read = Signal(int)
    """After how long the window is to lock by itself; 0 for never."""
    restored = Signal(object)
    """A Restored: another file is the library now, and this desk is at an end."""

    def __init__(self, office: Office, runner: Runner, prefs: Prefs, window: QMainWindow, makers: Makers) -> None:
        super().__init__(window)
        self._makers = makers
        assert office.actor is not None
        self.office, self.runner, self.prefs = office, runner, prefs
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.changes = Changes(self)
        self.sidebar = Sidebar()
        self.alone = not office.actor.permissions
        """Who may do nothing has My account only."""
        self.sidebar.show_places(() if self.alone else THERE)
        self.sidebar.show_person(office.actor.id, office.actor.name, office.actor.role_name or office.actor.role)
        self.sidebar.show_library(office.actor.library_name, "", None)
        self._pages = QStackedWidget()
        self._built: dict[str, QWidget] = {}
        self._way: list[str] = []
        self._details_of = "patrons"
        self.beside = Beside(lambda: makers.details(self), self.lock_asked.emit, self.show_loans)
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
            QTimer.singleShot(0, self, self.read_idle_minutes)
            QTimer.singleShot(0, self, self._read_libraries)

    @property
    def first(self) -> str:
        """The page that one comes to."""
        return "account" if self.alone else "purge"

    # ------------------------------------------------------------------ going about

    @property
    def busy(self) -> bool:
        """Whether something runs that must not be left alone."""
        purging = "purge" in self._built and self.purge_page.purging.running is not None
        return purging or not self.runner.writing_done

    def say_busy(self) -> None:
        """Says on the purge page why the desk cannot be left now."""
        if self.alone:
            return
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
        if not self.alone:
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
        word = self._way.pop() if self._way else "account" if self.alone else "patrons"
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
            page = self._makers.pages[word](self)
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

    def show_requests(self) -> None:
        """Opens the list of requests to see the data that is held about somebody."""
        from patrondesk.services.access_requests import list_requests
        from patrondesk.ui.screens.patrons.requests_list import RequestsDialog
        from patrondesk.ui.shell import errors

        office = self.office

        def show(found: list[AccessRequest]) -> None:
            dialog = RequestsDialog(self.window(), tuple(found))
            dialog.patron_chosen.connect(lambda patron_id: self.on_patron(patron_id, ()))
            dialog.open()

        self.runner.ask(
            "requests", lambda: list_requests(office), show, lambda fault: errors.as_dialog(self.window(), fault).open()
        )  # fmt: skip

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

        def end_reservations() -> int:
            from patrondesk.services import reservations

            return reservations.expire_reservations(office).reservations

        if office.clock.rehearsal is None and office.actor.may(Permission.PURGE):
            self.runner.do(work, self._on_kept_up)
        # In a rehearsal of a later day nobody loses what they wait for.
        if office.clock.rehearsal is None and office.actor.may(Permission.CIRCULATION):
            self.runner.do(end_reservations, self._on_reservations_ended)
        if office.actor.may(Permission.VIEW_PATRONS):
            self.runner.do(back_up, self._on_backed_up, self._on_not_backed_up)
        file = office.database.path
        if file is not None:
            self.runner.do(lambda: drives.kept_in_step_by(file), self._on_place)

    def _on_place(self, service: str | None) -> None:
        if service is not None:
            note = banner.Banner("look", f"This library lies in a folder that {service} keeps in step.", KEPT_IN_STEP)
            self.purge_page.notices.put("place", note)

    def _on_reservations_ended(self, number: int) -> None:
        if number:
            self.changes.tell("reservations", "items", "patrons")

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
    def _on_changed(self, change: Change) -> None:
        self._read_standing()
        if change.touches("settings"):
            self.read_idle_minutes()

    def read_idle_minutes(self) -> None:
        """Asks the library after how long the window is to lock by itself."""
        office = self.office

        def read() -> int:
            from patrondesk.services import policy

            return policy.read_idle_lock(office)

        # What cannot be read locks as it does where nobody changed it.
        self.runner.ask("idle", read, self.idle_minutes_read.emit, lambda _: self.idle_minutes_read.emit(_IDLE_MINUTES))

    def _read_libraries(self) -> None:
        """For a district person: the libraries to go to."""
        office = self.office
        if office.actor is None or office.actor.role != access.DISTRICT:
            return

        def read() -> list[MyLibrary]:
            from patrondesk.services import libraries

            return libraries.list_my_libraries(office)

        self.runner.ask("libraries", read, self.sidebar.offer_libraries, lambda _: None)

    def _read_standing(self) -> None:
        office = self.office
        if self.alone:
            return
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
