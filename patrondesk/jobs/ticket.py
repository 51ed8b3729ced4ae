"""A ticket for long work: progress out, a wish to stop in; shared by two threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from patrondesk.errors import Stopped


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is; `total` 0 where that is not known. `words` names the part that is under way."""

    done: int
    total: int
    words: str


class Ticket:
    """`listener` is called from the working thread; `stop()` may be called from any."""

    def __init__(self, listener: Callable[[Progress], None] | None = None) -> None:
        self._listener = listener
        self._stop = threading.Event()

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Tells how far the work is."""
        if self._listener is not None:
            self._listener(Progress(done, total, words))

    def stop(self) -> None:
        """Asks the work to stop at the next safe place."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raises Stopped when somebody asked to stop: for work that leaves nothing behind when it does."""
        if self._stop.is_set():
            raise Stopped("The work was stopped; nothing was changed.", "Start it again when you wish.")
