"""Certificates: numbers that add up, whatever happened; what stands on one vouched for by the log; and no patron's name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from patrondesk.clock import Clock
from patrondesk.errors import NotFound, NotPermitted, Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.base import Base
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.audit import BreakKind
from patrondesk.records.certificates import Certificate
from patrondesk.records.purging import ArchiveState, BatchState, Override
from patrondesk.records.staff import Permission
from patrondesk.reports import certificate as paper
from patrondesk.services import audit_reading, certificates, checking, policy
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging import destroy
from patrondesk.services.purging import plan as plans
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building
from tests.library.people import MODEST, THRESHOLD, build, people


def later(days):
    """The clock when so many days have gone by."""

    class Later(Clock):
        def now(self) -> dt.datetime:
            return super().now() + dt.timedelta(days=days)

        def real_today(self) -> dt.date:
            return super().real_today() + dt.timedelta(days=days)

    return Later()


@pytest.fixture
def crowd(office):
    """Two who can go (one with loans and a small debt), one held by a loan and a debt, one whose debt is set aside."""
    with building(office, balance_threshold="2.00") as school:
        made = {name: school.patron() for name in ("plain", "reader", "held", "aside")}
        for status in ("returned", "returned", "lost"):
            school.loan(made["reader"], status)
        school.fine(made["reader"], 150)
        school.loan(made["held"], "open")
        school.fine(made["held"], 900)
        school.fine(made["aside"], 700)
        school.reservation(made["aside"])
    return made


def purged(office, crowd, ticket=None, chunk=5000, unknown=()):
    aside = [Override(crowd["aside"], code, "agreed with the head") for code in ("BALANCE_DUE", "RESERVATIONS")]
    criteria = {"page": 1, "page_size": 50, "reason": None, "sort": "name", "searched": True}
    plan = plans.make_plan(office, list(crowd.values()), source="page", criteria=criteria, unknown=unknown, overrides=aside)
    return purge.run(office, plan, ticket or Ticket(), comment="Hernández must not come back", chunk=chunk).batch.id


def certify(office, batch) -> Certificate:
    return certificates.issue(office, batch).certificate


def without(office, *permissions):
    return office.signed_in(replace(office.actor, permissions=office.actor.permissions - set(permissions)))


def entry(office, number):
    with office.database.read() as session:
        return session.execute(sa.select(AuditEntry.hash, AuditEntry.operation).where(AuditEntry.number == number)).one()


def test_it_says_what_happened_in_numbers_that_add_up(office, crowd):
    c = certify(office, purged(office, crowd, unknown=["stranger"]))
    assert (c.planned, c.purged, c.refused, c.vanished, c.not_reached) == (5, 3, 1, 1, 0)
    assert c.planned == c.purged + c.refused + c.vanished + c.not_reached
    assert (c.loans_kept, c.loans_deleted, c.loans_written_off) == (3, 0, 1)
    assert (c.fines_waived, c.amount_waived, c.reservations_cancelled) == (2, 850, 1)
    assert [(one.code, one.name, one.patrons) for one in c.refused_for] == [
        ("BALANCE_DUE", "Money owed", 1), ("OPEN_LOANS", "Items on loan", 1),
    ]  # fmt: skip
    assert [(one.code, one.patrons) for one in c.set_aside] == [("BALANCE_DUE", 1), ("RESERVATIONS", 1)]
    assert c.criteria == "Page 1 of User Purge (50 a page), found by a search, sorted by name"
    assert (c.operator, c.issued_by, c.library) == (office.actor.name, office.actor.name, "Riverbank Secondary")
    assert (c.policy.retain_loans, c.policy.undo_days, c.policy.balance_threshold) == (True, 30, 200)
    assert c.policy.facets_dropped == ("homeroom",)
    assert c.state is BatchState.COMPLETED_WITH_EXCEPTIONS
    assert c.archive is ArchiveState.PRESENT
    assert c.ended is not None
    assert c.began <= c.ended <= c.issued_at
    assert c.undo_until == office.clock.real_today() + dt.timedelta(days=30)


def test_it_names_the_entries_that_tell_of_the_purge(office, crowd):
    batch = purged(office, crowd)
    issued = certificates.issue(office, batch)
    end = issued.certificate.end_entry
    assert end is not None
    assert tuple(entry(office, end.number)) == (end.hash, "purge.finish")
    assert tuple(entry(office, issued.head.number)) == (issued.head.hash, "certificate.issue")
    assert issued.certificate.destroy_entry is None
    assert destroy.destroy_archive(replace(office, clock=later(31)), batch)
    gone = certify(office, batch).destroy_entry
    assert gone is not None
    assert tuple(entry(office, gone.number)) == (gone.hash, "purge.destroy")


def test_each_issuing_is_in_the_log_and_vouched_for_by_it(office, crowd):
    batch = purged(office, crowd)
    first, second = certificates.issue(office, batch), certificates.issue(office, batch)
    assert second.head.number == first.head.number + 1
    assert first.digest == paper.digest(paper.content(first.certificate))
    told = audit_reading.check_chain(office)
    assert told.whole
    assert told.head == second.head
    for issued in (first, second):
        known = paper.known_head(json.dumps(paper.document(issued)))
        assert audit_reading.check_chain(office, [known]).whole


def test_a_cut_tail_is_found_by_a_certificate(office, crowd):
    issued = certificates.issue(office, purged(office, crowd))
    known = paper.known_head(json.dumps(paper.document(issued)))
    with office.database.write() as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.number == issued.head.number))
    assert audit_reading.check_chain(office).whole
    found = audit_reading.check_chain(office, [known]).first_break
    assert found is not None
    assert (found.kind, found.number) == (BreakKind.HEAD, issued.head.number)


@pytest.mark.parametrize(
    ("key", "value"), [("purged", 2), ("operator", "Somebody"), ("batch", 9), ("extra", 1), ("refused_for", []), ("log", {})]
)
def test_a_certificate_that_was_changed_is_found(office, crowd, key, value):
    told = paper.document(certificates.issue(office, purged(office, crowd)))
    changed = paper.known_head(json.dumps(told | {key: value}))
    found = audit_reading.check_chain(office, [changed]).first_break
    assert found is not None
    assert found.kind is BreakKind.CERTIFICATE
    other = paper.known_head(json.dumps(told | {"head": {**told["head"], "number": told["head"]["number"] - 1}}))
    assert audit_reading.check_chain(office, [other]).first_break is not None


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"patrondesk_certificate": 2}', '{"patrondesk_certificate": 1}', "<html>"]
)
def test_what_is_no_certificate_is_refused(text):
    with pytest.raises(paper.NoCertificate):
        paper.known_head(text)


class StopAfter(Ticket):
    """Somebody presses Stop after so many chunks."""

    def __init__(self, chunks: int) -> None:
        super().__init__()
        self._left = chunks

    def progress(self, done: int, total: int, words: str = "") -> None:
        super().progress(done, total, words)
        if words == "purge":
            self._left -= 1
            if not self._left:
                self.stop()


def test_a_stopped_purge_says_whom_it_did_not_reach(office, crowd):
    c = certify(office, purged(office, crowd, StopAfter(2), chunk=1))
    assert c.state is BatchState.STOPPED
    assert (c.planned, c.purged, c.not_reached) == (4, 2, 2)


def test_an_undone_purge_says_who_is_back(office, crowd):
    batch = purged(office, crowd)
    undo_batch(office, batch, [crowd["plain"]])
    c = certify(office, batch)
    assert (c.purged, c.undone, c.away, c.archive) == (3, 1, 2, ArchiveState.PARTLY_UNDONE)
    assert c.undone_at is not None
    undo_batch(office, batch)
    c = certify(office, batch)
    assert (c.purged, c.undone, c.away, c.archive) == (3, 3, 0, ArchiveState.UNDONE)
    assert c.backups.last_goes_on is None
    assert "Nobody is away" in " ".join(paper.texts(paper.paper(certificates.issue(office, batch))))


def test_the_residue_check_is_told_once_it_was_made(office, crowd):
    batch = purged(office, crowd)
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(residue_at=None, residue_found=None))
    c = certify(office, batch)
    assert (c.residue_at, c.residue_found) == (None, None)
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(residue_at=office.clock.now(), residue_found=0))
    c = certify(office, batch)
    assert c.residue_found == 0
    assert any(text.startswith("None found on ") for text in paper.texts(paper.paper(certificates.issue(office, batch))))


def test_a_purge_for_good_says_that_its_archive_is_destroyed(office, crowd):
    policy.change_setting(office, "undo_days", "0")
    c = certify(office, purged(office, crowd))
    assert (c.archive, c.undo_until, c.policy.undo_days) == (ArchiveState.DESTROYED, None, 0)
    assert c.destroyed_at is not None
    assert c.destroy_entry is not None


def test_loans_deleted_with_the_patrons(office, crowd):
    policy.change_setting(office, "retain_deleted_patron_loans", "false")
    c = certify(office, purged(office, crowd))
    assert (c.loans_kept, c.loans_deleted, c.policy.retain_loans) == (0, 3, False)


# ------------------------------------------------------------------------------------------------------------ backups


def add_backup(office, made_at, gone_at=None):
    with office.database.write() as session:
        row = BackupRecord(
            path="x", made_at=made_at, size=1, patrons=1, audit_number=0, audit_hash="0" * 64, purpose="by hand",
            destroyed_at=gone_at,
        )  # fmt: skip
        session.add(row)


def test_the_day_on_which_the_last_backup_goes(office, crowd):
    with office.database.write() as session:
        session.execute(sa.delete(BackupRecord))
    add_backup(office, office.clock.now() - dt.timedelta(days=3))
    batch = purged(office, crowd)
    made_by_the_purge = 1 if office.database.is_file else 0
    today, due = office.clock.real_today(), dt.timedelta(days=30 + 7)
    b = certify(office, batch).backups
    assert (b.number, b.last_goes_on, b.last_went_at) == (1 + made_by_the_purge, today + due, None)
    assert b.on_server is not office.database.is_file
    destroyed = replace(office, clock=later(31))
    assert destroy.destroy_archive(destroyed, batch)
    add_backup(office, office.clock.now() + dt.timedelta(days=32))
    b = certify(office, batch).backups
    assert (b.number, b.last_goes_on) == (1 + made_by_the_purge, today + due), "one of after the destruction holds nobody"
    went = office.clock.now() + dt.timedelta(days=36)
    with office.database.write() as session:
        session.execute(sa.update(BackupRecord).where(BackupRecord.made_at < office.clock.now()).values(destroyed_at=went))
    b = certify(office, batch).backups
    assert (b.number, b.last_goes_on, b.last_went_at) == (0, None, went)


def test_a_backup_that_should_have_gone_is_said_so(office, crowd):
    add_backup(office, office.clock.now() - dt.timedelta(days=3))
    batch = purged(office, crowd)
    said = " ".join(paper.texts(paper.paper(certificates.issue(replace(office, clock=later(60)), batch))))
    assert "should have gone by" in said


# ------------------------------------------------------------------------------------------------------------ refused


def test_a_purge_that_runs_is_not_certified_and_one_that_died_is(office, crowd):
    batch = purged(office, crowd)
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(state="running", finished_at=None))
    with batches.running(office.database, office.library_id), pytest.raises(Refused, match="still running"):
        certificates.issue(office, batch)
    c = certify(office, batch)
    assert (c.state, c.ended) == (BatchState.INTERRUPTED, None)


def test_a_purge_that_is_not_there_or_not_for_these_eyes_is_not_certified(office, crowd):
    batch = purged(office, crowd)
    with pytest.raises(NotFound):
        certificates.issue(office, batch + 1)
    with pytest.raises(NotPermitted):
        certificates.issue(without(office, Permission.REPORTS), batch)


def test_numbers_that_do_not_add_up_are_not_certified(office, crowd):
    batch = purged(office, crowd)
    before = audit_reading.check_chain(office).entries
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(purged=Batch.purged + 1, not_reached=Batch.not_reached - 1))
    with pytest.raises(Refused, match="do not add up"):
        certificates.issue(office, batch)
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(purged=Batch.purged - 1, not_reached=Batch.not_reached + 1))
        session.execute(sa.update(BatchLine).where(BatchLine.outcome == "refused").values(reasons=[]))
    with pytest.raises(Refused, match="do not add up"):
        certificates.issue(office, batch)
    assert audit_reading.check_chain(office).entries == before, "what is refused leaves no entry"


WRONG: dict[str, dict[str, Any]] = {
    "a sum": {"purged": 4},
    "more back than went": {"undone": 4},
    "refused without a reason": {"refused_for": ()},
    "less than nobody": {"refused": -1, "vanished": 2, "refused_for": ()},
    "more written off than there were": {"loans_written_off": 9},
    "loans against the rule": {"loans_deleted": 1},
    "a check without a result": {"residue_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "residue_found": None},
}


@pytest.mark.parametrize("what", WRONG)
def test_numbers_that_cannot_be_are_no_certificate(office, crowd, what):
    c = certify(office, purged(office, crowd))
    with pytest.raises(AssertionError):
        dataclasses.replace(c, **WRONG[what])


# ---------------------------------------------------------------------------------------------------------- any purge


@settings(MODEST)
@given(everybody=people(), retain=st.booleans(), chunks=st.integers(1, 3), back=st.integers(0, 3))
def test_any_purge_is_certified_in_numbers_that_add_up_and_without_a_name(libraries, everybody, retain, chunks, back):
    with libraries() as office:
        with building(
            office, balance_threshold=f"{THRESHOLD / 100:.2f}", retain_deleted_patron_loans=str(retain).lower()
        ) as school:
            keys = build(school, everybody, office.clock.today())
        words = identifying(office, keys)
        plan = plans.make_plan(office, keys, source="list", criteria={"words": len(keys)}, unknown=["somebody"])
        result = purge.run(office, plan, StopAfter(chunks), chunk=2, comment=" ".join(sorted(words)))
        if back and result.purged:
            undo_batch(office, result.batch.id, [one.id for one in result.purged[:back]])
        issued = certificates.issue(office, result.batch.id)
        c = issued.certificate
        assert c.planned == len(keys) + 1 == c.purged + c.refused + c.vanished + c.not_reached
        assert (c.purged, c.refused, c.vanished, c.not_reached) == (
            result.batch.purged, result.batch.refused, result.batch.vanished, result.batch.not_reached,
        )  # fmt: skip
        assert c.undone == min(back, len(result.purged))
        assert c.loans_kept + c.loans_deleted == sum(one.loans_kept + one.loans_deleted for one in result.purged)
        written = [json.dumps(paper.document(issued), ensure_ascii=False), *paper.texts(paper.paper(issued))]
        assert not {word for word in words if any(word in text for text in written)}
        assert audit_reading.check_chain(office, [paper.known_head(json.dumps(paper.document(issued)))]).whole
        assert not [p for p in checking.find_problems(office) if p.code in ("AUDIT_CHAIN", "BATCH_NUMBERS")]


def identifying(office, keys):
    """Every word by which these patrons could be told."""
    table = Base.metadata.tables["patrons"]
    names = ("username", "barcode", "external_id", "family_name", "given_name", "email", "phone")
    with office.database.read() as session:
        rows = session.execute(sa.select(*(table.c[name] for name in names)).where(table.c.id.in_(keys)))
        return {str(value) for row in rows for value in row if value}
