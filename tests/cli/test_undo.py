"""An undo by words when others have identifiers by now: previewed, decided by a file, told."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("leavers")


@pytest.fixture
def batch(desk):
    """Five leavers are gone; one barcode and one username are somebody else's."""
    key = desk("purge", "--page", 1, "--yes")["batch"]
    desk("patrons", "add", "--family-name", "Ruiz", "--given-name", "Ana", "--barcode", "B1", "--username", "leaver2")
    return key


def decided(tmp_path, *rows, head="username,field,value"):
    file = tmp_path / "decided.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def barcodes(desk):
    return {row["username"]: row["barcode"] for row in desk("patrons", "list")["rows"]}


def test_a_preview_lists_clashes_and_changes_nothing(desk, say, batch):
    before = desk("patrons", "list")["total"]
    told = desk("batches", "undo", batch, "--preview", code=1)
    assert [(c["username"], c["field"], c["value"], c["holder"]) for c in told["clashes"]] == [
        ("leaver1", "barcode", "B1", {"username": "leaver2", "name": "Ana Ruiz"}),
        ("leaver2", "username", "leaver2", {"username": "leaver2", "name": "Ana Ruiz"}),
    ]
    assert told["preview"] is True
    lines = say("batches", "undo", batch, "--preview", code=1).out
    assert "Barcode B1 is Ana Ruiz’s now. Comes back without it." in lines
    assert desk("patrons", "list")["total"] == before


def test_a_preview_without_clashes(desk, say):
    batch = desk("purge", "--page", 1, "--yes")["batch"]
    assert desk("batches", "undo", batch, "--preview")["clashes"] == []
    assert "Everything would come back as it was." in say("batches", "undo", batch, "--preview").out


def test_without_a_file_they_come_back_without(desk, batch):
    told = desk("batches", "undo", batch, "--yes", code=1)
    assert [(c["field"], c["value"], c["new_value"]) for c in told["clashes"]] == [
        ("barcode", "B1", None),
        ("username", "leaver2", None),
    ]
    assert told["restored"] == 5
    assert barcodes(desk)["leaver1"] is None


def test_a_file_decides(desk, say, tmp_path, batch):
    file = decided(tmp_path, "leaver1,barcode, P-77 ", "leaver2,username,")
    told = desk("batches", "undo", batch, "--resolve", file, "--preview", code=1)
    assert [(c["new_value"], c["wrong"]) for c in told["clashes"]] == [("P-77", None), (None, None)]
    told = desk("batches", "undo", batch, "--resolve", file)
    assert [(c["field"], c["new_value"]) for c in told["clashes"]] == [("barcode", "P-77"), ("username", None)]
    assert barcodes(desk)["leaver1"] == "P-77"
    assert desk("patrons", "list", "--search", "p-77")["total"] == 1


def test_what_was_not_decided_is_an_exception(desk, tmp_path, batch):
    assert desk("batches", "undo", batch, "--resolve", decided(tmp_path, "leaver1,barcode,P-77"), code=1)["restored"] == 5


def test_a_new_value_that_is_taken_refuses_the_whole_undo(desk, tmp_path, batch):
    file = decided(tmp_path, "leaver1,barcode,B3")
    assert (
        "comes back with this barcode"
        in desk("batches", "undo", batch, "--resolve", file, "--preview", code=1)["clashes"][0]["wrong"]
    )
    refused = desk("batches", "undo", batch, "--resolve", file, code=3).error
    assert refused["code"] == "NOT_USABLE"
    assert "leaver1: " in refused["text"]
    assert "leaver1" not in barcodes(desk)


def test_only_some_and_words_that_name_nobody(desk, tmp_path, batch):
    some = tmp_path / "some.txt"
    some.write_text("leaver1\nleaver3\n", encoding="utf-8")
    file = decided(tmp_path, "leaver1,Barcode,P-77", "ghost,barcode,X1", "leaver2,username,other")
    told = desk("batches", "undo", batch, "--usernames", some, "--resolve", file, code=1)
    assert (told["restored"], told["unknown"]) == (2, ["ghost"])
    assert [c["new_value"] for c in told["clashes"]] == ["P-77"]


@pytest.mark.parametrize(
    ("rows", "head", "code", "word"),
    [
        (["leaver1,shoe size,7"], "username,field,value", 4, "NO_SUCH_FIELD"),
        (["leaver1,B7"], "username,value", 4, "NO_USABLE_COLUMN"),
        (["leaver1,barcode,B7", "leaver1,barcode,B8"], "username,field,value", 3, "TWICE"),
    ],
)
def test_files_that_cannot_be_followed(desk, tmp_path, batch, rows, head, code, word):
    assert desk("batches", "undo", batch, "--resolve", decided(tmp_path, *rows, head=head), code=code).error["code"] == word
    assert "leaver1" not in barcodes(desk)


def test_the_question_says_how_many(say, tmp_path, batch, environment):
    asked: list[str] = []

    def refuse(_answer, question):
        asked.append(question)
        return "no"

    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    environment.setattr("patrondesk.cli.answer.Answer.ask", refuse)
    file = decided(tmp_path, "leaver1,barcode,P-77", "leaver2,username,")
    assert say("batches", "undo", batch, "--resolve", file, code=3).code == 3
    assert "But 2 identifiers are somebody else's by now; 1 of them is given anew." in asked[0]
