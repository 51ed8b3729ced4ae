"""The audit log: whatever is changed in it from outside is noticed, a tail that was cut off too."""

from __future__ import annotations

import shutil

import pytest
import sqlalchemy as sa

from patrondesk.database import Database
from patrondesk.models.audit import AuditEntry
from patrondesk.services import activation, audit, backup, checking
from patrondesk.services.office import Office
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD


def add_entries(office):
    with building(office) as school:
        patron = school.patron()
    for _ in range(2):
        activation.enable(office, patron)
        activation.disable(office, patron)


def find(office):
    with office.database.read() as session:
        return list(audit.find_breaks(session))


BREAKS = {
    "a word changed": "UPDATE audit_entries SET actor = 'Somebody else' WHERE number = 3",
    "facts changed": "UPDATE audit_entries SET facts = '{\"purged\": 1}' WHERE number = 3",
    "an hour changed": "UPDATE audit_entries SET at = replace(at, ':', '.') WHERE number = 3",
    "one taken out": "DELETE FROM audit_entries WHERE number = 3",
    "the first taken out": "DELETE FROM audit_entries WHERE number = 1",
    "two changed places": "UPDATE audit_entries SET number = CASE number WHEN 2 THEN 103 ELSE 102 END WHERE number IN (2, 3)",
    "one put in at the end": (
        "INSERT INTO audit_entries SELECT 99, library_id, at, actor_id, actor, operation, patron_id, facts, previous_hash, hash "
        "FROM audit_entries WHERE number = 3"
    ),
}


@pytest.mark.parametrize("way", BREAKS)
def test_a_change_from_outside_is_noticed(office, way):
    add_entries(office)
    assert not find(office)
    with office.database.write() as session:
        session.execute(sa.text(BREAKS[way].replace(":", "\\:")))
    assert [problem.code for problem in find(office)] == ["AUDIT_CHAIN"]
    assert "AUDIT_CHAIN" in {problem.code for problem in checking.find_problems(office)}


def test_a_tail_that_was_cut_off_is_noticed(sqlite_template, tmp_path):
    database = Database(shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk"))
    office = sign_in(Office(database), LIBRARIAN, PASSWORD)
    add_entries(office)
    backup.make_backup(office)
    assert not checking.find_problems(office)
    with office.database.write() as session:
        last = session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0
        session.execute(sa.delete(AuditEntry).where(AuditEntry.number >= last - 1))
    assert "AUDIT_CHAIN" in {problem.code for problem in checking.find_problems(office)}, "the backup says how far the log went"
    database.close()
