"""The filters that are set, each as a chip with a way to take it away; and the dialog in which they are set."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from patrondesk import messages
from patrondesk.records.patron_lists import PatronFilter
from patrondesk.records.patrons import Vocabulary
from patrondesk.ui.screens.patrons import list_words, words
from patrondesk.ui.shell import buttons, chips, dialogs, fonts, forms, text
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day
from patrondesk.ui.shell.paint import ChipText

_ANY = "Any"


class FilterBar(QWidget):
    """A line of chips; hidden while no filter is set."""

    changed = Signal(object)
    """The PatronFilter that is left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patrons_filters")
        self.setAccessibleName("Filters that are set")
        self._filter = PatronFilter()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self.stops: list[QWidget] = []

    def show_filter(self, chosen: PatronFilter) -> None:
        """A chip for each filter."""
        self._filter = chosen
        self.stops = []
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        told = list_words.told(chosen)
        for field, said in told:
            self._row.addWidget(chips.Chip(ChipText("grey", said)))
            away = buttons.icon_button("close", f"Take away the filter {said}", f"patrons_without_{field}", "quiet")
            away.setFixedSize(30, 30)
            away.clicked.connect(lambda _checked=False, field=field: self._take_away(field))
            self._row.addWidget(away)
            self.stops.append(away)
        if told:
            clear = buttons.button("Clear filters", "link", name="patrons_clear_filters")
            clear.set_size(fonts.LABEL)
            clear.clicked.connect(lambda: self.changed.emit(PatronFilter(self._filter.state)))
            self._row.addWidget(clear)
            self.stops.append(clear)
            self._row.addStretch(1)
        self.setVisible(bool(told))

    def _take_away(self, field: str) -> None:
        given = {name: value for name, value in self._filter.given().items() if name != field}
        self.changed.emit(PatronFilter(**given))  # type: ignore[arg-type]


class FilterDialog(dialogs.Dialog):
    """Everything that is filled in must hold. Use `open()`."""

    chosen = Signal(object)
    """The PatronFilter."""

    def __init__(self, parent: QWidget, known: Vocabulary, now: PatronFilter, today: dt.date) -> None:
        super().__init__(parent, "Filter the list", dialogs.MIDDLE, "patrons_filter_dialog")
        self._now, self._today = now, today
        self.question("Whom do you want to see?")
        self.body.addWidget(text.Sentence("Whoever fits everything that you choose.", fonts.LABEL, "text2"))
        self._boxes: dict[str, forms.Field] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        offered = {
            "patron_type": known.patron_types, "user_group": known.user_groups, "year_level": known.year_levels,
            "homeroom": known.homerooms, "cohort": known.cohorts,
        }  # fmt: skip
        for place, (field, label) in enumerate(list_words.NAMED.items()):
            self._boxes[field] = forms.Field(label, _choice(offered[field], getattr(now, field)), f"filter_{field}")
            grid.addWidget(self._boxes[field], place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        self._before = forms.Field("Expires before", forms.line(DAY_EXAMPLE), "filter_expires_before")
        if now.expires_before is not None:
            _line(self._before).setText(messages.short_day(now.expires_before))
        grid.addWidget(self._before, 2, 1, Qt.AlignmentFlag.AlignTop)
        self._flags: dict[str, buttons.CheckBox] = {}
        for place, (field, label) in enumerate(list_words.FLAGS.items()):
            box = buttons.CheckBox(label)
            box.setObjectName(f"filter_{field}")
            box.setAccessibleName(label)
            box.setChecked(bool(getattr(now, field)))
            self._flags[field] = box
            grid.addWidget(box, 3 + place // 2, place % 2)
        self.body.addLayout(grid)
        clear = self.add_side(buttons.button("Clear", "quiet", name="filter_clear", spoken="Clear the filters"))
        clear.clicked.connect(self._clear)
        self.add_decision(buttons.button("Cancel", name="filter_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Show", "main", name="filter_accept")).clicked.connect(self._on_accept)
        _line(self._before).returnPressed.connect(self._on_accept)
        self._boxes["patron_type"].control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _clear(self) -> None:
        for field in self._boxes.values():
            _combo(field).setCurrentIndex(0)
        for box in self._flags.values():
            box.setChecked(False)
        _line(self._before).clear()

    @Slot()
    def _on_accept(self) -> None:
        try:
            before = read_day(_line(self._before).text(), self._today)
        except ValueError as fault:
            self._before.show_error(str(fault))
            return
        found: dict[str, Any] = {field: _combo(box).currentData() for field, box in self._boxes.items()}
        found |= {field: box.isChecked() for field, box in self._flags.items()}
        self.accept()
        self.chosen.emit(replace(self._now, expires_before=before, **found))


def _choice(offered: tuple[str, ...], now: str | None) -> QComboBox:
    made = QComboBox()
    made.addItem(_ANY, None)
    for word in offered:
        made.addItem(words.nicely(word), word)
    if now is not None and now not in offered:
        made.addItem(now, now)
    made.setCurrentIndex(max(0, made.findData(now)))
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made


def _combo(field: forms.Field) -> QComboBox:
    assert isinstance(field.control, QComboBox)
    return field.control


def _line(field: forms.Field) -> QLineEdit:
    assert isinstance(field.control, QLineEdit)
    return field.control
