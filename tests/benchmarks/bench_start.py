"""From the start to the first painted window and to the first page of data, beside a bare QMainWindow: whole processes, interleaved.

`python tests/benchmarks/bench_start.py [--patrons 2000] [--turns 5] [--typing 2]`. Bytecode is compiled before; say so with each
figure. The program is started by its front door. It is signed in once as soon as the button can be pressed (nobody types so
fast), and once after some seconds of typing, in which the program makes ready what comes next: of that the time from the
press to the first page is added to the time to the first painted window. The check of the password takes its time on purpose.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import seeding

import patrondesk

_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Bare(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not hasattr(self, "told"):
            self.told = True
            print("painted", time.time(), flush=True)
            print("memory", int(open("/proc/self/statm").read().split()[1]) * 4096 / 2**20, flush=True)
            QTimer.singleShot(0, QApplication.quit)
app = QApplication(sys.argv)
window = Bare(); window.resize(1366, 768); window.show()
app.exec()
"""

# What no order of work avoids once somebody is to be let in: each alone, in a process that has shown nothing.
_FLOORS = """
import time
def told(word, work):
    start = time.perf_counter()
    result = work()
    print(word, time.perf_counter() - start, flush=True)
    return result
def toolkit():
    import sqlalchemy.orm, sqlalchemy.dialects.sqlite
def tables():
    import patrondesk.models
    from sqlalchemy.orm import configure_mappers
    configure_mappers()
told("toolkit", toolkit)
told("tables", tables)
from patrondesk.services import passwords
kept = passwords.hash_secret("eleven blue bicycles")
told("check", lambda: passwords.matches(kept, "eleven blue bicycles"))
"""

_OURS = """
import importlib.abc, importlib.machinery, sys, time
from patrondesk.__main__ import main

seconds, user, password = float(sys.argv[1]), sys.argv[2], sys.argv[3]

def tell(word, number):
    print(word, number, flush=True)

def drive(window):
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView

    class Driver(QObject):
        def __init__(self):
            super().__init__()
            self.table = self.pressed = self.last = None
            self.longest = 0.0
            self.typing = False
            self.timer = QTimer(self)
            self.timer.timeout.connect(self.look)
            self.timer.start(5)

        def look(self):
            now = time.perf_counter()
            if self.last is not None:
                self.longest = max(self.longest, now - self.last)
            self.last = now
            if self.pressed is not None and self.table is None:
                self.table = window.findChild(QTableView, "purge_table")
                if self.table is not None:
                    self.table.viewport().installEventFilter(self)
            elif not self.typing:
                button = window.findChild(QPushButton, "signin_button")
                if button is not None and button.isEnabled():
                    self.typing = True
                    QTimer.singleShot(int(seconds * 1000), lambda: self.press(button))

        def press(self, button):
            from patrondesk.services import passwords
            check = passwords.matches
            def timed(*words):
                start = time.perf_counter()
                try:
                    return check(*words)
                finally:
                    tell("check", time.perf_counter() - start)
            passwords.matches = timed
            window.findChild(QLineEdit, "signin_username").setText(user)
            window.findChild(QLineEdit, "signin_password").setText(password)
            self.pressed = time.time()
            button.click()

        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and self.table.model().rowCount():
                self.table.viewport().removeEventFilter(self)
                QTimer.singleShot(0, self.end)
            return False

        def end(self):
            tell("data", time.time())
            tell("pressed", self.pressed)
            tell("longest", self.longest)
            tell("memory", int(open("/proc/self/statm").read().split()[1]) * 4096 / 2**20)
            window.close()
            QApplication.quit()

    global driver
    driver = Driver()

class AfterReading(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "patrondesk.ui.main.opening":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        read = spec.loader.exec_module
        def read_and_watch(module):
            read(module)
            class Told(module.DeskWindow):
                def paintEvent(self, event):
                    super().paintEvent(event)
                    if not hasattr(self, "told"):
                        self.told = True
                        tell("painted", time.time())
                        from PySide6.QtCore import QTimer
                        QTimer.singleShot(0, lambda: drive(self))
            module.DeskWindow = Told
        spec.loader.exec_module = read_and_watch
        return spec

sys.meta_path.insert(0, AfterReading())
sys.exit(main([]))
"""


