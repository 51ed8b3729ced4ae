"""The folded copies by which patrons are ordered and found, written again for many patrons at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import folding
from patrondesk.services.importing.tables import FORMER, LEVELS
from patrondesk.services.importing.tables import PATRONS as P

_PART = 2000


def refold(session: Session, chosen: sa.Select[tuple[int]]) -> None:
    """Writes sort key and search text of the chosen patrons where they are not right any more."""
    former: dict[int, list[str]] = defaultdict(list)
    for patron, barcode in session.execute(
        sa.select(FORMER.c.patron_id, FORMER.c.barcode).where(FORMER.c.patron_id.in_(chosen)).order_by(FORMER.c.id)
    ):
        former[patron].append(barcode)
    rows = session.execute(
        sa.select(
            P.c.id,
            P.c.sort_key,
            P.c.search_text,
            P.c.family_name,
            P.c.given_name,
            P.c.middle_name,
            P.c.preferred_name,
            P.c.username,
            P.c.barcode,
            P.c.external_id,
            P.c.homeroom,
            LEVELS.c.name,
            P.c.deactivated_reason,
        )
        .select_from(P.outerjoin(LEVELS, LEVELS.c.id == P.c.year_level_id))
        .where(P.c.id.in_(chosen))
    )
    write = (
        sa.update(P)
        .where(P.c.id == sa.bindparam("key"))
        .values(sort_key=sa.bindparam("sort"), search_text=sa.bindparam("search"))
    )
    for part in rows.partitions(_PART):
        changed = [found for row in part if (found := _folded(row, former.get(row[0], ())))]
        if changed:
            session.connection().execute(write, changed)


def _folded(row: Sequence[Any], former: Sequence[str]) -> dict[str, Any] | None:
    patron, old_sort, old_search, family, given, middle, preferred, username, barcode, external_id, homeroom, level, reason = row
    sort = folding.sort_key(family, preferred or given)
    search = folding.search_text(
        family, given, middle, preferred, username, barcode, *former, external_id, homeroom, level, reason
    )
    return None if (sort, search) == (old_sort, old_search) else {"key": patron, "sort": sort, "search": search}
