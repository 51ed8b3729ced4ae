"""Reservations taken back: the copy on hold, the patron's version, the log, and what is not there any more."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotFound, NotPermitted, Refused
from patrondesk.models.audit import AuditEntry
from patrondesk.models.item import Item
from patrondesk.models.library import Library
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import LibraryId, ReservationId
from patrondesk.records.loans import ReservationsCancelled
from patrondesk.records.staff import Permission
from patrondesk.services import checking, reservations
from patrondesk.services.patrons import read_details
from tests.builders import LONG_AGO, building
from tests.comparing import differences, picture


@pytest.fixture
def hall(office):
    """Two who wait for a copy on hold, and one of them for a second thing and a third long ago."""
    with building(office) as school:
        one, other, copy = school.patron(), school.patron(), school.item("on_hold")
        return {
            "one": one, "other": other, "copy": copy,
            "first": school.reservation(one, item=copy), "second": school.reservation(one, item=school.item("on_hold")),
            "past": school.reservation(one, "filled"), "theirs": school.reservation(other, item=copy),
        }  # fmt: skip


def states(office, *keys):
    with office.database.read() as session:
        told = {key: status for key, status in session.execute(sa.select(Reservation.id, Reservation.status))}
    return [told[key] for key in keys]


def copy_state(office, key):
    with office.database.read() as session:
        return session.scalar(sa.select(Item.status).where(Item.id == key))


def version(office, key):
    with office.database.read() as session:
        return session.scalar(sa.select(Patron.version).where(Patron.id == key))


def test_they_are_listed_open_ones_first(office, hall):
    mine = reservations.list_reservations(office, hall["one"])
    assert [(line.id, line.status) for line in mine] == [
        (hall["first"], "open"), (hall["second"], "open"), (hall["past"], "filled"),
    ]  # fmt: skip
    assert {line.username for line in mine} == {read_details(office, hall["one"]).username}
    assert mine[0].title.startswith("The Lighthouse")
    assert (mine[0].item_barcode or "").startswith("ITEM")
    assert len(reservations.list_reservations(office, hall["one"], open_only=True)) == 2
    assert [line.id for line in reservations.list_reservations(office)] == [hall["first"], hall["second"], hall["theirs"]]


def test_cancelling_lifts_the_guard_and_hands_the_copy_on(office, hall):
    before, versions = picture(office.database), (version(office, hall["one"]), version(office, hall["other"]))
    assert [reason.code for reason in read_details(office, hall["one"]).reasons] == ["RESERVATIONS"]
    assert reservations.cancel(office, hall["first"], hall["second"]) == ReservationsCancelled(2, 1)
    assert read_details(office, hall["one"]).eligible
    assert states(office, hall["first"], hall["second"], hall["past"], hall["theirs"]) == [
        "cancelled", "cancelled", "filled", "open",
    ]  # fmt: skip
    assert (version(office, hall["one"]), version(office, hall["other"])) == (versions[0] + 1, versions[1] + 1)
    changed = differences(before, picture(office.database))
    assert {name: len(lost) for name, (lost, _) in changed.items()} == {"patrons": 2, "items": 1, "reservations": 3}
    assert not checking.find_problems(office)


def test_a_copy_stays_on_hold_for_whoever_waits_for_it_too(office, hall):
    assert reservations.cancel(office, hall["first"]).released == 0
    assert copy_state(office, hall["copy"]) == "on_hold"
    assert reservations.cancel(office, hall["theirs"]).released == 1
    assert copy_state(office, hall["copy"]) == "available"


def test_both_who_wait_at_once_free_the_copy_once(office, hall):
    assert reservations.cancel(office, hall["first"], hall["theirs"]) == ReservationsCancelled(2, 1)
    assert copy_state(office, hall["copy"]) == "available"
    with office.database.read() as session:
        entries = session.execute(
            sa.select(AuditEntry.patron_id, AuditEntry.facts).where(AuditEntry.operation == "reservations.cancel")
        ).all()
    assert [(patron, facts["reservations"]) for patron, facts in entries] == [
        (hall["one"], [hall["first"]]), (hall["other"], [hall["theirs"]]),
    ]  # fmt: skip
    assert read_details(office, hall["one"]).history[0].words == "A reservation cancelled"


def test_two_desks_at_the_same_time_free_the_copy(office, hall):
    """Each sees the other's request as open until it is cancelled: whoever comes second must look again."""
    meet, failed = threading.Barrier(2), []

    def at_a_desk(key):
        try:
            meet.wait(10)
            reservations.cancel(office, key)
        except Exception as fault:
            failed.append(fault)

    desks = [threading.Thread(target=at_a_desk, args=(hall[name],)) for name in ("first", "theirs")]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(30)
    assert not failed
    assert copy_state(office, hall["copy"]) == "available"


@pytest.mark.parametrize("status", ["available", "on_loan", "lost", "withdrawn"])
def test_only_a_copy_on_hold_changes_its_state(office, status):
    with building(office) as school:
        copy = school.item(status)
        key = school.reservation(school.patron(), item=copy)
    assert reservations.cancel(office, key) == ReservationsCancelled(1, 0)
    assert copy_state(office, copy) == status


def test_a_request_for_a_title_has_no_copy(office):
    with building(office) as school:
        patron = school.patron()
        key = school.reservation(patron)
        school.session.get_one(Reservation, key).item_id = None
    assert reservations.list_reservations(office, patron)[0].item_barcode is None
    assert reservations.cancel(office, key) == ReservationsCancelled(1, 0)


@pytest.mark.parametrize("status", ["filled", "cancelled", "expired"])
def test_what_is_not_open_any_more_refuses_all(office, hall, status):
    with office.database.write() as session:
        session.get_one(Reservation, hall["second"]).status = status
    before = picture(office.database)
    with pytest.raises(Refused, match="not open any more") as refusal:
        reservations.cancel(office, hall["first"], hall["second"])
    assert refusal.value.code == "NOT_OPEN"
    assert picture(office.database) == before


def test_what_is_not_there_refuses_all(office, hall):
    before = picture(office.database)
    with pytest.raises(NotFound):
        reservations.cancel(office, hall["first"], ReservationId(999_999))
    assert picture(office.database) == before
    assert reservations.cancel(office) == ReservationsCancelled(0, 0)
    assert picture(office.database) == before


def test_another_library_does_not_see_them(office, hall):
    with office.database.write() as session:
        elsewhere = Library(short_name="hillside", name="Hillside", created_at=LONG_AGO, secret="5" * 64)
        session.add(elsewhere)
        session.flush()
        there = LibraryId(elsewhere.id)
    away = office.signed_in(replace(office.actor, library_id=there))
    assert reservations.list_reservations(away) == []
    with pytest.raises(NotFound):
        reservations.cancel(away, hall["first"])


def test_it_needs_the_right(office, hall):
    before = picture(office.database)
    less = office.signed_in(replace(office.actor, permissions=office.actor.permissions - {Permission.CIRCULATION}))
    with pytest.raises(NotPermitted):
        reservations.cancel(less, hall["first"])
    assert picture(office.database) == before
