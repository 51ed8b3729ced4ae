"""`rules`: how the library lends, by patron type."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, whole
from patrondesk.errors import WrongUsage

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.lending import LendingRule

_NONE = "none"


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("rules", "how the library lends, by patron type: list, set, remove")
    noun.add("list", "every rule", list_all)
    change = noun.add("set", "set the rule of a patron type; what is not given stays", set_one)
    whom = "the patron type; without it, everybody for whom there is no other rule"
    change.add_argument("patron_type", nargs="?", metavar="PATRON_TYPE", help=whom)
    change.add_argument("--days", type=whole, metavar="N", help="days of a loan")
    change.add_argument("--limit", metavar="N", help="most items at once, or none")
    change.add_argument("--renewals", metavar="N", help="most renewals of one loan, or none")
    change.add_argument("--grace", type=whole, metavar="N", help="days late that cost nothing")
    change.add_argument("--late-fine", metavar="AMOUNT", help="a day")
    change.add_argument("--late-fine-most", metavar="AMOUNT", help="for one loan, or none")
    gone = noun.add("remove", "remove the rule of a patron type", remove_one)
    gone.add_argument("patron_type", nargs="?", metavar="PATRON_TYPE", help=whom)


def document(rule: LendingRule, currency: str) -> Document:
    """One rule; null is without limit, and a null patron type is everybody else."""
    return {
        "patron_type": rule.patron_type,
        "days": rule.loan_days,
        "limit": rule.loan_limit,
        "renewals": rule.renewal_limit,
        "grace": rule.grace_days,
        "late_fine": money.decimal_text(rule.late_fine_per_day, currency),
        "late_fine_most": documents.amount(rule.late_fine_most, currency),
    }


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every rule, that for everybody else last."""
    from patrondesk.services.lending_rules import WITHOUT_RULES, list_rules
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    rules, currency = list_rules(office), current_policy(office).currency
    headings = ("Patron type", "Days", "At once", "Renewals", "Grace", "Late fine a day", "At most")
    told = table(headings, [_row(rule, currency) for rule in rules], (1, 2, 3, 4, 5, 6))
    nothing = f"There is no rule: {messages.count(WITHOUT_RULES.loan_days, 'day')}, no limits, no late fine."
    desk.answer.give({"rules": [document(rule, currency) for rule in rules]}, told or [nothing])
    return 0


def _row(rule: LendingRule, currency: str) -> tuple[object, ...]:
    def limit(number: int | None) -> object:
        return "no limit" if number is None else number

    most = "no limit" if rule.late_fine_most is None else money.words(rule.late_fine_most, currency)
    return (
        rule.patron_type or "everybody else", rule.loan_days, limit(rule.loan_limit), limit(rule.renewal_limit), rule.grace_days,
        money.words(rule.late_fine_per_day, currency), most,
    )  # fmt: skip


def set_one(desk: Desk, args: argparse.Namespace) -> int:
    """One rule; what is not given stays as it is, or as without rules."""
    from patrondesk.services.lending_rules import WITHOUT_RULES, list_rules, set_rule
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    currency = current_policy(office).currency
    kind = args.patron_type.strip().lower() if args.patron_type else None
    present = next(
        (rule for rule in list_rules(office) if (rule.patron_type or "").lower() == (kind or "")),
        replace(WITHOUT_RULES, patron_type=args.patron_type or None),
    )
    new = replace(
        present,
        loan_days=present.loan_days if args.days is None else args.days,
        loan_limit=_limit(args.limit, present.loan_limit),
        renewal_limit=_limit(args.renewals, present.renewal_limit),
        grace_days=present.grace_days if args.grace is None else args.grace,
        late_fine_per_day=_amount(args.late_fine, currency, present.late_fine_per_day) or 0,
        late_fine_most=_amount(args.late_fine_most, currency, present.late_fine_most),
    )
    done = set_rule(office, new)
    days = messages.count(done.loan_days, "day")
    desk.answer.give(document(done, currency), [f"Lent to {done.patron_type or 'everybody else'} for {days}."])
    return 0


def _limit(said: str | None, present: int | None) -> int | None:
    if said is None:
        return present
    if said.strip().lower() == _NONE:
        return None
    if not said.strip().isdecimal():
        raise WrongUsage(f"“{said}” is no limit.", "Give a whole number, or none.")
    return int(said)


def _amount(said: str | None, currency: str, present: int | None) -> int | None:
    if said is None:
        return present
    if said.strip().lower() == _NONE:
        return None
    try:
        return money.parse(said, currency)
    except ValueError:
        raise WrongUsage(f"“{said}” is not an amount of money.", "Write it as 0.20, or none.") from None


def remove_one(desk: Desk, args: argparse.Namespace) -> int:
    """A rule goes; that for everybody else holds for these then, or none."""
    from patrondesk.services.lending_rules import remove_rule

    remove_rule(desk.sign_in(), args.patron_type or None)
    desk.answer.give({"patron_type": args.patron_type, "removed": True}, ["The rule is removed."])
    return 0
