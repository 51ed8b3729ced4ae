"""Banners: what happened or runs, above the table. They push it down, and stay until closed."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from patrondesk.ui.shell import buttons, fonts, landing, text

_KINDS = {"info": ("info", "info"), "done": ("done", "ok"), "look": ("look", "warn"), "not_done": ("not_done", "danger")}
_SAY_TIME_AFTER_S = 3.0


def announce(widget: QWidget, said: str) -> None:
    """Tells assistive technology at once, through the accessible name of a widget on show."""
    widget.setAccessibleName(said)
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


class Banner(QFrame):
    """`kind`: info, done, look (worth a look) or not_done. The first sentence is bold, the second plain."""

    closed = Signal()

    def __init__(self, kind: str, first: str, second: str = "", closable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        icon, tone = _KINDS[kind]
        self.setProperty("banner", kind)
        self.setObjectName(f"banner_{kind}")
        self._first = text.Sentence(first, fonts.TEXT, "text", fonts.SEMIBOLD if second else fonts.REGULAR)
        self._second = text.Sentence(second, fonts.LABEL, "text2")
        if not second:
            self._second.hide()  # what is made visible before it has a place is a window of its own for a moment
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._first)
        words.addWidget(self._second)
        self.at_right = QHBoxLayout()
        self.at_right.setSpacing(8)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(14, 7, 8, 7)
        whole.setSpacing(10)
        whole.addWidget(text.IconLabel(icon, 18, tone))
        whole.addLayout(words, 1)
        whole.addLayout(self.at_right)
        self.close_button = buttons.icon_button("close", "Close this notice", "banner_close", "quiet")
        self.close_button.clicked.connect(self._on_close)
        if not closable:
            self.close_button.hide()
        whole.addWidget(self.close_button)
        self._announce()

    def say(self, first: str, second: str = "") -> None:
        """Shows other sentences."""
        self._first.say(first)
        self._second.say(second)
        self._second.setVisible(bool(second))
        self._announce()

    def add_action(self, button: buttons.Button) -> buttons.Button:
        """Puts a button at the right; returns it."""
        self.at_right.addWidget(button)
        # Beside the close button, wherever in Tab's way that is, and then before it.
        QWidget.setTabOrder(self.close_button, button)
        QWidget.setTabOrder(button, self.close_button)
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.close_button.isHidden():
            self._on_close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        landing.leave(self)
        super().hideEvent(event)

    def _announce(self) -> None:
        announce(self, " ".join(part for part in (self._first.text(), self._second.text()) if part))

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()


class ProgressBanner(QFrame):
    """What runs: sentence, bar, time left after three seconds, what Stop does."""

    stop_asked = Signal()

    def __init__(self, sentence: str, explained: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", "info")
        self.setObjectName("banner_progress")
        self._began = time.monotonic()
        self._said_at = 0.0
        self._sentence = text.label(sentence, fonts.TEXT, fonts.SEMIBOLD)
        self._left = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self.stop_button = buttons.button("Stop", "ordinary", "stop", "banner_stop")
        self.stop_button.setAccessibleDescription(explained)
        self.stop_button.clicked.connect(self._on_stop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(sentence)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text.IconLabel("running", 18, "info"))
        head.addWidget(self._sentence, 1)
        head.addWidget(self._left)
        head.addWidget(self.stop_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 10)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self.bar)
        whole.addWidget(text.Sentence(explained, fonts.LABEL, "text2"))
        announce(self, f"{sentence} {explained}")

    def show_progress(self, sentence: str, done: int, total: int) -> None:
        """Moves the bar. `total` 0: unknown. The sentence is announced at most once a second."""
        self._sentence.setText(sentence)
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(done)
        now = time.monotonic()
        gone = now - self._began
        if done > 0 and total > 0 and gone >= _SAY_TIME_AFTER_S:
            self._left.setText(text.seconds_left(gone / done * (total - done)))
        if now - self._said_at >= 1.0:
            self._said_at = now
            announce(self, sentence)

    def hideEvent(self, event: QHideEvent) -> None:
        landing.leave(self)
        super().hideEvent(event)

    def _on_stop(self) -> None:
        self.stop_button.setEnabled(False)
        self._left.setText("stopping ...")
        self.stop_asked.emit()
