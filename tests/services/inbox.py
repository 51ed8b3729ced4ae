"""Imports made-up files into a test's library, each one previewed first, and looks at what became of the rows."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk.models.patron import Patron
from patrondesk.records.importing import ImportReport, ImportRequest, Kind, RowOutcome
from patrondesk.services import importing
from patrondesk.services.office import Office

Rows = Iterable[Mapping[str, object]]


class Inbox:
    """A folder of files on their way into a library."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self._folder = office, folder
        self._numbers = itertools.count(1)

    def file(self, content: Rows | str | bytes, name: str | None = None) -> str:
        """Writes a file: rows as CSV, text as it is in UTF-8, bytes as they are."""
        path = self._folder / (name or f"file{next(self._numbers)}.csv")
        if isinstance(content, bytes):
            path.write_bytes(content)
            return str(path)
        if not isinstance(content, str):
            rows = list(content)
            stream = io.StringIO()
            writer = csv.DictWriter(stream, list(dict.fromkeys(key for row in rows for key in row)), restval="")
            writer.writeheader()
            writer.writerows(rows)
            content = stream.getvalue()
        path.write_bytes(content.encode())
        return str(path)

    def request(self, kind: Kind, content: Rows | str | bytes | Path, **options: Any) -> ImportRequest:
        """What is asked for."""
        return ImportRequest(kind, str(content) if isinstance(content, Path) else self.file(content), **options)

    def bring(self, kind: Kind, content: Rows | str | bytes | Path, **options: Any) -> ImportReport:
        """Previews the file, then imports it; the two must say the same."""
        request = self.request(kind, content, **options)
        foretold = importing.preview(self.office, request)
        report = importing.run(self.office, request)
        assert foretold.preview
        assert not report.preview
        assert (foretold.read, foretold.counts) == (report.read, report.counts)
        assert [(m.line, m.kind, m.code, m.field, m.text) for m in foretold.messages] == [
            (m.line, m.kind, m.code, m.field, m.text) for m in report.messages
        ]
        assert foretold.rows == report.rows
        return report

    def patrons(self, content: Rows | str | bytes | Path, **options: Any) -> ImportReport:
        """Brings patrons in."""
        return self.bring(Kind.PATRONS, content, **options)

    def patron(self, **keys: object) -> Patron:
        """The one patron with these values."""
        with self.office.database.read() as session:
            patron = session.scalars(sa.select(Patron).filter_by(**keys)).one()
            session.expunge(patron)
            return patron

    def scalar(self, query: Any) -> Any:
        """One value from the library."""
        with self.office.database.read() as session:
            return session.scalar(query)

    def all(self, query: Any) -> list[Any]:
        """Rows from the library, as tuples."""
        with self.office.database.read() as session:
            return [tuple(row) for row in session.execute(query)]


def counts(report: ImportReport) -> dict[str, int]:
    """The outcomes that there are."""
    return {outcome.value: rows for outcome, rows in report.counts.items() if rows}


def outcome(report: ImportReport) -> str:
    """The one outcome of a report about a single row."""
    (found,) = counts(report)
    return found


def codes(report: ImportReport, *, line: int | None = None) -> list[str]:
    """The codes of the remarks, of one line or of all rows; remarks about the whole file (line 0) only when asked for."""
    return [message.code for message in report.messages if (message.line == line if line is not None else message.line)]


def ended(report: ImportReport, how: RowOutcome) -> list[int]:
    """The lines that ended so."""
    return [row.line for row in report.rows if row.outcome is how]
