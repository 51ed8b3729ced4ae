"""The User Purge page's rows: deactivated patrons, page by page, with everything the page shows about each."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import chosen_keys, dialect, keys, keys_text
from patrondesk.errors import WrongUsage
from patrondesk.guards.base import Facts
from patrondesk.models.library import PatronType, YearLevel
from patrondesk.models.patron import Patron, Portrait
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import PAGE_SIZES, SORTS, Candidate, CandidatesCounts, CandidatesPage, CandidatesQuery
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason, Scope
from patrondesk.services import balances, names, searching, verdict
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

# The guards that can never hold on this page: everybody on it is deactivated.
_NEVER_HERE = ("ACTIVE",)
_ALL = 100_000_000


def deactivated(library_id: int) -> sa.ColumnElement[bool]:
    """The condition of the page, written so that the partial index is seen to be enough."""
    return sa.and_(Patron.library_id == library_id, Patron.enabled == sa.false())


def _matching(query: CandidatesQuery, facts: Facts, words: Words) -> list[sa.ColumnElement[bool]]:
    where = [deactivated(facts.library_id), *words.conditions()]
    if query.reason is not None:
        where.append(_with_reason(query.reason, facts))
    return where


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What was typed: each word begins one of a patron's (or, `inside`, stands in one), or stands in the reason given."""

    words: tuple[str, ...] = ()
    engine: str = "sqlite"
    inside: bool = False
    only_marks: bool = False

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Everything that must hold of a row."""
        ask = searching.inside if self.inside else searching.begins
        reason = sa.func.lower(Patron.deactivated_reason)
        found = [sa.or_(ask(word, self.engine), reason.contains(word, autoescape=True)) for word in self.words]
        return [*found, sa.false()] if self.only_marks else list(found)


def _words(session: Session, search: str, library_id: int) -> Words:
    """How a search is read: inside words only when nobody is found by their beginnings."""
    typed, engine = searching.words_of(search), dialect(session)
    begins = Words(typed, engine, only_marks=bool(search.strip()) and not typed)
    if not searching.may_look_inside(typed):
        return begins
    somebody = sa.select(Patron.id).where(deactivated(library_id), *begins.conditions()).limit(1)
    return begins if session.connection().scalar(somebody) is not None else dataclasses.replace(begins, inside=True)


def _with_reason(reason: str, facts: Facts) -> sa.ColumnElement[bool]:
    if reason == "none":
        return ~verdict.held(facts, skip=_NEVER_HERE)
    if reason == "any":
        return verdict.held(facts, skip=_NEVER_HERE)
    condition = verdict.holds_code(facts, reason)
    if condition is None:
        raise WrongUsage(
            f"There is no reason “{reason}”.",
            f"Use none, any, or one of: {', '.join(verdict.codes_of(Scope.PAGE))}.",
        )
    return condition


# What each column is sorted by; made only for the column that is asked for.
_SORTED_BY: dict[str, Callable[[Facts], Any]] = {
    "name": lambda _: Patron.sort_key,
    "barcode": lambda _: Patron.barcode,
    "username": lambda _: Patron.username,
    "patron_type": lambda _: PatronType.name,
    "year_level": lambda _: YearLevel.position,
    "homeroom": lambda _: Patron.homeroom,
    "deactivated_on": lambda _: Patron.deactivated_at,
    "open_loans": lambda _: balances.open_loans(),
    "balance": lambda _: balances.balance(),
    "last_activity": lambda _: Patron.last_activity_at,
    "standing": lambda facts: sa.case((verdict.held(facts, skip=_NEVER_HERE), 1), else_=0),
}


def _order(query: CandidatesQuery, facts: Facts) -> list[Any]:
    """The default order is by name, then key: stable, whatever else is sorted by."""
    if query.sort not in _SORTED_BY:
        raise WrongUsage(f"There is no column “{query.sort}” to sort by.", f"Use one of: {', '.join(SORTS)}.")
    column = _SORTED_BY[query.sort](facts)
    if query.sort == "name":
        return [column.desc(), Patron.id.desc()] if query.descending else [column, Patron.id]
    first = column.desc() if query.descending else column
    return [first.nulls_last(), Patron.sort_key, Patron.id]


def _questions(query: CandidatesQuery, facts: Facts, words: Words) -> tuple[sa.Select[int], sa.Select[int]]:
    """How many match, and whose page it is: (a count, ids for a `limit` and an `offset`)."""
    where = _matching(query, facts, words)
    page = sa.select(Patron.id).where(*where)
    if query.sort == "patron_type":
        page = page.join(PatronType, PatronType.id == Patron.patron_type_id)
    if query.sort == "year_level":
        page = page.outerjoin(YearLevel, YearLevel.id == Patron.year_level_id)
    page = page.order_by(*_order(query, facts)).limit(sa.bindparam("limit")).offset(sa.bindparam("offset"))
    return sa.select(sa.func.count()).select_from(Patron).where(*where), page


# Making the statements costs more than running them. Those that ask no guard, and hold nothing that was typed, are kept.
_kept_questions = functools.lru_cache(maxsize=64)(_questions)


@operation(Permission.VIEW_PATRONS, reads=True)
def candidates(work: Work, query: CandidatesQuery) -> CandidatesPage:
    """One page. A page beyond the end is empty. Raises WrongUsage for a page size, sort or reason that is not offered."""
    if query.page_size not in PAGE_SIZES:
        raise WrongUsage(f"A page cannot have {query.page_size} rows.", "Use 20, 50, 100 or 200.")
    if query.page < 1:
        raise WrongUsage("Pages are counted from 1.", "Use a page number of 1 or more.")
    session = work.session
    facts = verdict.facts_for(work, read_policy(session, work.library_id))
    plain = not query.search and query.reason is None and query.sort != "standing"
    asked = dataclasses.replace(query, page=1, page_size=PAGE_SIZES[0])
    if query.search.strip():
        total, ids = _found(session, query, facts)
        return CandidatesPage(total, query.page, query.page_size, tuple(read_candidates(session, facts, ids)))
    count, page = (_kept_questions if plain else _questions)(asked, facts, Words())
    connection = session.connection()  # bare columns need nothing of the session's own book-keeping
    total = connection.scalar(count) or 0
    place = {"limit": query.page_size, "offset": (query.page - 1) * query.page_size}
    ids = [PatronId(key) for key in connection.scalars(page, place)]
    return CandidatesPage(total, query.page, query.page_size, tuple(read_candidates(session, facts, ids)))


def _found(session: Session, query: CandidatesQuery, facts: Facts) -> tuple[int, list[PatronId]]:
    """How many a search finds, and whose page it is. Reasons have no index, so all are found in one go, not counted first."""

    def keys_by(words: Words) -> list[int]:
        _, page = _questions(query, facts, words)
        return list(session.connection().scalars(page, {"limit": _ALL, "offset": 0}))

    begins = Words(searching.words_of(query.search), dialect(session), only_marks=not searching.words_of(query.search))
    found = keys_by(begins)
    if not found and searching.may_look_inside(begins.words):
        inside = dataclasses.replace(begins, inside=True)
        words = inside if query.reason is None else _words(session, query.search, facts.library_id)
        found = keys_by(words) if words.inside else found
    start = (query.page - 1) * query.page_size
    return len(found), [PatronId(key) for key in found[start : start + query.page_size]]


@functools.cache
def _rows(dialect_name: str) -> sa.Select[*tuple[Any, ...]]:
    """Everything that a row shows but its reasons, for the patrons that are left open; made once."""
    staff = (
        sa.select(StaffAccount.display_name)
        .where(StaffAccount.id == Patron.deactivated_by_id)
        .correlate(Patron)
        .scalar_subquery()
    )
    pictured = sa.exists().where(Portrait.patron_id == Patron.id).correlate(Patron)
    return (
        sa.select(
            Patron.id,
            Patron.version,
            Patron.username,
            Patron.barcode,
            Patron.family_name,
            Patron.given_name,
            Patron.preferred_name,
            PatronType.name,
            YearLevel.name,
            Patron.homeroom,
            Patron.deactivated_at,
            Patron.deactivated_through,
            staff,
            Patron.deactivated_reason,
            balances.open_loans(),
            balances.balance(),
            balances.unknown_fines(),
            pictured,
            *balances.activity(),
        )
        .join(PatronType, PatronType.id == Patron.patron_type_id)
        .outerjoin(YearLevel, YearLevel.id == Patron.year_level_id)
        .where(Patron.id.in_(chosen_keys(dialect_name)))
    )


def read_candidates(session: Session, facts: Facts, ids: list[PatronId]) -> list[Candidate]:
    """These patrons as rows of the page, in the order given; those that are gone are left out."""
    if not ids:
        return []
    reasons = verdict.find_reasons(session, facts, ids)
    rows = session.connection().execute(_rows(dialect(session)), {"chosen": keys_text(ids)}).all()
    by_id = {row[0]: _candidate(row, reasons.get(row[0], ())) for row in rows}
    return [by_id[key] for key in ids if key in by_id]


def _candidate(row: Sequence[Any], reasons: tuple[Reason, ...]) -> Candidate:
    (key, version, username, barcode, family, given, preferred, kind, level, homeroom, at, through, by, reason, loans, owed,
     unknown, pictured, *moments) = row  # fmt: skip
    return Candidate(
        PatronId(key),
        version,
        username,
        barcode,
        names.full_name(family, given, preferred),
        kind,
        level,
        homeroom,
        at.astimezone().date() if at else None,
        names.deactivated_by(through, by),
        reason,
        balances.latest(tuple(moments)),
        loans,
        int(owed),
        unknown,
        bool(pictured),
        reasons,
    )


@operation(Permission.VIEW_PATRONS, reads=True)
def candidates_counts(work: Work, search: str = "") -> CandidatesCounts:
    """How many candidates match the search, can go, and are held by each reason (a patron may have several)."""
    session = work.session
    facts = verdict.facts_for(work, read_policy(session, work.library_id))
    where = _matching(CandidatesQuery(search=search), facts, _words(session, search, work.library_id))

    def count(*more: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(Patron).where(*where, *more)) or 0

    by_code = {}
    for guard in verdict.guards_of(Scope.PAGE):
        if guard.code in _NEVER_HERE or not count(guard.condition(facts, None)):
            continue
        for code in guard.codes:
            number = count(guard.condition(facts, code))
            if number:
                by_code[code] = number
    return CandidatesCounts(count(), count(~verdict.held(facts, skip=_NEVER_HERE)), by_code)


@operation(Permission.VIEW_PATRONS, reads=True)
def portraits(work: Work, ids: list[PatronId]) -> dict[PatronId, tuple[str, bytes]]:
    """The pictures of these patrons: {id: (media type, image)}; patrons without one are left out."""
    rows = work.session.execute(
        sa.select(Portrait.patron_id, Portrait.media_type, Portrait.image)
        .join(Patron, Patron.id == Portrait.patron_id)
        .where(Portrait.patron_id.in_(keys(work.session, ids)), Patron.library_id == work.library_id)
    )
    return {PatronId(row[0]): (row[1], row[2]) for row in rows}
