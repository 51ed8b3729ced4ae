"""`verify`: whether the library is sound."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk.cli.grammar import Verbs

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk


def add(verbs: Verbs) -> None:
    """The verb."""
    verbs.add("verify", "check the file, the audit log, the numbers, and that nothing of purged patrons is left", check)


def check(desk: Desk, _args: argparse.Namespace) -> int:
    """Exit 1 when something is wrong."""
    from patrondesk.services.checking import find_problems

    problems = find_problems(desk.sign_in())
    document = {"ok": not problems, "problems": [{"code": p.code, "text": p.text} for p in problems]}
    desk.answer.give(document, [p.text for p in problems] or ["Everything is as it should be."])
    return 1 if problems else 0
