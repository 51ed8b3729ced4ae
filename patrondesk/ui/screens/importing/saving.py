"""An import's report as a file: its sum, its remarks and its rows, in any format that reports are written in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from patrondesk.exporters import exporters, for_file
from patrondesk.records.importing import ImportReport
from patrondesk.records.tables import Column, Kind, Report, Row, Sheet, Written
from patrondesk.ui.screens.importing import words

_SUM = (Column("what", "What", width=28, strong=True), Column("value", "Value", Kind.MIXED, align="left"))
_REMARKS = (
    Column("line", "Row", Kind.INTEGER), Column("kind", "What", width=16), Column("code", "Code", width=22),
    Column("field", "Field"), Column("text", "Remark", width=70, wrap=True),
)  # fmt: skip
_ROWS = (
    Column("line", "Row", Kind.INTEGER), Column("outcome", "Outcome", width=14), Column("who", "Who or what", width=28),
    Column("identifier", "Identifier", Kind.IDENTIFIER), Column("says", "What the file says", width=50, wrap=True),
    Column("happens", "What happens", width=40, wrap=True),
)  # fmt: skip


def table_of(report: ImportReport, file_name: str, library: str, made_at: dt.datetime) -> Report:
    """The report as tables. `made_at` is aware."""
    listed = {outcome: sum(1 for row in report.rows if row.outcome is outcome) for outcome in words.ORDER}
    short = [outcome for outcome in words.ORDER if listed[outcome] < report.counts.get(outcome, 0)]
    notes = tuple(
        f"{words.tile(report.kind, outcome)[0]}: {words.some_of(listed[outcome], report.counts[outcome])}" for outcome in short
    )
    title = f"{'Preview of an import' if report.preview else 'Import'}: {words.KINDS[report.kind][0]}"
    return Report(
        title, library, made_at,
        (
            Sheet("Remarks", _REMARKS, _remarks(report)),
            Sheet("Rows", _ROWS, _rows(report), notes),
            Sheet("Summary", _SUM, _sum(report, file_name), filtered=False),
        ),
    )  # fmt: skip


def _sum(report: ImportReport, file_name: str) -> Iterator[Row]:
    yield "File", file_name
    yield "Kind", words.KINDS[report.kind][0]
    yield "Changed anything", "No, a preview" if report.preview else "Yes"
    yield "Rows read", report.read
    for outcome in words.ORDER:
        yield words.tile(report.kind, outcome)[0], report.counts.get(outcome, 0)


def _remarks(report: ImportReport) -> Iterator[Row]:
    for said in report.messages:
        field = words.field(report.kind, said.field) if said.field else None
        yield said.line or None, words.message_kind(said.kind), said.code, field, said.text


def _rows(report: ImportReport) -> Iterator[Row]:
    for row in report.rows:
        yield row.line, words.tile(report.kind, row.outcome)[0], row.who or None, row.identifier or None, row.says, row.happens


def dialog(parent: QWidget, file_name: str) -> QFileDialog:
    """A save dialog that proposes a name, not yet open: connect `fileSelected`, then `open()`."""
    made = QFileDialog(parent, "Save the report")
    made.setObjectName("import_save_dialog")
    made.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    made.setNameFilters([f"{exporter.label} (*.{exporter.code})" for exporter in exporters()])
    made.setDefaultSuffix("xlsx")
    made.filterSelected.connect(lambda chosen: made.setDefaultSuffix(chosen.rsplit("*.", 1)[-1].rstrip(")")))
    made.selectFile(f"Import of {Path(file_name).stem}.xlsx")
    return made


def save(report: Report, path: Path) -> Written:
    """Writes the file. Raises Unusable and WrongUsage."""
    return for_file(path).write(report, path)
