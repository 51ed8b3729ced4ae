"""The page's long work: previews and runs, telling how far they are and stopping when asked."""

from __future__ import annotations

from collections.abc import Callable

from patrondesk.jobs.ticket import Ticket
from patrondesk.records.importing import ImportReport, ImportRequest
from patrondesk.services import importing
from patrondesk.services.office import Office

Work = Callable[[Ticket], ImportReport]


def previewing(office: Office, request: ImportRequest) -> Work:
    """What the import would do."""

    def work(ticket: Ticket) -> ImportReport:
        ticket.check()
        return importing.preview(office, request, ticket)

    return work


def running(office: Office, request: ImportRequest) -> Work:
    """The import itself."""
    return lambda ticket: importing.run(office, request, ticket)
