"""A restore that is killed at any moment leaves the old library or the new one, whole, and the next restore works."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk import bootstrap
from patrondesk.database import Database
from patrondesk.models.patron import Patron
from patrondesk.services import backup, checking
from patrondesk.services.office import Office
from patrondesk.services.restoring import restore
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD

KILLS = 10
CHILD = """
import sys
from pathlib import Path
from patrondesk import bootstrap
from patrondesk.services.restoring import restore
from patrondesk.services.signin import sign_in
office = sign_in(bootstrap.open_library(sys.argv[1]), sys.argv[3], sys.argv[4])
print("begins", flush=True)
restore(office, Path(sys.argv[2]))
print("done", flush=True)
"""

# In the child, before it begins: the power fails when this step is reached, or right after it.
STEPS = {
    "new file made": "copies.write",
    "held": "replacing._take",
    "kept aside": "replacing.Hold.keep_aside",
    "told": "carrying_over.carry_over",
    "settled": "copies.settle_file",
    "put": "replacing.Hold.put",
    "named": "copies.take_name",
    "spoilt": "replacing.Hold._spoil",
}
FAIL = """
import os, signal, operator
from patrondesk.services import carrying_over, copies, replacing
home, _, name = {step!r}.rpartition(".")
owner = operator.attrgetter(home)(sys.modules["__main__"])
real = getattr(owner, name)
def fails(*args, **kwargs):
    if {when!r} == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, fails)
"""


@pytest.fixture
def library(sqlite_template, tmp_path):
    """A library of some size with a backup, and what only the one or the other holds."""
    path = shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk")
    opened = Database(path)
    office = sign_in(Office(opened), LIBRARIAN, PASSWORD)
    with building(office) as school:
        for _ in range(150):
            patron = school.patron()
            school.belongings(patron)
            school.loan(patron)
    made = Path(backup.make_backup(office).path)
    with building(office) as school:
        school.session.execute(sa.update(Patron).values(street="after the backup"))
        for _ in range(50):
            school.loan(school.patron())
    opened.close()
    return path, made


def start(library, made, first=""):
    words = [sys.executable, "-c", "import sys\n" + first + CHILD, str(library), str(made), LIBRARIAN, PASSWORD]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "begins\n"
    return child


def held(library):
    """Which of the two the library is now; it is whole, and works."""
    office = sign_in(bootstrap.open_library(library), LIBRARIAN, PASSWORD)
    assert checking.find_problems(office) == []
    with office.database.read() as session:
        told = (
            session.scalar(sa.select(sa.func.count()).select_from(Patron)),
            session.scalar(sa.select(sa.func.count()).where(Patron.street == "after the backup")),
        )
        assert session.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
    with office.database.write() as session:
        session.execute(sa.update(Patron).values(city="still writes"))
    office.database.close()
    return told


@pytest.mark.slow
def test_killed_at_any_moment(library, tmp_path):
    path, made = library
    old, new = (201, 151), (151, 0)
    states = tmp_path / "state"
    states.mkdir()
    kept = {file.name: shutil.copy2(file, states / file.name) for file in (path, made)}
    begun = time.monotonic()
    child = start(path, made)
    assert child.communicate(timeout=120)[0] == "done\n"
    whole = time.monotonic() - begun
    assert held(path) == new
    dice, seen = random.Random(), []
    for number in range(KILLS):
        shutil.rmtree(path.parent / "library-backups")
        made.parent.mkdir()
        for name, file in kept.items():
            shutil.copy2(file, path if name == path.name else made)
        child = start(path, made)
        moment = dice.uniform(0, whole * 0.9) * (number + 1) / KILLS
        try:
            child.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            child.kill()
        child.communicate()
        state = held(path)
        assert state in (old, new), (moment, state)
        assert made.exists()
        seen.append(state)
    office = sign_in(bootstrap.open_library(path), LIBRARIAN, PASSWORD)
    restore(office, made)
    assert held(path) == new
    left = {file.name for file in path.parent.iterdir() if "-purging" not in file.name}
    assert left == {"library.patrondesk", "library-backups", "state"}, "half a copy is left"
    assert seen


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_the_power_fails_at_a_step(library, step, when):
    path, made = library
    child = start(path, made, FAIL.format(step=STEPS[step], when=when))
    assert child.communicate(timeout=120)[0] == ""
    assert child.returncode == -9
    done = step == "spoilt" or (step in ("put", "named") and when == "after" and STEPS[step] != "copies.take_name")
    state = held(path)
    assert state == ((151, 0) if done else (201, 151))
    office = sign_in(bootstrap.open_library(path), LIBRARIAN, PASSWORD)
    restore(office, made)
    assert held(path) == (151, 0)
    assert not list(path.parent.glob("*restoring*"))
