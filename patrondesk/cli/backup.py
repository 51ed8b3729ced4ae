"""`backup`: a verified copy of the library."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.grammar import Verbs
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import Refused

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk

_ABOUT = """Makes a verified copy of the library. On a PostgreSQL server it is made by the server's own tools (pg_dump), where
this computer has them, and holds every library of the server."""


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    parser = verbs.add("backup", "make a verified copy of the library", make, _ABOUT)
    parser.add_argument(
        "file", type=file_argument, nargs="?", metavar="FILE", help="where to; without it beside the library file"
    )
    parser.add_argument("--yes", action="store_true", help="replace a file that is there")


def make(desk: Desk, args: argparse.Namespace) -> int:
    """Copies, checks the copy, notes it."""
    from patrondesk.services.backup import make_backup

    office = desk.sign_in()
    if args.file is not None and args.file.exists() and not args.yes:
        raise Refused(
            f"There is a file “{args.file.name}” already; it was left as it is.",
            "Choose another name, or repeat it with --yes.",
            "EXISTS",
        )
    made = make_backup(office, args.file)
    document = {"path": made.path, "made_at": made.made_at.isoformat(), "size": made.size, "patrons": made.patrons}
    desk.answer.give(document, [f"Backup of {messages.count(made.patrons, 'patron')}, checked: {made.path}"])
    return 0
