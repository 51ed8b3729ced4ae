"""Measured by font metrics: words that are cut in tables, lists, fields and whatever is painted, and what scrolls sideways.

Each question returns sentences; none means that all is well. Words of a school may be of any length, so that some are cut at
their end: then a tool tip has the whole, and what is left still tells who or what is meant.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QTableView,
    QWidget,
)

from patrondesk.ui.shell import fonts, paint
from patrondesk.ui.shell.columns import COLUMN_ROLE, RECORD_ROLE, Column

_ENOUGH = 16
"""So many letters must be left of what is cut."""
_MARGIN = 8
_ARROW = 16
_GLASS = 26


def every(top: QWidget) -> list[QWidget]:
    """The visible widgets of a window; nothing of other windows."""
    return [w for w in top.findChildren(QWidget) if w.isVisible() and w.window() is top]


def called(widget: QWidget) -> str:
    """How a fault names its widget."""
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName() or '-'}"


def sideways(top: QWidget) -> list[str]:
    """Nothing is scrolled to the sides, and no table has columns beyond its edge."""
    faults = []
    for area in every(top):
        if (
            isinstance(area, QAbstractScrollArea)
            and not isinstance(area, QHeaderView)
            and area.horizontalScrollBar().maximum() > 0
        ):
            faults.append(f"scrolls sideways by {area.horizontalScrollBar().maximum()}: {called(area)}")
        if isinstance(area, QTableView) and area.horizontalHeader().length() > area.viewport().width():
            faults.append(f"has {area.horizontalHeader().length()} of columns in {area.viewport().width()}: {called(area)}")
    return faults


# ---------------------------------------------------------------------------------------------------------------- tables


def _shown(view: QTableView) -> list[int]:
    return [number for number in range(view.horizontalHeader().count()) if not view.isColumnHidden(number)]


def _rows(view: QTableView) -> range:
    model = view.model()
    first = max(0, view.rowAt(0))
    last = view.rowAt(view.viewport().height() - 1)
    return range(first, (last if last >= 0 else model.rowCount() - 1) + 1)


def heads(top: QWidget) -> list[str]:
    """The words of a column's head always have room; so has the arrow of the one that is sorted by."""
    faults = []
    for view in every(top):
        if not isinstance(view, QTableView) or view.horizontalHeader().isHidden():
            continue
        head, metrics = view.horizontalHeader(), QFontMetrics(fonts.font(fonts.LABEL, fonts.SEMIBOLD))
        for number in _shown(view):
            words = str(view.model().headerData(number, Qt.Orientation.Horizontal) or "")
            sorted_by = head.isSortIndicatorShown() and head.sortIndicatorSection() == number
            needed = metrics.horizontalAdvance(words) + 2 * _MARGIN + (_ARROW if sorted_by else 0)
            if words and needed > head.sectionSize(number):
                faults.append(f"is cut: head {words!r} of {called(view)} needs {needed}, has {head.sectionSize(number)}")
    return faults


def chips(top: QWidget) -> list[str]:
    """A chip is never cut: nothing would tell the rest of it."""
    faults = []
    for view in every(top):
        for index in _cells(view):
            column = index.data(COLUMN_ROLE)
            said = column.chip(index.data(RECORD_ROLE)) if isinstance(column, Column) and column.chip else None
            room = view.columnWidth(index.column()) if isinstance(view, QTableView) else 0
            if said is not None and paint.chip_width(said) > room:
                faults.append(f"is cut: chip {said.text!r} of {called(view)} needs {paint.chip_width(said)}, has {room}")
    return faults


def _cells(view: QWidget) -> Iterator[object]:
    if isinstance(view, QTableView):
        for row in _rows(view):
            for number in _shown(view):
                yield view.model().index(row, number)


# ---------------------------------------------------------------------------------------------------------------- fields


def fields(top: QWidget) -> list[str]:
    """What is chosen in a list, its other lines once it is open, a field's hint, and a number with its arrows."""
    faults = []
    for field in every(top):
        if isinstance(field, QComboBox) and not field.isEditable():
            faults += _list(field)
        elif isinstance(field, QSpinBox):
            faults += _too_long(field, "number", field.text(), field.lineEdit().width() - _chrome(field.lineEdit()))
        elif isinstance(field, QLineEdit) and not isinstance(field.parentWidget(), QComboBox | QSpinBox):
            inside = _inside(field) - (_GLASS if field.property("leading") else 0)
            faults += _too_long(field, "hint", field.placeholderText(), inside)
    return faults


def _list(box: QComboBox) -> list[str]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    inside = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box).width()
    icon = box.iconSize().width() + 4 if not box.itemIcon(box.currentIndex()).isNull() else 0
    faults = _too_long(box, "choice", box.currentText(), inside - icon) if not box.toolTip() else []
    opened = max(box.width(), box.view().minimumWidth()) - 20
    for place in range(box.count()):
        faults += _too_long(box, "line", box.itemText(place), opened - icon)
    return faults


def _inside(line: QLineEdit) -> int:
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    return line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line).width() - _chrome(line)


def _chrome(line: QLineEdit) -> int:
    return line.textMargins().left() + line.textMargins().right() + 4


def _too_long(field: QWidget, what: str, words: str, room: int) -> list[str]:
    needed = field.fontMetrics().horizontalAdvance(words)
    return [f"is cut: {what} {words!r} of {called(field)} needs {needed}, has {room}"] if needed > room else []


# --------------------------------------------------------------------------------------------------------------- painted


def painted(top: QWidget) -> list[str]:
    """Paints the window once more, and asks of every line of text that is cut whether the rest can be read elsewhere."""
    cut: dict[str, str] = {}
    real = paint.elided

    def noted(words: str, font: QFont, width: float) -> str:
        shown = real(words, font, width)
        if shown != words:
            cut[words] = shown
        return shown

    paint.elided = noted
    try:
        top.grab()
    finally:
        paint.elided = real
    tips = _tips(top) if cut else ""
    return [
        f"is cut: {words!r} to {shown!r}" + ("" if words in tips else ", and no tool tip has the whole")
        for words, shown in cut.items() if words not in tips or len(shown) < _ENOUGH
    ]  # fmt: skip


def _tips(top: QWidget) -> str:
    found = [w.toolTip() for w in every(top)]
    for view in every(top):
        found += [str(index.data(Qt.ItemDataRole.ToolTipRole) or "") for index in _cells(view)]
    return "\n".join(html.unescape(re.sub(r"<[^>]*>", "\n", tip)) if tip.startswith("<qt>") else tip for tip in found)


def faults(top: QWidget) -> list[str]:
    """Everything that is cut, or scrolls sideways."""
    return [*sideways(top), *heads(top), *chips(top), *fields(top), *painted(top)]
