"""`import`: files of other programs into the library, previewed by doing it and taking it back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import writing
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, not_there_yet, pair
from patrondesk.cli.progress import watched
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import DeskError, WrongUsage
from patrondesk.records.importing import ImportRequest, Kind, MessageKind, RowOutcome
from patrondesk.records.tables import Column, Report, Sheet
from patrondesk.records.tables import Kind as CellKind

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.importing import ImportReport
    from patrondesk.services.office import Office

_LATER = {
    "usernames": "Change usernames one by one, or import patrons by external id.",
    "portraits": "See the kinds of today: patrondesk import --help",
}
_SHOWN = 20
_COLUMNS = (
    Column("line", "Line", CellKind.INTEGER),
    Column("kind", "Kind", width=12),
    Column("code", "Code", width=24),
    Column("field", "Field", width=16),
    Column("text", "What it says", width=80, wrap=True),
)


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    parser = verbs.add("import", "bring a file in: patrons, items, loans, fines and so on", run)
    kinds = [kind.value for kind in Kind] + list(_LATER)
    parser.add_argument("kind", choices=kinds, metavar="KIND", help=f"one of: {', '.join(kind.value for kind in Kind)}")
    parser.add_argument("file", metavar="FILE", help="CSV, TSV or Excel workbook; told by its content")
    parser.add_argument(
        "--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN", help="which column is which; repeatable"
    )
    parser.add_argument(
        "--default", action="append", type=pair, default=[], metavar="FIELD=VALUE", help="for blank cells; repeatable"
    )
    parser.add_argument("--encoding", help="where it is not to be found out: UTF-8, UTF-16, Windows-1252, MacRoman")
    parser.add_argument("--delimiter", help="comma, semicolon, tab or |")
    parser.add_argument("--sheet", help="which sheet of a workbook")
    parser.add_argument("--date-order", choices=("dmy", "mdy"), help="which comes first in 03/04/2026")
    parser.add_argument(
        "--mode", choices=("full", "incremental"), default="full", help="all records, or only new and changed ones (full)"
    )
    parser.add_argument("--profile", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--preview", action="store_true", help="say what would happen; change nothing")
    parser.add_argument("--report", type=file_argument, metavar="FILE", help="write every remark, as .xlsx, .csv or .json")


def run(desk: Desk, args: argparse.Namespace) -> int:
    """Previews or imports. Exit 1 when rows are invalid or in conflict."""
    request = _request(args)
    if args.report is not None:
        writing.check_target(args.report)
    office = desk.sign_in()
    from patrondesk.services import importing

    with watched(desk.answer) as ticket:
        report = (importing.preview if args.preview else importing.run)(office, request, ticket)
    counts = {outcome.value: report.counts.get(outcome, 0) for outcome in RowOutcome}
    document: Document = {
        "kind": report.kind.value,
        "preview": report.preview,
        "mode": args.mode,
        "read": report.read,
        **counts,
        "run": report.run_id,
        "messages": [
            {"line": m.line, "kind": m.kind.value, "code": m.code, "field": m.field, "text": m.text} for m in report.messages
        ],
    }
    code = 1 if counts["invalid"] + counts["conflict"] else 0
    lines = _lines(report, counts)
    if args.report is not None:
        code = _write(desk, office, report, args, document, lines) or code
    desk.answer.give(document, lines)
    return code


def _request(args: argparse.Namespace) -> ImportRequest:
    if args.profile is not None:
        raise not_there_yet("An import profile", "Say which column is which with --map FIELD=COLUMN.")
    if args.kind in _LATER:
        raise not_there_yet(f"Importing {args.kind}", _LATER[args.kind])
    for option, pairs in (("--map", args.map), ("--default", args.default)):
        fields = [field for field, _ in pairs]
        doubled = [field for field in fields if fields.count(field) > 1]
        if doubled:
            raise WrongUsage(f"{option} names “{doubled[0]}” twice.", "Name each field once.")
    return ImportRequest(
        Kind(args.kind),
        str(Path(args.file).expanduser()),
        dict(args.map),
        dict(args.default),
        args.encoding,
        args.delimiter,
        args.sheet,
        args.date_order,
    )


def _lines(report: ImportReport, counts: dict[str, int]) -> list[str]:
    parts = [f"{number:,} {word}" for word, number in counts.items() if number]
    done = "would be" if report.preview else "are"
    lines = [f"{messages.count(report.read, 'row')} read; {messages.listed(parts) or 'none'} {done} the result."]
    weight = {MessageKind.INVALID: 0, MessageKind.CONFLICT: 1}
    first = sorted(report.messages, key=lambda m: (weight.get(m.kind, 2), m.line))
    lines += table(("Line", "Kind", "What it says"), ((m.line or "", m.kind.value, m.text) for m in first[:_SHOWN]), (0,))
    if len(first) > _SHOWN:
        lines.append(f"{len(first) - _SHOWN:,} more remarks; --report FILE writes all of them.")
    return lines


def _write(
    desk: Desk, office: Office, report: ImportReport, args: argparse.Namespace, document: Document, lines: list[str]
) -> int:
    """Writes the remarks; when that fails the import is told all the same, with the failure beside it."""
    assert office.actor is not None
    rows = [(m.line or None, m.kind.value, m.code, m.field, m.text) for m in report.messages]
    title = f"Import of {report.kind.value}{' (preview)' if report.preview else ''}"
    table_of = Report(
        title, office.actor.library_name, desk.clock.now(), (Sheet("Remarks", _COLUMNS, rows),), rehearsal=desk.clock.rehearsal
    )
    try:
        writing.write(table_of, args.report)
    except DeskError as error:
        document["error"] = {"code": error.code, "text": error.text, "next_step": error.next_step}
        lines += [error.text, error.next_step]
        return error.exit_code
    document["report"] = str(args.report)
    lines.append(f"Written: {args.report}")
    return 0
