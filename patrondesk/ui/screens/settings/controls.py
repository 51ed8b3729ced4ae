"""One control a kind of setting - a box, a number with its unit, an amount, a choice - and values in words."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget

from patrondesk import money
from patrondesk.records.access_requests import RULES
from patrondesk.records.desk import SettingLine
from patrondesk.ui.shell import buttons, fonts, forms, widths

_MONTHS = tuple("January February March April May June July August September October November December".split())
_CURRENCIES = {
    "USD": "US dollar", "AUD": "Australian dollar", "CAD": "Canadian dollar", "EUR": "euro", "GBP": "pound sterling",
    "INR": "Indian rupee", "JPY": "Japanese yen", "NZD": "New Zealand dollar",
}  # fmt: skip
WIDTH, SIDE = 210, 236
"""Of a control, and of the column of controls, at 100 % text."""


class Choice(QComboBox):
    """A list that the wheel passes over, so that scrolling the page changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Number(QSpinBox):
    """A whole number that the wheel passes over."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def worded(line: SettingLine, value: str, currency: str) -> str:
    """A value as people say it: "on", "30 days", "$20.00", "August"."""
    if line.kind == "bool":
        return "on" if value == "true" else "off"
    if line.kind == "money":
        return money.words(money.parse(value, currency), currency)
    if line.unit == "month":
        return _MONTHS[int(value) - 1]
    if line.kind == "choice":
        return _choice(value)
    return f"{int(value):,} {line.unit}".strip() if line.kind == "int" else value or "none"


def _choice(value: str) -> str:
    return f"{value}, {_CURRENCIES[value]}" if value in _CURRENCIES else RULES.get(value, value)


class Control(QObject):
    """The control of one setting. `value` is text, as settings are stored."""

    changed = Signal()

    def __init__(self, line: SettingLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self.unit = ""
        self.widget = self._made()
        forms.named(self.widget, f"{line.label}, {self.unit}" if self.unit else line.label, f"setting_{line.key}")
        self.widget.setAccessibleDescription(line.text)
        self.put(line.value)

    def _made(self) -> QWidget:
        line = self.line
        if line.kind == "bool":
            box = buttons.CheckBox("On")
            box.toggled.connect(self._on_toggled)
            return box
        if line.unit == "month" or line.kind == "choice":
            combo = Choice()
            pairs = list(enumerate(_MONTHS, 1)) if line.unit == "month" else [(value, _choice(value)) for value in line.choices]
            for value, said in pairs:
                combo.addItem(said, str(value))
            fonts.wear(combo, fonts.TEXT)
            widths.wide(combo, WIDTH, *(said for _, said in pairs))
            combo.currentIndexChanged.connect(self.changed)
            return combo
        if line.kind == "int":
            self.unit = line.unit
            number = Number()
            number.setRange(line.low, line.high)
            number.lineEdit().setTextMargins(10, 0, 0, 0)
            widths.wide(number, 110)
            number.valueChanged.connect(self.changed)
            return number
        field = forms.line(width=110 if line.kind == "money" else WIDTH)
        field.textChanged.connect(self.changed)
        return field

    def _on_toggled(self, on: bool) -> None:
        assert isinstance(self.widget, buttons.CheckBox)
        self.widget.setText("On" if on else "Off")
        self.widget.setAccessibleName(self.line.label)
        self.changed.emit()

    @property
    def value(self) -> str:
        """What the control says, as text."""
        widget = self.widget
        if isinstance(widget, buttons.CheckBox):
            return "true" if widget.isChecked() else "false"
        if isinstance(widget, QComboBox):
            return str(widget.currentData())
        if isinstance(widget, QSpinBox):
            return str(widget.value())
        assert isinstance(widget, QLineEdit)
        return widget.text().strip()

    def put(self, value: str) -> None:
        """Shows a value, without telling that it changed."""
        widget = self.widget
        held = widget.blockSignals(True)
        if isinstance(widget, buttons.CheckBox):
            widget.setChecked(value == "true")
            widget.setText("On" if value == "true" else "Off")
            widget.setAccessibleName(self.line.label)
        elif isinstance(widget, QComboBox):
            widget.setCurrentIndex(max(0, widget.findData(value)))
        elif isinstance(widget, QSpinBox):
            widget.setValue(int(value))
        elif isinstance(widget, QLineEdit):
            widget.setText(value)
        widget.blockSignals(held)

    def wrong(self, currency: str) -> str:
        """Why what is typed does not fit, with an example; empty when it does."""
        if self.line.kind != "money":
            return ""
        try:
            amount = money.parse(self.value, currency)
        except ValueError:
            return "That is not an amount. Write one such as 20.00."
        if not self.line.low <= amount <= self.line.high:
            return f"Write an amount from {money.words(self.line.low, currency)} to {money.words(self.line.high, currency)}."
        return ""

    def differs(self, currency: str) -> bool:
        """Whether it says something else than what is stored."""
        if self.line.kind != "money":
            return self.value != self.line.value
        try:
            return money.parse(self.value, currency) != money.parse(self.line.value, currency)
        except ValueError:
            return True
