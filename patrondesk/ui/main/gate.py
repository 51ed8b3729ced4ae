"""The gate: which library, who wants in; it owns the pages before the desk and what they ask of the services."""

from __future__ import annotations

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


class Gate(QObject):
    """Shows the sign-in page at once; the library is opened beside it. A missing default library leads to the first start."""

    def __init__(self, window: DeskWindow, address: str | None, staff: str | None, clock: Clock) -> None:
        super().__init__(window)
        self._window, self._clock = window, clock
        self._address = address or str(paths.default_library())
        self._staff = staff
        self._office: Office | None = None
        self._page: SignInPage | None = None
        self.ahead = Ahead(window.runner, self)
        self._rescue: Rescue | None = None
        window.locked.connect(self.open)
        window.other_file_asked.connect(self._on_other_file)

    @Slot()
    def open(self) -> None:
        """Begins, or begins again after the lock."""
        if "://" not in self._address and not Path(self._address).exists():
            self._show_first_start()
            return
        page = self._show_sign_in()
        page.show_busy(True)
        address, clock = self._address, self._clock

        def work() -> tuple[Office, str]:
            from patrondesk import bootstrap
            from patrondesk.services import libraries

            office = bootstrap.open_library(address, clock)
            found = libraries.find_libraries(office.database)
            return office, found[0][2] if len(found) == 1 else f"{len(found)} libraries"

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

    def _on_opened(self, found: tuple[Office, str]) -> None:
        self._office, name = found
        if self._page is not None:
            self._page.show_library(name, self._file_sentence(), self._known_username())
            self._page.show_busy(False)
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
            if self._window.prefs.username(self._address) != asked.username:  # writing it waits for the disk
                self._window.prefs.set_username(self._address, asked.username)
            self._page = None
            self._window.enter_by_turns(signed_in)

        def work() -> Office:
            from patrondesk.services import signin

            return signin.sign_in(office, asked.username, asked.password)

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
        self._page = None
        self._window.show_gate(page)
        page.start(username)

    def _on_recovery(self, page: RecoveryPage, asked: RecoveryAsked) -> None:
        office = self._office
        if office is None:
            page.show_refusal("The library is not open. Go back and choose it again.")
            return
        page.show_busy(True)

        def failed(fault: Exception) -> None:
            page.show_refusal(_said(fault, "The password was not set."))

        def work() -> str:
            from patrondesk.services import signin

            return signin.reset_password(office, asked.username, asked.code, asked.password)

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


def _said(fault: Exception, otherwise: str) -> str:
    """What a person is told: the sentence and the next step, or that it did not work."""
    return f"{fault.text} {fault.next_step}" if isinstance(fault, DeskError) else otherwise
