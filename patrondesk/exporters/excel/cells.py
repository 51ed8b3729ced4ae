"""Spreadsheet cells as XML: typed values, and text that can be anything except a formula.

Text that the format cannot hold is replaced visibly: a control character by its picture (U+0007 by U+2407 ␇), a lone
surrogate or a noncharacter by its number ([U+D83D]). Tab, line feed and carriage return stay. `_x0041_`, which
spreadsheet programs read as a coded letter, is written with its first underscore coded.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from patrondesk import money
from patrondesk.records.tables import Amount, Column, Kind, Value, local

LONGEST_TEXT = 32_767  # UTF-16 units in one cell
_FIRST_DATE = dt.date(1900, 3, 1)  # before it programs disagree: 1900 had a 29 February in the first spreadsheets
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()
_LARGEST_NUMBER = 10**15  # beyond it a cell rounds
# `=1+1` typed into a cell would calculate; the quote mark of these cells keeps it text when somebody edits it.
_TEMPTING = ("=", "+", "-", "@", "\t", "\r", "'")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_PLAIN_NO_MORE = re.compile(
    r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^[\s=+\-@']|\s$",
).search
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


@dataclass(slots=True)
class Tally:
    """How many cells the format could not hold as they were."""

    replaced: int = 0
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Styles:
    """Style numbers for the cells of one column."""

    text: int
    guarded: int
    integer: int
    money: int
    date: int
    datetime: int


def fit(text: str, tally: Tally | None = None) -> str:
    """The text as a cell can hold it: unfit characters replaced, and cut with a note above 32,767 UTF-16 units."""
    fitted = _UNFIT.sub(_shown, text)
    if fitted != text and tally:
        tally.replaced += 1
    if len(fitted) + len(re.findall("[\U00010000-\U0010ffff]", fitted)) <= LONGEST_TEXT:
        return fitted
    if tally:
        tally.cut += 1
    note = f" … (cut here; {len(text):,} characters in all)"
    room = (LONGEST_TEXT - len(note)) * 2
    return fitted.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + note


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"


class CellWriter:
    """Cells of one column; `cell(value, row)` is the whole `<c>` element, or nothing for a blank."""

    def __init__(self, column: Column, letters: str, styles: Styles, currency: str, tally: Tally) -> None:
        self._letters, self._styles, self._currency, self._tally = letters, styles, currency, tally
        self._whole_number_is_money = column.kind is Kind.MONEY
        self._always_text = column.kind is Kind.IDENTIFIER

    def cell(self, value: Value, row: int) -> str:
        """The value by its type: text, whole number, money, date or moment (in local time)."""
        if type(value) is str:
            return self._text(value, row)
        if value is None:
            return ""
        if self._always_text:
            return self._text(str(value), row)
        if isinstance(value, dt.datetime):
            return self._moment(value, row)
        if isinstance(value, dt.date):
            return self._date(value, row)
        if isinstance(value, Amount):
            return self._money(value.minor, row)
        if isinstance(value, int):
            return self._money(value, row) if self._whole_number_is_money else self._integer(value, row)
        return self._text(str(value), row)

    def _text(self, text: str, row: int) -> str:
        if not text:
            return ""
        style, space = self._styles.text, ""
        if len(text) * 2 > LONGEST_TEXT or _PLAIN_NO_MORE(text):
            if text.startswith(_TEMPTING):
                style = self._styles.guarded
            fitted = fit(text, self._tally)
            space = ' xml:space="preserve"' if fitted != fitted.strip() else ""
            text = _CODED.sub("_x005F_", fitted).translate(_MARKS)
        return f'<c r="{self._letters}{row}" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'

    def _number(self, digits: str, size: int, style: int, row: int) -> str:
        if abs(size) >= _LARGEST_NUMBER:
            return self._text(digits, row)
        return f'<c r="{self._letters}{row}" s="{style}"><v>{digits}</v></c>'

    def _integer(self, whole: int, row: int) -> str:
        return self._number(str(int(whole)), whole, self._styles.integer, row)

    def _money(self, minor: int, row: int) -> str:
        return self._number(money.decimal_text(minor, self._currency), minor, self._styles.money, row)

    def _date(self, date: dt.date, row: int) -> str:
        if date < _FIRST_DATE:
            return self._text(date.isoformat(), row)
        return f'<c r="{self._letters}{row}" s="{self._styles.date}"><v>{date.toordinal() - _DAY_ZERO}</v></c>'

    def _moment(self, moment: dt.datetime, row: int) -> str:
        here = local(moment)
        if here.date() < _FIRST_DATE:
            return self._text(here.replace(tzinfo=None).isoformat(" ", "minutes"), row)
        serial = here.toordinal() - _DAY_ZERO + (here.hour * 3600 + here.minute * 60 + here.second) / 86_400
        return f'<c r="{self._letters}{row}" s="{self._styles.datetime}"><v>{serial!r}</v></c>'
