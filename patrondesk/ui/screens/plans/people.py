"""The two lists of an opened plan: portrait and name, struck through where somebody was struck out; Space turns that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from patrondesk.records.ids import PatronId
from patrondesk.services import names
from patrondesk.ui.screens.plans import words
from patrondesk.ui.screens.plans.words import Row
from patrondesk.ui.shell import fitting, fonts, portraits, theme
from patrondesk.ui.shell.columns import RECORD_ROLE, RIGHT, Column, Index, RecordModel
from patrondesk.ui.shell.tables import RowDelegate, Table

_FACE, _GAP, _NAME, _LAST = 30, 10, 210, 3


def _number(row: Row) -> str:
    return row.one.barcode or row.one.username or ""


def _class(row: Row) -> str:
    return names.school_class(row.one.year_level, row.one.homeroom)


def _who(header: str) -> Column[Row]:
    def name(row: Row) -> str:
        return row.name

    return Column(header, name, second=_number, link=True, weight=fonts.MEDIUM, tip=name, spoken=words.spoken)


_REVIEW: Column[Row] = Column(
    "Review", words.struck, 210, second=words.note, tone="text2", tip=words.struck_in_full, spoken=words.struck_in_full
)
HELD: tuple[Column[Row], ...] = (
    _who("Something in the way"),
    Column("Why", words.why, second=words.since, tip=words.why_in_full),
    Column("What lifts it", words.lifts, 250, tone="text2", tip=words.lifts),
    _REVIEW,
)
GOING: tuple[Column[Row], ...] = (
    _who("Can go"),
    Column("Class", _class, 250, second=words.aside, tone="text2", tip=words.aside),
    Column("Past loans", lambda row: f"{row.one.past_loans:,}", 100, align=RIGHT),
    _REVIEW,
)


class PlanDelegate(RowDelegate):
    """Paints a portrait before the name, and a line through the name of somebody who was struck out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pictures: Mapping[PatronId, bytes] = {}

    def paint_cell(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> QRectF | None:
        row = index.data(RECORD_ROLE)
        if index.column() != 0 or not isinstance(row, Row):
            return super().paint_cell(painter, rect, option, index)
        room = rect.adjusted(-2, 0, 0, 0)
        face = portraits.portrait(row.id, row.name, _FACE, self.pictures.get(row.id), painter.device().devicePixelRatioF())
        painter.setOpacity(0.5 if row.one.struck else 1.0)
        painter.drawPixmap(round(room.left()), round(room.center().y() - _FACE / 2), face)
        painter.setOpacity(1.0)
        words_at = self.paint_lines(painter, room.adjusted(_FACE + _GAP, 0, 0, 0), HELD[0], row.name, _number(row))
        if row.one.struck and words_at is not None:
            painter.setPen(QPen(theme.current().colour("text2"), 2))
            middle = round(words_at.center().y()) + 0.5
            painter.drawLine(QPointF(words_at.left(), middle), QPointF(words_at.right(), middle))
        return words_at


class PlanTable(Table):
    """`strike_asked`: Space on the current row, or on all marked ones. `folds`: what goes where there is no room."""

    strike_asked = Signal()
    focused = Signal()

    def __init__(
        self, spoken: str, name: str, columns: Sequence[Column[Row]], least: Mapping[int, int], folds: Sequence[int] = ()
    ) -> None:
        super().__init__(spoken, name)
        self.columns = tuple(columns)
        self.rows: RecordModel[Row] = RecordModel(self.columns, self)
        self.setModel(self.rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        fitting.fit(self, self.columns, least={0: _NAME, _LAST: 130, **least}, steps=((), tuple(folds)) if folds else ((),))
        self.painter_of_rows = PlanDelegate(self)
        self.setItemDelegate(self.painter_of_rows)
        self.set_row_height(44)

    def show_rows(self, rows: Sequence[Row], pictures: Mapping[PatronId, bytes]) -> None:
        """Replaces every row; one stays where one was."""
        here, scrolled = self.currentIndex(), self.verticalScrollBar().value()
        patron = self.rows.record(here.row()).id if here.isValid() else None
        self.painter_of_rows.pictures = pictures
        self.rows.show_records(rows)
        place = next((number for number, row in enumerate(rows) if row.id == patron), min(max(here.row(), 0), len(rows) - 1))
        if rows:
            self.setCurrentIndex(self.rows.index(place, max(here.column(), 0)))
            self.verticalScrollBar().setValue(scrolled)

    @property
    def marked(self) -> tuple[Row, ...]:
        """The marked rows, or the current one."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        here = self.currentIndex()
        return tuple(self.rows.record(number) for number in chosen or ([here.row()] if here.isValid() else []))

    def mark_current(self, on: bool) -> None:
        """The current row is marked, or none is: of two lists only one has marked rows."""
        here = self.currentIndex()
        if not on:
            self.clearSelection()
        elif here.isValid() and not self.selectionModel().hasSelection():
            flag = QItemSelectionModel.SelectionFlag
            self.selectionModel().select(here, flag.ClearAndSelect | flag.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.strike_asked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
