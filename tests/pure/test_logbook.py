"""The program's log says where something went wrong and never whom it was about."""

from __future__ import annotations

import logging

import pytest

from patrondesk import logbook, paths


@pytest.fixture
def book(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "logs_folder", lambda: tmp_path / "logs")
    kept = logbook.keep()
    yield kept
    logging.getLogger("patrondesk").removeHandler(kept)
    kept.close()


def fail():
    try:
        raise ValueError("Ihaka, Wiremu")
    except ValueError as fault:
        raise KeyError("wihaka08") from fault


def test_kind_and_place_without_the_words(book):
    assert not book.file.exists(), "nothing is opened before there is something to say"
    try:
        fail()
    except KeyError:
        logging.getLogger("patrondesk.jobs").exception("a chunk of %d failed", 3)
    said = book.file.read_text(encoding="utf-8")
    assert "ERROR patrondesk.jobs a chunk of 3 failed" in said
    assert "KeyError" in said
    assert "ValueError" in said
    assert "test_logbook.py" in said
    assert "fail" in said
    assert "Ihaka" not in said
    assert "wihaka08" not in said


def test_what_others_log_is_not_written(book):
    logging.getLogger("sqlalchemy.engine").error("INSERT INTO patrons VALUES ('Ihaka')")
    logging.getLogger("patrondesk.x").info("all is well")
    assert not book.file.exists()


def test_it_rotates(book, monkeypatch):
    monkeypatch.setattr(logbook, "_BYTES", 2000)
    for number in range(200):
        logging.getLogger("patrondesk.x").warning("line %d", number)
    files = sorted(book.file.parent.iterdir())
    assert len(files) == logbook._OLDER + 1
    assert all(file.stat().st_size <= 2000 for file in files)


def test_a_log_that_cannot_be_written_stops_nobody(book):
    book.file.parent.write_text("a file in the folder's place", encoding="utf-8")
    logging.getLogger("patrondesk.x").error("lost")
