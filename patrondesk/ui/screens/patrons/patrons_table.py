"""The columns and rows of the list of patrons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import PatronLine
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.shell import columns, fitting, fonts, paint, portraits, tables, theme
from patrondesk.ui.shell.arranging import Arranger
from patrondesk.ui.shell.column_choice import Heading
from patrondesk.ui.shell.columns import Column, RecordModel
from patrondesk.ui.shell.people import dotted, school_class
from patrondesk.ui.shell.prefs import Prefs

_FACE, _GAP = 30, 10
_PATRON, _BARCODE, _TYPE, _GROUP, _EXPIRES = 0, 1, 2, 4, 6


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
    """Name, barcode, type, class, group, state, expiry. When narrow, barcode and group fold away unless they are asked for."""

    def __init__(self, today: Callable[[], dt.date], prefs: Prefs | None = None, person: str = "") -> None:
        super().__init__("Patrons", "patrons_table")
        self.pictures: Mapping[PatronId, bytes] = {}
        self._today = today
        self._columns: list[Column[PatronLine]] = [
            Column("Patron", lambda r: r.name, 0, link=True, weight=fonts.MEDIUM, tip=lambda r: r.name, second=self._under),
            Column("Barcode", lambda r: r.barcode or "", 130, second=words.old_card),
            Column("Type", lambda r: words.nicely(r.patron_type), 90),
            Column(
                "Class", lambda r: r.year_level or r.homeroom or "", 90,
                second=lambda r: (r.homeroom or "") if r.year_level else "",
                spoken=lambda r: school_class(r.year_level, r.homeroom),
            ),
            Column("Group", lambda r: r.user_group or "", 150),
            Column("State", self._state, 128, chip=lambda r: words.state(r, self._today())),
            Column("Expires", lambda r: words.short(r.expiry_date), 116),
        ]  # fmt: skip
        self.rows: RecordModel[PatronLine] = RecordModel(self._columns, self)
        self.setModel(self.rows)
        headings = [
            Heading(column.header.lower(), column.header, column.width, stays=number == _PATRON)
            for number, column in enumerate(self._columns)
        ]
        self.arranger = Arranger(self, "patrons", headings, prefs, person)
        self.setItemDelegate(PatronDelegate(self))
        steps = ((), (_BARCODE,), (_BARCODE, _GROUP), (_BARCODE, _GROUP, _TYPE), (_BARCODE, _GROUP, _TYPE, _EXPIRES))
        self._fitting = fitting.fit(
            self, self._columns, least={_PATRON: 250, _GROUP: 130}, steps=steps, arranger=self.arranger
        )  # fmt: skip

    def set_narrow(self, narrow: bool) -> None:
        """Folds barcode and group away; the barcode joins the second line under the name."""
        self._fitting.leave_out((_BARCODE, _GROUP) if narrow else ())

    def current(self) -> PatronLine | None:
        """The patron of the current row."""
        index = self.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def go_to(self, patron_id: PatronId) -> bool:
        """Makes this patron's row current; False where it is not on the page."""
        for place, row in enumerate(self.rows.records):
            if row.id == patron_id:
                self.setCurrentIndex(self.rows.index(place, _PATRON))
                return True
        return False

    def _under(self, row: PatronLine) -> str:
        if _BARCODE in self._fitting.away and not self.arranger.is_hidden(_BARCODE):
            return dotted(row.username, words.old_card(row) or row.barcode)
        return row.username or ""

    def _state(self, row: PatronLine) -> str:
        said = words.state(row, self._today())
        return said.text if said else "Active"
