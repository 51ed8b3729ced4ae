"""Separated text: CSV, TSV and their kin, with delimiter, encoding and row of headings told from the file."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from patrondesk.errors import Unusable, WrongUsage
from patrondesk.importers.base import HEADING_DEPTH, Flaw, Importer, OpenOptions, Row, Table, find_headings, fit, name_headings
from patrondesk.importers.csv_file import encodings
from patrondesk.importers.csv_file.records import SENTENCES, Records, tell_delimiter

_SEPARATOR_LINE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)
_OTHER_TEXT = (b"<?xml", b"<!doctype", b"<html", b"{\\rtf", b"%pdf", b"%!ps", b"sqlite format 3")
_SPOKEN = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}
DELIMITER_WORDS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
_SAMPLE_LINES = 200
_FLAWS = {code: Flaw(code, text, fatal=True) for code, text in SENTENCES.items()}


class CsvTable(Table):
    """An open file of separated text."""

    format = "csv"

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self._path = path
        with path.open("rb") as stream:
            head = stream.read(64 * 1024)
        coding = encodings.named(options.encoding) if options.encoding else encodings.detect(path, head)
        self._codec, self.encoding = coding.codec, coding.words
        self._replaced = coding.codec.startswith(("utf-16", "utf-32"))
        with self._text() as text:
            sample = list(itertools.islice(text, _SAMPLE_LINES))
        announced = _SEPARATOR_LINE.match(sample[0]) if sample else None
        self._skip = 1 if announced else 0
        self.delimiter = _delimiter(options.delimiter) or (
            announced[1] if announced else tell_delimiter(sample[self._skip :], options.judge)
        )
        first = [(line, cells) for line, cells, flaw in self._records(iter(sample[self._skip :])) if flaw is None and any(cells)]
        place = find_headings(first, options.judge)
        if place is not None:
            self.heading_line, cells = first[place]
            while cells and not cells[-1].strip():
                cells = cells[:-1]
            self.headings = name_headings(cells)
        elif first:
            widths = [len(cells) for _line, cells in first]
            self.headings = tuple(f"(column {number})" for number in range(1, max(set(widths), key=widths.count) + 1))
        size, lines = path.stat().st_size, sum(map(len, sample)) or 1
        self.estimate = max(0, int(size * len(sample) / lines) - 1) if len(sample) == _SAMPLE_LINES else max(0, len(first) - 1)
        self.notes = tuple(self._said(coding, announced is not None, place, first[:HEADING_DEPTH]))

    def _said(
        self, coding: encodings.Encoding, announced: bool, place: int | None, first: list[tuple[int, list[str]]]
    ) -> Iterator[str]:
        yield f"Encoding {coding.words}, {'detected' if coding.told else 'as chosen'}."
        named = DELIMITER_WORDS.get(self.delimiter or "", f"“{self.delimiter}”")
        yield f"Separator {named.lower()}, {'named in the first line' if announced else 'detected'}."
        if place:
            yield f"The headings stand in line {self.heading_line}; what comes before it is left out."
        if place is None and first:
            yield "The file has no row of headings."

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(
            self._path.open("rb"), self._codec, "replace" if self._replaced else "surrogateescape", newline=""
        )

    def _records(self, lines: Iterator[str]) -> Records:
        assert self.delimiter is not None
        return Records(lines, self.delimiter, self._skip, replaced=self._replaced)

    def rows(self) -> Iterator[Row]:
        """The data rows from the start. Raises Unusable when the file goes away meanwhile."""
        width, after, none = len(self.headings), self.heading_line, ()
        try:
            with self._text() as text:
                for _ in range(self._skip):
                    next(text, None)
                records = self._records(iter(text))
                records.width = width
                for line, cells, flaw in records:
                    if line <= after:
                        continue
                    if flaw is not None:
                        yield line, fit([], width), (_FLAWS[flaw],)
                    elif len(cells) == width:
                        if any(cells):
                            yield line, cells, none
                    elif any(cells):
                        yield _uneven(line, cells, width)
        except OSError:
            raise Unusable(
                f"“{self._path.name}” could not be read to its end. Nothing was changed.",
                "Copy it to this computer and try again.",
                "UNREADABLE",
            ) from None

    def close(self) -> None:
        """Nothing stays open between two readings."""


def _uneven(line: int, cells: list[str], width: int) -> Row:
    over = cells[width:]
    if any(cell.strip() for cell in over):
        return (
            line,
            fit([], width),
            (Flaw("TOO_MANY_CELLS", f"The row has {len(cells)} cells, the headings are {width}.", fatal=True),),
        )
    if over:
        return line, cells[:width], ()
    return (
        line,
        fit(cells, width),
        (Flaw("SHORT_ROW", f"The row has {len(cells)} cells, the headings are {width}; the others are blank."),),
    )


def _delimiter(wanted: str | None) -> str | None:
    if not wanted:
        return None
    mark = _SPOKEN.get(wanted.lower(), wanted)
    if len(mark) != 1 or mark in '"\r\n':
        raise WrongUsage(f"“{wanted}” cannot separate cells.", "Use comma, semicolon, tab or |, or leave it to be found out.")
    return mark


class CsvFile(Importer):
    """Separated text of any delimiter and encoding."""

    code = "csv_file"
    label = "Separated text (CSV, TSV)"

    def sniff(self, head: bytes, name: str) -> float:
        """Plain text that is not another kind of document; a few stray bytes do not matter."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:32].lower()
        if start.startswith(_OTHER_TEXT) or head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            return 0.0
        if start.startswith((b"{", b"[")) and not name.lower().endswith((".csv", ".txt", ".tsv", ".tab")):
            return 0.0
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or encodings.sixteen_bits(head):
            return 0.6
        strange = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13))
        return 0.5 if strange <= max(8, len(head) // 20) else 0.0

    def open(self, path: Path, options: OpenOptions) -> CsvTable:
        """Raises WrongUsage for an encoding or delimiter that does not exist."""
        return CsvTable(path, options)


IMPORTER = CsvFile()
