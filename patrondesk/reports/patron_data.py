"""All that is held about a person as a document: a table for each part; the record itself upright where people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from patrondesk import messages
from patrondesk.records.patron_data import Part, PatronData
from patrondesk.records.tables import Amount, Attached, Column, Kind, Report, Row, Sheet, Value

_UPRIGHT = (
    Column("what", "What", width=32, strong=True),
    Column("value", "Value", Kind.MIXED, width=60, align="left", wrap=True),
)
_FREE_TEXT = "Notes and comments are as somebody wrote them: read whether they speak of other people before this is handed on."
_CONTENT = "What the files contain is in the JSON and web page downloads."


def build(data: PatronData, code: str) -> Report:
    """The document for a file of this kind: json has everything, empty parts too; html leaves internal numbers out."""
    sheets = _complete(data) if code == "json" else _readable(data, code)
    return Report("Patron data", data.library, data.taken_at, tuple(sheets), data.currency, data.rehearsal)


def _complete(data: PatronData) -> Iterator[Sheet]:
    """The patron's own record comes first, under the names by which a file of patrons is imported."""
    for place, part in enumerate(data.parts):
        notes = (*([part.note] if part.note else []), *(() if place else _about(data)))
        yield Sheet(part.key, part.columns, part.rows, notes)


def _readable(data: PatronData, code: str) -> Iterator[Sheet]:
    person, *others = data.parts
    columns = person.columns if code == "xlsx" else _open(person)
    yield Sheet(person.title, _UPRIGHT, list(_fields(person, columns)), _about(data), filtered=False)
    for part in others:
        if part.rows:
            yield _filled(part, code)
    empty = [part.title for part in others if not part.rows]
    if empty:
        yield Sheet("Nothing is held under", (Column("what", "What", width=40),), [(title,) for title in empty], filtered=False)


def _about(data: PatronData) -> tuple[str, ...]:
    at = data.taken_at.astimezone()
    taken = f"All that {data.library} holds about this person, taken out on {messages.day(at.date())} at {at:%H:%M}"
    asked = f", to answer request {data.request}" if data.request is not None else ""
    why = f": {data.reason}" if data.reason else ""
    return f"{taken} by {data.taken_by}{asked}{why}.", _FREE_TEXT


def _fields(part: Part, columns: tuple[Column, ...]) -> Iterator[Row]:
    for row in part.rows:
        for column, value in zip(part.columns, row, strict=True):
            if value is not None and column in columns:
                yield column.heading, _mixed(value, column)


def _mixed(value: Value, column: Column) -> Value:
    return Amount(value) if column.kind is Kind.MONEY and isinstance(value, int) else value


def _open(part: Part) -> tuple[Column, ...]:
    return tuple(column for column in part.columns if column.key not in part.keys)


def _filled(part: Part, code: str) -> Sheet:
    """A table without the columns in which nothing stands; on a page to be read without internal numbers too."""
    keep = [
        place
        for place, column in enumerate(part.columns)
        if (code == "xlsx" or column.key not in (*part.keys, "library")) and any(row[place] is not None for row in part.rows)
    ]
    columns = tuple(replace(part.columns[place], width=None) for place in keep)
    rows = [tuple(row[place] for place in keep) for row in part.rows]
    files = code == "xlsx" and any(isinstance(value, Attached) for row in rows for value in row)
    notes = (*([part.note] if part.note else []), *([_CONTENT] if files else []))
    return Sheet(part.title, columns, rows, notes)
