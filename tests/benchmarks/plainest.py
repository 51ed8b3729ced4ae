"""The limit of the page: the plainest program for the same answer - sqlite3 alone, the same indexes, no ORM, no records."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from patrondesk.clock import Clock

COUNT = "SELECT count(*) FROM patrons WHERE library_id = 1 AND enabled = 0"
_PAGE = """
SELECT p.id, p.version, p.username, p.barcode, p.family_name, p.given_name, p.preferred_name, t.name, y.name, p.homeroom,
  p.deactivated_at, p.deactivated_through, p.deactivated_reason,
  (SELECT display_name FROM staff_accounts a WHERE a.id = p.deactivated_by_id),
  (SELECT count(*) FROM loans WHERE patron_id = p.id AND status = 'open'),
  (SELECT coalesce(sum(balance), 0) FROM fines WHERE patron_id = p.id AND status IN ('active', 'in_dispute')),
  (SELECT count(*) FROM fines WHERE patron_id = p.id AND status IN ('active', 'in_dispute') AND balance IS NULL),
  EXISTS (SELECT 1 FROM portraits WHERE patron_id = p.id),
  p.last_activity_at,
  (SELECT last_signed_in_at FROM staff_accounts a WHERE a.patron_id = p.id)
FROM (SELECT id FROM patrons WHERE library_id = 1 AND enabled = 0 ORDER BY sort_key, id LIMIT ? OFFSET ?) page
JOIN patrons p ON p.id = page.id JOIN patron_types t ON t.id = p.patron_type_id LEFT JOIN year_levels y ON y.id = p.year_level_id
ORDER BY p.sort_key, p.id
"""
# (patron, code, count, amount) of every reason that holds for the patrons of a list.
_REASONS = """
WITH page(id) AS (SELECT value FROM json_each(:ids))
SELECT id, 'ACTIVE', 1, NULL FROM patrons WHERE id IN page AND enabled = 1
UNION ALL SELECT patron_id, 'OPEN_LOANS', count(*), NULL FROM loans WHERE patron_id IN page AND status = 'open' GROUP BY patron_id
UNION ALL SELECT patron_id, 'BALANCE_DUE', count(*), CASE WHEN sum(balance IS NULL) = 0 THEN sum(balance) END FROM fines
  WHERE patron_id IN page AND status IN ('active', 'in_dispute') AND (balance IS NULL OR balance <> 0) GROUP BY patron_id
  HAVING coalesce(sum(balance), 0) > :threshold OR sum(balance IS NULL) > 0 OR sum(status = 'in_dispute') > 0
UNION ALL SELECT patron_id, 'CREDIT', count(*), sum(balance) FROM fines
  WHERE patron_id IN page AND status IN ('active', 'in_dispute') GROUP BY patron_id HAVING sum(balance) < 0
UNION ALL SELECT patron_id, 'RESERVATIONS', count(*), NULL FROM reservations
  WHERE patron_id IN page AND status = 'open' GROUP BY patron_id
UNION ALL SELECT patron_id, CASE kind WHEN 'po_line' THEN 'PO_LINES' WHEN 'purchase_order' THEN 'PURCHASE_ORDERS'
    WHEN 'invoice' THEN 'INVOICES' WHEN 'locked_bib' THEN 'LOCKED_BIBS' WHEN 'import_profile' THEN 'IMPORT_PROFILES'
    WHEN 'md_editor' THEN 'MD_EDITOR' WHEN 'grant' THEN 'GRANTS' ELSE 'ASSETS' END, count(*), NULL
  FROM responsibilities WHERE patron_id IN page AND status = 'open' GROUP BY 1, 2
UNION ALL SELECT a.patron_id, 'STAFF_ROLE', 1, NULL FROM staff_accounts a JOIN roles r ON r.id = a.role_id
  WHERE a.patron_id IN page AND (r.code <> 'patron' OR a.id = :operator)
UNION ALL SELECT guarantor_id, 'GUARANTOR', count(*), NULL FROM patrons
  WHERE guarantor_id IN page AND guarantor_id <> id GROUP BY guarantor_id
UNION ALL SELECT patron_id, 'PROTECTED', count(*), NULL FROM protections
  WHERE patron_id IN page AND ended_at IS NULL AND (until IS NULL OR until >= :today) GROUP BY patron_id
"""
_OVERRIDES = """
SELECT patron_id, code FROM guard_overrides WHERE patron_id IN (SELECT value FROM json_each(?)) AND batch_id IS NULL
"""
_OVERRIDABLE = {"BALANCE_DUE", "CREDIT", "RESERVATIONS"}
OPERATOR = 1

# {patron: [(code, count, amount, set aside)]}
Reasons = dict[int, list[tuple[str, int, int | None, bool]]]


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the same pragmas as the program's."""
    link = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "cache_size = -65536"):
        link.execute(f"PRAGMA {pragma}")
    return link


def find_reasons(link: sqlite3.Connection, ids: list[int]) -> Reasons:
    """Every reason of these patrons, those that were set aside marked."""
    chosen = "[" + ",".join(map(str, ids)) + "]"
    stored = link.execute("SELECT value FROM settings WHERE library_id = 1 AND key = 'balance_threshold'").fetchone()
    threshold = round(float(stored[0]) * 100) if stored else 0
    aside = set(link.execute(_OVERRIDES, (chosen,)).fetchall())
    asked = {"ids": chosen, "threshold": threshold, "operator": OPERATOR, "today": str(Clock().today())}
    found: Reasons = defaultdict(list)
    for patron, code, count, amount in link.execute(_REASONS, asked).fetchall():
        found[patron].append((code, count, amount, code in _OVERRIDABLE and (patron, code) in aside))
    return found


def page(link: sqlite3.Connection, size: int, offset: int) -> tuple[int, list[tuple[Any, ...]], Reasons]:
    """A page as the window needs it: how many there are, the rows, and the reasons of those that have any."""
    link.execute("BEGIN")
    total = link.execute(COUNT).fetchone()[0]
    rows = link.execute(_PAGE, (size, offset)).fetchall()
    reasons = find_reasons(link, [row[0] for row in rows])
    link.execute("ROLLBACK")
    return total, rows, reasons


def free_ids(link: sqlite3.Connection, number: int) -> list[int]:
    """Candidates whom nothing holds, in page order."""
    ids = [row[0] for row in link.execute("SELECT id FROM patrons WHERE library_id = 1 AND enabled = 0 ORDER BY sort_key, id")]
    held = find_reasons(link, ids)
    return [key for key in ids if key not in held][:number]
