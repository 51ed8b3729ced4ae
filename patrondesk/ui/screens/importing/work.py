"""The page's long work: previews and runs, telling how far they are and stopping when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from patrondesk.errors import Stopped
from patrondesk.records.importing import ImportReport, ImportRequest
from patrondesk.services import importing
from patrondesk.services.office import Office
from patrondesk.ui.shell.runner import Ticket


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; `total` 0 where that is not known."""

    done: int
    total: int
    words: str


class Watched:
    """The service's ticket in terms of the window's."""

    def __init__(self, ticket: Ticket[Progress]) -> None:
        self._ticket = ticket

    def progress(self, done: int, total: int, words: str) -> None:
        """Tells the window."""
        self._ticket.say(Progress(done, total, words))

    def check(self) -> None:
        """Raises Stopped when a person stopped the work; the transaction is taken back."""
        if self._ticket.stopped:
            raise Stopped("The work was stopped; nothing was changed.", "Start it again when you wish.")


Work = Callable[[Ticket[Progress]], ImportReport]


def previewing(office: Office, request: ImportRequest) -> Work:
    """What the import would do."""

    def work(ticket: Ticket[Progress]) -> ImportReport:
        watched = Watched(ticket)
        watched.check()
        return importing.preview(office, request, watched)

    return work


def running(office: Office, request: ImportRequest) -> Work:
    """The import itself."""
    return lambda ticket: importing.run(office, request, Watched(ticket))
