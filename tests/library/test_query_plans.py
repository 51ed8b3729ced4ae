"""How SQLite finds the rows: nothing that grows with the library is read from end to end, with no statistics to help."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services.candidates import candidates
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging.chunk import purge_chunk
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

# What may be read whole: the keys given, the chunk, what the query made itself, the few of the staff; and the log, from its end.
SMALL = re.compile(
    r"SCAN (chosen|purge_chunk|undo_returning|anon_\w+|\(subquery-\d+\)|CONSTANT ROW"
    r"|archive_guarantor_links|staff_accounts|roles|batches|audit_entries)"
)
FIRST_WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def planned(office):
    """Collects (statement, how its rows are found) of everything that is run."""
    told = []

    def note(connection, _cursor, statement, parameters, _context, many):
        if statement.startswith(FIRST_WORDS) and not many:
            plan = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told.append((statement, [row[3] for row in plan]))

    sa.event.listen(office.database.engine(), "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(office.database.engine(), "before_cursor_execute", note)


@pytest.fixture
def crowd(office):
    with building(office) as school:
        patrons = [school.patron() for _ in range(12)]
        for patron in patrons[1:]:
            school.belongings(patron)
            school.fine(patron, 0, loan_id=school.loan(patron))
            school.reservation(patron, "filled")
        school.loan(patrons[0], "open")
        return patrons


def scans(told):
    return [(statement, step) for statement, steps in told for step in steps if step.startswith("SCAN") and not SMALL.match(step)]


def test_a_page_reads_no_patrons_history(office, crowd):
    with planned(office) as told:
        assert len(candidates(office, CandidatesQuery()).rows) == len(crowd)
    assert not scans(told)
    lent = [step for _, steps in told for step in steps if re.search(r"\bloans\b", step)]
    assert len(lent) == 2
    assert all("ix_loans_open" in step for step in lent), lent


@pytest.mark.parametrize("retained", ["true", "false"])
def test_a_purge_and_its_undo_look_up_what_they_need(office, crowd, retained):
    with building(office, retain_deleted_patron_loans=retained):
        pass
    plan = make_plan(office, crowd, source="list")
    with planned(office) as told, batches.running(office.database, office.library_id):
        batch = batches.begin(office, plan)
        purge_chunk(office, batch, {patron.id: patron.version for patron in plan.patrons})
        batches.finish(office, batch, stopped=False)
        undo_batch(office, batch)
    assert not scans(told)
