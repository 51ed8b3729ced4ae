"""The list of a file's columns, each with its first values and the field it goes into; a field is never given twice."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from patrondesk.records.importing import FileLook, Kind
from patrondesk.ui.screens.importing import words
from patrondesk.ui.screens.importing.column_row import FIELD_WIDTH, ColumnRow, cell, laid_out
from patrondesk.ui.shell import cards, fonts, theme

_TYPING_MS = 500
_HEADS = ("Column in the file", "First values", "", "Goes into", "Note")


class Columns(QFrame):
    """Head and rows of the list. `mapping` and `defaults` are what a request wants to know."""

    placed = Signal()
    """A column was placed elsewhere, or a value for every row changed."""
    typing_began = Signal()
    """A value is being typed; `placed` follows when the typing is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "surface")
        self.setObjectName("import_columns")
        self.setAccessibleName("Columns of the file and where they go")
        self._kind = Kind.PATRONS
        self._headings: tuple[str, ...] = ()
        self._rows: list[ColumnRow] = []
        self._before: QWidget | None = None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.placed)
        self._head = QWidget()
        self._head.setProperty("ground", "raised")
        self._head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        cells = [cell(word, "text2", fonts.LABEL, fonts.SEMIBOLD) for word in _HEADS]
        for steady in (cells[2], cells[3]):
            steady.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        cells[2].setFixedWidth(16)
        self._goes_into = cells[3]
        self._head_row = laid_out(cells)
        self._head.setLayout(self._head_row)
        self._inside = QWidget()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        self._area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self._area.viewport().installEventFilter(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(cards.rule())
        whole.addWidget(self._area, 1)
        self._measure()
        theme.look().changed.connect(self._measure)

    def show_look(self, look: FileLook, kind: Kind, keep: bool = False) -> None:
        """Lists the columns as they were recognised. With `keep`, where they were put by hand, when the headings are the same."""
        before = {row.place: row.field for row in self._columns()} if keep and look.headings == self._headings else None
        kept = [(row.value.text(), row.field) for row in self._defaults()] if keep else []
        self._clear()
        self._kind, self._headings = kind, look.headings
        recognised = {self._place(heading): field for field, heading in look.mapping.items()}
        for place, heading in enumerate(look.headings):
            samples = [row[place] for row in look.samples if place < len(row)]
            row = ColumnRow(kind, heading, samples, place)
            row.put((before or recognised).get(place))
            self._add(row)
        for value, field in kept:
            self.add_default(value, field)
        self._measure()
        self._order()

    def add_default(self, value: str = "", field: str | None = None) -> ColumnRow:
        """Adds a row, above the columns, for a value that fills a field where the file leaves it blank."""
        row = ColumnRow(self._kind, "Every row", (), None)
        row.value.setText(value)
        row.put(field)
        self._add(row, sum(1 for _ in self._defaults()))
        self._measure()
        self._area.verticalScrollBar().setValue(0)
        self._order()
        return row

    @property
    def being_typed(self) -> bool:
        """Whether a value is being typed, so that what was previewed is not what is on show."""
        return self._typing.isActive()

    def tab_after(self, before: QWidget) -> None:
        """Says from which control the Tab key comes into the list."""
        self._before = before

    @property
    def mapping(self) -> dict[str, str]:
        """Field -> heading, or the column's place from 1 where the heading is not its own."""
        found = {}
        for row in self._columns():
            if row.field is not None and row.place is not None:
                alone = self._headings.count(row.heading) == 1
                found[row.field] = row.heading if alone else str(row.place + 1)
        return found

    @property
    def defaults(self) -> dict[str, str]:
        """Field -> value for rows where the file leaves it blank."""
        return {row.field: row.value.text().strip() for row in self._defaults() if row.field and row.value.text().strip()}

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where each column goes, from top to bottom."""
        return tuple(row.combo for row in self._rows)

    def rows(self) -> tuple[ColumnRow, ...]:
        """Every row, in order."""
        return tuple(self._rows)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._head_row.setContentsMargins(13, 1, 13 + self.width() - 2 - self._area.viewport().width(), 1)
        return False

    def _columns(self) -> Iterator[ColumnRow]:
        return (row for row in self._rows if row.place is not None)

    def _defaults(self) -> Iterator[ColumnRow]:
        return (row for row in self._rows if row.place is None)

    def _place(self, heading: str) -> int:
        if heading in self._headings:
            return self._headings.index(heading)
        return int(heading) - 1 if heading.isdecimal() else -1

    def _add(self, row: ColumnRow, place: int | None = None) -> None:
        row.changed.connect(self._on_placed)
        row.typed.connect(self._on_typed)
        row.removed.connect(self._on_removed)
        at = len(self._rows) if place is None else place
        self._rows.insert(at, row)
        self._list.insertWidget(at, row)

    def _order(self) -> None:
        """The Tab key goes row by row, whenever a row was made."""
        before = self._before
        for row in self._rows:
            for control in (row.value, row.combo, row.remove) if row.place is None else (row.combo,):
                if before is not None:
                    QWidget.setTabOrder(before, control)
                before = control

    def _clear(self) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        self._typing.stop()

    def _on_placed(self, row: ColumnRow) -> None:
        for other in self._rows:
            same_sort = (other.place is None) == (row.place is None)
            if other is not row and same_sort and row.field is not None and other.field == row.field:
                name = words.field(self._kind, row.field)
                now = f"“{row.heading}” is {name} now" if row.place is not None else "another value is given for it now"
                other.put(None, f"Left out: {now}")
        self._typing.stop()
        self.placed.emit()

    def _on_typed(self) -> None:
        self._typing.start()
        self.typing_began.emit()

    def _on_removed(self, row: ColumnRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._measure()
        self._typing.stop()
        self.placed.emit()

    def _measure(self) -> None:
        """At least three rows are seen; more room than the rows need is not taken."""
        head = theme.head_height()
        self._head.setFixedHeight(head)
        for widget in (self._goes_into, *(row.combo for row in self._rows)):
            widget.setFixedWidth(round(FIELD_WIDTH * fonts.scale() / 100))
        one = max(theme.control_height(), 2 * theme.text_height(fonts.LABEL) + 2) + 4  # a note may have two lines
        self.setMinimumHeight(head + 3 + 3 * one)
        self.setMaximumHeight(head + 5 + max(3, len(self._rows)) * one)
