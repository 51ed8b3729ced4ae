"""The residue check finds what a purge forgot, by every identifier, and says nothing of the living."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry
from patrondesk.models.fine import Fine
from patrondesk.models.importing import ImportRun
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronNote, Protection
from patrondesk.models.purge import Batch, PurgePlan, PurgePlanLine
from patrondesk.services import checking, residue
from patrondesk.services.purging import batch_reading
from patrondesk.services.purging.plan import make_plan
from tests.builders import LONG_AGO, building


def codes(office):
    return {problem.code for problem in checking.find_problems(office)}


@pytest.fixture
def gone(office):
    """A purged patron, known by {field: word}; and somebody's fine that stays."""
    with building(office) as school:
        patron, living = school.patron(), school.patron(enabled=True)
        school.belongings(patron)
        school.loan(patron, "returned")
        school.fine(living, 500, comment=None)
        row = school.session.get_one(Patron, patron)
        words = {field: getattr(row, field) for field in ("username", "barcode", "external_id", "email", "phone")}
        words["former barcode"] = school.session.scalars(sa.select(FormerBarcode.barcode)).one()
        words["full name"], words["name, reversed"] = (
            f"{row.given_name} {row.family_name}",
            f"{row.family_name}, {row.given_name}",
        )
    purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    return words


def test_a_sound_purge_leaves_none(office, gone):
    assert not codes(office)


@pytest.mark.parametrize(
    "field", ["username", "barcode", "external_id", "email", "phone", "former barcode", "full name", "name, reversed"]
)
@pytest.mark.parametrize("text", ["{}", "paid by ({}), in cash"])
def test_what_stays_behind_is_found(office, gone, field, text):
    with office.database.write() as session:
        session.execute(sa.update(Fine).values(comment=text.format(gone[field])))
    assert codes(office) == {"RESIDUE"}


def test_what_a_living_patron_has_by_now_is_no_residue(office, gone):
    with building(office) as school:
        school.patron(username=gone["username"], email=gone["email"])
    assert not codes(office)


PLACES = {
    "a note of another patron": lambda s, who, text: s.add(PatronNote(patron_id=who, text=text, created_at=LONG_AGO)),
    "a block of another patron": lambda s, who, text: s.add(Block(patron_id=who, comment=text, created_at=LONG_AGO)),
    "a reason to keep another patron": lambda s, who, text: s.add(Protection(patron_id=who, reason=text, created_at=LONG_AGO)),
    "a reason of deactivation": lambda s, who, text: setattr(s.get_one(Patron, who), "deactivated_reason", text),
    "the report of a run": lambda s, who, text: s.execute(sa.update(Batch).values(criteria={"list": [text]})),
    "a plan": lambda s, who, text: s.execute(sa.update(PurgePlan).values(criteria={text: 1})),
    "a note on a plan": lambda s, who, text: s.execute(sa.update(PurgePlanLine).values(note=text)),
    "the log": lambda s, who, text: s.execute(
        sa.update(AuditEntry).where(AuditEntry.number == 1).values(facts={"a": {"b": text}})
    ),
    "a file's name": lambda s, who, text: s.add(ImportRun(library_id=1, kind="patrons", file_name=text, at=LONG_AGO, counts={})),
    "an external id of a kept loan": lambda s, who, text: s.execute(
        sa.update(Loan).where(Loan.patron_id.is_(None)).values(external_id=text)
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("field", ["email", "barcode", "full name"])
def test_wherever_it_was_planted(office, gone, place, field):
    with office.database.write() as session:
        who = session.scalars(sa.select(Patron.id).where(Patron.enabled, Patron.username.like("u%"))).first()
        assert who is not None
        PLACES[place](session, who, f"see {gone[field]}." if place != "an external id of a kept loan" else gone[field])
    assert "RESIDUE" in codes(office)


def test_it_says_whose_record_it_is_and_not_what_stands_there(office, gone):
    with office.database.write() as session:
        who = session.scalars(sa.select(Patron.id).where(Patron.enabled, Patron.username.like("u%"))).first()
        session.add(PatronNote(patron_id=who, text=f"brother of {gone['full name']}", created_at=LONG_AGO))
    (problem,) = checking.find_problems(office)
    assert problem.patrons == (who,)
    assert problem.text.startswith("Purged patrons are still mentioned in notes of other patrons: 1 place (")
    assert gone["full name"] not in problem.text


def test_the_result_is_noted_with_the_batch(office, gone):
    batch = batch_reading.list_batches(office)[0].id
    assert residue.check_residue(office, batch) == []
    with office.database.write() as session:
        session.execute(sa.update(Fine).values(comment=gone["email"]))
    assert [problem.code for problem in residue.check_residue(office, batch)] == ["RESIDUE"]
    with office.database.read() as session:
        assert session.scalars(sa.select(Batch.residue_found)).one() == 1
        told = session.scalars(sa.select(AuditEntry.facts).where(AuditEntry.operation == "purge.residue")).all()
    assert [facts["found"] for facts in told] == [0, 1]


def test_counts_are_no_identifiers(office):
    """A patron whose number is also a count in the log is not found there."""
    with building(office) as school:
        patron = school.patron(external_id="1234")
    purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    with office.database.write() as session:
        session.execute(sa.update(Batch).values(criteria={"patrons": 1234, "page": [1234]}))
    assert not codes(office)


def test_a_namesake_who_is_here_is_no_residue(office, gone):
    given, family = gone["full name"].split(" ", 1)
    with building(office) as school:
        school.fine(school.patron(given_name=given, family_name=family), 100, comment=f"paid by {gone['full name']}")
    assert not codes(office)


@pytest.mark.parametrize("text", ["川﨑宗則の弟", "弟は川﨑 宗則", "宗則川﨑"])
def test_a_name_without_spaces(office, text):
    with building(office) as school:
        patron, other = school.patron(family_name="川﨑", given_name="宗則"), school.patron()
        school.fine(other, 100, comment=text)
    purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    assert codes(office) == {"RESIDUE"}


def test_the_programs_own_log_is_looked_at(office, gone, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "patrondesk.log.1").write_text(f"one line\nfailed for {gone['username']}\n", encoding="utf-8")
    with office.database.read() as session:
        (problem,) = residue.find_residue(session, logs=logs)
    assert problem.text == "Purged patrons are still mentioned in the program's log “patrondesk.log.1”: 1 line."


def test_a_telephone_number_with_spaces(office):
    with building(office) as school:
        patron, other = school.patron(phone="+64 21 555 01"), school.patron()
        school.fine(other, 100, comment="rang +64 21 555 01 twice")
    purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    assert codes(office) == {"RESIDUE"}
