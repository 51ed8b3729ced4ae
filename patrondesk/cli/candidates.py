"""`candidates`: the User Purge page, a page at a time."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages, money
from patrondesk.cli import documents
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, whole
from patrondesk.records.patrons import SORTS, CandidatesQuery

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.patrons import Candidate


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    parser = verbs.add("candidates", "show deactivated patrons, and what holds each of them", show)
    parser.add_argument("--page", type=whole, default=1, metavar="N", help="which page, counted from 1")
    parser.add_argument("--page-size", type=whole, default=50, metavar="ROWS", help="20, 50, 100 or 200 rows (50)")
    add_filters(parser)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """What chooses and orders the rows, the same for `candidates` and `purge --page`."""
    parser.add_argument("--search", default="", metavar="TEXT", help="words of name, barcode, username, homeroom, year level")
    parser.add_argument(
        "--reason", metavar="CODE", help="only those held by this reason; none: only those that can go; any: only those held"
    )
    parser.add_argument("--sort", default="name", metavar="COLUMN", help=f"one of: {', '.join(SORTS)}")
    parser.add_argument("--descending", action="store_true", help="the other way round")


def query_of(args: argparse.Namespace) -> CandidatesQuery:
    """What the words ask for."""
    return CandidatesQuery(args.page, args.page_size, args.search, args.reason, args.sort, args.descending)


def show(desk: Desk, args: argparse.Namespace) -> int:
    """One page with the counts of the whole search."""
    from patrondesk.services.candidates import candidates, candidates_counts
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    currency = current_policy(office).currency
    page = candidates(office, query_of(args))
    counts = candidates_counts(office, args.search)
    document = {
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "pages": page.pages,
        "counts": {"eligible": counts.eligible, **counts.by_code},
        "rows": [documents.candidate(row, currency) for row in page.rows],
    }
    held = counts.total - counts.eligible
    lines = [
        f"{messages.count(counts.total, 'candidate')}. {counts.eligible:,} can go now, "
        f"{held:,} {'has' if held == 1 else 'have'} something in the way.",
        *table(
            ("Name", "Username", "Class", "Deactivated", "On loan", "Owes", "Standing"),
            (_row(row, currency) for row in page.rows),
            (4, 5),
        ),
        f"Page {page.page} of {page.pages}.",
    ]
    desk.answer.give(document, lines)
    return 0


def _row(row: Candidate, currency: str) -> tuple[object, ...]:
    school_class = ", ".join(word for word in (row.year_level, row.homeroom) if word)
    owes = "not known" if row.unknown_fines else money.words(row.balance, currency) if row.balance else ""
    standing = "Can go now" if row.eligible else "Not yet: " + "; ".join(r.text for r in row.reasons if not r.overridden)
    since = messages.short_day(row.deactivated_on) if row.deactivated_on else ""
    return row.name, row.username or row.barcode, school_class, since, row.open_loans or "", owes, standing
