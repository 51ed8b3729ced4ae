"""`loans`: what is out, and what becomes of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, day, key
from patrondesk.records.ids import LoanId

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.loans import LoanLine


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("loans", "what is on loan, and what becomes of it")
    listing = noun.add("list", "the loans of a patron, or all open ones", list_some)
    listing.add_argument("username", nargs="?", metavar="USERNAME")
    listing.add_argument("--open", action="store_true", help="open ones only")
    lost = noun.add("mark-all-lost", "end every open loan of a patron as lost", mark_all_lost)
    lost.add_argument("username", metavar="USERNAME")
    lost.add_argument("--yes", action="store_true", help="do not ask")
    reopen = noun.add("reopen", "take back a wrong mark as lost", reopen_one)
    reopen.add_argument("loan", type=key, metavar="LOAN_ID")
    lend = noun.add("checkout", "lend an item to a patron", check_out)
    lend.add_argument("username", metavar="USERNAME")
    lend.add_argument("item", metavar="ITEM_BARCODE")
    lend.add_argument("--due", type=day, metavar="DATE", help="the day it is due; without it, by the rule of lending")
    for verb, words, does in (
        ("return", "take an item back; a lost one is found", take_back),
        ("renew", "lend an item on to the same patron", renew),
        ("lost", "end an item's loan as lost", mark_lost),
        ("found", "a lost item has come back", take_back),
    ):
        parser = noun.add(verb, words, does)
        parser.add_argument("item", metavar="ITEM_BARCODE")
        if verb == "renew":
            parser.add_argument("--due", type=day, metavar="DATE", help="the day it is due; without it, by the rule of lending")


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """Loans, open ones first and the longest overdue on top."""
    from patrondesk.services.loans import list_loans
    from patrondesk.services.patrons import find_patron_id
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    patron = find_patron_id(office, args.username) if args.username else None
    loans = list_loans(office, patron, open_only=args.open)
    currency = current_policy(office).currency
    headings = ("Loan", "Title", "Barcode", "Due", "Days overdue", "Price", "State")
    lines = table(headings, (_row(loan, currency) for loan in loans), (0, 4, 5)) or ["Nothing is on loan."]
    desk.answer.give({"loans": [documents.loan(loan, currency) for loan in loans]}, lines)
    return 0


def _row(loan: LoanLine, currency: str) -> tuple[object, ...]:
    due = messages.short_day(loan.due_on) if loan.due_on else ""
    price = money.words(loan.price, currency) if loan.price is not None else ""
    return loan.id, loan.title, loan.item_barcode, due, loan.days_overdue or "", price, loan.status


def mark_all_lost(desk: Desk, args: argparse.Namespace) -> int:
    """Every open loan of one patron ends as lost; charged or written off as the library's setting says."""
    from patrondesk.services.loans import list_loans, mark_all_lost
    from patrondesk.services.patrons import find_patron_id
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    patron = find_patron_id(office, args.username)
    number = len(list_loans(office, patron, open_only=True))
    desk.confirm_here(f"{messages.count(number, 'item')} will be lost.", args.yes or not number)
    done = mark_all_lost(office, patron)
    currency = current_policy(office).currency
    charged = money.decimal_text(done.charged_amount, currency)
    said = f"{messages.count(done.lost, 'item')} marked as lost, " + (
        f"{done.charged} charged: {money.words(done.charged_amount, currency)}." if done.charged else "written off."
    )
    document = {
        "username": args.username,
        "lost": done.lost,
        "charged": done.charged,
        "amount": charged,
        "charged_unknown": done.charged_unknown,
    }
    desk.answer.give(document, [said if done.lost else "Nothing is on loan to this patron."])
    return 0


def check_out(desk: Desk, args: argparse.Namespace) -> int:
    """One item goes out; refused with the reason."""
    from patrondesk.services.circulation import check_out
    from patrondesk.services.patrons import find_patron_id

    office = desk.sign_in()
    lent = check_out(office, find_patron_id(office, args.username), args.item, args.due)
    document = {"username": args.username, "item": lent.item_barcode, "title": lent.title, "due": lent.due.isoformat(),
                "loan": lent.loan, "reservation": lent.filled}  # fmt: skip
    told = " The membership ends then." if lent.shortened else ""
    desk.answer.give(document, [f"Lent until {messages.day(lent.due)}: {lent.title}.{told}"])
    return 0


def take_back(desk: Desk, args: argparse.Namespace) -> int:
    """An item comes back: returned, or found where it was lost. Who waits for it is said."""
    from patrondesk.services.circulation import take_back
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    back = take_back(office, args.item)
    currency = current_policy(office).currency
    waiting = back.waiting
    document = {
        "item": back.item_barcode,
        "title": back.title,
        "status": back.status,
        "loan": back.loan,
        "text": " ".join(back.told) or f"Returned: {back.title}.",
        "was_lost": back.was_lost,
        "patron_purged": back.patron_gone,
        "days_late": back.days_late,
        "late_fine": money.decimal_text(back.late_fine, currency),
        "lifted": money.decimal_text(back.lifted, currency),
        "credit": money.decimal_text(back.credit, currency),
        "hold_for": None
        if waiting is None
        else {"name": waiting.name, "barcode": waiting.word, "reservation": waiting.reservation},
    }
    desk.answer.give(document, [f"{'Found' if back.was_lost else 'Returned'}: {back.title}.", *back.told])
    return 0


def renew(desk: Desk, args: argparse.Namespace) -> int:
    """The same patron keeps an item longer."""
    from patrondesk.services.circulation import renew
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    lent = renew(office, args.item, args.due)
    currency = current_policy(office).currency
    late = f" A late fine of {money.words(lent.late_fine, currency)} is raised." if lent.late_fine else ""
    document = {
        "item": lent.item_barcode,
        "title": lent.title,
        "due": lent.due.isoformat(),
        "renewals": lent.renewals,
        "late_fine": money.decimal_text(lent.late_fine, currency),
    }
    desk.answer.give(document, [f"Renewed until {messages.day(lent.due)}: {lent.title}.{late}"])
    return 0


def mark_lost(desk: Desk, args: argparse.Namespace) -> int:
    """One item's loan ends as lost."""
    from patrondesk.services.circulation import mark_lost
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    lost = mark_lost(office, args.item)
    said = "Marked as lost, its price charged." if lost.charged else "Marked as lost, written off."
    document = {
        "item": lost.item_barcode,
        "title": lost.title,
        "status": "lost",
        "charged": lost.charged,
        "amount": documents.amount(lost.amount, current_policy(office).currency),
    }
    desk.answer.give(document, [said])
    return 0


def reopen_one(desk: Desk, args: argparse.Namespace) -> int:
    """A loan that was marked as lost by mistake is open again."""
    from patrondesk.services.loans import reopen_lost

    reopen_lost(desk.sign_in(), LoanId(args.loan))
    desk.answer.give({"loan": args.loan, "status": "open"}, ["The loan is open again."])
    return 0
