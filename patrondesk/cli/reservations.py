"""`reservations`: what patrons wait for, and taking it back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, key
from patrondesk.records.ids import ReservationId

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.loans import ReservationLine


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("reservations", "what patrons wait for: list, cancel")
    listing = noun.add("list", "the reservations of a patron, or all open ones", list_some)
    listing.add_argument("username", nargs="?", metavar="USERNAME")
    listing.add_argument("--open", action="store_true", help="open ones only")
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
