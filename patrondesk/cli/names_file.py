"""Lists that come with a purge or an undo: usernames, one a line or in a column of a table; overrides; new identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from patrondesk.errors import Unusable
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions, Table

_USERNAME = frozenset({"username", "usernames", "login"})
_KEYS = _USERNAME | {"barcode", "external id"}
_FIELDS = {"barcode": "barcode", "external id": "external_id", "district id": "external_id"} | dict.fromkeys(
    _USERNAME, "username"
)


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
    return [(who, code.upper(), comment) for who, code, comment in _read_three(path, ("username", "code", "comment")) if who]


def read_resolutions(path: Path) -> list[tuple[str, str, str]]:
    """(username, field, value) of a table with these headings; field as barcode, username or external_id, value may be blank.

    Raises Unusable when a column is missing or a field is none of the three.
    """
    told = []
    for who, field, value in _read_three(path, ("username", "field", "value")):
        found = _FIELDS.get(_plain(field))
        if found is None and (who or field or value):
            raise Unusable(
                f"“{path.name}” says “{field}” of “{who}”, which is no field that can be given anew.",
                f"Use one of: {', '.join(sorted(set(_FIELDS.values())))}.",
                "NO_SUCH_FIELD",
            )
        if who and found:
            told.append((who, found, value))
    return told


def _read_three(path: Path, wanted: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    with open_table(str(path), _judge(frozenset(wanted))) as table:
        headings = [_plain(heading) for heading in table.headings]
        missing = [name for name in wanted if name not in headings]
        if missing or not table.heading_line:
            raise Unusable(
                f"“{path.name}” has no column {' or '.join(missing or wanted)}.",
                f"Its first row reads: {','.join(wanted)}",
                "NO_USABLE_COLUMN",
            )
        one, two, three = (headings.index(name) for name in wanted)
        short = max(one, two, three) + 1
        rows = ([*cells, *[""] * (short - len(cells))] for _line, cells, _flaws in table.rows())
        return [(cells[one].strip(), cells[two].strip(), cells[three].strip()) for cells in rows]
