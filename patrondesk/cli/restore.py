"""`restore`: a backup in the place of the library, the former file kept aside."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.grammar import Verbs
from patrondesk.cli.purge_plan import file_argument

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.backups import Restored

_ABOUT = """Puts a verified backup in the place of the library; the present file is kept aside, and the backup itself stays.
Whatever was recorded since the backup is no longer there. An administrator's right. Where the present file is missing or
damaged, username and password are those of the backup."""
_KEPT = "The present file is kept aside."


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    parser = verbs.add("restore", "put a backup in the place of the library", restore, _ABOUT)
    parser.add_argument("file", type=file_argument, metavar="FILE", help="the backup")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def restore(desk: Desk, args: argparse.Namespace) -> int:
    """Says what goes, asks, restores."""
    from patrondesk.bootstrap import new_database
    from patrondesk.services import restoring

    database = new_database(desk.place)
    try:
        if restoring.can_be_signed_in_to(database):
            office = desk.sign_in()
            loss = restoring.read_loss(office, args.file)
            desk.confirm(f"{restoring.loss_sentence(loss)} {_KEPT}", 0, 0, args.yes)
            done = restoring.restore(office, args.file)
        else:
            username, password = desk.credentials()
            sentence = "The present library cannot be read; whatever was recorded since the backup is lost."
            desk.confirm(f"{sentence} {_KEPT if _is_there(desk) else ''}".strip(), 0, 0, args.yes)
            done = restoring.restore_unreadable(database, desk.clock, args.file, username, password, desk.library)
    finally:
        database.close()
    document = {
        "file": done.file,
        "made_at": done.made_at.isoformat(),
        "patrons": done.patrons,
        "upgraded": done.upgraded,
        "kept_aside": done.kept_aside,
        "damaged": done.damaged,
        "people_back": done.people_back,
        "batches": [{"batch": b.id, "started_at": b.started_at.isoformat(), "purged": b.purged} for b in done.batches],
        "backups": done.backups,
    }
    desk.answer.give(document, _lines(done))
    return 0


def _is_there(desk: Desk) -> bool:
    from pathlib import Path

    return Path(desk.place).exists()


def _lines(done: Restored) -> Iterator[str]:
    made = done.made_at.astimezone()
    as_of = f"{messages.day(made.date())}, {made:%H:%M}"
    yield f"The library is as it was on {as_of}: {messages.count(done.patrons, 'patron')}."
    if done.kept_aside is not None:
        yield f"The file that was there{', damaged,' if done.damaged else ''} is kept aside: {done.kept_aside}"
    if done.people_back:
        one = done.people_back == 1
        yield f"{messages.count(done.people_back, 'patron')} who had been purged since {'is' if one else 'are'} back."
    for batch in done.batches:
        day = messages.day(batch.started_at.astimezone().date())
        yield f"No longer on record: purge {batch.id} of {day}, {messages.count(batch.purged, 'patron')}."
