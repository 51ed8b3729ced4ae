"""A list of patrons saved as a file: everybody on it, in its order; the log keeps that it was done, and for how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from patrondesk.database import keys
from patrondesk.exporters import for_file
from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_lists import PatronQuery
from patrondesk.records.patrons import PatronLine
from patrondesk.records.staff import Permission
from patrondesk.records.tables import Written
from patrondesk.reports import patron_list
from patrondesk.services import patron_listing
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.policy import current_policy

_AT_ONCE = 1_000


@permitted(Permission.VIEW_PATRONS)
def export_list(office: Office, query: PatronQuery, target: Path) -> Written:
    """Writes everybody whom the query asks for, whatever its page. Raises WrongUsage for an ending that is no format, Unusable
    where nothing can be written; then nothing is recorded, and a file that was there is as it was.
    """  # noqa: D205 - one sentence
    exporter = for_file(target)
    assert office.actor is not None
    currency = current_policy(office).currency
    ids = _everybody(office, replace(query, page=1))
    made_at, name = office.clock.now(), office.actor.library_name
    report = patron_list.build(_lines_of(office, ids), name, made_at, currency, office.clock.rehearsal)
    written = exporter.write(report, target)
    _record(office, written.rows)
    return written


def _lines_of(office: Office, ids: list[PatronId]) -> Iterator[PatronLine]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from _lines(office, ids[start : start + _AT_ONCE])


@operation(Permission.VIEW_PATRONS, reads=True)
def _everybody(work: Work, query: PatronQuery) -> list[PatronId]:
    return patron_listing.every_id(work, query)


@operation(Permission.VIEW_PATRONS, reads=True)
def _lines(work: Work, ids: list[PatronId]) -> tuple[PatronLine, ...]:
    own = sa.select(Patron.id).where(Patron.id.in_(keys(work.session, ids)), Patron.library_id == work.library_id)
    here = set(work.session.scalars(own))
    return patron_listing.read_lines(work, [patron_id for patron_id in ids if patron_id in here])


@operation(Permission.VIEW_PATRONS)
def _record(work: Work, rows: int) -> None:
    work.record("patron.export_list", {"rows": rows})
