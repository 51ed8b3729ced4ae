"""Chips and tag boxes as widgets, painted by the same code that paints them in tables."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from patrondesk.ui.shell import focus, paint
from patrondesk.ui.shell.paint import ChipText, TagState


class Chip(QLabel):
    """A chip; never a button. Its words are its accessible name."""

    def __init__(self, said: ChipText, parent: QWidget | None = None) -> None:
        super().__init__(said.text, parent)
        self._said = said
        self.setAccessibleName(said.text)

    def show_chip(self, said: ChipText) -> None:
        """Says something else."""
        self._said = said
        self.setText(said.text)
        self.setAccessibleName(said.text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(paint.chip_width(self._said), paint.chip_height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        paint.chip(painter, 0, self.height() / 2, self._said, mirrored)
        painter.end()


class TagBox(QCheckBox):
    """The tri-state tag box of a head: from "some" a press tags all, from "all" none. Name it with `setAccessibleName`.

    `clicked` comes after the new state is set: Checked means tag all, Unchecked means untag all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTristate(True)
        self._resting = False
        self._ringed = False

    def rest(self, resting: bool) -> None:
        """Greys the box while a purge runs; it stays reachable."""
        self._resting = resting
        self.update()

    @property
    def state(self) -> TagState:
        """How the box stands."""
        if self._resting or not self.isEnabled():
            return TagState.PURGING if self.checkState() == Qt.CheckState.Checked else TagState.RESTING
        return {
            Qt.CheckState.Checked: TagState.TAGGED,
            Qt.CheckState.PartiallyChecked: TagState.SOME,
            Qt.CheckState.Unchecked: TagState.NOT_TAGGED,
        }[self.checkState()]

    def nextCheckState(self) -> None:
        if self._resting:
            return
        full = self.checkState() == Qt.CheckState.Checked
        self.setCheckState(Qt.CheckState.Unchecked if full else Qt.CheckState.Checked)

    def sizeHint(self) -> QSize:
        return QSize(46, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(30, 30)

    def hitButton(self, pos: object) -> bool:
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ringed = focus.by_keyboard(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint.tag_box(painter, QRectF(self.rect()), self.state, self.underMouse() and not self._resting)
        if self.hasFocus() and self._ringed:
            side = QRectF(self.rect()).adjusted(2, 1, -2, -1)
            paint.ring(painter, side)
        painter.end()
