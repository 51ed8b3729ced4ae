"""The audit log read: in words, page by page, filtered; patrons are stored by number and named as they are called now."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.errors import NotPermitted, WrongUsage
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.patron import Patron
from patrondesk.records.audit import AuditQuery
from patrondesk.records.staff import Permission
from patrondesk.services import activation, audit, audit_reading, policy
from patrondesk.services.purging.plan import make_plan
from tests.builders import building


@pytest.fixture
def people(office):
    with building(office) as school:
        return [school.patron(family_name="Hernández", given_name="Lucía"), school.patron(), school.patron()]


def without(office, *permissions):
    return office.signed_in(replace(office.actor, permissions=office.actor.permissions - set(permissions)))


def entries(office, **wanted):
    return audit_reading.list_entries(office, AuditQuery(**wanted)).entries


def told(office, **wanted):
    return [one.words for one in entries(office, **wanted)]


def test_the_newest_come_first_in_words(office, people):
    activation.enable(office, people[0])
    policy.change_setting(office, "undo_days", "20")
    newest, before, *_, first = entries(office)
    assert newest.words == "The setting “Days to undo a purge” was changed from 30 to 20."
    assert before.words == "Hernández, Lucía was enabled again."
    assert (before.patron_id, before.patron, before.who) == (people[0], "Hernández, Lucía", office.actor.name)
    assert newest.number == before.number + 1
    assert newest.previous_hash == before.hash
    assert first.words == "The library was made, with its first administrator."
    assert abs(newest.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_a_patron_is_called_as_at_present_and_by_number_when_gone(office, people):
    activation.enable(office, people[0])
    activation.disable(office, people[0])
    with office.database.write() as session:
        session.execute(sa.update(Patron).where(Patron.id == people[0]).values(family_name="Ortega"))
    assert told(office)[0] == "Ortega, Lucía was deactivated."
    purge.run(office, make_plan(office, [people[0]], source="page"), Ticket())
    assert told(office, patron=people[0]) == [f"Patron {people[0]} was deactivated.", f"Patron {people[0]} was enabled again."]


def test_without_the_right_to_view_patrons_nobody_is_named(office, people):
    activation.enable(office, people[0])
    less = without(office, Permission.VIEW_PATRONS)
    assert told(less)[0] == f"Patron {people[0]} was enabled again."
    assert entries(less)[0].patron == f"Patron {people[0]}"


def test_the_page_needs_the_right_to_reports(office):
    less = without(office, Permission.REPORTS)
    for ask in (
        lambda: entries(less), lambda: audit_reading.list_choices(less), lambda: audit_reading.every_entry(less, AuditQuery()),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            ask()


def test_pages_are_whole_and_meet_each_other(office, people):
    for _ in range(6):
        activation.enable(office, people[0])
        activation.disable(office, people[0])
    whole = [one.number for one in entries(office, page_size=1000)]
    assert whole == sorted(whole, reverse=True)
    pages = [audit_reading.list_entries(office, AuditQuery(page=page, page_size=5)) for page in range(1, 5)]
    assert {page.total for page in pages} == {len(whole)}
    assert pages[0].pages == -(-len(whole) // 5)
    assert [one.number for page in pages for one in page.entries] == whole[:20]


@pytest.mark.parametrize(("page", "size"), [(0, 50), (1, 0), (1, 1001)])
def test_a_page_that_cannot_be_is_refused(office, page, size):
    with pytest.raises(WrongUsage):
        entries(office, page=page, page_size=size)


def test_filters_by_kind_operation_person_patron_and_purge(office, people):
    activation.enable(office, people[0])
    activation.disable(office, people[0])
    policy.change_setting(office, "undo_days", "20")
    first = purge.run(office, make_plan(office, [people[1]], source="page"), Ticket()).batch.id
    second = purge.run(office, make_plan(office, [people[2]], source="page"), Ticket()).batch.id
    assert {one.operation for one in entries(office, operation="patron")} == {"patron.enable", "patron.disable"}
    assert {one.operation for one in entries(office, operation="Patron.Enable")} == {"patron.enable"}
    assert {one.operation for one in entries(office, operation="settings")} == {"settings.change"}
    assert {one.batch for one in entries(office, batch=first)} == {first}
    assert {"purge.begin", "purge.chunk", "purge.finish"} <= {one.operation for one in entries(office, batch=second)}
    assert {one.patron_id for one in entries(office, patron=people[0])} == {people[0]}
    assert len(entries(office, staff=office.actor.staff_id)) == len(entries(office))
    assert entries(office, staff=office.actor.staff_id + 1) == ()
    with pytest.raises(WrongUsage, match="robots"):
        entries(office, operation="robots")


def test_filters_by_days_of_this_computer(office, people):
    write_at(office, dt.datetime(2026, 3, 4, 0, 0), "settings.change")
    write_at(office, dt.datetime(2026, 3, 4, 23, 59, 59), "settings.change")
    write_at(office, dt.datetime(2026, 3, 5, 0, 0), "settings.change")
    day = dt.date(2026, 3, 4)
    assert len(entries(office, first_day=day, last_day=day)) == 2
    assert len(entries(office, last_day=day)) == 2
    assert len(entries(office, first_day=day + dt.timedelta(days=1), last_day=day + dt.timedelta(days=1))) == 1
    assert len(entries(office, first_day=day)) == 3 + 1, "the library was made today"


def write_at(office, local, operation):
    with office.database.write() as session:
        audit.write_entry(
            session, local.astimezone(), library_id=office.library_id, actor_id=office.actor.staff_id, actor=office.actor.name,
            operation=operation, patron_id=None, facts={},
        )  # fmt: skip


class Behind(Clock):
    """The computer's clock is an hour behind."""

    def now(self) -> dt.datetime:
        return super().now() - dt.timedelta(hours=1)


