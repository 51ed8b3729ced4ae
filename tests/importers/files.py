"""Writes the files that the importers' tests read, and finds the reference data where it is present."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions

SHARED = Path(os.environ.get("PATRONDESK_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data"


def shared(name: str) -> Path:
    """A folder or file of the reference data; the test is skipped where there is none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip("the reference data is not on this computer")
    return path


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> str:
    """A file with this content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return str(path)


def workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]], formats: dict[str, str] | None = None) -> str:
    """A workbook; `formats`: number formats of cells of the first sheet, by place."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for place, number_format in (formats or {}).items():
        book.worksheets[0][place].number_format = number_format
    book.save(path)
    return str(path)


def rows_of(path: str, **options: Any) -> list[list[str]]:
    """The cells of all rows."""
    with open_table(path, OpenOptions(**options)) as table:
        return [cells for _line, cells, _flaws in table.rows()]


def flaws_of(path: str, **options: Any) -> dict[int, list[str]]:
    """The codes of what is wrong, by line."""
    with open_table(path, OpenOptions(**options)) as table:
        return {line: [flaw.code for flaw in flaws] for line, _cells, flaws in table.rows() if flaws}
