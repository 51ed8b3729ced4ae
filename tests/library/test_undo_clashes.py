"""Identifiers that others have by now: shown before an undo, given anew or left out, and never taken from anybody."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotPermitted, Refused, WrongUsage
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.patron import FormerBarcode, Patron
from patrondesk.records.purging import ArchiveState
from patrondesk.records.staff import Permission
from patrondesk.records.undoing import IDENTIFIERS, Resolution
from patrondesk.services import checking, patrons
from patrondesk.services.purging import batch_reading, undo_words
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import check_resolutions, find_clashes, undo_batch
from tests.builders import building
from tests.comparing import differences, picture
from tests.ui.demo_school import without


class Impatient(Ticket):
    """Asks to stop once so many are through."""

    def __init__(self, after):
        super().__init__(lambda told: self.stop() if told.words == "purge" and told.done >= after else None)


def run(office, chosen, ticket=None, chunk=1000):
    return purge.run(office, make_plan(office, chosen, source="list"), ticket or Ticket(), chunk=chunk).batch.id


def read(office, patron):
    with office.database.read() as session:
        found = session.get(Patron, patron)
        session.expunge_all()
        return found


@pytest.fixture
def purged(office):
    """Three who went together, what they had, and the batch."""
    with building(office) as school:
        who = [school.patron(family_name="Lee", given_name="Mia", homeroom="12C"), school.patron(), school.patron()]
        had = {key: {name: getattr(school.session.get_one(Patron, key), name) for name in IDENTIFIERS} for key in who}
    return who, had, run(office, who)


def newcomer(office, **changed):
    with building(office) as school:
        return school.patron(**{"family_name": "Ruiz", "given_name": "Ana", "enabled": True} | changed)


# ---------------------------------------------------------------- shown


def test_nothing_clashes(office, purged):
    _, _, batch = purged
    assert find_clashes(office, batch) == ()


def test_who_comes_back_and_who_has_it_now(office, purged):
    (mia, *_), had, batch = purged
    ana = newcomer(office, barcode=had[mia]["barcode"])
    (clash,) = find_clashes(office, batch)
    assert (clash.patron_id, clash.name, clash.school_class) == (mia, "Lee, Mia", "Year 12, 12C")
    assert (clash.field, clash.value, clash.holder_id, clash.holder) == ("barcode", had[mia]["barcode"], ana, "Ana Ruiz")
    assert (clash.word, clash.same_name) == (had[mia]["username"], False)
    assert undo_words.clash(clash) == f"Barcode {had[mia]['barcode']} is Ana Ruiz’s now."


def test_all_three_by_name_and_only_of_those_who_are_asked_for(office, purged):
    (mia, other, _), had, batch = purged
    newcomer(office, **had[mia])
    newcomer(office, **had[other])
    found = find_clashes(office, batch)
    assert [(clash.patron_id, clash.field) for clash in found] == [(who, name) for who in (mia, other) for name in IDENTIFIERS]
    assert {clash.patron_id for clash in find_clashes(office, batch, [other])} == {other}


def test_somebody_of_the_same_name_is_pointed_out(office, purged):
    (mia, *_), had, batch = purged
    newcomer(office, family_name="Léé", given_name="Mia", username=had[mia]["username"])
    (clash,) = find_clashes(office, batch)
    assert clash.same_name


def test_looking_changes_nothing(office, purged):
    (mia, *_), had, batch = purged
    newcomer(office, **had[mia])
    before = picture(office.database)
    find_clashes(office, batch)
    check_resolutions(office, batch, {(mia, "barcode"): Resolution("NEW")})
    assert picture(office.database) == before


@pytest.mark.parametrize("retain", ["true", "false"])
def test_numbers_of_loans_and_fines_used_again_are_counted_and_left_out(office, retain):
    with building(office, retain_deleted_patron_loans=retain) as school:
        who, other = school.patron(), school.patron(enabled=True)
        for place in range(3):
            school.loan(who, external_id=f"L{place}")
        school.fine(who, 0, external_id="F0")
    batch = run(office, [who])
    with building(office) as school:
        school.loan(other, external_id="L0")
        school.loan(other, external_id="L2")
        school.fine(other, 100, external_id="F0")
    told = [(clash.patron_id, clash.field, clash.count) for clash in find_clashes(office, batch)]
    assert told == [(who, "loans", 2), (who, "fines", 1)]
    done = undo_batch(office, batch)
    assert [(clash.field, clash.count) for clash in done.clashes] == [("loans", 2), ("fines", 1)]
    with office.database.read() as session:
        numbers = session.execute(sa.text("SELECT external_id FROM loans WHERE patron_id = :who"), {"who": who}).scalars()
        assert sorted(numbers, key=str) == ["L1", None, None]
    assert "2 past loans without their numbers" in undo_words.outcome(done.clashes[0])


@pytest.mark.parametrize("what", [find_clashes, undo_batch])
def test_refused_as_a_whole(office, purged, what):
    _, _, batch = purged
    with pytest.raises(Refused, match="no batch"):
        what(office, 99)
    with pytest.raises(Refused, match="left"):
        what(office, batch, [])
    with pytest.raises(NotPermitted):
        what(without(office, Permission.UNDO_PURGE), batch)
    undo_batch(office, batch)
    with pytest.raises(Refused, match="left"):
        what(office, batch)


# ---------------------------------------------------------------- decided


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("decided", ["nothing", "without", "anew"])
def test_without_or_anew(office, purged, field, decided):
    (mia, *rest), had, batch = purged
    ana = newcomer(office, **{field: had[mia][field]})
    version = read(office, ana).version
    resolutions = {"nothing": None, "without": Resolution(), "anew": Resolution("  Fresh 7 ")}[decided]
    done = undo_batch(office, batch, resolutions={(mia, field): resolutions} if resolutions else None)
    new = "Fresh 7" if decided == "anew" else None
    (clash,) = done.clashes
    assert (clash.new_value, clash.refused_value) == (new, None)
    back, holder = read(office, mia), read(office, ana)
    assert getattr(back, field) == new
    assert {name: getattr(back, name) for name in IDENTIFIERS if name != field} == {
        name: value for name, value in had[mia].items() if name != field
    }
    assert (getattr(holder, field), holder.version) == (had[mia][field], version), "the holder keeps it, untouched"
    assert had[mia][field].lower() not in back.search_text
    assert ("fresh 7" in back.search_text) == (decided == "anew")
    assert all(read(office, other).version == 1 for other in rest)
    assert back.version == 2, "a plan made before notices"
    with office.database.read() as session:
        cards = session.scalars(sa.select(FormerBarcode.barcode).where(FormerBarcode.patron_id == mia)).all()
        assert had[mia][field] not in cards, "an old card of nobody"
    assert checking.find_problems(office) == []


def test_a_part_now_with_a_new_one_and_the_rest_later(office, purged):
    (mia, other, third), had, batch = purged
    newcomer(office, barcode=had[mia]["barcode"])
    newcomer(office, barcode=had[third]["barcode"])
    undo_batch(office, batch, [mia], {(mia, "barcode"): Resolution("M1"), (third, "barcode"): Resolution("T1")})
    assert read(office, third) is None
    undo_batch(office, batch, None, {(third, "barcode"): Resolution("T2")})
    assert [read(office, who).barcode for who in (mia, other, third)] == ["M1", had[other]["barcode"], "T2"]
    assert batch_reading.read_batch(office, batch).batch.archive is ArchiveState.UNDONE


def test_what_clashes_no_more_comes_back_as_it_was(office, purged):
    (mia, *_), had, batch = purged
    ana = newcomer(office, barcode=had[mia]["barcode"])
    with office.database.write() as session:
        session.get_one(Patron, ana).barcode = None
    assert check_resolutions(office, batch, {(mia, "barcode"): Resolution("M1")}) == {}
    assert undo_batch(office, batch, None, {(mia, "barcode"): Resolution("M1")}).clashes == ()
    assert read(office, mia).barcode == had[mia]["barcode"]


BAD = [
    ("", "Type the new barcode"),
    (" \t ", "Type the new barcode"),
    ("B" * 61, "up to 60 characters; this one has 61"),
    ("one\ntwo", "cannot be printed"),
]


@pytest.mark.parametrize(("value", "said"), BAD)
def test_what_nobody_could_have(office, purged, value, said):
    (mia, *_), had, batch = purged
    newcomer(office, barcode=had[mia]["barcode"])
    wanted = {(mia, "barcode"): Resolution(value)}
    assert said in check_resolutions(office, batch, wanted)[mia, "barcode"]
    before = picture(office.database)
    with pytest.raises(WrongUsage, match=said):
        undo_batch(office, batch, None, wanted)
    assert picture(office.database) == before


def test_a_field_that_is_no_identifier(office, purged):
    (mia, *_), _, batch = purged
    with pytest.raises(WrongUsage, match="family_name"):
        undo_batch(office, batch, None, {(mia, "family_name"): Resolution("Cole")})


def test_what_somebody_else_has_gets_or_comes_back_with(office, purged):
    """Each of these is said before; where it happens after that, it is told and nobody is harmed."""
    (mia, other, third), had, batch = purged
    newcomer(office, barcode=had[mia]["barcode"])
    newcomer(office, barcode=had[other]["barcode"])
    newcomer(office, barcode="TAKEN", given_name="Joe", family_name="King")
    for value, said in (
        ("TAKEN", "Joe King has this barcode."),
        (had[mia]["barcode"], "Ana Ruiz has this barcode."),
        (had[third]["barcode"], "comes back with this barcode."),
    ):
        assert said in check_resolutions(office, batch, {(mia, "barcode"): Resolution(value)})[mia, "barcode"]
    twice = {(mia, "barcode"): Resolution("SAME"), (other, "barcode"): Resolution("SAME")}
    assert list(check_resolutions(office, batch, twice)) == [(other, "barcode")]
    assert check_resolutions(office, batch, {(mia, "barcode"): Resolution("free"), (mia, "username"): Resolution("x")}) == {}
    # Who stays purged gives nothing up yet, but comes back to it later: then it is that one who decides.
    assert check_resolutions(office, batch, {(mia, "barcode"): Resolution(had[third]["barcode"])}, [mia]) == {}
    done = undo_batch(office, batch, None, twice | {(third, "barcode"): Resolution("ignored")})
    assert [(c.patron_id, c.new_value, c.refused_value) for c in done.clashes] == [(mia, "SAME", None), (other, None, "SAME")]
    assert "SAME was given to somebody else meanwhile" in undo_words.outcome(done.clashes[1])
    assert [read(office, who).barcode for who in (mia, other, third)] == ["SAME", None, had[third]["barcode"]]


def test_a_new_value_that_is_taken_after_it_was_checked(office, purged):
    (mia, *_), had, batch = purged
    newcomer(office, barcode=had[mia]["barcode"])
    wanted = {(mia, "barcode"): Resolution("M1")}
    assert check_resolutions(office, batch, wanted) == {}
    newcomer(office, barcode="M1")
    (clash,) = undo_batch(office, batch, None, wanted).clashes
    assert (clash.new_value, clash.refused_value) == (None, "M1")
    assert read(office, mia).barcode is None


def test_many_cost_no_statement_each(office):
    """Everybody was entered again: the worst there is."""
    counts = []
    for number in (3, 30):
        with building(office) as school:
            who = [school.patron() for _ in range(number)]
            had = [{name: getattr(school.session.get_one(Patron, key), name) for name in IDENTIFIERS} for key in who]
        batch = run(office, who)
        with building(office) as school:
            for keys in had:
                school.patron(**keys)
        told: list[str] = []

        def note(_connection, _cursor, statement, _parameters, _context, _many, told=told):
            told.append(statement)

        sa.event.listen(office.database.engine(), "before_cursor_execute", note)
        assert len(undo_batch(office, batch).clashes) == 3 * number
        sa.event.remove(office.database.engine(), "before_cursor_execute", note)
        counts.append(len(told))
    assert counts[0] == counts[1]


# ---------------------------------------------------------------- two of the same batch, one after the other


@pytest.mark.parametrize("retain", ["true", "false"])
def test_a_batch_taken_up_again_may_hold_the_same_identifier_twice(office, retain):
    """Purged, then the barcode is given to the next on the list, who is purged when the run goes on."""
    with building(office, retain_deleted_patron_loans=retain) as school:
        first, second = school.patron(barcode="CARD"), school.patron()
        school.loan(first, external_id="LOAN")
        school.fine(first, 0, external_id="FINE")
    batch = run(office, [first, second], Impatient(1), chunk=1)
    with building(office) as school:
        school.session.get_one(Patron, second).barcode = "CARD"
        school.loan(second, external_id="LOAN")
        school.fine(second, 0, external_id="FINE")
    purge.resume(office, batch, Ticket())
    found = find_clashes(office, batch)
    assert [(c.patron_id, c.field, c.holder_id) for c in found if c.of_patron] == [(first, "barcode", second)]
    assert [(c.field, c.count) for c in found if not c.of_patron] == [("loans", 1), ("fines", 1)]
    assert find_clashes(office, batch, [first]) == (), "alone, the first one has it again"
    done = undo_batch(office, batch)
    assert done.restored == 2
    assert (read(office, first).barcode, read(office, second).barcode) == (None, "CARD"), "who had it last"
    assert checking.find_problems(office) == []


def test_twice_in_a_batch_and_with_somebody_who_is_here(office):
    with building(office) as school:
        first, second = school.patron(barcode="CARD"), school.patron()
    batch = run(office, [first, second], Impatient(1), chunk=1)
    with building(office) as school:
        school.session.get_one(Patron, second).barcode = "CARD"
    purge.resume(office, batch, Ticket())
    ana = newcomer(office, barcode="CARD")
    assert [(c.patron_id, c.holder_id) for c in find_clashes(office, batch)] == [(first, ana), (second, ana)]
    done = undo_batch(office, batch, None, {(first, "barcode"): Resolution("NEW")})
    assert [c.new_value for c in done.clashes] == ["NEW", None]


# ---------------------------------------------------------------- at the very moment


@pytest.mark.postgres
def test_somebody_takes_it_while_the_undo_runs(libraries_on_server, monkeypatch):
    """Another program writes the barcode after the undo has looked and before it writes: it looks again."""
    from patrondesk.services.purging import undo_rows

    office = libraries_on_server
    with building(office) as school:
        who = school.patron(barcode="CARD")
    batch = run(office, [who])
    before, tries = undo_rows.bring_patrons, []

    def meanwhile(*args):
        tries.append(1)
        if len(tries) == 1:
            thread = threading.Thread(target=lambda: newcomer(office, barcode="CARD"))
            thread.start()
            thread.join()
        before(*args)

    monkeypatch.setattr(undo_rows, "bring_patrons", meanwhile)
    done = undo_batch(office, batch)
    assert len(tries) == 2
    assert [(clash.field, clash.value) for clash in done.clashes] == [("barcode", "CARD")]
    assert read(office, who).barcode is None


@pytest.fixture
def libraries_on_server(postgres_server, postgres_template):
    from patrondesk.database import Database
    from patrondesk.services.office import Office
    from patrondesk.services.signin import sign_in
    from tests.conftest import LIBRARIAN, PASSWORD

    with postgres_server.database(postgres_template) as url:
        database = Database(url)
        yield sign_in(Office(database), LIBRARIAN, PASSWORD)
        database.close()


def test_a_returning_pupil_who_was_entered_again(office, purged):
    """By hand, with everything the same: both records stay, and nothing is taken from the one who is here."""
    (mia, *_), had, batch = purged
    again = patrons.add_patron(office, patrons.NewPatron("Lee", "Mia", **had[mia]))
    before = picture(office.database)
    done = undo_batch(office, batch)
    assert [(c.field, c.holder_id, c.same_name) for c in done.clashes] == [(name, again, True) for name in IDENTIFIERS]
    lost = {name: rows for name, (rows, _) in differences(before, picture(office.database)).items() if rows}
    assert not lost
    assert [getattr(read(office, mia), name) for name in IDENTIFIERS] == [None, None, None]
