"""`restore` and the daily backup of `upkeep`, in words and in documents."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

import pytest

from patrondesk.services import copies
from tests.cli.conftest import names


def people(library):
    with sqlite3.connect(library) as raw:
        found = raw.execute("SELECT count(*) FROM patrons").fetchone()[0]
    raw.close()
    return found


@pytest.mark.usefixtures("leavers")
def test_a_purge_that_was_restored_away(desk, library, tmp_path):
    made = desk("backup")["path"]
    batch = desk("purge", "--usernames", names(tmp_path, "leaver1", "leaver2"), "--yes")["batch"]
    assert people(library) == 7
    refused = desk("restore", made, code=3).error
    assert refused["code"] == "NOT_CONFIRMED"
    assert "goes: 1 purge." in refused["text"]
    assert people(library) == 7
    done = desk("restore", made, "--yes")
    assert (done["patrons"], done["people_back"], done["damaged"], done["upgraded"]) == (9, 2, False, False)
    assert [(lost["batch"], lost["purged"]) for lost in done["batches"]] == [(batch, 2)]
    assert Path(done["kept_aside"]).exists()
    assert people(library) == 9
    assert desk("verify")["ok"] is True
    assert desk("batches", "list")["batches"] == []


@pytest.mark.usefixtures("leavers")
def test_in_words(desk, say, tmp_path):
    made = desk("backup")["path"]
    desk("purge", "--usernames", names(tmp_path, "leaver1"), "--yes")
    said = say("restore", made, "--yes").out
    assert "The library is as it was on " in said
    assert "1 patron who had been purged since is back." in said
    assert "No longer on record: purge 1 of " in said
    assert "is kept aside: " in said


def test_somebody_at_the_terminal_is_asked(desk, say, environment, monkeypatch):
    made = desk("backup")["path"]
    monkeypatch.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    answers = iter(["no\n", "yes\n"])
    monkeypatch.setattr("sys.stdin.readline", lambda: next(answers), raising=False)
    assert say("restore", made, code=3).err
    assert "The library is as it was" in say("restore", made).out


def test_files_that_will_not_do(desk, library, tmp_path):
    assert desk("restore", tmp_path / "none.patrondesk", "--yes", code=4).error["code"] == "MISSING"
    (tmp_path / "letter.txt").write_text("dear all")
    assert desk("restore", tmp_path / "letter.txt", "--yes", code=4).error["code"] == "WRONG_KIND"
    assert desk("restore", library, "--yes", code=3).error["code"] == "SAME_FILE"
    assert desk("restore", code=2).error["text"]


def test_a_wrong_password_and_a_lesser_right(desk, environment, library):
    made = desk("backup")["path"]
    with sqlite3.connect(library) as raw:
        raw.execute("UPDATE staff_accounts SET role_id = (SELECT id FROM roles WHERE code = 'librarian')")
    raw.close()
    assert desk("restore", made, "--yes", code=3).error["code"] == "NOT_PERMITTED"
    environment.setenv("PATRONDESK_PASSWORD", "wrong")
    assert desk("restore", made, "--yes", code=3).error["code"] == "WRONG_PASSWORD"


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_a_library_nobody_can_sign_in_to(desk, say, environment, library, how):
    made = desk("backup")["path"]
    if how == "damaged":
        raw = bytearray(library.read_bytes())
        raw[:100] = b"\x00" * 100
        library.write_bytes(raw)
        Path(f"{library}-wal").unlink(missing_ok=True)
    else:
        library.unlink()
    assert desk("patrons", "list", code=4).error["text"]
    environment.setenv("PATRONDESK_PASSWORD", "wrong")
    assert desk("restore", made, "--yes", code=3).error["code"] == "WRONG_PASSWORD"
    environment.setenv("PATRONDESK_PASSWORD", "eleven blue bicycles")
    assert "cannot be read" in desk("restore", made, code=3).error["text"]
    done = desk("restore", made, "--yes")
    assert (done["damaged"], done["kept_aside"] is None) == (how == "damaged", how == "missing")
    assert desk("verify")["ok"] is True


def test_upkeep_makes_the_day_s_backup(desk, environment, library):
    environment.delenv("PATRONDESK_TODAY")
    made = desk("upkeep")
    assert Path(made["backup"]).parent.name == "library-backups"
    assert desk("upkeep")["backup"] is None
    desk("settings", "set", "daily_backup", "false")
    shutil.rmtree(library.parent / "library-backups")
    assert desk("upkeep")["backup"] is None


def test_upkeep_tells_both_when_the_disk_is_full(desk, environment, monkeypatch):
    environment.delenv("PATRONDESK_TODAY")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copies, "copy_file", full)
    told = desk("upkeep", code=4)
    assert told["destroyed"] == 0
    assert told["backup"] is None
    assert told["error"]["code"] == "BACKUP_FAILED"
