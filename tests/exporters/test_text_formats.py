"""CSV and JSON: the same rows, nothing live, readable again."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrondesk.errors import Stopped, Unusable, WrongUsage
from patrondesk.exporters import csv_file, exporters, for_file, json_file
from patrondesk.records.tables import Amount, Column, Kind, Report, Row, Sheet

MADE = dt.datetime(2026, 6, 30, 9, 12, tzinfo=dt.UTC)
COLUMNS = (
    Column("name", "Name"),
    Column("barcode", "Barcode", Kind.IDENTIFIER),
    Column("loans", "Loans", Kind.INTEGER),
    Column("owes", "Owes", Kind.MONEY),
    Column("day", "Day", Kind.DATE),
    Column("at", "At", Kind.DATETIME),
    Column("any", "Any", Kind.MIXED),
)
ROW: Row = ("川﨑 宗則 Kawasaki", "00123", 3, -650, dt.date(2026, 3, 4), MADE, Amount(1250))


def report(rows: list[Row], *more: Sheet, rehearsal: dt.date | None = None) -> Report:
    return Report("Purged", "Hillside", MADE, (Sheet("Patrons", COLUMNS, rows, ("a note",)), *more), rehearsal=rehearsal)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_csv_is_what_a_spreadsheet_program_expects(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    written = csv_file.write(report([ROW, (None,) * 7], Sheet("Refused", COLUMNS, []), Sheet("Summary", COLUMNS, [])), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfName,Barcode,")
    here = MADE.astimezone().strftime("%Y-%m-%d %H:%M")
    assert rows_of(path)[1:] == [["川﨑 宗則 Kawasaki", "00123", "3", "-6.50", "2026-03-04", here, "12.50"], [""] * 7]
    assert written.rows == 2
    assert written.remarks == ("This kind of file holds one table, “Patrons”; a spreadsheet also holds “Refused” and “Summary”.",)


def test_csv_says_when_it_is_a_rehearsal(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    csv_file.write(report([ROW], rehearsal=dt.date(2026, 12, 4)), path)
    assert rows_of(path)[-1] == ["Rehearsal: business dates are counted from 4 December 2026."]


@pytest.mark.parametrize("text", ["=1+1", "+61", "-5", "@x", "\t=1", "\r=1", "\n=1", " =1", "'=1", "''=1"])
def test_csv_takes_no_text_for_a_formula(text: str) -> None:
    assert csv_file.guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Lupita Nyong'o", "'Abd al-Raḥmān", "a=b", "'", "川﨑"])
def test_csv_leaves_names_alone(text: str) -> None:
    assert csv_file.guarded(text) == text


def unguarded(text: str) -> str:
    return text[1:] if re.match(r"'+ *[=+\-@\t\r\n]", text) else text


def test_csv_writes_a_lone_half_of_a_character_as_its_escape(tmp_path: Path) -> None:
    path = tmp_path / "half.csv"
    csv_file.write(Report("T", "L", MADE, (Sheet("S", (Column("t", "T"),), [("a\ud83d",)]),)), path)
    assert rows_of(path)[1] == [r"a\ud83d"]


@settings(deadline=None)
@given(texts=st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from("'=+-@\t\r\n \"")), min_size=1))
def test_csv_gives_the_same_text_without_its_guard(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    csv_file.write(
        Report("T", "L", MADE, (Sheet("S", (Column("n", "N"), Column("t", "T")), [("x", text) for text in texts]),)), path
    )
    found = [row[1] for row in rows_of(path)[1:]]
    assert [unguarded(text) for text in found] == texts
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for text in found)


def test_json_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    assert (
        json_file.write(report([ROW, (None,) * 7], Sheet("Empty", COLUMNS[:1], []), rehearsal=dt.date(2026, 12, 4)), path).rows
        == 2
    )
    content = json.loads(path.read_text("utf-8"))
    assert (content["title"], content["library"], content["currency"], content["rehearsal"]) == (
        "Purged",
        "Hillside",
        "USD",
        "2026-12-04",
    )
    assert dt.datetime.fromisoformat(content["made_at"]) == MADE
    patrons, empty = content["sheets"]
    assert patrons["columns"][1] == {"key": "barcode", "heading": "Barcode", "kind": "identifier"}
    first, blank = patrons["rows"]
    assert dt.datetime.fromisoformat(first.pop("at")) == MADE
    assert first == {"name": ROW[0], "barcode": "00123", "loans": 3, "owes": "-6.50", "day": "2026-03-04", "any": "12.50"}
    assert set(blank.values()) == {None}
    assert patrons["notes"] == ["a note", "Rehearsal: business dates are counted from 4 December 2026."]
    assert empty["rows"] == []


@settings(deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=()))))
def test_json_gives_the_same_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("json") / "any.json"
    json_file.write(Report("T", "L", MADE, (Sheet("S", (Column("t", "T"),), [(text,) for text in texts]),)), path)
    found = [row["t"] for row in json.loads(path.read_text("utf-8"))["sheets"][0]["rows"]]
    # Two lone halves side by side are one character to any reader of JSON.
    assert found == [text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") for text in texts]


@pytest.mark.parametrize("code", exporters().keys())
def test_every_format_is_whole_or_not_there(tmp_path: Path, code: str) -> None:
    def breaking():
        yield ROW
        raise Stopped("Stopped.", "Run it again.")

    path = tmp_path / f"out.{code}"
    path.write_bytes(b"old")
    with pytest.raises(Stopped):
        for_file(path).write(Report("T", "L", MADE, (Sheet("S", COLUMNS, breaking()),)), path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [(path.name, b"old")]
    with pytest.raises(Unusable):
        for_file(path).write(report([ROW]), tmp_path / "absent" / path.name)


def test_the_extension_names_the_format() -> None:
    assert exporters().keys() == ["xlsx", "csv", "json", "html"]
    assert for_file(Path("Leavers.XLSX")).code == "xlsx"
    with pytest.raises(WrongUsage, match="“leavers”"):
        for_file(Path("leavers"))
