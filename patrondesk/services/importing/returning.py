"""New patrons of an import who were purged here once: said, so that an undo may be chosen instead of a new record."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.records.importing import MessageKind
from patrondesk.records.purging import Buried
from patrondesk.services.door import Work
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.purging import tombstones

CODE = "RETURNING"


def tell_returning(work: Work, remarks: Remarks, rows: sa.Select[int, str]) -> None:
    """A notice for each of these rows (line, external id) whose person is recognised."""
    if not tombstones.any_there(work.session, work.library_id):
        return
    found = [(row[0], row[1]) for row in work.session.execute(rows)]
    known = tombstones.recognise(work.session, work.library_id, (key for _, key in found), work.clock.real_today())
    for line, key in found:
        if key in known:
            remarks.say(line, MessageKind.NOTICE, CODE, "external_id", sentence(known[key]))


def sentence(buried: Buried) -> str:
    """When the person was purged, and whether that can still be taken back."""
    said = f"Was purged here on {messages.day(buried.purged_at.astimezone().date())} (batch {buried.batch})"
    if buried.undo_until is None:
        return f"{said}; the new record starts without the old loans."
    return f"{said}; undoing that, until {messages.day(buried.undo_until)}, brings the old record back with its loans."
