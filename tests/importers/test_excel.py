"""Workbooks: ids as they were typed, dates as ISO, the right sheet, every row, and one sentence when nothing can be read."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from patrondesk.errors import Unusable, WrongUsage
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions
from tests.importers.files import flaws_of, rows_of, workbook, write


def judge(cells):
    return len({"id", "name"} & {str(cell).lower() for cell in cells})


def rewritten(path: str, part: str, old: str, new: str) -> str:
    """The workbook with something replaced inside one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = re.sub(old.encode(), new.encode(), parts[part])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_ids_come_as_they_were_typed(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"S": [["id", "name"], [23529000152273, "a"], [4512.0, "b"], ["004512", "c"], [12.5, "d"]]}
    )
    assert [row[0] for row in rows_of(path)] == ["23529000152273", "4512", "004512", "12.5"]


def test_zeros_of_the_number_format_are_put_back(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [4512, "a"], [4512, "b"]]}, {"A2": "000000"})
    assert [row[0] for row in rows_of(path)] == ["004512", "4512"]


def test_dates_and_truths(tmp_path):
    row = [dt.datetime(2026, 3, 1), dt.date(2010, 7, 9), dt.datetime(2026, 3, 1, 13, 5), True, False]
    path = workbook(tmp_path / "a.xlsx", {"S": [["a", "b", "c", "d", "e"], row]})
    assert rows_of(path) == [["2026-03-01", "2010-07-09", "2026-03-01 13:05:00", "TRUE", "FALSE"]]


def test_the_calendar_of_1904(tmp_path):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.append(["id", "when"])
    sheet.append([1, dt.date(2026, 3, 1)])
    book.save(tmp_path / "a.xlsx")
    assert rows_of(str(tmp_path / "a.xlsx")) == [["1", "2026-03-01"]]


def test_a_wrong_size_in_the_workbook_hides_no_rows(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], *([n, f"n{n}"] for n in range(50))]})
    rewritten(path, "xl/worksheets/sheet1.xml", r'<dimension ref="[^"]*"', '<dimension ref="A1"')
    assert len(rows_of(path)) == 50


def test_the_sheet_with_the_headings_is_taken(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"not this one": [["Read me", "please"]], "data": [["Year 2026"], [], ["id", "name"], [1, "a"]]}
    )
    with open_table(path, OpenOptions(judge=judge)) as table:
        assert (table.sheet, table.sheets, table.heading_line) == ("data", ("not this one", "data"), 3)
        assert [(line, cells) for line, cells, _flaws in table.rows()] == [(4, ["1", "a"])]
    with open_table(path, OpenOptions(sheet="not this one", judge=judge)) as table:
        assert table.sheet == "not this one"
    with pytest.raises(WrongUsage):
        open_table(path, OpenOptions(sheet="nix"))


def test_headings_that_are_numbers_or_missing(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["Country", 2013, None, "x"], ["Peru", 1, 2, 3]]})
    with open_table(path) as table:
        assert table.headings == ("Country", "2013", "(column 3)", "x")


def test_a_long_number_that_excel_rounded_is_told(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [1234567890123450, "a"], [123456789012345, "b"]]})
    assert flaws_of(path) == {2: ["EXCEL_ROUNDED"]}


def test_a_formula_without_a_result_is_text(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [1, '=HYPERLINK("http://x","y")']]})
    assert rows_of(path) == [["1", '=HYPERLINK("http://x","y")']]
    assert flaws_of(path) == {2: ["FORMULA"]}


def test_a_fault_in_a_cell_is_blank(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [1, "#N/A"]]})
    rewritten(path, "xl/worksheets/sheet1.xml", r'<c r="B2"[^>]*>.*?</c>', '<c r="B2" t="e"><v>#N/A</v></c>')
    assert rows_of(path) == [["1", ""]]
    assert flaws_of(path) == {2: ["CELL_FAULT"]}


def test_blank_rows_and_stray_cells(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [1, "a"], [], [None, None], [2, "b", None, "stray"]]})
    with open_table(path) as table:
        found = list(table.rows())
    assert [(line, cells) for line, cells, _flaws in found] == [(2, ["1", "a"]), (5, ["2", "b"])]
    assert [flaw.fatal for flaw in found[1][2]] == [False]


def test_a_workbook_is_known_by_its_content(tmp_path):
    path = workbook(tmp_path / "users.xlsx", {"S": [["id", "name"], [1, "a"]]})
    Path(path).rename(tmp_path / "users.csv")
    with open_table(str(tmp_path / "users.csv")) as table:
        assert (table.format, list(table.rows())) == ("xlsx", [(2, ["1", "a"], ())])
    with open_table(write(tmp_path / "plain.xls", "id,name\n1,a\n")) as table:
        assert table.format == "csv"


def test_a_workbook_with_broken_drawings_is_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [1, "a"]]})
    rewritten(path, "xl/worksheets/sheet1.xml", r"</worksheet>", '<drawing xmlns:r="x" r:id="rId99"/></worksheet>')
    assert rows_of(path) == [["1", "a"]]


@pytest.mark.parametrize("keep", [40, 400, 2000])
def test_a_cut_off_workbook_is_one_sentence(tmp_path, keep):
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], *([n, "a"] for n in range(99))]})
    cut = write(tmp_path / "b.xlsx", Path(path).read_bytes()[:keep])
    with pytest.raises(Unusable) as caught:
        open_table(cut)
    assert caught.value.exit_code == 4
    assert caught.value.next_step


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
def test_nonsense_inside_a_workbook_is_one_sentence(tmp_path, part):
    path = rewritten(workbook(tmp_path / "a.xlsx", {"S": [["id", "name"], [1, "a"]]}), part, r"(?s).*", "<nonsense")
    with pytest.raises(Unusable):
        rows_of(path)


def test_a_workbook_without_cells_is_told(tmp_path):
    with pytest.raises(Unusable) as caught:
        open_table(workbook(tmp_path / "a.xlsx", {"S": []}))
    assert caught.value.code == "EMPTY_FILE"
