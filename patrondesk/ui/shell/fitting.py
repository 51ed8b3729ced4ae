"""Columns in the room there is: their widths follow the text size, and those that find no room fold away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHeaderView

from patrondesk.ui.shell import fonts, theme
from patrondesk.ui.shell.arranging import Arranger
from patrondesk.ui.shell.columns import Column
from patrondesk.ui.shell.tables import Table

_STRETCHED = 120
"""What a column that shares the room keeps at least."""


class Fitting(QObject):
    """Keeps the columns of a table within its width, so that nobody scrolls sideways. Make it with `fit`."""

    def __init__(
        self, view: Table, columns: Sequence[Column[Any]], least: Mapping[int, int], steps: Sequence[Collection[int]],
        arranger: Arranger | None,
    ) -> None:  # fmt: skip
        super().__init__(view)
        self._view, self._columns, self._least = view, tuple(columns), dict(least)
        self._steps = [frozenset(step) for step in steps]
        self._arranger = arranger
        self._without: frozenset[int] = frozenset()
        self._fitting = False
        self.away: frozenset[int] = frozenset()
        """The columns that are folded away now."""
        if arranger is None:
            head = view.horizontalHeader()
            for number, column in enumerate(self._columns):
                mode = QHeaderView.ResizeMode.Interactive if column.width else QHeaderView.ResizeMode.Stretch
                head.setSectionResizeMode(number, mode)
        else:
            arranger.changed.connect(self.fit)
        view.viewport().installEventFilter(self)
        theme.look().changed.connect(self.fit)
        self.fit()

    def leave_out(self, columns: Collection[int]) -> None:
        """Columns that are folded away whatever room there is, unless the person asked for them."""
        self._without = frozenset(columns)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return False

    def fit(self) -> None:
        """Chooses the first step whose columns have room, the last one where none has, and shares the room out."""
        if self._fitting:
            return
        self._fitting = True
        room = self._view.viewport().width() * 100 / fonts.scale()
        steps = [step | self._without for step in self._steps]
        # What the person asked for folds last.
        tried = [step - self._wanted for step in steps] + steps
        away = next((step for step in tried if self._needs(step) <= room), steps[-1])
        self._hide(away)
        self._share(away, room)
        self._fitting = False
        self._keep_current()
        if away != self.away:
            self.away = away
            self._view.viewport().update()

    @property
    def _wanted(self) -> frozenset[int]:
        found = self._arranger
        return frozenset(number for number in range(len(self._columns)) if found is not None and found.is_wanted(number))

    def _hide(self, away: Collection[int]) -> None:
        if self._arranger is not None:
            self._arranger.hide(away)
            return
        for number in range(len(self._columns)):
            self._view.setColumnHidden(number, number in away)

    def _shown(self, away: Collection[int]) -> list[int]:
        hidden = self._arranger.is_hidden if self._arranger is not None else lambda _: False
        return [number for number in range(len(self._columns)) if number not in away and not hidden(number)]

    def _least_of(self, number: int) -> float:
        return self._least.get(number, self._columns[number].width or _STRETCHED)

    def _needs(self, away: Collection[int]) -> float:
        return sum(self._least_of(number) for number in self._shown(away))

    def _share(self, away: Collection[int], room: float) -> None:
        """Columns with a width have it as far as the room goes; what is left is for those that share it."""
        fixed = [number for number in self._shown(away) if self._columns[number].width]
        wanted = {number: max(0.0, self._wish(number) - self._least_of(number)) for number in fixed}
        spare, asked = room - self._needs(away), sum(wanted.values())
        part = min(1.0, max(0.0, spare) / asked) if asked else 0.0
        widths = {number: int((self._least_of(number) + wanted[number] * part) * fonts.scale() / 100) for number in fixed}
        if self._arranger is not None:
            self._arranger.give(widths)
            return
        for number, width in widths.items():
            self._view.horizontalHeader().resizeSection(number, width)

    def _wish(self, number: int) -> float:
        return self._arranger.width(number) if self._arranger is not None else self._columns[number].width

    def _keep_current(self) -> None:
        """A current cell that is folded away would leave the keyboard without a ring."""
        here = self._view.currentIndex()
        shown = [number for number in range(len(self._columns)) if not self._view.isColumnHidden(number)]
        if here.isValid() and here.column() not in shown and shown:
            self._view.setCurrentIndex(here.siblingAtColumn(shown[0]))


def fit(
    view: Table, columns: Sequence[Column[Any]], *, least: Mapping[int, int] | None = None,
    steps: Sequence[Collection[int]] = ((),), arranger: Arranger | None = None,
) -> Fitting:  # fmt: skip
    """Fits a table's columns from now on; call it after `setModel`.

    `least`: the least width of a column at 100 %, where it may be narrower than its own, or wider than 120 when it stretches.
    `steps`: which columns fold away, from none to the most; the first that fits is taken. All numbers are the columns' own.
    `arranger`: what a person chose for these columns counts as far as there is room.
    """
    return Fitting(view, columns, least or {}, steps, arranger)
