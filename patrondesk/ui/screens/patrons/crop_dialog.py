"""Which square of a picture is kept: moved and sized with the mouse or the keys, and seen at once as it will look."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from patrondesk.ui.screens.patrons import pictures
from patrondesk.ui.shell import buttons, dialogs, fonts, text, theme
from patrondesk.ui.shell.portraits import portrait

_LARGEST = QSize(380, 300)
_LEAST = 24
_STEP, _LEAP = 4, 24
_MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_LARGER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)


class CropView(QWidget):
    """The picture with its square. Arrow keys move it, with Shift further; plus and minus size it; Home puts it back."""

    moved = Signal()

    def __init__(self, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = image
        self.square = pictures.middle(image)
        self._held: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("crop_view")
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setFixedSize(image.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
        self.setAccessibleName("The square that is kept")
        self._tell()

    @property
    def _scale(self) -> float:
        return self.width() / self._image.width()

    def put(self, corner: QPoint, side: int) -> None:
        """Puts the square there, inside the picture."""
        width, height = self._image.width(), self._image.height()
        side = max(min(_LEAST, width, height), min(side, width, height))
        left, top = min(max(corner.x(), 0), width - side), min(max(corner.y(), 0), height - side)
        if (square := QRect(left, top, side, side)) != self.square:
            self.square = square
            self._tell()
            self.update()
            self.moved.emit()

    def grow(self, by: int) -> None:
        """Makes the square larger or smaller round its middle, by image pixels."""
        self.put(self.square.topLeft() - QPoint(by // 2, by // 2), self.square.width() + by)

    def _tell(self) -> None:
        said = f"{self.square.width()} pixels wide, {self.square.left()} from the left, {self.square.top()} from the top."
        self.setAccessibleDescription(f"{said} Arrow keys move it, plus and minus size it.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, far = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = max(1, round((_LEAP if far else _STEP) / self._scale))
        if key in _MOVES:
            across, down = _MOVES[key]
            self.put(self.square.topLeft() + QPoint(across * step, down * step), self.square.width())
        elif key in _LARGER or key == Qt.Key.Key_Minus:
            self.grow(2 * step if key in _LARGER else -2 * step)
        elif key == Qt.Key.Key_Home:
            whole = pictures.middle(self._image)
            self.put(whole.topLeft(), whole.width())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.grow(round((16 if event.angleDelta().y() > 0 else -16) / self._scale))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = self._at(event.position()) - self.square.topLeft()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.put(self._at(event.position()) - self._held, self.square.width())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _at(self, point: QPointF) -> QPoint:
        return QPoint(round(point.x() / self._scale), round(point.y() / self._scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect())
        painter.drawImage(whole, self._image)
        scale = self._scale
        square = QRectF(
            self.square.x() * scale, self.square.y() * scale, self.square.width() * scale, self.square.height() * scale
        )
        outside = QPainterPath()
        outside.addRect(whole)
        outside.addRect(square)
        painter.fillPath(outside, QColor(0, 0, 0, 150))
        inside = square.adjusted(1, 1, -1, -1)
        # White on black is seen on every picture.
        for colour, width in ((QColor("black"), 4), (QColor("white"), 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(inside)
        if self.hasFocus():
            painter.setPen(QPen(theme.current().colour("focus"), 2))
            painter.drawRect(inside.adjusted(3, 3, -3, -3))
        painter.end()


class CropDialog(dialogs.Dialog):
    """Opened with the picture that was read."""

    cropped = Signal(object)
    """Carries the bytes of a small square JPEG."""

    def __init__(self, parent: QWidget, name: str, key: int, image: QImage) -> None:
        super().__init__(parent, "Picture", dialogs.MIDDLE, "crop_dialog")
        self._image, self._name, self._key = image, name, key
        self.question(f"Which part shows {text.isolated(name)}?")
        self.view = CropView(image)
        self._sample = QLabel()
        self._sample.setFixedSize(80, 80)
        self.smaller = buttons.icon_button("remove", "Smaller part (minus)", "crop_smaller")
        self.larger = buttons.icon_button("add", "Larger part (plus)", "crop_larger")
        self.smaller.clicked.connect(lambda: self.view.grow(-image.width() // 20))
        self.larger.clicked.connect(lambda: self.view.grow(image.width() // 20))
        pair = QHBoxLayout()
        pair.addWidget(self.smaller)
        pair.addWidget(self.larger)
        pair.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self._sample)
        right.addLayout(pair)
        right.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.view, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right)
        row.addStretch(1)
        self.body.addLayout(row)
        said = "Drag the square, or move it with the arrow keys; plus and minus change its size."
        self.body.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        self.add_decision(buttons.button("Cancel", name="crop_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Use this part", "main", name="crop_accept")).clicked.connect(self._on_accept)
        self.view.moved.connect(self._show_sample)
        self._show_sample()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_sample(self) -> None:
        content = pictures.ready(self._image, self.view.square)
        self._sample.setPixmap(portrait(self._key, self._name, 80, content, self.devicePixelRatioF()))

    @Slot()
    def _on_accept(self) -> None:
        content = pictures.ready(self._image, self.view.square)
        self.accept()
        self.cropped.emit(content)
