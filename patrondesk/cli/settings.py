"""`settings`: the library's policy, key by key."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs
from patrondesk.errors import WrongUsage

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.desk import SettingLine


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("settings", "the library's settings")
    noun.add("list", "every setting, with what it changes", list_all)
    get = noun.add("get", "one setting", get_one)
    get.add_argument("key", metavar="KEY")
    change = noun.add("set", "change a setting", set_one)
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE")
    change.add_argument("--yes", action="store_true", help="do not ask")


def _document(line: SettingLine) -> Document:
    return {
        "key": line.key,
        "value": line.value,
        "default": line.default,
        "group": line.group,
        "label": line.label,
        "text": line.text,
        "kind": line.kind,
        "unit": line.unit,
        "choices": list(line.choices),
    }


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every key with its sentence, value and default."""
    from patrondesk.services.policy import list_settings

    lines = list_settings(desk.sign_in())
    rows = ((line.key, line.value, line.default, line.text) for line in lines)
    desk.answer.give(
        {"settings": [_document(line) for line in lines]}, table(("Setting", "Value", "Default", "What it changes"), rows)
    )
    return 0


def get_one(desk: Desk, args: argparse.Namespace) -> int:
    """One key."""
    from patrondesk.services.policy import list_settings

    for line in list_settings(desk.sign_in()):
        if line.key == args.key:
            desk.answer.give(_document(line), [line.value])
            return 0
    raise WrongUsage(f"There is no setting “{args.key}”.", "See all of them with: patrondesk settings list")


def set_one(desk: Desk, args: argparse.Namespace) -> int:
    """Stores a value; what it means for what is stored already is said first."""
    from patrondesk.services.policy import change_setting, foretell

    office = desk.sign_in()
    foretold = foretell(office, args.key, args.value)
    if foretold:
        desk.answer.remark(foretold)
        desk.confirm_here(f"{args.key} becomes {args.value}.", args.yes)
    value = change_setting(office, args.key, args.value)
    desk.answer.give({"key": args.key, "value": value, "text": foretold}, [f"{args.key} is {value}."])
    return 0
