"""The report of one run of a job: its sum, what it did, and what it left with every reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from patrondesk.records.jobs import RunDetail, RunReport
from patrondesk.records.tables import Amount, Column, Kind, Report, Row, Sheet

_LINES = (
    Column("name", "Patron", width=30),
    Column("username", "Username", Kind.IDENTIFIER),
    Column("words", "What", width=60, wrap=True),
    Column("amount", "Amount", Kind.MONEY),
    Column("record", "Record", Kind.INTEGER),
)
_SUMMARY = (
    Column("what", "What", width=28, strong=True),
    Column("value", "Value", Kind.MIXED, width=70, align="left", wrap=True),
)
_NUMBERS = {
    "amount": "Amount waived", "fines": "Fines waived", "loans": "Past loans", "gone": "No longer there",
    "not_reached": "Not reached",    "destroyed": "Destroyed", "backups": "Backups", "patrons": "Patrons", "bytes": "Bytes",
}  # fmt: skip


def build(report: RunReport, library: str, made_at: dt.datetime, rehearsal: dt.date | None = None) -> Report:
    """A workbook of the run: the sum, the exceptions, what was done."""
    sheets = [Sheet("Summary", _SUMMARY, tuple(_sum(report)), filtered=False)]
    for kind, title in (("exception", "With exceptions"), ("done", "Done"), ("event", "Events")):
        lines = report.of_kind(kind)
        if lines or kind == "exception":
            sheets.append(Sheet(title, _LINES, tuple(_row(line) for line in lines)))
    return Report(f"{report.run.title}: {report.run.name}", library, made_at, tuple(sheets), report.currency, rehearsal)


def _row(line: RunDetail) -> Row:
    return (line.patron, line.username, line.words, line.amount, line.record_id)


def _sum(report: RunReport) -> Iterator[Row]:
    run = report.run
    yield "Run", run.id
    yield "Job", run.name
    yield "Type", run.title
    yield "What it was told", run.sentence
    yield "State", run.state.value.replace("_", " ")
    if run.refusal:
        yield "Why", run.refusal
    yield "By", run.operator
    yield "Started", run.started_at
    yield "Finished", run.finished_at
    yield "Records processed", run.processed
    yield "Records with exceptions", run.exceptions
    yield "Records done", run.done
    for name, number in run.numbers.items():
        yield _NUMBERS.get(name, name), Amount(number) if name == "amount" else number
    if run.batch_id is not None:
        yield "Purge", run.batch_id
