"""`patrons list`: a page of a list, searched, filtered and sorted; or all of it as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, day, whole
from patrondesk.records.patron_lists import LIST_SORTS, STATES, PatronFilter, PatronQuery

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.patrons import PatronLine

_NAMED = (
    ("--type", "patron_type", "of this patron type"),
    ("--group", "user_group", "of this user group"),
    ("--year-level", "year_level", "of this year level"),
    ("--homeroom", "homeroom", "of this homeroom"),
    ("--cohort", "cohort", "of this cohort"),
)
_FLAGS = (
    ("--expired", "expired", "whose membership has ended"),
    ("--blocked", "blocked", "who are blocked by hand"),
    ("--owes", "owes", "who owe money"),
    ("--has-loans", "has_loans", "who have items on loan"),
    ("--protected", "protected", "who are flagged to keep"),
    ("--access-request", "access_request", "with an open request to see the data"),
    ("--staff-role", "staff", "with a staff role"),
)


def add(noun: Verbs) -> None:
    """The verb and its words."""
    listing = noun.add("list", "patrons by name", list_some)
    listing.add_argument("--search", default="", metavar="TEXT", help="beginnings of name, barcode, username, homeroom, level")
    add_filters(listing)
    listing.add_argument("--sort", default="name", metavar="COLUMN", help=f"one of: {', '.join(LIST_SORTS)}")
    listing.add_argument("--descending", action="store_true", help="the other way round")
    listing.add_argument("--page", type=whole, default=1, metavar="N")
    listing.add_argument("--page-size", type=whole, default=50, metavar="ROWS")
    listing.add_argument("--export", type=Path, metavar="FILE", help="save everybody on the list, .xlsx or .csv")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Who is meant; everything that is given must hold."""
    parser.add_argument("--state", default="all", help=", ".join(STATES))
    for option, field, said in _NAMED:
        parser.add_argument(option, dest=f"of_{field}", metavar="NAME", help=f"only those {said}")
    parser.add_argument("--expires-before", type=day, metavar="DATE", help="only those whose membership ends before this day")
    for option, field, said in _FLAGS:
        parser.add_argument(option, dest=f"of_{field}", action="store_true", help=f"only those {said}")


def filter_of(args: argparse.Namespace) -> PatronFilter:
    """What the words ask for."""
    # `staff` alone is the person at the desk.
    given = {field: getattr(args, f"of_{field}") for _, field, _ in (*_NAMED, *_FLAGS)}
    return PatronFilter(args.state, expires_before=args.expires_before, **given)


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """One page of patrons."""
    from patrondesk.cli.writing import check_target
    from patrondesk.services.patron_listing import list_patrons

    if args.export is not None:
        check_target(args.export)
    office, chosen = desk.sign_in(), filter_of(args)
    page = list_patrons(
        office, search=args.search, chosen=chosen, page=args.page, page_size=args.page_size, sort=args.sort,
        descending=args.descending,
    )  # fmt: skip
    pages = max(1, -(-page.total // page.page_size))
    document = {
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "pages": pages,
        "rows": [documents.patron(row) for row in page.rows],
    }
    lines = [messages.count(page.total, "patron") + "."]
    if args.export is not None:
        from patrondesk.services.patron_export import export_list

        query = PatronQuery(args.search, chosen, args.sort, args.descending)
        written = export_list(office, query, args.export)
        document |= {"exported": str(written.path), "exported_rows": written.rows}
        lines.append(f"Saved as {written.path}: {messages.count(written.rows, 'patron')}.")
    else:
        headings = ("Name", "Username", "Barcode", "Type", "Class", "")
        lines += [*table(headings, map(_row, page.rows)), f"Page {page.page} of {pages}."]
    desk.answer.give(document, lines)
    return 0


def _row(p: PatronLine) -> tuple[object, ...]:
    school_class = ", ".join(word for word in (p.year_level, p.homeroom) if word)
    said = ["" if p.enabled else "deactivated", "blocked" if p.blocked else "", f"old card {p.old_card}" if p.old_card else ""]
    return p.name, p.username, p.barcode, p.patron_type, school_class, ", ".join(word for word in said if word)
