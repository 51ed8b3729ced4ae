"""`init`: makes a library with its administrator."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk import drives
from patrondesk.cli.grammar import Verbs

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    about = (
        "Makes a library and its administrator. The password comes from PATRONDESK_PASSWORD, else it is asked twice.\n"
        "--library NAME is what the library is called."
    )
    parser = verbs.add("init", "make a library", make, description=about)
    parser.add_argument("--admin", required=True, metavar="USERNAME", help="who administers the library")
    parser.add_argument("--name", metavar="NAME", help="the administrator's name, as Family, Given")


def make(desk: Desk, args: argparse.Namespace) -> int:
    """Makes the library; the recovery code is said once and kept nowhere."""
    password = desk.new_password()
    from patrondesk.bootstrap import new_database
    from patrondesk.services.libraries import DEFAULT_NAME, create_library, short_name

    name = (desk.library or "").strip() or DEFAULT_NAME
    database = new_database(desk.place)
    try:
        code = create_library(database, desk.clock, name=name, username=args.admin, password=password, person=args.name)
        place = str(database.path or database.name)
    finally:
        database.close()
    service = drives.kept_in_step_by(Path(desk.place)) if database.is_file else None
    document = {
        "library": name,
        "short_name": short_name(name),
        "database": place,
        "admin": args.admin.strip(),
        "recovery_code": code,
        "kept_in_step_by": service,
    }
    lines = [
        f"The library “{name}” is made: {place}",
        f"Its administrator is {args.admin.strip()}.",
        f"Recovery code: {code}",
        "Print it and lock it away: with it a forgotten password is reset. It is not shown again.",
    ]
    if service is not None:
        lines.append(f"{service} keeps this folder in step: it can bring back an older file. Move the library elsewhere.")
    desk.answer.give(document, lines)
    return 0
