"""`reservations`: what patrons wait for; made, taken back, and ended when their time is over."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.desk import only_with
from patrondesk.cli.grammar import Verbs, day, key
from patrondesk.errors import WrongUsage
from patrondesk.records.ids import ReservationId

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.loans import ReservationLine


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("reservations", "what patrons wait for: list, add, cancel, expire")
    listing = noun.add("list", "the reservations of a patron, or all open ones", list_some)
    listing.add_argument("username", nargs="?", metavar="USERNAME")
    listing.add_argument("--open", action="store_true", help="open ones only")
    make = noun.add("add", "reserve a title, by one of its copies or by its name", add_one)
    make.add_argument("username", metavar="USERNAME")
    make.add_argument("item", nargs="?", metavar="ITEM_BARCODE")
    make.add_argument("--title", metavar="TITLE", help="the whole title, instead of a copy of it")
    make.add_argument("--this-copy", action="store_true", help="this copy alone, and no other of the title")
    make.add_argument("--until", type=day, metavar="DATE", help="after this day it is not wanted any more")
    noun.add("expire", "end what waited too long; copies go to the next, or to the shelf", expire_due)
    cancel = noun.add("cancel", "cancel open reservations, all of them or none", cancel_some)
    cancel.add_argument("reservations", nargs="+", type=key, metavar="RESERVATION_ID")
    cancel.add_argument("--yes", action="store_true", help="do not ask")


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """Reservations, open ones first."""
    from patrondesk.services.patrons import find_patron_id
    from patrondesk.services.reservations import list_reservations

    office = desk.sign_in()
    patron = find_patron_id(office, args.username) if args.username else None
    lines = list_reservations(office, patron, open_only=args.open)
    headings = ("Reservation", "Patron", "Title", "Barcode", "Requested", "Expires", "State")
    told = table(headings, map(_row, lines), (0,)) or ["Nothing is reserved."]
    desk.answer.give({"reservations": [documents.reservation(line) for line in lines]}, told)
    return 0


def _row(line: ReservationLine) -> tuple[object, ...]:
    requested, expires = (messages.short_day(day) if day else "" for day in (line.requested_on, line.expires_on))
    return line.id, line.username, line.title, line.item_barcode, requested, expires, line.status


def add_one(desk: Desk, args: argparse.Namespace) -> int:
    """Reserves a title, or one copy; refused with every reason."""
    from patrondesk.services.items import find_title
    from patrondesk.services.patrons import find_patron_id
    from patrondesk.services.reservations import reserve

    if (args.item is None) == (args.title is None):
        raise WrongUsage("What is to be reserved is not clear.", "Give the barcode of a copy, or --title TITLE.")
    only_with(args, "--this-copy", args.item is not None, "ITEM_BARCODE")
    office = desk.sign_in()
    patron = find_patron_id(office, args.username)
    title = find_title(office, args.title) if args.title is not None else None
    made = reserve(office, patron, item_barcode=args.item, title_id=title, this_copy=args.this_copy, until=args.until)
    if made.set_aside:
        said = f"Reserved: {made.title}. Take the copy {made.set_aside} from the shelf and put it aside."
    else:
        before = messages.count(made.ahead, "other waits", "others wait")
        said = f"Reserved: {made.title}. {before if made.ahead else 'Nobody else waits'} before."
    document = {
        "reservation": made.reservation,
        "username": args.username,
        "title": made.title,
        "set_aside": made.set_aside,
        "ahead": made.ahead,
    }
    desk.answer.give(document, [said])
    return 0


def expire_due(desk: Desk, _args: argparse.Namespace) -> int:
    """What the upkeep does: requests end whose time is over."""
    from patrondesk.services.reservations import expire_reservations

    done = expire_reservations(desk.sign_in())
    said = f"{messages.count(done.reservations, 'reservation')} ended."
    if done.handed_on or done.released:
        said += f" {done.handed_on:,} handed on, {messages.count(done.released, 'copy', 'copies')} available again."
    desk.answer.give({"expired": done.reservations, "handed_on": done.handed_on, "copies_released": done.released}, [said])
    return 0


def cancel_some(desk: Desk, args: argparse.Namespace) -> int:
    """Cancels these, after asking where somebody is there to be asked."""
    from patrondesk.services.reservations import cancel

    office = desk.sign_in()
    keys = [ReservationId(one) for one in dict.fromkeys(args.reservations)]
    desk.confirm_here(f"{messages.count(len(keys), 'reservation')} will be cancelled.", args.yes)
    done = cancel(office, *keys)
    said = f"{messages.count(done.reservations, 'reservation')} cancelled."
    if done.released:
        said += f" {messages.count(done.released, 'copy', 'copies')} available again."
    desk.answer.give({"cancelled": keys, "copies_released": done.released}, [said])
    return 0
