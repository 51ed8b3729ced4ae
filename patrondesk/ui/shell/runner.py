"""Runs work away from the window's thread and brings its answers back to it.

Two readers and one writer. A callable takes nothing (long work takes a Ticket) and returns a plain record; it opens and closes
its own session. What it raises comes back as an object. Callbacks always run on the window's thread.
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, SignalInstance, Slot

from patrondesk.jobs.ticket import Progress, Ticket

R = TypeVar("R")
Failed = Callable[[Exception], None]

_GC_EVERY_MS = 4000
_FULL_EVERY = 15


@dataclass(slots=True)
class _Call:
    """One call under way, kept on the window's thread so that nothing of the window dies on another."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Failed | None
    progress: Callable[[Any], None] | None = None
    ticket: Ticket | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    number: int
    result: Any = None
    fault: Exception | None = None
    progress: Any = None
    ended: bool = True


class _Task(QRunnable):
    """Holds a callable and a bound signal; owns neither."""

    def __init__(self, number: int, work: Callable[[], Any], answered: SignalInstance) -> None:
        super().__init__()
        self._number = number
        self._work: Callable[[], Any] | None = work
        self._answered = answered

    def run(self) -> None:
        work, self._work = self._work, None
        answer = self._asked(work)
        del work
        self._answered.emit(answer)

    def _asked(self, work: Callable[[], Any] | None) -> _Answer:
        try:
            return _Answer(self._number, result=work() if work else None)
        except Exception as fault:
            return _Answer(self._number, fault=fault)


class Runner(QObject):
    """The window's way to ask and to do. One per window; made and used on the window's thread."""

    idle_changed = Signal(bool)
    """Sent with True when nothing runs any more, with False when something starts."""
    unhandled = Signal(object)
    """An exception for which no `failed` was given."""
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None, collect: bool = True) -> None:
        super().__init__(parent)
        self._readers = QThreadPool(self)
        self._readers.setMaxThreadCount(2)
        self._writer = QThreadPool(self)
        self._writer.setMaxThreadCount(1)
        for pool in (self._readers, self._writer):
            pool.setExpiryTimeout(-1)
        self._numbers = itertools.count(1)
        self._calls: dict[int, _Call] = {}
        self._newest: dict[str, int] = {}
        self._closing = False
        self._answered.connect(self._on_answered)
        self._collections = 0
        self._collector = QTimer(self)
        self._collector.timeout.connect(self._on_collect)
        if collect:
            gc.disable()
            self._collector.start(_GC_EVERY_MS)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._calls

    def ask(self, key: str, work: Callable[[], R], done: Callable[[R], None], failed: Failed | None = None) -> None:
        """Reads off the window's thread. Asking again under the same `key` drops the older answer, and its failure."""
        number = self._start(self._readers, _Call(work, done, failed, key=key))
        if number:
            self._newest[key] = number

    def do(self, work: Callable[[], R], done: Callable[[R], None], failed: Failed | None = None) -> None:
        """Changes something off the window's thread, one change after another."""
        self._start(self._writer, _Call(work, done, failed))

    def long(
        self,
        work: Callable[[Ticket], R],
        progress: Callable[[Progress], None],
        done: Callable[[R], None],
        failed: Failed | None = None,
    ) -> Ticket:
        """Long work on the writer's thread. It says how far it is through its ticket; the caller may `stop()` that ticket."""
        number = next(self._numbers)
        answered = self._answered
        ticket = Ticket(lambda said: answered.emit(_Answer(number, progress=said, ended=False)))
        self._start(self._writer, _Call(lambda: work(ticket), done, failed, progress, ticket), number)
        return ticket

    def forget(self, key: str) -> None:
        """Drops the answer that is still to come for `key` (the screen has gone)."""
        self._newest[key] = 0

    @property
    def writing_done(self) -> bool:
        """Whether no change and no long work is under way; reads may be."""
        return all(call.key is not None for call in self._calls.values())

    def forget_all(self) -> None:
        """Drops every answer that is still to come: whoever asked has gone."""
        for call in self._calls.values():
            if call.key is not None:
                self._newest[call.key] = 0

    def close(self, wait_ms: int = 30000) -> bool:
        """Stops every ticket, waits for what runs, drops all answers. False when something still ran after `wait_ms`."""
        self._closing = True
        for call in self._calls.values():
            if call.ticket is not None:
                call.ticket.stop()
        self._readers.clear()
        ended = all([pool.waitForDone(wait_ms) for pool in (self._readers, self._writer)])
        if not ended:
            self._closing = False
            return False
        self._collector.stop()
        self._calls.clear()
        gc.enable()
        return True

    def _start(self, pool: QThreadPool, call: _Call, number: int = 0) -> int:
        if self._closing:
            return 0
        number = number or next(self._numbers)
        was_idle = self.idle
        self._calls[number] = call
        pool.start(_Task(number, call.work, self._answered))
        if was_idle:
            self.idle_changed.emit(False)
        return number

    @Slot(object)
    def _on_answered(self, answer: _Answer) -> None:
        call = self._calls.get(answer.number) if not answer.ended else self._calls.pop(answer.number, None)
        if call is None or self._closing:
            return
        if not answer.ended:
            if call.progress is not None:
                call.progress(answer.progress)
            return
        try:
            self._hand_over(call, answer)
        finally:
            if self.idle:
                self.idle_changed.emit(True)

    def _hand_over(self, call: _Call, answer: _Answer) -> None:
        if call.key is not None and self._newest.get(call.key) != answer.number:
            return
        if answer.fault is None:
            call.done(answer.result)
        elif call.failed is not None:
            call.failed(answer.fault)
        else:
            self.unhandled.emit(answer.fault)

    @Slot()
    def _on_collect(self) -> None:
        self._collections += 1
        gc.collect(2 if self._collections % _FULL_EVERY == 0 else 1)
