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
    found = noun.add("found", "a lost item has come back", item_found)
    found.add_argument("item", metavar="ITEM_BARCODE")
    reopen = noun.add("reopen", "take back a wrong mark as lost", reopen_one)
    reopen.add_argument("loan", type=key, metavar="LOAN_ID")
    lend = noun.add("checkout", "lend an item to a patron", check_out)
    lend.add_argument("username", metavar="USERNAME")
    lend.add_argument("item", metavar="ITEM_BARCODE")
    lend.add_argument("--due", type=day, metavar="DATE", help="the day it is due; without it, in two weeks")
    for verb, words, does in (
        ("return", "take an item back", take_back),
        ("renew", "lend an item on to the same patron", renew),
        ("lost", "end an item's loan as lost", mark_lost),
    ):
        noun.add(verb, words, does).add_argument("item", metavar="ITEM_BARCODE")


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
    due = check_out(office, find_patron_id(office, args.username), args.item, args.due)
    document = {"username": args.username, "item": args.item, "due": due.isoformat()}
    desk.answer.give(document, [f"Lent until {messages.day(due)}."])
    return 0


def take_back(desk: Desk, args: argparse.Namespace) -> int:
    """An item comes back."""
    from patrondesk.services.circulation import take_back

    title = take_back(desk.sign_in(), args.item)
    desk.answer.give({"item": args.item, "title": title, "status": "available"}, [f"Returned: {title}."])
    return 0


def renew(desk: Desk, args: argparse.Namespace) -> int:
    """The same patron keeps an item longer."""
    from patrondesk.services.circulation import renew

    due = renew(desk.sign_in(), args.item)
    desk.answer.give({"item": args.item, "due": due.isoformat()}, [f"Renewed until {messages.day(due)}."])
    return 0


def mark_lost(desk: Desk, args: argparse.Namespace) -> int:
    """One item's loan ends as lost."""
    from patrondesk.services.circulation import mark_lost

    charged = mark_lost(desk.sign_in(), args.item)
    said = "Marked as lost, its price charged." if charged else "Marked as lost, written off."
    desk.answer.give({"item": args.item, "status": "lost", "charged": charged}, [said])
    return 0


def item_found(desk: Desk, args: argparse.Namespace) -> int:
    """A lost item is available again."""
    from patrondesk.services.loans import found

    said = found(desk.sign_in(), args.item)
    desk.answer.give({"item": args.item, "text": said}, [said])
    return 0


def reopen_one(desk: Desk, args: argparse.Namespace) -> int:
    """A loan that was marked as lost by mistake is open again."""
    from patrondesk.services.loans import reopen_lost

    reopen_lost(desk.sign_in(), LoanId(args.loan))
    desk.answer.give({"loan": args.loan, "status": "open"}, ["The loan is open again."])
    return 0
