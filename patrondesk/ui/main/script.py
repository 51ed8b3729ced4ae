"""A script for the window: steps that wait until something is true, driven by a timer while the window lives as usual."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

Steps = Generator[Callable[[], object], None, None]
_EVERY_MS = 20


class ScriptFailed(RuntimeError):
    """A step of the script did not come true in time."""


class Script(QObject):
    """Runs `steps`: each yielded callable is asked again and again until it is true, then the steps go on."""

    def __init__(self, steps: Steps, seconds: float = 60) -> None:
        super().__init__()
        self._steps, self._seconds = steps, seconds
        self._waiting: Callable[[], object] = lambda: True
        self._since = time.monotonic()
        self.fault: BaseException | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)

    def run(self, app: QApplication) -> None:
        """Runs to the end; raises what a step raised, or ScriptFailed."""
        self._timer.start(_EVERY_MS)
        app.exec()
        if self.fault is not None:
            raise self.fault

    @Slot()
    def _on_tick(self) -> None:
        try:
            if not self._waiting():
                if time.monotonic() - self._since > self._seconds:
                    raise ScriptFailed(f"a step was not ready within {self._seconds:.0f} seconds")
                return
            self._waiting = next(self._steps)
            self._since = time.monotonic()
        except StopIteration:
            self._end()
        except BaseException as fault:  # the caller of run() gets it
            self.fault = fault
            self._end()

    def _end(self) -> None:
        self._timer.stop()
        QApplication.exit(0)


def shown(name: str) -> QWidget | None:
    """The visible widget of this name, wherever it is."""
    for top in QApplication.topLevelWidgets():
        for widget in (top, *top.findChildren(QWidget, name)):
            if widget.objectName() == name and widget.isVisible():
                return widget
    return None


def there(name: str) -> Callable[[], bool]:
    """Whether a widget of this name is on show, as a condition for a script."""
    return lambda: shown(name) is not None


def gone(name: str) -> Callable[[], bool]:
    """Whether no widget of this name is on show."""
    return lambda: shown(name) is None
