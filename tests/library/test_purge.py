"""What a purge leaves of a patron: kept loans without the person, money that adds up, and not one identifier."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.archive import PSEUDONYMS
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.patron import FormerBarcode, Patron
from patrondesk.models.purge import Batch, BatchEvent
from patrondesk.models.reservation import Reservation
from patrondesk.records.purging import Override
from patrondesk.services.purging import destroy
from patrondesk.services.purging.plan import make_plan
from tests.builders import LONG_AGO, building
from tests.comparing import picture

FACETS = ("patron_type", "user_group", "year_level", "homeroom", "collection")
WHEN = sa.func.substr(sa.cast(Loan.checked_out_at, sa.String), 1, 7)


def run(office, patrons, *overrides):
    told = [Override(patron, code, "agreed") for patron, code in overrides]
    return purge.run(office, make_plan(office, patrons, source="list", overrides=told), Ticket())


def rows(office, query):
    with office.database.read() as session:
        return [tuple(row) for row in session.execute(query)]


def by_month_and_title(office):
    return Counter(rows(office, sa.select(WHEN, Title.title).select_from(Loan).join(Item, Item.id == Loan.item_id).join(Title)))


@pytest.fixture
def readers(office):
    """Three patrons with two past loans each, the third still enabled; {name: key}."""
    with building(office) as school:
        made = {"first": school.patron(), "second": school.patron(), "stays": school.patron(enabled=True)}
        for patron in made.values():
            school.belongings(patron)
            school.loan(patron, "returned")
            school.loan(patron, "lost")
        return made


def test_retained_loans_lose_the_person_and_keep_the_figures(office, readers):
    figures = by_month_and_title(office)
    run(office, readers.values())
    assert by_month_and_title(office) == figures
    told = rows(office, sa.select(Loan.patron_id, Loan.pseudonym, Loan.external_id, *(getattr(Loan, name) for name in FACETS)))
    away = [row for row in told if row[0] is None]
    assert len(away) == 4
    assert {row[2:] for row in away} == {(None, "student", "Seniors", "Year 12", None, "Fiction")}
    assert sorted(Counter(row[1] for row in away).values()) == [2, 2], "two different borrowers, two loans each"
    assert [row[1] for row in told if row[0] == readers["stays"]] == [None, None]
    assert all(row[2] and row[6] == "12B" for row in told if row[0] == readers["stays"])
    mapped = dict(rows(office, sa.select(PSEUDONYMS.c.patron_id, PSEUDONYMS.c.pseudonym)))
    assert set(mapped) == {readers["first"], readers["second"]}
    assert set(mapped.values()) == {row[1] for row in away}


def test_the_comparison_of_figures_sees_one_loan_less(office, readers):
    figures = by_month_and_title(office)
    with office.database.write() as session:
        session.delete(session.scalars(sa.select(Loan).limit(1)).one())
    assert by_month_and_title(office) != figures


@pytest.mark.parametrize("dropped", FACETS)
def test_each_facet_can_be_dropped(office, readers, dropped):
    with building(office, **{"facet_homeroom": "true", f"facet_{dropped}": "false"}):
        pass
    run(office, [readers["first"]])
    (told,) = set(rows(office, sa.select(*(getattr(Loan, name) for name in FACETS)).where(Loan.patron_id.is_(None))))
    assert told == tuple(
        None if name == dropped else word
        for name, word in zip(FACETS, ("student", "Seniors", "Year 12", "12B", "Fiction"), strict=True)
    )


def test_without_retention_past_loans_go(office, readers):
    with building(office, retain_deleted_patron_loans="false") as school:
        school.fine(readers["first"], 0, loan_id=school.loan(readers["first"]))
    result = run(office, readers.values())
    assert (result.loans_deleted, result.loans_kept) == (5, 0)
    assert {row[0] for row in rows(office, sa.select(Loan.patron_id))} == {readers["stays"]}


def test_small_debts_are_waived_with_a_line(office):
    with building(office, balance_threshold="5.00") as school:
        patron = school.patron()
        small, credit, closed = school.fine(patron, 600), school.fine(patron, -150), school.fine(patron, 9000, "closed")
        school.line(small, "payment", 50, comment=school.name_of(patron))
    plan = make_plan(office, [patron], source="list")
    assert (plan.fines_to_waive, plan.amount_to_waive, plan.unknown_fines_to_close) == (2, 450, 0)
    result = purge.run(office, plan, Ticket())
    assert (result.fines_waived, result.amount_waived) == (2, 450)
    assert sorted(
        rows(office, sa.select(Fine.id, Fine.patron_id, Fine.amount, Fine.balance, Fine.status, Fine.comment, Fine.external_id))
    ) == [
        (small, None, 600, 0, "closed", None, None),
        (credit, None, -150, 0, "closed", None, None),
        (closed, None, 9000, 0, "closed", None, None),
    ]
    lines = rows(
        office,
        sa.select(FineLine.fine_id, FineLine.kind, FineLine.amount, FineLine.batch_id, FineLine.author_id, FineLine.comment)
        .where(FineLine.batch_id.is_not(None))
        .order_by(FineLine.fine_id),
    )
    who = office.actor.staff_id
    assert lines == [(small, "waiver", 600, result.batch.id, who, None), (credit, "credit", -150, result.batch.id, who, None)]
    assert sum(line[2] for line in lines) == result.amount_waived
    assert not rows(office, sa.select(FineLine.id).where(FineLine.comment.is_not(None)))


def test_overridden_debts_disputes_and_unknown_bills(office):
    with building(office) as school:
        patron = school.patron()
        known, unknown, disputed = school.fine(patron, 4000), school.fine(patron, None), school.fine(patron, 70, "in_dispute")
        disputed_unknown = school.fine(patron, None, "in_dispute")
    assert not run(office, [patron]).purged
    result = run(office, [patron], (patron, "BALANCE_DUE"))
    assert [one.overridden for one in result.purged] == [("BALANCE_DUE",)]
    assert (result.fines_waived, result.amount_waived) == (2, 4000)
    assert sorted(rows(office, sa.select(Fine.id, Fine.patron_id, Fine.balance, Fine.status))) == [
        (known, None, 0, "closed"),
        (unknown, None, 0, "closed"),
        (disputed, None, 70, "in_dispute"),
        (disputed_unknown, None, None, "in_dispute"),
    ]
    assert sorted(rows(office, sa.select(FineLine.fine_id, FineLine.kind, FineLine.amount))) == [
        (known, "waiver", 4000),
        (unknown, "waiver", None),
    ]


def test_overridden_reservations_are_cancelled_with_an_event_each(office):
    with building(office) as school:
        patron = school.patron()
        open_ones = {school.reservation(patron), school.reservation(patron)}
        school.reservation(patron, "filled")
    result = run(office, [patron], (patron, "RESERVATIONS"))
    assert result.reservations_cancelled == 2
    events = rows(office, sa.select(BatchEvent.kind, BatchEvent.patron_id, BatchEvent.record_id))
    assert set(events) == {("reservation_cancelled", patron, key) for key in open_ones}
    assert len(events) == 2
    assert not rows(office, sa.select(Reservation.id))


def everything_of(school, patron):
    """Gives a patron whatever may hold a name; returns every word by which the person is known."""
    school.belongings(patron)
    school.line(school.fine(patron, 0, loan_id=school.loan(patron)), "payment", 10, comment=f"by {school.name_of(patron)}")
    school.fine(patron, 30, "closed")
    school.responsibility(patron, "grant", "closed")
    school.protection(patron, None, LONG_AGO)
    school.staff(patron, "patron")
    school.reservation(patron)
    school.loan(patron, "lost")
    row = school.session.get_one(Patron, patron)
    old = school.session.scalars(sa.select(FormerBarcode.barcode).where(FormerBarcode.patron_id == patron))
    return {row.username, row.barcode, row.external_id, row.email, row.phone, row.family_name, row.given_name, *old}


@pytest.mark.parametrize("retain", ["true", "false"])
def test_no_identifier_outside_the_archive(office, retain):
    with building(office, retain_deleted_patron_loans=retain) as school:
        patron, living = school.patron(), school.patron(enabled=True)
        words = everything_of(school, patron)
        kept = everything_of(school, living)
    assert words <= mentioned(office, words)
    assert run(office, [patron], (patron, "RESERVATIONS")).purged
    assert not mentioned(office, words), "still in a table"
    assert kept <= mentioned(office, kept)


def mentioned(office, words):
    """Which of the words stand in any row outside the archive, the traces of purges included."""
    told = repr(picture(office.database))
    with office.database.read() as session:
        for table in ("audit_entries", "batches", "batch_lines", "batch_events", "backups", "import_messages"):
            told += repr(session.execute(sa.text(f"SELECT * FROM {table}")).all())
    return {word for word in words if word in told}


@pytest.mark.parametrize("way", ["at once", "when due"])
def test_after_destruction_not_one_byte_is_left(tmp_path, sqlite_library, way):
    office = sqlite_library
    with building(office, undo_days="0" if way == "at once" else "30") as school:
        patrons = [school.patron() for _ in range(30)]
        words = {word for patron in patrons for word in everything_of(school, patron)}
    result = run(office, patrons, *((patron, "RESERVATIONS") for patron in patrons))
    assert result.batch.purged == len(patrons)
    assert result.names_available
    assert words == {word for patron in result.purged for word in (patron.username, patron.barcode, patron.external_id)} | words
    if way == "when due":
        assert words <= found_in(office, words)
        assert destroy.destroy_due(office) == 0
        past_due(office, result.batch.id)
        assert destroy.destroy_due(office) == 1
    assert not found_in(office, words)


def past_due(office, batch, days=1):
    """Moves a batch's undo date into the past."""
    with office.database.write() as session:
        session.get_one(Batch, batch).undo_until = office.clock.real_today() - dt.timedelta(days=days)


def found_in(office, words):
    file = office.database.path
    raw = b"".join(path.read_bytes() for path in (file, Path(f"{file}-wal")) if path.exists())
    return {word for word in words if word.encode() in raw}


def test_kept_loans_lose_the_time_of_day_with_the_archive(office, readers):
    result = run(office, [readers["first"]])
    times = rows(office, sa.select(Loan.id, Loan.checked_out_at, Loan.ended_at).where(Loan.patron_id.is_(None)).order_by(Loan.id))
    assert all(at.hour == 13 for _, at, _ in times)
    past_due(office, result.batch.id)
    assert destroy.destroy_due(office) == 1
    assert rows(
        office, sa.select(Loan.id, Loan.checked_out_at, Loan.ended_at).where(Loan.patron_id.is_(None)).order_by(Loan.id)
    ) == [(key, *(moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in moments)) for key, *moments in times]
    assert all(
        at.minute == 37 for (at,) in rows(office, sa.select(Loan.checked_out_at).where(Loan.patron_id == readers["stays"]))
    )
    assert destroy.destroy_due(office) == 0
