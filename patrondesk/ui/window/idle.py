"""Nobody at the desk: after a while without key or mouse the window locks, and says so a minute before."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QCursor, QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from patrondesk.ui.window.idle_warning import IdleWarning

_EVERY_MS = 1000
_WARNING_S = 60
_SIGNS = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TouchBegin, QEvent.Type.InputMethod, QEvent.Type.TabletPress,
})  # fmt: skip


def _clocks() -> tuple[float, float]:
    """One that nobody sets, and one that goes on while the computer sleeps."""
    return time.monotonic(), time.time()


class Idle(QObject):
    """`start(minutes, busy)` when somebody is at the desk, `stop()` when nobody is. `now` gives seconds of two clocks.

    Signs of somebody are looked for in the windows themselves and not in every event of the application, of which there
    are very many.
    """

    elapsed = Signal()
    """It is time to lock."""

    def __init__(self, window: QWidget, now: Callable[[], tuple[float, float]] = _clocks) -> None:
        super().__init__(window)
        self._window = window
        self.now = now
        self._limit = 0.0
        self._busy: Callable[[], bool] = lambda: False
        self._last = now()
        self._pointer = QPoint()
        self.warning: IdleWarning | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._on_window)

    def start(self, minutes: int, busy: Callable[[], bool]) -> None:
        """Begins to look; 0 minutes is never. While `busy()` nobody is missed."""
        self.stop()
        self._limit, self._busy = minutes * 60.0, busy
        if minutes:
            self._on_window(QGuiApplication.focusWindow())
            self.touch()
            self._timer.start()

    def stop(self) -> None:
        """Looks no longer."""
        self._timer.stop()
        self._dismiss()

    @Slot()
    def touch(self) -> None:
        """Somebody is there."""
        self._last = self.now()
        self._pointer = QCursor.pos()
        self._dismiss()

    @Slot()
    def look(self) -> None:
        """Once a second: warns, or says that it is time."""
        if not self._timer.isActive():
            return
        if QCursor.pos() != self._pointer and QApplication.activeWindow() is not None:
            self.touch()
            return
        if self._busy():
            self.touch()  # counted from the end of the work
            return
        gone = max(later - before for before, later in zip(self._last, self.now(), strict=True))
        left = self._limit - gone
        if left <= 0:
            self.stop()
            self.elapsed.emit()
        elif left <= min(_WARNING_S, self._limit / 2):
            self._warn(int(left + 0.999))

    def _warn(self, seconds: int) -> None:
        if self.warning is None:
            over = QApplication.activeModalWidget() or QApplication.activeWindow() or self._window
            from patrondesk.ui.window.idle_warning import IdleWarning

            self.warning = IdleWarning(over)
            self.warning.stayed.connect(self.touch)
            self.warning.open()
        self.warning.show_left(seconds)

    def _dismiss(self) -> None:
        warning, self.warning = self.warning, None
        if warning is not None:
            warning.done(0)

    @Slot(QWindow)
    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS and self._timer.isActive():
            self.touch()
        return False
