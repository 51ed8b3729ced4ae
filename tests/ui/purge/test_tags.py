"""Tags are within the page, remembered by patron, and dropped when their patron is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Candidate, CandidatesQuery
from patrondesk.records.verdict import Reason, Severity
from patrondesk.ui.screens.purge.tags import Tags, pages_of, place_of

LOAN = Reason("OPEN_LOANS", 1, None, Severity.ABSOLUTE, "1 item on loan", "return it")


def person(key: int, reasons: tuple[Reason, ...] = ()) -> Candidate:
    return Candidate(
        PatronId(key), 1, f"u{key}", f"B{key}", f"Name {key}", "student", "Year 7", "7A", None, None, None, None, len(reasons),
        0, 0, False, reasons,
    )  # fmt: skip


PEOPLE = st.lists(st.tuples(st.integers(1, 30), st.booleans()), unique_by=lambda one: one[0]).map(
    lambda told: [person(key, (LOAN,) if held else ()) for key, held in told]
)
QUERY = CandidatesQuery(page_size=20)


def shown(rows: list[Candidate], page: int) -> Any:
    return rows[(page - 1) * 5 : page * 5], place_of(replace(QUERY, page=page))


@given(PEOPLE)
def test_only_those_who_can_go_are_ever_tagged(people):
    tags = Tags()
    assert [tags.tag(one) for one in people] == [one.eligible for one in people]
    assert {one.id for one in people if one.id in tags} == {one.id for one in people if one.eligible}


@given(PEOPLE, st.lists(st.tuples(st.integers(1, 6), st.integers(0, 4), st.booleans()), max_size=40))
def test_here_and_elsewhere_are_all_tags_and_never_the_same(people, presses):
    tags = Tags()
    page = 1
    for page, row, tagging in presses:
        rows, place = shown(people, page)
        tags.see(rows, place)
        if row < len(rows):
            tags.tag(rows[row], place) if tagging else tags.untag(rows[row].id)
    rows, place = shown(people, page)
    tags.see(rows, place)
    here, elsewhere = tags.here(rows), tags.elsewhere(rows)
    assert len(here) + len(elsewhere) == len(tags)
    assert set(here) <= {one.id for one in rows}
    assert [key for key in (one.id for one in rows) if key in set(here)] == list(here), "in the order of the page"
    assert not {tag.id for tag in elsewhere} & {one.id for one in rows}
    assert place.page not in pages_of(elsewhere, place), "what is not on this page is not said to be on it"


@given(PEOPLE, st.sets(st.integers(1, 30)))
def test_a_tag_is_dropped_when_its_patron_is_held(people, changed):
    tags, place = Tags(), place_of(QUERY)
    for one in people:
        tags.tag(one, place)
    before = {one.id for one in people if one.id in tags}
    now = [replace(one, reasons=(LOAN,)) if one.id in changed else one for one in people]
    dropped = tags.see(now, place)
    assert {one.id for one in dropped} == before & {one.id for one in now if not one.eligible}
    assert {one.id for one in now if one.id in tags} == before - {one.id for one in dropped}


def test_pages_are_named_only_when_every_tag_has_one():
    tags = Tags()
    for key, page in ((1, 3), (2, 1), (3, 3)):
        tags.tag(person(key), place_of(replace(QUERY, page=page)))
    here = place_of(replace(QUERY, page=2))
    assert pages_of(tags.elsewhere(()), here) == (1, 3)
    assert pages_of(tags.elsewhere(()), place_of(replace(QUERY, search="a"))) == (), "another list has other pages"
    tags.tag(person(4))
    assert pages_of(tags.elsewhere(()), here) == ()


def test_after_a_purge_only_earlier_pages_are_still_known():
    tags = Tags()
    for key, page in ((1, 1), (2, 2), (3, 3)):
        tags.tag(person(key), place_of(replace(QUERY, page=page)))
    tags.rows_moved_up(place_of(replace(QUERY, page=2)))
    assert [tag.place.page if tag.place else None for tag in tags.elsewhere(())] == [1, None, None]


def test_a_patron_who_left_the_page_may_be_anywhere():
    tags, place = Tags(), place_of(QUERY)
    tags.tag(person(1), place)
    tags.see([person(2)], place)
    assert [tag.place for tag in tags.elsewhere(())] == [None]


def test_dropping_returns_those_that_were_there():
    tags = Tags()
    tags.tag(person(1))
    assert [tag.name for tag in tags.drop([PatronId(1), PatronId(2)])] == ["Name 1"]
    assert len(tags) == 0
