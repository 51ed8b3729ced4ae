"""Items by hand: found, listed, added, edited, withdrawn, put back. Copies of one title share it, so that it can be reserved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from patrondesk import money
from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import ItemId, TitleId
from patrondesk.records.lending import ItemLine, ItemsPage
from patrondesk.records.staff import Permission
from patrondesk.services import holds
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

STATES = ("available", "on_loan", "on_hold", "lost", "withdrawn", "on_order", "in_process")
_LONGEST = {"barcode": 60, "title": 1000, "author": 400, "call_number": 120, "collection": 120}
_PRICE_LIMIT = 1_000_000_00


@dataclass(frozen=True, slots=True)
class ItemFields:
    """What a person says of a copy. A barcode and a title are needed; `price` in minor units, None where it is not known."""

    barcode: str
    title: str
    author: str | None = None
    call_number: str | None = None
    collection: str | None = None
    price: int | None = None


@operation(Permission.VIEW_PATRONS, reads=True)
def list_items(work: Work, *, search: str = "", state: str = "", page: int = 1, page_size: int = 50) -> ItemsPage:
    """Items by title, page by page. `search`: a barcode's beginning, or words of title and author. Raises WrongUsage."""
    if page < 1 or not 1 <= page_size <= 1000:
        raise WrongUsage("That page cannot be shown.", "Pages are counted from 1, with 1 to 1000 rows.")
    if state and state not in STATES:
        raise WrongUsage(f"There is no state “{state}”.", f"Use one of: {', '.join(STATES)}.")
    where: list[sa.ColumnElement[bool]] = [Item.library_id == work.library_id]
    if state:
        where.append(Item.status == state)
    if search.strip():
        said = Title.title + " " + sa.func.coalesce(Title.author, "")
        words = [said.icontains(word, autoescape=True) for word in search.split()]
        where.append(sa.or_(Item.barcode.startswith(search.strip(), autoescape=True), sa.and_(*words)))
    total = work.session.scalar(sa.select(sa.func.count()).select_from(Item).join(Title, Title.id == Item.title_id).where(*where))
    rows = work.session.execute(
        _lines().where(*where).order_by(Title.title, Item.barcode).limit(page_size).offset((page - 1) * page_size)
    )
    return ItemsPage(total or 0, page, page_size, tuple(_line(row) for row in rows))


@operation(Permission.VIEW_PATRONS, reads=True)
def read_item(work: Work, barcode: str) -> ItemLine:
    """One item by its barcode. Raises NotFound."""
    row = work.session.execute(_lines().where(Item.library_id == work.library_id, Item.barcode == barcode.strip())).first()
    if row is None:
        raise NotFound(f"There is no item “{barcode}”.", "Check the barcode and try again.")
    return _line(row)


@operation(Permission.VIEW_PATRONS, reads=True)
def find_title(work: Work, words: str) -> TitleId:
    """The title of exactly this name, capitals aside. Raises NotFound, and Refused when several are called so."""
    found = work.session.scalars(
        sa.select(Title.id).where(
            Title.library_id == work.library_id,
            sa.func.lower(Title.title) == words.strip().lower(),
            sa.exists().where(Item.title_id == Title.id),
        )
    ).all()
    if not found:
        raise NotFound(f"There is no title “{words}”.", "Look for it with: patrondesk items list --search WORDS")
    if len(found) > 1:
        raise Refused(f"Several titles are called “{words}”.", "Name one of its copies by the barcode instead.", "SEVERAL")
    return TitleId(found[0])


def find_line(work: Work, barcode: str) -> ItemLine | None:
    """One item by its barcode, None where there is none."""
    row = work.session.execute(_lines().where(Item.library_id == work.library_id, Item.barcode == barcode.strip())).first()
    return _line(row) if row is not None else None


@operation(Permission.CIRCULATION)
def add_item(work: Work, new: ItemFields, *, status: str = "available") -> ItemLine:
    """Adds a copy; `status` may also be on_order or in_process. Whoever waits for the title gets it.

    Raises WrongUsage for what is missing or does not fit, Refused (TAKEN) for a barcode that another item has.
    """
    if status not in ("available", "on_order", "in_process"):
        raise WrongUsage("A new item is available, on order or being prepared.", "Choose one of the three.")
    clean = _checked(work, new)
    _free_barcode(work, clean.barcode, None)
    item = Item(
        library_id=work.library_id, title_id=_title(work, clean.title, clean.author).id, status=status,
        barcode=clean.barcode, call_number=clean.call_number, collection=clean.collection, price=clean.price,
    )  # fmt: skip
    work.session.add(item)
    work.session.flush()
    following = holds.hand_on(work, item) if status == "available" else None
    work.record("items.add", {"item": item.id, "held": following.id if following is not None else None})
    return _again(work, item)


