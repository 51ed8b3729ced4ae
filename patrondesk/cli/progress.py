"""Long work at the command line: a bar on a terminal, and Ctrl+C as a wish to stop at the next safe place."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Never

from patrondesk.jobs.ticket import Ticket

if TYPE_CHECKING:
    from tqdm import tqdm

    from patrondesk.cli.answer import Answer

_WORDS = {"backup": "Backing up", "purge": "Purging"}


class Bar:
    """Shows (done, total, words) on standard error where a terminal is there to see it."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._bar: tqdm[Never] | None = None

    def show(self, done: int, total: int, words: str = "") -> None:
        """Moves the bar."""
        if not self._shown:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=total, file=sys.stderr, leave=False, unit="", dynamic_ncols=True)
        self._bar.total = total
        self._bar.set_description(_WORDS.get(words, words), refresh=False)
        self._bar.n = done
        self._bar.refresh()

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.close()


@contextlib.contextmanager
def bar(answer: Answer) -> Iterator[Bar]:
    """A bar for the length of the block."""
    shown = Bar(not answer.quiet and sys.stderr is not None and sys.stderr.isatty())
    try:
        yield shown
    finally:
        shown.close()


@contextlib.contextmanager
def watched(answer: Answer) -> Iterator[Ticket]:
    """A ticket whose progress is shown, and which Ctrl+C (or the system asking to end) stops."""
    with bar(answer) as shown:
        ticket = Ticket(lambda said: shown.show(said.done, said.total, said.words))
        with _stopping(ticket):
            yield ticket


@contextlib.contextmanager
def _stopping(ticket: Ticket) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: ticket.stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
