r"""Comma-separated values: the first table of a report, in UTF-8 with a mark that spreadsheet programs recognise.

A cell that a spreadsheet program would calculate (it begins with = + - @, a tab or a line break) gets a leading
apostrophe; so does one that begins with apostrophes before such a sign, so that taking one away is always right.
A lone surrogate is written as its escape (`\ud83d`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path

from patrondesk import money
from patrondesk.exporters.base import Exporter, whole_file
from patrondesk.messages import listed
from patrondesk.records.tables import Amount, Attached, Column, Kind, Report, Value, Written, local

_TEMPTING = re.compile(r"'* *[=+\-@\t\r\n]").match


def write(report: Report, path: Path) -> Written:
    """Write the first table; the remarks name the tables left out. Money is plain decimals, dates are ISO, times local.

    Notes are left out, but for the word that a rehearsal's dates are moved. Raises Unusable, leaving the file as it was.
    """
    first, *others = report.sheets
    rows = 0
    with whole_file(path) as raw:
        stream = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="backslashreplace", newline="")
        table = csv.writer(stream, lineterminator="\r\n")
        table.writerow([guarded(column.heading) for column in first.columns])
        for row in first.rows:
            table.writerow([_written(value, column, report.currency) for value, column in zip(row, first.columns, strict=True)])
            rows += 1
        if report.rehearsal_note:
            table.writerows([[], [report.rehearsal_note]])
        stream.flush()
        # The wrapper must not close the stream it was given.
        stream.detach()
    left_out = listed([f"“{sheet.title}”" for sheet in others])
    remarks = (f"This kind of file holds one table, “{first.title}”; a spreadsheet also holds {left_out}.",) if others else ()
    return Written(path, rows, remarks)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if _TEMPTING(text) else text


def _written(value: Value, column: Column, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str | Attached):
        return guarded(str(value))
    if isinstance(value, Amount):
        return money.decimal_text(value.minor, currency)
    if isinstance(value, dt.datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    return money.decimal_text(value, currency) if column.kind is Kind.MONEY else str(value)


EXPORTER = Exporter("csv", "Comma-separated values", write)
