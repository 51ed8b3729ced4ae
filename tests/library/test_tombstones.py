"""A returning student is recognised by a keyed hash of the external id, until its time is over or an undo brings them back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.library import Library
from patrondesk.models.purge import Tombstone
from patrondesk.services.purging import destroy, tombstones, undo
from patrondesk.services.purging.plan import make_plan
from tests.builders import building


def purged(office, **settings):
    with building(office, **settings) as school:
        going, plain = school.patron(external_id="S-77"), school.patron(external_id=None)
    return purge.run(office, make_plan(office, [going, plain], source="list"), Ticket()), going


def recognised(office, *keys, today=dt.date(2026, 12, 4)):
    with office.database.read() as session:
        return tombstones.recognise(session, office.library_id, keys, today)


def stones(office):
    with office.database.read() as session:
        return list(session.execute(sa.select(Tombstone.digest, Tombstone.patron_id, Tombstone.expires_on)))


def test_who_returns_is_recognised(office):
    done, going = purged(office)
    known = recognised(office, "S-77", "S-78", today=office.clock.real_today())
    assert set(known) == {"S-77"}
    assert (known["S-77"].batch, known["S-77"].patron_id) == (done.batch.id, going)
    assert known["S-77"].undo_until == done.batch.undo_until
    assert len(stones(office)) == 1, "nobody without an external id has one"


def test_the_hash_does_not_say_whose_it_is(office):
    purged(office)
    with office.database.read() as session:
        secret = session.scalars(sa.select(Library.secret)).one()
    told = stones(office)[0][0]
    assert re.fullmatch("[0-9a-f]{64}", told)
    assert told == tombstones.digest(secret, "S-77") != tombstones.digest("00" * 32, "S-77")


def test_it_ends_after_its_time(office):
    purged(office, recognise_returning_years="2")
    (_, _, until), today = stones(office)[0], office.clock.real_today()
    assert (until.year, until.month) == (today.year + 2, today.month)
    assert recognised(office, "S-77", today=until)
    assert not recognised(office, "S-77", today=until + dt.timedelta(days=1))
    with office.database.write() as session:
        session.execute(sa.update(Tombstone).values(expires_on=today - dt.timedelta(days=1)))
    assert destroy.expire_tombstones(office) == 1
    assert not stones(office)


def test_switched_off_there_is_none_and_those_there_go_with_the_upkeep(office):
    purged(office)
    with building(office, recognise_returning="false"):
        pass
    destroy.destroy_due(office)
    assert not stones(office)
    with building(office) as school:
        later = school.patron(external_id="S-99")
    purge.run(office, make_plan(office, [later], source="list"), Ticket())
    assert not stones(office)


def test_an_undo_takes_it_away(office):
    done, _ = purged(office)
    undo.undo_batch(office, done.batch.id)
    assert not stones(office)


@pytest.mark.parametrize("years", ["1", "20"])
def test_a_leap_day_has_an_end_too(office, monkeypatch, years):
    monkeypatch.setattr(type(office.clock), "real_today", lambda _self: dt.date(2028, 2, 29))
    purged(office, recognise_returning_years=years)
    assert stones(office)[0][2] == dt.date(2028 + int(years), 2, 28)
