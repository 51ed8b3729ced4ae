"""Searching as one types among many patrons, beside the plainest way of asking the same: `python tests/benchmarks/bench_search.py`.

The limit is sqlite3 alone, with the best statement for what is typed written by hand, and the fifty rows it shows.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from patrondesk.database import Database
from patrondesk.records.patron_lists import PatronQuery
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services.candidates import candidates
from patrondesk.services.office import Office
from patrondesk.services.patron_listing import count_patrons, find_rows
from patrondesk.services.searching import beyond
from patrondesk.services.signin import sign_in
from tests.benchmarks.crowd import PASSWORD, USER, seed_crowd

BUDGET_MS = 50
_ROWS = (
    "SELECT id, username, barcode, external_id, family_name, given_name, homeroom, enabled, expiry_date, search_text FROM patrons"
    " WHERE id IN ({})"
)


def plain(link: sqlite3.Connection, words: list[str]) -> Callable[[], object]:
    """The plainest program: a rare word is looked up and sorted; a common one is met soon in the order of the list."""

    def ask() -> object:
        first = words[0]
        end = beyond(first)
        few = link.execute(
            "SELECT count(*) FROM (SELECT 1 FROM patron_words WHERE word >= ? AND word < ? LIMIT 8001)", (first, end)
        ).fetchone()[0]
        tests = "".join(" AND instr(char(1) || search_text, char(1) || ?) > 0" for _ in words[1:])
        if few <= 8000:
            asked = (
                "SELECT id FROM patrons WHERE id IN (SELECT patron_id FROM patron_words WHERE word >= ? AND word < ?)"
                f"{tests} ORDER BY sort_key, id LIMIT 50"
            )
            found = link.execute(asked, (first, end, *words[1:]))
        else:
            asked = (
                "SELECT id FROM patrons WHERE library_id = 1 AND instr(char(1) || search_text, char(1) || ?) > 0"
                f"{tests} ORDER BY sort_key, id LIMIT 50"
            )
            found = link.execute(asked, (first, *words[1:]))
        return link.execute(_ROWS.format(",".join(str(row[0]) for row in found))).fetchall()

    return ask


def took(ask: Callable[[], object], times: int) -> float:
    """The median, in milliseconds of the processor: others may be at work beside."""
    runs = []
    for _ in range(times):
        begun = time.process_time()
        ask()
        runs.append((time.process_time() - begun) * 1000)
    return statistics.median(runs)


def typings(link: sqlite3.Connection, patrons: int) -> dict[str, str]:
    """What is typed, by what it shows."""
    common = [
        row[0] for row in link.execute(
            "SELECT word FROM patron_words WHERE word GLOB '[a-z]*' AND length(word) > 3 AND word <> 'year'"
            " GROUP BY word ORDER BY count(*) DESC LIMIT 2"
        )
    ]  # fmt: skip
    rare = link.execute("SELECT family_name FROM patrons GROUP BY 1 ORDER BY count(*), 1 LIMIT 1").fetchone()[0].lower()
    last = link.execute("SELECT family_name FROM patrons ORDER BY sort_key DESC LIMIT 1").fetchone()[0].lower()
    card, old = (
        link.execute("SELECT barcode FROM patrons WHERE id = ?", (patrons // 2,)).fetchone()[0],
        link.execute("SELECT barcode FROM former_barcodes LIMIT 1").fetchone()[0],
    )
    return {
        "nothing typed": "", "one letter": "a", "one letter, late in the list": "z", "one letter that everybody has": "p",
        "two letters": "ma", "a rare name": rare, "the last name of all": last, "a common word": common[0],
        "two common words": " ".join(common), "two short beginnings": f"{common[0][:2]} {common[1][:2]}",
        "a class": "year 9", "a barcode": card, "the beginning of a barcode": card[:5],
        "two figures of a barcode, late in the list": "p09", "an old card": old, "nothing found": "zzzzz",
    }  # fmt: skip


def main() -> None:
    """Prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patrons", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path, help="a library seeded before; made there when it is missing")
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = args.file or Path(folder) / "crowd.patrondesk"
        if not file.exists():
            seed_crowd(file, args.patrons)
        measure(file, args.patrons, args.times)


def measure(file: Path, patrons: int, times: int) -> None:
    """The page, its number, the limit, and the User Purge page, for everything that is typed."""
    database = Database(file)
    office = sign_in(Office(database), USER, PASSWORD)
    link = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    print(f"{patrons:,} patrons; milliseconds of the processor, medians of {times}; budget of the first rows {BUDGET_MS}")
    print(f"{'typed':44}{'first rows':>11}{'limit':>8}{'ratio':>7}{'number':>9}{'purge page':>12}")
    for name, typed in typings(link, patrons).items():
        query = PatronQuery(typed)
        rows = took(lambda query=query: find_rows(office, query), times)
        number = took(lambda query=query: count_patrons(office, query, 10_000), times)
        purge = took(lambda typed=typed: candidates(office, CandidatesQuery(search=typed)), times)
        limit = took(plain(link, typed.lower().split()), times) if typed.strip() else None
        beside = f"{limit:8.1f}{rows / limit:7.1f}" if limit else f"{'':15}"
        over = " over" if rows > BUDGET_MS else ""
        print(f"{name:44}{rows:11.1f}{beside}{number:9.1f}{purge:12.1f}{over}")
    database.close()


if __name__ == "__main__":
    main()
