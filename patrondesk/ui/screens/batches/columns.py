"""The columns of the list of past purges, and which of them fold away."""

from __future__ import annotations

import datetime as dt

from patrondesk.records.purging import BatchLine
from patrondesk.ui.screens.batches import words
from patrondesk.ui.shell.columns import RIGHT, Column


def columns(today: dt.date) -> tuple[Column[BatchLine], ...]:
    """When, by whom, the sum, how it ended, until when it can be undone. `today` is the real day."""
    return (
        Column("When", words.when, 162, second=lambda b: f"{b.noun.capitalize()} {b.id}", link=True),
        Column("By", lambda b: b.operator, second=words.source, tip=words.started),
        Column("Outcome", words.share, 150, second=words.rest, spoken=words.whole_sum, tip=words.whole_sum),
        Column("Planned", lambda b: f"{b.planned:,}", 74, align=RIGHT),
        Column("= Purged", lambda b: f"{b.purged:,}", 82, align=RIGHT, spoken=lambda b: f"{b.purged:,} {b.did}"),
        Column("+ Refused", lambda b: f"{b.refused:,}", 86, align=RIGHT, spoken=lambda b: f"{b.refused:,} refused"),
        Column("+ Gone", lambda b: f"{b.vanished:,}", 66, align=RIGHT, spoken=lambda b: f"{b.vanished:,} no longer there",
               tip=lambda _: "No longer there when the purge came to them"),
        Column("+ Not reached", lambda b: f"{b.not_reached:,}", 108, align=RIGHT,
               spoken=lambda b: f"{b.not_reached:,} not reached"),
        Column("Ended", lambda b: words.state(b).text, 126, chip=words.state),
        Column("Undo", lambda b: words.undo(b, today), 138, second=words.back),
    )  # fmt: skip


_BY, _TOGETHER, _SUM = 1, 2, (3, 4, 5, 6, 7)
LEAST = {_BY: 128, _TOGETHER: 128}
STEPS = ((_TOGETHER,), _SUM)
"""Where five numbers of a sum find no room, one column says it in words."""