@operation(Permission.CIRCULATION)
def edit_item(work: Work, item_id: ItemId, new: ItemFields) -> ItemLine:
    """Changes what is said of a copy. Another title moves only this copy, unless it is the only one.

    Raises as `add_item` does, and NotFound.
    """
    item = _item(work, item_id)
    clean = _checked(work, new)
    _free_barcode(work, clean.barcode, item.id)
    old = work.session.get_one(Title, item.title_id)
    if (old.title, old.author) != (clean.title, clean.author):
        copies = work.session.scalar(sa.select(sa.func.count()).select_from(Item).where(Item.title_id == old.id))
        if copies == 1:
            old.title, old.author = clean.title, clean.author
        else:
            item.title_id = _title(work, clean.title, clean.author).id
    for name in ("barcode", "call_number", "collection", "price"):
        setattr(item, name, getattr(clean, name))
    work.session.flush()
    work.record("items.edit", {"item": item.id})
    return _again(work, item)


@operation(Permission.CIRCULATION)
def withdraw_item(work: Work, item_id: ItemId) -> ItemLine:
    """Takes a copy out of the catalogue; its past loans stay. Refused while it is on loan or set aside for somebody."""
    item = _item(work, item_id)
    title = work.session.get_one(Title, item.title_id).title
    out = work.session.scalar(sa.select(Loan.id).where(Loan.item_id == item.id, Loan.status == "open"))
    if out is not None or item.status == "on_loan":
        raise Refused(f"“{title}” is on loan.", "Return it, or mark it as lost, first.", "ON_LOAN")
    if holds.holder(work, item) is not None:
        raise Refused(f"“{title}” is set aside for somebody.", "Cancel that reservation first.", "ON_HOLD")
    if item.status == "withdrawn":
        raise Refused(f"“{title}” is withdrawn already.", "Look at the list again.", "WITHDRAWN")
    item.status = "withdrawn"
    work.record("items.withdraw", {"item": item.id})
    return _again(work, item)


@operation(Permission.CIRCULATION)
def put_back_item(work: Work, item_id: ItemId) -> ItemLine:
    """A withdrawn copy, or one on order or being prepared, is available; whoever waits for it gets it. Refused for others."""
    item = _item(work, item_id)
    if item.status not in ("withdrawn", "on_order", "in_process"):
        raise Refused("This item is in the catalogue.", "Look at the list again.", "SO_ALREADY")
    following = holds.hand_on(work, item)
    work.record("items.put_back", {"item": item.id, "held": following.id if following is not None else None})
    return _again(work, item)


def _checked(work: Work, new: ItemFields) -> ItemFields:
    """The same, trimmed. Raises WrongUsage."""
    words = {name: (getattr(new, name) or "").strip() for name in _LONGEST}
    for name, example in (("barcode", "as the label in the book says it"), ("title", "as the title page says it")):
        if not words[name]:
            raise WrongUsage(f"An item needs a {name}.", f"Give the {name}, {example}.")
    for name, longest in _LONGEST.items():
        if len(words[name]) > longest:
            raise WrongUsage(f"The {name.replace('_', ' ')} is too long.", f"Use {longest} characters at most.")
    if new.price is not None and not 0 <= new.price <= _PRICE_LIMIT:
        most = money.words(_PRICE_LIMIT, read_policy(work.session, work.library_id).currency)
        raise WrongUsage("This price does not fit.", f"Give an amount from 0 to {most}, or none.")
    rest = (words["author"] or None, words["call_number"] or None, words["collection"] or None)
    return ItemFields(words["barcode"], words["title"], *rest, new.price)


def _free_barcode(work: Work, barcode: str, mine: int | None) -> None:
    other = work.session.scalar(sa.select(Item.id).where(Item.library_id == work.library_id, Item.barcode == barcode))
    if other is not None and other != mine:
        raise Refused(f"Another item has the barcode “{barcode}”.", "Choose another one, or look that item up.", "TAKEN")


def _title(work: Work, title: str, author: str | None) -> Title:
    """The title that copies share; one without an author joins a title of that name."""
    same = [Title.library_id == work.library_id, Title.title == title]
    if author is not None:
        same.append(Title.author == author)
    found = work.session.scalars(sa.select(Title).where(*same).order_by(Title.id).limit(1)).first()
    if found is None:
        found = Title(library_id=work.library_id, title=title, author=author)
        work.session.add(found)
        work.session.flush()
    return found


def _item(work: Work, item_id: ItemId) -> Item:
    item = work.session.get(Item, item_id, with_for_update=True)
    if item is None or item.library_id != work.library_id:
        raise NotFound("This item is no longer there.", "Look at the list again.")
    return item


def _again(work: Work, item: Item) -> ItemLine:
    work.session.flush()
    return _line(work.session.execute(_lines().where(Item.id == item.id)).one())


def _lines() -> sa.Select[Any]:
    due = sa.select(Loan.due_on).where(Loan.item_id == Item.id, Loan.status == "open").correlate(Item).scalar_subquery()
    waiting = (
        sa.select(sa.func.count())
        .select_from(Reservation)
        .where(Reservation.title_id == Item.title_id, Reservation.status == "open", Reservation.held_since.is_(None))
        .correlate(Item)
        .scalar_subquery()
    )
    return sa.select(Item, Title.title, Title.author, due, waiting).join(Title, Title.id == Item.title_id)


def _line(row: sa.Row[Any]) -> ItemLine:
    item, title, author, due, waiting = tuple(row)
    return ItemLine(
        ItemId(item.id), TitleId(item.title_id), item.barcode, title, author, item.call_number, item.collection, item.price,
        item.status, due, waiting,
    )  # fmt: skip
