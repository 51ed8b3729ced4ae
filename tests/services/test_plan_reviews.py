"""A plan as a file to be reviewed, and read back: every row accounted for, nothing half done, no other plan taken for it."""

from __future__ import annotations

import csv
from dataclasses import replace

import openpyxl
import pytest
import sqlalchemy as sa

from patrondesk.errors import Refused, Unusable
from patrondesk.exporters import for_file
from patrondesk.models.audit import AuditEntry
from patrondesk.models.patron import Patron
from patrondesk.records.plans import RowOutcome
from patrondesk.reports import plan_review
from patrondesk.services.purging import plans, review_files, reviewing
from patrondesk.services.purging.plan import make_plan
from tests.builders import building

NASTY = (
    "=1+1", "@SUM(A1)", "-2+3", "+41", "'quoted", "''=twice", "\ttab", "Ünal-Çelik", "العربية", "田中さん", "👩‍🎓 Wee",
    "a\u200bb", "<script>alert(1)</script>", '"; DROP TABLE patrons; --', "_x0041_", "O’Brien", "1,234", "TRUE", "None",
    "\x07bell", "line\nbreak", "  spaces  ", "﷽", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A",
)  # fmt: skip
FORMATS = ("xlsx", "csv")


def export(office, plan_id, path):
    shown = reviewing.read_plan(office, plan_id)
    report = plan_review.build(shown, office.clock.now(), alone=path.suffix == ".csv")
    for_file(path).write(report, path)
    return path


