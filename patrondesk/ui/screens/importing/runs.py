"""Previews and the import itself, one at a time; what comes late, after something else was asked for, is dropped."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from patrondesk.jobs.ticket import Progress, Ticket
from patrondesk.records.importing import ImportReport, ImportRequest
from patrondesk.services.office import Office
from patrondesk.ui.screens.importing import work
from patrondesk.ui.shell.runner import Runner


class Runs(QObject):
    """`preview` a request, then `apply` what was previewed. Each ends with `reported` or `failed`, or is dropped."""

    progressed = Signal(object)
    """A Progress."""
    reported = Signal(object)
    """An ImportReport."""
    failed = Signal(object, bool)
    """The exception, and whether it was the import itself."""

    def __init__(self, office: Office, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office, self._runner = office, runner
        self._ticket: Ticket | None = None
        self._serial = 0
        self.running = False
        """Whether the import itself is under way."""
        self.previewed: ImportRequest | None = None
        """What was previewed last, and would be imported."""

    @property
    def busy(self) -> bool:
        """Whether a preview or the import is under way."""
        return self._ticket is not None

    def preview(self, request: ImportRequest) -> None:
        """Reads what a file would change."""
        self.drop()
        self.previewed = request
        self._long(work.previewing(self._office, request))

    def apply(self) -> None:
        """Imports what was previewed; nothing without a preview."""
        if self.previewed is not None:
            self.drop()
            self.running = True
            self._long(work.running(self._office, self.previewed))

    def stop(self) -> None:
        """Asks what is under way to stop; it then fails with `Stopped`."""
        if self._ticket is not None:
            self._ticket.stop()

    def drop(self) -> None:
        """What is under way is not wanted any more."""
        self.stop()
        self._serial += 1
        self._end()

    def forget(self) -> None:
        """Drops it, and what was previewed as well."""
        self.drop()
        self.previewed = None

    def _end(self) -> None:
        self.running = False
        self._ticket = None

    def _long(self, long_work: work.Work) -> None:
        self._serial += 1
        serial = self._serial
        self._ticket = self._runner.long(
            long_work,
            lambda said: self._on_progress(serial, said),
            lambda report: self._on_report(serial, report),
            lambda fault: self._on_failed(serial, fault),
        )

    def _on_progress(self, serial: int, said: Progress) -> None:
        if serial == self._serial:
            self.progressed.emit(said)

    def _on_report(self, serial: int, report: ImportReport) -> None:
        if serial == self._serial:
            self._end()
            self.reported.emit(report)

    def _on_failed(self, serial: int, fault: Exception) -> None:
        if serial == self._serial:
            was_running = self.running
            self._end()
            self.failed.emit(fault, was_running)
