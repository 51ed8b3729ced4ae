"""Run in a child process: counts how many references to None and True PySide6 gains or loses; prints them as JSON.

PySide6 6.12.0 on Python 3.11 loses one each time C++ hears None back from Python, or carries None or True in a signal;
tests pass and the process dies later. From Python 3.12 on these objects are never freed and nothing can drift.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRunnable, QThreadPool, Signal, Slot

ROUNDS = 2000


class Source(QObject):
    """Says a bool and an object."""

    switched = Signal(bool)
    told = Signal(object)


class Listener(QObject):
    """Hears them, and an event of C++; every method returns None to C++."""

    @Slot(bool)
    def on_switched(self, value: bool) -> None:
        self.last = value

    @Slot(object)
    def on_told(self, value: object) -> None:
        self.last_told = value

    def customEvent(self, event: QEvent) -> None:
        self.kind = event.type()


class Errand(QRunnable):
    """Does nothing, on another thread."""

    def run(self) -> None:
        return


def main() -> None:
    """Exercise each way across the border, and print what drifted in each."""
    application = QCoreApplication([])
    source, listener, pool = Source(), Listener(), QThreadPool()
    source.switched.connect(listener.on_switched)
    source.told.connect(listener.on_told)

    def signals() -> None:
        source.switched.emit(True)
        source.told.emit(None)
        source.told.emit(True)

    def overrides() -> None:
        application.sendEvent(listener, QEvent(QEvent.Type.User))

    def errands() -> None:
        pool.start(Errand())

    drift = {}
    for way in (signals, overrides, errands):
        way()
        pool.waitForDone()
        before = sys.getrefcount(None), sys.getrefcount(True)
        for _ in range(ROUNDS):
            way()
        pool.waitForDone()
        after = sys.getrefcount(None), sys.getrefcount(True)
        drift[way.__name__] = [after[0] - before[0], after[1] - before[1]]
    print(json.dumps(drift), flush=True)


if __name__ == "__main__":
    main()
