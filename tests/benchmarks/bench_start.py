"""Start to the first painted window, and to the first page of data, beside a bare QMainWindow: whole processes, interleaved.

`python tests/benchmarks/bench_start.py [--patrons 2000] [--turns 5]`. Bytecode is compiled before; say so with each figure.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
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
            print("PAINTED", time.time(), flush=True)
            QTimer.singleShot(0, QApplication.quit)
app = QApplication(sys.argv)
window = Bare(); window.resize(1366, 768); window.show()
app.exec()
"""

_OURS = """
import sys, time
from patrondesk.ui.main import opening
from patrondesk.clock import Clock
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.window.desk_window import DeskWindow
from PySide6.QtCore import QTimer
class Told(DeskWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not hasattr(self, "told"):
            self.told = True
            print("PAINTED", time.time(), flush=True)
app = opening.application()
window = Told(Prefs(), Clock())
window.show()
gates = []
QTimer.singleShot(20, lambda: gates.append(opening.keep_gate(window, sys.argv[1], sys.argv[2], Clock())))
def look():
    if window.desk is not None and window.desk.purge_page.model.rowCount():
        pages = int(open("/proc/self/statm").read().split()[1])
        print("DATA", time.time(), pages * 4096 // 2**20, flush=True)
        window.close()
        app.quit()
    elif gates and gates[0]._office is not None and window.desk is None and not hasattr(gates[0], "asked"):
        from patrondesk.ui.screens.signin.asked import SignInAsked
        gates[0].asked = True
        gates[0]._on_sign_in(SignInAsked(sys.argv[2], sys.argv[3]))
timer = QTimer(); timer.timeout.connect(look); timer.start(5)
app.exec()
"""


def run(code: str, *words: str, home: str) -> tuple[float, float | None, int]:
    """(seconds to the first paint, to the first data, MiB) of one process."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    start = time.time()
    said = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, env=environment, timeout=60).stdout
    painted = float(re.search(r"PAINTED ([\d.]+)", said).group(1)) - start  # type: ignore[union-attr]
    data = re.search(r"DATA ([\d.]+) (\d+)", said)
    return painted, float(data.group(1)) - start if data else None, int(data.group(2)) if data else 0


def main() -> None:
    """Prints medians and ratios."""
    words = argparse.ArgumentParser()
    words.add_argument("--patrons", type=int, default=2000)
    words.add_argument("--turns", type=int, default=5)
    asked = words.parse_args()
    compileall.compile_dir(str(Path(patrondesk.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory() as home:
        library = Path(home) / "bench.patrondesk"
        seeding.seed_library(library, asked.patrons)
        bare, first, data, memory = [], [], [], []
        for turn in range(asked.turns + 1):
            a, _, _ = run(_BARE, home=home)
            b, c, mib = run(_OURS, str(library), seeding.USER, seeding.PASSWORD, home=home)
            if turn:
                bare.append(a)
                first.append(b)
                data.append(c or 0)
                memory.append(mib)
    base = statistics.median(bare)
    print(f"bare QMainWindow        {base * 1000:6.0f} ms")
    print(f"first painted window    {statistics.median(first) * 1000:6.0f} ms  {statistics.median(first) / base:.2f}x  (target 1.5)")
    print(f"first page of data      {statistics.median(data) * 1000:6.0f} ms  {statistics.median(data) / base:.2f}x  (target 3)")
    print(f"memory at the data      {statistics.median(memory):6.0f} MiB        (target 110)")


if __name__ == "__main__":
    main()
