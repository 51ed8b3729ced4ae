"""Encodings are told from the bytes; a wrong byte is named by its row and never replaced in silence."""

from __future__ import annotations

import codecs

import pytest

from patrondesk.errors import WrongUsage
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions
from tests.importers.files import flaws_of, rows_of, write

NAMES = "id,name\n1,Élodie Müller\n2,François Nuñez\n3,Ångström Øre\n4,Zoë’s “book”\n"
ROWS = [["1", "Élodie Müller"], ["2", "François Nuñez"], ["3", "Ångström Øre"], ["4", "Zoë’s “book”"]]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "MacRoman"),
    ],
)
def test_it_is_told(tmp_path, encoding, words):
    path = write(tmp_path / "a.csv", NAMES, encoding)
    with open_table(path) as table:
        assert (table.encoding, table.headings) == (words, ("id", "name"))
        assert [cells for _line, cells, _flaws in table.rows()] == ROWS
        assert f"Encoding {words}, detected." in table.notes


def test_a_mark_at_the_start_is_no_part_of_the_first_heading(tmp_path):
    path = write(tmp_path / "a.csv", codecs.BOM_UTF8 + NAMES.encode())
    with open_table(path, OpenOptions(encoding="utf-8")) as table:
        assert table.headings[0] == "id"


def test_windows_quotes_are_no_control_characters(tmp_path):
    path = write(tmp_path / "a.csv", b"id,name\n1,\x93Bo\x94 O\x92Brian \x96 x\n")
    assert rows_of(path) == [["1", "“Bo” O’Brian – x"]]


def test_one_wrong_byte_names_its_row(tmp_path):
    lines = [f"{n},Zoë {n}" for n in range(2, 300)]
    data = "\n".join(["id,name", *lines]).encode().replace("200,Zoë".encode(), b"200,Zo\xe9")
    path = write(tmp_path / "a.csv", data)
    assert flaws_of(path) == {200: ["BAD_BYTE"]}
    assert not any("\ufffd" in cell for row in rows_of(path) for cell in row)
    assert len(rows_of(path)) == 298


def test_an_encoding_asked_for_is_obeyed(tmp_path):
    path = write(tmp_path / "a.csv", b"id,name\n1,Zo\xe9\n")
    assert rows_of(path) == [["1", "Zoé"]]
    assert flaws_of(path, encoding="UTF-8") == {2: ["BAD_BYTE"]}
    assert rows_of(path, encoding="Windows-1252") == [["1", "Zoé"]]
    assert rows_of(path, encoding="MacRoman") == [["1", "ZoÈ"]]


def test_an_encoding_that_does_not_exist_is_refused(tmp_path):
    path = write(tmp_path / "a.csv", NAMES)
    with pytest.raises(WrongUsage):
        open_table(path, OpenOptions(encoding="klingon"))


def test_a_broken_pair_in_utf16_names_its_row(tmp_path):
    data = NAMES.encode("utf-16-le").replace("Nuñez".encode("utf-16-le"), b"N\x00\x00\xd8z\x00")
    assert flaws_of(write(tmp_path / "a.csv", codecs.BOM_UTF16_LE + data)) == {3: ["BAD_BYTE"]}
