"""The list of purged patrons with a box each, for bringing back only some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from patrondesk.records.ids import PatronId
from patrondesk.records.purging import PurgedPatron
from patrondesk.services import names
from patrondesk.ui.shell import fitting, paint, tables
from patrondesk.ui.shell.columns import LEFT, RIGHT, Column, Index, RecordModel
from patrondesk.ui.shell.paint import TagState

_NAME = 1


def columns(retain: bool, did: str = "purged") -> tuple[Column[PurgedPatron], ...]:
    """The columns; past loans are those kept or those deleted. `did`: purged or deleted."""

    def loans(one: PurgedPatron) -> str:
        return f"{one.loans_kept if retain else one.loans_deleted:,}"

    return (
        Column("", lambda one: "", 46, align=LEFT),
        Column(
            did.capitalize(), lambda one: one.name, second=lambda one: one.username or one.barcode or "",
            tip=lambda one: one.name,
        ),
        Column("Class", lambda one: names.school_class(one.year_level, one.homeroom), 150, tone="text2"),
        Column("Deactivated", _why, 190, tone="text2", tip=_why),
        Column("Past loans kept" if retain else "Past loans deleted", loans, 140, align=RIGHT),
        Column("Now", lambda one: "Is back" if one.undone else "", 90, tone="ok"),
    )  # fmt: skip


def _why(one: PurgedPatron) -> str:
    return one.deactivated_reason or one.deactivated_by or ""


class TickModel(RecordModel[PurgedPatron]):
    """Purged patrons of whom some are ticked. One who is back already cannot be."""

    ticks_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(columns(True), parent)
        self._ticked: set[PatronId] = set()
        self._open = False

    def show_purged(self, purged: Sequence[PurgedPatron], retain: bool, may_tick: bool, did: str = "purged") -> None:
        """Replaces every row; nobody is ticked."""
        self._ticked.clear()
        self._open = may_tick
        self.columns = columns(retain, did)
        self.show_records(purged)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self.ticks_changed.emit()

    @property
    def ticked(self) -> tuple[PatronId, ...]:
        """Those ticked, in the list's order."""
        return tuple(one.id for one in self.records if one.id in self._ticked)

    def can(self, row: int) -> bool:
        """Whether a row can be ticked."""
        return self._open and not self.record(row).undone

    def toggle(self, row: int) -> None:
        """Ticks or unticks a row that can be."""
        if self.can(row):
            self._ticked ^= {self.record(row).id}
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))
            self.ticks_changed.emit()

    def state(self, row: int) -> TagState:
        """How a row's box is drawn."""
        if not self.can(row):
            return TagState.RESTING
        return TagState.TAGGED if self.record(row).id in self._ticked else TagState.NOT_TAGGED

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 and self.can(index.row()) else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and index.column() == 0 and 0 <= index.row() < self.rowCount():
            one = self.record(index.row())
            on = one.id in self._ticked
            if role == Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            if role == Qt.ItemDataRole.AccessibleTextRole:
                if not self.can(index.row()):
                    return f"{one.name} is back already" if one.undone else f"{one.name} cannot be brought back"
                return f"{'Ticked' if on else 'Not ticked'}, {one.name}"
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0 or not self.can(index.row()):
            return False
        if (Qt.CheckState(value) == Qt.CheckState.Checked) != (self.record(index.row()).id in self._ticked):
            self.toggle(index.row())
        return True


class TickDelegate(tables.RowDelegate):
    """Paints the box, and lets a click on it or the Space bar anywhere in the row turn it."""

    def ground(self, option: QStyleOptionViewItem, index: Index) -> str:
        model = index.model()
        if isinstance(model, TickModel) and model.state(index.row()) is TagState.TAGGED:
            return "tagged"
        return super().ground(option, index)

    def paint_cell(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> QRectF | None:
        model = index.model()
        if index.column() != 0 or not isinstance(model, TickModel):
            return super().paint_cell(painter, rect, option, index)
        paint.tag_box(painter, rect, model.state(index.row()))
        return None

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(model, TickModel):
            return False
        clicked = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease and index.column() == 0
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        if clicked or pressed:
            model.toggle(index.row())
            return True
        return False


def table() -> tuple[tables.Table, TickModel]:
    """The list, empty."""
    view = tables.Table("Purged patrons", "batch_purged")
    model = TickModel(view)
    view.setModel(model)
    view.setItemDelegate(TickDelegate(view))
    return view, model


def fitted(view: tables.Table, model: TickModel) -> fitting.Fitting:
    """Names keep their room; where it is short, who deactivated somebody folds away first, then the class."""
    return fitting.fit(view, model.columns, least={_NAME: 190, 2: 120, 3: 150}, steps=((), (3,), (3, 2)))


def first_name_cell(model: TickModel) -> QModelIndex:
    """Where the keyboard starts."""
    return model.index(0, _NAME)
