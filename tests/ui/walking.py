"""What is asked of everything on show: names for screen readers, a sensible Tab order, no cut text, nothing outside its frame.

Each question returns sentences; none means that all is well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from patrondesk.ui.shell.text import Sentence
from tests.ui import measuring

_WITH_WORDS = (QPushButton, QCheckBox, QRadioButton, QToolButton)
_ROW = 34
"""Less than this upwards, and two controls stand side by side to the eye."""
_MOST_STOPS = 150


def every(top: QWidget) -> list[QWidget]:
    """The visible widgets of a window, itself not counted; nothing of other windows, nothing that only decorates."""
    return [w for w in top.findChildren(QWidget) if w.isVisible() and w.window() is top and not _ornament(w)]


def named(widget: QWidget) -> str:
    """How a fault names its widget."""
    words = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return f"{type(widget).__name__} {widget.objectName() or '-'} {words[:50]!r}"


def _ornament(widget: QWidget) -> bool:
    return widget.objectName() in ("focus_ring", "veil")


def _stops(top: QWidget) -> list[QWidget]:
    return [w for w in every(top) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None]


# -------------------------------------------------------------------------------------------------------------- names


def nameless(top: QWidget) -> list[str]:
    """Controls that Tab reaches, off or on, of which a screen reader would say nothing but their kind."""
    return [f"has no accessible name: {named(w)}" for w in _stops(top) if not _spoken(w)]


def _spoken(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found is not None else ""


# ---------------------------------------------------------------------------------------------------------- tab order


def tab_order(top: QWidget) -> list[str]:
    """Presses Tab once round. Every enabled control must be met, and the way must go on as one reads.

    Two stops one after the other are compared as the boxes that hold them within the nearest parent they share: the second may
    be below, at the right on the same line, or in a column that lies wholly to the right. It must not be above by more than a
    row, nor on the same line to the left. One stop is enough for a group of which one button is chosen: arrow keys do the rest.
    """
    top.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClick(top, Qt.Key.Key_Tab)
    first = QApplication.focusWidget()
    if first is None or first is top:
        return ["nothing can be reached by keyboard"]
    here, met, faults = first, [first], []
    for _ in range(_MOST_STOPS):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        there = QApplication.focusWidget()
        if there is None:
            return [*faults, f"Tab goes nowhere after {named(here)}"]
        if there is first or there in met:
            break
        if _backwards(here, there):
            faults.append(f"Tab goes back from {named(here)} to {named(there)}")
        met.append(there)
        here = there
    else:
        faults.append(f"Tab does not come round within {_MOST_STOPS} stops")
    if there is not first:
        faults.append(f"Tab is caught: from {named(here)} back to {named(there)}")
    reached = set(met) | {mate for widget in met for mate in _mates(widget)}
    return faults + [f"Tab never reaches {named(w)}" for w in _stops(top) if w.isEnabled() and w not in reached]


def _mates(widget: QWidget) -> list[QAbstractButton]:
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group.buttons() if group is not None and group.exclusive() else []


def _backwards(one: QWidget, other: QWidget) -> bool:
    a, b = _boxes(one, other)
    if b.top() > a.bottom() or b.left() > a.right():
        return False
    if b.bottom() < a.top():
        return a.top() - b.top() > _ROW
    return b.right() < a.left() and abs(a.center().y() - b.center().y()) <= _ROW


def _boxes(one: QWidget, other: QWidget) -> tuple[QRect, QRect]:
    """The two boxes within the nearest parent of both, in its coordinates."""
    above = [one, *_parents(one)]
    second = [other, *_parents(other)]
    shared = next(w for w in above if w in second)
    boxes = []
    for way in (above, second):
        place = way.index(shared)
        holder = way[place - 1] if place else shared
        boxes.append(QRect(holder.mapTo(shared, QPoint(0, 0)), holder.size()))
    return boxes[0], boxes[1]


def _parents(widget: QWidget) -> Iterator[QWidget]:
    step = widget.parentWidget()
    while step is not None:
        yield step
        if step.isWindow():
            return
        step = step.parentWidget()


# ----------------------------------------------------------------------------------------------------------- cut text


def cut(top: QWidget) -> list[str]:
    """Words that need more room than they have. A tool tip with the same words excuses what is cut on purpose."""
    faults = []
    for widget in every(top):
        if isinstance(widget, QLabel):
            need = _label_needs(widget)
        elif isinstance(widget, _WITH_WORDS) and widget.text():
            hint = widget.minimumSizeHint()
            need = (hint.width(), hint.height())
        else:
            continue
        if need is None:
            continue
        wide, tall = need
        if (wide > widget.width() + 1 or tall > widget.height() + 1) and not _excused(widget):
            faults.append(f"is cut: {named(widget)} needs {wide} x {tall}, has {widget.width()} x {widget.height()}")
    return faults


def _label_needs(label: QLabel) -> tuple[int, int] | None:
    words = label.text()
    if not words or not label.pixmap().isNull():
        return None
    metrics = label.fontMetrics()
    if label.wordWrap():
        longest = max((metrics.horizontalAdvance(word) for word in re.split(r"[\s-]+", words)), default=0)
        tall = label.heightForWidth(label.width())
        return (longest if not isinstance(label, Sentence) else 0), tall
    size = metrics.size(0, words)
    inside = label.contentsMargins()
    return size.width() + inside.left() + inside.right(), size.height() + inside.top() + inside.bottom()


def _excused(widget: QWidget) -> bool:
    words = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return bool(widget.toolTip()) and (words in widget.toolTip() or words.endswith("…"))


# ------------------------------------------------------------------------------------------------------- inside frames


def outside(top: QWidget) -> list[str]:
    """Widgets that stick out of their parent. What a scroll area scrolls may; so may what a table scrolls."""
    faults = []
    for widget in every(top):
        parent = widget.parentWidget()
        if parent is None or widget.size().isEmpty() or _scrolled(widget, parent):
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            faults.append(f"sticks out of {named(parent)} {_sides(parent.rect())}: {named(widget)} {_sides(widget.geometry())}")
    return faults


def _scrolled(widget: QWidget, parent: QWidget) -> bool:
    area = parent.parentWidget()
    if isinstance(area, QScrollArea) and area.viewport() is parent:
        # Up and down it is scrolled; to the sides only where there is a bar.
        off = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        return not off or widget.width() <= parent.width() + 1
    return isinstance(area, QAbstractItemView) and area.viewport() is parent


def _sides(box: QRect) -> str:
    return f"({box.left()}, {box.top()}, {box.width()} x {box.height()})"


def faults(top: QWidget) -> list[str]:
    """Everything that is wrong with a window as it stands."""
    return [*nameless(top), *cut(top), *outside(top), *measuring.faults(top), *tab_order(top)]
