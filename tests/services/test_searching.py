"""Whom a search and the filters find, against the rule in plain Python, on both engines and by every way of looking."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from patrondesk import folding
from patrondesk.errors import Stopped, WrongUsage
from patrondesk.models.access import AccessRequest
from patrondesk.models.library import Cohort, UserGroup, YearLevel
from patrondesk.models.patron import Block, FormerBarcode, Patron
from patrondesk.records.patron_lists import LIST_SORTS, PatronFilter, PatronQuery
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import patron_finding, searching
from patrondesk.services.candidates import candidates, candidates_counts
from patrondesk.services.patron_listing import count_patrons, find_rows, list_patrons, read_crowd, read_vocabulary
from tests.builders import LONG_AGO, building

NAMES = ("Ana", "Anastasia", "José-María", "O’Brien", "Ó Súilleabháin", "van der Berg", "Zhang", "川﨑", "Løvås", "Li", "Joanna")
BETWEEN = re.compile(r"[\x01 ._/@,-]+")
TODAY = dt.date(2026, 12, 4)


def split(text):
    return [word for word in BETWEEN.split(text) if word]


def naive(people, typed):
    """(keys in order, whether inside words) of everybody that the search means. `people`: (key, sort_key, search_text)."""
    words = split(folding.fold(typed))
    if typed.strip() and not words:
        return [], False
    begins = [p for p in people if all(any(one.startswith(word) for one in split(p[2])) for word in words)]
    first = {p[0]: not any(p[1].startswith(word) for word in words) for p in begins}
    if begins or not any(len(word) >= 3 for word in words):
        return [p[0] for p in sorted(begins, key=lambda p: (first[p[0]], p[1], p[0]))], False
    inside = [p for p in people if all(word in p[2] for word in words)]
    return [p[0] for p in sorted(inside, key=lambda p: (p[1], p[0]))], True


@pytest.fixture
def crowd(office):
    with building(office) as school:
        for number, family in enumerate(NAMES * 3):
            given_name = NAMES[number * 7 % len(NAMES)]
            key = school.patron(
                username=f"{folding.fold(family)[:3]}.{number}", family_name=family, given_name=given_name,
                barcode=f"P{number:03d}", homeroom=f"{7 + number % 3}A", sort_key=folding.sort_key(family, given_name),
                search_text=folding.search_text(family, given_name, f"{folding.fold(family)[:3]}.{number}", f"P{number:03d}",
                                                f"{7 + number % 3}A"),
            )  # fmt: skip
            if number % 5 == 0:
                school.session.add(FormerBarcode(patron_id=key, barcode=f"K{number:03d}"))
                row = school.session.get_one(Patron, key)
                row.search_text = folding.search_text(*row.search_text.split("\x01"), f"K{number:03d}")
    with office.database.read() as session:
        return session.execute(sa.select(Patron.id, Patron.sort_key, Patron.search_text)).all()


# Every way: a small library; few enough to be looked up; walked and given up; walked to the end.
WAYS = {"small": (1000, 9, 9, 9), "few": (4, 1000, 2, 3), "soon": (1, 1000, 2, 3), "walk": (0, 0, 1, 2)}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch, office):
    if request.param != "small" and not office.database.is_file:
        pytest.skip("a server chooses the way itself")
    for name, number in zip(("FEW", "MANY", "SOON", "SLICE"), WAYS[request.param], strict=True):
        monkeypatch.setattr(patron_finding, name, number)
    return request.param


parts = st.sampled_from([
    "a", "an", "ana", "jos", "maria", "brien", "obrien", "o", "zha", "p0", "p01", "k0", "k005", "7a", "9", "li", "der", "rien",
    "asta", "ovas", "川", "zzz", "-", ",", "\U0010ffff", "ana.1", "\ud7ff", "%", "_",
])  # fmt: skip
typings = st.one_of(st.lists(parts, min_size=1, max_size=3).map(" ".join), st.text(alphabet="aAnoszé’ -.0kp7", max_size=6))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=typings, limit=st.integers(1, 40), page=st.integers(1, 3))
def test_a_search_finds_what_the_rule_says(office, crowd, way, typed, limit, page):
    wanted, inside = naive(crowd, typed)
    if office.database.is_file or "\x00" not in typed:
        query = PatronQuery(typed, page=page, page_size=limit)
        rows = find_rows(office, query)
        assert [row.id for row in rows.rows] == wanted[(page - 1) * limit : page * limit]
        assert count_patrons(office, query).number == len(wanted)
        assert not rows.rows or rows.inside == inside
        counted = count_patrons(office, query, 5)
        assert (counted.number, counted.more) == ((5, True) if len(wanted) > 5 and typed.strip() else (len(wanted), False))


def test_the_other_way_round_and_by_other_columns_it_is_the_same_people(office, crowd, way):
    wanted, _ = naive(crowd, "an")
    for sort in LIST_SORTS:
        for descending in (False, True):
            found = find_rows(office, PatronQuery("an", sort=sort, descending=descending, page_size=200)).rows
            assert sorted(row.id for row in found) == sorted(wanted), sort
    up = [row.barcode for row in find_rows(office, PatronQuery(sort="barcode", page_size=200)).rows]
    down = [row.barcode for row in find_rows(office, PatronQuery(sort="barcode", descending=True, page_size=200)).rows]
    assert up == sorted(filter(None, up)) + [None] * up.count(None)
    assert [one for one in down if one] == [one for one in up if one][::-1]


def test_an_old_card_is_told_only_where_it_was_what_found(office, crowd, way):
    (found,) = find_rows(office, PatronQuery("K005")).rows
    assert found.old_card == "K005"
    (found,) = find_rows(office, PatronQuery("p005")).rows
    assert found.old_card is None
    both = find_rows(office, PatronQuery("k005 p005")).rows
    assert [row.old_card for row in both] == ["K005"]


def test_a_search_that_is_given_up_says_so(office, crowd, way):
    asked = iter([False, False, True, True, True, True])
    if not office.database.is_file or way == "small":
        return  # which ask the database once
    with pytest.raises(Stopped):
        find_rows(office, PatronQuery("zzz"), lambda: next(asked, True))


@pytest.fixture
def varied(office):
    """Patrons of whom each filter is true of some, in all mixtures."""
    with building(office) as school:
        levels = [YearLevel(name=f"Level {n}", position=n) for n in (1, 2)]
        groups = [UserGroup(name="Blue"), UserGroup(name="Red")]
        cohorts = [Cohort(name="Class of 2026"), Cohort(name="Class of 2027")]
        school.session.add_all([*levels, *groups, *cohorts])
        school.session.flush()
        for n in range(40):
            key = school.patron(
                enabled=n % 2 == 0, year_level_id=levels[n % 2].id if n % 5 else None, homeroom="7A" if n % 3 else "7B",
                user_group_id=groups[n % 3 % 2].id, cohort_id=cohorts[n // 20].id,
                expiry_date=TODAY + dt.timedelta(days=n - 20) if n % 4 else None,
            )  # fmt: skip
            if n % 3 == 0:
                school.session.add(Block(patron_id=key, comment="lost a book", created_at=LONG_AGO))
            if n % 6 == 1:
                school.session.add(Block(patron_id=key, comment="over", created_at=LONG_AGO, lifted_at=LONG_AGO))
            if n % 7 == 0:
                school.fine(key, 500 if n % 2 else None)
            if n % 7 == 1:
                school.fine(key, -100)
            if n % 4 == 1:
                school.loan(key, "open")
            if n % 5 == 2:
                school.protection(key, until=None if n % 2 else TODAY)
            if n % 8 == 0:
                over = LONG_AGO if n % 16 else None
                asked = AccessRequest(patron_id=key, rule="gdpr", opened_on=TODAY, due_on=TODAY, closed_at=over)
                school.session.add(asked)
            if n == 9:
                school.staff(key, "librarian")
    return replace(office, clock=replace(office.clock, rehearsal=TODAY))


def only(*flags: str, **more: Any) -> PatronFilter:
    """A filter with these flags on."""
    more.update(dict.fromkeys(flags, True))
    return PatronFilter(**more)


def holds(office):
    """{filter's field and value: keys of those of whom it is true}, one question each."""
    one_each = {
        **{name: only(name) for name in
           ("expired", "blocked", "owes", "has_loans", "protected", "access_request", "staff")},
        "enabled": PatronFilter("enabled"), "disabled": PatronFilter("disabled"), "level": PatronFilter(year_level="Level 1"),
        "group": PatronFilter(user_group="Red"), "room": PatronFilter(homeroom="7B"),
        "cohort": PatronFilter(cohort="Class of 2027"),
        "before": PatronFilter(expires_before=TODAY + dt.timedelta(days=3)),
    }  # fmt: skip
    return {word: {row.id for row in list_patrons(office, chosen=asked, page_size=1000).rows} for word, asked in one_each.items()}


def test_each_filter_means_what_it_says(varied):
    with varied.database.read() as session:
        people = session.scalars(sa.select(Patron).where(Patron.family_name != "Okafor")).all()
        found = holds(varied)
        assert found["expired"] == {p.id for p in people if p.expiry_date and p.expiry_date < TODAY}
        assert found["before"] == {p.id for p in people if p.expiry_date and p.expiry_date < TODAY + dt.timedelta(days=3)}
        assert found["room"] == {p.id for p in people if p.homeroom == "7B"}
        assert found["blocked"] == set(session.scalars(sa.select(Block.patron_id).where(Block.comment == "lost a book")))
        assert len(found["access_request"]) == 3
        assert len(found["owes"]) == 6
        assert len(found["has_loans"]) == 10
        assert len(found["protected"]) == 8
        assert len(found["staff"]) == 2
    now = read_crowd(varied)
    assert (now.patrons, now.deactivated, now.blocked, now.protected) == (
        41, len(found["disabled"]), len(found["blocked"]), len(found["protected"])
    )  # fmt: skip


@pytest.fixture
def alone(varied):
    return holds(varied)


FLAGS = ("expired", "blocked", "owes", "has_loans", "protected", "access_request", "staff")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_filters_together_are_what_each_of_them_holds(varied, alone, way, data):
    flags = data.draw(st.sets(st.sampled_from(FLAGS), max_size=3))
    choices = (("all", "enabled", "disabled"), (None, "Level 1"), (None, "Red"))
    state, level, group = (data.draw(st.sampled_from(words)) for words in choices)
    asked = only(*flags, state=state, year_level=level, user_group=group)
    sets = [alone[flag] for flag in flags] + [alone[word] for word in (state,) if word != "all"]
    sets += [alone["level"]] if level else []
    sets += [alone["group"]] if group else []
    everybody = {row.id for row in list_patrons(varied, page_size=1000).rows}
    wanted = set.intersection(everybody, *sets)
    page = list_patrons(varied, chosen=asked, page_size=1000)
    assert {row.id for row in page.rows} == wanted
    assert page.total == len(wanted) == count_patrons(varied, PatronQuery(filter=asked)).number


@pytest.mark.parametrize("asked", [PatronFilter("gone"), PatronFilter(year_level="X"), PatronFilter(cohort="X"),
                                   PatronFilter(user_group="X"), PatronFilter(patron_type="X")])  # fmt: skip
def test_what_there_is_not_is_said(office, asked):
    with pytest.raises(WrongUsage):
        list_patrons(office, chosen=asked)


def test_the_words_to_choose_from(varied):
    known = read_vocabulary(varied)
    assert known.cohorts == ("Class of 2026", "Class of 2027")
    assert known.year_levels[:2] == ("Level 1", "Level 2")
    assert known.homerooms == ("7A", "7B")


def naive_candidates(people, typed):
    """The same rule for the User Purge page, where a word may also stand in the reason of the deactivation."""
    words = split(folding.fold(typed))
    if typed.strip() and not words:
        return set()
    begins = {key for key, text, reason in people
              if all(any(one.startswith(word) for one in split(text)) or word in reason.lower() for word in words)}  # fmt: skip
    if begins or not any(len(word) >= 3 for word in words):
        return begins
    return {key for key, text, reason in people if all(word in text or word in reason.lower() for word in words)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.one_of(typings, st.sampled_from(["graduated", "moved ana", "ovas moved", "ed", "aduat", "moved zzz"])))
def test_the_purge_page_is_searched_by_the_same_rule_and_by_reasons(office, crowd, typed):
    with office.database.write() as session:
        session.execute(sa.update(Patron).where(Patron.id % 3 == 0).values(deactivated_reason="Moved away"))
        session.execute(sa.update(Patron).where(Patron.id % 3 == 1).values(deactivated_reason="graduated"))
        rows = session.execute(sa.select(Patron.id, Patron.search_text, Patron.deactivated_reason).where(~Patron.enabled))
        people = [(key, text, reason or "") for key, text, reason in rows]
    wanted = naive_candidates(people, typed)
    page = candidates(office, CandidatesQuery(search=typed, page_size=200))
    assert {row.id for row in page.rows} == wanted
    assert page.total == len(wanted) == candidates_counts(office, typed).total


def test_typed_words():
    assert searching.words_of("  José-María, O’Brien ma Maria ") == ("jose", "maria", "obrien")
    assert searching.words_of("-,.") == ()
    assert searching.beyond("a") == "b"
    assert searching.beyond("a\ud7ff") == "a\ue000"
    assert searching.beyond("a\U0010ffff") == "b"
    assert searching.beyond("\U0010ffff") is None


def test_as_many_statements_for_many_as_for_few(office, crowd):
    told = []
    engine = office.database.engine()

    def note(_connection, _cursor, statement, *_more):
        told.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    numbers = set()
    for size in (1, 5, 200):
        told.clear()
        find_rows(office, PatronQuery("a", page_size=size))
        numbers.add(len(told))
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len(numbers) == 1
    assert numbers.pop() <= 12
