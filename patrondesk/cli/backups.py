"""`backups`: those that are kept; one looked into beside the library, and one person brought back from it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents, patron_words
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs
from patrondesk.cli.purge_plan import file_argument

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.backups import Absence, BroughtBack
    from patrondesk.records.ids import PatronId
    from patrondesk.services.looking_back import OpenBackup

_ABOUT = "look into a backup beside the library, and bring one person back from it"


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("backups", _ABOUT)
    noun.add("list", "backups that are kept, the newest first", list_all)
    look = noun.add("look", "people in a backup", look_into)
    look.add_argument("file", type=file_argument, metavar="FILE", help="the backup")
    look.add_argument("--search", default="", metavar="TEXT", help="name, barcode or username")
    look.add_argument("--page", type=int, default=1, metavar="N")
    look.add_argument("--page-size", type=int, default=50, metavar="S")
    for word, does, what in (
        ("show", show_one, "one person as the backup has them"),
        ("bring-back", bring_one_back, "bring one person back who is no longer in the library"),
    ):
        one = noun.add(word, what, does)
        one.add_argument("file", type=file_argument, metavar="FILE", help="the backup")
        one.add_argument("username", metavar="USERNAME", help="username, barcode or external id in the backup")
    one.add_argument("--yes", action="store_true", help="do not ask")


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every backup, with how many purged patrons it still holds."""
    from patrondesk.services.backup_reading import list_backups

    lines = list_backups(desk.sign_in())
    document = [
        {
            "path": b.path,
            "made_at": b.made_at.isoformat(),
            "purpose": b.purpose,
            "size": b.size,
            "patrons": b.patrons,
            "there": b.there,
            "holds_purged": b.holds,
            "goes_on": documents.iso(b.until),
        }
        for b in lines
    ]
    rows = (
        (
            f"{messages.short_day(b.made_at.astimezone().date())}, {b.made_at.astimezone():%H:%M}",
            b.purpose.replace("_", " "),
            f"{b.patrons:,}",
            f"{b.holds:,}",
            messages.short_day(b.until) if b.until else "",
            b.path if b.there else f"{b.path} (missing)",
        )
        for b in lines
    )
    headings = ("Made", "Why", "Patrons", "Purged in it", "Goes on", "File")
    desk.answer.give({"backups": document}, table(headings, rows, (2, 3)) or ["There is no backup yet."])
    return 0


def look_into(desk: Desk, args: argparse.Namespace) -> int:
    """One page of the people in a backup; the search is in the library's log."""
    from patrondesk.services import looking_back

    office = desk.sign_in()
    with looking_back.open_backup(office, args.file) as opened:
        page = looking_back.search(office, opened, args.search, page=args.page, page_size=args.page_size)
        made = opened.shown.made_at.astimezone()
    pages = max(1, -(-page.total // page.page_size))
    document = {
        "made_at": opened.shown.made_at.isoformat(),
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "pages": pages,
        "rows": [documents.patron(row) for row in page.rows],
    }
    rows = ((p.name, p.username, p.barcode, p.patron_type, "" if p.enabled else "deactivated") for p in page.rows)
    said = f"{messages.count(page.total, 'patron')} in the backup of {messages.day(made.date())}, {made:%H:%M}."
    lines = [said, *table(("Name", "Username", "Barcode", "Type", ""), rows), f"Page {page.page} of {pages}."]
    desk.answer.give(document, lines)
    return 0


def _found(opened: OpenBackup, word: str) -> PatronId:
    from patrondesk.services.patrons import find_patron_id

    return find_patron_id(opened.inside, word)


def show_one(desk: Desk, args: argparse.Namespace) -> int:
    """Everything about one person as it was then, and how they stand in the library now."""
    from patrondesk.services import looking_back
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    with looking_back.open_backup(office, args.file) as opened:
        seen = looking_back.look_at(office, opened, _found(opened, args.username))
        currency = current_policy(opened.inside).currency
    document: Document = documents.details(seen.details, currency) | {
        "made_at": opened.shown.made_at.isoformat(),
        "loans": [documents.loan(row, currency) for row in seen.loans],
        "fines": [documents.fine(row, currency) for row in seen.fines],
        "reservations": [documents.reservation(row) for row in seen.reservations],
        "now": _absence(seen.absence),
    }
    desk.answer.give(document, [*patron_words.details(seen.details, currency), _standing(seen.absence)])
    return 0


def _absence(now: Absence) -> Document:
    return {
        "there": now.there,
        "batch": now.batch,
        "purged_on": documents.iso(now.purged_on),
        "undo_until": documents.iso(now.undo_until),
    }


def _standing(now: Absence) -> str:
    if now.there:
        return "In the library now: yes."
    if now.batch is None or now.purged_on is None:
        return "In the library now: no."
    went = f"In the library now: no; went with purge {now.batch} on {messages.day(now.purged_on)}"
    return f"{went}, which can be undone until {messages.day(now.undo_until)}." if now.undo_until else f"{went}."


def bring_one_back(desk: Desk, args: argparse.Namespace) -> int:
    """Brings one person back, as the backup has them; exit 1 when something of theirs did not come."""
    from patrondesk.services import looking_back
    from patrondesk.services.bringing_back import bring_back

    office = desk.sign_in()
    with looking_back.open_backup(office, args.file) as opened:
        patron_id = _found(opened, args.username)
        desk.confirm("This person comes back with everything that the backup holds of them.", 0, 0, args.yes)
        done = bring_back(office, opened, patron_id)
    left = done.loans_left + done.fines_left + done.belongings_left
    document = {
        "username": done.username,
        "batches": list(done.batches),
        "loans": done.loans_named + done.loans_added + done.loans_since,
        "loans_closed": done.loans_closed,
        "fines": done.fines_named + done.fines_added,
        "waived": documents.amount(done.waived, done.currency),
        "left": left,
        "clashes": [{"field": clash.field, "value": clash.value, "count": clash.count} for clash in done.clashes],
    }
    desk.answer.give(document, _lines(done, left))
    return 1 if left or done.clashes else 0


def _lines(done: BroughtBack, left: int) -> Iterator[str]:
    loans = done.loans_named + done.loans_added + done.loans_since
    fines = done.fines_named + done.fines_added
    yield f"{done.name} is back, with {messages.count(loans, 'loan')} and {messages.count(fines, 'fine')}."
    if done.loans_closed:
        yield f"Open in the backup, and closed now: {messages.count(done.loans_closed, 'loan')}; how they ended is not known."
    if done.waived:
        yield f"Waived by the purge, and still so: {money.words(done.waived, done.currency)}."
    for clash in done.clashes:
        name = {"external_id": "external id"}.get(clash.field, clash.field)
        yield (
            f"Came back without {name} {clash.value}: somebody else has it now."
            if clash.of_patron
            else (f"Came back without the number of the other system: {clash.count:,} {clash.field}.")
        )
    if left:
        yield f"Stayed away, as what they belong to is gone: {messages.count(left, 'record')}."
