"""`upkeep`: what is to be done daily, once the undo dates of purges have passed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.grammar import Verbs

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk


def add(verbs: Verbs) -> None:
    """The verb."""
    verbs.add("upkeep", "destroy for good what is kept of purges whose undo date has passed; once a day", run)


def run(desk: Desk, _args: argparse.Namespace) -> int:
    """Destroys every archive that is due, and backups that hold the people longer than they may."""
    from patrondesk.services.purging.destroy import destroy_due

    done = destroy_due(desk.sign_in())
    said = (
        f"{messages.count(done, 'purge')} can no longer be undone; what was kept for it is destroyed."
        if done
        else "Nothing is due."
    )
    desk.answer.give({"destroyed": done}, [said])
    return 0
