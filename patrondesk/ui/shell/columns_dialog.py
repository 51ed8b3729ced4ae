"""The dialog of a table's columns: shown or hidden, order, width, what to sort by; in force at once, all of it by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QGridLayout, QStyleOptionViewItem, QWidget

from patrondesk.ui.shell import buttons, cards, dialogs, paint, tables, text
from patrondesk.ui.shell.column_choice import Arranging, Line
from patrondesk.ui.shell.columns import RECORD_ROLE, Column, Index, RecordModel
from patrondesk.ui.shell.paint import TagState

_SAYS = "Space shows or hides a column. It is in force at once, and kept for you on this computer."
_BOX, _ROW, _MOST_ROWS = 0, 36, 10


def _note(line: Line) -> str:
    if line.stays:
        return "always shown"
    if not line.shown:
        return "hidden"
    if line.folded:
        return "no room for it now"
    return f"{line.width} wide" if line.width else "takes what is left"


_COLUMNS: tuple[Column[Line], ...] = (
    Column("Shown", lambda line: "", 70, spoken=lambda line: f"{'Shown' if line.shown else 'Hidden'}, {line.title}"),
    Column("Column", lambda line: line.title),
    Column("How", _note, 160, tone="text2"),
)


class _Delegate(tables.RowDelegate):
    def paint_cell(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> QRectF | None:
        line = index.data(RECORD_ROLE)
        if index.column() != _BOX or not isinstance(line, Line):
            return super().paint_cell(painter, rect, option, index)
        state = TagState.LOCKED if line.stays else TagState.TAGGED if line.shown else TagState.NOT_TAGGED
        paint.tag_box(painter, rect, state)
        return None


class _List(tables.Table):
    """Space, or a press on the box, shows and hides a column."""

    def __init__(self, toggle: Callable[[int], None]) -> None:
        super().__init__("Columns, from left to right", "columns_table")
        self._toggle = toggle
        self.model_of_lines: RecordModel[Line] = RecordModel(_COLUMNS, self)
        self.setModel(self.model_of_lines)
        self.use_columns(_COLUMNS)
        self.setItemDelegate(_Delegate(self))
        self.set_row_height(_ROW)
        self.entered_cell.connect(lambda index: toggle(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._toggle(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == _BOX:
            self._toggle(index.row())


class ColumnsDialog(dialogs.Dialog):
    """Changes the table behind it at once; closing it takes nothing back."""

    def __init__(self, parent: QWidget, arranger: Arranging) -> None:
        super().__init__(parent, "Columns", dialogs.MIDDLE, "columns_dialog")
        self._arranger = arranger
        self.question("Which columns, in which order")
        self.body.addWidget(text.Sentence(_SAYS, tone="text2"))
        self.table = _List(self._on_toggle)
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.addWidget(self.table)
        self.body.addWidget(card)
        self._ways: dict[str, buttons.Button] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (word, said, icon) in enumerate(
            (
                ("left", "Move left", "previous"), ("right", "Move right", "next"), ("wider", "Wider", "add"),
                ("narrower", "Narrower", "remove"), ("sort", "Sort by it", "sort"),
            )
        ):  # fmt: skip
            way = buttons.button(said, icon=icon, name=f"columns_{word}")
            way.clicked.connect(lambda _checked=False, word=word: self._on_way(word))
            self._ways[word] = way
            grid.addWidget(way, place // 3, place % 3)
        self.body.addLayout(grid)
        reset = self.add_side(buttons.button("Reset columns", icon="history", name="columns_reset"))
        reset.clicked.connect(self._on_reset)
        close = self.add_decision(buttons.button("Close", "main", name="columns_close"))
        close.clicked.connect(self.accept)
        self.table.selectionModel().currentRowChanged.connect(self._offer)
        arranger.changed.connect(self._show)
        self._show()
        self.table.setCurrentIndex(self.table.model_of_lines.index(0, _BOX))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        """Reads the columns again; one stays at the column one was at."""
        here = self._line()
        lines, where = self._arranger.lines(), self.table.currentIndex().column()
        self.table.model_of_lines.show_records(lines)
        tall = min(len(lines), _MOST_ROWS) * self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(self.table.horizontalHeader().height() + tall + 2)
        if here is not None:
            row = next((row for row, line in enumerate(lines) if line.number == here.number), 0)
            self.table.setCurrentIndex(self.table.model_of_lines.index(row, max(0, where)))
        self._offer()

    def _line(self) -> Line | None:
        index = self.table.currentIndex()
        return self.table.model_of_lines.record(index.row()) if index.isValid() else None

    def _offer(self, _now: QModelIndex | None = None, _before: QModelIndex | None = None) -> None:
        """Which ways are open for the current column."""
        line, arranger = self._line(), self._arranger
        open_ways = {
            "left": line is not None and arranger.goal(line.number, -1) >= 0,
            "right": line is not None and arranger.goal(line.number, 1) >= 0,
            "wider": line is not None and line.width > 0,
            "narrower": line is not None and line.width > 0,
            "sort": line is not None and line.sortable and arranger.sort is not None,
        }
        for word, way in self._ways.items():
            if way.hasFocus() and not open_ways[word]:
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            way.setEnabled(open_ways[word])
            said = way.text() if line is None else way.text().replace(" it", f" {line.title}")
            way.setAccessibleName(said if line is None or word == "sort" else f"{said}: {line.title}")

    def _on_toggle(self, row: int) -> None:
        """What is folded away is asked for first; asked for and still without room, it can be hidden."""
        line = self.table.model_of_lines.record(row)
        self._arranger.show(line.number, not line.shown or (line.folded and not self._arranger.is_wanted(line.number)))

    def _on_way(self, word: str) -> None:
        line, arranger = self._line(), self._arranger
        if line is None:
            return
        if word in ("left", "right"):
            arranger.move(line.number, 1 if word == "right" else -1)
        elif word in ("wider", "narrower"):
            arranger.size(line.number, 1 if word == "wider" else -1)
        elif arranger.sort is not None:
            arranger.sort(line.number)

    def _on_reset(self) -> None:
        self._arranger.reset()
