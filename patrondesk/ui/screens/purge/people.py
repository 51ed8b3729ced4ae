"""Lists of people in the dialogs: portrait and name, class and what else there is to say of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QStyleOptionViewItem, QVBoxLayout, QWidget

from patrondesk.records.ids import PatronId
from patrondesk.ui.shell import fitting, fonts, portraits
from patrondesk.ui.shell.columns import COLUMN_ROLE, RECORD_ROLE, Column, Index, RecordModel
from patrondesk.ui.shell.tables import RowDelegate, Table

_FACE, _GAP, _NAME = 30, 10, 210
Pictures = Mapping[PatronId, bytes]


class Person(Protocol):
    """Somebody in a list."""

    @property
    def id(self) -> PatronId: ...

    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Person)


class PeopleDelegate(RowDelegate):
    """Paints a portrait before the first column's words."""

    def __init__(self, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def paint_cell(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> QRectF | None:
        who: Any = index.data(RECORD_ROLE)
        if index.column() != 0 or who is None:
            return super().paint_cell(painter, rect, option, index)
        room = rect.adjusted(-2, 0, 0, 0)
        face = portraits.portrait(who.id, who.name, _FACE, self._pictures.get(who.id), painter.device().devicePixelRatioF())
        painter.drawPixmap(round(room.left()), round(room.center().y() - _FACE / 2), face)
        column = index.data(COLUMN_ROLE)
        second = column.second(who) if column.second else ""
        return self.paint_lines(painter, room.adjusted(_FACE + _GAP, 0, 0, 0), column, who.name, second)


def people(
    spoken: str, columns: Sequence[Column[P]], records: Sequence[P], pictures: Pictures, name: str, row: int = 38,
    least: Mapping[int, int] | None = None,
) -> tuple[QFrame, Table]:  # fmt: skip
    """A card with a list of people in it, and its table; the first column is the person, who keeps room for a long name.

    `least`: how narrow other columns may become where the dialog cannot grow with the text.
    """
    view = Table(spoken, name)
    model: RecordModel[P] = RecordModel(columns, view)
    model.show_records(records)
    view.setModel(model)
    fitting.fit(view, columns, least={0: _NAME, **(least or {})})
    view.setItemDelegate(PeopleDelegate(pictures, view))
    view.set_row_height(row)
    card = QFrame()
    card.setProperty("card", "surface")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(2, 2, 2, 2)
    inside.addWidget(view)
    return card, view


def who(header: str, link: bool = False, second: Any = None) -> Column[Any]:
    """The column of the person."""

    def name(person: Any) -> str:
        return str(person.name)

    return Column(header, name, second=second, link=link, weight=fonts.MEDIUM, tip=name)
