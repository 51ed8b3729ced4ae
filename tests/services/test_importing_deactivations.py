"""Deactivation files: `username, enabled`, with and without headings; who may never be switched off by a file."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.models.importing import ImportMessageRow
from patrondesk.models.patron import Patron
from patrondesk.records.importing import Kind, RowOutcome
from patrondesk.services.importing.deactivations import REASON
from tests.builders import building
from tests.services.inbox import codes, counts, ended, outcome

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


@pytest.fixture
def school(inbox):
    """Three active pupils - ann, bea, cid - and one who left: dan."""
    with building(inbox.office) as made:
        for name in ("ann", "bea", "cid"):
            made.patron(username=name, enabled=True, deactivated_at=None, deactivated_by_id=None, deactivated_through=None)
        made.patron(username="dan")
    return inbox


def rows(**people: str) -> list[dict[str, str]]:
    return [{"username": name, "enabled": said} for name, said in people.items()]


def test_off_on_and_already_so(school):
    report = school.bring(Kind.DEACTIVATIONS, rows(ann="FALSE", bea="true", cid="no", dan="TRUE"))
    assert counts(report) == {"updated": 2, "reactivated": 1, "unchanged": 1}
    assert (ended(report, RowOutcome.UPDATED), ended(report, RowOutcome.REACTIVATED)) == ([2, 4], [5])
    ann, dan = school.patron(username="ann"), school.patron(username="dan")
    assert (ann.enabled, ann.deactivated_through, ann.deactivated_reason, ann.version) == (False, "file", REASON, 2)
    assert ann.deactivated_by_id == school.office.actor.staff_id
    assert (dan.enabled, dan.deactivated_at, dan.deactivated_through) == (True, None, None)
    assert counts(school.bring(Kind.DEACTIVATIONS, rows(ann="FALSE", dan="TRUE"))) == {"unchanged": 2}


@pytest.mark.parametrize(
    ("username", "said", "code"),
    [("nix", "FALSE", "UNKNOWN_USERNAME"), ("ann", "maybe", "BAD_VALUE"), ("ann", "", "BLANK"), ("", "FALSE", "BLANK")],
)
def test_rows_that_cannot_be_used(school, username, said, code):
    report = school.bring(Kind.DEACTIVATIONS, [{"username": username, "enabled": said}])
    assert (outcome(report), codes(report)) == ("invalid", [code])
    assert school.patron(username="ann").enabled


def test_lines_that_say_the_same_and_lines_that_contradict(school):
    pairs = [("ann", "FALSE"), ("ann", "FALSE"), ("bea", "FALSE"), ("bea", "TRUE")]
    report = school.bring(Kind.DEACTIVATIONS, [{"username": name, "enabled": said} for name, said in pairs])
    assert counts(report) == {"updated": 1, "unchanged": 1, "conflict": 2}
    assert (codes(report, line=3), codes(report, line=4)) == (["SAME_LINE"], ["DUPLICATE_IN_FILE"])
    assert (school.patron(username="ann").enabled, school.patron(username="bea").enabled) == (False, True)


def test_further_columns_are_left_out_with_one_notice(school):
    report = school.bring(Kind.DEACTIVATIONS, [{"username": "ann", "enabled": "FALSE", "form": "7A", "why": "moved"}])
    assert counts(report) == {"updated": 1}
    assert [(m.line, m.code) for m in report.messages] == [(0, "COLUMNS_LEFT_OUT")]


@pytest.mark.parametrize("text", ["ann,FALSE\nbea,FALSE\n", "bea\tFALSE\nann\tFALSE\n"])
def test_a_file_without_headings(school, text):
    report = school.bring(Kind.DEACTIVATIONS, text)
    assert (counts(report), [m.code for m in report.messages]) == ({"updated": 2}, ["NO_HEADINGS"])


def test_nobody_switches_themselves_off_nor_the_last_administrator(school):
    report = school.bring(Kind.DEACTIVATIONS, rows(mokafor="FALSE", ann="FALSE"))
    assert (counts(report), codes(report)) == ({"invalid": 1, "updated": 1}, ["MUST_STAY_ACTIVE"])
    assert school.patron(username="mokafor").enabled


def test_another_administrator_can_be_switched_off(school):
    with building(school.office) as made:
        made.staff(school.patron(username="ann").id, "administrator")
    assert counts(school.bring(Kind.DEACTIVATIONS, rows(ann="FALSE"))) == {"updated": 1}


def test_a_prefixed_username_gets_its_own_back(school):
    with building(school.office) as made:
        made.patron(username="Inactive-eve")
    assert counts(school.bring(Kind.DEACTIVATIONS, rows(eve="FALSE"))) == {"unchanged": 1}
    assert counts(school.bring(Kind.DEACTIVATIONS, rows(eve="TRUE"))) == {"reactivated": 1}
    assert school.patron(username="eve").enabled


def test_neither_names_nor_values_are_kept_in_the_remarks(school):
    school.bring(Kind.DEACTIVATIONS, rows(secretname="FALSE", ann="FALSE"))
    kept = school.all(sa.select(ImportMessageRow.line, ImportMessageRow.kind, ImportMessageRow.code, ImportMessageRow.field))
    assert kept == [(2, "INVALID", "UNKNOWN_USERNAME", "username")]
    everything = [
        str(value)
        for table in ("import_messages", "import_runs", "audit_entries")
        for row in school.all(sa.text(f"SELECT * FROM {table}"))
        for value in row
    ]
    assert not [value for value in everything if "secretname" in value or value == "ann"]


def test_thousands_of_lines_are_a_few_statements(school):
    said: list[str] = []
    engine = school.office.database.engine()
    listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", listen)
    school.bring(Kind.DEACTIVATIONS, rows(nix="FALSE"))
    few = len(said)
    said.clear()
    school.bring(Kind.DEACTIVATIONS, [{"username": f"x{n}", "enabled": "FALSE"} for n in range(3000)])
    sa.event.remove(engine, "before_cursor_execute", listen)
    assert len(said) <= few
    assert school.scalar(sa.select(sa.func.count()).select_from(Patron).where(Patron.enabled == sa.false())) == 1
