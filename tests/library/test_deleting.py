"""Deleting one patron: refused with every reason of its scope, else gone with the past loans, and back by an undo."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.errors import NotFound, NotPermitted, Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.library import Library
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch
from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.purging import ArchiveState, BatchState
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Scope
from patrondesk.services import access_requests, deleting, verdict
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging.batch_reading import list_batches, read_batch
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building
from tests.comparing import differences, picture
from tests.library.people import MODEST, build, expected, people


def responsible(kind, school, patron):
    school.responsibility(patron, kind)


def delete(office, patron):
    return purge.run(office, deleting.make_plan(office, patron), Ticket())


def granted(office, *permissions):
    return office.signed_in(dataclasses.replace(office.actor, permissions=frozenset(permissions)))


def present(office):
    with office.database.read() as session:
        return set(session.scalars(sa.select(Patron.id)))


def past_loans(office):
    with office.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Loan).where(Loan.status != "open"))


@MODEST
@given(everybody=people(), retain=st.booleans(), data=st.data())
def test_who_goes_is_whom_the_domain_lets_go_and_an_undo_brings_everything_back(libraries, everybody, retain, data):
    with libraries() as office:
        with building(office, retain_deleted_patron_loans=str(retain).lower(), balance_threshold="2.00") as school:
            patrons = build(school, everybody, office.clock.today())
        place = data.draw(st.integers(0, len(patrons) - 1), "who")
        patron = patrons[place]
        before, loans = picture(office.database), past_loans(office)
        # A credit that was set aside is the only reason that can be: everything else holds, and so does every debt.
        aside = everybody[place].overrides & {"CREDIT"}
        holding = expected(everybody, place, threshold=0) - {"ACTIVE"} - aside
        assert {reason.code for reason in deleting.find_reasons(office, patron)} == holding
        result = delete(office, patron)
        if holding:
            assert (result.batch.purged, result.batch.refused) == (0, 1)
            assert {reason.code for reason in result.refused[0].reasons if not reason.overridden} == holding
            assert picture(office.database) == before
            return
        assert result.batch.purged == 1
        assert present(office) == set(before_ids(before)) - {patron}
        assert past_loans(office) == loans - len(everybody[place].loans)
        assert (result.loans_kept, result.loans_deleted) == (0, len(everybody[place].loans))
        undo_batch(office, result.batch.id)
        assert not differences(before, picture(office.database))


def before_ids(before):
    return [row[0] for row in before["patrons"]]


def test_an_enabled_patron_can_be_deleted_and_comes_back_enabled(office):
    with building(office) as school:
        patron = school.patron(enabled=True, deactivated_at=None, deactivated_by_id=None, deactivated_through=None)
        school.loan(patron)
        school.belongings(patron)
        school.fine(patron, 300, "closed")
    before = picture(office.database)
    result = delete(office, patron)
    assert patron not in present(office)
    undo_batch(office, result.batch.id)
    assert not differences(before, picture(office.database))


def test_each_reason_of_the_scope_refuses(office):
    makes = {
        "OPEN_LOANS": lambda s, p: s.loan(p, "open"),
        "BALANCE_DUE": lambda s, p: s.fine(p, 1),
        "CREDIT": lambda s, p: s.fine(p, -1),
        "RESERVATIONS": lambda s, p: s.reservation(p),
        "STAFF_ROLE": lambda s, p: s.staff(p, "reader"),
        "GUARANTOR": lambda s, p: s.patron(guarantor_id=p),
        "PROTECTED": lambda s, p: s.protection(p),
        "ACCESS_REQUEST": lambda s, p: s.request(p),
    }
    kinds = {
        "po_line": "PO_LINES", "purchase_order": "PURCHASE_ORDERS", "invoice": "INVOICES", "locked_bib": "LOCKED_BIBS",
        "import_profile": "IMPORT_PROFILES", "md_editor": "MD_EDITOR", "asset": "ASSETS", "grant": "GRANTS",
    }  # fmt: skip
    makes |= {code: functools.partial(responsible, kind) for kind, code in kinds.items()}
    assert set(makes) == set(verdict.codes_of(Scope.SINGLE)), "a guard of the scope is not tried"
    with building(office, balance_threshold="5.00") as school:
        made = {code: school.patron() for code in makes}
        for code, make in makes.items():
            make(school, made[code])
            # Set aside for a purge: that says nothing here, but for a credit.
            if code in ("BALANCE_DUE", "RESERVATIONS"):
                school.override(made[code], code)
    before = picture(office.database)
    for code, patron in made.items():
        (reason,) = deleting.find_reasons(office, patron)
        assert (reason.code, "set it aside" in reason.lifts and code != "CREDIT") == (code, False)
        assert [one.code for one in delete(office, patron).refused[0].reasons] == [code]
    assert picture(office.database) == before


def test_a_reason_that_comes_after_the_question_refuses_too(office):
    with building(office) as school:
        patron = school.patron()
    plan = deleting.make_plan(office, patron)
    access_requests.open_request(office, patron)
    result = purge.run(office, plan, Ticket())
    assert result.batch.refused == 1
    assert result.refused[0].reasons[0].until == access_requests.list_requests(office)[0].due_on
    assert "open until" in result.refused[0].reasons[0].text
    assert patron in present(office)


def test_the_right_to_delete_one_is_no_right_to_purge_many(office):
    with building(office) as school:
        several = [school.patron(), school.patron()]
    before = present(office)
    plan = dataclasses.replace(deleting.make_plan(office, several[0]))
    both = dataclasses.replace(plan, patrons=(*plan.patrons, *deleting.make_plan(office, several[1]).patrons))
    weak = granted(office, Permission.DELETE_PATRON, Permission.VIEW_PATRONS)
    with pytest.raises(Refused) as told:
        purge.run(weak, both, Ticket())
    assert told.value.code == "ONE_ONLY"
    assert present(office) == before


def test_nobody_deletes_themselves(office):
    assert [reason.text for reason in deleting.find_reasons(office, office.actor.id)] == ["Your own account"]
    assert delete(office, office.actor.id).batch.purged == 0


def test_the_last_administrator_stays(office):
    assert office.actor.role == "administrator"
    with building(office) as school:
        clerk = school.patron()
    other = office.signed_in(dataclasses.replace(office.actor, id=clerk))
    assert [reason.code for reason in deleting.find_reasons(other, office.actor.id)] == ["STAFF_ROLE"]


def test_accounts_of_the_same_person_elsewhere_stay(office):
    with building(office) as school:
        here = school.patron(external_id="SIS-7", username="twice")
        school.loan(here)
        other = Library(short_name="north", name="North", created_at=dt.datetime.now(dt.UTC), secret="0" * 64)
        school.session.add(other)
        school.session.flush()
        school.library_id = LibraryId(other.id)
        there = school.patron(external_id="SIS-7", username="twice")
        school.loan(there)
        school.belongings(there)

    def of_there():
        return {name: [row for row in rows if there in row] for name, rows in picture(office.database).items()}

    before = of_there()
    assert delete(office, here).batch.purged == 1
    assert of_there() == before
    with pytest.raises(NotFound):
        deleting.make_plan(office, there)


def test_it_is_listed_as_a_deletion_backed_up_and_audited(office):
    with building(office) as school:
        patron = school.patron()
        school.loan(patron)
    result = delete(office, patron)
    (line,) = list_batches(office)
    assert (line.deletion, line.source, line.state, line.purged) == (True, "delete", BatchState.COMPLETED, 1)
    assert (line.retain_loans, line.archive) == (False, ArchiveState.PRESENT)
    assert line.undo_until == office.clock.real_today() + dt.timedelta(days=30)
    with office.database.read() as session:
        purposes = list(session.scalars(sa.select(BackupRecord.purpose)))
        told = list(session.scalars(sa.select(AuditEntry.operation).order_by(AuditEntry.number)))
        assert session.get_one(Batch, result.batch.id).residue_found == 0
    assert purposes == (["before a deletion"] if office.database.is_file else [])
    assert [name for name in told if name.startswith("purge.")] == [
        "purge.begin", "purge.chunk", "purge.finish", "purge.residue",
    ]  # fmt: skip


def test_with_no_undo_days_it_is_destroyed_at_once_by_whoever_may_delete(office):
    with building(office, undo_days="0") as school:
        patron = school.patron()
    clerk = granted(office, Permission.VIEW_PATRONS, Permission.DELETE_PATRON)
    result = delete(clerk, patron)
    assert (result.batch.purged, result.batch.archive) == (1, ArchiveState.DESTROYED)


def test_it_needs_its_own_right_and_no_other(office):
    with building(office) as school:
        patron, other = school.patron(), school.patron()
    plan = deleting.make_plan(office, patron)
    everything_else = granted(office, *(set(Permission) - {Permission.DELETE_PATRON}))
    for refused in (
        lambda: deleting.make_plan(everything_else, patron),
        lambda: purge.run(everything_else, plan, Ticket()),
        lambda: batches.begin(everything_else, plan),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert list_batches(office) == []
    clerk = granted(office, Permission.VIEW_PATRONS, Permission.DELETE_PATRON)
    assert purge.run(clerk, plan, Ticket()).batch.purged == 1
    # The right to delete is none to purge.
    with pytest.raises(NotPermitted):
        purge.run(clerk, dataclasses.replace(deleting.make_plan(clerk, other), source="page"), Ticket())
    with pytest.raises(NotPermitted):
        undo_batch(clerk, list_batches(office)[0].id)


def test_a_deletion_that_a_crash_interrupted_goes_on_by_its_own_rules(office):
    with building(office, balance_threshold="5.00") as school:
        patron = school.patron()
        school.loan(patron)
    plan = deleting.make_plan(office, patron)
    with batches.running(office.database, office.library_id):
        batch = batches.begin(office, plan)
    clerk = granted(office, *(set(Permission) - {Permission.DELETE_PATRON}))
    with pytest.raises(NotPermitted):
        purge.resume(clerk, batch, Ticket())
    result = purge.resume(office, batch, Ticket())
    assert (result.batch.purged, result.loans_deleted, result.loans_kept) == (1, 1, 0)


def test_a_patron_who_is_not_there(office):
    for ask in (deleting.find_reasons, deleting.make_plan):
        with pytest.raises(NotFound):
            ask(office, PatronId(999_999))


def test_it_shows_who_it_was_until_the_archive_goes(office):
    with building(office) as school:
        patron = school.patron(family_name="Ihaka", given_name="Wiremu")
    result = delete(office, patron)
    assert [one.name for one in read_batch(office, result.batch.id).purged] == ["Ihaka, Wiremu"]
