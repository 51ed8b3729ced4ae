"""A titled card with a table as high as its rows, or a word that there is nothing; actions stand at the right of the title."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from patrondesk.ui.shell import buttons, fitting, fonts, tables, text, theme
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.columns import Column


class ListCard(Card):
    """`fold`: the columns that fold away, in this order, where the others find no room. `most`: rows before it scrolls."""

    def __init__(
        self, title: str, columns: Sequence[Column[Any]], name: str, nothing: str, *, least: Mapping[int, int] | None = None,
        fold: Sequence[int] = (), most: int = 7,
    ) -> None:  # fmt: skip
        super().__init__()
        self._most = most
        self.inside.setContentsMargins(1, 12, 1, 1)
        self._actions: list[QWidget] = []
        self._row = QHBoxLayout()
        self._row.setContentsMargins(15, 0, 15, 0)
        self._row.setSpacing(4)
        self._row.addWidget(text.label(title, fonts.TEXT, fonts.SEMIBOLD))
        self._row.addStretch(1)
        self.inside.addLayout(self._row)
        self.setAccessibleName(title)
        self.table, self.rows = tables.table(title, columns, name)
        fitting.fit(self.table, columns, least=least, steps=[fold[:number] for number in range(len(fold) + 1)])
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = text.label(nothing, fonts.TEXT, fonts.REGULAR, "text2", wrap=True)
        self._nothing.setContentsMargins(15, 0, 15, 12)
        self.inside.addWidget(self.table)
        self.inside.addWidget(self._nothing)
        theme.look().changed.connect(self._fit)

    def add_action(self, button: buttons.Button) -> buttons.Button:
        """Puts a button at the right of the title."""
        self._row.addWidget(button)
        self._actions.append(button)
        return button

    def show_rows(self, records: Sequence[Any]) -> None:
        """Fills the table; the current row stays where it was, as far as there is one."""
        here = max(0, self.table.currentIndex().row())
        self.rows.show_records(records)
        if records:
            self.table.setCurrentIndex(self.rows.index(min(here, len(records) - 1), 0))
        self.table.setVisible(bool(records))
        self._nothing.setVisible(not records)
        self._fit()
        # Tab's order can be said only once the card is in its window.
        for one, two in itertools.pairwise([*self._actions, self.table]):
            QWidget.setTabOrder(one, two)

    def current(self) -> Any | None:
        """The record of the current row."""
        row = self.table.currentIndex().row()
        return self.rows.record(row) if 0 <= row < self.rows.rowCount() else None

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What takes the focus, the table first."""
        return (self.table, *self._actions)

    def _fit(self) -> None:
        shown = min(self.rows.rowCount(), self._most)
        self.table.setFixedHeight(theme.head_height() + shown * self.table.verticalHeader().defaultSectionSize() + 2)
