"""Whatever the file is like: headings, dates, spreadsheets, bad bytes, bad files - told, and nothing changed in silence."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotPermitted, Stopped, Unusable, WrongUsage
from patrondesk.models.patron import Patron
from patrondesk.records.importing import ImportRequest, Kind, RowOutcome
from patrondesk.services import importing
from tests.comparing import picture
from tests.importers.files import workbook
from tests.services.inbox import codes, counts, outcome

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def births(inbox) -> list[str | None]:
    rows = inbox.all(sa.select(Patron.birth_date).where(Patron.external_id.is_not(None)).order_by(Patron.id))
    return [day.isoformat() if day else None for (day,) in rows]


def born(*days: str) -> list[dict[str, str]]:
    return [{"external_id": f"e{n}", "family_name": "X", "dob": day} for n, day in enumerate(days)]


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["4/2/2000", "11/30/1999"], ["2000-04-02", "1999-11-30"]),  # D02
        (["4/2/2000", "30/11/1999"], ["2000-02-04", "1999-11-30"]),
        (["2023-10-02T00:00:00.000Z", "2017-05-06 08:01:05", "20140102"], ["2023-10-02", "2017-05-06", "2014-01-02"]),  # D05
        (["2014-05-14 23:39:13.070326-04"], ["2014-05-14"]),
        (["5/19/2006 0:00:00"], ["2006-05-19"]),  # D07
        (["2025-06-30Z"], ["2025-06-30"]),  # D09
        (["31.12.1999", "4 Dec 2006", "December 4, 2006", "04-DEC-06"], ["1999-12-31", "2006-12-04", "2006-12-04", "2006-12-04"]),
        (["3/3/2006", "", "2005-1-9"], ["2006-03-03", None, "2005-01-09"]),
        (["1/13/05", "1/13/85"], ["2005-01-13", "1985-01-13"]),
    ],
)
def test_dates(inbox, days, read):
    report = inbox.patrons(born(*days))
    assert counts(report) == {"added": len(days)}
    assert births(inbox) == read
    assert codes(report) == []


def test_dates_that_read_two_ways_are_told_once(inbox):
    report = inbox.patrons(born("3/4/2006", "5/6/2007"))
    assert births(inbox) == ["2006-04-03", "2007-06-05"]
    assert [message.code for message in report.messages].count("DATE_ORDER_ASSUMED") == 1
    inbox.patrons(born("3/4/2006", "5/6/2007"), date_order="month/day/year")
    assert births(inbox) == ["2006-03-04", "2007-05-06"]


def test_evidence_at_the_end_of_a_long_file_counts_for_its_beginning(inbox):
    inbox.patrons(born("3/4/2006", *["1/2/2003"] * 9000, "5/16/2007"))
    assert births(inbox)[0] == "2006-03-04"


def test_contradictory_dates_wait(inbox):  # D04
    report = inbox.patrons(born("31/12/2012", "12/31/2012", "2012-12-31"))
    assert (counts(report), codes(report)) == ({"conflict": 2, "added": 1}, ["DATE_ORDER_MIXED"] * 2)


def test_each_column_has_its_own_order(inbox):
    row = {"external_id": "1", "family_name": "X", "dob": "4/23/2006", "expires": "23/4/2030"}
    inbox.patrons([row])
    patron = inbox.patron(external_id="1")
    assert (str(patron.birth_date), str(patron.expiry_date)) == ("2006-04-23", "2030-04-23")


def test_a_row_with_a_bad_byte_is_named_and_the_others_are_taken(inbox):  # F06
    report = inbox.patrons("username,family_name\na,Zoë\nb,Zo".encode() + b"\xe9\nc,Zo\xc3\xab\n")
    assert (counts(report), codes(report, line=3)) == ({"added": 2, "invalid": 1}, ["BAD_BYTE"])


def test_broken_quotes_and_zero_bytes_are_rows_of_their_own(inbox):  # F14, F16
    report = inbox.patrons(b'username,family_name\na,"A\nb,B\nc,C\0\nd,D\n')
    assert (counts(report), codes(report)) == ({"added": 2, "invalid": 2}, ["BROKEN_QUOTE", "NUL_BYTE"])


def test_a_quoted_line_end_moves_the_lines_of_the_remarks(inbox):  # F13
    report = inbox.patrons('username,family_name,street\na,A,"12 High St\nFlat 2"\n,B,\n')
    assert [row.line for row in report.rows if row.outcome is RowOutcome.INVALID] == [4]
    assert inbox.patron(username="a").street == "12 High St\nFlat 2"


def test_misspelt_headings_are_offered_and_not_guessed(inbox):  # F18
    report = inbox.patrons([{"username": "a", "family_name": "A", "prefferedGivenName": "Al", "dateLastModified": "2026-01-01"}])
    said = {message.code: message for message in report.messages}
    assert said["COLUMN_NEARLY_KNOWN"].field == "preferred_name"
    assert "dateLastModified" in said["COLUMNS_LEFT_OUT"].text
    assert inbox.patron(username="a").preferred_name is None


@pytest.mark.parametrize("heads", ["username,family_name,family_name", "username,surname,last name", "username,username,surname"])
def test_doubled_headings_are_asked_for(inbox, heads):  # F19
    with pytest.raises(Unusable) as caught:
        inbox.patrons(f"{heads}\na,b,c\n")
    assert caught.value.code == "AMBIGUOUS_COLUMN"
    field, place = ("username", "2") if heads.startswith("username,username") else ("family_name", "3")
    assert counts(inbox.patrons(f"{heads}\na,b,c\n", mapping={field: place})) == {"added": 1}


def test_a_doubled_heading_of_little_weight_is_left_out_and_told(inbox):
    report = inbox.patrons("username,surname,mobile,cell phone\na,A,1,2\n")
    assert "AMBIGUOUS_COLUMN" in [message.code for message in report.messages]
    assert inbox.patron(username="a").phone is None


def test_columns_can_be_named_by_hand(inbox):
    text = "Nummer;Nachname;Vorname\n1;Müller;Jörg\n"
    with pytest.raises(Unusable) as caught:
        inbox.patrons(text)
    assert (caught.value.code, caught.value.exit_code) == ("NO_USABLE_COLUMN", 4)
    assert counts(inbox.patrons(text, mapping={"external_id": "nummer", "family_name": "Nachname", "given_name": "3"})) == {
        "added": 1
    }
    assert inbox.patron(external_id="1").given_name == "Jörg"
    assert counts(inbox.patrons("7,Able\n8,Baker\n", mapping={"external_id": "1", "family_name": "2"})) == {"added": 2}


@pytest.mark.parametrize(
    "options",
    [
        {"mapping": {"shoe_size": "username"}},
        {"mapping": {"username": "nix"}},
        {"defaults": {"shoe_size": "9"}},
        {"date_order": "ymmd"},
        {"encoding": "klingon"},
        {"delimiter": "ab"},
    ],
)
def test_wrong_options(inbox, options):
    with pytest.raises(WrongUsage) as caught:
        inbox.patrons([{"username": "a", "family_name": "A"}], **options)
    assert caught.value.exit_code == 2


def test_other_programs_headings(inbox):
    inbox.patrons("SIS ID,Last Name,First Name,Birthdate,Grade\n1,A,B,2001-02-03,9\n")
    inbox.patrons("sourcedId,familyName,givenName,grades\n2,C,D,10\n")
    inbox.patrons("borrowernumber,surname,firstname,cardnumber,dateexpiry,userid\n3,E,F,77,2030-01-01,ef\n")
    inbox.patrons("Student_Number\tLast_Name\tFirst_Name\tHome_Room\n88\tG\tH\t7B\n")
    found = inbox.all(
        sa.select(Patron.external_id, Patron.barcode, Patron.username, Patron.given_name).where(
            Patron.username.is_distinct_from("mokafor")
        )
    )
    assert found == [("1", None, None, "B"), ("2", None, None, "D"), ("3", "77", "ef", "F"), (None, "88", None, "H")]


def test_a_workbook(inbox, tmp_path):  # E06, E07, E11
    sheets = {"cover": [["not this one"]], "pupils": [["External ID", "Last name", "DOB"], ["007", "True", "2010-01-02"]]}
    path = workbook(tmp_path / "a.xlsx", sheets)
    report = inbox.bring(Kind.PATRONS, tmp_path / "a.xlsx")
    assert counts(report) == {"added": 1}
    look = importing.look(inbox.office, Kind.PATRONS, path)
    assert (look.format, look.sheet, look.sheets, look.rows) == ("xlsx", "pupils", ("cover", "pupils"), 1)
    odd = workbook(tmp_path / "b.xlsx", {"S": [["external_id", "family_name"], [4512, True]]}, {"A2": "000000"})
    report = inbox.patrons(tmp_path / "b.xlsx")
    assert (codes(report), inbox.patron(external_id="004512").family_name, odd) == (["CELL_NOT_TEXT"], "TRUE", odd)


def test_a_look_at_a_file(inbox):
    path = inbox.file("id;surname;dob;bus\n1;Ruiz;23/04/2010;7\n2;Stone;;8\n")
    look = importing.look(inbox.office, Kind.PATRONS, path)
    assert (look.encoding, look.delimiter, look.rows, look.date_order) == ("UTF-8", ";", 2, "dmy")
    assert look.mapping == {"external_id": "id", "family_name": "surname", "birth_date": "dob"}
    assert look.samples == (("1", "Ruiz", "23/04/2010", "7"), ("2", "Stone", "", "8"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 x", "WRONG_KIND"),
        (b"", "EMPTY_FILE"),
        ("colour,taste\nred,sweet\n", "NO_USABLE_COLUMN"),
        ("1,2\n3,4\n", "NO_USABLE_COLUMN"),
    ],
)
def test_files_that_cannot_be_used_change_nothing(inbox, content, code):
    before = picture(inbox.office.database)
    for kind in (Kind.PATRONS, Kind.LOANS, Kind.ITEMS, Kind.FINES):
        for step in (importing.preview, importing.run):
            with pytest.raises(Unusable) as caught:
                step(inbox.office, ImportRequest(kind, inbox.file(content)))
            assert (caught.value.code, caught.value.exit_code) == (code, 4)
            assert caught.value.next_step
    with pytest.raises(Unusable):
        importing.run(inbox.office, ImportRequest(Kind.PATRONS, str(inbox.file("x")) + "nix"))
    assert picture(inbox.office.database) == before


def test_headings_and_nothing_else_is_an_empty_answer(inbox):
    report = inbox.patrons("username,family_name\n")
    assert (report.read, counts(report)) == (0, {})


class Watch:
    """A ticket that a person stops after so many checks."""

    def __init__(self, checks: int) -> None:
        self.left = checks
        self.told: list[tuple[int, int, str]] = []

    def progress(self, done, total, words):
        self.told.append((done, total, words))

    def check(self):
        self.left -= 1
        if self.left < 0:
            raise Stopped("Stopped.", "Nothing was changed.")


@pytest.mark.parametrize("checks", [0, 1, 2, 3, 5, 9, 13])
def test_stopping_leaves_nothing(inbox, checks):  # F29
    rows = [{"username": f"u{n}", "family_name": f"F{n}", "patron_type": "new one"} for n in range(9000)]
    before = picture(inbox.office.database)
    watch = Watch(checks)
    with pytest.raises(Stopped):
        importing.run(inbox.office, inbox.request(Kind.PATRONS, rows), watch)
    assert picture(inbox.office.database) == before


def test_progress_is_told(inbox):
    watch = Watch(10**6)
    importing.run(
        inbox.office, inbox.request(Kind.PATRONS, [{"username": f"u{n}", "family_name": "F"} for n in range(9000)]), watch
    )
    reading = [(done, total) for done, total, words in watch.told if words == "Reading"]
    assert reading[-1] == (9000, 9000)
    assert all(done <= total for done, total in reading)


def test_without_the_right_nothing_is_looked_at(inbox):
    from dataclasses import replace

    actor = replace(inbox.office.actor, permissions=frozenset())
    office = replace(inbox.office, actor=actor)
    path = inbox.file([{"username": "a", "family_name": "A"}])
    for step in (importing.preview, importing.run):
        with pytest.raises(NotPermitted):
            step(office, ImportRequest(Kind.PATRONS, path))
    with pytest.raises(NotPermitted):
        importing.look(office, Kind.PATRONS, path)


def test_a_preview_changes_nothing(inbox):
    before = picture(inbox.office.database)
    audit = inbox.all(sa.text("SELECT * FROM audit_entries"))
    report = importing.preview(
        inbox.office, inbox.request(Kind.PATRONS, [{"username": "a", "family_name": "A", "note": "x", "block": "yes"}])
    )
    assert outcome(report) == "added"
    assert picture(inbox.office.database) == before
    assert inbox.all(sa.text("SELECT * FROM audit_entries")) == audit


def test_an_import_is_in_the_audit_log_without_names(inbox):
    report = inbox.patrons([{"username": "hidden", "family_name": "Hidden"}])
    operation, facts = inbox.all(sa.text("SELECT operation, facts FROM audit_entries ORDER BY number DESC LIMIT 1"))[0]
    assert operation == "import.patrons"
    assert f'"run": {report.run_id}' in facts
    assert "idden" not in facts
