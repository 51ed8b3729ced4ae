"""When the library file cannot be opened or is gone: a backup is chosen and put in its place, before anybody can sign in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from patrondesk.clock import Clock
from patrondesk.errors import DeskError
from patrondesk.records.backups import BackupBeside, Restored
from patrondesk.ui.shell import buttons, dialogs, errors
from patrondesk.ui.window.desk_window import DeskWindow

if TYPE_CHECKING:
    from patrondesk.ui.screens.signin.asked import RestoreAsked
    from patrondesk.ui.screens.signin.restore_page import RestorePage

_HELPED = ("DAMAGED", "UNREADABLE", "WRONG_KIND", "EMPTY", "MISSING")


class Rescue(QObject):
    """`ended`: begin at the gate again, whether a backup is in place now or not."""

    ended = Signal()

    def __init__(self, window: DeskWindow, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent or window)
        self._window, self._clock = window, clock
        self._address = ""
        self._page: RestorePage | None = None

    def as_dialog(self, address: str, fault: Exception) -> dialogs.Dialog:
        """The dialog for a library that did not open, not yet open; it leads here where a backup can help."""
        dialog = errors.as_dialog(self._window, fault)
        if "://" not in address and isinstance(fault, DeskError) and fault.code in _HELPED:
            way = dialog.add_side(buttons.button("Restore a backup...", name="fault_restore"))
            way.clicked.connect(dialog.accept)
            why = fault.text
            dialog.accepted.connect(lambda: self.start(address, why))
        return dialog

    def start(self, address: str, why: str) -> None:
        """Looks for backups beside the file and shows the page."""
        self._address = address
        file = Path(address)

        def work() -> tuple[list[BackupBeside], bool]:
            from patrondesk.services import backups_beside

            return backups_beside.find_backups_beside(file), file.exists()

        self._window.runner.ask("rescue", work, lambda found: self._show(why, *found))

    def _show(self, why: str, backups: list[BackupBeside], there: bool) -> None:
        from patrondesk.ui.screens.signin.restore_page import RestorePage

        page = RestorePage()
        page.theme_chosen.connect(self._window.set_theme)
        page.back_asked.connect(self.ended)
        page.file_asked.connect(self._on_file_asked)
        page.restore_asked.connect(self._on_restore)
        self._page = page
        self._window.show_gate(page)
        page.show_backups(f"Library file: {Path(self._address).name} on this PC", why, backups, there)

    @Slot()
    def _on_file_asked(self) -> None:
        from patrondesk import paths
        from patrondesk.ui.screens.backups import asking

        page = self._page
        if page is not None:
            asking.ask_for_file(
                self._window, paths.backups_folder(Path(self._address)), lambda path: page.add_file(str(path)), "Choose a backup"
            )

    @Slot(object)
    def _on_restore(self, asked: RestoreAsked) -> None:
        page = self._page
        if page is None:
            return
        page.show_busy(True)
        address, clock = self._address, self._clock

        def work() -> Restored:
            from patrondesk import bootstrap
            from patrondesk.services import restoring

            database = bootstrap.new_database(address)
            try:
                return restoring.restore_unreadable(database, clock, Path(asked.file), asked.username, asked.password)
            finally:
                database.close()

        def failed(fault: Exception) -> None:
            if isinstance(fault, DeskError):
                page.show_refusal(f"{fault.text} {fault.next_step}")
            else:
                page.show_busy(False)
                errors.as_dialog(self._window, fault).open()

        self._window.runner.do(work, self._on_restored, failed)

    def _on_restored(self, done: Restored) -> None:
        from patrondesk.ui.screens.backups import asking

        self._page = None
        dialog = asking.restored(self._window, done)
        dialog.finished.connect(lambda _: self.ended.emit())
        dialog.open()
