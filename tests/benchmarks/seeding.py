"""Seeded libraries for benchmarks: n patrons, 20 past loans each, 2 % with open loans, 3 % with fines, 10 % candidates, and rarer things."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from pathlib import Path

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.services import libraries

USER, PASSWORD = "bench", "bench-password"
PAST_LOANS = 20


def seed_library(path: Path, patrons: int, seed: int = 1, past_loans: int = PAST_LOANS) -> None:
    """Writes the library with sqlite3 alone, so that making it takes no longer than it must."""
    database = Database(path)
    libraries.create_library(database, Clock(), name="Benchmark", username=USER, password=PASSWORD)
    database.close()
    dice = random.Random(seed)
    link = sqlite3.connect(path, isolation_level=None)
    link.execute("PRAGMA synchronous = OFF")
    link.execute("BEGIN")
    now = "2026-01-10 10:00:00.000000"
    link.executemany(
        "INSERT INTO year_levels(id, name, position) VALUES (?, ?, ?)", [(i, f"Year {6 + i}", i) for i in range(1, 7)]
    )
    link.execute("INSERT INTO patron_types(id, name) VALUES (50, 'student')")
    link.executemany("INSERT INTO titles(id, library_id, title) VALUES (?, 1, ?)", [(i, f"Title {i}") for i in range(1, 5001)])
    items = max(10_000, patrons // 2)
    link.executemany(
        "INSERT INTO items(id, library_id, title_id, barcode, price, status, collection) VALUES (?, 1, ?, ?, 1500, 'available', 'Fiction')",
        ((i, 1 + i % 5000, f"IT{i:08d}") for i in range(1, items + 1)),
    )
    link.executemany(
        "INSERT INTO patrons(id, library_id, version, username, barcode, external_id, family_name, given_name, sort_key, search_text, email,"
        " patron_type_id, record_type, account_type, year_level_id, homeroom, enabled, deactivated_at, deactivated_through,"
        " deactivated_reason, created_at, updated_at) VALUES (?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, 50, 'public', 'external', ?, ?, ?, ?, ?, ?, ?, ?)",
        (_patron(dice, i, now) for i in range(2, patrons + 2)),
    )
    link.executemany(
        "INSERT INTO loans(library_id, patron_id, item_id, checked_out_at, due_on, renewals, ended_at, status, patron_type, year_level,"
        " homeroom, collection) VALUES (1, ?, ?, ?, ?, 0, ?, 'returned', 'student', ?, ?, 'Fiction')",
        (_past(dice, 2 + n % patrons, items) for n in range(patrons * past_loans)),
    )
    lent = iter(range(1, items + 1))
    link.executemany(
        "INSERT INTO loans(library_id, patron_id, item_id, checked_out_at, due_on, renewals, status) VALUES (1, ?, ?, ?, '2026-02-01', 0, 'open')",
        [(i, next(lent), now) for i in range(2, patrons + 2) if dice.random() < 0.02],
    )
    link.execute("UPDATE items SET status = 'on_loan' WHERE id IN (SELECT item_id FROM loans WHERE status = 'open')")
    link.executemany(
        "INSERT INTO fines(library_id, patron_id, type, origin, amount, balance, status, charged_on) VALUES (1, ?, 'Overdue', 'import', 250, 250, 'active', '2026-01-05')",
        [(i,) for i in range(2, patrons + 2) if dice.random() < 0.03],
    )
    _rarities(link, dice, patrons)
    link.execute("UPDATE patrons SET last_activity_at = (SELECT max(ended_at) FROM loans WHERE patron_id = patrons.id)")
    link.execute("COMMIT")  # and no ANALYZE: the program makes none, so the planner knows no more than in a real library
    link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link.close()


def _patron(dice: random.Random, i: int, now: str) -> tuple[object, ...]:
    off = dice.random() < 0.1
    family, given = f"Family{dice.randrange(40_000):05d}", f"Given{i}"
    key = f"{family.lower()}\x01{given.lower()}"
    return (
        i,
        f"user{i:07d}",
        f"P{i:07d}",
        f"S{i:07d}",
        family,
        given,
        key,
        f"{key}\x01user{i:07d}\x01p{i:07d}",
        f"u{i}@school.example",
        1 + i % 6,
        f"{7 + i % 6}{'ABCD'[i % 4]}",
        0 if off else 1,
        now if off else None,
        "rollover" if off else None,
        "graduated" if off else None,
        now,
        now,
    )


def _rarities(link: sqlite3.Connection, dice: random.Random, patrons: int) -> None:
    """What a few in a thousand have, so that every reason occurs: other fines, requests, duties, flags, dependents, roles."""
    people = range(2, patrons + 2)

    def some(share: float) -> list[int]:
        return dice.sample(people, max(5, int(patrons * share)))

    def fines(share: float, balance: int | None, status: str) -> None:
        link.executemany(
            "INSERT INTO fines(library_id, patron_id, type, origin, amount, balance, status) VALUES (1, ?, 'Lost', 'import', ?, ?, ?)",
            [(key, balance, balance, status) for key in some(share)],
        )

    fines(0.01, 0, "closed")
    fines(0.002, 900, "in_dispute")
    fines(0.002, -150, "active")
    fines(0.001, None, "active")
    link.executemany(
        "INSERT INTO reservations(library_id, patron_id, title_id, status) VALUES (1, ?, 1, ?)",
        [(key, word) for word in ("open", "filled") for key in some(0.005)],
    )
    kinds = ("po_line", "purchase_order", "invoice", "locked_bib", "import_profile", "md_editor", "asset", "grant", "other")
    link.executemany(
        "INSERT INTO responsibilities(library_id, patron_id, kind, reference, status) VALUES (1, ?, ?, 'x', 'open')",
        [(key, kind) for kind in kinds for key in some(0.0005)],
    )
    link.executemany(
        "INSERT INTO protections(patron_id, reason, created_at, until) VALUES (?, 'stays', '2026-01-10 10:00:00.000000', ?)",
        [(key, until) for until in (None, "2025-12-31", "2999-12-31") for key in some(0.002)],
    )
    link.executemany("UPDATE patrons SET guarantor_id = ? WHERE id = ?", zip(some(0.005), some(0.005), strict=True))
    link.executemany(
        "INSERT INTO portraits(patron_id, media_type, image) VALUES (?, 'image/png', zeroblob(2000))", [(k,) for k in some(0.01)]
    )
    link.executemany(
        "INSERT INTO staff_accounts(library_id, patron_id, display_name, role_id, failed_tries)"
        " SELECT 1, ?, 'Staff', id, 0 FROM roles WHERE code IN ('librarian', 'patron') ORDER BY code = ? LIMIT 1",
        [(key, dice.choice(("librarian", "patron"))) for key in some(0.002)],
    )
    link.execute(
        "INSERT INTO guard_overrides(patron_id, code, comment, created_at) SELECT DISTINCT patron_id, 'BALANCE_DUE', 'agreed',"
        " '2026-01-10 10:00:00.000000' FROM fines WHERE id % 7 = 0 AND patron_id IS NOT NULL"
    )


def _past(dice: random.Random, patron: int, items: int) -> tuple[object, ...]:
    out = dt.date(2024, 1, 1) + dt.timedelta(days=dice.randrange(700))
    back = out + dt.timedelta(days=14)
    return (
        patron,
        1 + dice.randrange(items),
        f"{out} 09:30:00.000000",
        f"{back}",
        f"{back} 10:15:00.000000",
        f"Year {7 + patron % 6}",
        f"{7 + patron % 6}A",
    )
