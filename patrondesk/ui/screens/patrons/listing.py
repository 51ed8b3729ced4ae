"""What the list asks for and what came: first the rows, then how many there are in all; a new search gives the older one up."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from patrondesk.errors import Stopped
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_lists import Counted, Crowd, PatronFilter, PatronQuery, PatronRows
from patrondesk.services import candidates, patron_listing, policy
from patrondesk.services.office import Office
from patrondesk.ui.shell.runner import Runner

AT_MOST = 10_000
"""A search is not counted further."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of the list with its pictures; `counted` where the page itself says how many there are."""

    page: PatronRows
    pictures: Mapping[PatronId, bytes]
    counted: Counted | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers of the page's sentence, and the currency of what is owed."""

    crowd: Crowd
    currency: str


class Listing(QObject):
    """One at a page. `query` is what was asked last."""

    came = Signal(object)
    """Rows."""
    counted = Signal(object)
    """Counted, of the rows that came."""
    stands = Signal(object)
    """Standing."""
    failed = Signal(object)
    """An exception; what is on show stays."""

    def __init__(self, office: Office, runner: Runner, query: PatronQuery, parent: QObject) -> None:
        super().__init__(parent)
        self._office, self._runner, self.query = office, runner, query
        self._key = f"patrons_page_{id(self)}"
        self._given_up = threading.Event()
        self._known: tuple[tuple[str, PatronFilter], Counted] | None = None

    def ask(self, query: PatronQuery) -> None:
        """Another page or list."""
        if query != self.query:
            self.query = query
            self.read(again=False)

    def read(self, again: bool = True) -> None:
        """Reads the page; `again`: everything may be another now, the numbers too."""
        self._given_up.set()
        self._given_up = given_up = threading.Event()
        office, query = self._office, self.query
        if again:
            self._known = None
            self._runner.ask(f"{self._key}_crowd", lambda: read_standing(office), self.stands.emit, self.failed.emit)
        self._runner.forget(f"{self._key}_count")
        self._runner.ask(self._key, lambda: read_rows(office, query, given_up), self._on_rows, self._on_failed)

    def _on_rows(self, rows: Rows) -> None:
        self.query = rows.page.query
        asked = (self.query.search, self.query.filter)
        if rows.counted is not None:
            self._known = (asked, rows.counted)
        self.came.emit(rows)
        if self._known is not None and self._known[0] == asked:
            self.counted.emit(self._known[1])
            return
        office, query, given_up = self._office, self.query, self._given_up
        at_most = None if query.plain else AT_MOST

        def done(counted: Counted) -> None:
            self._known = (asked, counted)
            self.counted.emit(counted)

        def count() -> Counted:
            return patron_listing.count_patrons(office, query, at_most, given_up.is_set)

        self._runner.ask(f"{self._key}_count", count, done, self._on_failed)

    def _on_failed(self, fault: Exception) -> None:
        if not isinstance(fault, Stopped):
            self.failed.emit(fault)


def read_rows(office: Office, query: PatronQuery, given_up: threading.Event) -> Rows:
    """A page of the list. A page beyond the end, after patrons went, is answered with the last one."""
    page = patron_listing.find_rows(office, query, given_up.is_set)
    counted: Counted | None = None
    if not page.rows and query.page > 1:
        counted = patron_listing.count_patrons(office, query, None, given_up.is_set)
        query = replace(query, page=max(1, -(-counted.number // query.page_size)))
        page = patron_listing.find_rows(office, query, given_up.is_set)
    elif len(page.rows) < query.page_size:
        counted = Counted((query.page - 1) * query.page_size + len(page.rows))
    pictured = [row.id for row in page.rows if row.has_portrait]
    pictures = candidates.portraits(office, pictured) if pictured else {}
    return Rows(page, {key: content for key, (_, content) in pictures.items()}, counted)


def read_standing(office: Office) -> Standing:
    """The numbers of everybody."""
    return Standing(patron_listing.read_crowd(office), policy.current_policy(office).currency)
