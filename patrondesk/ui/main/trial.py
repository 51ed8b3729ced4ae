"""The window's own part of the self-test: fonts, icons and every screen are there and can be opened, offscreen."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from patrondesk import bootstrap
from patrondesk.services.demo import build
from patrondesk.ui.main.opening import DEMO_PASSWORD, DEMO_STAFF, application, aside, open_window
from patrondesk.ui.main.script import Script, Steps, there
from patrondesk.ui.shell import fonts, icons
from patrondesk.ui.window.desk_window import DeskWindow

_PAGES = ("purge", "patrons", "import", "batches", "settings")


def self_test() -> list[str]:
    """What is wrong, in sentences; nothing when every screen opens. A made-up school is made and thrown away."""
    app = application()
    problems = []
    if not fonts.family():
        problems.append("The font Inter is missing.")
    problems += [f"The icon “{word}” is missing." for word in icons.NAMES if icons.pixmap(word, 16, "text", 1.0).isNull()]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "self-test.patrondesk"
        aside(lambda: build.build(bootstrap.new_database(library), patrons=30, seed=1, today=dt.date(2026, 12, 4)))
        window = open_window(str(library), DEMO_STAFF, DEMO_PASSWORD)
        assert isinstance(window, DeskWindow)
        window.show()
        try:
            Script(_walk(window), seconds=20).run(app)
        except Exception as fault:  # a screen that does not open is what is looked for
            problems.append(f"The window does not work: {type(fault).__name__}: {fault}")
        window.close()
        window.deleteLater()
    return problems


def _walk(window: DeskWindow) -> Steps:
    """Every page once."""
    desk = window.desk
    assert desk is not None
    yield there("purge_table")
    for word in _PAGES:
        desk.go(word)
        yield lambda word=word: desk.place == word and window.runner.idle  # type: ignore[misc]
