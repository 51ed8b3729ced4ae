"""All that is held about one person, part by part, as it is handed out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from patrondesk.records.ids import PatronId, RequestId
from patrondesk.records.tables import Column, Row

FORMATS = {"json": "JSON, complete, for programs", "html": "Web page, to be read or printed", "xlsx": "Spreadsheet"}
"""What the data can be handed out as, by file extension."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one table holds about the person. `key` names the table; `keys` are the columns that hold internal numbers."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    keys: frozenset[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PatronData:
    """The person's data with who took it out, when and why. The first part is the patron's own record, of one row.

    `called` is a username, or the internal number: what a file may be named after. `taken_at` is aware.
    """

    patron_id: PatronId
    called: str
    library: str
    taken_at: dt.datetime
    taken_by: str
    reason: str
    request: RequestId | None
    currency: str
    rehearsal: dt.date | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A download that was made: the file, how many records it holds, and what its format could not take."""

    path: Path
    records: int
    remarks: tuple[str, ...] = ()
