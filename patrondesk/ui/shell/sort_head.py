"""The table's head: the arrow stands beside the word it sorts by, and that word is darker than the others."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from patrondesk.ui.shell import fonts, icons, paint, theme
from patrondesk.ui.shell.columns import LEFT

_ARROW = 14


class SortHead(QHeaderView):
    """Qt's own head puts the arrow at the far end of the section."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setDefaultAlignment(LEFT)
        self.setHighlightSections(False)
        self.setAccessibleName("Column heads; a press sorts")
        fonts.wear(self, fonts.LABEL, fonts.SEMIBOLD)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        tokens, model = theme.current(), self.model()
        painter.save()
        painter.fillRect(rect, tokens.colour("raised"))
        width = tokens.line_width
        painter.fillRect(QRect(rect.left(), rect.bottom() - width + 1, rect.width(), width), tokens.colour("line"))
        words = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        align = model.headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) or LEFT
        here = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        room = QRectF(rect).adjusted(8, 0, -8 - (_ARROW + 2 if here else 0), -width)
        tone = "text" if here else "text2"
        side = Qt.AlignmentFlag(align) & Qt.AlignmentFlag.AlignHorizontal_Mask
        used = paint.line_of_text(painter, room, words, fonts.font(fonts.LABEL, fonts.SEMIBOLD), tone, side)
        if here:
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            place = QRectF(used.right() + 3, round(room.center().y() - _ARROW / 2), _ARROW, _ARROW)
            icons.paint(painter, "up" if up else "down", place, tokens.colour("text"))
        painter.restore()
