"""Lists of patrons: searched, filtered, sorted, page by page; and the words that there are to choose from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import chosen_keys, dialect, keys_text
from patrondesk.errors import WrongUsage
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Block, Patron, Portrait, Protection
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_lists import LIST_SORTS, STATES, Counted, Crowd, PatronFilter, PatronQuery, PatronRows
from patrondesk.records.patrons import PatronLine, PatronsPage, Vocabulary
from patrondesk.records.staff import Permission
from patrondesk.services import balances, names, patron_filtering, searching
from patrondesk.services.door import Work, operation
from patrondesk.services.patron_finding import Finding, Stop, never
from patrondesk.services.searching import OldCards

__all__ = [
    "STATES", "count_patrons", "every_id", "find_rows", "finding", "found_by", "list_patrons", "read_crowd", "read_lines",
    "read_vocabulary",
]  # fmt: skip

_ALL = 100_000_000
_Joins = tuple[tuple[Any, Any], ...]

# What each column is sorted by, and the table that it needs.
_SORTED_BY: dict[str, tuple[Callable[[], Any], _Joins]] = {
    "username": (lambda: Patron.username, ()),
    "barcode": (lambda: Patron.barcode, ()),
    "external_id": (lambda: Patron.external_id, ()),
    "patron_type": (lambda: PatronType.name, ((PatronType, PatronType.id == Patron.patron_type_id),)),
    "user_group": (lambda: UserGroup.name, ((UserGroup, UserGroup.id == Patron.user_group_id),)),
    "year_level": (lambda: YearLevel.position, ((YearLevel, YearLevel.id == Patron.year_level_id),)),
    "homeroom": (lambda: Patron.homeroom, ()),
    "cohort": (lambda: Cohort.name, ((Cohort, Cohort.id == Patron.cohort_id),)),
    "state": (lambda: Patron.enabled, ()),
    "expiry_date": (lambda: Patron.expiry_date, ()),
    "purge_date": (lambda: Patron.purge_date, ()),
    "deactivated_on": (lambda: Patron.deactivated_at, ()),
    "last_activity": (lambda: Patron.last_activity_at, ()),
    "open_loans": (balances.open_loans, ()),
    "balance": (balances.balance, ()),
}


def finding(work: Work, query: PatronQuery, stop: Stop = never, *, inside: bool = False) -> Finding:
    """Whom a query asks for: those whose words begin so, or those who have it `inside`."""
    words = searching.words_of(query.search)
    asked = patron_filtering.facets(work.session, query.filter, work.clock.today())
    if query.search.strip() and not words:
        asked = (*asked, patron_filtering.Facet(sa.false()))  # marks alone, by which nobody is found
    return Finding(work.session, work.library_id, words, inside, asked, stop)


def found_by(work: Work, query: PatronQuery, stop: Stop = never) -> Finding:
    """The way by which somebody is found: by the beginnings of words, else inside them."""
    first = finding(work, query, stop)
    return first if first.any() or not searching.may_look_inside(first.words) else finding(work, query, stop, inside=True)


def _page_of(work: Work, query: PatronQuery, stop: Stop = never) -> tuple[list[PatronId], Finding]:
    """The keys of a page, and how they were found."""
    if query.sort not in LIST_SORTS:
        raise WrongUsage(f"There is no column “{query.sort}” to sort by.", f"Use one of: {', '.join(LIST_SORTS)}.")
    if query.page < 1 or not 1 <= query.page_size <= 1000:
        raise WrongUsage("That page cannot be shown.", "Pages are counted from 1, with 1 to 1000 rows.")
    found = finding(work, query, stop)
    ids = _ids(query, found)
    if ids or not searching.may_look_inside(found.words) or (query.page > 1 and found.any()):
        return ids, found
    found = finding(work, query, stop, inside=True)
    return _ids(query, found), found


def _ids(query: PatronQuery, found: Finding) -> list[PatronId]:
    offset = (query.page - 1) * query.page_size
    if query.sort == "name" and not query.descending:
        return found.page(query.page_size, offset)
    return found.page(query.page_size, offset, *_order(query, found))


def every_id(work: Work, query: PatronQuery) -> list[PatronId]:
    """The keys of everybody on the list, in its order."""
    return _ids(replace(query, page=1, page_size=_ALL), found_by(work, query))


def _order(query: PatronQuery, found: Finding) -> tuple[list[Any], _Joins]:
    """Blanks come last whichever way it is sorted; those alike are by name."""
    if query.sort == "name":
        *first, name, key = found.by_name()
        return [*first, name.desc(), key.desc()], ()
    made, joins = _SORTED_BY[query.sort]
    column = made()
    return [(column.desc() if query.descending else column.asc()).nulls_last(), Patron.sort_key, Patron.id], joins


@operation(Permission.VIEW_PATRONS, reads=True)
def list_patrons(
    work: Work, *, search: str = "", state: str = "all", page: int = 1, page_size: int = 50,
    chosen: PatronFilter | None = None, sort: str = "name", descending: bool = False,
) -> PatronsPage:  # fmt: skip
    """A page of patrons, and how many there are in all. `state` narrows in one word, `chosen` in many.

    Raises WrongUsage for an unknown state, column, type, group, level or cohort, or a page that cannot be.
    """
    asked = chosen or PatronFilter(state)
    query = PatronQuery(search, asked, sort, descending, page, page_size)
    ids, found = _page_of(work, query)
    return PatronsPage(found.count().number, page, page_size, read_lines(work, ids, found))


@operation(Permission.VIEW_PATRONS, reads=True)
def find_rows(work: Work, query: PatronQuery, stop: Stop = never) -> PatronRows:
    """The rows of a page without their number in all, as soon as they are found. Raises as `list_patrons`, and Stopped."""
    ids, found = _page_of(work, query, stop)
    return PatronRows(query, read_lines(work, ids, found), found.inside)


@operation(Permission.VIEW_PATRONS, reads=True)
def count_patrons(work: Work, query: PatronQuery, at_most: int | None = None, stop: Stop = never) -> Counted:
    """How many a query asks for, counted no further than `at_most`. Raises as `list_patrons`, and Stopped."""
    found = finding(work, query, stop)
    number = found.count(at_most)
    if number.number or not searching.may_look_inside(found.words):
        return number
    return finding(work, query, stop, inside=True).count(at_most)


@operation(Permission.VIEW_PATRONS, reads=True)
def read_crowd(work: Work) -> Crowd:
    """How many patrons there are, and how many of them are deactivated, blocked and flagged to keep."""
    today, here = work.clock.today(), Patron.library_id == work.library_id

    def number(*where: sa.ColumnElement[bool]) -> int:
        return work.session.scalar(sa.select(sa.func.count()).select_from(Patron).where(here, *where)) or 0

    blocked = sa.select(Block.patron_id).where(patron_filtering.blocked_now(today))
    kept = sa.select(Protection.patron_id).where(patron_filtering.protected_now(today))
    return Crowd(number(), number(Patron.enabled == sa.false()), number(Patron.id.in_(blocked)), number(Patron.id.in_(kept)))


# ---------------------------------------------------------------------------------------------------------------- rows


@functools.cache
def _rows(engine: str) -> sa.Select[*tuple[Any, ...]]:
    """Everything that a row shows, for the patrons that are left open, but what depends on the day; made once."""
    pictured = sa.exists().where(Portrait.patron_id == Patron.id).correlate(Patron)
    return (
        sa.select(
            Patron.id, Patron.username, Patron.barcode, Patron.external_id, Patron.family_name, Patron.given_name,
            Patron.preferred_name, PatronType.name, UserGroup.name, YearLevel.name, Patron.homeroom, Patron.enabled,
            Patron.expiry_date, Cohort.name, Patron.purge_date, Patron.deactivated_at, balances.open_loans(), balances.balance(),
            balances.unknown_fines(), pictured, Patron.search_text, *balances.activity(),
        )
        .join(PatronType, PatronType.id == Patron.patron_type_id)
        .outerjoin(UserGroup, UserGroup.id == Patron.user_group_id)
        .outerjoin(YearLevel, YearLevel.id == Patron.year_level_id)
        .outerjoin(Cohort, Cohort.id == Patron.cohort_id)
        .where(Patron.id.in_(chosen_keys(engine)))
    )  # fmt: skip


def read_lines(work: Work, ids: Sequence[PatronId], found: Finding | None = None) -> tuple[PatronLine, ...]:
    """These patrons as rows, in the order given; `found` tells by what they were searched."""
    if not ids:
        return ()
    session, chosen = work.session, {"chosen": keys_text(ids)}
    engine, today = dialect(session), work.clock.today()
    rows = session.connection().execute(_rows(engine), chosen).all()
    kept = _those(session, Protection.patron_id, patron_filtering.protected_now(today), ids)
    blocked = _those(session, Block.patron_id, patron_filtering.blocked_now(today), ids)
    old = _old_cards(session, {row[0]: row[20] for row in rows}, found, ids)
    by_id = {row[0]: _line(row, row[0] in blocked, row[0] in kept, old.get(row[0])) for row in rows}
    return tuple(by_id[key] for key in ids if key in by_id)


def _those(session: Session, owner: Any, where: sa.ColumnElement[bool], ids: Sequence[PatronId]) -> frozenset[int]:  # noqa: ANN401
    """Who of these has one."""
    asked = sa.select(owner).where(owner.in_(chosen_keys(dialect(session))), where)
    return frozenset(session.connection().scalars(asked, {"chosen": keys_text(ids)}))


def _old_cards(
    session: Session, texts: dict[int, str], found: Finding | None, ids: Sequence[PatronId]
) -> dict[int, str | None]:  # fmt: skip
    """By which former barcode the search found each of them."""
    if found is None or not found.words:
        return {}
    former: dict[int, list[str]] = {}
    cards = searching.former_barcodes(chosen_keys(dialect(session)))
    for key, card in session.connection().execute(cards, {"chosen": keys_text(ids)}):
        former.setdefault(key, []).append(card)
    told = OldCards(found.words, found.inside)
    return {key: told.found(texts[key], cards) for key, cards in former.items() if key in texts}


def _line(row: Any, blocked: bool, kept: bool, old_card: str | None) -> PatronLine:  # noqa: ANN401 - a row as it was selected
    (key, username, barcode, external, family, given, preferred, kind, group, level, room, enabled, expires, cohort, purge, off,
     loans, owed, unknown, pictured, _, *moments) = row  # fmt: skip
    return PatronLine(
        PatronId(key), username, barcode, external, names.full_name(family, given, preferred), kind, group, level, room, enabled,
        expires, old_card, cohort, purge, off.astimezone().date() if off else None, balances.latest(tuple(moments)), loans,
        int(owed), unknown, blocked, kept, bool(pictured),
    )  # fmt: skip


@operation(Permission.VIEW_PATRONS, reads=True)
def read_vocabulary(work: Work) -> Vocabulary:
    """Patron types, user groups, year levels, homerooms and cohorts, to choose from."""
    session = work.session
    rooms = sa.select(Patron.homeroom).where(Patron.library_id == work.library_id, Patron.homeroom.is_not(None)).distinct()
    return Vocabulary(
        tuple(session.scalars(sa.select(PatronType.name).order_by(PatronType.name))),
        tuple(session.scalars(sa.select(UserGroup.name).order_by(UserGroup.name))),
        tuple(session.scalars(sa.select(YearLevel.name).order_by(YearLevel.position))),
        tuple(sorted(room for room in session.scalars(rooms) if room)),
        tuple(session.scalars(sa.select(Cohort.name).order_by(Cohort.graduates_on.nulls_last(), Cohort.name))),
    )
