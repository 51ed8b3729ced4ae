"""Writes a made-up school into a new library, chunk by chunk, each chunk one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.clock import Clock
from patrondesk.database import Database, dialect
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item, Title
from patrondesk.models.library import Cohort, Library, PatronType, UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.policy import Setting
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.services import audit
from patrondesk.services.changes import refresh_activity
from patrondesk.services.demo.house import GROUPS, HOUSE, LIBRARIAN
from patrondesk.services.demo.people import School
from patrondesk.services.demo.rows import Keys, Rows
from patrondesk.services.demo.story import Story
from patrondesk.services.libraries import create_library

LIBRARY = "Riverbank Secondary"
PASSWORD = "demo"
CHUNK_PATRONS = 500
CHUNK_COPIES = 10_000
Named = TypeVar("Named", PatronType, UserGroup, YearLevel, Cohort)
_NUMBERED = (Title, Item, Patron, Loan, Fine)
Progress = Callable[[int, int], None]
T = TypeVar("T")


def build(
    database: Database,
    *,
    patrons: int = 600,
    seed: int = 1,
    today: dt.date,
    plain: bool = False,
    progress: Progress | None = None,
) -> int:
    """Makes the library, its administrator (`librarian`, password `demo`) and the school; returns the number of patrons.

    `patrons` are made besides the few accounts of the library itself (`people.HOUSE`). The same numbers give the same
    school on every machine. `today` is the date from which everything is counted back. `progress` gets (done, of).
    Raises Refused when there is a library already.
    """
    school = School(patrons, seed, today, plain)
    create_library(
        database, Clock(), name=LIBRARY, username=LIBRARIAN.username, password=PASSWORD, made_up=True,
        person=f"{LIBRARIAN.family_name}, {LIBRARIAN.given_name}",
    )  # fmt: skip
    story = Story(school)
    with database.write() as session:
        keys = _frame(session, story)
    _fill_shelf(database, story, keys)
    done, total = 0, patrons + len(HOUSE)
    rows = Rows(school, story.shelf, keys)
    for chapters in _chunks(story, CHUNK_PATRONS):
        with database.write() as session:
            for chapter in chapters:
                rows.add(chapter)
            for table, lines in rows.take():
                session.execute(sa.insert(table), lines)
            for key, values in rows.take_updates():
                session.execute(sa.update(Patron).where(Patron.id == key).values(values))
        done += len(chapters)
        if progress:
            progress(done, total)
    with database.write() as session:
        _end(session, school, keys)
    return total


def _chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    walk = iter(things)
    while chunk := list(islice(walk, size)):
        yield chunk


def _frame(session: Session, story: Story) -> Keys:
    """The small tables that everything refers to, and where the numbering of the large ones begins."""
    library = session.scalars(sa.select(Library).order_by(Library.id.desc()).limit(1)).one()
    librarian = session.scalars(sa.select(StaffAccount).where(StaffAccount.library_id == library.id)).one()
    calendar, last = story.calendar, story.calendar.rollover.year
    month, day = (12, 31) if calendar.southern else (7, 31)
    types = _named(session, PatronType, {name: {} for name in ("student", "teacher", "staff", "contact", "department")})
    groups = _named(session, UserGroup, {name: {"description": text} for name, text in GROUPS.items()})
    levels = _named(session, YearLevel, {f"Year {level}": {"position": level - 6} for level in range(7, 13)})
    classes = {f"Class of {year}": {"graduates_on": dt.date(year, month, day)} for year in range(last, last + 8)}
    cohorts = _named(session, Cohort, classes)
    settings = {"debt_block_limit": "10.00"} | ({"statistical_year_starts_in": "2"} if calendar.southern else {})
    session.add_all(Setting(library_id=library.id, key=key, value=value) for key, value in settings.items())
    roles = {role.code: role.id for role in session.scalars(sa.select(Role))}
    first = {model: (session.scalar(sa.select(sa.func.max(model.id))) or 0) + 1 for model in _NUMBERED}
    assert librarian.patron_id is not None, "a new library's administrator is a patron"
    return Keys(
        library=library.id, librarian=librarian.patron_id, staff=librarian.id, types=types, groups=groups, levels=levels,
        cohorts=cohorts, roles=roles, title=first[Title], item=first[Item], patron=first[Patron], loan=first[Loan],
        fine=first[Fine],
    )  # fmt: skip


def _named(session: Session, model: type[Named], wanted: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    """The keys of rows by name; those that are not there yet are made."""
    there = {row.name: row.id for row in session.scalars(sa.select(model))}
    new = [model(name=name, **values) for name, values in wanted.items() if name not in there]
    session.add_all(new)
    session.flush()
    return there | {row.name: row.id for row in new}


def _fill_shelf(database: Database, story: Story, keys: Keys) -> None:
    shelf = story.shelf
    with database.write() as session:
        session.execute(sa.insert(Title), [
            {"id": keys.title + place, "library_id": keys.library, "title": title.title, "author": title.author}
            for place, title in enumerate(shelf.titles)
        ])  # fmt: skip
    rows = Rows(story.school, shelf, keys)
    for numbers in _chunks(range(shelf.copies), CHUNK_COPIES):
        with database.write() as session:
            session.execute(sa.insert(Item), [rows.item(shelf.copy(number)) for number in numbers])


def _end(session: Session, school: School, keys: Keys) -> None:
    refresh_activity(session, sa.select(Patron.id).where(Patron.library_id == keys.library))
    if dialect(session) == "postgresql":
        # The rows came with their keys; the server's own counters must go on behind them.
        for model in _NUMBERED:
            counter = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
            session.execute(sa.select(sa.func.setval(counter, sa.func.max(model.id))))
    audit.write_entry(
        session, Clock().now(), library_id=keys.library, actor_id=keys.staff,
        actor=f"{LIBRARIAN.given_name} {LIBRARIAN.family_name}", operation="library.demo", patron_id=None,
        facts={"patrons": school.patrons, "seed": school.seed, "today": school.today.isoformat()},
    )  # fmt: skip