def run(code: str, *words: str, **environment: str) -> dict[str, float]:
    """What one process said of itself; `start` is when it was started."""
    start = time.time()
    everything = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, env=everything, timeout=60
    )
    lines = (line.split() for line in done.stdout.splitlines())
    return {"start": start, **{line[0]: float(line[1]) for line in lines if len(line) == 2}}


def figures(
    bare: Sequence[dict[str, float]],
    floors: Sequence[dict[str, float]],
    at_once: Sequence[dict[str, float]],
    typed: Sequence[dict[str, float]],
    typing: float,
) -> Iterator[str]:
    """Medians in milliseconds, with their ratio to the bare window."""

    def median(said: Sequence[dict[str, float]], until: str, since: str = "start") -> float:
        return statistics.median(one[until] - one[since] for one in said)

    base = median(bare, "painted")
    first = median([*at_once, *typed], "painted")
    data, press = median(at_once, "data"), median(typed, "data", "pressed")
    check = statistics.median(one["check"] for one in typed)
    toolkit, tables, alone = (statistics.median(one[word] for one in floors) for word in ("toolkit", "tables", "check"))
    words = f"after {typing:g} s of typing"
    for what, seconds, target in (
        ("bare QMainWindow", base, ""),
        ("first painted window", first, "1.5"),
        ("first page of data, signed in at once", data, "3"),
        (f"first painted window, and press to first page {words}", first + press, "3"),
        ("    of that from the press", press, ""),
        ("    of that the check of the password", check, ""),
        ("    and without the check", first + press - check, ""),
        ("floor: SQLAlchemy is read", toolkit, ""),
        ("floor: the tables are described", tables, ""),
        ("floor: the check of a password", alone, ""),
        ("floor: these three and a bare window", base + toolkit + tables + alone, ""),
    ):
        yield f"{what:62}{seconds * 1000:6.0f} ms  {seconds / base:5.2f}x  {f'(target {target})' if target else ''}"
    for what, said in (("at once", at_once), (words, typed)):
        longest = statistics.median(one["longest"] for one in said)
        yield f"{f'longest hold-up of the window, signed in {what}':62}{longest * 1000:6.0f} ms"
    yield f"{'memory of the bare window':62}{statistics.median(one['memory'] for one in bare):6.0f} MiB"
    yield f"{'memory at the first page of data':62}{statistics.median(one['memory'] for one in typed):6.0f} MiB         (target 110)"


def main() -> None:
    """Prints medians and ratios."""
    words = argparse.ArgumentParser()
    words.add_argument("--patrons", type=int, default=2000)
    words.add_argument("--turns", type=int, default=5)
    words.add_argument("--typing", type=float, default=2.0, help="seconds")
    asked = words.parse_args()
    compileall.compile_dir(str(Path(patrondesk.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory() as home:
        library = Path(home) / "bench.patrondesk"
        seeding.seed_library(library, asked.patrons)
        at_home = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "PATRONDESK_DATABASE": str(library)}
        ways = (
            (_BARE, ()),
            (_FLOORS, ()),
            (_OURS, ("0", seeding.USER, seeding.PASSWORD)),
            (_OURS, (str(asked.typing), seeding.USER, seeding.PASSWORD)),
        )
        said: list[list[dict[str, float]]] = [[] for _ in ways]
        for turn in range(asked.turns + 1):
            for heard, (code, given) in zip(said, ways, strict=True):
                one = run(code, *given, **at_home)
                if turn:  # the first only warms the caches
                    heard.append(one)
    print("\n".join(figures(*said, asked.typing)))


if __name__ == "__main__":
    main()
