"""Excel workbooks (.xlsx, .xlsm): the first sheet with usable headings, streamed, whatever the workbook says of its size."""

from __future__ import annotations

import itertools
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from patrondesk.errors import DeskError, Unusable, WrongUsage
from patrondesk.importers.base import HEADING_DEPTH, Flaw, Importer, OpenOptions, Row, Table, find_headings, name_headings
from patrondesk.importers.excel.cells import text_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_T = TypeVar("_T")
_COLUMNS = 1000
_BLOCK = 500


class ExcelTable(Table):
    """An open workbook, reading one of its sheets."""

    format = "xlsx"

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self._path = path
        # Streams, not names: openpyxl refuses a workbook that is called .csv.
        self._streams = [path.open("rb")]
        self._formulas: Workbook | None = None
        try:
            self._book = self._asked(lambda: _load(self._streams[0], results=True))
            self._asked(lambda: self._choose(options))
        except BaseException:
            self.close()
            raise

    def _choose(self, options: OpenOptions) -> None:
        named = [sheet for sheet in self._book.worksheets if hasattr(sheet, "reset_dimensions")]
        self.sheets = tuple(sheet.title for sheet in named)
        wanted = [sheet for sheet in named if options.sheet is None or sheet.title == options.sheet]
        if not wanted:
            raise WrongUsage(f"The workbook has no sheet “{options.sheet}”.", f"It has: {', '.join(self.sheets) or 'none'}.")
        heads = [self._first(sheet) for sheet in wanted]
        worth = [max((options.judge(cells) for _line, cells in first), default=-1) for first in heads]
        chosen = worth.index(max(worth))
        self._sheet, first = wanted[chosen], heads[chosen]
        place = find_headings(first, options.judge)
        self.sheet = self._sheet.title
        if not first:
            raise Unusable(
                f"“{self._path.name}” has no cells with anything in them.",
                "Export it again and check that it holds rows.",
                "EMPTY_FILE",
            )
        if place is not None:
            self.heading_line, cells = first[place]
            self.headings = name_headings(cells)
        else:
            self.headings = tuple(f"(column {number})" for number in range(1, max(len(cells) for _line, cells in first) + 1))
        if self._has_formulas():
            self._streams.append(self._path.open("rb"))
            self._formulas = _load(self._streams[1], results=False)
        self.notes = tuple(self._said(place, len(named)))

    def _said(self, place: int | None, sheets: int) -> Iterator[str]:
        if sheets > 1:
            yield f"Sheet “{self.sheet}” of {sheets}."
        if place:
            yield f"The headings stand in line {self.heading_line}; what comes before it is left out."
        if place is None:
            yield "The sheet has no row of headings."

    def _first(self, sheet: ReadOnlyWorksheet) -> list[tuple[int, list[str]]]:
        reading: Any = sheet
        reading.reset_dimensions()
        found = []
        for line, cells in enumerate(itertools.islice(reading.iter_rows(max_col=_COLUMNS), HEADING_DEPTH * 10), 1):
            texts = _trimmed([text_of(cell)[0] for cell in cells])
            if texts:
                found.append((line, texts))
            if len(found) == HEADING_DEPTH:
                break
        return found

    def _has_formulas(self) -> bool:
        sheet: Any = self._sheet
        with sheet._get_source() as source:  # noqa: SLF001 - openpyxl has no public way to a sheet's own text
            tail = b""
            while block := source.read(1 << 20):
                if b"<f>" in (seen := tail + block) or b"<f " in seen:
                    return True
                tail = block[-3:]
        return False

    def rows(self) -> Iterator[Row]:
        """The data rows from the start; the line is the row's number in the sheet."""
        steps = self._stream()
        while block := self._asked(lambda: list(itertools.islice(steps, _BLOCK))):
            yield from block

    def _stream(self) -> Iterator[Row]:
        self._sheet.reset_dimensions()
        width, line = len(self.headings), 0
        behind: Iterator[Sequence[Any]] | None = None
        if self._formulas is not None:
            twin = self._formulas[self._sheet.title]
            twin.reset_dimensions()
            behind = twin.iter_rows()
        for cells in self._sheet.iter_rows():
            line += 1
            formulas = next(behind, ()) if behind is not None else ()
            if line <= self.heading_line or not cells:
                continue
            flaws: list[Flaw] = []
            texts = [""] * width
            for column, cell in enumerate(cells):
                if cell.value is None and column < len(formulas) and formulas[column].data_type == "f":
                    cell = formulas[column]
                    flaws.append(
                        Flaw(
                            "FORMULA",
                            "A cell holds a formula without a result; the formula itself is taken as text.",
                            column=column,
                        )
                    )
                text, odd = text_of(cell)
                if column < width:
                    texts[column] = text
                    if odd is not None:
                        flaws.append(Flaw(*odd, column=column))
                elif text.strip():
                    flaws.append(Flaw("TOO_MANY_CELLS", "A cell beyond the last heading is left out."))
                    break
            if any(texts):
                yield line, texts, tuple(flaws)

    def _asked(self, step: Callable[[], _T]) -> _T:
        """Runs a step of openpyxl; whatever a broken workbook makes it raise becomes one sentence."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return step()
        except DeskError:
            raise
        except MemoryError:
            raise
        except Exception as fault:
            raise Unusable(
                f"“{self._path.name}” is not a workbook that can be read. Nothing was changed.",
                "Open it in the spreadsheet program, save it again as .xlsx or as CSV, and choose the new file.",
                "DAMAGED",
            ) from fault

    def close(self) -> None:
        """Lets go of the workbook."""
        for stream in self._streams:
            stream.close()


def _load(stream: BinaryIO, *, results: bool) -> Workbook:
    from openpyxl import load_workbook

    return load_workbook(stream, read_only=True, data_only=results, keep_links=False)


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


class Excel(Importer):
    """Workbooks of Excel 2007 and later."""

    code = "excel"
    label = "Excel workbook (.xlsx)"

    def sniff(self, head: bytes, name: str) -> float:
        """A zip archive with a workbook's parts."""
        if not head.startswith(b"PK\x03\x04"):
            return 0.0
        return 0.9 if b"xl/" in head or b"[Content_Types].xml" in head else 0.0

    def open(self, path: Path, options: OpenOptions) -> ExcelTable:
        """Raises Unusable when the workbook cannot be read, WrongUsage for a sheet it does not have."""
        try:
            with zipfile.ZipFile(path) as archive:
                parts = set(archive.namelist())
        except (zipfile.BadZipFile, OSError):
            parts = {"xl/workbook.xml"}  # openpyxl says what is wrong with it
        if not any(part.startswith("xl/") for part in parts):
            raise Unusable(
                f"“{path.name}” is a zip archive without a workbook in it.", "Unpack it and choose the file inside.", "WRONG_KIND"
            )
        return ExcelTable(path, options)


IMPORTER = Excel()
