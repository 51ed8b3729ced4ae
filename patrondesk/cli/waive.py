"""`fines waive`: the small debts of many patrons at once, all or nothing each; a run like any other job's."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, day
from patrondesk.cli.progress import watched
from patrondesk.errors import Stopped

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.jobs import RunDetail

_ABOUT = """Waives every active fine that the options mean, of patrons who owe at most --max in all. A patron owing more is left
alone entirely. Disputed fines and credits are never touched. --preview says what would happen and changes nothing."""


def add(noun: Verbs) -> None:
    """The verb, among those of `fines`."""
    waive = noun.add("waive", "waive the small debts of many patrons", waive_many, _ABOUT)
    waive.add_argument("--max", required=True, metavar="TOTAL", dest="maximum", help="most that a patron may owe in all")
    waive.add_argument("--group", action="append", default=[], metavar="G", help="the user group; repeatable")
    waive.add_argument("--type", action="append", default=[], metavar="T", help="the fine type; repeatable")
    waive.add_argument("--exclude-overdue", action="store_true", help="leave patrons with overdue loans alone")
    waive.add_argument("--from", type=day, metavar="DATE", dest="charged_from", help="charged on this day or later")
    waive.add_argument("--to", type=day, metavar="DATE", dest="charged_until", help="charged on this day or earlier")
    waive.add_argument("--reason", required=True, metavar="R")
    waive.add_argument("--comment", metavar="TEXT", default="")
    waive.add_argument("--preview", action="store_true", help="say what would happen; change nothing")
    waive.add_argument("--yes", action="store_true", help="do not ask")


def waive_many(desk: Desk, args: argparse.Namespace) -> int:
    """Previews or waives. Exit 1 when patrons were left alone."""
    from patrondesk.jobs import base, engine
    from patrondesk.records.jobs import RunState, Trigger
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    currency = current_policy(office).currency
    given = {
        "maximum": args.maximum,
        "reason": args.reason,
        "exclude_overdue": "true" if args.exclude_overdue else "",
        "charged_from": args.charged_from.isoformat() if args.charged_from else "",
        "charged_until": args.charged_until.isoformat() if args.charged_until else "",
        "comment": args.comment,
    }
    options = base.read_options(engine.type_of("waive_fines"), given, currency) | {"groups": args.group, "types": args.type}
    seen = engine.preview(office, "waive_fines", options)
    if args.preview:
        lines = [seen.sentence, *_sum(seen.processed, seen.done, seen.numbers["fines"], seen.numbers["amount"], currency)]
        numbers = (seen.processed, seen.done, seen.numbers["fines"], seen.numbers["amount"])
        left = [
            _exception(line, currency) for line in engine.worded(office, "waive_fines", seen.lines) if line.kind == "exception"
        ]
        desk.answer.give(_document(*numbers, currency) | {"preview": True, "exceptions": left}, lines)
        return 1 if seen.exceptions else 0
    said = f"{seen.sentence} That is {messages.count(seen.numbers['fines'], 'fine')}"
    desk.confirm(f"{said} of {messages.count(seen.done, 'patron')}.", 0, 0, args.yes)
    with watched(desk.answer) as ticket:
        report = engine.run_once(office, "waive_fines", options, ticket, trigger=Trigger.COMMAND)
    run = report.run
    left = [_exception(line, currency) for line in report.of_kind("exception")]
    done = (run.processed, run.done, run.numbers["fines"], run.numbers["amount"])
    document = _document(*done, currency) | {"preview": False, "run": run.id, "state": run.state.value, "exceptions": left}
    rows = [(line.patron, line.username or "", line.words) for line in report.of_kind("exception")]
    desk.answer.give(document, [*_sum(*done, currency), *table(("Left alone", "Username", "Why"), rows)])
    if run.state is RunState.STOPPED:
        return Stopped.exit_code
    return 1 if run.exceptions else 0


def _document(considered: int, patrons: int, fines: int, amount: int, currency: str) -> Document:
    return {
        "patrons_considered": considered,
        "patrons_waived": patrons,
        "fines_waived": fines,
        "amount_waived": documents.amount(amount, currency),
    }


def _sum(considered: int, patrons: int, fines: int, amount: int, currency: str) -> list[str]:
    return [
        f"{messages.count(considered, 'patron')} considered = {patrons:,} waived + {considered - patrons:,} left alone.",
        f"{messages.count(fines, 'fine')}, {money.words(amount, currency)} in all.",
    ]


def _exception(line: RunDetail, currency: str) -> Document:
    amounts = {"OVER_MAXIMUM"}
    reasons = [
        {
            "code": code,
            "count": None if code in amounts else number,
            "amount": documents.amount(number, currency) if code in amounts else None,
        }
        for code, number in line.facts["reasons"]
    ]
    return {"username": line.username, "patron_id": line.patron_id, "reasons": reasons, "text": line.words}
