"""Empty states: a line drawing, what this place is for, one or two ways to fill it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from patrondesk.ui.shell import buttons, fonts, icons, text, theme, widths


class Drawing(QWidget):
    """A tray and books on a shelf, with a sign above the tray; decorative."""

    def __init__(self, sign: str = "tick", token: str = "ok", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._token = sign, token
        self.setFixedSize(140, 72)

    def sizeHint(self) -> QSize:
        return QSize(140, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(tokens.colour("strong"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(tokens.colour("raised"))
        painter.drawRoundedRect(QRectF(21, 33, 60, 36), 4, 4)
        slot = QPainterPath(QPointF(21, 45))
        slot.lineTo(41, 45)
        slot.arcTo(QRectF(41, 35, 20, 20), 180, 180)
        slot.lineTo(81, 45)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(slot)
        painter.setBrush(tokens.colour("raised" if tokens.high_contrast else "soft"))
        for left, top, width in ((92, 19, 10), (103, 11, 9), (113, 23, 11)):
            painter.drawRoundedRect(QRectF(left, top, width, 69 - top), 2, 2)
        painter.drawLine(QPointF(2, 69), QPointF(138, 69))
        icons.paint(painter, self._sign, QRectF(37, 0, 28, 28), tokens.colour(self._token))
        painter.end()


class Empty(QWidget):
    """Shown instead of a table. `sign` is an icon's word above the drawing, in the colour `token`."""

    def __init__(
        self,
        title: str,
        explained: str = "",
        ways: tuple[buttons.Button, ...] = (),
        sign: str = "tick",
        token: str = "ok",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._title = text.label(title, 18, fonts.SEMIBOLD)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._explained = text.label(explained, fonts.TEXT, fonts.REGULAR, "text2", wrap=True)
        self._explained.setAlignment(Qt.AlignmentFlag.AlignCenter)
        widths.wide(self._explained, 560)
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        whole = QVBoxLayout(self)
        whole.setSpacing(8)
        whole.addStretch(1)
        whole.addWidget(Drawing(sign, token), 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addSpacing(12)
        whole.addWidget(self._title)
        # A centred row, since a centred widget would be given its height for the whole width.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._explained)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addSpacing(4)
        whole.addLayout(self._row)
        whole.addStretch(1)
        self.say(title, explained, ways)

    def say(self, title: str, explained: str = "", ways: tuple[buttons.Button, ...] = ()) -> None:
        """Shows other words and buttons (the old buttons go)."""
        self._title.setText(title)
        self._explained.setText(explained)
        self._explained.setVisible(bool(explained))
        self.setAccessibleName(f"{title}. {explained}".strip())
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget not in ways:
                widget.deleteLater()
        self._row.addStretch(1)
        for way in ways:
            self._row.addWidget(way)
        self._row.addStretch(1)
