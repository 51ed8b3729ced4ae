"""Cells read column by column into values; each distinct text is read once, and what is wrong with it is said by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from patrondesk import money
from patrondesk.records.importing import MessageKind
from patrondesk.services.importing import words
from patrondesk.services.importing.dates import Blank, Order, Undecided, read_date

M = MessageKind
_MANY = 100_000
_FROM_A_SHEET = re.compile(r"^(?:\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?|TRUE|FALSE)$")


class Trouble:
    """What is wrong with a text; `value` is used all the same where the kind does not refuse the row."""

    __slots__ = ("code", "kind", "text", "value")

    def __init__(self, kind: MessageKind, code: str, text: str, value: object = None) -> None:
        self.kind, self.code, self.text, self.value = kind, code, text, value

    @property
    def refuses(self) -> bool:
        """Whether the row cannot be used."""
        return self.kind in (M.INVALID, M.CONFLICT)


Reader = Callable[[str], Any]


class Column:
    """One field's cells. `read` gives a value or a Trouble; blank cells are None and never reach it."""

    def __init__(self, field: str, read: Reader) -> None:
        self.field, self._read = field, read
        self._known: dict[str, Any] = {"": None}
        self._trouble = False

    def values(self, texts: Sequence[str]) -> tuple[list[Any], list[tuple[int, Trouble]]]:
        """The values in order, and the troubles with their places."""
        known = self._known
        if len(known) > _MANY:
            self._known = known = {"": None}
        for text in dict.fromkeys(texts):
            if text in known:
                continue
            stripped = text.strip()
            found = self._read(stripped) if stripped else None
            known[text] = found
            self._trouble = self._trouble or isinstance(found, Trouble)
        values = [known[text] for text in texts]
        if not self._trouble:
            return values, []
        troubles = [(place, value) for place, value in enumerate(values) if isinstance(value, Trouble)]
        for place, trouble in troubles:
            values[place] = trouble.value
        return values, troubles


class TextColumn(Column):
    """Plain text: only blanks around it go. Text of a whole block without oddities is not looked at one by one."""

    def __init__(self, field: str, read: Reader, limit: int, suspicious: Callable[[str], bool]) -> None:
        super().__init__(field, read)
        self._limit, self._suspicious = limit, suspicious

    def values(self, texts: Sequence[str]) -> tuple[list[Any], list[tuple[int, Trouble]]]:
        """The values in order, and the troubles with their places."""
        stripped: list[Any] = [text.strip() or None for text in texts]
        troubles = []
        for place, text in self._odd(stripped):
            found = self._read(text)
            if isinstance(found, Trouble):
                troubles.append((place, found))
                stripped[place] = found.value
        return stripped, troubles

    def _odd(self, texts: list[str | None]) -> Iterator[tuple[int, str]]:
        present = [text for text in texts if text]
        if self._suspicious("".join(present)) or max(map(len, present), default=0) > self._limit:
            for place, text in enumerate(texts):
                if text:
                    yield place, text


def text_column(field: str, limit: int | None, *, from_sheet: bool = False, name: bool = False) -> Column:
    """Free text; longer than `limit` it is shortened, and said so. `name`: a cell that was no text is remarked."""
    label = spoken(field)

    def read(text: str) -> object:
        if limit is not None and len(text) > limit:
            said = f"The {label} has {len(text)} characters and was shortened to {limit}."
            return Trouble(M.TRIMMED, "TOO_LONG", said, text[:limit].rstrip())
        if name and from_sheet and _FROM_A_SHEET.match(text):
            return Trouble(M.NOTICE, "CELL_NOT_TEXT", f"The {label} is no text in the workbook; it reads “{text}”.", text)
        return text

    watch = name and from_sheet
    return TextColumn(field, read, limit if limit is not None else 10**9, lambda joined: watch)


