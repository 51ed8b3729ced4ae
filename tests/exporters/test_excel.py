"""Spreadsheets: typed cells, never a formula, everything readable again, a file whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import string
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties

from patrondesk.errors import Stopped, Unusable
from patrondesk.exporters.excel import write
from patrondesk.exporters.excel.shell import sheet_title
from patrondesk.records.tables import Amount, Column, Kind, Report, Row, Sheet, Value

MADE = dt.datetime(2026, 6, 30, 9, 12, tzinfo=dt.UTC)
DATA = Path(os.environ.get("PATRONDESK_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
KINDS = tuple(Column(kind.value, kind.value.title(), kind) for kind in Kind)


def report(*sheets: Sheet, currency: str = "USD", rehearsal: dt.date | None = None) -> Report:
    return Report("Purged patrons, batch 7", "Hillside & Sons 1st", MADE, sheets, currency, rehearsal)


def texts(values: list[str]) -> Report:
    return report(Sheet("Texts", (Column("n", "N", Kind.INTEGER), Column("text", "Text")), enumerate(values)))


def read(path: Path) -> Workbook:
    """The workbook, after a look at its bytes: a sound zip with no formula and no link in it."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert not re.search(rb"<f[ >/]|<hyperlink", archive.read(name)), name
            assert "externalLink" not in name
    return load_workbook(path)


def read_texts(path: Path) -> list[str]:
    values = [value for (value,) in read(path)["Texts"].iter_rows(min_row=2, min_col=2, values_only=True)]
    assert all(value is None or isinstance(value, str) for value in values)
    return [unescape(str(value or "")) for value in values]


def shown(text: str) -> str:
    """What the documentation of the cells promises, told a second time."""
    signs = []
    for sign in text:
        code = ord(sign)
        if code < 32 and sign not in "\t\n\r":
            signs.append(unicodedata.lookup("SYMBOL FOR NULL") if code == 0 else chr(code + 0x2400))
        elif 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
            signs.append("[U+" + hex(code)[2:].upper().zfill(4) + "]")
        else:
            signs.append(sign)
    return "".join(signs)


def test_each_kind_comes_back_with_its_type(tmp_path: Path) -> None:
    path = tmp_path / "kinds.xlsx"
    moment = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
    row: Row = ("川﨑 宗則 Kawasaki", "00012345678901", 1204, 123456, dt.date(2026, 3, 4), moment, Amount(-650))
    written = write(report(Sheet("All", KINDS, [row, (None,) * 7, ("", 7, None, 5, None, None, "none")])), path)
    assert written.rows == 3
    assert written.remarks == ()
    sheet = read(path)["All"]
    found = sheet[2]
    here = moment.astimezone().replace(tzinfo=None)
    assert [cell.value for cell in found] == [row[0], row[1], 1204, 1234.56, dt.datetime(2026, 3, 4), here, -6.5]
    assert [cell.data_type for cell in found] == ["s", "s", "n", "n", "d", "d", "n"]
    assert [cell.number_format for cell in found] == [
        "General",
        "@",
        "#,##0",
        "#,##0.00",
        "d mmm yyyy",
        "d mmm yyyy hh:mm",
        "#,##0.00",
    ]
    assert [cell.value for cell in sheet[3]] == [None] * 7
    assert [cell.value for cell in sheet[4]] == [None, "7", None, 0.05, None, None, "none"]
    assert [cell.alignment.horizontal for cell in found[:4]] == ["left", "left", "right", "right"]


@pytest.mark.parametrize(
    ("currency", "value", "shape"), [("JPY", 1250, "#,##0"), ("KWD", 1.25, "#,##0.000"), ("AUD", 12.5, "#,##0.00")]
)
def test_money_has_the_digits_of_its_currency(tmp_path: Path, currency: str, value: float, shape: str) -> None:
    path = tmp_path / "money.xlsx"
    write(report(Sheet("M", (Column("m", "M", Kind.MONEY),), [[1250]]), currency=currency), path)
    cell = read(path)["M"]["A2"]
    assert (cell.value, cell.number_format) == (value, shape)


