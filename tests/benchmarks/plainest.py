"""The limit: the plainest program for the same end state - sqlite3 alone, set-based SQL, same indexes, no ORM, no guards, no audit."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path
from typing import Any

_TWINS = (
    "former_barcodes",
    "patron_notes",
    "blocks",
    "protections",
    "portraits",
    "guard_overrides",
    "reservations",
    "responsibilities",
)

PAGE = """
SELECT p.id, p.version, p.username, p.barcode, p.family_name, p.given_name, t.name, y.name, p.homeroom, p.deactivated_at,
  p.deactivated_reason,
  (SELECT count(*) FROM loans l WHERE l.patron_id = p.id AND l.status = 'open'),
  (SELECT coalesce(sum(balance), 0) FROM fines f WHERE f.patron_id = p.id AND f.status IN ('active', 'in_dispute')),
  (SELECT count(*) FROM reservations r WHERE r.patron_id = p.id AND r.status = 'open'),
  (SELECT max(checked_out_at) FROM loans l WHERE l.patron_id = p.id)
FROM patrons p JOIN patron_types t ON t.id = p.patron_type_id LEFT JOIN year_levels y ON y.id = p.year_level_id
WHERE p.library_id = 1 AND p.enabled = 0 ORDER BY p.sort_key, p.id LIMIT ? OFFSET ?
"""
COUNT = "SELECT count(*) FROM patrons WHERE library_id = 1 AND enabled = 0"


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the same pragmas as the program's."""
    link = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "cache_size = -65536"):
        link.execute(f"PRAGMA {pragma}")
    return link


def page(link: sqlite3.Connection, size: int, offset: int) -> list[Any]:
    """The rows of one page."""
    return link.execute(PAGE, (size, offset)).fetchall()


def free_ids(link: sqlite3.Connection, number: int) -> list[int]:
    """Candidates without loans or fines, in page order."""
    return [
        row[0]
        for row in link.execute(
            "SELECT id FROM patrons p WHERE library_id = 1 AND enabled = 0"
            " AND NOT EXISTS (SELECT 1 FROM loans l WHERE l.patron_id = p.id AND l.status = 'open')"
            " AND NOT EXISTS (SELECT 1 FROM fines f WHERE f.patron_id = p.id AND f.status <> 'closed') ORDER BY sort_key, id LIMIT ?",
            (number,),
        )
    ]


def purge(link: sqlite3.Connection, ids: list[int], retain: bool) -> None:
    """Archive, detach or delete, delete: one transaction."""
    columns = {
        name: ", ".join(row[1] for row in link.execute(f"PRAGMA table_info({name})"))
        for name in (*_TWINS, "patrons", "loans", "fines")
    }
    link.execute("BEGIN IMMEDIATE")
    link.execute("CREATE TEMP TABLE gone(id INTEGER PRIMARY KEY, pseudonym INTEGER NOT NULL)")
    link.executemany("INSERT INTO gone VALUES (?, ?)", [(key, secrets.randbits(62) + 1) for key in ids])
    for name in (*_TWINS, "patrons", *(() if retain else ("loans",)), "fines"):
        owner = "id" if name == "patrons" else "patron_id"
        link.execute(
            f"INSERT INTO archive_{name} (purge_id, {columns[name]}) SELECT 1, {columns[name]} FROM {name} WHERE {owner} IN (SELECT id FROM gone)"
        )
    if retain:
        link.execute("INSERT INTO archive_pseudonyms SELECT 1, id, pseudonym FROM gone")
        link.execute(
            "INSERT INTO archive_loan_facets (purge_id, loan_id, homeroom) SELECT 1, id, homeroom FROM loans"
            " WHERE patron_id IN (SELECT id FROM gone) AND homeroom IS NOT NULL"
        )
        link.execute(
            "UPDATE loans SET pseudonym = (SELECT pseudonym FROM gone WHERE gone.id = loans.patron_id), patron_id = NULL,"
            " homeroom = NULL WHERE patron_id IN (SELECT id FROM gone)"
        )
    else:
        link.execute("DELETE FROM loans WHERE patron_id IN (SELECT id FROM gone)")
    link.execute("UPDATE fines SET patron_id = NULL WHERE patron_id IN (SELECT id FROM gone)")
    for name in _TWINS:
        link.execute(f"DELETE FROM {name} WHERE patron_id IN (SELECT id FROM gone)")
    link.execute("DELETE FROM patrons WHERE id IN (SELECT id FROM gone)")
    link.execute("DROP TABLE gone")
    link.execute("COMMIT")
