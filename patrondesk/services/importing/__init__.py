"""Imports: a file is looked at, previewed and run. A preview is the real import in a transaction that is rolled back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from patrondesk.database import lock_library
from patrondesk.errors import Refused
from patrondesk.models.importing import ImportMessageRow, ImportRun
from patrondesk.records.importing import FileLook, ImportReport, ImportRequest, Kind
from patrondesk.records.staff import Permission
from patrondesk.services import staff_rules
from patrondesk.services.door import Work, operation
from patrondesk.services.importing import deactivations, fines, headings, items, loans, patrons, reservations, responsibilities
from patrondesk.services.importing.dates import Evidence
from patrondesk.services.importing.reading import NoTicket, Ticket, opened
from patrondesk.services.importing.remarks import Remarks

_SAMPLES = 5
_LOOKED_AT = 20_000
_TAKE_IN: dict[Kind, Callable[[Work, ImportRequest, Remarks, Ticket], None]] = {
    Kind.PATRONS: patrons.take_in,
    Kind.ITEMS: items.take_in,
    Kind.LOANS: loans.take_in,
    Kind.FINES: fines.take_in,
    Kind.RESERVATIONS: reservations.take_in,
    Kind.RESPONSIBILITIES: responsibilities.take_in,
    Kind.DEACTIVATIONS: deactivations.take_in,
}


@operation(Permission.IMPORT, reads=True)
def look(
    work: Work,
    kind: Kind,
    path: str,
    *,
    mapping: dict[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    date_order: str | None = None,
    recognise: bool = True,
) -> FileLook:
    """What is understood of a file before anything is imported: format, encoding, columns, first rows.

    `rows` is counted in files of up to some thousands of rows, and estimated in larger ones. Raises Unusable, WrongUsage.
    """
    request = ImportRequest(kind, path, mapping or {}, {}, encoding, delimiter, sheet, date_order, recognise)
    with opened(request) as table:
        found = headings.recognise(kind, table.headings, request.mapping, guess=recognise)
        dated = [place for field, place in found.columns.items() if field in headings.DATES]
        evidence, samples, rows = Evidence(), [], 0
        for _line, cells, _flaws in itertools.islice(table.rows(), _LOOKED_AT):
            rows += 1
            if rows <= _SAMPLES:
                samples.append(tuple(cells))
            evidence.see([cells[place] for place in dated])
        told = date_order or (evidence.order.value if evidence.order else None)
        return FileLook(
            path=path, format=table.format, encoding=table.encoding, delimiter=table.delimiter, sheet=table.sheet,
            sheets=table.sheets, headings=table.headings, samples=tuple(samples),
            mapping={field: table.headings[place] for field, place in found.columns.items()},
            rows=rows if rows < _LOOKED_AT else table.estimate, date_order=told,
            notes=(*table.notes, *headings.doubts_in_words(found, table.headings)),
        )  # fmt: skip


def _take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Does it. Raises Refused when nobody could administer the library any more."""
    before = staff_rules.find_administrators(work)
    _TAKE_IN[request.kind](work, request, remarks, ticket)
    if before and not staff_rules.find_administrators(work):
        raise Refused(
            "After this file nobody could sign in as an administrator of the library. Nothing was changed.",
            "Look at the rows about staff: an expiry date that has passed, a block, or a deactivation.",
            "LAST_ADMINISTRATOR",
        )


@operation(Permission.IMPORT)
def preview(work: Work, request: ImportRequest, ticket: Ticket | None = None) -> ImportReport:
    """What `run` would do, found out by doing it and taking it back. Raises Unusable, WrongUsage, Stopped."""
    remarks = Remarks()
    lock_library(work.session, work.library_id)
    try:
        _take_in(work, request, remarks, ticket or NoTicket())
    finally:
        work.session.rollback()
    return remarks.report(request, preview=True)


@operation(Permission.IMPORT)
def run(work: Work, request: ImportRequest, ticket: Ticket | None = None) -> ImportReport:
    """Imports the file in one transaction, with its remarks and an audit entry. Raises Unusable, WrongUsage, Stopped."""
    remarks = Remarks()
    watched = ticket or NoTicket()
    lock_library(work.session, work.library_id)
    _take_in(work, request, remarks, watched)
    watched.check()
    counts = {outcome.value: rows for outcome, rows in sorted(remarks.counts.items()) if rows}
    done = ImportRun(
        library_id=work.library_id,
        kind=request.kind.value,
        file_name=Path(request.path).name[-255:],
        at=work.clock.now(),
        actor_id=work.actor.staff_id,
        counts={"read": remarks.read, **counts},
    )
    work.session.add(done)
    work.session.flush()
    # Neither values nor sentences are kept: both may name a person. The sentences are worded when they are shown.
    rows = [
        {"run_id": done.id, "line": m.line, "kind": m.kind.value, "code": m.code, "field": m.field, "patron_id": m.patron_id}
        for m in remarks.messages
    ]
    if rows:
        work.session.execute(sa.insert(ImportMessageRow), rows)
    work.record("import." + request.kind.value, {"run": done.id, "read": remarks.read, **counts})
    return remarks.report(request, preview=False, run_id=done.id)
