"""The program's own log: faults by kind and place, in files that rotate, without anything personal.

The words of an exception may hold names, so they are never written; nor is anything that other libraries log.
"""

from __future__ import annotations

import contextlib
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import patrondesk
from patrondesk import paths

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler

FILE = "patrondesk.log"
_BYTES, _OLDER = 500_000, 5


def trace(fault: BaseException) -> str:
    """Where a fault happened: kinds and places only."""
    import platform

    lines = [f"PatronDesk {patrondesk.__version__}, Python {platform.python_version()}, {platform.system()}"]
    step: BaseException | None = fault
    while step is not None:
        lines.append(type(step).__name__)
        for frame in traceback.extract_tb(step.__traceback__):
            place = frame.filename.replace("\\", "/").rsplit("/patrondesk/", 1)
            short = f"patrondesk/{place[1]}" if len(place) == 2 else place[0].rsplit("/", 1)[-1]
            lines.append(f"  {short}:{frame.lineno} {frame.name}")
        step = step.__cause__ or step.__context__
    return "\n".join(lines)


class _Impersonal(logging.Formatter):
    """A fault's kind and place instead of its words."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        fault = ei[1] if isinstance(ei, tuple) else None
        return trace(fault) if isinstance(fault, BaseException) else ""


class Logbook(logging.Handler):
    """Opens its file with the first entry. A log that cannot be written stops nobody's work."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.WARNING)
        self.file = folder / FILE
        self.setFormatter(_Impersonal("%(asctime)s %(levelname)s %(name)s %(message)s"))
        self._opened: RotatingFileHandler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one entry."""
        with contextlib.suppress(OSError):
            if self._opened is None:
                from logging.handlers import RotatingFileHandler

                self.file.parent.mkdir(parents=True, exist_ok=True)
                self._opened = RotatingFileHandler(self.file, maxBytes=_BYTES, backupCount=_OLDER, encoding="utf-8")
                self._opened.setFormatter(self.formatter)
            self._opened.emit(record)

    def close(self) -> None:
        """Lets go of the file."""
        if self._opened is not None:
            self._opened.close()
        super().close()


def keep() -> Logbook:
    """From now on this process's own faults are written down."""
    book = Logbook(paths.logs_folder())
    logging.getLogger("patrondesk").addHandler(book)
    return book
