"""What was understood of a file - encoding, separator, sheet, order of dates - each to be corrected in a list."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QLabel, QWidget

from patrondesk.records.importing import FileLook
from patrondesk.ui.screens.importing import words
from patrondesk.ui.shell import fonts, forms, text, theme, widths

_ENCODINGS = ("UTF-8", "UTF-16", "Windows-1252", "MacRoman")
_SEPARATORS = (",", ";", "\t", "|")
_APART, _WIDEST = 14, 260
_ORDERS = {"dmy": "day/month/year", "mdy": "month/day/year"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person wants the file read; None: as it was found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    date_order: str | None = None


class Choice(QComboBox):
    """A list that the wheel passes over, so that scrolling a page changes nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        fonts.wear(self, fonts.TEXT, fonts.REGULAR)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Found(Choice):
    """A list as wide as its longest line, where there is room."""

    def sizeHint(self) -> QSize:
        longest = max((widths.room_for(self, self.itemText(place)) for place in range(self.count())), default=0)
        return QSize(min(max(longest, super().sizeHint().width()), widths.scaled(_WIDEST)), super().sizeHint().height())


class Understood(QFrame):
    """The strip below the head. A list that does not apply to the file is not shown.

    Labels stand beside their lists, and above them where that is too wide.
    """

    reading_changed = Signal(object)
    """Carries a Reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "raised")
        self.encoding = forms.named(_Found(), "Encoding", "import_encoding")
        self.separator = forms.named(_Found(), "Separator", "import_separator")
        self.sheet = forms.named(_Found(), "Sheet", "import_sheet")
        self.date_order = forms.named(_Found(), "Date order", "import_date_order")
        self._labels: dict[QComboBox, QLabel] = {}
        self._pairs: list[QBoxLayout] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 14, 7)
        row.setSpacing(_APART)
        self._icon = text.IconLabel("encoding", 16)
        row.addWidget(self._icon)
        for label, combo in (
            ("Encoding", self.encoding), ("Separator", self.separator), ("Sheet", self.sheet), ("Date order", self.date_order),
        ):  # fmt: skip
            made = text.label(label, fonts.LABEL, fonts.REGULAR, "text2")
            made.setBuddy(combo)
            self._labels[combo] = made
            pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            pair.addWidget(made)
            pair.addWidget(combo)
            self._pairs.append(pair)
            row.addLayout(pair)
            combo.setMinimumContentsLength(7)
            combo.activated.connect(self._on_chosen)
        self.rows = text.label("", fonts.LABEL, fonts.SEMIBOLD)
        self.rows.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.rows, 1)
        self._show(self.sheet, False)
        theme.look().changed.connect(self._fold)

    def show_look(self, look: FileLook, reading: Reading) -> None:
        """Fills the lists: what was found out first, then what else there is; what the person chose is chosen."""
        self._fill(self.encoding, look.encoding, _ENCODINGS, reading.encoding)
        self._fill(self.separator, look.delimiter, _SEPARATORS, reading.delimiter)
        self._show(self.sheet, len(look.sheets) > 1)
        self.sheet.clear()
        for name in look.sheets:
            self.sheet.addItem(name, name)
        self.sheet.setCurrentIndex(max(0, self.sheet.findData(look.sheet)))
        self.date_order.clear()
        told = _ORDERS.get(look.date_order or "") if reading.date_order is None else None
        self.date_order.addItem(f"{told}, detected" if told else "As the dates tell", None)
        for value, label in _ORDERS.items():
            self.date_order.addItem(label, value)
        self.date_order.setCurrentIndex(max(0, self.date_order.findData(reading.date_order)) if reading.date_order else 0)
        self.rows.setText(words.rows_of(look))
        self._fold()

    def show_rows(self, sentence: str) -> None:
        """How many rows were read."""
        self.rows.setText(sentence)
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        for combo in self._labels:
            combo.updateGeometry()
        needed = 28 + 16 + _APART + self.rows.sizeHint().width()
        for combo, label in self._labels.items():
            if not combo.isHidden():
                needed += combo.sizeHint().width() + label.sizeHint().width() + 8 + _APART
        above = needed > self.width()
        for pair in self._pairs:
            pair.setDirection(QBoxLayout.Direction.TopToBottom if above else QBoxLayout.Direction.LeftToRight)
            pair.setSpacing(2 if above else 8)

    def reading(self) -> Reading:
        """What the lists say now."""
        return Reading(
            self.encoding.currentData(), self.separator.currentData(),
            self.sheet.currentData() if self.sheet.count() > 1 else None, self.date_order.currentData(),
        )  # fmt: skip

    def _fill(self, combo: QComboBox, found: str | None, others: tuple[str, ...], chosen: str | None) -> None:
        def worded(value: str) -> str:
            return words.separator(value) if combo is self.separator else value

        self._show(combo, found is not None)
        combo.clear()
        combo.addItem(f"{worded(found)}, detected" if found and chosen is None else "Find out", None)
        for value in others:
            combo.addItem(worded(value), value)
        combo.setCurrentIndex(max(0, combo.findData(chosen)) if chosen else 0)
        combo.setToolTip(combo.currentText())

    def _show(self, combo: QComboBox, applies: bool) -> None:
        combo.setVisible(applies)
        self._labels[combo].setVisible(applies)

    def _on_chosen(self, _place: int) -> None:
        self.reading_changed.emit(self.reading())
