"""Paints the rows of the User Purge table: tag boxes, patrons, links, money and standing."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.screens.purge.columns import COLUMNS, Col
from patrondesk.ui.screens.purge.model import CandidatesModel, Index
from patrondesk.ui.shell import fonts, paint, portraits, theme
from patrondesk.ui.shell.columns import RECORD_ROLE, SECOND_ROLE
from patrondesk.ui.shell.paint import TagState
from patrondesk.ui.shell.tables import MARGIN, RowDelegate, Table

_FACE = 30
_GAP = 10
_BAR = 3
_RIGHT = Qt.AlignmentFlag.AlignRight


class CandidateDelegate(RowDelegate):
    """One delegate for every column, so that a row is one picture."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, model = index.data(RECORD_ROLE), index.model()
        if not isinstance(row, Candidate) or not isinstance(model, CandidatesModel):
            return
        painter.save()
        whole = QRectF(option.rect)
        self.paint_ground(painter, whole, option, index)
        inner = whole.adjusted(0, 0, 0, -1)
        ring = self._paint_column(painter, inner, row, model, index, option)
        view = self.parent()
        if isinstance(view, Table) and view.rings(index):
            paint.ring(painter, ring.adjusted(-6, -4, 6, 5) if ring is not None else whole.adjusted(2, 2, -2, -3))
        painter.restore()

    def ground(self, option: QStyleOptionViewItem, index: Index) -> str:
        row, model, view = index.data(RECORD_ROLE), index.model(), self.parent()
        if isinstance(model, CandidatesModel) and isinstance(row, Candidate):
            if model.refused(row.id):
                return "warn_soft"
            if model.marked(row):
                return "tagged"
        if isinstance(view, Table) and (view.hovered_row == index.row() or self._one_of_several(option, view)):
            return "hover"
        return "surface"

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(COLUMNS[Col(index.column())].width or 160, theme.row_height())

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        # The table itself tags, with the whole cell as the target; the stock box would toggle a second time.
        return False

    def _one_of_several(self, option: QStyleOptionViewItem, view: Table) -> bool:
        state: QStyle.StateFlag = option.state
        return bool(state & QStyle.StateFlag.State_Selected) and len(view.selectionModel().selectedRows()) > 1

    def _paint_column(
        self, painter: QPainter, rect: QRectF, row: Candidate, model: CandidatesModel, index: Index, option: QStyleOptionViewItem
    ) -> QRectF | None:
        col = Col(index.column())
        dimmed = model.dimmed(row)
        if col is Col.TAG:
            self._tag(painter, rect, row, model, index, option)
            return None
        cell = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        if col is Col.PATRON:
            return self._patron(painter, rect.adjusted(6, 0, -MARGIN, 0), row, model, str(index.data(SECOND_ROLE)), dimmed)
        if col is Col.LOANS:
            words = str(index.data() or "")
            return paint.link(painter, cell, words, fonts.LABEL, fonts.REGULAR, dimmed) if words else None
        if col is Col.OWES:
            self._money(painter, cell, row, model.currency, dimmed)
        elif col is Col.STANDING:
            self._standing(painter, cell, row, model, str(index.data(SECOND_ROLE) or ""))
        else:
            self._lines(painter, cell, str(index.data() or ""), str(index.data(SECOND_ROLE) or ""), dimmed)
        return None

    def _tag(
        self, painter: QPainter, rect: QRectF, row: Candidate, model: CandidatesModel, index: Index, option: QStyleOptionViewItem
    ) -> None:
        if model.marked(row):
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            edge = rect.right() - _BAR if mirrored else rect.left()
            painter.fillRect(QRectF(edge, rect.top(), _BAR, rect.height()), theme.current().colour("accent_fill"))
        view = self.parent()
        over = isinstance(view, Table) and view.hovered_row == index.row()
        state = model.state(row)
        paint.tag_box(painter, rect, state, over and state is TagState.NOT_TAGGED)

    def _compact(self) -> bool:
        view = self.parent()
        return isinstance(view, Table) and view.compact

    def _patron(
        self, painter: QPainter, rect: QRectF, row: Candidate, model: CandidatesModel, second: str, dimmed: bool
    ) -> QRectF:
        side = _FACE if not self._compact() else 24
        face = portraits.portrait(row.id, row.name, side, model.picture(row.id), painter.device().devicePixelRatioF())
        painter.drawPixmap(round(rect.left()), round(rect.center().y() - side / 2), face)
        words = rect.adjusted(side + _GAP, 0, 0, 0)
        upper, below = self._two(words, bool(second))
        if below is not None:
            paint.line_of_text(painter, below, second, fonts.font(fonts.SMALL), "text3")
        return paint.link(painter, upper, row.name, fonts.TEXT, fonts.MEDIUM, dimmed)

    def _two(self, rect: QRectF, second: bool) -> tuple[QRectF, QRectF | None]:
        """Where the upper and the lower line of a cell go; one line stands in the middle."""
        if not second or self._compact():
            return rect, None
        tall, low = theme.text_height(), theme.text_height(fonts.SMALL)
        top = round(rect.top() + (rect.height() - tall - low - 1) / 2)
        return QRectF(rect.left(), top, rect.width(), tall), QRectF(rect.left(), top + tall, rect.width(), low + 2)

    def _lines(self, painter: QPainter, rect: QRectF, first: str, second: str, dimmed: bool) -> None:
        upper, below = self._two(rect, bool(second))
        if below is not None:
            paint.line_of_text(painter, below, second, fonts.font(fonts.SMALL), "text3")
        paint.line_of_text(painter, upper, first, fonts.font(), "text3" if dimmed else "text")

    def _money(self, painter: QPainter, rect: QRectF, row: Candidate, currency: str, dimmed: bool) -> None:
        said = standing.money_chip(row, currency)
        if said is not None:
            paint.chip(painter, rect.right() - paint.chip_width(said), rect.center().y(), said)
            return
        words = standing.owes(row, currency)
        if words:
            paint.line_of_text(painter, rect, words, fonts.font(fonts.LABEL), "text3" if dimmed else "text", _RIGHT)

    def _standing(self, painter: QPainter, rect: QRectF, row: Candidate, model: CandidatesModel, second: str) -> None:
        room = rect.adjusted(6, 0, 0, 0)
        if row.eligible:
            upper, below = self._two(room, bool(second))
            if below is not None:
                paint.line_of_text(painter, below.adjusted(22, 0, 0, 0), second, fonts.font(fonts.SMALL), "text3")
            paint.icon_and_text(painter, upper, "tick", "Can go now", "ok")
            return
        said = standing.chips(row, model.currency if Col.OWES in model.away else "")
        if not said:
            paint.icon_and_text(painter, room, "padlock", "Not yet", "text2")
            return
        wide = sum(paint.chip_width(one) + 5 for one in said) - 5
        shown = said if wide <= rect.width() - 4 else [standing.all_reasons(row)]
        left = room.left() - 2
        for one in shown:
            left += paint.chip(painter, left, room.center().y(), one) + 5
