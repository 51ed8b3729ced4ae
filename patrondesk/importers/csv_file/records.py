"""Records of separated text with the file lines they begin on; one broken quote spoils its own row, not the rest."""

from __future__ import annotations

import csv
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence

# No honest cell runs over more lines: beyond this a quote was opened and never closed.
_LONGEST = 200
_AT_ONCE = 1000
_LOST = re.compile("[\udc80-\udcff]")
DELIMITERS = (",", ";", "\t", "|")
BAD_BYTE, NUL_BYTE, BROKEN_QUOTE, AFTER_QUOTE = "BAD_BYTE", "NUL_BYTE", "BROKEN_QUOTE", "AFTER_BROKEN_QUOTE"
SENTENCES = {
    BAD_BYTE: "The row has a character that is not in the file's encoding.",
    NUL_BYTE: "The row has a zero byte in it.",
    BROKEN_QUOTE: "A quotation mark is opened and not closed as it should be.",
    AFTER_QUOTE: "The row follows a broken quotation mark and has another number of cells.",
}


class _Runaway(Exception):
    """A record has taken more lines than any cell needs."""


class Records:
    """Iterates over (line, cells, code of what is wrong or None) of a stream of text lines with their line ends.

    `width`, once known, is how many cells a whole record has: it tells a broken quote from a cell of several lines.
    `replaced`: the stream marks characters it could not decode with U+FFFD instead of a lone surrogate.
    """

    def __init__(self, stream: Iterator[str], delimiter: str, lines_before: int = 0, *, replaced: bool = False) -> None:
        self._stream, self._delimiter, self._replaced = stream, delimiter, replaced
        self._line = lines_before
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._flaw: str | None = None
        self._recovering = False
        self.width = 0

    def _feed(self) -> Iterator[str]:
        again, taken, stream = self._again, self._taken, self._stream
        while True:
            line = again.popleft() if again else next(stream, None)
            if line is None:
                return
            if len(taken) >= _LONGEST:
                again.appendleft(line)
                raise _Runaway
            taken.append(line)
            if "\0" in line:
                self._flaw = NUL_BYTE
            elif not line.isascii() and not self._sound(line):
                self._flaw = BAD_BYTE
            yield line

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True, skipinitialspace=True)

    def __iter__(self) -> Iterator[tuple[int, list[str], str | None]]:
        while lines := list(itertools.islice(self._stream, _AT_ONCE)):
            joined = "".join(lines)
            if '"' in joined or "\0" in joined or self._recovering or not (joined.isascii() or self._sound(joined)):
                self._again.extend(lines)
                yield from self._careful()
                continue
            # Without a quote a line is a record, and the parser may run through them by itself.
            for cells in csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True):
                self._line += 1
                yield self._line, cells, None

    def _sound(self, text: str) -> bool:
        return not _LOST.search(text) and not (self._replaced and "\ufffd" in text)

    def _careful(self) -> Iterator[tuple[int, list[str], str | None]]:
        """Record by record, until the lines that were put back are used up."""
        reader, taken = self._reader(), self._taken
        while self._again:
            taken.clear()
            self._flaw = None
            try:
                cells = next(reader)
                broken = len(taken) > 1 and bool(self.width) and len(cells) != self.width
            except StopIteration:
                return
            except (csv.Error, _Runaway):
                cells, broken = [], True
            first = self._line + 1
            if broken:
                self._line += 1
                self._again.extendleft(reversed(taken[1:]))
                self._recovering, reader = True, self._reader()
                yield first, [], BROKEN_QUOTE
                continue
            self._line += len(taken)
            if self._recovering and cells:
                if self.width and len(cells) != self.width:
                    yield first, [], AFTER_QUOTE
                    continue
                self._recovering = False
            yield first, cells, self._flaw


def tell_delimiter(sample: list[str], judge: Callable[[Sequence[str]], int]) -> str:
    """The delimiter under which the first lines hold the most headings, then the most even number of cells."""
    return max(DELIMITERS, key=lambda delimiter: _worth(sample, delimiter, judge))


def _worth(sample: list[str], delimiter: str, judge: Callable[[Sequence[str]], int]) -> tuple[int, float, int]:
    try:
        rows = [row for row in csv.reader(sample, delimiter=delimiter, skipinitialspace=True) if row]
    except csv.Error:
        return 0, 0.0, 0
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count, default=1)
    if usual < 2:
        return max(map(judge, rows), default=0) if max(widths, default=1) > 1 else 0, 0.0, 0
    return max(map(judge, rows), default=0), round(widths.count(usual) / len(widths), 1), usual
