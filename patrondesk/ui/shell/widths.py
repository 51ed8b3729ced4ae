"""Widths that follow the text size: given at 100 %, and never less than the words need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from patrondesk.ui.shell import fonts, theme

W = TypeVar("W", bound=QWidget)


class _Wide(QObject):
    """Keeps a widget's fixed width in step with the text size."""

    def __init__(self, widget: QWidget, width: int, words: Sequence[str]) -> None:
        super().__init__(widget)
        self._widget, self._width, self._words = widget, width, tuple(words)
        theme.look().changed.connect(self.measure)
        self.measure()

    def measure(self) -> None:
        self._widget.setFixedWidth(max(scaled(self._width), *(room_for(self._widget, said) for said in self._words), 0))


def scaled(width: int) -> int:
    """A width given at 100 % in the text size in force."""
    return round(width * fonts.scale() / 100)


def wide(widget: W, width: int, *words: str) -> W:
    """Gives a widget a fixed width, given at 100 %, that follows the text size and has room for each of `words`; returns it."""
    _Wide(widget, width, words)
    return widget


def room_for(widget: QWidget, words: str) -> int:
    """How wide a field, a spin box or a list must be to show these words."""
    chrome = 46 if isinstance(widget, QComboBox | QSpinBox) else 30
    return QFontMetrics(fonts.font()).horizontalAdvance(words) + chrome
