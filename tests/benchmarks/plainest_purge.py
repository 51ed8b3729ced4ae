"""The limit of the purge: the same end state - archive, lines, plan, tombstones, audit - by sqlite3 alone in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
import sqlite3

import plainest

from patrondesk.clock import Clock

_GONE = (
    "former_barcodes",
    "patron_notes",
    "blocks",
    "protections",
    "portraits",
    "guard_overrides",
    "reservations",
    "responsibilities",
)
_LINES = """
INSERT INTO batch_lines (batch_id, patron_id, outcome, at, planned_version, changed, reasons, loans_kept, loans_deleted,
  loans_written_off, fines_waived, amount_waived, reservations_cancelled)
SELECT 1, gone.id, 'purged', :now, p.version, 0, '[]', iif(:retain, coalesce(past.n, 0), 0), iif(:retain, 0, coalesce(past.n, 0)),
  coalesce(past.lost, 0), coalesce(owed.n, 0), coalesce(owed.amount, 0), 0
FROM gone JOIN patrons p ON p.id = gone.id
LEFT JOIN (SELECT patron_id, count(*) AS n, sum(status = 'lost') AS lost FROM loans
  WHERE patron_id IN (SELECT id FROM gone) AND status <> 'open' GROUP BY patron_id) past ON past.patron_id = gone.id
LEFT JOIN (SELECT patron_id, count(*) AS n, sum(balance) AS amount FROM fines
  WHERE patron_id IN (SELECT id FROM gone) AND status = 'active' AND balance <> 0 GROUP BY patron_id) owed ON owed.patron_id = gone.id
"""


def purge(link: sqlite3.Connection, ids: list[int], retain: bool) -> None:
    """Asks the guards again, archives, detaches or deletes, deletes, and says so. Nobody of `ids` may be held."""
    of_these = "IN (SELECT id FROM gone)"
    now = str(dt.datetime.now(dt.UTC).replace(tzinfo=None))
    link.execute("BEGIN IMMEDIATE")
    link.execute("CREATE TEMP TABLE gone(id INTEGER PRIMARY KEY, pseudonym INTEGER NOT NULL)")
    held = plainest.find_reasons(link, ids)
    link.executemany("INSERT INTO gone VALUES (?, ?)", [(key, secrets.randbits(62) + 1) for key in ids if key not in held])
    _begin(link, ids, retain, now)
    link.execute(_LINES, {"now": now, "retain": retain})
    for name in (*_GONE, "patrons", *(() if retain else ("loans",)), "fines", "staff_accounts"):
        owner = "id" if name == "patrons" else "patron_id"
        columns = ", ".join(row[1] for row in link.execute(f"PRAGMA table_info({name})"))
        link.execute(f"INSERT INTO archive_{name} (purge_id, {columns}) SELECT 1, {columns} FROM {name} WHERE {owner} {of_these}")
    if retain:
        link.execute("INSERT INTO archive_pseudonyms SELECT 1, id, pseudonym FROM gone")
        link.execute(
            "INSERT INTO archive_loan_facets (purge_id, loan_id, external_id, homeroom) SELECT 1, id, external_id, homeroom"
            f" FROM loans WHERE patron_id {of_these} AND (homeroom IS NOT NULL OR external_id IS NOT NULL)"
        )
        link.execute(
            "UPDATE loans SET pseudonym = (SELECT pseudonym FROM gone WHERE gone.id = loans.patron_id), patron_id = NULL,"
            f" homeroom = NULL, external_id = NULL WHERE patron_id {of_these}"
        )
    else:
        link.execute(f"UPDATE fines SET loan_id = NULL WHERE loan_id IN (SELECT id FROM loans WHERE patron_id {of_these})")
        link.execute(f"DELETE FROM loans WHERE patron_id {of_these}")
    link.execute(f"UPDATE fines SET patron_id = NULL, comment = NULL, external_id = NULL WHERE patron_id {of_these}")
    link.execute(
        "UPDATE staff_accounts SET patron_id = NULL, display_name = 'Former staff member', role_id = NULL, password_hash = NULL,"
        f" recovery_hash = NULL WHERE patron_id {of_these}"
    )
    _bury(link)
    for name in _GONE:
        link.execute(f"DELETE FROM {name} WHERE patron_id {of_these}")
    link.execute(f"DELETE FROM patrons WHERE id {of_these}")
    link.execute("DROP TABLE gone")
    _tell(link, len(ids))
    link.execute("COMMIT")


def _begin(link: sqlite3.Connection, ids: list[int], retain: bool, now: str) -> None:
    policy = json.dumps(
        {"retain_loans": retain, "facets_dropped": ["homeroom"], "undo_days": 30, "balance_threshold": 0, "currency": "USD"}
    )
    link.execute(
        "INSERT INTO purge_plans (id, library_id, made_at, author_id, source, state, unknown, policy, criteria)"
        " VALUES (1, 1, ?, 1, 'list', 'run', 0, ?, '{}')",
        (now, policy),
    )
    versions = dict(link.execute("SELECT id, version FROM patrons WHERE id IN (SELECT id FROM gone)"))
    link.executemany(
        "INSERT INTO purge_plan_lines (plan_id, patron_id, position, version, reasons) VALUES (1, ?, ?, ?, '[]')",
        [(key, position, versions[key]) for position, key in enumerate(ids)],
    )
    link.execute(
        "INSERT INTO batches (id, library_id, started_at, heartbeat_at, finished_at, operator_id, source, state, archive, plan_id,"
        " planned, purged, refused, vanished, not_reached, undo_until, retain_loans, policy, criteria)"
        " VALUES (1, 1, ?, ?, ?, 1, 'list', 'completed', 'present', 1, ?, ?, 0, 0, 0, date('now', '+30 days'), ?, ?, '{}')",
        (now, now, now, len(ids), len(ids), retain, policy),
    )


def _bury(link: sqlite3.Connection) -> None:
    """A coded external id of each, by which a returning student is recognised."""
    secret = bytes.fromhex(link.execute("SELECT secret FROM libraries WHERE id = 1").fetchone()[0])
    today = Clock().today()
    until = str(today.replace(year=today.year + 5, day=min(today.day, 28)))
    rows = link.execute("SELECT id, external_id FROM patrons WHERE id IN (SELECT id FROM gone) AND external_id IS NOT NULL")
    link.executemany(
        "INSERT INTO tombstones (library_id, digest, batch_id, patron_id, expires_on) VALUES (1, ?, 1, ?, ?)",
        [(hmac.new(secret, key.encode(), hashlib.sha256).hexdigest(), patron, until) for patron, key in rows.fetchall()],
    )


def _tell(link: sqlite3.Connection, number: int) -> None:
    """One entry of the audit log, chained to the last."""
    last, previous = link.execute("SELECT number, hash FROM audit_entries ORDER BY number DESC LIMIT 1").fetchone()
    entry = (last + 1, 1, str(dt.datetime.now(dt.UTC)), 1, "bench", "purge", json.dumps({"batch": 1, "purged": number}), previous)
    link.execute(
        "INSERT INTO audit_entries (number, library_id, at, actor_id, actor, operation, facts, previous_hash, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*entry, hashlib.sha256(json.dumps(entry).encode()).hexdigest()),
    )