def test_an_entry_whose_time_lies_before_its_predecessors_is_marked(office, people):
    activation.enable(office, people[0])
    activation.disable(replace(office, clock=Behind()), people[0])
    activation.enable(office, people[0])
    assert [one.set_back for one in entries(office)[:3]] == [False, True, False]
    only = entries(office, operation="patron.disable")
    assert [one.set_back for one in only] == [True], "also where the entry before is not on show"


def test_choices_are_what_is_there(office, people):
    activation.enable(office, people[0])
    choices = audit_reading.list_choices(office)
    assert choices.kinds == (("patron", "Patrons"), ("library", "The library itself"))
    assert choices.staff == ((office.actor.staff_id, office.actor.name),)


def test_entries_of_another_library_are_not_shown_and_those_of_all_are(office):
    from patrondesk.models.library import Library

    with office.database.write() as session:
        other = Library(short_name="hillside", name="Hillside", created_at=office.clock.now(), secret="0" * 64)
        session.add(other)
        session.flush()
        for library in (other.id, None):
            audit.write_entry(
                session, office.clock.now(), library_id=library, actor_id=None, actor="PatronDesk",
                operation="library.upgrade", patron_id=None, facts={},
            )  # fmt: skip
    assert [one.operation for one in entries(office)] == ["library.upgrade", "library.create"]
    assert audit_reading.check_chain(office).entries == 3


def test_every_entry_is_read_whatever_the_page(office, people, monkeypatch):
    for _ in range(5):
        activation.enable(office, people[0])
        activation.disable(office, people[0])
    monkeypatch.setattr(audit_reading, "MOST_ROWS", 4)
    whole = [one.number for one in entries(office, page_size=4)]
    reading = audit_reading.every_entry(office, AuditQuery())
    first = next(reading)
    policy.change_setting(office, "undo_days", "20")
    numbers = [first.number, *(one.number for one in reading)]
    assert numbers == list(range(whole[0], 0, -1)), "each once, and none that was written meanwhile"
