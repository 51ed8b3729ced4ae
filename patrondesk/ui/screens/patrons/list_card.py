"""A titled card with a table as high as its rows, and what its tables and lists share."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from patrondesk.ui.shell import buttons, fitting, fonts, tables, text, theme
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.columns import Column

_MOST_ROWS = 7


class ListCard(Card):
    """A titled card with a table as high as its rows, up to seven, or a word that there is nothing.

    `fold`: the columns that fold away, in this order, where the first finds no room.
    """

    def __init__(
        self, title: str, columns: Sequence[Column[Any]], name: str, nothing: str, *, compact: bool = False,
        least: Mapping[int, int] | None = None, fold: Sequence[int] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self.inside.setContentsMargins(1, 12, 1, 1)
        self._actions: list[QWidget] = []
        self._head = QHBoxLayout()
        self._head.setContentsMargins(15, 0, 15, 0)
        self._head.addWidget(text.label(title, fonts.TEXT, fonts.SEMIBOLD))
        self._head.addStretch(1)
        self.inside.addLayout(self._head)
        self.setAccessibleName(title)
        self.table, self.rows = tables.table(title, columns, name)
        self.table.set_compact(compact)
        fitting.fit(self.table, columns, least=least, steps=[fold[:number] for number in range(len(fold) + 1)])
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = text.label(nothing, fonts.TEXT, fonts.REGULAR, "text2")
        self._nothing.setContentsMargins(15, 0, 15, 12)
        self.inside.addWidget(self.table)
        self.inside.addWidget(self._nothing)
        theme.look().changed.connect(self._fit)

    def add_action(self, button: buttons.Button) -> buttons.Button:
        """Puts a button at the right of the title."""
        self._head.addWidget(button)
        self._actions.append(button)
        return button

    def show_rows(self, records: Sequence[Any]) -> None:
        """Fills the table."""
        self.rows.show_records(records)
        self.table.setVisible(bool(records))
        self._nothing.setVisible(not records)
        self._fit()
        # Tab's order can be said only once the card is in its window.
        for one, two in itertools.pairwise([*self._actions, self.table]):
            QWidget.setTabOrder(one, two)

    def _fit(self) -> None:
        shown = min(self.rows.rowCount(), _MOST_ROWS)
        self.table.setFixedHeight(theme.head_height() + shown * self.table.verticalHeader().defaultSectionSize() + 2)


def emptied(layout: QLayout) -> None:
    """Takes everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
