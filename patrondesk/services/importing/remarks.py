"""What an import has to say: remarks by line, rows by outcome, and the sum that must come out even."""

from __future__ import annotations

from collections import Counter

from patrondesk.records.ids import PatronId
from patrondesk.records.importing import ImportMessage, ImportReport, ImportRequest, MessageKind, RowOutcome, RowPreview

SHOWN = 200
M = MessageKind
HAPPENS = {
    RowOutcome.ADDED: "Is added", RowOutcome.UPDATED: "Is brought up to date", RowOutcome.UNCHANGED: "Stays as it is",
    RowOutcome.TRANSFERRED: "Moves to this library", RowOutcome.REACTIVATED: "Is active again", RowOutcome.INVALID: "Is left out",
    RowOutcome.CONFLICT: "Waits until it is decided",
}  # fmt: skip


class Remarks:
    """Collected while a file is read and applied."""

    def __init__(self) -> None:
        self.messages: list[ImportMessage] = []
        self.counts: Counter[RowOutcome] = Counter()
        self.read = 0
        self._rows: dict[RowOutcome, list[RowPreview]] = {outcome: [] for outcome in RowOutcome}
        self._said: set[tuple[str, str | None, str]] = set()

    def say(self, line: int, kind: MessageKind, code: str, field: str | None, text: str, patron_id: int | None = None) -> None:
        """One remark about a row."""
        self.messages.append(ImportMessage(line, kind, code, field, text, None if patron_id is None else PatronId(patron_id)))

    def once(self, kind: MessageKind, code: str, field: str | None, text: str) -> None:
        """A remark about the whole file, however often it is met."""
        if (code, field, text) not in self._said:
            self._said.add((code, field, text))
            self.say(0, kind, code, field, text)

    def count(self, outcome: RowOutcome, rows: int = 1) -> None:
        """Adds rows that ended so."""
        self.counts[outcome] += rows

    def wanted(self, outcome: RowOutcome) -> int:
        """How many rows of this outcome can still be shown."""
        return SHOWN - len(self._rows[outcome])

    def show(self, line: int, outcome: RowOutcome, who: str, identifier: str, says: str, happens: str) -> None:
        """Lists a row for the window, up to SHOWN of each outcome."""
        if self.wanted(outcome) > 0:
            self._rows[outcome].append(RowPreview(line, outcome, who, identifier, says, happens))

    def refuse(
        self, line: int, kind: MessageKind, code: str, field: str | None, text: str, who: str = "", identifier: str = ""
    ) -> None:
        """A row that is left out (INVALID) or waits (CONFLICT): its remark, its count, its place in the list."""
        self.say(line, kind, code, field, text)
        outcome = RowOutcome.CONFLICT if kind is M.CONFLICT else RowOutcome.INVALID
        self.count(outcome)
        self.show(line, outcome, who, identifier, text, HAPPENS[outcome])

    def report(self, request: ImportRequest, *, preview: bool, run_id: int | None = None) -> ImportReport:
        """Everything, in the order of the file."""
        return ImportReport(
            kind=request.kind,
            preview=preview,
            read=self.read,
            counts={outcome: self.counts[outcome] for outcome in RowOutcome},
            messages=tuple(sorted(self.messages, key=lambda message: message.line)),
            rows=tuple(row for outcome in RowOutcome for row in sorted(self._rows[outcome], key=lambda row: row.line)),
            run_id=run_id,
        )
