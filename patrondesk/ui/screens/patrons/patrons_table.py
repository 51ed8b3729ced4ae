"""The columns and rows of the list of patrons; rows can be marked, and a press on a heading sorts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import PatronLine
from patrondesk.ui.screens.patrons import list_words, words
from patrondesk.ui.shell import columns, fitting, fonts, paint, portraits, tables, theme
from patrondesk.ui.shell.arranging import Arranger
from patrondesk.ui.shell.column_choice import Heading
from patrondesk.ui.shell.columns import RIGHT, Column, RecordModel
from patrondesk.ui.shell.people import dotted, school_class
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.sort_head import SortHead

_FACE, _GAP = 30, 10
_PATRON, _BARCODE, _TYPE, _GROUP, _STATE, _EXPIRES = 0, 1, 2, 4, 5, 6
_ASKED_FOR = tuple(range(7, 15))
"""Columns that are there for those who ask for them."""
_WIDE = (13, 14)
"""Of them, those that a wide window shows by itself: on loan, owes."""
_SORTS = (
    "name", "barcode", "patron_type", "year_level", "user_group", "state", "expiry_date", "external_id", "homeroom", "cohort",
    "purge_date", "deactivated_on", "last_activity", "open_loans", "balance",
)  # fmt: skip
"""What each column is sorted by."""


class PatronDelegate(tables.RowDelegate):
    """Paints the first column as portrait, name and username; the others as everywhere."""

    def paint_cell(
        self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: columns.Index
    ) -> QRectF | None:  # fmt: skip
        row, view = index.data(columns.RECORD_ROLE), self.parent()
        if index.column() != _PATRON or not isinstance(row, PatronLine) or not isinstance(view, PatronsTable):
            return super().paint_cell(painter, rect, option, index)
        side = 24 if view.compact else _FACE
        face = portraits.portrait(row.id, row.name, side, view.pictures.get(row.id), painter.device().devicePixelRatioF())
        painter.drawPixmap(round(rect.left() + 6), round(rect.center().y() - side / 2), face)
        inside = rect.adjusted(side + _GAP + 6, 0, 0, 0)
        second = str(index.data(columns.SECOND_ROLE) or "")
        upper = inside
        if second and not view.compact:
            tall, low = theme.text_height(), theme.text_height(fonts.SMALL)
            top = round(inside.top() + (inside.height() - tall - low - 1) / 2)
            upper = QRectF(inside.left(), top, inside.width(), tall)
            below = QRectF(inside.left(), top + tall, inside.width(), low + 2)
            paint.line_of_text(painter, below, second, fonts.font(fonts.SMALL), "text3")
        return paint.link(painter, upper, row.name, fonts.TEXT, fonts.MEDIUM)


class PatronsTable(tables.Table):
    """Name, barcode, type, class, group, state, expiry, and more for those who ask for it.

    When narrow, barcode and group fold away unless they are asked for. Rows are marked with Shift, Ctrl or Ctrl+A.
    """

    sort_asked = Signal(str)
    marked_changed = Signal()

    def __init__(self, today: Callable[[], dt.date], prefs: Prefs | None = None, person: str = "") -> None:
        super().__init__("Patrons", "patrons_table")
        self.pictures: Mapping[PatronId, bytes] = {}
        self.currency = "USD"
        self._today = today
        self._columns = self._made_columns()
        self.rows: RecordModel[PatronLine] = RecordModel(self._columns, self)
        self.setHorizontalHeader(SortHead(self))
        self.measure()
        self.setModel(self.rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setMinimumSectionSize(40)
        head.sectionClicked.connect(self._on_head)
        headings = [
            Heading(column.header.lower().replace(" ", "_"), column.header, column.width, stays=number == _PATRON, sortable=True)
            for number, column in enumerate(self._columns)
        ]
        self.arranger = Arranger(self, "patrons", headings, prefs, person)
        self.arranger.sort = self._on_head
        self.setItemDelegate(PatronDelegate(self))
        steps = ((), (_BARCODE,), (_BARCODE, _GROUP), (_BARCODE, _GROUP, _TYPE), (_BARCODE, _GROUP, _TYPE, _EXPIRES))
        self._fitting = fitting.fit(
            self, self._columns, least={_PATRON: 250, _GROUP: 130}, steps=steps, arranger=self.arranger
        )  # fmt: skip
        self._fitting.leave_out(_ASKED_FOR)
        self.selectionModel().selectionChanged.connect(lambda *_: self.marked_changed.emit())
        self.rows.modelReset.connect(self.marked_changed)
        self.show_order("name", False)

    def _made_columns(self) -> list[Column[PatronLine]]:
        day = list_words.short
        return [
            Column("Patron", lambda r: r.name, 0, link=True, weight=fonts.MEDIUM, tip=lambda r: r.name, second=self._under),
            Column("Barcode", lambda r: r.barcode or "", 130, second=list_words.old_card),
            Column("Type", lambda r: words.nicely(r.patron_type), 90),
            Column(
                "Class", lambda r: r.year_level or r.homeroom or "", 90,
                second=lambda r: (r.homeroom or "") if r.year_level else "",
                spoken=lambda r: school_class(r.year_level, r.homeroom),
            ),
            Column("Group", lambda r: r.user_group or "", 150),
            Column(
                "State", lambda r: self._state(r), 128, chip=lambda r: list_words.state(r, self._today()),
                spoken=lambda r: list_words.states(r, self._today()), tip=lambda r: list_words.states(r, self._today()),
            ),
            Column("Expires", lambda r: day(r.expiry_date), 116),
            Column("District ID", lambda r: r.external_id or "", 120),
            Column("Homeroom", lambda r: r.homeroom or "", 110),
            Column("Cohort", lambda r: r.cohort or "", 130),
            Column("Purge date", lambda r: day(r.purge_date), 116),
            Column("Deactivated", lambda r: day(r.deactivated_on), 116),
            Column("Last activity", lambda r: day(r.last_activity), 116),
            Column("On loan", lambda r: f"{r.open_loans:,}" if r.open_loans else "", 84, RIGHT),
            Column("Owes", lambda r: list_words.owes(r, self.currency), 96, RIGHT),
        ]  # fmt: skip

    def set_room(self, width: int) -> None:
        """Folds by the window's width: the barcode joins the second line under the name; a wide window shows more."""
        without = {*_ASKED_FOR, *((_BARCODE, _GROUP) if width < 1200 else ())}
        self._fitting.leave_out(tuple(without - set(_WIDE) if width >= 1600 else without))

    def show_order(self, sort: str, descending: bool) -> None:
        """The arrow in the head."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(_SORTS.index(sort) if sort in _SORTS else _PATRON, order)

    def current(self) -> PatronLine | None:
        """The patron of the current row."""
        index = self.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def marked(self) -> list[PatronLine]:
        """The patrons of the marked rows, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.record(row) for row in rows]

    def go_to(self, patron_id: PatronId) -> bool:
        """Makes this patron's row current; False where it is not on the page."""
        for place, row in enumerate(self.rows.records):
            if row.id == patron_id:
                self.setCurrentIndex(self.rows.index(place, _PATRON))
                return True
        return False

    def mark(self, ids: frozenset[PatronId]) -> None:
        """Marks these rows again, as far as they are on the page."""
        model, how = self.selectionModel(), self.selectionModel().SelectionFlag
        for place, row in enumerate(self.rows.records):
            if row.id in ids:
                model.select(self.rows.index(place, _PATRON), how.Select | how.Rows)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # A press that marks several rows opens none of them.
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            QAbstractItemView.mouseReleaseEvent(self, event)
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and len(self.marked()) > 1:
            self.setCurrentIndex(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _on_head(self, section: int) -> None:
        self.sort_asked.emit(_SORTS[section])

    def _under(self, row: PatronLine) -> str:
        if _BARCODE in self._fitting.away and not self.arranger.is_hidden(_BARCODE):
            return dotted(row.username, list_words.old_card(row) or row.barcode)
        return row.username or ""

    def _state(self, row: PatronLine) -> str:
        said = list_words.state(row, self._today())
        return said.text if said else "Active"

    def index_of(self, row: int) -> QModelIndex:
        """The first cell of a row."""
        return self.rows.index(row, _PATRON)
