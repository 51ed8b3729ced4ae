"""What a cell of a workbook says, as text: ids without `.0`, zeros of its number format put back, dates as ISO."""

from __future__ import annotations

import datetime as dt
import re
from typing import Protocol

# What is odd about a cell: a code and a sentence.
Oddity = tuple[str, str]


class Cell(Protocol):
    """What is asked of a cell."""

    @property
    def value(self) -> object:
        """Text, number, truth, date or nothing."""

    @property
    def data_type(self) -> str:
        """`e` for a fault, `f` for a formula."""

    @property
    def number_format(self) -> str | None:
        """How the number is shown."""


_ZEROS = re.compile(r"^0+$")
_PRECISE = 10**15


def text_of(cell: Cell) -> tuple[str, Oddity | None]:
    """The text of one openpyxl cell, and what is odd about it."""
    value = cell.value
    if value is None:
        return "", None
    if isinstance(value, str):
        if cell.data_type == "e":
            return "", ("CELL_FAULT", f"A cell shows {value} and is taken as blank.")
        return value, None
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return _moment(value), None


def _number(value: int | float, number_format: str | None) -> tuple[str, Oddity | None]:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        value = int(value)
    if isinstance(value, float):
        return repr(value), None
    text = str(value)
    if number_format and _ZEROS.match(number_format):
        text = text.zfill(len(number_format))
    if abs(value) >= _PRECISE and text.endswith("0"):
        said = f"{text} ends in 0 and has {len(text)} digits: Excel rounds after 15. Format the column as text."
        return text, ("EXCEL_ROUNDED", said)
    return text, None


def _moment(value: object) -> str:
    if isinstance(value, dt.datetime):
        bare = value.replace(microsecond=0) if value.microsecond in (0, 999999, 1) else value
        return bare.date().isoformat() if bare.time() == dt.time() else bare.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
