"""The library goes on between a purge and its undo: copies are withdrawn, lost, found, lent; people come and go."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.archive import ALL
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchEvent
from patrondesk.models.reservation import Reservation
from patrondesk.models.staff import StaffAccount
from patrondesk.records.purging import ArchiveState, Override
from patrondesk.records.undoing import Since
from patrondesk.services import checking, circulation, fines, loans, reservations
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging import undo_words
from patrondesk.services.purging.batch_reading import list_batches
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building
from tests.comparing import differences, picture

ASIDE = ("RESERVATIONS", "BALANCE_DUE", "CREDIT")


def run(office, *patrons):
    """Purges them, whatever can be set aside; they all must go."""
    overrides = [Override(patron, code, "agreed") for patron in patrons for code in ASIDE]
    done = purge.run(office, make_plan(office, patrons, source="list", overrides=overrides), Ticket())
    assert done.batch.purged == len(patrons), [reason.code for one in done.refused for reason in one.reasons]
    return done.batch.id


def get(office, table, key, column):
    with office.database.read() as session:
        return session.scalar(sa.select(getattr(table, column)).where(table.id == key))


def put(office, table, key, **values):
    with office.database.write() as session:
        session.execute(sa.update(table).where(table.id == key).values(values))


def kinds(done):
    return [(remark.patron_id, remark.kind) for remark in done.remarks]


# ---------------------------------------------------------------- copies


@pytest.mark.parametrize("retain", ["true", "false"])
@pytest.mark.parametrize("ended", ["returned", "lost", "closed"])
def test_past_loans_come_back_and_their_copies_stay_as_they_are_now(office, retain, ended):
    states = ["withdrawn", "lost", "available", "on_order", "in_process"]
    with building(office, retain_deleted_patron_loans=retain) as school:
        patron = school.patron()
        lent = [school.loan(patron, ended) for _ in states]
    items = [get(office, Loan, loan, "item_id") for loan in lent]
    before = picture(office.database, without={"items"})
    batch = run(office, patron)
    for item, now in zip(items, states, strict=True):
        put(office, Item, item, status=now)
    done = undo_batch(office, batch)
    assert (done.loans, done.remarks) == (5, ())
    assert [get(office, Item, item, "status") for item in items] == states
    assert not differences(before, picture(office.database, without={"items"}))
    assert checking.find_problems(office) == []


@pytest.mark.parametrize("retain", ["true", "false"])
def test_a_copy_lent_to_another_since_stays_with_the_other(office, retain):
    with building(office, retain_deleted_patron_loans=retain) as school:
        patron, other = school.patron(), school.patron(enabled=True, expiry_date=None)
        loan = school.loan(patron)
    item = get(office, Loan, loan, "item_id")
    batch = run(office, patron)
    circulation.check_out(office, other, get(office, Item, item, "barcode"))
    undo_batch(office, batch)
    assert get(office, Loan, loan, "patron_id") == patron
    assert get(office, Item, item, "status") == "on_loan"
    assert [line.status for line in loans.list_loans(office, other)] == ["open"]
    assert checking.find_problems(office) == []


def test_an_item_of_a_kept_loan_cannot_be_deleted(office):
    with building(office) as school:
        loan = school.loan(school.patron())
    item = get(office, Loan, loan, "item_id")
    run(office, get(office, Loan, loan, "patron_id"))
    with pytest.raises(sa.exc.IntegrityError), office.database.write() as session:
        session.execute(sa.delete(Item).where(Item.id == item))


def test_a_deleted_loan_of_a_deleted_item_stays_away_and_nothing_fails(office):
    """Only without retention can an item go, and nothing in the program deletes one; a person with SQL can."""
    with building(office, retain_deleted_patron_loans="false") as school:
        patron = school.patron()
        gone, there = school.loan(patron), school.loan(patron)
    item = get(office, Loan, gone, "item_id")
    batch = run(office, patron)
    with office.database.write() as session:
        session.execute(sa.delete(Item).where(Item.id == item))
    assert undo_batch(office, batch).loans == 1
    assert get(office, Loan, there, "patron_id") == patron


# ---------------------------------------------------------------- reservations


def waiting(school, *patrons, status="on_hold"):
    item = school.item(status)
    for patron in patrons:
        school.reservation(patron, "open", item)
    return item


def test_a_hold_is_there_again(office):
    with building(office) as school:
        patron = school.patron()
        item = waiting(school, patron)
    batch = run(office, patron)
    assert get(office, Item, item, "status") == "available"
    assert undo_batch(office, batch).remarks == ()
    assert get(office, Item, item, "status") == "on_hold"


@pytest.mark.parametrize(("now", "said"), [("withdrawn", "withdrawn"), ("lost", "lost"), ("on_loan", "on loan")])
def test_a_hold_that_was_given_away_is_told(office, now, said):
    with building(office) as school:
        patron = school.patron()
        item = waiting(school, patron)
    batch = run(office, patron)
    put(office, Item, item, status=now)
    done = undo_batch(office, batch)
    assert done.reservations == 1
    assert get(office, Item, item, "status") == now
    (remark,) = done.remarks
    assert (remark.kind, remark.patron_id) == (Since.HOLD_GIVEN, patron)
    assert undo_words.remark(remark).startswith(f"The copy on hold is {said} now: “The Lighthouse")


def test_a_hold_that_is_on_hold_for_another_by_now(office):
    with building(office) as school:
        patron, other = school.patron(), school.patron(enabled=True)
        item = waiting(school, patron)
    batch = run(office, patron)
    with building(office) as school:
        school.reservation(other, "open", item)
        school.session.get_one(Item, item).status = "on_hold"
    assert undo_batch(office, batch).remarks == ()
    assert get(office, Item, item, "status") == "on_hold"
    asked = [line.id for line in reservations.list_reservations(office)]
    assert len(asked) == 2
    reservations.cancel(office, asked[1])
    assert get(office, Item, item, "status") == "on_hold", "the one who came back waits for it"


def test_a_reservation_for_a_copy_that_is_withdrawn(office):
    with building(office) as school:
        patron = school.patron()
        item = waiting(school, patron, status="available")
    batch = run(office, patron)
    put(office, Item, item, status="withdrawn")
    done = undo_batch(office, batch)
    assert kinds(done) == [(patron, Since.COPY_AWAY)]
    assert "that is withdrawn" in undo_words.remark(done.remarks[0])


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", ["first first", "last first"])
def test_two_who_waited_for_one_copy(office, together, order):
    """Whoever comes back first finds the copy on hold, as it was when both waited."""
    with building(office) as school:
        two = [school.patron(), school.patron()]
        item = waiting(school, *two)
    before = picture(office.database)
    batches = [run(office, *two)] * 2 if together else [run(office, one) for one in two]
    assert get(office, Item, item, "status") == "available"
    steps = list(zip(two, batches, strict=True))
    for patron, batch in steps if order == "first first" else reversed(steps):
        undo_batch(office, batch, [patron])
        assert get(office, Item, item, "status") == "on_hold"
    assert not differences(before, picture(office.database))


def test_a_copy_put_free_for_others_before_is_not_put_on_hold(office):
    with building(office) as school:
        early, late = school.patron(), school.patron()
        item = waiting(school, early)
    run(office, early)
    with building(office) as school:
        school.reservation(late, "open", item)
    undo_batch(office, run(office, late))
    assert get(office, Item, item, "status") == "available"


@pytest.mark.parametrize("copy", ["known", "any"])
def test_a_title_merged_into_another(office, copy):
    """The copy has another title now and the old one is gone: the request follows its copy, or stays away."""
    with building(office) as school:
        patron = school.patron()
        item = waiting(school, patron, status="available")
        if copy == "any":
            school.session.execute(sa.update(Reservation).values(item_id=None))
        other = school.session.get_one(Item, school.item()).title_id
    batch = run(office, patron)
    old = get(office, Item, item, "title_id")
    put(office, Item, item, title_id=other)
    with office.database.write() as session:
        session.execute(sa.delete(Title).where(Title.id == old))
    done = undo_batch(office, batch)
    if copy == "known":
        assert (done.reservations, done.remarks) == (1, ())
        with office.database.read() as session:
            assert session.scalar(sa.select(Reservation.title_id).where(Reservation.patron_id == patron)) == other
    else:
        assert (done.reservations, kinds(done)) == (0, [(patron, Since.REQUEST_LOST)])
    with office.database.read() as session:
        assert not [table.name for table in ALL if session.execute(sa.select(table).limit(1)).first()]


# ---------------------------------------------------------------- fines


def test_a_lost_copy_is_found_while_its_borrower_is_away(office):
    with building(office) as school:
        patron = school.patron()
        loan = school.loan(patron, "lost")
        item = school.session.get_one(Loan, loan).item_id
        fine = school.fine(patron, 1250, loan_id=loan, origin="lost")
    batch = run(office, patron)
    loans.found(office, get(office, Item, item, "barcode"))
    done = undo_batch(office, batch)
    assert kinds(done) == []
    assert get(office, Fine, fine, "balance") == 0, "nobody owes for a copy that is there"
    assert get(office, Fine, fine, "status") == "closed"


def test_what_was_paid_for_a_lost_copy_by_who_is_away_is_told_at_the_undo(office):
    """Nobody is there to be owed it when the copy is found, so the fine is as it was when the payer returns."""
    with building(office) as school:
        patron = school.patron()
        loan = school.loan(patron, "lost")
        item = school.session.get_one(Loan, loan).item_id
        fine = school.fine(patron, 800, loan_id=loan, origin="lost", amount=1250)
        school.line(fine, "payment", 450)
    batch = run(office, patron)
    said = loans.found(office, get(office, Item, item, "barcode"))
    assert "$4.50 had been paid for the loss; nobody is here to be paid back." in said
    done = undo_batch(office, batch)
    assert kinds(done) == [(patron, Since.FOUND)]
    assert undo_words.remark(done.remarks[0]).startswith("Owes for a lost copy that is available now: “The Lighthouse")
    assert get(office, Fine, fine, "balance") == 800
    assert fines.waive(office, fine, "found") == 800


def test_a_fine_that_was_lifted_meanwhile_stays_lifted(office):
    """The payer was purged, the borrower is here, and the book was found: nobody owes for it any more."""
    with building(office) as school:
        payer, borrower = school.patron(), school.patron(enabled=True)
        loan = school.loan(borrower, "lost")
        item = school.session.get_one(Loan, loan).item_id
        fine = school.fine(payer, 1250, loan_id=loan, origin="lost")
    batch = run(office, payer)
    loans.found(office, get(office, Item, item, "barcode"))
    undo_batch(office, batch)
    with office.database.read() as session:
        row = session.get_one(Fine, fine)
        assert (row.patron_id, row.status, row.balance) == (payer, "closed", 0)
        lines = session.execute(sa.select(FineLine.kind, FineLine.amount, FineLine.reason, FineLine.batch_id)).all()
        assert lines == [("waiver", 1250, "item found", None)], "the lines add up to what was owed"


def test_a_nameless_fine_in_dispute_that_was_settled_meanwhile_stays_settled(office):
    with building(office) as school:
        patron = school.patron()
        fine = school.fine(patron, 700, "in_dispute")
    batch = run(office, patron)
    put(office, Fine, fine, status="closed", balance=0)
    undo_batch(office, batch)
    assert (get(office, Fine, fine, "status"), get(office, Fine, fine, "patron_id")) == ("closed", patron)


def test_fines_paid_between_an_undo_and_the_next_purge(office):
    with building(office) as school:
        patron = school.patron()
        fine = school.fine(patron, 900)
    undo_batch(office, run(office, patron))
    fines.pay(office, fine, 400)
    before = picture(office.database)
    undo_batch(office, run(office, patron))
    assert not differences(before, picture(office.database))
    assert get(office, Fine, fine, "balance") == 500


@pytest.mark.parametrize("order", ["payer went first", "payer went last"])
@pytest.mark.parametrize("back", ["payer first", "borrower first"])
def test_a_fine_and_its_loan_in_different_batches(office, order, back):
    with building(office, retain_deleted_patron_loans="false") as school:
        payer, borrower = school.patron(), school.patron()
        school.fine(payer, 0, loan_id=school.loan(borrower))
    before = picture(office.database)
    way = [payer, borrower] if order == "payer went first" else [borrower, payer]
    batches = {patron: run(office, patron) for patron in way}
    for patron in [payer, borrower] if back == "payer first" else [borrower, payer]:
        undo_batch(office, batches[patron])
    assert not differences(before, picture(office.database))


# ---------------------------------------------------------------- people


def test_a_staff_account_that_is_not_one_any_more(office):
    """What staff did stays with the account; what the sign-in counted meanwhile too."""
    with building(office) as school:
        patron = school.patron()
        account = school.staff(patron, "patron")
    before = picture(office.database)
    batch = run(office, patron)
    put(office, StaffAccount, account, failed_tries=3)
    undo_batch(office, batch)
    assert get(office, StaffAccount, account, "failed_tries") == 3
    put(office, StaffAccount, account, failed_tries=0)
    assert not differences(before, picture(office.database))


def family(office):
    with building(office) as school:
        guarantor = school.patron()
        return guarantor, school.patron(guarantor_id=guarantor)


def test_a_dependent_back_before_the_guarantor_is_told_and_joined_later(office):
    guarantor, dependent = family(office)
    before = picture(office.database)
    first, second = run(office, dependent), run(office, guarantor)
    done = undo_batch(office, first)
    assert kinds(done) == [(dependent, Since.GUARANTOR_AWAY)]
    assert undo_batch(office, second).remarks == ()
    assert not differences(before, picture(office.database))


def test_a_dependent_who_came_and_went_again_while_the_guarantor_was_away(office):
    guarantor, dependent = family(office)
    before = picture(office.database)
    first, second = run(office, dependent), run(office, guarantor)
    undo_batch(office, first)
    third = run(office, dependent)
    undo_batch(office, second)
    undo_batch(office, third)
    assert not differences(before, picture(office.database))


def test_the_newer_guarantor_counts(office):
    guarantor, dependent = family(office)
    with building(office) as school:
        newer = school.patron()
    first, second = run(office, dependent), run(office, guarantor)
    undo_batch(office, first)
    with building(office) as school:
        school.guarantee(dependent, newer)
    third = run(office, dependent)
    fourth = run(office, newer)
    for batch in (third, second, fourth):
        undo_batch(office, batch)
    assert get(office, Patron, dependent, "guarantor_id") == newer


class Killed(BaseException):
    """Nobody catches it, as nobody catches the end of a process."""


class Dying(Ticket):
    """Ends with the first chunk."""

    def progress(self, done: int, total: int, words: str = "") -> None:
        if words == "purge":
            raise Killed


def test_a_reason_set_aside_for_a_purge_that_has_ended_meanwhile_does_not_come_back(office):
    """A run dies; whom it did not reach goes with another purge; the dead one is closed; then that other is undone."""
    with building(office) as school:
        first, second = school.patron(), school.patron()
        school.fine(second, 900)
    before = picture(office.database)
    aside = [Override(second, "BALANCE_DUE", "agreed")]
    with pytest.raises(Killed):
        purge.run(office, make_plan(office, [first, second], source="list", overrides=aside), Dying(), chunk=1)
    dead = list_batches(office)[0].id
    other = run(office, second)
    batches.close(office, dead)
    undo_batch(office, other)
    undo_batch(office, dead)
    assert not differences(before, picture(office.database))


def test_part_of_it_then_the_rest_in_any_order(office):
    with building(office) as school:
        everybody = [school.patron() for _ in range(4)]
        for patron in everybody:
            school.belongings(patron)
            school.fine(patron, 300, loan_id=school.loan(patron), comment="x")
            waiting(school, patron)
    before = picture(office.database)
    for parts in ([[0], [1, 2, 3]], [[3], [1], [2], [0]], [[2, 1], [0, 3]]):
        batch = run(office, *everybody)
        for number, part in enumerate(parts, start=1):
            undo_batch(office, batch, [everybody[place] for place in part])
            state = ArchiveState.UNDONE if number == len(parts) else ArchiveState.PARTLY_UNDONE
            assert list_batches(office)[0].archive is state
        assert not differences(before, picture(office.database))


def test_purged_and_undone_again_and_again(office):
    with building(office, retain_deleted_patron_loans="true") as school:
        patrons = [school.patron(), school.patron()]
        for patron in patrons:
            school.belongings(patron)
            school.fine(patron, 300, loan_id=school.loan(patron))
    before = picture(office.database)
    for _ in range(3):
        undo_batch(office, run(office, *patrons))
        assert not differences(before, picture(office.database))
    with office.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 3
        assert session.scalar(sa.select(sa.func.count()).select_from(BatchEvent)) == 0
