"""`fines`: what is owed; paid, waived, disputed one at a time, and what the library owes; what one took today."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents
from patrondesk.cli import waive as many
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, key
from patrondesk.errors import WrongUsage
from patrondesk.records.ids import FineId

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.loans import FineLine


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("fines", "what is owed: list, pay, pay back, waive")
    listing = noun.add("list", "the fines of a patron, or all unsettled ones", list_some)
    listing.add_argument("username", nargs="?", metavar="USERNAME")
    listing.add_argument("--open", action="store_true", help="unsettled ones only")
    pay = noun.add("pay", "record a payment", pay_one)
    pay.add_argument("fine", type=key, metavar="FINE_ID")
    pay.add_argument("amount", nargs="?", metavar="AMOUNT", help="all of it, where none is given")
    back = noun.add("pay-back", "pay a patron what the library owes", pay_one_back)
    back.add_argument("username", metavar="USERNAME")
    back.add_argument("amount", nargs="?", metavar="AMOUNT", help="refused when something else is owed; all of it without one")
    back.add_argument("--note", metavar="TEXT")
    back.add_argument("--yes", action="store_true", help="do not ask")
    waive = noun.add("waive-one", "waive what is left of one fine", waive_one)
    waive.add_argument("fine", type=key, metavar="FINE_ID")
    waive.add_argument("--reason", required=True, metavar="REASON")
    waive.add_argument("--comment", metavar="TEXT")
    amount = noun.add("amount", "set the amount of a bill that is not known", set_amount)
    amount.add_argument("fine", type=key, metavar="FINE_ID")
    amount.add_argument("amount", metavar="AMOUNT")
    disputed = noun.add("dispute", "mark a fine as in dispute, or as owed again", dispute_one)
    disputed.add_argument("fine", type=key, metavar="FINE_ID")
    disputed.add_argument("--end", action="store_true", help="the dispute is settled: the fine is owed again")
    noun.add("today", "what you took at the desk today", list_today)
    many.add(noun)


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """Fines, unsettled ones first."""
    from patrondesk.services.fines import list_fines
    from patrondesk.services.patrons import find_patron_id
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    patron = find_patron_id(office, args.username) if args.username else None
    fines = list_fines(office, patron, unsettled_only=args.open)
    currency = current_policy(office).currency
    headings = ("Fine", "Type", "Title", "Charged", "Amount", "Owed", "State")
    lines = table(headings, (_row(fine, currency) for fine in fines), (0, 4, 5)) or ["Nothing is owed."]
    desk.answer.give({"fines": [documents.fine(fine, currency) for fine in fines]}, lines)
    return 0


def _row(fine: FineLine, currency: str) -> tuple[object, ...]:
    def worded(minor: int | None) -> str:
        return "not known" if minor is None else money.words(minor, currency)

    charged = messages.short_day(fine.charged_on) if fine.charged_on else ""
    return fine.id, fine.type, fine.title, charged, worded(fine.amount), worded(fine.balance), fine.status.replace("_", " ")


def pay_one(desk: Desk, args: argparse.Namespace) -> int:
    """Records a payment of an amount, or of all that is owed."""
    from patrondesk.services.fines import pay
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    currency = current_policy(office).currency
    paid = _amount(args.amount, currency)
    left = pay(office, FineId(args.fine), paid)
    desk.answer.give(
        {"fine": args.fine, "balance": money.decimal_text(left, currency)}, [f"Paid. {money.words(left, currency)} is left."]
    )
    return 0


def _amount(said: str | None, currency: str) -> int | None:
    try:
        return None if said is None else money.parse(said, currency)
    except ValueError:
        raise WrongUsage(f"“{said}” is not an amount of money.", "Write it as 12.50.") from None


def pay_one_back(desk: Desk, args: argparse.Namespace) -> int:
    """Pays out a patron's credit, less what the patron owes; asks where somebody is there to be asked."""
    from patrondesk.services.fines import pay_back
    from patrondesk.services.patrons import find_patron_id, read_details
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    patron, currency = find_patron_id(office, args.username), current_policy(office).currency
    amount = _amount(args.amount, currency)
    credit = -read_details(office, patron).balance
    if credit > 0:
        desk.confirm_here(f"{money.words(credit, currency)} will be paid back.", args.yes)
    # The amount that was asked about, so that a change in between is not paid out unseen.
    done = pay_back(office, patron, amount if amount is not None else credit, args.note)
    said = f"{money.words(done.paid, currency)} paid back."
    if done.set_off:
        said += f" {money.words(done.set_off, currency)} that was owed is settled with the credit."
    document = {
        "username": args.username,
        "paid_back": money.decimal_text(done.paid, currency),
        "set_off": money.decimal_text(done.set_off, currency),
    }
    desk.answer.give(document, [said])
    return 0


def waive_one(desk: Desk, args: argparse.Namespace) -> int:
    """Waives what is left of one fine."""
    from patrondesk.services.fines import waive
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    waived = waive(office, FineId(args.fine), args.reason, args.comment)
    currency = current_policy(office).currency
    desk.answer.give(
        {"fine": args.fine, "amount_waived": money.decimal_text(waived, currency)}, [f"{money.words(waived, currency)} waived."]
    )
    return 0


def set_amount(desk: Desk, args: argparse.Namespace) -> int:
    """Gives a bill of unknown amount its amount."""
    from patrondesk.services.fines import set_amount
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    currency = current_policy(office).currency
    wanted = _amount(args.amount, currency)
    assert wanted is not None, "the grammar asks for it"
    owed = set_amount(office, FineId(args.fine), wanted)
    desk.answer.give(
        {"fine": args.fine, "balance": money.decimal_text(owed, currency)}, [f"{money.words(owed, currency)} is owed."]
    )
    return 0


def dispute_one(desk: Desk, args: argparse.Namespace) -> int:
    """A fine is in dispute, or not any more."""
    from patrondesk.services.fines import dispute

    dispute(desk.sign_in(), FineId(args.fine), not args.end)
    said = "The fine is owed again." if args.end else "The fine is in dispute."
    desk.answer.give({"fine": args.fine, "status": "active" if args.end else "in_dispute"}, [said])
    return 0


def list_today(desk: Desk, _args: argparse.Namespace) -> int:
    """What the signed-in person took and paid out today, newest first."""
    from patrondesk.services.fines import list_desk_day
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    day, currency = list_desk_day(office), current_policy(office).currency
    rows = ((f"{p.at.astimezone():%H:%M}", p.fine, p.type, p.name or "", money.words(p.amount, currency)) for p in day.payments)
    payments = [
        {
            "at": documents.iso(p.at),
            "fine": p.fine,
            "type": p.type,
            "name": p.name,
            "amount": money.decimal_text(p.amount, currency),
        }
        for p in day.payments
    ]
    told = table(("Time", "Fine", "Type", "Patron", "Amount"), rows, (1, 4))
    desk.answer.give(
        {"total": money.decimal_text(day.total, currency), "payments": payments},
        [*told, f"Taken today: {money.words(day.total, currency)}."],
    )
    return 0
