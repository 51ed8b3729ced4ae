"""Spreadsheets (.xlsx): openpyxl makes the workbook, the rows stream into it as cells that cannot be formulas.

Styled cells written through openpyxl take 1.3 to 1.5 times as long as plain ones. Rows written as text take a quarter
of the time of plain ones, leave no temporary sheet in another folder, and have no way to become a formula.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from patrondesk.exporters.base import Exporter, whole_file
from patrondesk.exporters.excel.cells import CellWriter, Styles, Tally
from patrondesk.messages import count
from patrondesk.records.tables import Column, Report, Row, Value, Written

if TYPE_CHECKING:
    from patrondesk.exporters.excel.shell import Part, Shell

Cells: TypeAlias = list[Callable[[Value, int], str]]

MOST_ROWS = 1_048_576
_MOST_BYTES = 1_900_000_000  # of one sheet's XML: many programs cannot unpack 2 GiB
_AT_ONCE = 200


def write(report: Report, path: Path, most_rows: int = MOST_ROWS) -> Written:
    """Write the report as a workbook with a sheet for each table; one longer than `most_rows` goes on in a further sheet.

    Rows are taken one by one and never held together. Raises Unusable, leaving the file as it was.
    """
    tally = Tally()
    with whole_file(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = _Book(report, archive, tally, most_rows).write()
    remarks = []
    if tally.replaced:
        remarks.append(f"Signs stand for characters that a spreadsheet cannot hold, in {count(tally.replaced, 'cell')}.")
    if tally.cut:
        remarks.append(f"Text too long for a spreadsheet is cut, with a note at its end, in {count(tally.cut, 'cell')}.")
    return Written(path, rows, tuple(remarks))


class _Book:
    def __init__(self, report: Report, archive: zipfile.ZipFile, tally: Tally, most_rows: int) -> None:
        # Loaded here, so that a start of the program that exports nothing does not wait for it.
        from patrondesk.exporters.excel import shell

        self._shells, self._report, self._archive, self._tally, self._most_rows = shell, report, archive, tally, most_rows
        self._parts: list[Part] = []

    def write(self) -> int:
        for place, sheet in enumerate(self._report.sheets):
            rows = iter(sheet.rows)
            self._write_part(place, rows)
            while (following := next(rows, None)) is not None:
                self._write_part(place, chain([following], rows))
        for name, content in self._shell().files.items():
            self._archive.writestr(name, content)
        return sum(part.last_row - 1 for part in self._parts)

    def _shell(self) -> Shell:
        return self._shells.make_shell(self._report, self._parts)

    def _write_part(self, place: int, rows: Iterator[Row]) -> None:
        sheet = self._report.sheets[place]
        title = self._shells.sheet_title(sheet.title, [part.title for part in self._parts])
        self._parts.append(self._shells.Part(place, title))
        shell, notes = self._shell(), self._report.notes(sheet)
        cells = self._cells(sheet.columns, shell.styles[place])
        with self._archive.open(f"xl/worksheets/sheet{len(self._parts)}.xml", "w") as stream:
            stream.write(shell.heads[-1])
            stream.write(self._line([column.heading for column in sheet.columns], shell.heading, 1))
            last = _write_rows(stream, islice(rows, max(1, self._most_rows - 2 - len(notes))), cells)
            for number, note in enumerate(notes, last + 2):
                stream.write(self._line([note], shell.note, number))
            self._parts[-1] = self._shells.Part(place, title, last)
            stream.write(self._shell().tails[-1])

    def _cells(self, columns: Sequence[Column], styles: Sequence[Styles]) -> Cells:
        currency = self._report.currency
        return [
            CellWriter(column, letters, style, currency, self._tally).cell
            for column, letters, style in zip(columns, self._shells.letters(len(columns)), styles, strict=True)
        ]

    def _line(self, texts: Sequence[str], style: Styles, row: int) -> bytes:
        plain = [Column("text", "")] * len(texts)
        return _row(self._cells(plain, [style] * len(texts)), texts, row).encode()


def _write_rows(stream: IO[bytes], rows: Iterable[Row], cells: Cells) -> int:
    """Write rows below the heading until they end or the sheet is full; the number of the last row."""
    number, size, waiting = 1, 0, []
    for number, row in enumerate(rows, 2):
        waiting.append(_row(cells, row, number))
        if len(waiting) == _AT_ONCE:
            size += stream.write("".join(waiting).encode())
            waiting.clear()
            if size > _MOST_BYTES:
                break
    stream.write("".join(waiting).encode())
    return number


def _row(cells: Cells, row: Row, number: int) -> str:
    return f'<row r="{number}">{"".join([cell(value, number) for cell, value in zip(cells, row, strict=True)])}</row>'


EXPORTER = Exporter("xlsx", "Spreadsheet", write)
