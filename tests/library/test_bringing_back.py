"""One person back from a backup when no undo can any more: what is as before and what is not, exactly."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotFound, NotPermitted, Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.library import UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine, Tombstone
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import Override
from patrondesk.records.staff import Permission
from patrondesk.services import backup, checking
from patrondesk.services.bringing_back import bring_back
from patrondesk.services.looking_back import open_backup
from patrondesk.services.purging import destroy
from patrondesk.services.purging.batch_reading import read_batch
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import LONG_AGO, building
from tests.comparing import differences, picture

COLUMNS = {table: [column.name for column in table.__table__.columns] for table in (Patron, Loan, Fine, FineLine, StaffAccount)}


@pytest.fixture
def desk(sqlite_library):
    return sqlite_library


def purged(office, patrons, *overrides, destroyed=True):
    """Purges them with a fresh backup before, and destroys the archive; (backup, batch)."""
    told = [Override(patron, code, "agreed") for patron, code in overrides]
    made = backup.make_backup(office)
    done = purge.run(office, make_plan(office, patrons, source="list", overrides=told), Ticket())
    assert done.batch.purged == len(patrons)
    with office.database.write() as session:
        session.get_one(Batch, done.batch.id).undo_until = office.clock.real_today() - dt.timedelta(days=1)
    if destroyed:
        assert destroy.destroy_due(office) == 1
    return Path(made.path), done.batch.id


def back(office, file, patron):
    with open_backup(office, file) as opened:
        return bring_back(office, opened, patron)


def changed(before, office, table):
    """{key: {column: (before, after)}} of the rows that are not as before; None for a row that was not there."""
    lost, new = differences(before, picture(office.database)).get(table.__tablename__, ([], []))
    old, now = ({row[0]: dict(zip(COLUMNS[table], row, strict=True)) for row in rows} for rows in (lost, new))
    return {
        key: {name: (old.get(key, {}).get(name), now.get(key, {}).get(name)) for name in COLUMNS[table]
              if old.get(key, {}).get(name) != now.get(key, {}).get(name)}
        for key in old | now
    }  # fmt: skip


def whole_person(school, **more):
    patron = school.patron(**more)
    school.belongings(patron)
    school.protection(patron, dt.date(2020, 1, 1))
    school.responsibility(patron, status="closed")
    school.reservation(patron, "filled")
    school.override(patron, "RESERVATIONS")
    loans = [school.loan(patron, status) for status in ("returned", "lost", "closed")]
    fines = [school.fine(patron, 0, "closed", loan_id=loans[1]), school.fine(patron, 0), school.fine(patron, 150)]
    return patron, loans, fines


@pytest.mark.parametrize("destroyed", [True, False])
@pytest.mark.parametrize("retain", ["true", "false"])
@pytest.mark.parametrize("homeroom", ["true", "false"])
def test_what_is_as_before_and_what_is_not(desk, retain, homeroom, destroyed):
    with building(desk, retain_deleted_patron_loans=retain, facet_homeroom=homeroom, balance_threshold="2.00") as school:
        patron, _, fines = whole_person(school)
        other, _, _ = whole_person(school)
    before = picture(desk.database)
    file, batch = purged(desk, [patron, other], destroyed=destroyed)
    gone = picture(desk.database)
    done = back(desk, file, patron)
    kept = retain == "true"
    assert (done.loans_named, done.loans_added, done.loans_closed, done.loans_left, done.loans_since) == (
        3 if kept else 0, 0 if kept else 3, 0, 0, 0,
    )  # fmt: skip
    assert (done.fines_named, done.fines_added, done.fines_left) == (3, 0, 0)
    assert (done.fines_waived, done.waived, done.clashes, done.batches) == (1, 150, (), (batch,))
    assert (done.belongings, done.belongings_left) == (14, 0)
    back(desk, file, other)
    after = picture(desk.database)
    assert set(differences(before, after)) <= {"patrons", "fines", "fine_lines", "libraries", "staff_accounts"}, (
        "loans, notes, blocks and all that are as before"
    )
    assert {name for name, said in changed(before, desk, Patron)[patron].items()} == {"version", "updated_at"} | (
        {"last_activity_at"} if not kept else set()
    )
    # The small debt that the purge waived stays waived: its line, its balance.
    assert changed(before, desk, Fine)[fines[2]] == {"balance": (150, 0), "status": ("active", "closed")}
    assert fines[0] not in changed(before, desk, Fine)
    lines = changed(before, desk, FineLine)
    assert {(row["kind"][1], row["amount"][1], row["batch_id"][1]) for row in lines.values()} == {("waiver", 150, batch)}
    assert len(lines) == 2
    assert gone != after
    assert checking.find_problems(desk) == []


def test_the_batch_knows_and_the_tombstone_goes(desk):
    with building(desk) as school:
        patron, other = school.patron(), school.patron()
    file, batch = purged(desk, [patron, other])
    back(desk, file, patron)
    shown = read_batch(desk, batch)
    assert {p.id: p.undone for p in shown.purged} == {patron: True, other: False}
    assert (shown.batch.undone, shown.batch.archive) == (1, "destroyed")
    with desk.database.read() as session:
        assert session.scalars(sa.select(Tombstone.patron_id)).all() == [other]
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert (entry.operation, entry.patron_id, entry.facts["batches"]) == ("patron.bring_back", patron, [batch])
    assert checking.find_problems(desk) == []


def test_numbers_of_today_win(desk):
    """The backup is older than what happened to loans and fines before the purge."""
    with building(desk) as school:
        patron = school.patron()
        loan, fine, paid = school.loan(patron, "open"), school.fine(patron, 900), school.fine(patron, 400)
        credit = school.fine(patron, None)
    made = Path(backup.make_backup(desk).path)
    ended = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
    with building(desk) as school:
        row = school.session.get_one(Loan, loan)
        row.status, row.ended_at, row.renewals = "lost", ended, 2
        school.session.get_one(Item, row.item_id).status = "lost"
        since = school.loan(patron)
        school.line(paid, "payment", 400)
        settled, owed = (school.session.get_one(Fine, key) for key in (paid, credit))
        settled.balance, settled.status = 0, "closed"
        owed.amount = owed.balance = -300
    purged(desk, [patron], (patron, "BALANCE_DUE"), (patron, "CREDIT"))
    done = back(desk, made, patron)
    assert (done.loans_named, done.loans_since, done.fines_named) == (1, 1, 3)
    assert (done.fines_waived, done.waived, done.credit_used) == (1, 900, 300)
    with desk.database.read() as session:
        row = session.get_one(Loan, loan)
        assert (row.patron_id, row.status, row.renewals, row.ended_at.date(), row.external_id) == (
            patron, "lost", 2, ended.date(), row.external_id,
        )  # fmt: skip
        assert row.checked_out_at.time() != dt.time(), "the time of day is known again where the backup knows it"
        assert row.ended_at.time() == dt.time(), "and not where it does not"
        assert session.get_one(Loan, since).patron_id == patron
        assert not session.scalars(sa.select(Loan).where(Loan.pseudonym.is_not(None))).all()
        rows = {one.id: (one.patron_id, one.balance, one.status) for one in session.scalars(sa.select(Fine))}
    assert rows == {fine: (patron, 0, "closed"), paid: (patron, 0, "closed"), credit: (patron, 0, "closed")}
    assert checking.find_problems(desk) == []


def test_deleted_loans_come_if_their_item_is_there(desk):
    with building(desk, retain_deleted_patron_loans="false") as school:
        patron, payer = school.patron(), school.patron(enabled=True)
        here, away, lent = school.loan(patron), school.loan(patron), school.loan(patron, "open")
        fine = school.fine(payer, 700, loan_id=here)
    made = Path(backup.make_backup(desk).path)
    with building(desk) as school:
        row = school.session.get_one(Loan, lent)
        row.status, row.ended_at = "returned", LONG_AGO
        item = school.session.get_one(Item, row.item_id)
        item.status, item.barcode = "available", "RELABELLED"
    _, batch = purged(desk, [patron])
    with desk.database.write() as session:
        session.execute(sa.delete(Item).where(Item.barcode == _barcode_of(made, away)))
    done = back(desk, made, patron)
    assert (done.loans_named, done.loans_added, done.loans_closed, done.loans_left) == (0, 2, 1, 1)
    with desk.database.read() as session:
        assert set(session.scalars(sa.select(Loan.id))) == {here, lent}
        row = session.get_one(Loan, lent)
        at = session.get_one(BatchLine, (batch, patron)).at
        assert (row.status, row.ended_at) == ("closed", at), "it had ended by then; how is not known"
        assert session.get_one(Fine, fine).loan_id == here, "another's fine refers to it again"
    assert checking.find_problems(desk) == []


def _barcode_of(file, loan):
    from patrondesk.database import Database

    opened = Database(file, read_only=True)
    with opened.read() as session:
        found = session.scalar(sa.select(Item.barcode).join(Loan, Loan.item_id == Item.id).where(Loan.id == loan))
    opened.close()
    return found


@pytest.mark.parametrize("field", ["username", "barcode", "external_id"])
def test_a_key_of_somebody_else_is_not_taken_away(desk, field):
    with building(desk) as school:
        patron = school.patron()
        taken = getattr(school.session.get_one(Patron, patron), field)
    file, _ = purged(desk, [patron])
    with building(desk) as school:
        newcomer = school.patron(**{field: taken})
    done = back(desk, file, patron)
    assert [(clash.patron_id, clash.field, clash.value) for clash in done.clashes] == [(patron, field, taken)]
    with desk.database.read() as session:
        assert getattr(session.get_one(Patron, newcomer), field) == taken
        row = session.get_one(Patron, patron)
        assert getattr(row, field) is None
        assert taken.lower() not in row.search_text
        assert done.username == row.username


@pytest.mark.parametrize("retain", ["true", "false"])
def test_another_systems_id_used_again(desk, retain):
    with building(desk, retain_deleted_patron_loans=retain) as school:
        patron, other = school.patron(), school.patron(enabled=True)
        loan, fine = school.loan(patron, external_id="AGAIN-L"), school.fine(patron, 0, external_id="AGAIN-F")
    file, _ = purged(desk, [patron])
    with building(desk) as school:
        school.loan(other, external_id="AGAIN-L")
        school.fine(other, 0, external_id="AGAIN-F")
    done = back(desk, file, patron)
    assert [(clash.field, clash.value) for clash in done.clashes] == [
        ("external_id of a loan", "AGAIN-L"), ("external_id of a fine", "AGAIN-F"),
    ]  # fmt: skip
    with desk.database.read() as session:
        assert session.get_one(Loan, loan).external_id is None
        assert session.get_one(Fine, fine).external_id is None


def test_types_and_groups_are_known_by_their_word(desk):
    with building(desk) as school:
        group = school.lookup(UserGroup, "Leavers")
        patron = school.patron(user_group_id=group)
    file, _ = purged(desk, [patron])
    with desk.database.write() as session:
        session.get_one(UserGroup, group).name = "Chess club"
        level = session.scalars(sa.select(YearLevel)).one()
        level.name, level.position = "Grade 12", 12
    back(desk, file, patron)
    with desk.database.read() as session:
        row = session.get_one(Patron, patron)
        assert session.get_one(UserGroup, row.user_group_id).name == "Leavers"
        assert session.get_one(YearLevel, row.year_level_id).name == "Year 12"
        assert {name for name in session.scalars(sa.select(UserGroup.name))} == {"Leavers", "Chess club"}


@pytest.mark.parametrize("order", ["guarantor first", "dependent first"])
def test_guarantors(desk, order):
    with building(desk) as school:
        guarantor, lone = school.patron(), school.patron()
        dependent, freed = (school.patron(guarantor_id=key) for key in (guarantor, lone))
    first = Path(backup.make_backup(desk).path)
    with building(desk) as school:
        school.session.get_one(Patron, freed).guarantor_id = None
    purged(desk, [dependent])
    purged(desk, [guarantor, lone])
    for patron in (guarantor, dependent) if order == "guarantor first" else (dependent, guarantor):
        back(desk, first, patron)
    back(desk, first, lone)
    with desk.database.read() as session:
        assert session.get_one(Patron, dependent).guarantor_id == guarantor
        assert session.get_one(Patron, freed).guarantor_id is None, "somebody took that link away on purpose"


def test_a_former_member_of_staff_gets_no_rights_back(desk):
    with building(desk) as school:
        patron = school.patron()
        account = school.staff(patron, "librarian")
    made = Path(backup.make_backup(desk).path)
    with desk.database.write() as session:
        session.get_one(StaffAccount, account).role_id = None
    purged(desk, [patron])
    back(desk, made, patron)
    with desk.database.read() as session:
        row = session.get_one(StaffAccount, account)
        assert (row.patron_id, row.role_id, row.password_hash) == (patron, None, None)
        assert row.display_name.startswith("Vera")
    assert checking.find_problems(desk) == []


def test_reservations_and_copies_on_hold(desk):
    with building(desk) as school:
        patron = school.patron()
        held, gone = school.item("on_hold"), school.item()
        kept, lost = school.reservation(patron, item=held), school.reservation(patron, item=gone)
    made = Path(backup.make_backup(desk).path)
    purged(desk, [patron], (patron, "RESERVATIONS"))
    with desk.database.write() as session:
        session.execute(sa.text("DELETE FROM items WHERE id = :id"), {"id": gone})
        session.execute(sa.text("DELETE FROM titles WHERE id NOT IN (SELECT title_id FROM items)"))
    done = back(desk, made, patron)
    assert (done.belongings, done.belongings_left) == (1, 1)
    with desk.database.read() as session:
        assert session.execute(sa.text("SELECT id, status FROM reservations")).all() == [(kept, "open")]
        assert session.get_one(Item, held).status == "on_hold"
        assert lost != kept
    assert checking.find_problems(desk) == []


def test_a_plan_from_before_knows_another_version(desk):
    with building(desk) as school:
        patron = school.patron(version=5)
    made = Path(backup.make_backup(desk).path)
    with desk.database.write() as session:
        session.get_one(Patron, patron).version = 9
    purged(desk, [patron])
    back(desk, made, patron)
    with desk.database.read() as session:
        assert session.get_one(Patron, patron).version == 10


# ------------------------------------------------------------------------------------------------------------- refusals


def test_refused_when_the_patron_is_there_or_can_be_undone(desk):
    with building(desk) as school:
        patron, other = school.patron(), school.patron()
    made = Path(backup.make_backup(desk).path)
    with pytest.raises(Refused) as refusal:
        back(desk, made, patron)
    assert refusal.value.code == "PATRON_THERE"
    batch = purge.run(desk, make_plan(desk, [patron, other], source="page"), Ticket()).batch.id
    before = picture(desk.database)
    with pytest.raises(Refused) as refusal:
        back(desk, made, patron)
    assert refusal.value.code == "UNDOABLE"
    assert picture(desk.database) == before
    undo_batch(desk, batch)


def test_refused_for_somebody_the_backup_does_not_know(desk):
    made = Path(backup.make_backup(desk).path)
    with pytest.raises(NotFound):
        back(desk, made, PatronId(4711))


def test_only_who_may_undo_a_purge(desk):
    with building(desk) as school:
        patron = school.patron()
    file, _ = purged(desk, [patron])
    less = desk.signed_in(dataclasses.replace(desk.actor, permissions=desk.actor.permissions - {Permission.UNDO_PURGE}))
    with pytest.raises(NotPermitted):
        back(less, file, patron)


def test_brought_back_and_purged_once_more(desk):
    with building(desk, balance_threshold="2.00") as school:
        patron, _, _ = whole_person(school)
    file, first = purged(desk, [patron])
    back(desk, file, patron)
    again, second = purged(desk, [patron])
    assert second != first
    done = back(desk, again, patron)
    assert done.batches == (second,)
    assert done.loans_named == 3
    assert checking.find_problems(desk) == []
