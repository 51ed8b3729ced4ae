"""Seeded libraries for benchmarks: n patrons, 20 past loans each, 2 % with open loans, 3 % with fines, 10 % candidates."""

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


def seed_library(path: Path, patrons: int, seed: int = 1) -> None:
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
        (_past(dice, 2 + n % patrons, items) for n in range(patrons * PAST_LOANS)),
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
    link.execute("UPDATE patrons SET last_activity_at = (SELECT max(ended_at) FROM loans WHERE patron_id = patrons.id)")
    link.execute("COMMIT")
    link.execute("ANALYZE")
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
