"""Two programs on one library file: what one of them writes is not lost when the other ends."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import sqlalchemy as sa

from patrondesk import bootstrap
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates, loans, signin
from patrondesk.services.demo import build

_OTHER = """
import sqlite3, sys
link = sqlite3.connect(sys.argv[1])
print(link.execute("SELECT count(*) FROM loans WHERE status = 'open'").fetchone()[0])
link.close()
"""


def other(path) -> int:
    """The open loans, as another program reads them; it ends with that."""
    return int(subprocess.run([sys.executable, "-c", _OTHER, str(path)], capture_output=True, text=True, check=True).stdout)


def test_a_library_that_is_open_keeps_its_log_when_another_program_ends(tmp_path):
    path = tmp_path / "library.patrondesk"
    made = bootstrap.new_database(path)
    build.build(made, patrons=40, seed=1, today=dt.date(2026, 12, 4))
    made.close()
    office = signin.sign_in(bootstrap.open_library(path), "librarian", "demo")
    log = path.with_name(path.name + "-wal")
    before = other(path)
    assert log.exists(), "the other program took the log away: this one has lost its locks"
    held = next(row for row in candidates.candidates(office, CandidatesQuery(page_size=200)).rows if row.open_loans)
    loans.mark_all_lost(office, held.id)
    assert other(path) == before - held.open_loans
    with office.database.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM loans WHERE status = 'open'")) == before - held.open_loans
    office.database.close()


def test_looking_at_the_file_again_gives_no_locks_away(tmp_path):
    """A second desk in this program, or a file chosen once more, asks what kind of file it is while the first has it open."""
    path = tmp_path / "library.patrondesk"
    made = bootstrap.new_database(path)
    build.build(made, patrons=40, seed=1, today=dt.date(2026, 12, 4))
    made.close()
    office = signin.sign_in(bootstrap.open_library(path), "librarian", "demo")
    candidates.candidates(office, CandidatesQuery())
    second = bootstrap.open_library(path)
    second.database.close()
    other(path)
    assert path.with_name(path.name + "-wal").exists(), "the other program took the log away: this one has lost its locks"
    office.database.close()