def test_what_a_number_cell_would_spoil_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "edges.xlsx"
    old = dt.datetime(1899, 5, 6, 12, 30)
    rows: list[Row] = [
        (10**15,),
        (10**15 - 1,),
        (dt.date(1900, 2, 28),),
        (dt.date(1900, 3, 1),),
        (dt.date(9999, 12, 31),),
        (old,),
    ]
    write(report(Sheet("E", (Column("e", "E", Kind.MIXED),), rows)), path)
    values = [value for (value,) in read(path)["E"].iter_rows(min_row=2, values_only=True)]
    assert values == [
        "1000000000000000",
        999999999999999,
        "1900-02-28",
        dt.datetime(1900, 3, 1),
        dt.datetime(9999, 12, 31),
        "1899-05-06 12:30",
    ]


def test_sheets_are_ready_to_filter_and_to_print(tmp_path: Path) -> None:
    path = tmp_path / "print.xlsx"
    columns = (Column("a", "Name", width=30), Column("b", "Barcode", Kind.IDENTIFIER), Column("c", "=Sum", wrap=True))
    rows = [("a", "1", "x\ny"), ("b", "2", "z")]
    write(
        report(Sheet("Purged", columns, rows), Sheet("Sum", columns[:1], [], filtered=False), rehearsal=dt.date(2026, 12, 4)),
        path,
    )
    book = read(path)
    assert book.properties.title == "Purged patrons, batch 7"
    assert book.sheetnames == ["Purged", "Sum"]
    sheet, plain = book["Purged"], book["Sum"]
    assert sheet.freeze_panes == "A2"
    assert (sheet.auto_filter.ref, plain.auto_filter.ref) == ("A1:C3", None)
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [32, 18, 20]
    assert [cell.value for cell in sheet[1]] == ["Name", "Barcode", "=Sum"]
    assert all(cell.font.b and cell.fill.fill_type == "solid" for cell in sheet[1])
    assert sheet["C2"].alignment.wrap_text
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr == PageSetupProperties(fitToPage=True)
    header, footer = sheet.oddHeader, sheet.oddFooter
    assert header
    assert footer
    assert [part.text for part in (header.left, header.center, header.right)] == [
        "Purged patrons, batch 7",
        "Rehearsal",
        "Hillside && Sons 1st",
    ]
    assert footer.center.text == "Page &P of &N"
    note = "Rehearsal: business dates are counted from 4 December 2026."
    assert [sheet["A4"].value, sheet["A5"].value] == [None, note]
    assert plain["A3"].value == note
    with zipfile.ZipFile(path) as archive:
        assert b'<ignoredError sqref="A1:C3" numberStoredAsText="1"/>' in archive.read("xl/worksheets/sheet1.xml")
        assert b"'Purged'!$A$1:$C$3" in archive.read("xl/workbook.xml")


@pytest.mark.parametrize(
    "text", ["=1+1", "+61 2 5550", "-5", "@SUM(A1)", "\t=1", "\r=1", "'=1", "=", '=HYPERLINK("http://x.y")', "#N/A"]
)
def test_a_formula_stays_text_also_when_edited(tmp_path: Path, text: str) -> None:
    path = tmp_path / "formula.xlsx"
    columns = (Column("text", text), Column("id", "Id", Kind.IDENTIFIER))
    write(report(Sheet(text, columns, [(text, text)], notes=(text,))), path)
    sheet = read(path).worksheets[0]
    for place in ("A1", "A2", "B2", "A4"):
        assert sheet[place].value == text
        assert sheet[place].data_type == "s"
        assert bool(sheet[place].quotePrefix) is not text.startswith("#")


def test_names_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "names.xlsx"
    names = [
        "川﨑 宗則 Kawasaki",
        "Isaach De Bankolé",
        "Lupita Nyong'o",
        "'Abd al-Raḥmān",
        " led and trailed ",
        "A & B <c>",
        "👩‍🏫",
    ]
    write(texts(names), path)
    assert read_texts(path) == names
    with zipfile.ZipFile(path) as archive:
        assert b'<t xml:space="preserve"> led and trailed </t>' in archive.read("xl/worksheets/sheet1.xml")


