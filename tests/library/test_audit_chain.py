"""The chain broken by hand in every way is found each time, on either engine; the tail by heads that are kept elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.errors import NotPermitted
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry, BackupRecord
from patrondesk.models.base import table_of
from patrondesk.records.audit import START, BreakKind, Head, KnownHead
from patrondesk.records.staff import Permission
from patrondesk.services import activation, audit, audit_reading
from patrondesk.services.purging.plan import make_plan
from tests.builders import building

ENTRIES = table_of(AuditEntry)


@pytest.fixture
def told(office):
    """A log with a good many entries about one patron."""
    with building(office) as school:
        patron = school.patron()
    for _ in range(4):
        activation.enable(office, patron)
        activation.disable(office, patron)
    return office


def check(office, *known):
    return audit_reading.check_chain(office, known)


def rows(office):
    with office.database.read() as session:
        return [dict(row) for row in session.execute(sa.select(ENTRIES).order_by(ENTRIES.c.number)).mappings()]


def write(office, entries):
    """The log as somebody with the file in hand would write it."""
    with office.database.write() as session:
        session.execute(sa.delete(ENTRIES))
        session.execute(sa.insert(ENTRIES), entries)


def number_on(entries):
    return [{**row, "number": number} for number, row in enumerate(entries, 1)]


def linked(entries):
    """Every hash made anew, so that the chain fits by itself."""
    previous, made = START, []
    for row in number_on(entries):
        row["previous_hash"] = previous
        row["hash"] = previous = audit.digest_of(row)
        made.append(row)
    return made


def head(office):
    last = rows(office)[-1]
    return Head(last["number"], last["hash"])


def keep_as_backup(office):
    """What making a backup leaves in the library, without a file (a server has none)."""
    here = head(office)
    with office.database.write() as session:
        row = BackupRecord(
            path="elsewhere", made_at=dt.datetime(2026, 12, 4, 9, 12, tzinfo=dt.UTC), size=1, patrons=1, audit_number=here.number,
            audit_hash=here.hash, purpose="by hand",
        )  # fmt: skip
        session.add(row)
    return here


def test_a_log_as_it_was_written_is_whole(told):
    found = check(told)
    assert found.whole
    assert found.entries == found.head.number == len(rows(told)) > 8
    assert found.head == head(told)
    assert found.set_back == 0


def test_an_empty_log_is_whole(office):
    with office.database.write() as session:
        session.execute(sa.delete(ENTRIES))
    found = check(office)
    assert (found.entries, found.head, found.first_break) == (0, Head(0, START), None)


# ------------------------------------------------------------------ the five ways

CHANGES = {
    "who": {"actor": "Somebody else"},
    "what": {"operation": "patron.add"},
    "whom": {"patron_id": 999},
    "when": {"at": "2020-01-01T00:00:00.000000+00:00"},
    "facts": {"facts": {"purged": 1}},
    "which library": {"library_id": None},
    "which account": {"actor_id": None},
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_entry_is_found(told, what):
    entries = rows(told)
    entries[4] |= CHANGES[what]
    write(told, entries)
    found = check(told).first_break
    assert found is not None
    assert (found.kind, found.number) == (BreakKind.CHANGED, 5)
    assert "5" in found.text


def test_a_changed_entry_with_a_hash_that_fits_it_is_found(told):
    entries = rows(told)
    entries[4] |= {"actor": "Somebody else"}
    entries[4]["hash"] = audit.digest_of(entries[4])
    write(told, entries)
    found = check(told).first_break
    assert found is not None
    assert (found.kind, found.number) == (BreakKind.UNLINKED, 6)


@pytest.mark.parametrize("place", [0, 4])
def test_a_removed_entry_is_found(told, place):
    entries = rows(told)
    write(told, entries[:place] + entries[place + 1 :])
    found = check(told).first_break
    assert found is not None
    assert (found.kind, found.number) == (BreakKind.MISSING, place + 1)


def test_a_removed_entry_is_found_though_the_others_close_the_gap(told):
    entries = rows(told)
    write(told, number_on(entries[:4] + entries[5:]))
    found = check(told).first_break
    assert found is not None
    assert found.number == 5


@pytest.mark.parametrize("place", [0, 4, -1])
def test_an_inserted_entry_is_found(told, place):
    entries = rows(told)
    place = len(entries) if place < 0 else place
    forged = {**entries[3], "facts": {"put": "in"}}
    write(told, number_on([*entries[:place], forged, *entries[place:]]))
    found = check(told).first_break
    assert found is not None
    assert found.number == place + 1


def test_an_inserted_entry_with_hashes_of_its_own_is_found(told):
    entries = rows(told)
    forged = {**entries[4], "facts": {"put": "in"}, "number": 5, "previous_hash": entries[3]["hash"]}
    forged["hash"] = audit.digest_of(forged)
    write(told, number_on([*entries[:4], forged, *entries[4:]]))
    found = check(told).first_break
    assert found is not None
    assert found.number == 6


@pytest.mark.parametrize("numbered", [True, False], ids=["with their numbers", "their contents only"])
def test_two_swapped_entries_are_found(told, numbered):
    entries = rows(told)
    if numbered:
        entries[3], entries[4] = entries[4], entries[3]
        write(told, number_on(entries))
    else:
        for name in ("at", "operation", "facts", "hash"):
            entries[3][name], entries[4][name] = entries[4][name], entries[3][name]
        write(told, entries)
    found = check(told).first_break
    assert found is not None
    assert found.number == 4


def test_a_tail_cut_off_is_found_by_the_head_of_a_backup(told):
    entries = rows(told)
    kept = keep_as_backup(told)
    write(told, entries[:-1])
    found = check(told)
    assert found.first_break is not None
    assert found.first_break.kind is BreakKind.HEAD
    assert found.first_break.number == kept.number == len(entries)
    assert "backup of 4 Dec 2026" in found.first_break.text
    assert len(found.compared) == 1


def test_a_tail_cut_off_is_found_by_the_head_of_a_certificate(told):
    entries = rows(told)
    kept = KnownHead(head(told), "the certificate of purge 7")
    write(told, entries[:-2])
    assert check(told).whole, "nothing in the library itself knows of these entries"
    found = check(told, kept)
    assert found.first_break is not None
    assert (found.first_break.kind, found.first_break.number) == (BreakKind.HEAD, len(entries))
    assert "certificate of purge 7" in found.first_break.text
    assert "older backup" in found.first_break.text, "a library that was restored looks the same, and the sentence says so"


def test_a_tail_cut_off_with_a_purge_in_it_is_found_by_the_library_alone(told):
    with building(told) as school:
        patron = school.patron()
    entries = rows(told)
    purge.run(told, make_plan(told, [patron], source="page"), Ticket())
    with told.database.write() as session:
        session.execute(sa.update(BackupRecord).values(audit_number=0, audit_hash=START))  # no head but the library's own rows
    assert check(told).whole
    write(told, entries)
    found = check(told).first_break
    assert found is not None
    assert found.kind is BreakKind.UNTOLD
    assert "Purge 1" in found.text


def test_a_log_written_anew_with_fitting_hashes_is_found_by_heads(told):
    kept = head(told)
    keep_as_backup(told)
    entries = rows(told)
    entries[4] |= {"actor": "Somebody else"}
    write(told, linked(entries))
    found = check(told).first_break
    assert found is not None
    assert (found.kind, found.number) == (BreakKind.HEAD, kept.number)
    with told.database.write() as session:
        session.execute(sa.delete(BackupRecord))
    assert check(told).whole
    assert not check(told, KnownHead(kept, "a certificate")).whole


def test_a_restored_library_says_why_its_log_does_not_agree(told):
    kept = KnownHead(head(told), "the certificate of purge 7")
    entries = rows(told)
    write(told, entries[:-3])
    with told.database.write() as session:
        for _ in range(4):
            audit.write_entry(
                session, told.clock.now(), library_id=told.library_id, actor_id=None, actor="May Okafor",
                operation="library.restore", patron_id=None, facts={"replaced_number": kept.head.number},
            )  # fmt: skip
    found = check(told, kept).first_break
    assert found is not None
    assert (found.kind, found.number) == (BreakKind.HEAD, kept.head.number)
    assert f"restored from an older backup (entry {len(entries) - 2})" in found.text


def test_a_log_that_goes_on_after_a_head_is_whole(told):
    kept = keep_as_backup(told)
    with building(told) as school:
        patron = school.patron()
    activation.enable(told, patron)
    found = check(told, KnownHead(kept, "a certificate"))
    assert found.whole
    assert len(found.compared) == 2


# ------------------------------------------------------------------ clocks and rights


class Shifted(Clock):
    """The computer's clock is an hour behind."""

    def now(self) -> dt.datetime:
        return super().now() - dt.timedelta(hours=1)


def test_with_the_clock_set_back_entries_go_on_by_number(told):
    last = head(told)
    with building(told) as school:
        patron = school.patron()
    activation.enable(replace(told, clock=Shifted()), patron)
    activation.disable(told, patron)
    found = check(told)
    assert found.whole
    assert found.set_back == 1
    assert [row["number"] for row in rows(told)[-2:]] == [last.number + 1, last.number + 2]


def test_a_rehearsal_writes_real_times(office):
    with building(office) as school:
        patron = school.patron()
    rehearsed = replace(office, clock=Clock(dt.date(2031, 5, 1)))
    activation.enable(rehearsed, patron)
    at = dt.datetime.fromisoformat(rows(office)[-1]["at"])
    assert abs(at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_the_check_needs_the_right_to_reports(told):
    less = told.signed_in(replace(told.actor, permissions=told.actor.permissions - {Permission.REPORTS}))
    with pytest.raises(NotPermitted):
        check(less)
