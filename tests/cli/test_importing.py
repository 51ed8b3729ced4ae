"""Files brought in by words: counts that add up, previews that change nothing, files that cannot be used."""

from __future__ import annotations

import json

import openpyxl
import pytest

PEOPLE = "username,family_name,given_name,year_level\nana,Ruiz,Ana,Year 9\nbo,Nyong’o,Bo,Year 9\n"
COUNTS = "added updated unchanged transferred reactivated invalid conflict".split()


@pytest.fixture
def people(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    return file


def adds_up(answer):
    assert sum(answer[key] for key in COUNTS) == answer["read"]
    for message in answer["messages"]:
        assert {"line", "kind", "code", "field", "text"} <= set(message)
    return {key: answer[key] for key in COUNTS if answer[key]}


def test_a_preview_is_the_import_taken_back(desk, people):
    seen = desk("import", "patrons", people, "--preview")
    assert (adds_up(seen), seen["preview"], seen["read"]) == ({"added": 2}, True, 2)
    assert desk("patrons", "list")["total"] == 1
    done = desk("import", "patrons", people)
    assert (adds_up(done), done["preview"]) == ({"added": 2}, False)
    assert desk("patrons", "show", "bo")["family_name"] == "Nyong’o"
    assert adds_up(desk("import", "patrons", people)) == {"unchanged": 2}


def test_rows_that_cannot_be_used_make_exit_1(desk, say, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE + "cy,,Cy,Year 9\n", encoding="utf-8")
    answer = desk("import", "patrons", file, code=1)
    assert adds_up(answer) == {"added": 2, "invalid": 1}
    assert [(m["line"], m["kind"]) for m in answer["messages"] if m["kind"] == "INVALID"] == [(4, "INVALID")]
    assert "INVALID" in say("import", "patrons", file, code=1).out


def test_columns_are_named_by_hand_and_blanks_filled(desk, tmp_path):
    file = tmp_path / "odd.csv"
    file.write_text("a;b;c\nana;Ruiz;\n", encoding="cp1252")
    answer = desk(
        "import",
        "patrons",
        file,
        "--map",
        "username=a",
        "--map",
        "family_name=b",
        "--default",
        "homeroom=9A",
        "--encoding",
        "cp1252",
    )
    assert adds_up(answer) == {"added": 1}
    assert desk("patrons", "show", "ana")["homeroom"] == "9A"
    assert desk("import", "patrons", file, "--map", "username=z", code=2).error["text"]
    assert desk("import", "patrons", file, "--map", "shoe=a", code=2).error["text"]
    assert desk("import", "patrons", file, "--encoding", "klingon", code=2).error["text"]


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
def test_the_remarks_are_written(desk, tmp_path, ending):
    file, out = tmp_path / "people.csv", tmp_path / f"remarks.{ending}"
    file.write_text(PEOPLE + "cy,,Cy,Year 9\n", encoding="utf-8")
    answer = desk("import", "patrons", file, "--preview", "--report", out, code=1)
    number = len(answer["messages"])
    assert number
    if ending == "xlsx":
        assert openpyxl.load_workbook(out).worksheets[0].max_row > number
    elif ending == "json":
        assert len(json.loads(out.read_text(encoding="utf-8"))["sheets"][0]["rows"]) == number
    else:
        assert "INVALID" in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "MISSING"),
        (b"", "EMPTY_FILE"),
        (b"%PDF-1.7\n1 0 obj", "WRONG_KIND"),
        (b"SQLite format 3\x00" + bytes(200), "WRONG_KIND"),
        (b"colour,shoe\nred,7\n", "NO_USABLE_COLUMN"),
    ],
)
def test_files_that_cannot_be_used_change_nothing(desk, tmp_path, content, code):
    file = tmp_path / "people.csv"
    if content is not None:
        file.write_bytes(content)
    assert desk("import", "patrons", file, code=4).error["code"] == code
    assert desk("import", "patrons", tmp_path, code=4).error["code"] == "WRONG_KIND"


def test_a_stopped_import_leaves_nothing(desk, people, environment):
    import signal

    from patrondesk.services import importing

    real = importing.run

    def pressed(*args):
        signal.raise_signal(signal.SIGINT)
        return real(*args)

    environment.setattr(importing, "run", pressed)
    assert desk("import", "patrons", people, code=130).error["code"] == "STOPPED"
    assert desk("patrons", "list")["total"] == 1


def test_leavers_by_file(desk, people, tmp_path):
    desk("import", "patrons", people)
    file = tmp_path / "leavers.csv"
    file.write_text("username,enabled\nana,FALSE\nghost,FALSE\n")
    answer = desk("import", "deactivations", file, code=1)
    assert answer["read"] == 2
    adds_up(answer)
    assert [row["username"] for row in desk("candidates")["rows"]] == ["ana"]
