"""`cohorts`: listed, made, renamed, and switched off and on again as a whole."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.answer import Document, table
from patrondesk.cli.grammar import Verbs, day

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.bulk import BulkLook


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("cohorts", "those who leave together: list, switch off and on, make, rename")
    noun.add("list", "every cohort with its members", list_all)
    for name, does, handler in (
        ("off", "deactivate a whole cohort", switch_off),
        ("on", "enable those again who were switched off with their cohort", switch_on),
    ):
        verb = noun.add(name, does, handler)
        verb.add_argument("name", metavar="COHORT")
        if name == "off":
            verb.add_argument("--reason", metavar="TEXT", help="kept with each of them")
        verb.add_argument("--preview", action="store_true", help="say what would happen; change nothing")
        verb.add_argument("--yes", action="store_true", help="do not ask")
    making = noun.add("add", "make a cohort", add_one)
    renaming = noun.add("rename", "give a cohort another name or graduation date", rename)
    renaming.add_argument("name", metavar="COHORT")
    making.add_argument("new_name", metavar="NAME")
    renaming.add_argument("new_name", metavar="NAME")
    for verb in (making, renaming):
        verb.add_argument("--graduates-on", type=day, metavar="DATE", help="the expected graduation date")


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every cohort."""
    from patrondesk.services.cohorts import list_cohorts

    found = list_cohorts(desk.sign_in())
    rows: list[Document] = [
        {
            "name": one.name,
            "graduates_on": one.graduates_on.isoformat() if one.graduates_on else None,
            "members": one.members,
            "enabled": one.enabled,
            "disabled": one.disabled,
            "switched_off": one.switched_off,
        }
        for one in found
    ]
    lines = [messages.count(len(found), "cohort") + "."]
    headings = ("Cohort", "Graduates", "Members", "Active", "Deactivated", "With the cohort")
    cells = (
        (one.name, messages.short_day(one.graduates_on) if one.graduates_on else "", one.members, one.enabled, one.disabled,
         one.switched_off)
        for one in found
    )  # fmt: skip
    desk.answer.give({"cohorts": rows}, [*lines, *table(headings, cells, (2, 3, 4, 5))])
    return 0


def add_one(desk: Desk, args: argparse.Namespace) -> int:
    """Makes a cohort."""
    from patrondesk.services.cohorts import add_cohort

    add_cohort(desk.sign_in(), args.new_name, args.graduates_on)
    desk.answer.give({"name": args.new_name}, [f"Made: {args.new_name}."])
    return 0


def rename(desk: Desk, args: argparse.Namespace) -> int:
    """Gives another name; a date that is not given stays."""
    from patrondesk.services.cohorts import change_cohort, find_cohort, list_cohorts

    office = desk.sign_in()
    key = find_cohort(office, args.name)
    before = next(one for one in list_cohorts(office) if one.id == key)
    changed = change_cohort(office, key, args.new_name, args.graduates_on or before.graduates_on)
    said = f"{args.name} is {args.new_name} now." if changed else "It was so already."
    desk.answer.give({"name": args.new_name, "changed": changed}, [said])
    return 0


def switch_off(desk: Desk, args: argparse.Namespace) -> int:
    """Deactivates a whole cohort, but staff and the person at the desk."""
    from patrondesk.services import cohorts
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    key = cohorts.find_cohort(office, args.name)
    look = cohorts.preview_off(office, key)
    if not args.preview and look.changed:
        said = f"{messages.count(look.changed, 'patron')} of {args.name} will be deactivated."
        desk.confirm(said, look.changed, current_policy(office).typed_confirmation_above, args.yes)
        look = cohorts.switch_off(office, key, args.reason)
    _give(desk, args, look, "deactivated")
    return 0


def switch_on(desk: Desk, args: argparse.Namespace) -> int:
    """Enables those again who went with their cohort."""
    from patrondesk.services import cohorts

    office = desk.sign_in()
    key = cohorts.find_cohort(office, args.name)
    look = cohorts.preview_on(office, key)
    if not args.preview and look.changed:
        desk.confirm_here(f"{messages.count(look.changed, 'patron')} of {args.name} will be enabled again.", args.yes)
        look = cohorts.switch_on(office, key)
    _give(desk, args, look, "enabled again")
    return 0


def _give(desk: Desk, args: argparse.Namespace, look: BulkLook, did: str) -> None:
    document: Document = {
        "cohort": args.name,
        "preview": args.preview,
        "selected": look.selected,
        "changed": look.changed,
        "already": look.already,
        "spared": look.own + look.staff,
        "otherwise": look.unfit,
        "sample": [{"name": name, "username": username} for name, username in look.names],
    }
    word = f"would be {did}" if args.preview else did
    others = f", {look.unfit:,} deactivated in another way" if look.unfit else ""
    said = f"{messages.count(look.selected, 'member')}: {look.changed:,} {word}, {look.already:,} already so, "
    lines = [f"{said}{look.own + look.staff:,} spared (staff){others}."]
    desk.answer.give(document, [*lines, *(table(("Name", "Username"), look.names) if args.preview else [])])
