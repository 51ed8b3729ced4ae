"""The page's notices: what happened, and what runs - shown only when it takes more than half a second."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrondesk.ui.shell import banner

_SHOW_AFTER_MS = 500


class Notices(QWidget):
    """Banners one below the other. At most one of them is of something that runs."""

    stop_asked = Signal()
    came = Signal(object)
    """A new banner; Tab must find its way through it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        self._told: list[QWidget] = []
        self._waiting: banner.ProgressBanner | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_SHOW_AFTER_MS)
        self._late.timeout.connect(self._on_late)
        self.hide()

    def tell(self, told: banner.Banner) -> banner.Banner:
        """Shows a banner until it is closed, or `clear` takes it away; returns it."""
        self._told.append(told)
        self._list.addWidget(told)
        told.closed.connect(self._settle)
        self.show()
        self.came.emit(told)
        return told

    def clear(self) -> None:
        """Takes away what was told."""
        for told in self._told:
            self._drop(told)
        self._told = []
        self._settle()

    def wait(self, sentence: str, explained: str) -> None:
        """Something runs; `ended` takes its banner away."""
        self.ended()
        waiting = banner.ProgressBanner(sentence, explained)
        waiting.stop_asked.connect(self.stop_asked)
        waiting.hide()
        self._waiting = waiting
        self._list.addWidget(waiting)
        self.came.emit(waiting)
        self._late.start()

    def progress(self, sentence: str, done: int, total: int) -> None:
        """How far it is; `total` 0 where that is not known."""
        if self._waiting is not None:
            self._waiting.show_progress(sentence, done, total)

    def ended(self) -> None:
        """Nothing runs any more."""
        self._late.stop()
        if self._waiting is not None:
            self._drop(self._waiting)
            self._waiting = None
        self._settle()

    def _on_late(self) -> None:
        if self._waiting is not None:
            self._waiting.show()
            self.show()

    def _drop(self, widget: QWidget) -> None:
        self._list.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _settle(self) -> None:
        shown = [told for told in (*self._told, self._waiting) if told is not None and not told.isHidden()]
        self.setVisible(bool(shown))
