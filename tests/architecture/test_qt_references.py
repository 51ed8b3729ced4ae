"""The pinned PySide6 must not lose references to None and True: such a build aborts the program hours later."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture.qt_references import ROUNDS

PROBE = Path(__file__).with_name("qt_references.py")


def test_no_references_are_lost_to_qt():
    child = subprocess.run([sys.executable, str(PROBE)], capture_output=True, text=True, timeout=60, check=False)
    assert child.returncode == 0, f"the probe died: {child.stderr[-500:]}"
    drift = json.loads(child.stdout)
    assert set(drift) == {"signals", "overrides", "errands"}
    for way, (none, true) in drift.items():
        assert abs(none) < ROUNDS / 10, f"{way}: {none} references to None in {ROUNDS} rounds"
        assert abs(true) < ROUNDS / 10, f"{way}: {true} references to True in {ROUNDS} rounds"
