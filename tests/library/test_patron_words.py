"""The words that patrons are found by follow `search_text` by themselves, on both engines."""

from __future__ import annotations

import re

import sqlalchemy as sa

from patrondesk.models.patron import PATRON_WORDS, Patron
from tests.builders import building

BETWEEN = re.compile(r"[\x01 ._/@,-]+")


def kept(office):
    with office.database.read() as session:
        rows = session.execute(sa.select(PATRON_WORDS.c.word, PATRON_WORDS.c.patron_id)).all()
    return {(word, key) for word, key in rows}


def wanted(office):
    with office.database.read() as session:
        rows = session.execute(sa.select(Patron.id, Patron.search_text)).all()
    return {(word, key) for key, text in rows for word in BETWEEN.split(text) if word}


def write(office, statement):
    with office.database.write() as session:
        session.execute(statement)


def test_words_follow_every_way_of_writing(office):
    with building(office) as school:
        school.patron(username="a", family_name="García-López", given_name="J. R.")
        school.patron(username="b", family_name="川﨑 宗則", given_name='K\\"b\\u0001')
    assert kept(office) == wanted(office)
    assert {"garcia", "lopez", "r"} <= {word for word, _ in kept(office)}
    strange = "one\x01two-three one\\x \x7f\x02 'four' a@b.example, 6/7_8"
    write(office, sa.update(Patron).where(Patron.username == "a").values(search_text=strange))
    assert kept(office) == wanted(office)
    write(office, sa.update(Patron).values(search_text=Patron.search_text + "\x01all"))
    assert kept(office) == wanted(office)
    write(office, sa.update(Patron).values(homeroom="1A"))
    assert kept(office) == wanted(office)
    write(office, sa.delete(Patron).where(Patron.username == "b"))
    assert kept(office) == wanted(office)
    assert not {word for word, _ in kept(office)} & {"川崎", "宗則"}


def test_nobody_is_found_by_nothing(office):
    with building(office) as school:
        key = school.patron()
    write(office, sa.update(Patron).where(Patron.id == key).values(search_text=""))
    assert kept(office) == wanted(office)
