"""What the page asks the library: a page of entries for what was typed, with what one can choose from."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from patrondesk.errors import NotFound, NotPermitted
from patrondesk.records.audit import AuditChoices, AuditPage, AuditQuery
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.services import audit_reading, patrons
from patrondesk.services.office import Office

_NUMBER = re.compile(r"(?:patron\s*)?(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the filters say. `patron`: a username, barcode or district ID, or the number that the log has."""

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    operation: str | None = None
    staff: int | None = None
    patron: str = ""
    batch: int | None = None

    @property
    def anything(self) -> bool:
        """Whether something is filtered."""
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class View:
    """A page of entries, and the query that it answers. `nobody`: the patron that was asked for is not known."""

    page: AuditPage
    query: AuditQuery
    choices: AuditChoices
    nobody: bool = False


def read(office: Office, wanted: Wanted, page: int, size: int) -> View:
    """The page, or the last one where it lies beyond the end."""
    patron, nobody = _patron(office, wanted.patron)
    query = AuditQuery(
        page, size, wanted.first_day, wanted.last_day, wanted.operation, wanted.staff,
        None if wanted.batch is None else BatchId(wanted.batch), patron,
    )  # fmt: skip
    choices = audit_reading.list_choices(office)
    if nobody:
        return View(AuditPage((), 1, size, 0), query, choices, nobody=True)
    found = audit_reading.list_entries(office, query)
    if not found.entries and found.page > found.pages:
        return read(office, wanted, found.pages, size)
    return View(found, query, choices)


def _patron(office: Office, word: str) -> tuple[PatronId | None, bool]:
    """Whom a word means: somebody present by a key of theirs, else anybody by number. And whether it means nobody."""
    if not word:
        return None, False
    number = _NUMBER.fullmatch(word)
    try:
        return patrons.find_patron_id(office, word), False
    except (NotFound, NotPermitted):
        return (PatronId(int(number[1])), False) if number else (None, True)
