"""Tables: a delegate that paints rows as the design says, the view for it, and both together with a model in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from patrondesk.ui.shell import focus, fonts, paint, theme
from patrondesk.ui.shell.columns import COLUMN_ROLE, LEFT, RECORD_ROLE, RIGHT, SECOND_ROLE, Column, RecordModel

__all__ = [
    "COLUMN_ROLE", "LEFT", "MARGIN", "RECORD_ROLE", "RIGHT", "SECOND_ROLE",
    "Column", "RecordModel", "RowDelegate", "Table", "table",
]  # fmt: skip

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
MARGIN = 8


class RowDelegate(QStyledItemDelegate):
    """Paints a row's ground, one or two lines, a line below, and the ring. Screens override `paint_cell` for their own cells."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect = QRectF(option.rect)
        self.paint_ground(painter, rect, option, index)
        inside = self.paint_cell(painter, rect.adjusted(MARGIN, 0, -MARGIN, -1), option, index)
        view = self.parent()
        if isinstance(view, Table) and view.rings(index):
            paint.ring(painter, inside.adjusted(-6, -4, 6, 4) if inside is not None else rect.adjusted(2, 2, -2, -3))
        painter.restore()

    def ground(self, option: QStyleOptionViewItem, index: Index) -> str:
        """The token of a row's ground: `surface`, `hover`, `tagged`, `warn_soft`."""
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            return "tagged"
        view = self.parent()
        return "hover" if isinstance(view, Table) and view.hovered_row == index.row() else "surface"

    def paint_ground(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        """Fills the cell, and draws the line below it."""
        tokens = theme.current()
        painter.fillRect(rect, tokens.colour(self.ground(option, index)))
        painter.setPen(QPen(tokens.colour("line" if not tokens.high_contrast else "disabled"), 1))
        painter.drawLine(rect.bottomLeft() + _DOWN, rect.bottomRight() + _DOWN)

    def paint_cell(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> QRectF | None:
        """Paints the words of a cell inside `rect`; returns where its ring goes, or None for the whole cell."""
        column = index.data(COLUMN_ROLE)
        if not isinstance(column, Column):
            return None
        said = column.chip(index.data(RECORD_ROLE)) if column.chip else None
        if said is not None:
            width = paint.chip_width(said)
            right = bool(column.align & Qt.AlignmentFlag.AlignRight)
            paint.chip(painter, rect.right() - width if right else rect.left(), rect.center().y(), said)
            return None
        return self.paint_lines(painter, rect, column, str(index.data() or ""), str(index.data(SECOND_ROLE) or ""))

    def paint_lines(self, painter: QPainter, rect: QRectF, column: Column[Any], first: str, second: str) -> QRectF | None:
        """Paints one line, or two; the second at 12 in text3."""
        font = fonts.font(fonts.TEXT if column.tone == "text" else fonts.LABEL, column.weight)
        upper = rect
        view = self.parent()
        if second and not (isinstance(view, Table) and view.compact):
            tall, low = theme.text_height(), theme.text_height(fonts.SMALL)
            top = rect.top() + (rect.height() - tall - low - 1) / 2
            upper = QRectF(rect.left(), round(top), rect.width(), tall)
            below = QRectF(rect.left(), round(top) + tall, rect.width(), low + 2)
            paint.line_of_text(painter, below, second, fonts.font(fonts.SMALL), "text3", column.align & _SIDE)
        if column.link and first:
            return paint.link(painter, upper, first, fonts.TEXT, column.weight)
        paint.line_of_text(painter, upper, first, font, column.tone, column.align & _SIDE)
        return None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, theme.row_height())

    def displayText(self, value: Any, locale: Any) -> str:
        return str(value)


_DOWN = QPointF(0, -0.5)
_SIDE = Qt.AlignmentFlag.AlignHorizontal_Mask


class Table(QTableView):
    """Our table: head 34, rows 42, lines, no zebra, cell to cell by keyboard.

    `entered_cell` comes with Enter, or with a click on a link.
    """

    entered_cell = Signal(QModelIndex)

    def __init__(self, spoken: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.hovered_row = -1
        self._compact = False
        self._row_height = 0
        self._ringed = False
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(LEFT)
        head.setMinimumSectionSize(40)
        fonts.wear(head, fonts.LABEL, fonts.SEMIBOLD)
        self.verticalHeader().hide()
        self.measure()
        theme.look().changed.connect(self.measure)

    @property
    def compact(self) -> bool:
        """Whether rows have one line: chosen for every table (View > Density), or this one's own way.

        A table with a height of its own, as in dialogs, stays as it is.
        """
        return self._compact or (theme.look().compact and not self._row_height)

    def set_compact(self, compact: bool) -> None:
        """One line a row (32) whatever the density; or as the density says."""
        self._compact = compact
        self.measure()

    def set_row_height(self, height: int) -> None:
        """Another height at 100 %, such as 38 in dialogs; 0 for our own."""
        self._row_height = height
        self.measure()

    def measure(self) -> None:
        """Takes the heights from the font again."""
        tall = round(self._row_height * fonts.scale() / 100) if self._row_height else theme.row_height(self.compact)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(20)
        rows.setDefaultSectionSize(tall)
        self.horizontalHeader().setFixedHeight(theme.head_height())
        self.viewport().update()

    def use_columns(self, columns: Sequence[Column[Any]]) -> None:
        """Gives the columns their widths; those of width 0 share what is left. Call after `setModel`."""
        head = self.horizontalHeader()
        for number, column in enumerate(columns):
            if column.width:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
                head.resizeSection(number, round(column.width * fonts.scale() / 100))
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def rings(self, index: Index) -> bool:
        """Whether the ring goes round this cell."""
        here = self.currentIndex()
        return self._ringed and self.hasFocus() and (index.row(), index.column()) == (here.row(), here.column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._ringed = True
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.entered_cell.emit(index)
            return
        super().keyPressEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ringed = False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and self._is_link(index):
            self.entered_cell.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        link = index.isValid() and self._is_link(index)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
        self._hover(index.row() if index.isValid() else -1)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if focus.by_keyboard(event):
            self._ringed = True
            model = self.model()
            if not self.currentIndex().isValid() and model.rowCount():
                self.setCurrentIndex(model.index(0, 0))
        self.viewport().update()

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()

    def _is_link(self, index: Index) -> bool:
        column = index.data(COLUMN_ROLE)
        return isinstance(column, Column) and column.link and bool(index.data())


def table(spoken: str, columns: Sequence[Column[R]], name: str = "") -> tuple[Table, RecordModel[R]]:
    """A table with its model, ready to `show_records`."""
    view = Table(spoken, name)
    model: RecordModel[R] = RecordModel(columns, view)
    view.setModel(model)
    view.use_columns(columns)
    return view, model
