"""Settings, backup, verify, upkeep, self-test and the made-up school."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from patrondesk.__main__ import main
from patrondesk.cli.run import main as run
from tests.cli.conftest import names


def test_settings_are_listed_read_and_changed(desk, say):
    keys = {line["key"]: line for line in desk("settings", "list")["settings"]}
    assert {"retain_deleted_patron_loans", "undo_days", "balance_threshold", "typed_confirmation_above"} <= set(keys)
    assert all(line["text"] for line in keys.values())
    assert desk("settings", "set", "balance_threshold", "5")["value"] == "5.00"
    assert desk("settings", "get", "balance_threshold")["value"] == "5.00"
    assert say("settings", "get", "undo_days").out == "30\n"
    assert desk("settings", "get", "colour", code=2).error["text"]
    assert desk("settings", "set", "colour", "red", code=2).error["text"]
    assert desk("settings", "set", "undo_days", "many", code=2).error["text"]
    assert desk("settings", "set", "undo_days", "-1", code=2).error["text"]


@pytest.mark.usefixtures("leavers")
def test_what_a_change_means_is_said(desk, say):
    desk("purge", "--page", 1, "--yes")
    assert "past loans go with their patrons" in say("settings", "set", "retain_deleted_patron_loans", "false").err
    assert desk("settings", "set", "undo_days", "5")["text"]


def test_a_backup_is_a_library(desk, words, library, tmp_path):
    made = desk("backup", tmp_path / "copy.patrondesk")
    assert (made["patrons"], Path(made["path"]).stat().st_size) == (1, made["size"])
    assert desk("backup", tmp_path / "copy.patrondesk", code=3).error["code"] == "EXISTS"
    assert desk("backup", tmp_path / "copy.patrondesk", "--yes")["patrons"] == 1
    assert desk("backup", library, "--yes", code=3).error["code"] == "SAME_FILE"
    assert Path(desk("backup")["path"]).parent.name == "library-backups"
    assert words("--database", tmp_path / "copy.patrondesk", "--staff", "mokafor", "verify", "--json")["ok"] is True


def test_verify_says_what_is_wrong(desk, say, library):
    assert desk("verify").json | {"rehearsal": ""} == {"ok": True, "problems": [], "rehearsal": ""}
    assert "as it should be" in say("verify").out
    with sqlite3.connect(library) as raw:
        raw.execute("update audit_entries set facts = '{}' where number = 1")
    found = desk("verify", code=1)
    assert (found["ok"], [p["code"] for p in found["problems"]]) == (False, ["AUDIT_CHAIN"])


@pytest.mark.usefixtures("leavers")
def test_upkeep_destroys_what_is_due(desk, library, environment, tmp_path):
    batch = desk("purge", "--usernames", names(tmp_path, "leaver1"), "--yes")["batch"]
    assert desk("upkeep", code=3).error["code"] == "REHEARSAL"
    environment.delenv("PATRONDESK_TODAY")
    assert desk("upkeep")["destroyed"] == 0
    with sqlite3.connect(library) as raw:
        raw.execute("update batches set undo_until = '2020-01-01'")
    assert desk("upkeep")["destroyed"] == 1
    assert desk("batches", "show", batch)["archive"] == "destroyed"
    assert desk("verify")["ok"] is True


def test_the_made_up_school_is_the_same_from_the_same_seed(words, tmp_path):
    def people(file):
        with sqlite3.connect(file) as raw:
            return raw.execute("select username, barcode, family_name from patrons order by id").fetchall()

    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        answer = words("demo", "--build", tmp_path / name, "--patrons", 30, "--seed", seed, "--json")
        assert (answer.code, answer["staff"], answer["seed"]) == (0, "librarian", seed)
    a, b, c = (people(tmp_path / name) for name in "abc")
    assert a == b != c
    assert 30 <= len(a) <= 55
    again = words("demo", "--build", tmp_path / "a", "--json")
    assert (again.code, again.error["code"]) == (3, "EXISTS")
    assert words("demo", "--build", tmp_path / "none" / "a", "--json").code == 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "c"]


def test_the_demo_opens_on_a_fresh_school(environment, tmp_path):
    seen = []

    class Window:
        def demo(self, library):
            seen.append(library.exists())
            return 5

        def demonstrate(self, folder):
            seen.append(folder)
            return 6

    from patrondesk.cli.front import Front

    front = Front(lambda *_: 0, Window().demo, Window().demonstrate, lambda: [])
    assert run(["demo", "--patrons", "20", "--quiet"], front) == 5
    assert run(["demo", "--offscreen", str(tmp_path)], front) == 6
    assert seen == [True, tmp_path]


def test_the_self_test_holds(words, environment):
    environment.setattr("patrondesk.__main__._window_problems", list)
    answer = words("self-test", "--json")
    assert answer.code == 0, answer.out
    assert answer["ok"] is True
    assert {check["name"] for check in answer["checks"]} == {"guards", "importers", "exporters", "resources", "library", "window"}


def test_the_self_test_tells_what_is_missing(words, environment):
    def no_qt():
        raise ImportError("no Qt here")

    environment.setattr("patrondesk.__main__._window_problems", no_qt)
    environment.setattr("importlib.util.find_spec", lambda name: None)
    answer = words("self-test", "--json")
    assert answer.code == 1
    assert {problem["code"] for problem in answer["problems"]} == {"resources"}
    assert "no Qt here" in next(check["text"] for check in answer["checks"] if check["name"] == "window")


def test_json_is_whole_with_names_of_any_script(desk, tmp_path):
    desk("patrons", "add", "--family-name", "川﨑", "--given-name", "宗則", "--username", "kawasaki")
    assert desk("patrons", "show", "kawasaki")["name"] == "川﨑, 宗則"


def test_streams_of_another_encoding_take_every_letter(library, environment):
    environment.setenv("PYTHONIOENCODING", "ascii")
    said = [sys.executable, "-m", "patrondesk", "--database", str(library), "--staff", "mokafor"]
    done = subprocess.run([*said, "--json", "patrons", "show", "川﨑"], capture_output=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "川﨑" in json.loads(done.stdout.decode("utf-8"))["error"]["text"]


def test_main_takes_the_words_of_the_process(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["patrondesk", "--version"])
    monkeypatch.setattr("patrondesk.__main__._settle_process", lambda: None)
    assert main() == 0
    assert capsys.readouterr().out.startswith("PatronDesk ")