def key_column(field: str, limit: int) -> Column:
    """An id by which people or items are found: marks that nobody sees are taken off, and it is never shortened."""
    label = spoken(field)

    def read(text: str) -> object:
        if words.shortened(text):
            said = f"The {label} “{text}” was shortened by a spreadsheet program; its last digits are lost."
            return Trouble(M.INVALID, "SHORTENED_NUMBER", f"{said} Format the column as text and export again.")
        clean = words.visible(text)
        if len(clean) > limit:
            return Trouble(M.INVALID, "KEY_TOO_LONG", f"The {label} has {len(clean)} characters; at most {limit} are possible.")
        if clean != text:
            said = f"The {label} had marks that cannot be seen; it is read as “{clean}”."
            return Trouble(M.TRIMMED, "INVISIBLE_MARKS", said, clean or None)
        return text

    def suspicious(joined: str) -> bool:
        return not joined.isascii() or not joined.isprintable() or "+" in joined

    return TextColumn(field, read, limit, suspicious)


def date_column(field: str, order: Callable[[str], Order | None], pivot: int, bad: MessageKind) -> Column:
    """ISO text of dates. `order` tells the column's order when it is asked (None: contradictory). Bad dates are `bad`."""
    label = spoken(field)
    mixed = f"The column of the {label} has dates that can only be day first and others that can only be month first;"

    def read(text: str) -> object:
        told: Order | None = None
        try:
            try:
                return read_date(text, None, pivot).isoformat()
            except Undecided:
                told = order(field)
            if told is None:
                return Trouble(M.CONFLICT, "DATE_ORDER_MIXED", f"{mixed} “{text}” is one of them.")
            return read_date(text, told, pivot).isoformat()
        except Blank:
            return Trouble(M.NOTICE, "NO_DATE", f"The {label} reads “{text}”, which stands for no date; it is taken as blank.")
        except ValueError:
            end = "the row is left out" if bad is M.INVALID else "it is left as it was"
            return Trouble(bad, "BAD_DATE", f"The {label} “{text}” is not a date; {end}.")

    return Column(field, read)


def truth_column(field: str, bad: MessageKind) -> Column:
    """TRUE or FALSE in the words of many programs."""
    label = spoken(field)

    def read(text: str) -> object:
        try:
            return words.truth(text)
        except ValueError:
            return Trouble(bad, "BAD_VALUE", f"“{text}” in {label} is neither TRUE nor FALSE.")

    return Column(field, read)


def money_column(field: str, currency: str, bad: MessageKind) -> Column:
    """Minor units."""
    label = spoken(field)

    def read(text: str) -> object:
        try:
            return money.parse(text, currency)
        except ValueError:
            return Trouble(bad, "BAD_AMOUNT", f"The {label} “{text}” is not an amount of money.")

    return Column(field, read)


def number_column(field: str, low: int, high: int, bad: MessageKind = M.IGNORED) -> Column:
    """A whole number within bounds; `6.0` is 6."""
    label = spoken(field)

    def read(text: str) -> object:
        bare = text.removesuffix(".0")
        if bare.isdecimal() and low <= int(bare) <= high:
            return int(bare)
        return Trouble(bad, "BAD_NUMBER", f"The {label} “{text}” is not a number from {low} to {high}; it is left as it was.")

    return Column(field, read)


def choice_column(field: str, choices: dict[str, Any], bad: MessageKind, instead: object = None) -> Column:
    """One of some words (lower case in `choices`), compared without case."""
    label = spoken(field)

    def read(text: str) -> object:
        key = " ".join(text.lower().replace("_", " ").split())
        if key in choices:
            return choices[key]
        return Trouble(bad, "UNKNOWN_WORD", f"“{text}” is no known {label}.", instead)

    return Column(field, read)


def spoken(field: str) -> str:
    """A field as a sentence names it."""
    return {
        "external_id": "external id",
        "birth_date": "birth date",
        "due": "due date",
        "returned": "return date",
        "checked_out": "check-out date",
    }.get(field, field.replace("_", " "))


def noon(day: str) -> dt.datetime:
    """The moment that stands for a day whose time is not known: noon of this computer's clock."""
    return dt.datetime.fromisoformat(f"{day}T12:00:00").astimezone(dt.UTC)