def naughty() -> list[str]:
    file = DATA / "blns" / "blns.json"
    if not file.is_file():
        pytest.skip("the big list of naughty strings is not here")
    lines: list[str] = json.loads(file.read_text("utf-8"))
    return lines + file.with_suffix(".txt").read_text("utf-8").split("\n")


def test_every_naughty_string_comes_back(tmp_path: Path) -> None:
    path, lines = tmp_path / "naughty.xlsx", naughty()
    assert len(lines) > 1000
    write(texts(lines), path)
    assert read_texts(path) == [shown(line) for line in lines]


def test_control_characters_become_their_pictures(tmp_path: Path) -> None:
    path = tmp_path / "controls.xlsx"
    lines = ["bell\x07", "\x00\x0b\x0c\x1f", "lone \ud83d half", "\ufffe\uffff", "tab\tline\nreturn\r\nend", "\x7f\x85"]
    written = write(texts(lines), path)
    assert read_texts(path) == [
        "bell␇",
        "␀␋␌␟",
        "lone [U+D83D] half",
        "[U+FFFE][U+FFFF]",
        "tab\tline\nreturn\r\nend",
        "\x7f\x85",
    ]
    assert written.remarks == ("Signs stand for characters that a spreadsheet cannot hold, in 4 cells.",)


def test_a_coded_letter_in_the_data_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "coded.xlsx"
    write(texts(["_x0041_", "_x005F_x0041_", "_xyz_"]), path)
    assert read_texts(path) == ["_x0041_", "_x005F_x0041_", "_xyz_"]
    with zipfile.ZipFile(path) as archive:
        assert b"<t>_x005F_x0041_</t>" in archive.read("xl/worksheets/sheet1.xml")


def test_very_long_text_is_cut_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    values = ["x" * 32_767, "x" * 32_768, "😀" * 16_384, "a" + "😀" * 20_000]
    written = write(texts(values), path)
    whole, *cut = read_texts(path)
    assert whole == values[0]
    for text, before in zip(cut, values[1:], strict=True):
        assert len(text.encode("utf-16-le")) // 2 <= 32_767
        kept, note = text.split(" … ")
        assert before.startswith(kept)
        assert note == f"(cut here; {len(before):,} characters in all)"
    assert written.remarks == ("Text too long for a spreadsheet is cut, with a note at its end, in 3 cells.",)


SIGNS = "=+-@'\t\r\n\x00\x0b _x0041" + string.punctuation
ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from(SIGNS), max_size=30)


