"""What a table shows: columns of a record, and a read-only model of records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from patrondesk.ui.shell import fonts, paint

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

RECORD_ROLE = Qt.ItemDataRole.UserRole + 1
SECOND_ROLE = Qt.ItemDataRole.UserRole + 2
COLUMN_ROLE = Qt.ItemDataRole.UserRole + 3

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column. `spoken` is the accessible text where the shown text is not enough; empty cells say "none".

    `width` 0 stretches. `link`: the text is underlined, the whole cell is the target. `chip` is painted instead of the text.
    """

    header: str
    text: Callable[[R], str]
    width: int = 0
    align: Qt.AlignmentFlag = LEFT
    second: Callable[[R], str] | None = None
    spoken: Callable[[R], str] | None = None
    tip: Callable[[R], str] | None = None
    chip: Callable[[R], paint.ChipText | None] | None = None
    link: bool = False
    tone: str = "text"
    weight: int = fonts.REGULAR


class RecordModel(QAbstractTableModel, Generic[R]):
    """Shows records; never asks the library for anything."""

    def __init__(self, columns: Sequence[Column[R]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._records: list[R] = []

    def show_records(self, records: Sequence[R]) -> None:
        """Replaces every row."""
        self.beginResetModel()
        self._records = list(records)
        self.endResetModel()

    def record(self, row: int) -> R:
        """The record of a row. Raises IndexError beyond the end."""
        return self._records[row]

    @property
    def records(self) -> tuple[R, ...]:
        """Every record, in the order shown."""
        return tuple(self._records)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].header
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._records):
            return None
        column, record = self.columns[index.column()], self._records[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(column, record)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(record) if column.tip else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        if role == RECORD_ROLE:
            return record
        if role == SECOND_ROLE:
            return column.second(record) if column.second else None
        if role == COLUMN_ROLE:
            return column
        return None

    def _spoken(self, column: Column[R], record: R) -> str:
        if column.spoken:
            return column.spoken(record) or "none"
        said = [column.text(record), column.second(record) if column.second else ""]
        words = ", ".join(part for part in said if part) or "none"
        return f"Link, {words}" if column.link and words != "none" else words