def read_cells(path):
    """(headings, rows) of the table, as a spreadsheet program shows them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        return rows[0], rows[1:]
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Patrons"].iter_rows()]
    return cells[0], cells[1:]


def edit(path, change):
    """Opens the file as a person does, lets `change(headings, rows)` change the rows, and saves it."""
    headings, rows = read_cells(path)
    rows = change(headings, rows) or rows
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([headings, *rows])
        return
    book = openpyxl.load_workbook(path)
    sheet = book["Patrons"]
    sheet.delete_rows(2, sheet.max_row)
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)


def put(headings, row, heading, value):
    row[headings.index(heading)] = value


def outcomes(review):
    return {outcome: review.number(outcome) for outcome in RowOutcome if review.number(outcome)}


@pytest.fixture(params=FORMATS)
def suffix(request):
    return request.param


@pytest.fixture
def six(office):
    with building(office) as school:
        made = [school.patron() for _ in range(6)]
        school.loan(made[5], "open")
    plan_id = plans.save_plan(office, make_plan(office, made, source="list"))
    plans.strike(office, plan_id, made[:2], "first note")
    return plan_id, made


def struck(office, plan_id):
    return {one.id: one.note for one in reviewing.read_plan(office, plan_id).patrons if one.struck}


def test_marks_and_notes_come_back(office, six, suffix, tmp_path):
    plan_id, made = six
    path = export(office, plan_id, tmp_path / f"plan.{suffix}")

    def change(headings, rows):
        assert [str(row[0]) for row in rows] == [str(key) for key in made]
        assert [row[headings.index("Take out")] or "" for row in rows] == ["x", "x", "", "", "", ""]
        assert "1 item on loan" in rows[5][headings.index("In the way")]
        put(headings, rows[0], "Take out", "")
        put(headings, rows[1], "Note", "another note")
        put(headings, rows[2], "Take out", " X ")
        put(headings, rows[2], "Note", "comes back")
        put(headings, rows[3], "Note", "not kept")
        return [*rows[3::-1], rows[5]]

    edit(path, change)
    file = review_files.read_review_file(path)
    before = struck(office, plan_id)
    foreseen = review_files.foresee_review(office, plan_id, file)
    assert struck(office, plan_id) == before, "a preview changes nothing"
    assert outcomes(foreseen) == {
        RowOutcome.TAKEN_OUT: 1, RowOutcome.NOTED: 1, RowOutcome.PUT_BACK: 1, RowOutcome.STAYS: 2,
    }  # fmt: skip
    assert (foreseen.changes, foreseen.missing) == (3, 1)
    assert review_files.apply_review(office, plan_id, file) == foreseen
    assert struck(office, plan_id) == {made[1]: "another note", made[2]: "comes back"}
    again = review_files.foresee_review(office, plan_id, file)
    assert again.changes == 0
    assert outcomes(again) == {RowOutcome.OUT_ALREADY: 2, RowOutcome.STAYS: 3}
    with office.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.operation == "plan.review")).one()
        assert "comes back" not in str(entry.facts)


def test_an_untouched_file_changes_nothing_whatever_the_names(office, suffix, tmp_path):
    with building(office) as school:
        made = [school.patron(family_name=name, given_name=None) for name in NASTY]
        made += [school.patron(family_name="Plain", given_name=name) for name in NASTY]
    plan_id = plans.save_plan(office, make_plan(office, made, source="list"))
    for key, name in zip(made, NASTY, strict=False):
        plans.strike(office, plan_id, [key], name)
    path = export(office, plan_id, tmp_path / f"plan.{suffix}")
    for touched in (False, True):
        if touched:
            edit(path, lambda headings, rows: None)
        review = review_files.foresee_review(office, plan_id, review_files.read_review_file(path))
        assert [row.text for row in review.left_out] == []
        assert outcomes(review) == {RowOutcome.OUT_ALREADY: len(NASTY), RowOutcome.STAYS: len(NASTY)}
        assert review.missing == 0


def test_no_cell_is_a_formula(office, tmp_path):
    with building(office) as school:
        made = [school.patron(family_name=name, given_name=None) for name in NASTY]
    plan_id = plans.save_plan(office, make_plan(office, made, source="list"))
    plans.strike(office, plan_id, made[:1], "=HYPERLINK(1)")
    book = openpyxl.load_workbook(export(office, plan_id, tmp_path / "plan.xlsx"))
    assert book.sheetnames == ["What to do", "Patrons"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    told = {row[0].value: row[1].value for row in book["What to do"].iter_rows()}
    assert told["Library"] == "Riverbank Secondary"
    assert str(told["Plan"]).startswith(f"{plan_id}, made ")


def test_a_sorted_column_is_a_conflict_and_the_others_are_followed(office, six, tmp_path):
    plan_id, made = six
    path = export(office, plan_id, tmp_path / "plan.xlsx")

    def change(headings, rows):
        name = headings.index("Name")
        rows[3][name], rows[4][name] = rows[4][name], rows[3][name]
        for row in rows:
            put(headings, row, "Take out", "yes")

    edit(path, change)
    review = review_files.apply_review(office, plan_id, review_files.read_review_file(path))
    assert outcomes(review) == {RowOutcome.TAKEN_OUT: 2, RowOutcome.OUT_ALREADY: 2, RowOutcome.CONFLICT: 2}
    assert {row.patron for row in review.left_out} == {made[3], made[4]}
    assert all("the row says" in row.text for row in review.left_out)
    assert set(struck(office, plan_id)) == {made[0], made[1], made[2], made[5]}


def test_marks_that_are_neither_doubles_and_strange_rows(office, six, tmp_path):
    plan_id, made = six
    path = export(office, plan_id, tmp_path / "plan.csv")

    def change(headings, rows):
        put(headings, rows[2], "Take out", "maybe")
        contrary = list(rows[3])
        put(headings, contrary, "Take out", "x")
        twice = list(rows[4])
        stranger, nameless = list(rows[5]), list(rows[5])
        put(headings, stranger, "Line", "999999")
        put(headings, nameless, "Line", "")
        elsewhere = list(rows[5])
        put(headings, elsewhere, "Plan", "77, made once")
        return [*rows[:5], contrary, twice, stranger, nameless, elsewhere]

    edit(path, change)
    review = review_files.apply_review(office, plan_id, review_files.read_review_file(path))
    assert [row.outcome.value for row in review.rows] == [
        "out_already", "out_already", "conflict", "conflict", "stays", "conflict", "stays", "not_of_plan", "not_of_plan",
        "not_of_plan",
    ]  # fmt: skip
    assert review.missing == 0
    assert set(struck(office, plan_id)) == set(made[:2])


def test_somebody_gone_or_renamed_since_the_export(office, six, tmp_path):
    plan_id, made = six
    path = export(office, plan_id, tmp_path / "plan.xlsx")
    with office.database.write() as session:
        session.get_one(Patron, made[2]).family_name = "Newname"
        session.delete(session.get_one(Patron, made[3]))
    edit(path, lambda headings, rows: [put(headings, row, "Take out", "x") for row in rows] and None)
    review = review_files.apply_review(office, plan_id, review_files.read_review_file(path))
    assert [row.patron for row in review.left_out] == [made[2]]
    assert set(struck(office, plan_id)) == {made[0], made[1], made[3], made[4], made[5]}
    shown = export(office, plan_id, tmp_path / "again.xlsx")
    assert "No longer a patron here" in [row[5] for row in read_cells(shown)[1]]


def refusal(office, plan_id, path):
    file = review_files.read_review_file(path)
    told = []
    for way in (review_files.foresee_review, review_files.apply_review):
        with pytest.raises(Refused) as said:
            way(office, plan_id, file)
        told.append((said.value.code, said.value.text))
    assert told[0] == told[1]
    return told[0]


def test_a_file_of_another_plan_is_refused(office, six, suffix, tmp_path):
    plan_id, made = six
    other = plans.save_plan(office, make_plan(office, made, source="list"))
    path = export(office, other, tmp_path / f"other.{suffix}")
    edit(path, lambda headings, rows: [put(headings, row, "Take out", "x") for row in rows] and None)
    before = struck(office, plan_id)
    code, text = refusal(office, plan_id, path)
    assert (code, text) == (
        "OTHER_PLAN", f"“other.{suffix}” is a review of plan {other}, not of plan {plan_id}. Nothing was changed.",
    )  # fmt: skip
    assert struck(office, plan_id) == before
    assert review_files.apply_review(office, other, review_files.read_review_file(path)).changes == 6


def test_a_file_of_the_same_number_from_elsewhere_is_refused(office, six, tmp_path):
    plan_id, _ = six
    shown = reviewing.read_plan(office, plan_id)
    earlier = replace(shown, line=replace(shown.line, made_at=shown.line.made_at.replace(year=2020)))
    path = tmp_path / "plan.xlsx"
    for_file(path).write(plan_review.build(earlier, office.clock.now()), path)
    assert refusal(office, plan_id, path)[0] == "OTHER_PLAN"
    path = tmp_path / "library.xlsx"
    for_file(path).write(plan_review.build(replace(shown, library="Hillside"), office.clock.now()), path)
    assert refusal(office, plan_id, path)[0] == "OTHER_LIBRARY"


def test_a_plan_that_was_run_or_discarded_takes_no_review(office, six, tmp_path):
    plan_id, _ = six
    path = export(office, plan_id, tmp_path / "plan.xlsx")
    plans.discard(office, plan_id)
    assert refusal(office, plan_id, path)[0] == "PLAN_CLOSED"


def test_a_file_that_is_no_review_is_said(office, six, tmp_path):
    path = tmp_path / "leavers.csv"
    path.write_text("username,enabled\nuser1,FALSE\n", encoding="utf-8")
    with pytest.raises(Unusable, match="is no review of a plan: it has no column “Line”, “Name”"):
        review_files.read_review_file(path)


def test_an_empty_table_changes_nothing_and_counts_everybody(office, six, tmp_path):
    plan_id, _ = six
    path = export(office, plan_id, tmp_path / "plan.csv")
    edit(path, lambda headings, rows: rows[:1])
    review = review_files.apply_review(office, plan_id, review_files.read_review_file(path))
    assert (review.changes, review.missing, len(review.rows)) == (0, 5, 1)