@settings(deadline=None, max_examples=60)
@given(values=st.lists(ANY_TEXT | st.sampled_from(["_x0041_", "\ud83d\ude00", "#REF!"]), max_size=20))
def test_export_then_read_gives_the_same_text(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    write(texts(values), path)
    assert read_texts(path) == [shown(value) for value in values]


VALUES = (
    st.none()
    | st.integers(-(10**14), 10**14)
    | st.dates(dt.date(1900, 3, 1))
    | st.datetimes(dt.datetime(1900, 3, 1)).map(lambda moment: moment.replace(microsecond=0))
)


@settings(deadline=None, max_examples=60)
@given(values=st.lists(VALUES, min_size=1, max_size=20))
def test_export_then_read_gives_the_same_numbers_and_dates(tmp_path_factory: pytest.TempPathFactory, values: list[Value]) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    write(report(Sheet("V", (Column("n", "N", Kind.INTEGER), Column("v", "V", Kind.MIXED)), enumerate(values))), path)
    found = [value for (value,) in read(path)["V"].iter_rows(min_row=2, min_col=2, values_only=True)]
    expected = [dt.datetime(v.year, v.month, v.day) if type(v) is dt.date else v for v in values]
    assert found == expected


@settings(deadline=None, max_examples=40)
@given(titles=st.lists(ANY_TEXT | st.sampled_from(["History", "a" * 40, "A" * 31, "😀" * 20, "it's"]), min_size=1, max_size=6))
def test_any_titles_make_a_workbook(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    path = tmp_path_factory.mktemp("titles") / "titles.xlsx"
    sheets = tuple(Sheet(title, (Column("a", title),), [[title]]) for title in titles)
    write(Report(titles[0], titles[-1], MADE, sheets), path)
    names = read(path).sheetnames
    assert len({name.lower() for name in names}) == len(titles)
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 and not set("[]:*?/\\") & set(name) for name in names)


def test_titles_are_told_apart() -> None:
    assert sheet_title("Loans: 9/B?", []) == "Loans  9 B"
    assert sheet_title("REFUSED", ["Refused"]) == "REFUSED (2)"
    assert sheet_title("a" * 40, ["a" * 31]) == "a" * 27 + " (2)"
    assert sheet_title("History", []) == "History 1"
    assert sheet_title("''", []) == "Sheet"


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    sheets = (
        Sheet("Many", (Column("n", "N", Kind.INTEGER),), ((n,) for n in range(20)), notes=("a note",)),
        Sheet("Last", KINDS, []),
    )
    assert write(report(*sheets), path, most_rows=10).rows == 20
    book = read(path)
    assert book.sheetnames == ["Many", "Many (2)", "Many (3)", "Last"]
    assert [book[name].max_row for name in book.sheetnames] == [10, 10, 9, 1]
    numbers = [cell.value for name in book.sheetnames[:3] for cell in book[name]["A"][1:] if isinstance(cell.value, int)]
    assert numbers == list(range(20))
    assert book["Many (3)"].auto_filter.ref == "A1:A7"


def test_rows_are_taken_while_they_are_written(tmp_path: Path) -> None:
    path, alive = tmp_path / "stream.xlsx", []

    def rows() -> Iterator[Row]:
        for n in range(5_000):
            alive.append([p.stat().st_size for p in tmp_path.iterdir()])
            yield (n, os.urandom(40).hex())

    write(report(Sheet("S", (Column("n", "N", Kind.INTEGER), Column("t", "T")), rows())), path)
    assert alive[-1][0] > alive[0][0] > -1
    assert read(path)["S"].max_row == 5_001


def breaking(error: BaseException) -> Iterator[Row]:
    for n in range(1_000):
        yield (f"{n}", "x")
    raise error


@pytest.mark.parametrize("error", [Stopped("Stopped.", "Run it again."), KeyboardInterrupt(), ValueError("a bug")])
def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(type(error)):
        write(report(Sheet("S", (Column("a", "A"), Column("b", "B")), breaking(error))), path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("old.xlsx", b"old")]


def test_a_row_of_the_wrong_length_is_a_bug_that_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        write(report(Sheet("S", KINDS, [("only one",)])), tmp_path / "short.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_file_open_in_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "open.xlsx"
    path.write_bytes(b"old")

    def held(source: Path, target: Path) -> None:
        raise PermissionError(13, "The process cannot access the file", str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(Unusable) as caught:
        write(texts(["a"]), path)
    assert caught.value.text == "The file “open.xlsx” could not be written; nothing was changed."
    assert caught.value.next_step.startswith("Close it in the spreadsheet program and try again")
    assert caught.value.exit_code == 4
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("open.xlsx", b"old")]


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on file size is a thing of Unix")
def test_a_full_disk(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "full.xlsx"
    path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(Unusable, match=r"There is not enough room on the disk for “full\.xlsx”; nothing was changed\."):
            write(texts([os.urandom(50).hex() for _ in range(2_000)]), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("full.xlsx", b"old")]


def test_places_that_take_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="does not exist"):
        write(texts(["a"]), tmp_path / "absent" / "x.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(Unusable, match="is not a file"):
        write(texts(["a"]), tmp_path / "folder.xlsx")
    assert [p.name for p in tmp_path.rglob("*")] == ["folder.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of Unix")
def test_a_link_stays_a_link_and_the_mode_is_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write(texts(["a"]), link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert read_texts(real) == ["a"]
