"""`patrons edit`, `block`, `unblock`, `note`: changing one record by hand."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.grammar import Verbs, day, pair
from patrondesk.records.patron_fields import FIELDS, listed

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.ids import PatronId
    from patrondesk.services.office import Office


def add(noun: Verbs) -> None:
    """The verbs."""
    editing = noun.add("edit", "change a record by hand", edit, f"Change a record by hand. Fields: {', '.join(FIELDS)}.")
    editing.add_argument("username", metavar="USERNAME")
    editing.add_argument("--set", action="append", type=pair, default=[], metavar="FIELD=VALUE", help="nothing after =: blank")
    editing.add_argument("--lock", action="append", default=[], metavar="FIELD", help="imports leave the field as it is")
    editing.add_argument("--unlock", action="append", default=[], metavar="FIELD", help="imports may change it again")
    blocking = noun.add("block", "block at this library", block)
    lifting = noun.add("unblock", "lift the block", unblock)
    for verb in (blocking, lifting):
        verb.add_argument("usernames", nargs="+", metavar="USERNAME")
        verb.add_argument("--comment", required=True, metavar="TEXT", help="why; it is kept in the history")
    blocking.add_argument("--until", type=day, metavar="DATE", help="the last day; without one there is no end")
    noting = noun.add("note", "write a note about a patron", note)
    noting.add_argument("username", metavar="USERNAME")
    noting.add_argument("--text", required=True, metavar="TEXT")


def edit(desk: Desk, args: argparse.Namespace) -> int:
    """Writes the named fields; all that is wrong is told at once."""
    from patrondesk.errors import WrongUsage
    from patrondesk.services.editing import edit_patron
    from patrondesk.services.patron_details import read_details
    from patrondesk.services.patrons import find_patron_id

    if not (args.set or args.lock or args.unlock):
        raise WrongUsage("Nothing says what to change.", "Use --set FIELD=VALUE, --lock FIELD or --unlock FIELD.")
    office = desk.sign_in()
    patron = find_patron_id(office, args.username)
    version = read_details(office, patron).version
    done = edit_patron(office, patron, dict(args.set), version, lock=args.lock, unlock=args.unlock)
    now = read_details(office, patron)
    made = [{"field": field, "name": name} for field, name in done.made]
    document: Document = {
        "username": now.username, "version": now.version, "changed": list(done.changed), "made": made, "locked": list(now.locked),
    }  # fmt: skip
    lines = [f"Changed: {listed(done.changed)}." if done.changed else "No field changed."]
    lines += [f"The {FIELDS[field].said} “{name}” is new and was made." for field, name in done.made]
    lines += [f"Imports leave these as they are: {listed(now.locked)}."] if now.locked else []
    desk.answer.give(document, lines)
    return 0


def block(desk: Desk, args: argparse.Namespace) -> int:
    """Blocks these patrons, one after another."""
    from patrondesk.services import blocks

    return _each(desk, args, "blocked", lambda office, patron: blocks.block(office, patron, args.comment, args.until))


def unblock(desk: Desk, args: argparse.Namespace) -> int:
    """Lifts the blocks of these patrons."""
    from patrondesk.services import blocks

    return _each(desk, args, "unblocked", lambda office, patron: blocks.unblock(office, patron, args.comment))


def _each(desk: Desk, args: argparse.Namespace, key: str, do: Callable[[Office, PatronId], int]) -> int:
    """All of them are found before the first one is changed."""
    from patrondesk.services.patrons import find_patron_id

    office = desk.sign_in()
    found = {name: find_patron_id(office, name) for name in dict.fromkeys(args.usernames)}
    for patron in found.values():
        do(office, patron)
    desk.answer.give({key: len(found), "patrons": list(found)}, [f"{messages.count(len(found), 'patron')} {key}."])
    return 0


def note(desk: Desk, args: argparse.Namespace) -> int:
    """Writes a note."""
    from patrondesk.services.notes import add_note
    from patrondesk.services.patrons import find_patron_id

    office = desk.sign_in()
    key = add_note(office, find_patron_id(office, args.username), args.text)
    desk.answer.give({"username": args.username, "note": key}, ["The note is saved."])
    return 0
