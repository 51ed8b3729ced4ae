"""The control of each kind of field in a patron's record, and what was typed into it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from patrondesk import messages
from patrondesk.records.editing import Choices
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_fields import FieldKind, PatronField
from patrondesk.records.patrons import PatronDetails, Related
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.shell import buttons, fonts, forms, text, widths
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day

LABEL_WIDTH = 104
_EXAMPLES = {"email": "name@school.org", "graduation_year": "2031"}
_SHORT = {"external": "The school", "internal": "The library"}
_KEPT_BY = {"external": "The school’s system", "internal": "The library, by hand"}


class GuarantorField(QWidget):
    """Who answers for this patron: a name, with the way to choose and to take away."""

    choose_asked = Signal()

    def __init__(self, present: Related | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = present
        self._name = text.label("", fonts.TEXT)
        self.choose = buttons.button("Choose...", "quiet", name="edit_guarantor_choose", spoken="Choose a guarantor...")
        self.none = buttons.icon_button("close", "No guarantor", "edit_guarantor_none", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._name)
        row.addWidget(self.choose)
        row.addWidget(self.none)
        row.addStretch(1)
        self.setFocusProxy(self.choose)
        self.choose.clicked.connect(self.choose_asked)
        self.none.clicked.connect(lambda: self.choose_person(None))
        self.choose_person(present)

    def choose_person(self, person: Related | None) -> None:
        """Shows this person as the one to be saved."""
        if person is None and self.none.hasFocus():
            self.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen = person
        self._name.setText(text.isolated(person.name) if person else words.NO_VALUE)
        self._name.setAccessibleName(f"Guarantor: {person.name if person else 'none'}")
        self.none.setEnabled(person is not None)


class FieldControl(forms.Field):
    """One field of the form, with its label at the left and room for what is wrong below."""

    def __init__(self, field: PatronField, patron: PatronDetails, choices: Choices, today: dt.date) -> None:
        self.field, self._today = field, today
        self._before: object = patron.answered_by if field.kind is FieldKind.PATRON else getattr(patron, field.name)
        control = _control(field, self._before, choices)
        super().__init__(field.label, control, f"edit_{field.name}", above=False, label_width=widths.scaled(LABEL_WIDTH))
        control.setMinimumWidth(0)
        self._shown = self._typed()

    def _typed(self) -> str | PatronId | None:
        control = self.control
        if isinstance(control, GuarantorField):
            return control.chosen.id if control.chosen else None
        if isinstance(control, QComboBox):
            return control.currentText().strip() if control.isEditable() else control.currentData()
        return control.text().strip() if isinstance(control, QLineEdit) else None

    @property
    def changed(self) -> bool:
        """Whether something else stands in it than at first."""
        return self._typed() != self._shown

    @property
    def value(self) -> object:
        """What is to be saved; a day that cannot be read stays as it was typed."""
        typed = self._typed()
        if self.field.kind is FieldKind.DAY and isinstance(typed, str):
            try:
                return read_day(typed, self._today)
            except ValueError:
                return typed
        return typed

    @property
    def misread(self) -> str:
        """Why what was typed is no day; empty for everything else."""
        if self.field.kind is FieldKind.DAY:
            try:
                read_day(str(self._typed() or ""), self._today)
            except ValueError as fault:
                return str(fault)
        return ""


def _control(field: PatronField, before: object, choices: Choices) -> QWidget:
    if field.kind is FieldKind.PATRON:
        return GuarantorField(before if isinstance(before, Related) else None)
    if field.kind is FieldKind.CHOICE:
        return _choice(field, before if isinstance(before, str) else None)
    offered = choices.of(field.name)
    if field.kind is FieldKind.NAMED or offered:
        return _offering(offered, str(before or ""))
    made = forms.line(DAY_EXAMPLE if field.kind is FieldKind.DAY else _EXAMPLES.get(field.name, ""))
    made.setText(worded(before))
    made.setCursorPosition(0)
    return made


def worded(value: object) -> str:
    """A value as a field shows it."""
    if value is None:
        return ""
    return messages.short_day(value) if isinstance(value, dt.date) else str(value)


def choice_words(field: str, word: str) -> str:
    """A stored word of a few as a person reads it."""
    return _KEPT_BY.get(word, words.nicely(word)) if field == "account_type" else words.nicely(word)


def _choice(field: PatronField, before: str | None) -> QComboBox:
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(4)
    if not field.needed:
        made.addItem("Not said", None)
    for word in (*field.choices, *([before] if before and before not in field.choices else [])):
        made.addItem(_SHORT.get(word, words.nicely(word)) if field.name == "account_type" else words.nicely(word), word)
    made.setCurrentIndex(max(0, made.findData(before)))
    return made


def _offering(offered: tuple[str, ...], before: str) -> QComboBox:
    """Words to choose from; another one may be typed."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(4)
    made.addItem("")
    made.addItems(list(offered))
    made.setCurrentText(before)
    line = made.lineEdit()
    if line is not None:
        line.setCursorPosition(0)
    return made
