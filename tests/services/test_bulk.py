"""Patrons changed together: the preview is what is done, the numbers add up, and nobody else is touched; on both engines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotPermitted, WrongUsage
from patrondesk.models.audit import AuditEntry
from patrondesk.models.library import UserGroup, YearLevel
from patrondesk.models.patron import PATRON_WORDS, Block, Patron, PatronChange, Protection
from patrondesk.records.bulk import Action, BulkChange
from patrondesk.records.patron_lists import Chosen, PatronFilter, PatronQuery
from patrondesk.services import bulk
from patrondesk.services.patron_listing import list_patrons
from tests.builders import LONG_AGO, building

TODAY = dt.date(2026, 12, 4)
VALUES = {
    Action.DISABLE: BulkChange(Action.DISABLE, "moved away"),
    Action.ENABLE: BulkChange(Action.ENABLE),
    Action.BLOCK: BulkChange(Action.BLOCK, "camera not returned", TODAY),
    Action.UNBLOCK: BulkChange(Action.UNBLOCK, "camera returned"),
    Action.PROTECT: BulkChange(Action.PROTECT, "exchange year", dt.date(2027, 7, 31)),
    Action.UNPROTECT: BulkChange(Action.UNPROTECT),
    Action.USER_GROUP: BulkChange(Action.USER_GROUP, "Alumni"),
    Action.YEAR_LEVEL: BulkChange(Action.YEAR_LEVEL, "Year 13"),
    Action.HOMEROOM: BulkChange(Action.HOMEROOM, "13Z"),
    Action.EXPIRY_DATE: BulkChange(Action.EXPIRY_DATE, day=dt.date(2027, 1, 31)),
    Action.PURGE_DATE: BulkChange(Action.PURGE_DATE, day=None),
}


@pytest.fixture
def school(office):
    """Twelve patrons, some enabled, blocked, kept, locked, registered later; one of staff; and the librarian."""
    with building(office) as made:
        made.session.add_all([UserGroup(name="Alumni"), YearLevel(name="Year 13", position=13)])
        keys = []
        for n in range(12):
            key = made.patron(
                enabled=n % 2 == 0, purge_date=TODAY if n % 3 else None, registered_on=dt.date(2027, 5, 1) if n == 5 else None,
                locked_fields=["homeroom", "expiry_date", "user_group"] if n in (3, 4) else None,
            )  # fmt: skip
            keys.append(key)
            if n % 4 == 0:
                made.session.add(Block(patron_id=key, comment="before", created_at=LONG_AGO))
            if n % 5 == 0:
                made.protection(key)
        made.staff(keys[8], "assistant")
    own = office.actor.id
    return replace(office, clock=replace(office.clock, rehearsal=TODAY)), (*keys, own)


def state(office):
    """Everything about everybody that a change together may touch."""
    with office.database.read() as session:
        columns = [column for column in Patron.__table__.c if column.name != "updated_at"]
        people = session.execute(sa.select(*columns).order_by(Patron.id)).mappings().all()
        number = sa.select(sa.func.count())
        tables = (Block, Protection, PatronChange)
        count = {table.__tablename__: session.scalar(number.select_from(table)) for table in tables}
        return {row["id"]: dict(row) for row in people}, count


@pytest.mark.parametrize("action", list(Action))
def test_what_is_previewed_is_done_and_nobody_else_is_touched(school, action):
    office, keys = school
    change, chosen = VALUES[action], Chosen(keys)
    look = bulk.PREVIEWS[action.permission](office, change, chosen)
    before, counted = state(office)
    assert look.selected == len(keys)
    assert look.changed
    done = bulk.DOINGS[action.permission](office, change, chosen)
    assert done == look
    after, count = state(office)
    touched = {key for key in after if after[key]["version"] != before[key]["version"]}
    assert len(touched) == look.changed
    assert all(after[key] == before[key] for key in set(after) - touched)
    assert len(look.names) == min(12, look.changed)
    changes = count["patron_changes"] - counted["patron_changes"]
    assert changes == (look.changed if action.sets_field else 0)
    again = bulk.PREVIEWS[action.permission](office, change, chosen)
    assert (again.changed, again.already) == (0, look.already + look.changed)
    with office.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        assert entry.operation == "patron.together"
        assert entry.facts["changed"] == look.changed
        assert entry.facts["action"] == action.value
        assert set(entry.facts) == {"action", "selected", "changed", "already", "own", "staff", "locked", "unfit"}


def test_staff_and_oneself_are_spared(school):
    office, keys = school
    for action in (Action.DISABLE, Action.BLOCK):
        look = bulk.PREVIEWS[action.permission](office, VALUES[action], Chosen(keys))
        assert look.own == 1
        assert look.staff == (1 if action is Action.DISABLE else 0)  # who is blocked already
    past = BulkChange(Action.EXPIRY_DATE, day=dt.date(2026, 12, 3))
    look = bulk.preview_edit(office, past, Chosen(keys))
    assert (look.own, look.staff, look.locked) == (1, 1, 2)
    with building(office) as made:
        made.session.execute(sa.update(Patron).where(Patron.id == keys[8]).values(enabled=False))
    assert bulk.preview_switch(office, BulkChange(Action.ENABLE), Chosen((keys[8],))).staff == 1


def test_locked_fields_and_days_that_cannot_be_are_left(school):
    office, keys = school
    look = bulk.edit_together(office, VALUES[Action.EXPIRY_DATE], Chosen(keys))
    assert (look.locked, look.unfit) == (2, 1)
    after, _ = state(office)
    assert [after[key]["expiry_date"] for key in (keys[3], keys[5])] == [dt.date(2025, 1, 31)] * 2
    assert bulk.preview_edit(office, VALUES[Action.YEAR_LEVEL], Chosen(keys)).locked == 0


def test_what_a_field_was_is_kept_and_people_are_found_by_what_it_is(school):
    office, keys = school
    bulk.edit_together(office, VALUES[Action.HOMEROOM], Chosen(keys[:2]))
    bulk.edit_together(office, VALUES[Action.YEAR_LEVEL], Chosen(keys[:2]))
    bulk.edit_together(office, VALUES[Action.PURGE_DATE], Chosen(keys[:2]))
    with office.database.read() as session:
        kept = sa.select(PatronChange.field, PatronChange.old, PatronChange.new).where(PatronChange.patron_id == keys[1])
        rows = session.execute(kept)
        told = {field: (old, new) for field, old, new in rows}
        words = set(session.scalars(sa.select(PATRON_WORDS.c.word).where(PATRON_WORDS.c.patron_id == keys[1])))
    before = told["homeroom"][0]
    assert told == {"homeroom": (before, "13Z"), "year_level": ("Year 12", "Year 13"), "purge_date": ("4 December 2026", None)}
    assert {"13z", "13"} <= words
    assert before.lower() not in words
    assert {row.id for row in list_patrons(office, search="13z").rows} == set(keys[:2])


def test_everybody_that_a_list_selects(school):
    office, _ = school
    query = PatronQuery("quill", PatronFilter("enabled"))
    wanted = {row.id for row in list_patrons(office, search="quill", state="enabled").rows}
    look = bulk.switch_together(office, VALUES[Action.DISABLE], Chosen(query=query))
    assert look.selected == len(wanted) == 6
    assert (look.changed, look.staff) == (5, 1)
    assert {row.deactivated_on is not None for row in list_patrons(office, search="quill").rows} == {True}


@pytest.mark.parametrize(
    "change",
    [BulkChange(Action.BLOCK), BulkChange(Action.BLOCK, " "), BulkChange(Action.BLOCK, "x", dt.date(2026, 12, 3)),
     BulkChange(Action.UNBLOCK), BulkChange(Action.PROTECT), BulkChange(Action.PROTECT, "x", dt.date(2026, 12, 3)),
     BulkChange(Action.USER_GROUP, "Nobody's"), BulkChange(Action.YEAR_LEVEL, "Year 99"), BulkChange(Action.HOMEROOM, "x" * 61)],
)  # fmt: skip
def test_what_does_not_do_is_said_before_anything_is_done(school, change):
    office, keys = school
    before = state(office)
    with pytest.raises(WrongUsage):
        bulk.DOINGS[change.action.permission](office, change, Chosen(keys))
    assert state(office) == before


def test_nobody_selected(school):
    office, _ = school
    with pytest.raises(WrongUsage):
        bulk.preview_switch(office, VALUES[Action.DISABLE], Chosen())


@pytest.mark.parametrize("action", list(Action))
def test_the_right_is_asked(school, action):
    office, keys = school
    without = office.signed_in(replace(office.actor, permissions=office.actor.permissions - {action.permission}))
    for way in (bulk.PREVIEWS, bulk.DOINGS):
        with pytest.raises(NotPermitted):
            way[action.permission](without, VALUES[action], Chosen(keys))


def test_as_many_statements_for_many_as_for_few(school):
    office, keys = school
    told = []
    engine = office.database.engine()
    note = lambda _c, _cursor, statement, *_more: told.append(statement)  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", note)
    numbers = []
    for some in (keys[:1], keys[1:12]):
        told.clear()
        bulk.edit_together(office, VALUES[Action.PURGE_DATE], Chosen((*some, keys[1])))
        numbers.append(len(told))
    sa.event.remove(engine, "before_cursor_execute", note)
    assert numbers[0] == numbers[1]
