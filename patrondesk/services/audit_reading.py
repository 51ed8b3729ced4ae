"""The audit log read: entries page by page in words, what they can be filtered by, and the check of the whole chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from patrondesk.database import keys
from patrondesk.errors import WrongUsage
from patrondesk.models.audit import AuditEntry
from patrondesk.models.patron import Patron
from patrondesk.records.audit import AuditChoices, AuditLine, AuditPage, AuditQuery, ChainCheck, KnownHead
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.staff import Permission
from patrondesk.services import audit, audit_words, names
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy

MOST_ROWS = 1000
_BEFORE = aliased(AuditEntry)


@operation(Permission.REPORTS, reads=True)
def list_entries(work: Work, query: AuditQuery) -> AuditPage:
    """The library's entries, and those that concern the whole database, the newest first.

    A patron is named as at present, as "Patron 123" when gone or when the person at the desk may not view patrons.
    Raises WrongUsage for an unknown kind of entry, or a page that cannot be.
    """
    if query.page < 1 or not 1 <= query.page_size <= MOST_ROWS:
        raise WrongUsage("That page cannot be shown.", f"Pages are counted from 1, with 1 to {MOST_ROWS} rows.")
    # Counted apart: either number comes from an index alone.
    number = sa.select(sa.func.count()).select_from(AuditEntry).where(*_wanted(query))
    total = sum(work.session.scalar(number.where(place)) or 0 for place in (_own(work), _OF_ALL))
    return AuditPage(_lines(work, query), query.page, query.page_size, total)


@permitted(Permission.REPORTS)
def every_entry(office: Office, query: AuditQuery) -> Iterator[AuditLine]:
    """All that a query wants, whatever its page, some hundred at a time. What is written meanwhile is not among them."""
    while True:
        part = list_part(office, replace(query, page=1, page_size=MOST_ROWS))
        yield from part
        if len(part) < MOST_ROWS:
            return
        query = replace(query, before=part[-1].number)


@operation(Permission.REPORTS, reads=True)
def list_part(work: Work, query: AuditQuery) -> tuple[AuditLine, ...]:
    """The entries of a page without their number in all, which takes longer than the entries."""
    return _lines(work, query)


@operation(Permission.REPORTS, reads=True)
def count_from(work: Work, number: int) -> int:
    """How many of the library's entries have this number or a higher one: on which page it stands, unfiltered."""
    rest = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.number >= number)
    return sum(work.session.scalar(rest.where(place)) or 0 for place in (_own(work), _OF_ALL))


@operation(Permission.REPORTS, reads=True)
def list_choices(work: Work) -> AuditChoices:
    """What the entries that are there can be filtered by."""
    here = sa.or_(_own(work), _OF_ALL)
    actors = dict(work.session.execute(sa.select(AuditEntry.actor_id, AuditEntry.actor).where(here).distinct()).all())
    there = {name.partition(".")[0] for name in work.session.scalars(sa.select(AuditEntry.operation).where(here).distinct())}
    known = [(kind, words) for kind, words in audit_words.KINDS.items() if kind in there]
    strange = [(kind, kind.capitalize()) for kind in sorted(there - set(audit_words.KINDS))]
    staff = sorted(((key, name) for key, name in actors.items() if key is not None), key=lambda one: one[1])
    return AuditChoices((*known, *strange), tuple(staff))


@operation(Permission.REPORTS, reads=True)
def check_chain(work: Work, known: Sequence[KnownHead] = ()) -> ChainCheck:
    """Walks the whole chain and compares it with the heads kept with backups, and with those `known` from certificates."""
    return audit.check(work.session, known)


def _own(work: Work) -> sa.ColumnElement[bool]:
    return AuditEntry.library_id == work.library_id


_OF_ALL = AuditEntry.library_id.is_(None)


def _lines(work: Work, query: AuditQuery) -> tuple[AuditLine, ...]:
    rows = work.session.execute(
        sa.select(AuditEntry, _BEFORE.at)
        .outerjoin(_BEFORE, _BEFORE.number == AuditEntry.number - 1)
        # Written so that no index of libraries is used: the newest are met first when the log is walked from its end.
        .where(sa.func.coalesce(AuditEntry.library_id, work.library_id) == work.library_id, *_wanted(query))
        .order_by(AuditEntry.number.desc())
        .offset((query.page - 1) * query.page_size)
        .limit(query.page_size)
    ).all()
    called = _names(work, {row[0].patron_id for row in rows if row[0].patron_id is not None})
    currency = read_policy(work.session, work.library_id).currency
    return tuple(_line(entry, before, called, currency) for entry, before in rows)


def _wanted(query: AuditQuery) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if query.first_day is not None:
        where.append(AuditEntry.at >= _midnight(query.first_day))
    if query.last_day is not None:
        where.append(AuditEntry.at < _midnight(query.last_day + dt.timedelta(days=1)))
    if query.operation is not None:
        where.append(_of_kind(query.operation.strip().lower()))
    if query.staff is not None:
        where.append(AuditEntry.actor_id == query.staff)
    if query.patron is not None:
        where.append(AuditEntry.patron_id == query.patron)
    if query.batch is not None:
        where.append(AuditEntry.facts["batch"].as_integer() == query.batch)
    if query.before is not None:
        where.append(AuditEntry.number < query.before)
    return where


def _midnight(day: dt.date) -> str:
    """The beginning of a local day as entries are timed."""
    return dt.datetime.combine(day, dt.time()).astimezone(dt.UTC).isoformat(timespec="microseconds")


def _of_kind(word: str) -> sa.ColumnElement[bool]:
    if word in audit_words.KINDS:
        return AuditEntry.operation.startswith(f"{word}.", autoescape=True)
    if word not in audit_words.WORDS:
        raise WrongUsage(
            f"No entry is of the kind “{word}”.", f"Choose one of {', '.join(audit_words.KINDS)}, or one such as purge.finish."
        )
    return AuditEntry.operation == word


def _names(work: Work, patrons: set[int]) -> dict[int, str]:
    """How these patrons are called now, as far as they are there and may be seen."""
    if not patrons or not work.actor.may(Permission.VIEW_PATRONS):
        return {}
    rows = work.session.execute(
        sa.select(Patron.id, Patron.family_name, Patron.given_name, Patron.preferred_name).where(
            Patron.id.in_(keys(work.session, sorted(patrons))), Patron.library_id == work.library_id
        )
    )
    return {row[0]: names.full_name(row[1], row[2], row[3]) for row in rows}


def _line(entry: AuditEntry, before: str | None, called: dict[int, str], currency: str) -> AuditLine:
    patron: str | None = None
    if entry.patron_id is not None:
        patron = called.get(entry.patron_id, f"Patron {entry.patron_id}")
    batch: Any = entry.facts.get("batch")
    return AuditLine(
        number=entry.number,
        at=audit.moment(entry.at),
        who=entry.actor,
        operation=entry.operation,
        words=audit_words.sentence(entry.operation, entry.facts, patron, currency),
        patron_id=None if entry.patron_id is None else PatronId(entry.patron_id),
        patron=patron,
        batch=BatchId(batch) if isinstance(batch, int) else None,
        facts=dict(entry.facts),
        previous_hash=entry.previous_hash,
        hash=entry.hash,
        set_back=before is not None and entry.at < before,
    )
