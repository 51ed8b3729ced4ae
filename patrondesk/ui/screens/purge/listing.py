"""Where one is in the list of candidates: what is asked for, what came, and how to get to another page of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import CandidatesPage, CandidatesQuery
from patrondesk.ui.screens.purge.desk import Desk, Look
from patrondesk.ui.screens.purge.tags import Place, Tags, place_of


class Listing(QObject):
    """Reads through the desk. Older answers are dropped there, so what comes is what was asked last."""

    reading_changed = Signal()
    came = Signal(object)
    """A Look."""
    counted = Signal(object)
    """CandidatesCounts of the search."""
    ruled = Signal(object)
    """The Policy."""
    failed = Signal(object)
    """An exception; the page on show stays."""

    def __init__(self, desk: Desk, tags: Tags, page_size: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._tags = desk, tags
        self.query = CandidatesQuery(page_size=page_size)
        self.page: CandidatesPage | None = None
        self.reading = False

    @property
    def place(self) -> Place:
        """The page on show, or asked for."""
        return place_of(self.query)

    @property
    def filtered(self) -> bool:
        """Whether not everybody is asked for."""
        return bool(self.query.search or self.query.reason)

    @property
    def nobody(self) -> bool:
        """Whether no candidate is left at all."""
        return self.page is not None and not self.page.total and not self.filtered

    def read(self) -> None:
        """Reads the page again, at the same position."""
        self._set_reading(True)
        tagged: Sequence[PatronId] = [tag.id for tag in self._tags.elsewhere(())]
        self._desk.look(self.query, tagged, self._on_look, self._on_failed)

    def ask(self, query: CandidatesQuery) -> None:
        """Reads another page or list."""
        self.query = query
        self.read()

    def go_to(self, number: int) -> None:
        """Another page of this list; the nearest there is."""
        last = self.page.pages if self.page else 1
        wanted = min(max(1, number), last)
        if wanted != self.query.page:
            self.ask(replace(self.query, page=wanted))

    def step(self, by: int) -> None:
        """Pages forwards, or back."""
        self.go_to(self.query.page + by)

    def go_to_edge(self, last: bool) -> None:
        """The first page, or the last."""
        self.go_to(self.page.pages if last and self.page else 1)

    def resize(self, rows: int) -> None:
        """Another number of rows a page; what was at the top stays on show."""
        if rows != self.query.page_size:
            first = (self.query.page - 1) * self.query.page_size
            self.ask(replace(self.query, page_size=rows, page=first // rows + 1))

    def filter(self, search: str, reason: str | None) -> None:
        """Another search or reason, from its first page."""
        self.ask(replace(self.query, search=search, reason=reason, page=1))

    def sort(self, word: str) -> None:
        """Sorts by a column; by the same one again, the other way round."""
        again = word == self.query.sort
        self.ask(replace(self.query, sort=word, descending=again and not self.query.descending, page=1))

    def _on_look(self, look: Look) -> None:
        self.query, self.page = look.query, look.page
        self.came.emit(look)
        # The rows first: what is said about them beside would only slow them down.
        self._desk.counts(self.query.search, self.counted.emit, self._on_failed)
        self._desk.policy(self.ruled.emit, self._on_failed)
        self._set_reading(False)

    def _on_failed(self, fault: Exception) -> None:
        self.failed.emit(fault)
        self._set_reading(False)

    def _set_reading(self, reading: bool) -> None:
        self.reading = reading
        self.reading_changed.emit()
