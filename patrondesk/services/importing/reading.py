"""A file being read for one kind: its columns found, its rows in blocks of values, broken rows told and counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from patrondesk.errors import Unusable, WrongUsage
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions, Row, Table
from patrondesk.records.importing import ImportRequest, Kind, MessageKind, RowOutcome
from patrondesk.services.importing import headings as heads
from patrondesk.services.importing.columns import Column, Trouble, spoken
from patrondesk.services.importing.dates import Evidence, Order, order_named
from patrondesk.services.importing.remarks import HAPPENS, Remarks

BLOCK = 4000
M = MessageKind


class Ticket(Protocol):
    """How long work tells where it stands and learns that it is to stop (raises errors.Stopped)."""

    def progress(self, done: int, total: int, words: str) -> None:
        """Tells how far it is; `total` 0 where it is not known."""

    def check(self) -> None:
        """Raises errors.Stopped when a person stopped the work."""


class NoTicket:
    """Work that nobody watches."""

    def progress(self, done: int, total: int, words: str) -> None:
        """Nobody is told."""

    def check(self) -> None:
        """Nobody stops it."""


@dataclass(slots=True)
class Block:
    """Some rows: their lines and, by field, their values. Rows that cannot be used are gone from it."""

    lines: list[int]
    values: dict[str, list[Any]]

    def tuples(self, fields: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """(line, value of each field) by row."""
        return zip(self.lines, *(self.values[field] for field in fields), strict=True)

    def fill(self, fields: Sequence[str]) -> None:
        """Gives the block blank cells for fields that the file does not have."""
        for field in fields:
            if field not in self.values:
                self.values[field] = [None] * len(self.lines)

    def drop(self, places: Sequence[int]) -> None:
        """Takes rows away, by their places in the block."""
        if places:
            gone = set(places)
            keep = [place not in gone for place in range(len(self.lines))]
            self.lines = list(itertools.compress(self.lines, keep))
            self.values = {field: list(itertools.compress(column, keep)) for field, column in self.values.items()}


class Reading:
    """An open file with its columns found. Raises Unusable and WrongUsage as it is made; close it with `with`."""

    def __init__(self, request: ImportRequest, remarks: Remarks, needed: Sequence[Sequence[str]]) -> None:
        self.request, self.remarks = request, remarks
        self.table = opened(request)
        try:
            self._recognise(needed)
            self._order = _asked_order(request)
        except BaseException:
            self.table.close()
            raise
        self._orders: dict[str, Order | None] | None = None

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.table.close()

    def _recognise(self, needed: Sequence[Sequence[str]]) -> None:
        request, table, name = self.request, self.table, Path(self.request.path).name
        for field in request.defaults:
            heads.checked_field(request.kind, field)
        mapping = dict(request.mapping)
        if not table.heading_line and request.kind is Kind.DEACTIVATIONS and not mapping and len(table.headings) == 2:
            mapping = {"username": "1", "enabled": "2"}
            self.remarks.once(
                M.NOTICE,
                "NO_HEADINGS",
                None,
                "The file has no headings; the first column is taken as username, the second as enabled.",
            )
        found = heads.recognise(request.kind, table.headings, mapping, guess=request.recognise)
        self.columns = found.columns
        self.fields = tuple(dict.fromkeys((*found.columns, *(field.strip().lower() for field in request.defaults))))
        for doubt in found.doubts:
            said = " and ".join(f"“{table.headings[place]}” (column {place + 1})" for place in doubt.columns)
            if doubt.field == "family_name" or any(doubt.field in group for group in needed):
                raise Unusable(
                    f"Which column is the {spoken(doubt.field)}? It could be {said}.",
                    f"Choose one in the list of columns, or with --map {doubt.field}={doubt.columns[0] + 1} (its place).",
                    "AMBIGUOUS_COLUMN",
                )
            self.remarks.once(
                M.NOTICE, "AMBIGUOUS_COLUMN", doubt.field, f"The {spoken(doubt.field)} could be {said}; neither is read."
            )
        for group in needed:
            if not set(group) & set(self.fields):
                raise Unusable(
                    f"“{name}” has no usable column for {' or '.join(map(spoken, group))}.",
                    "Add a first row of headings, or say which column is which with --map FIELD=COLUMN. "
                    f"Its columns: {', '.join(table.headings[:20]) or 'none'}.",
                    "NO_USABLE_COLUMN",
                )
        self._tell_unmapped(found.unmapped)

    def _tell_unmapped(self, places: Sequence[int]) -> None:
        names = [self.table.headings[place] for place in places if not self.table.headings[place].startswith("(column ")]
        if names:
            self.remarks.once(M.NOTICE, "COLUMNS_LEFT_OUT", None, f"Not imported: {', '.join(names)}.")
        for name in names:
            near = heads.nearest(self.request.kind, name)
            if near is not None and near not in self.columns:
                self.remarks.once(
                    M.NOTICE, "COLUMN_NEARLY_KNOWN", near, f"“{name}” is not imported. It may be meant as {spoken(near)}."
                )

    def order_of(self, field: str) -> Order | None:
        """Which number is the day in a column's dates; None when its dates contradict each other.

        Told from the whole file, which is read through for it the first time that a column needs it.
        """
        if self._order is not None:
            return self._order
        if self._orders is None:
            self._orders = self._survey()
        return self._orders[field]

    def _survey(self) -> dict[str, Order | None]:
        evidence = {field: Evidence() for field in self.columns if field in heads.DATES}
        rows = self.table.rows()
        while block := list(itertools.islice(rows, BLOCK)):
            for field, seen in evidence.items():
                place = self.columns[field]
                seen.see(row[1][place] for row in block)
        for field, seen in evidence.items():
            if seen.order is None and not seen.mixed and seen.both:
                heading = self.table.headings[self.columns[field]]
                self.remarks.once(
                    M.NOTICE,
                    "DATE_ORDER_ASSUMED",
                    field,
                    f"Nothing in “{heading}” tells whether day or month comes first; its dates are read as day/month/year.",
                )
        return {field: None if seen.mixed else seen.order or Order.DAY_FIRST for field, seen in evidence.items()}

    def blocks(
        self, columns: Sequence[Column], ticket: Ticket, describe: Callable[[dict[str, str]], tuple[str, str]]
    ) -> Iterator[Block]:
        """The usable rows, block by block. `describe` words a refused row (field -> text) as (who, identifier)."""
        readers = [column for column in columns if column.field in self.fields]
        defaults = {field.strip().lower(): value for field, value in self.request.defaults.items()}
        rows = self.table.rows()
        while True:
            ticket.check()
            part = list(itertools.islice(rows, BLOCK))
            if not part:
                ticket.progress(self.remarks.read, self.remarks.read, "Reading")
                return
            self.remarks.read += len(part)
            yield self._block(part, readers, defaults, describe)
            ticket.progress(self.remarks.read, max(self.table.estimate or 0, self.remarks.read), "Reading")

    def _block(
        self,
        part: list[Row],
        readers: Sequence[Column],
        defaults: dict[str, str],
        describe: Callable[[dict[str, str]], tuple[str, str]],
    ) -> Block:
        lines = [row[0] for row in part]
        cells = list(zip(*(row[1] for row in part), strict=True))
        refused: dict[int, tuple[MessageKind, str]] = {}
        for place, (line, _cells, flaws) in enumerate(part):
            for flaw in flaws:
                field = None if flaw.column is None else self._field_at(flaw.column)
                if flaw.column is None or field is not None:
                    kind = M.INVALID if flaw.fatal else M.NOTICE
                    self.remarks.say(line, kind, flaw.code, field, flaw.text)
                    if flaw.fatal:
                        refused.setdefault(place, (M.INVALID, flaw.text))
        values: dict[str, list[Any]] = {}
        for reader in readers:
            at, default = self.columns.get(reader.field), defaults.get(reader.field, "")
            texts: Sequence[str] = cells[at] if at is not None else [""] * len(lines)
            if default:
                texts = [text if text and not text.isspace() else default for text in texts]
            values[reader.field], troubles = reader.values(texts)
            for place, trouble in troubles:
                self._tell(lines[place], reader.field, trouble)
                if trouble.refuses:
                    refused.setdefault(place, (trouble.kind, trouble.text))
        if refused:
            self._refuse(part, refused, describe)
        block = Block(lines, values)
        block.drop(list(refused))
        return block

    def _tell(self, line: int, field: str, trouble: Trouble) -> None:
        self.remarks.say(line, trouble.kind, trouble.code, field, trouble.text)

    def _refuse(
        self, part: list[Row], refused: dict[int, tuple[MessageKind, str]], describe: Callable[[dict[str, str]], tuple[str, str]]
    ) -> None:
        for place, (kind, text) in sorted(refused.items()):
            outcome = RowOutcome.CONFLICT if kind is M.CONFLICT else RowOutcome.INVALID
            self.remarks.count(outcome)
            if self.remarks.wanted(outcome) > 0:
                line, cells, _flaws = part[place]
                who, identifier = describe({field: cells[at].strip() for field, at in self.columns.items()})
                self.remarks.show(line, outcome, who, identifier, text, HAPPENS[outcome])

    def _field_at(self, place: int) -> str | None:
        return next((field for field, at in self.columns.items() if at == place), None)


def opened(request: ImportRequest) -> Table:
    """The request's file as a table, its headings judged for the kind. Raises Unusable, WrongUsage."""
    judge = heads.judge(request.kind, request.mapping)
    return open_table(request.path, OpenOptions(request.encoding, request.delimiter, request.sheet, judge))


def _asked_order(request: ImportRequest) -> Order | None:
    try:
        return order_named(request.date_order)
    except ValueError:
        raise WrongUsage(
            f"“{request.date_order}” is no order of dates.", "Use day/month/year (dmy) or month/day/year (mdy)."
        ) from None
