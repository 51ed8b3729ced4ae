"""The list of what was done in this visit, newest on top."""

from __future__ import annotations

from patrondesk.ui.screens.circulation import words
from patrondesk.ui.screens.circulation.acts import Entry
from patrondesk.ui.shell import fitting, tables
from patrondesk.ui.shell.columns import Column, RecordModel
from patrondesk.ui.shell.people import dotted

_TITLE, _DUE = 2, 3


class LogTable(tables.Table):
    """Time, what, title, due."""

    def __init__(self) -> None:
        super().__init__("Done in this visit", "desk_log")
        columns: list[Column[Entry]] = [
            Column("Time", lambda e: words.at(e.at), 66),
            Column("Done", lambda e: words.KINDS[e.kind].text, 118, chip=lambda e: words.KINDS[e.kind]),
            Column("Title", lambda e: e.title, 0, link=True, second=lambda e: dotted(e.second, e.told), tip=_tip, spoken=_spoken),
            Column("Due", words.due, 112),
        ]
        self.rows: RecordModel[Entry] = RecordModel(columns, self)
        self.setModel(self.rows)
        self._fitting = fitting.fit(self, columns, least={_TITLE: 180}, steps=((), (0,), (0, _DUE)))


def _tip(entry: Entry) -> str:
    return "\n".join(part for part in (entry.title, dotted(entry.second, entry.told)) if part)


def _spoken(entry: Entry) -> str:
    return ", ".join(part for part in (entry.title, entry.second, entry.told) if part)
