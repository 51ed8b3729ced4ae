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
from patrondesk.services import replacing
from patrondesk.services.office import Office
from tests.comparing import differences, picture
from tests.crash.works import Bench, Work, check, end, set_up, works

# A killed piece of work is taken up and killed again at most so often before it may end.
_AGAIN = 3


_IDLE, _WRITES, _HOLDS = range(3)


class Watch:
    """One byte that a child shares with us: whether it stands inside a write, or holds the library file to replace it."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    @property
    def writing(self) -> bool:
        """Whether the child stood inside a write when it was last heard of."""
        return self._byte[0] == _WRITES

    @property
    def holding(self) -> bool:
        """Whether it held the file, in no write."""
        return self._byte[0] == _HOLDS

    @property
    def busy(self) -> bool:
        """The one or the other."""
        return self._byte[0] != _IDLE

    def clear(self) -> None:
        """Before a new child."""
        self._byte[0] = _IDLE

    def follow(self) -> None:
        """In the child: from now on every write and every hold says when it begins and ends."""
        real, alone, byte = Database.write, replacing.alone, self._byte

        @contextlib.contextmanager
        def watched(database: Database) -> Iterator[Any]:
            before = byte[0]
            with real(database) as session:
                byte[0] = _WRITES
                yield session
                # still inside: the commit is the most delicate moment of all
            byte[0] = before

        @contextlib.contextmanager
        def held(database: Database) -> Iterator[replacing.Hold]:
            with alone(database) as hold:
                byte[0] = _HOLDS
                yield hold
            byte[0] = _IDLE

        Database.write = watched  # type: ignore[method-assign, assignment]
        replacing.alone = held


def kill_somewhere(bench: Bench, work: Work, path: Path, watch: Watch, chance: random.Random, length: float) -> str:
    """Starts or takes up the work in a child and kills it; where it stood then: `inside a write`, `holding the file`, `between`.

    Nothing, when it had ended.
    """
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
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = os.read(ended, 1)  # nothing, when the end was not reached
    os.close(ended)
    assert said != b"\1", "the work failed by itself"
    if said:
        return ""
    return "inside a write" if watch.writing else "holding the file" if watch.holding else "between"


def _wait(ended: int, watch: Watch, chance: random.Random, length: float) -> None:
    """Until a random moment: any, or a moment after some write or hold has begun."""
    moment = chance.uniform(0, length * 1.25)  # a child is slower; its last steps are to be met too
    select.select([ended], [], [], moment)
    if chance.random() < 0.6:
        until = time.monotonic() + 10 * length  # on a busy computer a child is slower by far
        while not watch.busy and time.monotonic() < until and not select.select([ended], [], [], 0)[0]:
            pass
        # a hold takes much of the work, a write a moment
        select.select([ended], [], [], chance.uniform(0, length if watch.holding else 0.01))


def run(kills: int, seed: int, folder: Path, every: int = 0) -> Counter[str]:
    """Kills so often and returns what was met; raises AssertionError at the first thing that is wrong.

    Says how far it is after each `every` kills.
    """
    chance, watch, told, began = random.Random(seed), Watch(), Counter[str](), time.monotonic()
    bench = set_up(folder)
    kinds = works(bench)
    unbroken = {work.name: _unbroken(bench, work, folder) for work in kinds}
    with bench.office(bench.template("full")) as office:
        before = picture(office.database)
    while told["kills"] < kills:
        work = chance.choices(kinds, weights=[3, 1, 1, 2])[0]
        place = folder / "round"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        path = shutil.copyfile(bench.template(work.start), place / "library.patrondesk")
        for _ in range(_AGAIN):
            stood = kill_somewhere(bench, work, path, watch, chance, unbroken[work.name][1])
            if stood:
                told.update(["kills", f"in {work.name}", stood, f"in {work.name}, {stood}"])
                if every and told["kills"] % every == 0:
                    inside = told["inside a write"]
                    print(f"{told['kills']} kills, {inside} inside a write, {time.monotonic() - began:.0f} s", flush=True)
            with bench.office(path) as office:
                check(office)
                work.look(office)
                over = work.done(office)
            if over:
                told[f"in {work.name}, done all the same"] += bool(stood)
                break
        with bench.office(path) as office:
            _go_on(work, office, unbroken[work.name][0])
            if work.name in ("undo", "restore"):
                assert not differences(before, picture(office.database))
        told["rounds"] += 1
    return told


def _go_on(work: Work, office: Office, unbroken: dict[str, Any]) -> None:
    """What was killed ends where an unbroken run ends."""
    work.go(office)
    assert work.done(office), f"{work.name} did not end"
    check(office)
    work.look(office)
    work.tidy(office)
    reached = end(office)
    wrong = {name for name, value in unbroken.items() if reached[name] != value}
    assert not wrong, f"{work.name} ended otherwise: {sorted(wrong)}"


def _unbroken(bench: Bench, work: Work, folder: Path) -> tuple[dict[str, Any], float]:
    """Where the work ends when nothing kills it, and how many seconds that takes."""
    path = shutil.copyfile(bench.template(work.start), folder / f"unbroken-{work.name}.patrondesk")
    with bench.office(path) as office:
        began = time.monotonic()
        work.go(office)
        took = time.monotonic() - began
        work.look(office)
        work.tidy(office)
        return end(office), took


def main() -> None:
    """The long run."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=500)
    words.add_argument("--seed", type=int, default=1)
    said = words.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = run(said.kills, said.seed, Path(folder), every=25)
    print(f"{dict(sorted(told.items()))}, {time.monotonic() - began:.0f} s, seed {said.seed}")


if __name__ == "__main__":
    main()
