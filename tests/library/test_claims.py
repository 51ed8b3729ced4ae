"""A claim is held by one, and let go by the system when its holder dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from patrondesk import claims
from patrondesk.claims import PURGING, claim, claimed
from patrondesk.database import Database
from patrondesk.errors import Busy, Unusable

_HOLD = """
import sys
from patrondesk.claims import PURGING, claim
from patrondesk.database import Database
with claim(Database(sys.argv[1]), PURGING, 1):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def two(engine_url):
    """The same library, as two programs have it."""
    pair = Database(engine_url), Database(engine_url)
    yield pair
    for database in pair:
        database.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(claims, "_PATIENCE", 0.1)


def test_one_at_a_time(two):
    one, other = two
    assert not claimed(one, PURGING, 1)
    with claim(one, PURGING, 1):
        for database in two:
            assert claimed(database, PURGING, 1)
            with pytest.raises(Busy), claim(database, PURGING, 1):
                pass
        assert not claimed(other, PURGING, 2), "another library of the same database"
    assert not claimed(one, PURGING, 1)
    with claim(other, PURGING, 1):
        pass


def test_who_only_looks_is_in_nobodys_way(two, monkeypatch):
    monkeypatch.setattr(claims, "_PATIENCE", 10)
    ended = threading.Event()

    def look():
        while not ended.is_set():
            claimed(two[0], PURGING, 1)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(30):
            with claim(two[1], PURGING, 1):
                pass
    finally:
        ended.set()
        looker.join()


@pytest.mark.skipif(os.name == "nt", reason="a process is killed by signal")
def test_a_dead_program_lets_go(engine_url, two):
    child = subprocess.Popen([sys.executable, "-c", _HOLD, engine_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert claimed(two[0], PURGING, 1)
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()
    assert not claimed(two[0], PURGING, 1)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_in(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(Unusable), claim(Database(tmp_path / "library.patrondesk"), PURGING, 1):
        pass
    tmp_path.chmod(0o700)
