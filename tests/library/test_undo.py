"""Undo: purge then undo gives the same library; what changed meanwhile is shown and never taken away."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.errors import Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.archive import ALL
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch
from patrondesk.records.purging import ArchiveState, Override
from patrondesk.services.purging.batch_reading import read_batch
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building
from tests.comparing import differences, picture
from tests.library.people import MODEST, OVERRIDABLE, build, people


def run(office, patrons, *overrides, **options):
    told = [Override(patron, code, "agreed") for patron, code in overrides]
    return purge.run(office, make_plan(office, patrons, source="list", overrides=told), Ticket(), **options)


@MODEST
@given(everybody=people(), retain=st.booleans(), homeroom=st.booleans(), chunk=st.sampled_from([1, 2, 1000]), data=st.data())
def test_purge_then_undo_is_the_same_library(libraries, everybody, retain, homeroom, chunk, data):
    with libraries() as office:
        settings = {
            "retain_deleted_patron_loans": str(retain).lower(),
            "facet_homeroom": str(homeroom).lower(),
            "balance_threshold": "2.00",
        }
        with building(office, **settings) as school:
            patrons = build(school, everybody, office.clock.today())
        before = picture(office.database)
        overrides = data.draw(st.sets(st.tuples(st.sampled_from(patrons), st.sampled_from(OVERRIDABLE)), max_size=4), "overrides")
        result = run(office, patrons, *sorted(overrides), chunk=chunk)
        gone = sorted(patron.id for patron in result.purged)
        if not gone:
            assert picture(office.database) == before
            return
        first = data.draw(st.sets(st.sampled_from(gone)), "brought back first")
        if first:
            undo_batch(office, result.batch.id, sorted(first))
        if first != set(gone):
            undone = undo_batch(office, result.batch.id)
            assert undone.restored == len(gone) - len(first)
        assert not differences(before, picture(office.database))
        shown = read_batch(office, result.batch.id)
        assert shown.batch.archive is ArchiveState.UNDONE
        assert all(patron.undone for patron in shown.purged)
        with office.database.read() as session:
            assert not [table.name for table in ALL if session.execute(sa.select(table).limit(1)).first()]


def test_an_override_for_one_run_does_not_come_back(office):
    with building(office, retain_deleted_patron_loans="false") as school:
        patron, standing = school.patron(), school.patron()
        for who in (patron, standing):
            school.fine(who, 900)
        school.override(standing, "BALANCE_DUE")
    before = picture(office.database)
    result = run(office, [patron, standing], (patron, "BALANCE_DUE"))
    assert result.batch.purged == 2
    undo_batch(office, result.batch.id)
    assert not differences(before, picture(office.database))


@pytest.mark.parametrize("field", ["username", "barcode", "external_id"])
def test_a_key_given_to_somebody_else_is_not_taken_away(office, field):
    with building(office) as school:
        patron, other = school.patron(), school.patron()
        taken = getattr(school.session.get_one(Patron, patron), field)
    result = run(office, [patron, other])
    with building(office) as school:
        newcomer = school.patron(**{field: taken})
    undone = undo_batch(office, result.batch.id)
    assert [(clash.patron_id, clash.field, clash.value) for clash in undone.clashes] == [(patron, field, taken)]
    assert undone.restored == 2
    with office.database.read() as session:
        assert getattr(session.get_one(Patron, newcomer), field) == taken
        back = session.get_one(Patron, patron)
        assert getattr(back, field) is None
        others = {"username", "barcode", "external_id"} - {field}
        assert all(getattr(back, name) for name in others)
        assert taken.lower() not in back.search_text, "still found by a key that is somebody else's"


@pytest.mark.parametrize("table", ["loan", "fine"])
def test_another_systems_id_used_again_is_no_reason_to_fail(office, table):
    with building(office) as school:
        patron, other = school.patron(), school.patron(enabled=True)
        getattr(school, table)(patron, **({} if table == "loan" else {"balance": 0}), external_id="AGAIN")
    result = run(office, [patron])
    with building(office) as school:
        getattr(school, table)(other, external_id="AGAIN")
    assert undo_batch(office, result.batch.id).restored == 1


def test_too_late(office):
    with building(office) as school:
        patrons = [school.patron(), school.patron()]
    batch = run(office, patrons).batch
    assert batch.undo_until == office.clock.real_today() + dt.timedelta(days=30)
    move(office, batch.id, office.clock.real_today())
    assert undo_batch(office, batch.id, patrons[:1]).restored == 1
    move(office, batch.id, office.clock.real_today() - dt.timedelta(days=1))
    before = picture(office.database)
    with pytest.raises(Refused, match="passed") as refusal:
        undo_batch(office, batch.id)
    assert refusal.value.code == "TOO_LATE"
    assert picture(office.database) == before


def move(office, batch, day):
    with office.database.write() as session:
        session.get_one(Batch, batch).undo_until = day


def test_a_rehearsed_date_moves_no_undo_date(office):
    with building(office) as school:
        patron = school.patron()
    rehearsal = replace(office, clock=replace(office.clock, rehearsal=dt.date(2031, 1, 1)))
    batch = run(rehearsal, [patron]).batch
    assert batch.undo_until == office.clock.real_today() + dt.timedelta(days=30)
    assert undo_batch(rehearsal, batch.id).restored == 1


def test_with_no_undo_days_there_is_no_undo(office):
    with building(office, undo_days="0") as school:
        patron = school.patron()
    result = run(office, [patron])
    assert result.purged[0].username
    with pytest.raises(Refused):
        undo_batch(office, result.batch.id)
    assert read_batch(office, result.batch.id).batch.archive is ArchiveState.DESTROYED


def test_keys_are_not_given_again(office):
    with building(office, retain_deleted_patron_loans="false") as school:
        first, highest = school.patron(), school.patron()
        school.belongings(highest)
        school.loan(highest)
        school.responsibility(highest, status="closed")
        school.protection(highest, dt.date(2020, 1, 1))
        school.reservation(highest, "filled")
    before = picture(office.database)
    result = run(office, [highest])
    with building(office) as school:
        new = [school.patron(), school.patron()]
        for patron in new:
            school.belongings(patron)
            school.loan(patron)
            school.responsibility(patron)
            school.protection(patron)
            school.reservation(patron)
    assert not {first, highest} & set(new)
    assert undo_batch(office, result.batch.id).clashes == ()
    lost = {name: rows for name, (rows, _) in differences(before, picture(office.database)).items() if rows}
    assert not lost


@pytest.mark.parametrize("retain", ["true", "false"])
@pytest.mark.parametrize("whose", ["another patron's", "nobody's"])
def test_a_fine_of_somebody_else_keeps_its_loan(office, retain, whose):
    with building(office, retain_deleted_patron_loans=retain) as school:
        patron, parent = school.patron(), school.patron(enabled=True)
        school.fine(parent if whose == "another patron's" else None, 700, loan_id=school.loan(patron))
    before = picture(office.database)
    undo_batch(office, run(office, [patron]).batch.id)
    assert not differences(before, picture(office.database))


@pytest.mark.parametrize("order", ["last first", "first first"])
def test_two_batches_that_share_a_fine_and_a_loan(office, order):
    with building(office, retain_deleted_patron_loans="false") as school:
        payer, reader = school.patron(), school.patron()
        school.fine(payer, 0, loan_id=school.loan(reader))
    before = picture(office.database)
    batches = [run(office, [payer]).batch.id, run(office, [reader]).batch.id]
    for batch in batches if order == "first first" else reversed(batches):
        undo_batch(office, batch)
    assert not differences(before, picture(office.database))


@pytest.mark.parametrize("order", ["guarantor first", "dependent first"])
def test_the_guarantor_is_named_again_whoever_comes_back_first(office, order):
    with building(office) as school:
        guarantor = school.patron()
        dependent = school.patron(guarantor_id=guarantor)
    batches = {"dependent": run(office, [dependent]).batch.id, "guarantor": run(office, [guarantor]).batch.id}
    for who in sorted(batches, reverse=order == "guarantor first"):
        undo_batch(office, batches[who])
    with office.database.read() as session:
        assert session.get_one(Patron, dependent).guarantor_id == guarantor


def test_only_some_come_back_and_nobody_twice(office):
    with building(office) as school:
        patrons = [school.patron() for _ in range(3)]
        for patron in patrons:
            school.belongings(patron)
            school.fine(patron, 0, loan_id=school.loan(patron))
    batch = run(office, patrons).batch.id
    assert undo_batch(office, batch, patrons[:2]).restored == 2
    again = undo_batch(office, batch, patrons)
    assert (again.restored, again.already) == (1, 2)
    with pytest.raises(Refused):
        undo_batch(office, batch)
    with office.database.read() as session:
        for table in ("patrons", "patron_notes", "former_barcodes", "loans", "fines"):
            column = "id" if table == "patrons" else "patron_id"
            told = session.execute(sa.text(f"SELECT {column} FROM {table}")).scalars().all()
            assert sum(key in patrons for key in told) == 3, table


def test_an_interrupted_run_can_be_undone(office):
    with building(office) as school:
        patrons = [school.patron() for _ in range(4)]
    batch = run(office, patrons).batch.id
    with office.database.write() as session:  # as a crash leaves it: running, and silent for long
        row = session.get_one(Batch, batch)
        row.state, row.finished_at, row.heartbeat_at = "running", None, row.heartbeat_at - dt.timedelta(hours=1)
    assert read_batch(office, batch).batch.state == "interrupted"
    assert undo_batch(office, batch).restored == 4
