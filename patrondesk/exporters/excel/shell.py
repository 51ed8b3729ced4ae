"""A workbook without rows: styles, sheets, frozen headings, filters, widths and print set-up, made by openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from patrondesk import messages, money
from patrondesk.exporters.excel.cells import Styles, fit
from patrondesk.records.tables import Column, Kind, Report, Sheet, local

_BOLD = Font(name="Calibri", size=11, bold=True, scheme="minor", color=Color(theme=1))
_HEADER_FILL = PatternFill("solid", fgColor="FFE4EBF0")
_HEADER_LINE = Border(bottom=Side("thin", color="FF5B6B7A"))
_EMPTY_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData></sheetData>")
_TITLE_UNFIT = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TITLE = 31  # in UTF-16 units


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of the file: a table or the continuation of one, its title, and its last table row so far."""

    sheet: int
    title: str
    last_row: int = 1


@dataclass(frozen=True, slots=True)
class Shell:
    """A saved workbook without rows: its other files, head and tail of each sheet, and the styles of each table."""

    files: dict[str, bytes]
    heads: tuple[bytes, ...]
    tails: tuple[bytes, ...]
    styles: tuple[tuple[Styles, ...], ...]
    heading: Styles
    note: Styles


def make_shell(report: Report, parts: Sequence[Part]) -> Shell:
    """The workbook for these parts. Style numbers are the same however many parts there are."""
    book = Workbook(write_only=True)
    pages: list[Worksheet] = [book.create_sheet(part.title) for part in parts]
    digits = money.digits(report.currency)
    heading, note = _heading_styles(pages[0]), _column_styles(pages[0], Column("note", ""), digits)
    styles = tuple(tuple(_column_styles(pages[0], column, digits) for column in sheet.columns) for sheet in report.sheets)
    tables = [report.sheets[part.sheet] for part in parts]
    for page, table, part in zip(pages, tables, parts, strict=True):
        _lay_out(page, report, table, part)
    book.properties.title = fit(report.title)
    book.properties.creator = "PatronDesk"
    book.properties.description = fit(" ".join(filter(None, [report.library, report.rehearsal_note])))
    book.properties.created = report.made_at.astimezone().replace(tzinfo=None)
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    halves = [_EMPTY_ROWS.split(files.pop(f"xl/worksheets/sheet{number}.xml")) for number in range(1, len(parts) + 1)]
    return Shell(
        files,
        heads=tuple(head + b"<sheetData>" for head, _ in halves),
        tails=tuple(
            b"</sheetData>" + _quiet(tail, table, part) for (_, tail), table, part in zip(halves, tables, parts, strict=True)
        ),
        styles=styles,
        heading=heading,
        note=note,
    )


def letters(columns: int) -> list[str]:
    """A, B, C ... for that many columns."""
    return [get_column_letter(number) for number in range(1, columns + 1)]


def sheet_title(wanted: str, taken: Sequence[str]) -> str:
    r"""A title that a workbook allows: no `[]:*?/\`, at most 31 characters, not yet taken whatever the capitals."""
    base = _cropped(_TITLE_UNFIT.sub(" ", wanted).strip().strip("'"), _LONGEST_TITLE) or "Sheet"
    title, number = (base if base.lower() != "history" else "History 1"), 1
    while title.lower() in {other.lower() for other in taken}:
        number += 1
        ending = f" ({number})"
        title = _cropped(base, _LONGEST_TITLE - len(ending)) + ending
    return title


def _cropped(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore").strip().strip("'")


def _lay_out(page: Worksheet, report: Report, sheet: Sheet, part: Part) -> None:
    table = f"A1:{get_column_letter(len(sheet.columns))}{part.last_row}"
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    if sheet.filtered:
        page.auto_filter.ref = table
    for place, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(place)].width = min(column.characters, 100) + 2
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.4
    made = local(report.made_at)
    header, footer = page.oddHeader, page.oddFooter
    assert header is not None
    assert footer is not None
    header.left.text = _printed(report.title)
    header.center.text = _printed("Rehearsal" if report.rehearsal else "")
    header.right.text = _printed(report.library)
    footer.left.text = _printed(part.title)
    footer.center.text = "Page &P of &N"
    footer.right.text = _printed(f"{messages.short_day(made.date())} {made:%H:%M}")


def _printed(text: str) -> str:
    # An ampersand starts a code in headers, and all three parts together may have 255 characters.
    return fit(text).replace("\n", " ")[:70].replace("&", "&&")


def _quiet(tail: bytes, sheet: Sheet, part: Part) -> bytes:
    """The tail with "number stored as text" silenced: a barcode is text, and must not be turned into a number by a click."""
    cells = f"A1:{get_column_letter(len(sheet.columns))}{part.last_row}"
    ignored = f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'
    return tail.replace(b"</worksheet>", ignored.encode() + b"</worksheet>")


def _heading_styles(page: Worksheet) -> Styles:
    plain, guarded = WriteOnlyCell(page), WriteOnlyCell(page)
    for cell in (plain, guarded):
        cell.font = _BOLD
        cell.fill, cell.border = _HEADER_FILL, _HEADER_LINE
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    guarded.quotePrefix = 1
    text = plain.style_id
    return Styles(text, guarded.style_id, text, text, text, text)


def _column_styles(page: Worksheet, column: Column, digits: int) -> Styles:
    text = "@" if column.kind is Kind.IDENTIFIER else "General"
    return Styles(
        text=_style(page, column, text),
        guarded=_style(page, column, text, guarded=True),
        integer=_style(page, column, "#,##0"),
        money=_style(page, column, "#,##0." + "0" * digits if digits else "#,##0"),
        date=_style(page, column, "d mmm yyyy"),
        datetime=_style(page, column, "d mmm yyyy hh:mm"),
    )


def _style(page: Worksheet, column: Column, number_format: str = "General", guarded: bool = False) -> int:
    cell = WriteOnlyCell(page)
    cell.number_format = number_format
    cell.alignment = Alignment(horizontal=column.side, vertical="top", wrap_text=column.wrap)
    if column.strong:
        cell.font = _BOLD
    if guarded:
        cell.quotePrefix = 1
    return cell.style_id
