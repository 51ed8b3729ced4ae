"""The focus ring: one overlay a window, 2 px outside the control that the keyboard reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from patrondesk.ui.shell import paint

_GAP = 4
_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_last = {"keyboard": False}


class Ring(QWidget):
    """Drawn over its host; never takes the mouse, the focus, or a place in the accessibility tree's tab order."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("focus_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.hide()

    def follow(self, target: QWidget) -> None:
        """Goes round `target` and stays with it."""
        self.leave()
        self._target = target
        host = self.parentWidget()
        step: QWidget | None = target
        while step is not None and step is not host:
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()
        self._place()
        self.raise_()
        self.show()

    def leave(self) -> None:
        """Goes away."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched, self._target = [], None
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        elif event.type() == QEvent.Type.Hide:
            self.leave()
        return False

    def _place(self) -> None:
        host = self.parentWidget()
        if self._target is not None and host is not None:
            corner = self._target.mapTo(host, QPoint(0, 0))
            self.setGeometry(
                corner.x() - _GAP, corner.y() - _GAP, self._target.width() + 2 * _GAP, self._target.height() + 2 * _GAP
            )  # fmt: skip

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint.ring(painter, QRectF(self.rect()), 8)
        painter.end()


def entered(widget: QWidget, event: QFocusEvent) -> None:
    """Called from a control's focusInEvent: shows the ring when the keyboard brought the focus."""
    if by_keyboard(event):
        _ring_of(_host(widget)).follow(widget)


def left(widget: QWidget) -> None:
    """Called from a control's focusOutEvent."""
    ring = _host(widget).findChild(Ring, "focus_ring", Qt.FindChildOption.FindDirectChildrenOnly)
    if ring is not None:
        ring.leave()


def by_keyboard(event: QFocusEvent) -> bool:
    """Whether this focus came from the keyboard, or from the program after the keyboard was used last."""
    if event.reason() == Qt.FocusReason.MouseFocusReason:
        _last["keyboard"] = False
    elif event.reason() in _KEYBOARD:
        _last["keyboard"] = True
    return _last["keyboard"]


def stops(banner: QWidget, last: QWidget | None = None) -> list[QWidget]:
    """The buttons of a banner as they stand from left to right; `last` comes last, such as the close button."""
    every = [button for button in banner.findChildren(QAbstractButton) if button.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return sorted(every, key=lambda button: button is last)


def chain(order: Iterable[QWidget]) -> None:
    """Tab goes through these one after another."""
    for one, following in itertools.pairwise(order):
        QWidget.setTabOrder(one, following)


def after(anchor: QWidget, banner: QWidget, last: QWidget | None = None) -> None:
    """Puts the buttons of a banner into Tab's way behind `anchor`, the last control above it; `last` as in `stops`."""
    chain((anchor, *stops(banner, last)))


def _host(widget: QWidget) -> QWidget:
    step = widget
    while not step.isWindow():
        parent = step.parentWidget()
        if parent is None:
            return step
        area = parent.parentWidget()
        if isinstance(area, QScrollArea) and area.widget() is step:
            return step
        step = parent
    return step


def _ring_of(host: QWidget) -> Ring:
    found = host.findChild(Ring, "focus_ring", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else Ring(host)
