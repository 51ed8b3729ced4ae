"""JSON for programs: every table of a report, its rows as objects by column key; money as decimal text, dates ISO, files base64.

`{"title", "library", "made_at", "currency", "rehearsal", "sheets": [{"title", "columns": [{"key", "heading", "kind"}],
"rows": [{key: value}], "notes": [text]}]}`
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from collections.abc import Iterable
from pathlib import Path

from patrondesk import money
from patrondesk.exporters.base import Exporter, whole_file
from patrondesk.records.tables import Amount, Attached, Column, Kind, Report, Sheet, Value, Written, local


def write(report: Report, path: Path) -> Written:
    """Write the whole report, row by row. Raises Unusable, leaving the file as it was."""
    rows = 0
    with whole_file(path) as raw:
        # A lone surrogate becomes its escape, which is how JSON spells it.
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="\n")
        stream.write(_opened(_about(report), "sheets"))
        for number, sheet in enumerate(report.sheets):
            stream.write(("," if number else "") + "\n" + _opened(_described(report, sheet), "rows"))
            rows += _write_rows(stream, sheet, report.currency)
            stream.write("]}")
        stream.write("\n]}\n")
        stream.flush()
        # The wrapper must not close the stream it was given.
        stream.detach()
    return Written(path, rows)


def write_document(document: dict[str, object], path: Path) -> None:
    """Write one document that is no report, indented. Raises Unusable, leaving the file as it was."""
    with whole_file(path) as stream:
        stream.write((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(errors="backslashreplace"))


def _about(report: Report) -> dict[str, object]:
    return {
        "title": report.title,
        "library": report.library,
        "made_at": local(report.made_at).isoformat("T", "seconds"),
        "currency": report.currency,
        "rehearsal": report.rehearsal.isoformat() if report.rehearsal else None,
    }


def _described(report: Report, sheet: Sheet) -> dict[str, object]:
    columns = [{"key": column.key, "heading": column.heading, "kind": column.kind} for column in sheet.columns]
    return {"title": sheet.title, "notes": report.notes(sheet), "columns": columns}


def _opened(content: dict[str, object], last: str) -> str:
    """The object without its closing brace, going on with a list under `last`."""
    return f"{_text(content)[:-1]}, {_text(last)}: ["


def _write_rows(stream: io.TextIOWrapper, sheet: Sheet, currency: str) -> int:
    rows = 0
    for rows, row in enumerate(sheet.rows, 1):
        content = {column.key: _plain(value, column, currency) for column, value in zip(sheet.columns, row, strict=True)}
        stream.write(("," if rows > 1 else "") + "\n" + _text(content))
    return rows


def _plain(value: Value, column: Column, currency: str) -> str | int | None:
    if isinstance(value, Amount):
        return money.decimal_text(value.minor, currency)
    if isinstance(value, Attached):
        return base64.b64encode(value.content).decode()
    if isinstance(value, dt.datetime):
        return local(value).isoformat("T", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int) and column.kind is Kind.MONEY:
        return money.decimal_text(value, currency)
    return value


def _text(content: Iterable[object]) -> str:
    return json.dumps(content, ensure_ascii=False)


EXPORTER = Exporter("json", "JSON, for programs", write)
