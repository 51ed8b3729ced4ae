"""`upkeep`: what is to be done daily: destruction once undo dates have passed, reservations that are over, a backup."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.answer import Document, error_document
from patrondesk.cli.grammar import Verbs
from patrondesk.errors import DeskError
from patrondesk.records.staff import Permission

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk


def add(verbs: Verbs) -> None:
    """The verb."""
    does = "back up, and destroy for good what is kept of purges whose undo date has passed; once a day"
    verbs.add("upkeep", does, run)


def run(desk: Desk, _args: argparse.Namespace) -> int:
    """Destroys every archive that is due, and backups that hold the people longer than they may; then the day's backup.

    In this order: the new backup holds nothing of what had to go. When it fails, what was destroyed is told all the same.
    """
    from patrondesk.services.backup import make_daily
    from patrondesk.services.purging.destroy import destroy_due
    from patrondesk.services.reservations import expire_reservations

    office = desk.sign_in()
    done = destroy_due(office)
    one = done == 1
    document: Document = {"destroyed": done, "backup": None}
    lines = [
        f"{messages.count(done, 'purge')} can no longer be undone; what was kept for {'it' if one else 'them'} is destroyed."
        if done
        else "Nothing is due."
    ]
    if office.actor is not None and office.actor.may(Permission.CIRCULATION):
        ended = expire_reservations(office)
        document["reservations_ended"] = ended.reservations
        if ended.reservations:
            lines.append(f"{messages.count(ended.reservations, 'reservation')} ended: the time was over.")
    code = 0
    try:
        made = make_daily(office)
    except DeskError as fault:
        document["error"] = error_document(fault)
        lines += [fault.text, fault.next_step]
        code = fault.exit_code
    else:
        if made is not None:
            document["backup"] = made.path
            lines.append(f"Backup of the day, checked: {made.path}")
    desk.answer.give(document, lines)
    return code
