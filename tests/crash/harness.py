"""Kills the program at random moments of its work, hundreds of times, and looks at what is left.

`python tests/crash/harness.py --kills 500 [--seed 1]` is the long run; `test_crashes.py` is a short one. Each killed process
is a fork of this one, killed by a signal that it cannot catch. After each kill the file must verify, every chunk be whole or
absent and the numbers add up; and going on must end where an unbroken run ends.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from patrondesk.database import Database
from tests.comparing import differences, picture
from tests.crash.works import Bench, Work, check, end, set_up, works

# A killed piece of work is taken up and killed again at most so often before it may end.
_AGAIN = 3


class Watch:
    """One byte that a child shares with us: whether it stands inside a write."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    @property
    def writing(self) -> bool:
        """Whether the child stood inside a write when it was last heard of."""
        return self._byte[0] == 1

    def clear(self) -> None:
        """Before a new child."""
        self._byte[0] = 0

    def follow(self) -> None:
        """In the child: from now on every write says when it begins and ends."""
        real, byte = Database.write, self._byte

        @contextlib.contextmanager
        def watched(database: Database) -> Iterator[Any]:
            with real(database) as session:
                byte[0] = 1
                yield session
                # still inside: the commit is the most delicate moment of all
            byte[0] = 0

        Database.write = watched  # type: ignore[method-assign, assignment]


def kill_somewhere(bench: Bench, work: Work, path: Path, watch: Watch, chance: random.Random, length: float) -> tuple[bool, bool]:
    """Starts or takes up the work in a child and kills it; (whether it was killed before its end, whether inside a write)."""
    watch.clear()
    ended, telling = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ended)
        code = 1
        try:
            watch.follow()
            with bench.office(path) as office:
                work.go(office)
            code = 0
        finally:
            os.write(telling, bytes([code]))
            os._exit(code)
    os.close(telling)
    _wait(ended, watch, chance, length)
    told = select.select([ended], [], [], 0)[0]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = os.read(ended, 1) if told else b""
    os.close(ended)
    assert said != b"\1", "the work failed by itself"
    return not told, not told and watch.writing


def _wait(ended: int, watch: Watch, chance: random.Random, length: float) -> None:
    """Until a random moment: any, or a moment after some write has begun."""
    moment = chance.uniform(0, length)
    select.select([ended], [], [], moment)
    if chance.random() < 0.6:
        until = time.monotonic() + length
        while not watch.writing and time.monotonic() < until and not select.select([ended], [], [], 0)[0]:
            pass
        select.select([ended], [], [], chance.uniform(0, 0.01))


def run(kills: int, seed: int, folder: Path) -> Counter[str]:
    """Kills so often and returns what was met; raises AssertionError at the first thing that is wrong."""
    chance, watch, told = random.Random(seed), Watch(), Counter[str]()
    bench = set_up(folder)
    unbroken: dict[str, tuple[dict[str, Any], float]] = {}
    every = works(bench)
    for work in every:
        path = shutil.copyfile(bench.template(work.start), folder / f"unbroken-{work.name}.patrondesk")
        with bench.office(path) as office:
            began = time.monotonic()
            work.go(office)
            unbroken[work.name] = end(office), time.monotonic() - began
    with bench.office(bench.template("full")) as office:
        before = picture(office.database)
    while told["kills"] < kills:
        work = chance.choices(every, weights=[3, 1, 1])[0]
        place = folder / "round"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        path = shutil.copyfile(bench.template(work.start), place / "library.patrondesk")
        for _ in range(_AGAIN):
            killed, writing = kill_somewhere(bench, work, path, watch, chance, unbroken[work.name][1])
            told["kills"] += killed
            told[f"in {work.name}"] += killed
            told["inside a write"] += writing
            with bench.office(path) as office:
                check(office)
                if work.done(office):
                    break
        with bench.office(path) as office:
            work.go(office)
            assert work.done(office), f"{work.name} did not end"
            check(office)
            reached = end(office)
            wrong = {name for name, value in unbroken[work.name][0].items() if reached[name] != value}
            assert not wrong, f"{work.name} ended otherwise: {sorted(wrong)}"
            if work.name == "undo":
                assert not differences(before, picture(office.database))
        told["rounds"] += 1
    return told


def main() -> None:
    """The long run."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=500)
    words.add_argument("--seed", type=int, default=1)
    said = words.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = run(said.kills, said.seed, Path(folder))
    print(f"{dict(told)}, {time.monotonic() - began:.0f} s, seed {said.seed}")


if __name__ == "__main__":
    main()
