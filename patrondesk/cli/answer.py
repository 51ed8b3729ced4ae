"""The answer of a command: one JSON document or plain lines on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from patrondesk.errors import DeskError, InvalidFields

Document = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """`json` and `quiet` as asked for; `extra` goes into every document."""

    json: bool
    quiet: bool
    extra: Document

    def give(self, document: Document, lines: Iterable[str]) -> None:
        """The one answer, in the form that was asked for."""
        if self.json:
            import json

            print(json.dumps(document | self.extra, ensure_ascii=False), file=sys.stdout, flush=True)
            return
        for line in lines:
            print(line, file=sys.stdout)
        sys.stdout.flush()

    def remark(self, text: str) -> None:
        """Something beside the answer, for a person."""
        if text and not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def refuse(self, error: DeskError) -> None:
        """Why nothing, or no more, was done."""
        if self.json:
            self.give({"error": error_document(error)}, ())
        else:
            told = [f"{fault.field}: {fault.said}" for fault in error.faults] if isinstance(error, InvalidFields) else []
            print("\n".join(told or [error.text, error.next_step]), file=sys.stderr, flush=True)

    def ask(self, question: str) -> str:
        """What a person at the terminal types; nothing when they end the input."""
        print(question, end=" ", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip()


def error_document(error: DeskError) -> Document:
    """The contract's error; wrong values also field by field."""
    told: Document = {"code": error.code, "text": error.text, "next_step": error.next_step}
    if isinstance(error, InvalidFields):
        told["fields"] = [{"field": fault.field, "text": fault.text, "example": fault.example} for fault in error.faults]
    return told


def at_terminal() -> bool:
    """Whether a person can answer a question."""
    return sys.stdin is not None and sys.stdin.isatty()


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[int] = ()) -> list[str]:
    """Lines of a table; `right`: columns that lean to the right. No lines for no rows."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return []
    lean = set(right)
    widths = [max(map(_width, column)) for column in zip(headings, *cells, strict=True)]
    rule = ["-" * width for width in widths]
    return [_line(row, widths, lean) for row in (headings, rule, *cells)]


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _width(text: str) -> int:
    """Columns that a text takes: marks none, East Asian letters two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _line(row: Sequence[str], widths: Sequence[int], lean: set[int]) -> str:
    padded = []
    for place, (text, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - _width(text))
        padded.append(space + text if place in lean else text + space)
    return "  ".join(padded).rstrip()
