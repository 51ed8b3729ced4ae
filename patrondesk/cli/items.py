"""`items`: the copies of the library, found, shown, added, edited, withdrawn and put back by hand."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, whole
from patrondesk.errors import WrongUsage

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.lending import ItemLine
    from patrondesk.services.office import Office

_WORDS = (("title", "TITLE"), ("author", "NAME"), ("call-number", "TEXT"), ("collection", "NAME"), ("price", "AMOUNT"))


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("items", "the copies of the library: list, show, add, edit, withdraw, put back")
    listing = noun.add("list", "items by title", list_some)
    listing.add_argument("--search", default="", metavar="TEXT", help="a barcode's beginning, or words of title and author")
    listing.add_argument("--state", default="", metavar="STATE")
    listing.add_argument("--page", type=whole, default=1, metavar="N")
    listing.add_argument("--page-size", type=whole, default=50, metavar="S")
    noun.add("show", "one item", show_one).add_argument("item", metavar="ITEM_BARCODE")
    new = noun.add("add", "add an item by hand", add_one)
    new.add_argument("item", metavar="ITEM_BARCODE")
    new.add_argument("--status", default="available", metavar="STATE", help="available, on_order or in_process")
    change = noun.add("edit", "change what is said of an item", edit_one)
    change.add_argument("item", metavar="ITEM_BARCODE")
    change.add_argument("--barcode", metavar="ITEM_BARCODE", help="another barcode")
    for parser in (new, change):
        for word, kind in _WORDS:
            parser.add_argument(f"--{word}", metavar=kind, required=parser is new and word == "title")
    noun.add("withdraw", "take an item out of the catalogue", withdraw_one).add_argument("item", metavar="ITEM_BARCODE")
    noun.add("put-back", "a withdrawn item is available again", put_back_one).add_argument("item", metavar="ITEM_BARCODE")


def document(line: ItemLine, currency: str) -> Document:
    """One item."""
    return {
        "id": line.id,
        "barcode": line.barcode,
        "title": line.title,
        "author": line.author,
        "call_number": line.call_number,
        "collection": line.collection,
        "price": documents.amount(line.price, currency),
        "status": line.status,
        "due": documents.iso(line.due),
        "waiting": line.waiting,
    }


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """Items by title, page by page."""
    from patrondesk.services.items import list_items
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    page = list_items(office, search=args.search, state=args.state, page=args.page, page_size=args.page_size)
    currency = current_policy(office).currency
    rows = [document(line, currency) for line in page.rows]
    answer = {"total": page.total, "page": page.page, "page_size": page.page_size, "rows": rows}
    headings = ("Barcode", "Title", "Author", "Call number", "Collection", "Price", "State", "Due")
    lines = table(headings, [_row(line, currency) for line in page.rows], (5,)) or ["No item is found."]
    desk.answer.give(answer, [*lines, f"{messages.count(page.total, 'item')} in all."])
    return 0


def _row(line: ItemLine, currency: str) -> tuple[object, ...]:
    price = money.words(line.price, currency) if line.price is not None else ""
    due = messages.short_day(line.due) if line.due else ""
    return line.barcode, line.title, line.author, line.call_number, line.collection, price, line.status.replace("_", " "), due


def show_one(desk: Desk, args: argparse.Namespace) -> int:
    """One item by its barcode."""
    from patrondesk.services.items import read_item

    office = desk.sign_in()
    return _give(desk, office, read_item(office, args.item), "")


def add_one(desk: Desk, args: argparse.Namespace) -> int:
    """A new copy."""
    from patrondesk.services.items import ItemFields, add_item

    office = desk.sign_in()
    fields = ItemFields(args.item, args.title, args.author, args.call_number, args.collection, _price(office, args.price))
    return _give(desk, office, add_item(office, fields, status=args.status), "Added")


def edit_one(desk: Desk, args: argparse.Namespace) -> int:
    """What is given changes, the rest stays; an empty text takes something away."""
    from patrondesk.services.items import ItemFields, edit_item, read_item

    office = desk.sign_in()
    old = read_item(office, args.item)

    def said(word: str, present: str | None) -> str | None:
        given = getattr(args, word)
        return present if given is None else given

    price = old.price if args.price is None else _price(office, args.price or None)
    fields = ItemFields(
        said("barcode", old.barcode) or "", said("title", old.title) or "", said("author", old.author),
        said("call_number", old.call_number), said("collection", old.collection), price,
    )  # fmt: skip
    return _give(desk, office, edit_item(office, old.id, fields), "Changed")


def withdraw_one(desk: Desk, args: argparse.Namespace) -> int:
    """A copy leaves the catalogue; its past loans stay."""
    from patrondesk.services.items import read_item, withdraw_item

    office = desk.sign_in()
    return _give(desk, office, withdraw_item(office, read_item(office, args.item).id), "Withdrawn")


def put_back_one(desk: Desk, args: argparse.Namespace) -> int:
    """A copy is in the catalogue again."""
    from patrondesk.services.items import put_back_item, read_item

    office = desk.sign_in()
    return _give(desk, office, put_back_item(office, read_item(office, args.item).id), "Put back")


def _price(office: Office, said: str | None) -> int | None:
    from patrondesk.services.policy import current_policy

    try:
        return None if said is None else money.parse(said, current_policy(office).currency)
    except ValueError:
        raise WrongUsage(f"“{said}” is not an amount of money.", "Write it as 12.50.") from None


def _give(desk: Desk, office: Office, line: ItemLine, did: str) -> int:
    from patrondesk.services.policy import current_policy

    currency = current_policy(office).currency
    told = [f"{did}: {line.title}."] if did else []
    facts = (("Barcode", line.barcode), ("Title", line.title), ("Author", line.author), ("Call number", line.call_number),
             ("Collection", line.collection), ("Price", money.words(line.price, currency) if line.price is not None else None),
             ("State", line.status.replace("_", " ")), ("Due", messages.day(line.due) if line.due else None))  # fmt: skip
    desk.answer.give(document(line, currency), [*told, *(f"{name}: {value}" for name, value in facts if value)])
    return 0
