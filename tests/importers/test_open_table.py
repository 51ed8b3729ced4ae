"""What is no table is told in one sentence, with what to do, and exit code 4."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from patrondesk.errors import Unusable
from patrondesk.importers import importers, open_table
from tests.importers.files import write


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "WRONG_KIND"),
        ("a.xlsx", b"%PDF-1.7\n1 0 obj\nendobj\n", "WRONG_KIND"),
        ("a.csv", b"", "EMPTY_FILE"),
        ("a.csv", b"\xef\xbb\xbf\r\n \n", "EMPTY_FILE"),
        ("a.csv", zipped(), "WRONG_KIND"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "WRONG_KIND"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "WRONG_KIND"),
        ("a.csv", b"<!DOCTYPE html><html><table>", "WRONG_KIND"),
        ("a.csv", b"SQLite format 3\x00" + bytes(200), "WRONG_KIND"),
        ("a.dat", bytes(range(256)) * 4, "WRONG_KIND"),
    ],
)
def test_other_kinds(tmp_path, name, content, code):
    with pytest.raises(Unusable) as caught:
        open_table(write(tmp_path / name, content))
    assert (caught.value.code, caught.value.exit_code) == (code, 4)
    assert caught.value.next_step
    assert str(tmp_path) not in caught.value.text


def test_missing_and_folder(tmp_path):
    for path, code in ((tmp_path / "nix.csv", "MISSING"), (tmp_path, "WRONG_KIND")):
        with pytest.raises(Unusable) as caught:
            open_table(str(path))
        assert caught.value.code == code


def test_no_permission(tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", "id\n1\n")

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Unusable) as caught:
        open_table(path)
    assert caught.value.code == "UNREADABLE"


def test_the_registry_has_both_formats():
    assert importers().keys()[:2] == ["csv_file", "excel"]


def test_memory_is_flat_in_the_size_of_the_file(tmp_path):
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as stream:
            stream.write("id,name,city\n")
            stream.writelines(f"{n},Zoë {n},Paris\n" for n in range(rows))
        tracemalloc.start()
        with open_table(str(path)) as table:
            assert sum(1 for _row in table.rows()) == rows
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(40_000) < peak(20_000) + 100_000
