"""How words are read: options before and after, usage errors as documents, help without weight, faults without a trace."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from patrondesk import __version__
from patrondesk.cli import run
from patrondesk.cli.front import Front
from tests.conftest import LIBRARIAN

USAGE = [
    ["nonsense"],
    ["purge"],
    ["purge", "--page", "1", "--plan", "x"],
    ["purge", "--page", "one"],
    ["purge", "--usernames", "x", "--plan-out", "y"],
    ["purge", "--usernames", "x", "--search", "y"],
    ["purge", "--usernames", "x", "--export", "y.docx"],
    ["purge", "--usernames", "x", "--preview", "--export", "y.xlsx"],
    ["candidates", "--unknown"],
    ["candidates", "--page-siz", "20"],
    ["import", "patrons"],
    ["import", "people", "x.csv"],
    ["import", "usernames", "x.csv"],
    ["import", "portraits", "x.zip"],
    ["import", "patrons", "x.csv", "--profile", "sis"],
    ["import", "patrons", "x.csv", "--map", "username"],
    ["import", "patrons", "x.csv", "--map", "username=a", "--map", "username=b"],
    ["import", "patrons", "x.csv", "--mode", "half"],
    ["import", "patrons", "x.csv", "--report", "x.docx"],
    ["batches"],
    ["batches", "show"],
    ["batches", "show", "one"],
    ["batches", "certificate"],
    ["batches", "certificate", "1", "--out", "x.pdf"],
    ["audit"],
    ["audit", "list", "--from", "yesterday"],
    ["audit", "list", "--limit", "0"],
    ["audit", "list", "--patron", "u", "--patron-number", "3"],
    ["audit", "export", "x.docx"],
    ["patrons"],
    ["patrons", "delete"],
    ["patrons", "edit"],
    ["patrons", "edit", "u", "--set", "email"],
    ["patrons", "block", "u"],
    ["patrons", "unblock", "u"],
    ["patrons", "note", "u"],
    ["patrons", "protect", "u"],
    ["patrons", "protect", "u", "--reason", "r", "--until", "tomorrow"],
    ["fines", "waive", "--max", "10"],
    ["fines", "waive-one", "1"],
    ["settings", "set", "undo_days"],
    ["demo", "--build", "x", "--patrons", "0"],
    ["demo", "--build", "x", "--patrons", "many"],
    ["demo"],
    ["jobs", "add", "x"],
    ["jobs", "run"],
    ["merge", "a", "b"],
    ["rollover", "--preview"],
    ["init"],
    [],
]


@pytest.mark.parametrize("said", USAGE, ids=" ".join)
def test_wrong_usage_is_one_document_and_exit_2(words, said):
    answer = words("--json", *said)
    assert answer.code == 2
    assert answer.error["code"] in ("WRONG_USAGE", "NOT_THERE_YET")


def test_a_usage_error_for_a_person_is_on_standard_error(words):
    answer = words("candidates", "--unknown")
    assert (answer.code, answer.out) == (2, "")
    assert "--unknown" in answer.err


def test_what_comes_later_is_refused_in_a_sentence(words):
    for said in (
        ["reports", "list"],
        ["rollover"],
        ["import", "portraits", "x"],
    ):
        assert "not part of this version yet" in words(*said, "--json").error["text"]


def test_global_options_stand_before_or_after_the_verb(words, library, leavers):
    before = words("--database", library, "--staff", LIBRARIAN, "--json", "candidates")
    after = words("candidates", "--json", "--staff", LIBRARIAN, "--database", library)
    between = words("--database", library, "settings", "--staff", LIBRARIAN, "get", "--json", "undo_days")
    assert before.json == after.json
    assert before["total"] == 8
    assert between["value"] == "30"


def test_the_environment_names_library_and_staff(words, library, leavers, environment):
    environment.setenv("PATRONDESK_DATABASE", str(library))
    environment.setenv("PATRONDESK_STAFF", LIBRARIAN)
    assert words("candidates", "--json")["total"] == 8


def test_help_and_version_are_documents_too(words):
    assert "purge" in words("--help", "--json")["help"]
    assert "--override" in words("purge", "-h", "--json")["help"]
    assert words("--version", "--json")["version"].endswith(__version__)
    assert "exit codes" in words("--help").out


def test_help_needs_neither_qt_nor_sql():
    code = (
        "import sys; from patrondesk.__main__ import main; rc = main(['--help']);"
        "heavy = {'PySide6', 'sqlalchemy', 'openpyxl', 'argon2', 'alembic', 'tqdm'} & set(sys.modules);"
        "sys.exit(rc or (repr(heavy) if heavy else 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_words_the_window_opens(monkeypatch):
    opened = []

    def window(*asked):
        opened.append(asked)
        return 7

    front = Front(window, lambda _: 1, lambda _: 1, list)
    monkeypatch.setenv("PATRONDESK_DATABASE", "school.patrondesk")
    assert run.main([], front) == 7
    assert run.main(["--database", "other", "--staff", "ana"], front) == 7
    assert opened == [("school.patrondesk", None), ("other", "ana")]


@pytest.mark.parametrize(
    ("fault", "code"), [(ZeroDivisionError("secret words"), 70), (KeyboardInterrupt(), 130), (OSError(28, "No space left"), 4)]
)
def test_faults_end_in_a_sentence(words, monkeypatch, fault, code):
    def broken(*_):
        raise fault

    monkeypatch.setattr(run, "_do", broken)
    answer = words("candidates", "--json")
    assert answer.code == code
    assert "secret" not in answer.out + answer.err
    assert answer.error["next_step"]


def test_a_fault_is_told_in_full_where_it_is_looked_for(capsys, environment, monkeypatch):
    from patrondesk.__main__ import main

    def broken(*_):
        raise ZeroDivisionError("in the middle")

    monkeypatch.setattr(run, "_do", broken)
    monkeypatch.setenv("PATRONDESK_DEBUG", "1")
    assert main(["candidates", "--json"]) == 70
    streams = capsys.readouterr()
    assert "in the middle" in streams.err
    assert set(json.loads(streams.out)) == {"error"}


def test_the_module_is_the_program(library, environment):
    said = [sys.executable, "-m", "patrondesk", "--database", str(library), "--staff", LIBRARIAN, "--json", "candidates"]
    done = subprocess.run(said, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total"] == 0
    assert done.stderr == b""
