"""Patrons from files: who is meant, what is kept, who waits. The numbers in names are those of the conflict cases."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from patrondesk.errors import Refused
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronNote
from patrondesk.records.importing import RowOutcome
from tests.builders import building
from tests.comparing import picture
from tests.services.inbox import codes, counts, ended, outcome

# The rules are told on a file; `test_importing_engines` walks through all kinds on both engines.
pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

ANA = {"external_id": "111", "username": "aruiz", "barcode": "9001", "family_name": "Ruiz", "given_name": "Ana"}
BO = {"external_id": "222", "username": "bstone", "barcode": "9002", "family_name": "Stone", "given_name": "Bo"}


def test_added_then_unchanged_then_updated(inbox):
    assert counts(inbox.patrons([ANA, BO])) == {"added": 2}
    before = picture(inbox.office.database)
    assert counts(inbox.patrons([ANA, BO])) == {"unchanged": 2}
    assert {table for table, rows in picture(inbox.office.database).items() if rows != before[table]} == {"import_runs"}
    assert counts(inbox.patrons([ANA, BO | {"given_name": "Bob", "homeroom": "7B"}])) == {"unchanged": 1, "updated": 1}
    bob = inbox.patron(username="bstone")
    assert (bob.given_name, bob.homeroom, bob.version) == ("Bob", "7B", 2)
    assert (bob.sort_key, bob.search_text) == ("stone\x01bob", "stone\x01bob\x01bstone\x019002\x01222\x017b")
    assert inbox.patron(username="aruiz").version == 1


def test_a_blank_cell_leaves_what_is_there(inbox):
    inbox.patrons([ANA | {"email": "ana@school.example"}])
    assert counts(inbox.patrons([ANA | {"email": "", "given_name": ""}])) == {"unchanged": 1}
    assert inbox.patron(username="aruiz").email == "ana@school.example"


def test_defaults_fill_blank_cells(inbox):
    inbox.patrons(
        [ANA | {"patron_type": ""}, BO | {"patron_type": "teacher"}], defaults={"patron_type": "student", "homeroom": "7A"}
    )
    query = sa.select(Patron.username, PatronType.name, Patron.homeroom).join(PatronType, PatronType.id == Patron.patron_type_id)
    assert set(inbox.all(query)) >= {("aruiz", "student", "7A"), ("bstone", "teacher", "7A")}


@pytest.mark.parametrize("key", ["external_id", "barcode", "username"])
def test_any_one_key_finds_the_patron(inbox, key):
    inbox.patrons([ANA])
    assert counts(inbox.patrons([{key: ANA[key], "family_name": "Ruiz-Lopez"}])) == {"updated": 1}
    assert inbox.patron(external_id="111").family_name == "Ruiz-Lopez"


def test_nobody_is_matched_by_name(inbox):
    inbox.patrons([ANA | {"birth_date": "2010-01-02"}])
    report = inbox.patrons(
        [{"external_id": "999", "barcode": "777", "family_name": "Ruiz", "given_name": "Ana", "birth_date": "2010-01-02"}]
    )
    assert outcome(report) == "added"
    assert codes(report) == ["POSSIBLE_DUPLICATE"]  # I04


def test_twins_are_two_patrons(inbox):  # I02
    fred = {
        "external_id": "296",
        "family_name": "Weasley",
        "given_name": "Fred",
        "birth_date": "1978-04-01",
        "street": "The Burrow",
    }
    inbox.patrons([fred])
    report = inbox.patrons([fred | {"external_id": "297", "given_name": "George"}])
    assert (outcome(report), codes(report)) == ("added", [])


@pytest.mark.parametrize("missing", [{"username": "x1"}, {"username": "x1", "given_name": "Wolfeschlegel"}])
def test_a_new_patron_needs_a_family_name(inbox, missing):  # I07
    report = inbox.patrons([{"username": "x1", "family_name": "", **missing}])
    assert (outcome(report), codes(report, line=2)) == ("invalid", ["FAMILY_NAME_MISSING"])


def test_a_row_without_any_key_is_invalid(inbox):
    report = inbox.patrons([{"username": "", "family_name": "Nobody"}])
    assert (outcome(report), codes(report, line=2)) == ("invalid", ["KEY_MISSING"])


def test_a_blank_barcode_is_no_barcode(inbox):  # B10
    report = inbox.patrons([ANA | {"barcode": ""}, BO | {"barcode": " "}])
    assert counts(report) == {"added": 2}
    assert inbox.scalar(sa.select(sa.func.count()).select_from(Patron).where(Patron.barcode == "")) == 0


def test_the_barcode_of_a_patron_without_an_id_waits(inbox):  # B01
    inbox.patrons([{"barcode": "12345", "family_name": "Able"}])
    before = picture(inbox.office.database)
    report = inbox.patrons([{"external_id": "12345", "barcode": "12345", "family_name": "Able"}])
    assert (outcome(report), codes(report, line=2)) == ("conflict", ["BARCODE_TAKEN"])
    assert "belongs to Able, who has no external id" in report.messages[-1].text
    assert picture(inbox.office.database)["patrons"] == before["patrons"]


@pytest.mark.parametrize("key", ["barcode", "username"])
def test_a_key_of_another_patron_waits(inbox, key):
    inbox.patrons([ANA, BO])
    report = inbox.patrons([ANA | {key: BO[key]}])
    assert (outcome(report), codes(report, line=2)) == ("conflict", [f"{key.upper()}_TAKEN"])
    assert outcome(inbox.patrons([{"external_id": "333", key: BO[key], "family_name": "New"}])) == "conflict"


def test_keys_that_point_to_two_people_wait(inbox):
    inbox.patrons([ANA, BO])
    assert outcome(inbox.patrons([{"username": "aruiz", "barcode": "9002", "family_name": "X"}])) == "conflict"


def test_two_rows_about_one_patron_wait(inbox):
    inbox.patrons([ANA])
    report = inbox.patrons(
        [{"external_id": "111", "family_name": "A", "username": ""}, {"external_id": "", "family_name": "B", "username": "aruiz"}]
    )
    assert counts(report) == {"conflict": 2}


def test_an_account_known_by_its_username_gets_its_external_id(inbox):
    inbox.patrons([{"username": "aruiz", "family_name": "Ruiz"}])
    assert outcome(inbox.patrons([ANA])) == "updated"
    assert inbox.patron(username="aruiz").external_id == "111"


def test_the_same_barcode_twice_in_one_file(inbox):  # B03
    report = inbox.patrons(
        [
            ANA,
            {"external_id": "1", "barcode": "500", "family_name": "A"},
            {"external_id": "2", "barcode": "500", "family_name": "B"},
        ]
    )
    assert counts(report) == {"added": 1, "conflict": 2}
    assert ended(report, RowOutcome.CONFLICT) == [3, 4]
    assert "line 4" in next(message.text for message in report.messages if message.line == 3)


def test_the_same_id_twice_with_other_data(inbox):  # B05
    report = inbox.patrons([ANA | {"year_level": "5"}, ANA | {"year_level": "6"}])
    assert (counts(report), codes(report)) == ({"conflict": 2}, ["DUPLICATE_IN_FILE"] * 2)


def test_the_same_line_twice_is_taken_once(inbox):
    report = inbox.patrons([ANA, ANA])
    assert counts(report) == {"added": 1, "unchanged": 1}
    assert codes(report, line=3) == ["SAME_LINE"]


@pytest.mark.parametrize("keys", [("external_id", "barcode"), ("username", "barcode"), ("external_id", "username")])
def test_two_rows_swap_a_key(inbox, keys):  # B06
    known, swapped = keys
    inbox.patrons([ANA, BO])
    rows = [
        {known: ANA[known], swapped: BO[swapped], "family_name": "Ruiz"},
        {known: BO[known], swapped: ANA[swapped], "family_name": "Stone"},
    ]
    assert counts(inbox.patrons(rows)) == {"updated": 2}
    assert getattr(inbox.patron(**{known: ANA[known]}), swapped) == BO[swapped]
    assert getattr(inbox.patron(**{known: BO[known]}), swapped) == ANA[swapped]


def test_three_rows_pass_barcodes_round_and_a_new_one_takes_the_last(inbox):
    people = [{"external_id": str(n), "barcode": f"B{n}", "family_name": f"P{n}"} for n in range(3)]
    inbox.patrons(people)
    moved = [row | {"barcode": f"B{n + 1}" if n < 2 else "B9"} for n, row in enumerate(people)]
    assert counts(inbox.patrons([{"external_id": "new", "barcode": "B0", "family_name": "New"}, *moved])) == {
        "added": 1,
        "updated": 3,
    }
    assert set(inbox.all(sa.select(Patron.external_id, Patron.barcode).where(Patron.barcode.is_not(None)))) == {
        ("new", "B0"),
        ("0", "B1"),
        ("1", "B2"),
        ("2", "B9"),
    }


def test_a_chain_that_hangs_on_a_row_in_conflict_waits_as_a_whole(inbox):
    inbox.patrons([ANA, BO, {"external_id": "333", "username": "cy", "barcode": "9003", "family_name": "Cy"}])
    report = inbox.patrons([ANA | {"barcode": "9002"}, BO | {"barcode": "9003"}])
    assert counts(report) == {"conflict": 2}


def test_an_old_card_is_kept_and_still_finds_its_patron(inbox):  # B11
    inbox.patrons([ANA])
    inbox.patrons([ANA | {"barcode": "9100"}])
    assert inbox.all(sa.select(FormerBarcode.barcode)) == [("9001",)]
    assert "9001" in inbox.patron(external_id="111").search_text
    report = inbox.patrons([{"barcode": "9001", "family_name": "Ruiz", "homeroom": "8A"}])
    assert (outcome(report), codes(report, line=2)) == ("updated", ["OLD_CARD"])
    assert (inbox.patron(external_id="111").barcode, inbox.patron(external_id="111").homeroom) == ("9100", "8A")


def test_an_old_card_with_other_keys_waits(inbox):
    inbox.patrons([ANA])
    inbox.patrons([ANA | {"barcode": "9100"}])
    report = inbox.patrons([{"external_id": "555", "barcode": "9001", "family_name": "Other"}])
    assert (outcome(report), codes(report, line=2)) == ("conflict", ["OLD_CARD_TAKEN"])


def test_a_card_that_comes_back_is_no_old_card_any_more(inbox):
    inbox.patrons([ANA])
    inbox.patrons([ANA | {"barcode": "9100"}])
    inbox.patrons([ANA])
    assert inbox.all(sa.select(FormerBarcode.barcode)) == [("9100",)]


def test_a_barcode_of_an_item_is_only_remarked(inbox):  # B08
    with building(inbox.office) as school:
        school.item()
    barcode = inbox.scalar(sa.text("SELECT barcode FROM items"))
    report = inbox.patrons([ANA | {"barcode": barcode}])
    assert (outcome(report), codes(report, line=2)) == ("added", ["BARCODE_OF_ITEM"])


@pytest.mark.parametrize(("here", "comes"), [("004512", "4512"), ("4512", "004512")])
def test_leading_zeros_are_no_match(inbox, here, comes):  # E01
    inbox.patrons([{"external_id": here, "family_name": "Able"}])
    report = inbox.patrons([{"external_id": comes, "family_name": "Able"}])
    assert (outcome(report), codes(report, line=2)) == ("conflict", ["LEADING_ZEROS"])
    assert f"differs only by leading zeros from {here}" in report.messages[-1].text


def test_names_are_updated_to_the_form_in_the_file(inbox):  # I05
    inbox.patrons([{"external_id": "5", "family_name": "O'Brian"}])
    assert outcome(inbox.patrons([{"external_id": "5", "family_name": "O’Brian"}])) == "updated"
    assert inbox.patron(external_id="5").family_name == "O’Brian"
    assert inbox.patron(external_id="5").sort_key == "obrian\x01"


def test_the_preferred_name_is_kept_beside_the_legal_one(inbox):  # I09
    inbox.patrons([ANA | {"preferredGivenName": "Alex"}])
    ana = inbox.patron(external_id="111")
    assert (ana.given_name, ana.preferred_name) == ("Ana", "Alex")


@pytest.mark.parametrize("username", ["mde simoni", "co'neill"])
def test_odd_usernames_are_taken(inbox, username):  # I12
    report = inbox.patrons([ANA | {"username": username}])
    assert (outcome(report), codes(report, line=2)) == ("added", ["SPACE_IN_USERNAME"] if " " in username else [])


def test_too_long_is_shortened_and_said_but_a_key_never(inbox):  # I14
    report = inbox.patrons([ANA | {"family_name": "x" * 500, "homeroom": "h" * 100}, BO | {"username": "u" * 121}])
    assert counts(report) == {"added": 1, "invalid": 1}
    assert sorted(codes(report)) == ["KEY_TOO_LONG", "TOO_LONG", "TOO_LONG"]
    assert inbox.patron(external_id="111").family_name == "x" * 400


def test_unknown_types_groups_and_levels_are_made_once_and_said(inbox):
    rows = [row | {"patron_type": "Pupil", "user_group": "Blue house", "year_level": "Upper six"} for row in (ANA, BO)]
    report = inbox.patrons(rows)
    assert [message.code for message in report.messages] == ["NAME_CREATED"] * 3
    for table, name in ((PatronType, "Pupil"), (UserGroup, "Blue house"), (YearLevel, "Upper six")):
        assert inbox.scalar(sa.select(sa.func.count()).select_from(table).where(table.name == name)) == 1
    assert [m for m in inbox.patrons([ANA | {"patron_type": "pupil", "user_group": "BLUE HOUSE"}]).messages] == []


def test_names_of_rows_that_are_left_out_are_not_made(inbox):
    inbox.patrons([{"username": "x", "family_name": "", "patron_type": "Ghost"}])
    assert inbox.scalar(sa.select(PatronType.id).where(PatronType.name == "Ghost")) is None


def test_grades_are_told_by_their_number(inbox):  # E02
    inbox.patrons(
        [
            {"username": f"u{n}", "family_name": "X", "year_level": said}
            for n, said in enumerate(("06", "6", "6.0", "Year 6", "grade 6"))
        ]
    )
    assert inbox.all(sa.select(YearLevel.name, YearLevel.position)) == [("Year 6", 6)]


def test_without_a_patron_type_a_neutral_one_is_taken_and_said(inbox):
    report = inbox.patrons([ANA])
    assert [(message.line, message.code) for message in report.messages] == [(0, "PATRON_TYPE_DEFAULTED")]


def test_new_patrons_are_active_and_others_keep_their_state(inbox):
    inbox.patrons([ANA | {"enabled": "FALSE"}, BO | {"enabled": ""}])
    ana, bo = inbox.patron(username="aruiz"), inbox.patron(username="bstone")
    assert (ana.enabled, ana.deactivated_through, bo.enabled) == (False, "file", True)
    assert ana.deactivated_at is not None
    assert counts(inbox.patrons([ANA | {"enabled": ""}, BO])) == {"unchanged": 2}
    assert counts(inbox.patrons([ANA | {"enabled": "yes"}, BO | {"enabled": "no"}])) == {"reactivated": 1, "updated": 1}
    ana, bo = inbox.patron(username="aruiz"), inbox.patron(username="bstone")
    assert (ana.enabled, ana.deactivated_at, ana.deactivated_reason, bo.enabled) == (True, None, None, False)
    assert bo.deactivated_reason == "In an imported file"


def test_a_prefixed_username_finds_its_patron_and_comes_back_with_them(inbox):
    with building(inbox.office) as school:
        school.patron(username="Inactive-aruiz", external_id=None, barcode=None, family_name="Ruiz", given_name="Ana")
    assert outcome(inbox.patrons([{"username": "aruiz", "family_name": "Ruiz"}])) == "unchanged"
    assert outcome(inbox.patrons([{"username": "aruiz", "family_name": "Ruiz", "enabled": "TRUE"}])) == "reactivated"
    assert inbox.patron(username="aruiz").enabled


def test_an_account_kept_by_hand_is_not_overwritten(inbox):
    report = inbox.patrons([{"username": "mokafor", "family_name": "Overwritten", "enabled": "FALSE"}])
    assert (outcome(report), codes(report, line=2)) == ("unchanged", ["INTERNAL_ACCOUNT"])
    assert (inbox.patron(username="mokafor").family_name, inbox.patron(username="mokafor").enabled) == ("Okafor", True)


def test_blocks_are_made_once(inbox):
    assert outcome(inbox.patrons([ANA | {"block": "TRUE"}])) == "added"
    assert outcome(inbox.patrons([ANA | {"block": "TRUE"}])) == "unchanged"
    assert outcome(inbox.patrons([BO | {"block": "false"}])) == "added"
    assert inbox.all(sa.select(Patron.username, Block.comment).join(Block, Block.patron_id == Patron.id)) == [
        ("aruiz", "Blocked in an imported file")
    ]


def test_notes_are_kept_once(inbox):
    inbox.patrons([ANA | {"note": "Reads on the bus"}, BO | {"note": ""}])
    assert outcome(inbox.patrons([ANA | {"note": "Reads on the bus"}])) == "unchanged"
    assert outcome(inbox.patrons([ANA | {"note": "Left-handed"}])) == "updated"
    assert sorted(inbox.all(sa.select(PatronNote.text))) == [("Left-handed",), ("Reads on the bus",)]


def test_guarantors_are_found_wherever_they_stand(inbox):
    report = inbox.patrons([ANA | {"guarantor": "bstone"}, BO | {"guarantor": "nix"}])
    assert (counts(report), codes(report)) == ({"added": 2}, ["UNKNOWN_GUARANTOR"])
    assert inbox.patron(username="aruiz").guarantor_id == inbox.patron(username="bstone").id
    assert counts(inbox.patrons([ANA | {"guarantor": "9002"}])) == {"unchanged": 1}
    assert counts(inbox.patrons([BO | {"guarantor": "9001"}])) == {"updated": 1}


def test_libraries_that_nobody_knows_are_told_once(inbox):  # F28
    report = inbox.patrons([ANA | {"library": "north"}, BO | {"library": "south"}])
    assert counts(report) == {"added": 2}
    assert [message.code for message in report.messages].count("UNKNOWN_LIBRARY") == 1
    assert not [m for m in inbox.patrons([ANA | {"library": "Riverbank Secondary"}]).messages]


def test_two_schools_in_one_file_are_one_account_here(inbox):  # I10
    report = inbox.patrons([ANA | {"library": "north"}, ANA | {"library": "south"}])
    assert counts(report) == {"added": 1, "unchanged": 1}


def test_dates_that_are_none(inbox):  # E09
    report = inbox.patrons(
        [ANA | {"birth_date": "1900-01-00", "expiry_date": "00/00/00"}, BO | {"birth_date": "nonsense", "expiry_date": "0"}]
    )
    assert counts(report) == {"added": 2}
    assert sorted(codes(report)) == ["BAD_DATE", "NO_DATE", "NO_DATE", "NO_DATE"]
    assert inbox.all(sa.select(Patron.birth_date).where(Patron.birth_date.is_not(None))) == []


def test_a_wrong_date_leaves_the_old_one(inbox):
    inbox.patrons([ANA | {"birth_date": "2010-02-03"}])
    report = inbox.patrons([ANA | {"birth_date": "2010-02-31"}])
    assert (outcome(report), codes(report)) == ("unchanged", ["BAD_DATE"])
    assert inbox.patron(username="aruiz").birth_date == dt.date(2010, 2, 3)


@pytest.mark.parametrize("word", ["NULL", "N/A", "none", "."])
def test_words_for_nothing_are_names(inbox, word):  # F24
    inbox.patrons([ANA | {"family_name": word}])
    assert inbox.patron(username="aruiz").family_name == word


def test_invisible_marks_are_taken_off_keys_and_said(inbox):  # F23
    inbox.patrons([ANA])
    report = inbox.patrons([ANA | {"external_id": "\u200b111", "family_name": "Ruiz\u200d"}])
    assert (outcome(report), codes(report)) == ("updated", ["INVISIBLE_MARKS"])
    assert inbox.patron(external_id="111").family_name == "Ruiz\u200d"


def test_a_number_that_a_spreadsheet_shortened_is_refused(inbox):
    report = inbox.patrons([ANA | {"barcode": "2.3529E+13"}, BO | {"barcode": "2.3529E+13"}])
    assert (counts(report), codes(report)) == ({"invalid": 2}, ["SHORTENED_NUMBER"] * 2)


def test_a_formula_is_text(inbox):  # E17
    inbox.patrons([ANA | {"family_name": '=HYPERLINK("http://x","y")'}])
    assert inbox.patron(username="aruiz").family_name == '=HYPERLINK("http://x","y")'


def test_an_import_gives_nobody_a_role(inbox):
    inbox.patrons([ANA | {"role": "administrator"}])
    assert inbox.scalar(sa.text("SELECT count(*) FROM staff_accounts")) == 1


def test_a_key_of_an_account_kept_by_hand_stays_with_it(inbox):
    with building(inbox.office) as school:
        school.patron(external_id="900", username="hand", barcode="H1", account_type="internal")
    report = inbox.patrons(
        [{"external_id": "900", "barcode": "H2", "family_name": "X"}, {"external_id": "901", "barcode": "H1", "family_name": "Y"}]
    )
    assert counts(report) == {"unchanged": 1, "conflict": 1}
    assert inbox.patron(username="hand").barcode == "H1"


def test_an_old_card_and_a_present_key_are_one_patron(inbox):
    inbox.patrons([ANA])
    inbox.patrons([ANA | {"barcode": "9100"}])
    report = inbox.patrons(
        [{"external_id": "111", "barcode": "", "family_name": "A"}, {"external_id": "", "barcode": "9001", "family_name": "B"}]
    )
    assert (counts(report), codes(report)) == ({"conflict": 2}, ["SAME_RECORD"] * 2)


@pytest.mark.parametrize("more", [{"expiry_date": "2020-01-01"}, {"block": "TRUE"}], ids=str)
def test_a_file_never_leaves_the_library_without_an_administrator(inbox, more):
    office = inbox.office
    mine = office.actor.username
    with office.database.write() as session:  # the school's system has taken the account over
        session.execute(sa.update(Patron).where(Patron.username == mine).values(account_type="external"))
    before = picture(office.database)
    with pytest.raises(Refused) as told:
        inbox.patrons([{"username": mine, "family_name": "Okafor"} | more])
    assert told.value.code == "LAST_ADMINISTRATOR"
    assert picture(office.database) == before
    assert inbox.patrons([{"username": mine, "family_name": "Okafor", "expiry_date": "2040-01-01"}]).counts
