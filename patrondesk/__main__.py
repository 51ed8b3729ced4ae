"""The front door: without words the window, with words the command line. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import gc
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from patrondesk import logbook
from patrondesk.cli import run
from patrondesk.cli.front import Front


def main(words: Sequence[str] | None = None) -> int:
    """Does what the words ask and returns the exit code; without `words`, those of this process."""
    if words is None:
        words = sys.argv[1:]
        _settle_process()
    return run.main(words, Front(_window, _demo_window, _demonstrate, _window_problems))


def _settle_process() -> None:
    """Streams take every letter; what libraries warn of and log is for those who look for a fault, not for the desk."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace" if stream is not sys.stdin else "surrogateescape")
    logbook.keep()
    if os.environ.get("PATRONDESK_DEBUG") == "1":
        logging.basicConfig(level=logging.INFO)
        return
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _window(database: str | None, staff: str | None) -> int:
    gc.disable()  # nothing that is read at the start is rubbish; the window's runner collects later
    from patrondesk.ui import main as window

    return window.run(database, staff)


def _demo_window(library: Path) -> int:
    from patrondesk.ui import main as window

    return window.run_demo(library)


def _demonstrate(folder: Path) -> int:
    from patrondesk.ui import main as window

    return window.demonstrate(folder)


def _window_problems() -> Sequence[str]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from patrondesk.ui import main as window

    return window.self_test()


if __name__ == "__main__":
    sys.exit(main())
