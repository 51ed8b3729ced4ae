"""Lists that come with a purge: usernames, one a line or in a column of a table, and overrides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from patrondesk.errors import Unusable
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions, Table

_USERNAME = frozenset({"username", "usernames", "login"})
_KEYS = _USERNAME | {"barcode", "external id"}


def _plain(heading: str) -> str:
    return " ".join(heading.lower().replace("_", " ").replace("user name", "username").split())


def _judge(wanted: frozenset[str]) -> OpenOptions:
    def count(cells: Sequence[str]) -> int:
        return sum(_plain(cell) in wanted for cell in cells)

    return OpenOptions(judge=count)


def read_usernames(path: Path) -> list[str]:
    """The usernames of a file, in its order, without blanks. Raises Unusable when there are none.

    One a line, or a table (CSV, TSV, XLSX) with a column `username`; where a table has none, `barcode` or `external_id`.
    """
    with open_table(str(path), _judge(_KEYS)) as table:
        place = _column_of_names(table, path)
        found = [cells[place].strip() for _line, cells, _flaws in table.rows() if place < len(cells)]
    names = [name for name in found if name]
    if not names:
        raise Unusable(
            f"“{path.name}” names nobody.", "Write one username a line, or a column with the heading username.", "EMPTY_FILE"
        )
    return names


def _column_of_names(table: Table, path: Path) -> int:
    headings = [_plain(heading) for heading in table.headings]
    for wanted in (_USERNAME, frozenset({"barcode"}), frozenset({"external id"})):
        places = [place for place, heading in enumerate(headings) if heading in wanted]
        if places and table.heading_line:
            return places[0]
    if len(headings) <= 1:
        return 0
    raise Unusable(
        f"“{path.name}” has no column of usernames.",
        "Give one column the heading username, or write one username a line.",
        "NO_USABLE_COLUMN",
    )


def read_overrides(path: Path) -> list[tuple[str, str, str]]:
    """(username, code, comment) of a table with these headings. Raises Unusable when a column is missing."""
    wanted = ("username", "code", "comment")
    with open_table(str(path), _judge(frozenset(wanted))) as table:
        headings = [_plain(heading) for heading in table.headings]
        missing = [name for name in wanted if name not in headings]
        if missing or not table.heading_line:
            raise Unusable(
                f"“{path.name}” has no column {' or '.join(missing or wanted)}.",
                "Its first row reads: username,code,comment",
                "NO_USABLE_COLUMN",
            )
        places = [headings.index(name) for name in wanted]
        rows = [
            (cells[places[0]].strip(), cells[places[1]].strip().upper(), cells[places[2]].strip())
            for _line, cells, _flaws in table.rows()
        ]
    return [row for row in rows if row[0]]
