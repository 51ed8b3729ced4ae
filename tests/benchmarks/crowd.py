"""A library of many patrons without loans, with names as common as they are: what a search meets at its largest."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.services import libraries

USER, PASSWORD = "bench", "bench-password"
_NOW = "2026-01-10 10:00:00.000000"
_SYLLABLES = (
    "ma",
    "ri",
    "an",
    "lo",
    "ka",
    "te",
    "so",
    "vi",
    "ne",
    "ru",
    "ha",
    "li",
    "do",
    "pe",
    "wi",
    "za",
    "ge",
    "fo",
    "bu",
    "chi",
)
_COLUMNS = (
    "id, library_id, version, username, barcode, external_id, family_name, given_name, sort_key, search_text, patron_type_id,"
    " record_type, account_type, year_level_id, homeroom, enabled, deactivated_at, deactivated_through, deactivated_reason,"
    " created_at, updated_at"
)


def names(dice: random.Random, number: int) -> list[str]:
    """Made-up names, all different."""
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(dice.choices(_SYLLABLES, k=dice.choice((2, 2, 3, 3, 4))))] = None
    return list(found)


def seed_crowd(path: Path, patrons: int, seed: int = 1) -> None:
    """Writes the library with sqlite3 alone. The n-th commonest name is borne by a share of 1/n, as names are.

    Barcodes follow the order of names, as in a school's own file sorted by name: the worst case of a search by number.
    """
    database = Database(path)
    libraries.create_library(database, Clock(), name="Benchmark", username=USER, password=PASSWORD)
    database.close()
    dice = random.Random(seed)
    link = sqlite3.connect(path, isolation_level=None)
    link.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN")
    triggers = link.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'patron_words%'").fetchall()
    for name, _ in triggers:
        link.execute(f"DROP TRIGGER {name}")
    link.executemany(
        "INSERT INTO year_levels(id, name, position) VALUES (?, ?, ?)", [(i, f"Year {6 + i}", i) for i in range(1, 7)]
    )
    link.execute("INSERT INTO patron_types(id, name) VALUES (50, 'student')")
    link.executemany(
        f"INSERT INTO patrons({_COLUMNS}) VALUES (?, 1, 1, ?, ?, ?, ?, ?, ?, ?, 50, 'public', 'external', ?, ?, ?, ?, ?, ?, ?, ?)",
        _people(dice, patrons),
    )
    _old_cards(link, dice, patrons)
    link.execute("DELETE FROM patron_words")
    between = "".join("replace(" for _ in " -._/@,"[1:])
    spaced = f"{between}replace(search_text, char(1), ' ')" + "".join(f", '{c}', ' ')" for c in "-._/@,")
    link.execute(
        "INSERT INTO patron_words SELECT DISTINCT value, patrons.id FROM patrons,"
        f" json_each('[\"' || replace({spaced}, ' ', '\",\"') || '\"]') WHERE value <> '' ORDER BY 1, 2"
    )
    for _, sql in triggers:
        link.execute(sql)
    link.execute("COMMIT")
    link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link.close()


def _people(dice: random.Random, patrons: int) -> Iterator[tuple[object, ...]]:
    families, givens = names(dice, 20_000), names(dice, 4_000)
    family_share = [1 / place for place in range(10, len(families) + 10)]
    given_share = [1 / place for place in range(10, len(givens) + 10)]
    chosen = sorted(dice.choices(families, family_share, k=patrons))
    called = dice.choices(givens, given_share, k=patrons)
    order = list(range(2, patrons + 2))
    dice.shuffle(order)  # rows lie in the order in which people came, not in that of their names
    for place, (family, given) in enumerate(zip(chosen, called, strict=True)):
        key, off, level = order[place], dice.random() < 0.1, dice.randrange(6)
        username, barcode, outside = f"{given[:1]}{family}{key % 97}x{key}", f"p{place:07d}", f"s{key:07d}"
        room = f"{7 + level}{'abcd'[key % 4]}"
        words = "\x01".join((family, given, username, barcode, outside, room, f"year {7 + level}"))
        yield (
            key, username, barcode.upper(), outside.upper(), family.title(), given.title(), f"{family}\x01{given}", words,
            1 + level, room.upper(), 0 if off else 1, _NOW if off else None, "rollover" if off else None,
            "graduated" if off else None, _NOW, _NOW,
        )  # fmt: skip


def _old_cards(link: sqlite3.Connection, dice: random.Random, patrons: int) -> None:
    """One in a hundred had another card before."""
    had = dice.sample(range(2, patrons + 2), max(1, patrons // 100))
    link.executemany("INSERT INTO former_barcodes(patron_id, barcode) VALUES (?, ?)", [(key, f"K{key:07d}") for key in had])
    link.executemany("UPDATE patrons SET search_text = search_text || ? WHERE id = ?", [(f"\x01k{key:07d}", key) for key in had])
