"""Files of other programs, as rows of text with line numbers. A new format is one new module here.

No SQL and no Qt. `open_table` recognises a file by its content and never by its name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from patrondesk.errors import Unusable
from patrondesk.importers.base import Importer, OpenOptions, Table
from patrondesk.registry import Registry

_HEAD = 64 * 1024


@cache
def importers() -> Registry[Importer]:
    """Every file format that can be read, by code."""
    return Registry("patrondesk.importers", "IMPORTER", Importer, ("csv_file", "excel"))  # type: ignore[type-abstract]


def open_table(path: str, options: OpenOptions | None = None) -> Table:
    """Opens the file with the format that knows its content best; the caller closes it (`with`).

    Raises Unusable (missing, a folder, no permission, empty, of a kind that cannot be read) and WrongUsage
    (an encoding or a sheet that does not exist).
    """
    where = Path(path)
    head = _head(where)
    best = max(importers(), key=lambda importer: importer.sniff(head, where.name))
    if best.sniff(head, where.name) <= 0:
        raise Unusable(
            f"“{where.name}” is {_what(head)}, not a table of rows.",
            "Choose a CSV file or an Excel workbook (.xlsx), or export the list again as one of these.",
            "WRONG_KIND",
        )
    return best.open(where, options or OpenOptions())


def _head(where: Path) -> bytes:
    try:
        if where.is_dir():
            raise Unusable(f"“{where.name}” is a folder, not a file.", "Choose a file inside it.", "WRONG_KIND")
        with where.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise Unusable(
            f"There is no file “{where.name}”.", "Check its name and folder, and choose it again.", "MISSING"
        ) from None
    except PermissionError:
        raise Unusable(
            f"“{where.name}” may not be read. Nothing was changed.",
            "Close it in the spreadsheet program, or ask who manages this computer, and try again.",
            "UNREADABLE",
        ) from None
    except (OSError, ValueError):
        raise Unusable(
            f"“{where.name}” could not be opened. Nothing was changed.", "Copy it to this computer and try again.", "UNREADABLE"
        ) from None
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise Unusable(f"“{where.name}” is empty.", "Export it again and check that it holds rows.", "EMPTY_FILE")
    return head


_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or one with a password"),
    (b"PK\x03\x04", "a zip archive"),
    (b"SQLite format 3", "a database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"{\\rtf", "a text document"),
    (b"<?xml", "an XML file"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
)


def _what(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:32]
    return next((words for mark, words in _MARKS if start.lower().startswith(mark.lower())), "a file of another kind")
