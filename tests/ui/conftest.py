"""What every test of the window gets: its own preferences, and a trap for SQL that the window asks on its own thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from patrondesk import paths
from patrondesk.database import Database

_UI = f"{Path('patrondesk') / 'ui'}"
_TESTS = str(Path(__file__).parents[1])


def _asked_by_the_window() -> bool:
    """Whether the window's code, and not a test that prepares or looks into a library, is nearest to this call."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if _UI in file or "pytestqt" in file:
            return True
        if file.startswith(_TESTS) and not file.startswith(__file__):
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return True


@pytest.fixture(autouse=True)
def sql_on_the_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whatever of `read` and `write` the window asked on its own thread; a test that ends with some of it fails."""
    met: list[str] = []
    for name in ("read", "write"):
        real = getattr(Database, name)

        def trapped(self: Database, *args: Any, real: Any = real, name: str = name, **kwargs: Any) -> Any:
            if threading.current_thread() is threading.main_thread() and _asked_by_the_window():
                met.append(name)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Database, name, trapped)
    yield met
    assert not met, "SQL on the window's thread"


@pytest.fixture(autouse=True)
def _own_preferences(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the window's place, theme or last username of another."""
    monkeypatch.setattr(paths, "config_folder", lambda: tmp_path / "config")
