"""`backups`: listed, looked into, and a person brought back, in documents and in words."""

from __future__ import annotations

import pytest

from tests.cli.conftest import names


@pytest.fixture
def purged(desk, leavers, tmp_path):
    """A backup made before two leavers were purged for good; its file."""
    desk("settings", "set", "undo_days", "0")
    made = desk("backup", tmp_path / "before.patrondesk")["path"]
    desk("purge", "--usernames", names(tmp_path, "leaver1", "leaver2"), "--yes")
    return made


def test_listed_with_what_they_still_hold(desk, say, purged):
    (line,) = [b for b in desk("backups", "list")["backups"] if b["path"] == purged]
    assert (line["holds_purged"], line["there"]) == (2, True)
    assert line["goes_on"]
    assert purged in say("backups", "list").out


def test_looked_into(desk, say, purged):
    found = desk("backups", "look", purged, "--search", "leaver1")
    assert [row["username"] for row in found["rows"]] == ["leaver1"]
    assert desk("backups", "look", purged, "--page", "2", "--page-size", "5")["page"] == 2
    seen = desk("backups", "show", purged, "leaver1")
    assert seen["username"] == "leaver1"
    assert (seen["now"]["there"], seen["now"]["batch"], seen["now"]["undo_until"]) == (False, 1, None)
    assert "went with purge 1 on" in say("backups", "show", purged, "leaver1").out
    assert "In the library now: yes." in say("backups", "show", purged, "leaver3").out
    assert desk("backups", "show", purged, "nobody", code=3).error["next_step"]
    assert [e["operation"] for e in desk("audit", "list")["entries"]][:3] == ["backup.open", "backup.look", "backup.open"]


def test_one_person_comes_back(desk, say, purged):
    before = desk("backups", "show", purged, "leaver1")
    assert desk("backups", "bring-back", purged, "leaver1", code=3).error["code"] == "NOT_CONFIRMED"
    assert desk("patrons", "show", "leaver1", code=3).error
    done = desk("backups", "bring-back", purged, "leaver1", "--yes")
    assert (done["username"], done["left"], done["clashes"]) == ("leaver1", 0, [])
    after = desk("patrons", "show", "leaver1")
    for key in ("name", "barcode", "email", "birth_date", "homeroom"):
        assert after[key] == before[key]
    assert desk("backups", "bring-back", purged, "leaver1", "--yes", code=3).error["code"] == "PATRON_THERE"
    assert "is back, with" in say("backups", "bring-back", purged, "leaver2", "--yes").out


def test_what_can_be_undone_is_not_brought_back(desk, leavers, tmp_path):
    made = desk("backup", tmp_path / "before.patrondesk")["path"]
    desk("purge", "--usernames", names(tmp_path, "leaver1"), "--yes")
    assert desk("backups", "bring-back", made, "leaver1", "--yes", code=3).error["code"] == "UNDOABLE"


def test_not_a_backup(desk, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all")
    assert desk("backups", "look", tmp_path / "letter.txt", code=4).error["next_step"]
