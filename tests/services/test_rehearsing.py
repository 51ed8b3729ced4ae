"""The rehearsal of the first page: nobody is read, and what comes after it needs no statement to be worded."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates, rehearsing, standing
from tests.builders import building


def _deactivated(office):
    with building(office) as school:
        school.patron(enabled=False)


def test_nobody_is_read(office, monkeypatch):
    _deactivated(office)
    read = []
    monkeypatch.setattr(candidates, "_candidate", lambda *row: read.append(row))
    rehearsing.read_nothing(office)
    assert not read


def test_the_first_page_finds_its_statements_worded(office):
    _deactivated(office)
    rehearsing.read_nothing(office)
    worded = office.database.engine()._compiled_cache
    before = len(worded)
    assert before
    assert candidates.candidates(office, CandidatesQuery()).total == 1
    candidates.candidates_counts(office)
    standing.read_standing(office)
    assert len(worded) == before


def test_it_changes_nothing(office):
    written = []
    sa.event.listen(office.database.engine(), "before_cursor_execute", lambda *said: written.append(said[2]))
    rehearsing.read_nothing(office)
    assert written
    reading = ("SELECT", "WITH", "SAVEPOINT", "RELEASE")
    assert not [words for words in written if not words.lstrip().startswith(reading) and words != "BEGIN"]
