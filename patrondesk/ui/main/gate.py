"""The gate: which library, who wants in; it owns the pages before the desk and what they ask of the services."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from patrondesk import paths
from patrondesk.clock import Clock
from patrondesk.errors import DeskError
from patrondesk.ui.main.ahead import Ahead
from patrondesk.ui.screens.signin.asked import FirstStartAsked, RecoveryAsked, SignInAsked
from patrondesk.ui.screens.signin.sign_in_page import SignInPage
from patrondesk.ui.window.desk_window import DeskWindow

if TYPE_CHECKING:
    from patrondesk.services.office import Office
    from patrondesk.ui.main.rescue import Rescue
    from patrondesk.ui.screens.signin.recovery_page import RecoveryPage


@dataclass(frozen=True, slots=True)
class _Opened:
    """A library that is open: (short name, name) of each library in it; who signed in by itself, or why not."""

    office: Office
    libraries: list[tuple[str, str]]
    signed_in: Office | None
    refused: str


class Gate(QObject):
    """Shows the sign-in page at once; the library is opened beside it. A missing default library leads to the first start."""

    def __init__(self, window: DeskWindow, address: str | None, staff: str | None, clock: Clock) -> None:
        super().__init__(window)
        self._window, self._clock = window, clock
        self._address = address or str(paths.default_library())
        self._staff = staff
        self._library = ""
        self._started = False
        self._office: Office | None = None
        self._page: SignInPage | None = None
        self.ahead = Ahead(window.runner, self)
        self._rescue: Rescue | None = None
        window.locked.connect(self.open)
        window.other_file_asked.connect(self._on_other_file)
        window.by_itself_changed.connect(lambda yes: window.prefs.set_by_itself(self._address, yes))

    @Slot()
    def open(self) -> None:
        """Begins, or begins again after the lock."""
        if "://" not in self._address and not Path(self._address).exists():
            self._show_first_start()
            return
        page = self._show_sign_in()
        page.show_busy(True)
        address, clock = self._address, self._clock
        # By itself only at the start: after a lock whoever is there says who they are.
        by_itself = not self._started and not self._staff and self._window.prefs.by_itself(address)
        self._started = True

        def work() -> _Opened:
            from patrondesk import bootstrap
            from patrondesk.services import libraries

            office = bootstrap.open_library(address, clock)
            found = [(short, name) for _, short, name in libraries.find_libraries(office.database)]
            return _Opened(office, found, *(_by_itself(office) if by_itself else (None, "")))

        self._window.runner.ask("gate", work, self._on_opened, self._on_not_opened)

    def _show_sign_in(self) -> SignInPage:
        page = SignInPage()
        page.sign_in_asked.connect(self._on_sign_in)
        page.other_file_asked.connect(self._on_other_file)
        page.forgotten_asked.connect(self._on_forgotten)
        page.theme_chosen.connect(self._window.set_theme)
        self._page = page
        self._window.show_gate(page)
        page.show_library("", self._file_sentence(), self._known_username())
        return page

    def _show_first_start(self) -> None:
        from patrondesk.services import passwords
        from patrondesk.ui.screens.signin.first_start_page import FirstStartPage

        page = FirstStartPage(passwords.SHORTEST)
        page.creation_asked.connect(self._on_creation)
        page.other_file_asked.connect(self._on_other_file)
        page.finished.connect(self._on_first_finished)
        page.theme_chosen.connect(self._window.set_theme)
        page.restore_asked.connect(lambda: self._saved().start(self._address, "The library file is not where it was."))
        page.offer_backups(paths.backups_folder(Path(self._address)).is_dir())
        self._first = page
        self._window.show_gate(page)
        page.start()

    def _file_sentence(self) -> str:
        name = Path(self._address).name if "://" not in self._address else self._address.rpartition("/")[2]
        where = "on this PC" if "://" not in self._address else "on a server"
        return f"Library file: {name} {where}" if "://" not in self._address else f"Library: {name} {where}"

    def _known_username(self) -> str:
        return self._staff or self._window.prefs.username(self._address)

    def _on_opened(self, found: _Opened) -> None:
        self._office, page = found.office, self._page
        if page is None:
            return
        if found.signed_in is not None:
            self._page = None
            self._window.enter_by_turns(found.signed_in)
            return
        several = len(found.libraries) > 1
        name = f"{len(found.libraries)} libraries" if several else "".join(name for _, name in found.libraries)
        page.show_library(name, self._file_sentence(), self._known_username())
        page.show_libraries(found.libraries, self._window.prefs.library(self._address))
        page.show_busy(False)
        if found.refused:
            page.show_refusal(found.refused)
        self.ahead.start(self._office)

    def _on_not_opened(self, fault: Exception) -> None:
        if self._page is not None:
            self._page.show_busy(False)
        self._office = None
        self._saved().as_dialog(self._address, fault).open()

    def _saved(self) -> Rescue:
        """The way back from a library that cannot be opened."""
        if self._rescue is None:
            from patrondesk.ui.main.rescue import Rescue

            self._rescue = Rescue(self._window, self._clock, self)
            self._rescue.ended.connect(self.open)
        return self._rescue

    def _show_fault(self, fault: Exception) -> None:
        from patrondesk.ui.shell import errors

        errors.as_dialog(self._window, fault).open()

    @Slot(object)
    def _on_sign_in(self, asked: SignInAsked) -> None:
        office, page = self._office, self._page
        if page is None:
            return
        if office is None:
            self.open()
            return
        page.show_busy(True)

        def failed(fault: Exception) -> None:
            page.show_busy(False)
            if isinstance(fault, DeskError):
                page.show_refusal(f"{fault.text} {fault.next_step}")
            else:
                self._show_fault(fault)

        def done(signed_in: Office) -> None:
            prefs, address = self._window.prefs, self._address
            if prefs.username(address) != asked.username:  # writing it waits for the disk
                prefs.set_username(address, asked.username)
            if asked.library != prefs.library(address):
                prefs.set_library(address, asked.library)
            self._page = None
            self._window.enter_by_turns(signed_in)

        behind = self._window.behind_lock

        def work() -> Office:
            from patrondesk.services import signin

            entered = signin.sign_in(office, asked.username, asked.password, asked.library or None)
            return _where_they_were(entered, behind) if behind is not None else entered

        self._window.runner.do(work, done, failed)

    @Slot(object)
    def _on_creation(self, asked: FirstStartAsked) -> None:
        page = self._first
        page.show_busy(True)
        address, clock = self._address, self._clock

        def work() -> tuple[str, Office]:
            from patrondesk import bootstrap
            from patrondesk.services import libraries, signin

            database = bootstrap.new_database(address)
            code = libraries.create_library(database, clock, name=asked.library, username=asked.username, password=asked.password)
            database.close()
            return code, signin.sign_in(bootstrap.open_library(address, clock), asked.username, asked.password)

        def done(made: tuple[str, Office]) -> None:
            code, self._office = made
            self._window.prefs.set_username(self._address, asked.username)
            page.show_recovery_code(code)

        def failed(fault: Exception) -> None:
            page.show_busy(False)
            page.show_refusal(_said(fault, "The library could not be made."))

        self._window.runner.do(work, done, failed)

    @Slot()
    def _on_first_finished(self) -> None:
        if self._office is not None and self._office.actor is not None:
            self._window.enter_by_turns(self._office)

    @Slot()
    def _on_forgotten(self) -> None:
        from patrondesk.services import passwords
        from patrondesk.ui.screens.signin.recovery_page import RecoveryPage

        page = RecoveryPage(passwords.SHORTEST)
        page.theme_chosen.connect(self._window.set_theme)
        page.back_asked.connect(self.open)
        page.finished.connect(self.open)
        page.recovery_asked.connect(lambda asked: self._on_recovery(page, asked))
        username = self._known_username()
        self._library = self._page.library if self._page is not None else ""
        self._page = None
        self._window.show_gate(page)
        page.start(username)

    def _on_recovery(self, page: RecoveryPage, asked: RecoveryAsked) -> None:
        office = self._office
        if office is None:
            page.show_refusal("The library is not open. Go back and choose it again.")
            return
        page.show_busy(True)
        library = self._library or None

        def failed(fault: Exception) -> None:
            page.show_refusal(_said(fault, "The password was not set."))

        def work() -> str:
            from patrondesk.services import signin

            return signin.reset_password(office, asked.username, asked.code, asked.password, library)

        self._window.runner.do(work, page.show_recovery_code, failed)

    @Slot()
    def _on_other_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        if not self._window.may_leave():
            return
        dialog = QFileDialog(self._window, "Open a library file", str(Path(self._address).parent))
        dialog.setObjectName("open_library_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Library files (*.patrondesk *.sqlite *.db)", "All files (*)"])
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_file_chosen(self, path: str) -> None:
        self._address = path
        self.open()


def _by_itself(office: Office) -> tuple[Office | None, str]:
    """Whom the system's keyring signs in, or why it does not."""
    from patrondesk.services import standing_in

    try:
        return standing_in.sign_in_here(office), ""
    except DeskError as fault:
        return None, f"{fault.text} {fault.next_step}"


def _where_they_were(entered: Office, behind: Office) -> Office:
    """A district person who locked the desk at another library comes back to that one."""
    from patrondesk.services import libraries

    assert entered.actor is not None
    assert behind.actor is not None
    if (entered.actor.staff_id, entered.actor.role) != (behind.actor.staff_id, behind.actor.role):
        return entered
    for place in libraries.list_my_libraries(entered):
        if place.id == behind.actor.library_id and not place.here:
            return libraries.switch_library(entered, place.short_name)
    return entered


def _said(fault: Exception, otherwise: str) -> str:
    """What a person is told: the sentence and the next step, or that it did not work."""
    return f"{fault.text} {fault.next_step}" if isinstance(fault, DeskError) else otherwise
