"""`patrons`: found, shown, added by hand, switched off and on, kept."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from patrondesk import messages
from patrondesk.cli import documents, patron_editing, patron_lists, patron_rights, patron_words
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, day

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.ids import PatronId
    from patrondesk.services.office import Office

_FIELDS = (
    "family_name",
    "given_name",
    "username",
    "barcode",
    "external_id",
    "patron_type",
    "user_group",
    "year_level",
    "homeroom",
    "email",
)
_DATES = ("birth_date", "expiry_date")


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("patrons", "find, show, add, deactivate, keep")
    patron_lists.add(noun)
    noun.add("show", "everything about one patron", show_one).add_argument("username", metavar="USERNAME")
    adding = noun.add("add", "add a patron by hand", add_one)
    for field in _FIELDS:
        adding.add_argument(f"--{field.replace('_', '-')}", metavar="TEXT")
    for field in _DATES:
        adding.add_argument(f"--{field.replace('_', '-')}", type=day, metavar="DATE")
    for name, does, handler in (
        ("enable", "switch on again", enable),
        ("disable", "deactivate", disable),
        ("protect", "flag to keep", protect),
        ("unprotect", "no longer keep", unprotect),
    ):
        verb = noun.add(name, does, handler)
        verb.add_argument("usernames", nargs="+", metavar="USERNAME")
        if name in ("disable", "protect"):
            verb.add_argument("--reason", required=name == "protect", metavar="TEXT")
        if name == "protect":
            verb.add_argument("--until", type=day, metavar="DATE")
    matching = noun.add("disable-matching", "deactivate everyone whom a filter selects", disable_matching)
    matching.add_argument("--group-starts", metavar="TEXT", help="the user group begins so")
    matching.add_argument("--group", action="append", default=[], metavar="GROUP", help="the user group; repeatable")
    matching.add_argument("--expired-before", type=day, metavar="DATE")
    matching.add_argument("--year-level", metavar="LEVEL")
    matching.add_argument("--reason", metavar="TEXT", help="kept with each of them")
    matching.add_argument("--preview", action="store_true", help="say what would happen; change nothing")
    matching.add_argument("--yes", action="store_true", help="do not ask")
    patron_rights.add(noun)
    patron_editing.add(noun)


def show_one(desk: Desk, args: argparse.Namespace) -> int:
    """Everything about one patron."""
    from patrondesk.services.patrons import find_patron_id, read_details
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    found = read_details(office, find_patron_id(office, args.username))
    currency = current_policy(office).currency
    desk.answer.give(documents.details(found, currency), patron_words.details(found, currency))
    return 0


def add_one(desk: Desk, args: argparse.Namespace) -> int:
    """Adds a patron by hand."""
    from patrondesk.services.patrons import NewPatron, add_patron

    given: dict[str, Any] = {field: getattr(args, field) for field in (*_FIELDS, *_DATES) if getattr(args, field) is not None}
    add_patron(desk.sign_in(), NewPatron(**{"family_name": "", **given}))
    known = args.username or args.barcode or args.external_id
    desk.answer.give({"username": args.username, "barcode": args.barcode, "external_id": args.external_id}, [f"Added: {known}."])
    return 0


def _each(desk: Desk, args: argparse.Namespace, key: str, said: str, do: Callable[[Office, PatronId], bool]) -> int:
    """Does something to patrons one after another; all of them are found before the first one is changed."""
    from patrondesk.services.patrons import find_patron_id

    office = desk.sign_in()
    found = {name: find_patron_id(office, name) for name in dict.fromkeys(args.usernames)}
    done = {name: do(office, patron) for name, patron in found.items()}
    changed = sum(done.values())
    document = {
        key: changed,
        "already": len(done) - changed,
        "patrons": [{"username": name, "changed": what} for name, what in done.items()],
    }
    already = len(done) - changed
    desk.answer.give(document, [f"{messages.count(changed, 'patron')} {said}{f', {already:,} already so' if already else ''}."])
    return 0


def enable(desk: Desk, args: argparse.Namespace) -> int:
    """Switches on again."""
    from patrondesk.services import activation

    return _each(desk, args, "enabled", "active again", activation.enable)


def disable(desk: Desk, args: argparse.Namespace) -> int:
    """Deactivates."""
    from patrondesk.services import activation

    return _each(desk, args, "disabled", "deactivated", lambda office, patron: activation.disable(office, patron, args.reason))


def protect(desk: Desk, args: argparse.Namespace) -> int:
    """Flags to keep."""
    from patrondesk.services import patrons

    def keep(office: Office, patron: PatronId) -> bool:
        patrons.protect(office, patron, args.reason, args.until)
        return True

    return _each(desk, args, "protected", "flagged to keep", keep)


def unprotect(desk: Desk, args: argparse.Namespace) -> int:
    """Takes the flag away."""
    from patrondesk.services import patrons

    return _each(desk, args, "unprotected", "no longer kept", lambda office, patron: bool(patrons.unprotect(office, patron)))


def disable_matching(desk: Desk, args: argparse.Namespace) -> int:
    """Deactivates everyone whom the filter selects, but staff and the person at the desk."""
    from patrondesk.services import activation
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    chosen = activation.Filter(args.group_starts, tuple(args.group), args.expired_before, args.year_level)
    seen = activation.preview_disable_matching(office, chosen)
    if not args.preview and seen.changed:
        sentence = f"{messages.count(seen.changed, 'patron')} will be deactivated."
        desk.confirm(sentence, seen.changed, current_policy(office).typed_confirmation_above, args.yes)
        seen = activation.disable_matching(office, chosen, args.reason)
    document = {
        "preview": args.preview,
        "selected": seen.selected,
        "changed": seen.changed,
        "already": seen.already,
        "spared": seen.spared,
        "sample": [{"name": name, "username": username} for name, username in seen.sample],
    }
    word = "would be deactivated" if args.preview else "deactivated"
    lines = [
        f"{messages.count(seen.selected, 'patron')} selected: {seen.changed:,} {word}, {seen.already:,} already so, "
        f"{seen.spared:,} spared (staff).",
        *(table(("Name", "Username"), seen.sample) if args.preview else []),
    ]
    desk.answer.give(document, lines)
    return 0
