"""The loans in the dialog: title, due date, price, and a choice for each; a marked loan can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QWidget

from patrondesk import messages, money
from patrondesk.records.ids import LoanId
from patrondesk.records.loans import Decision, LoanLine
from patrondesk.ui.screens.loans import words
from patrondesk.ui.shell import buttons, columns, fonts, icons, paint, tables, text, theme
from patrondesk.ui.shell.columns import RIGHT, Column, RecordModel
from patrondesk.ui.shell.people import dotted

_ROW = 50
_MOST_ROWS = 5
_WHAT = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One loan; `marked` is what it was marked as in this dialog, empty while it is open."""

    loan: LoanLine
    price: str
    marked: str = ""


class Choice(QComboBox):
    """What happened to one item. The wheel scrolls the list of loans, never the choice."""

    decided = Signal(object, object)
    """Carries the LoanId and the Decision."""

    def __init__(self, loan: LoanLine, decision: Decision, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loan = loan.id
        self.setObjectName(f"loans_choice_{loan.id}")
        self.setAccessibleName(f"What happened to {loan.title}?")
        for each, (said, does, _, _) in words.CHOICES.items():
            self.addItem(said, each)
            self.setItemData(self.count() - 1, f"{said}: {does}", Qt.ItemDataRole.AccessibleTextRole)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCurrentIndex(list(words.CHOICES).index(decision))
        self._draw()
        theme.look().changed.connect(self._draw)
        self.currentIndexChanged.connect(self._on_chosen)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _draw(self) -> None:
        for place, (_, _, icon, tone) in enumerate(words.CHOICES.values()):
            self.setItemIcon(place, icons.icon(icon, tone))

    def _on_chosen(self) -> None:
        # Qt gives back a plain text, and the services tell decisions apart by identity.
        self.decided.emit(self._loan, Decision(self.currentData()))


class _Delegate(tables.RowDelegate):
    """Days overdue in amber; nothing under the choices, which are widgets."""

    def paint_cell(self, painter: QPainter, rect: QRectF, option: object, index: columns.Index) -> QRectF | None:
        row = index.data(columns.RECORD_ROLE)
        column = index.data(columns.COLUMN_ROLE)
        if not isinstance(row, Row) or not isinstance(column, Column) or index.column() == _WHAT:
            return None
        first, second = str(index.data() or ""), str(index.data(columns.SECOND_ROLE) or "")
        late = index.column() == 1 and row.loan.days_overdue > 0
        tall, low = theme.text_height(), theme.text_height(fonts.SMALL)
        top = round(rect.top() + (rect.height() - tall - low - 1) / 2) if second else rect.top()
        upper = QRectF(rect.left(), top, rect.width(), tall if second else rect.height())
        side = column.align & Qt.AlignmentFlag.AlignHorizontal_Mask
        paint.line_of_text(painter, upper, first, fonts.font(), "text", side)
        if second:
            below = QRectF(rect.left(), top + tall, rect.width(), low + 2)
            paint.line_of_text(painter, below, second, fonts.font(fonts.SMALL), "warn" if late else "text3", side)
        return None


class LoansTable(tables.Table):
    """One stop for Tab, then a stop for each choice. F2 or Enter goes from a row to its choice."""

    decided = Signal(object, object)
    taken_back = Signal(object)
    """Carries the LoanLine."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Loans", "loans_table", parent)
        self._choices: Mapping[LoanId, Decision] = {}
        self._controls: list[QWidget] = []
        self._columns: list[Column[Row]] = [
            Column(
                "Title", lambda r: r.loan.title, 0, tip=lambda r: r.loan.title,
                second=lambda r: dotted(r.loan.item_barcode, r.loan.author, r.loan.collection),
            ),
            Column(
                "Due", lambda r: messages.short_day(r.loan.due_on) if r.loan.due_on else "", 122,
                second=lambda r: words.overdue(r.loan.days_overdue),
            ),
            Column("Price", lambda r: r.price, 84, RIGHT),
            Column("What happened to it?", self._said, 240),
        ]  # fmt: skip
        self._model: RecordModel[Row] = RecordModel(self._columns, self)
        self.setModel(self._model)
        self.use_columns(self._columns)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.set_row_height(_ROW)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entered_cell.connect(self._on_entered)

    def show_loans(
        self, opened: Sequence[LoanLine], marked: Mapping[LoanId, str], lines: Sequence[LoanLine], currency: str,
        choices: Mapping[LoanId, Decision],
    ) -> None:  # fmt: skip
        """Open loans with their choices, then `lines`, those marked here. `choices` is read again whenever one is made."""
        self._choices = choices
        rows = [Row(loan, _price(loan, currency)) for loan in opened]
        rows += [Row(loan, _price(loan, currency), marked.get(loan.id, "Lost")) for loan in lines]
        self._model.show_records(rows)
        self._controls = [self._control(place, row) for place, row in enumerate(rows)]
        last: QWidget = self
        for control in self._controls:
            QWidget.setTabOrder(last, control)
            last = control
        self._fit()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """The choices and *Take back* buttons, from top to bottom."""
        return tuple(self._controls)

    def rest(self, resting: bool) -> None:
        """Nothing can be chosen while something is being done."""
        for control in self._controls:
            control.setEnabled(not resting)

    def measure(self) -> None:
        super().measure()
        if hasattr(self, "_model"):
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2 and self.currentIndex().isValid():
            self._on_entered(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        rows = min(max(1, self._model.rowCount()), _MOST_ROWS)
        self.setFixedHeight(theme.head_height() + rows * self.verticalHeader().defaultSectionSize() + 2)

    def _said(self, row: Row) -> str:
        return row.marked or words.CHOICES[self._choices.get(row.loan.id, Decision.LEAVE_OPEN)][0]

    def _control(self, place: int, row: Row) -> QWidget:
        cell = QWidget()
        line = QHBoxLayout(cell)
        line.setContentsMargins(4, 4, 8, 5)
        made: QWidget
        if row.marked:
            line.addWidget(text.IconLabel("lost", 16, "warn"))
            line.addWidget(text.label(row.marked, fonts.LABEL), 1)
            made = buttons.button(
                "Take back", "quiet", "", f"loans_take_back_{row.loan.id}", f"Take back: {row.loan.title} is not lost",
                "The loan is open again, the item on loan, and its lost-item fine is lifted.",
            )  # fmt: skip
            made.clicked.connect(lambda _=False, loan=row.loan: self.taken_back.emit(loan))
        else:
            made = Choice(row.loan, self._choices.get(row.loan.id, Decision.LEAVE_OPEN))
            made.decided.connect(self._on_decided)
        line.addWidget(made, 0 if row.marked else 1)
        self.setIndexWidget(self._model.index(place, _WHAT), cell)
        return made

    def _on_decided(self, loan: object, decision: object) -> None:
        self.decided.emit(loan, decision)
        self._model.dataChanged.emit(self._model.index(0, _WHAT), self._model.index(self._model.rowCount() - 1, _WHAT))

    def _on_entered(self, index: QModelIndex) -> None:
        self._controls[index.row()].setFocus(Qt.FocusReason.ShortcutFocusReason)


def _price(loan: LoanLine, currency: str) -> str:
    return "Not known" if loan.price is None else money.words(loan.price, currency)
