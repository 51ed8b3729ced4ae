"""The filters above the audit log: days, kind, who did it, about whom, about which purge."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from patrondesk.records.audit import AuditChoices
from patrondesk.ui.screens.audit.reading import Wanted
from patrondesk.ui.shell import buttons, forms, widths
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day

_NARROW_BELOW = 1060
_SHARES = (7, 7, 9, 9, 10, 6)
"""How wide the fields are, beside each other."""
_EVERYTHING, _ANYBODY = "Everything", "Anybody"


class Filters(QWidget):
    """`changed` comes when what is wanted is another; a field that cannot be read says so below itself, and changes nothing."""

    changed = Signal()

    def __init__(self, today: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.wanted = Wanted()
        self._narrow: bool | None = None
        self.first = forms.Field("From", forms.line(DAY_EXAMPLE), "audit_from")
        self.last = forms.Field("To", forms.line(DAY_EXAMPLE), "audit_to")
        self.kind = forms.Field("About", QComboBox(), "audit_kind")
        self.staff = forms.Field("Done by", QComboBox(), "audit_staff")
        self.patron = forms.Field("Patron", forms.line("Username or number"), "audit_patron")
        self.batch = forms.Field("Purge", forms.line("Number"), "audit_batch")
        self.clear = buttons.button("Clear", "quiet", name="audit_clear", spoken="Clear the filters")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._fields = (self.first, self.last, self.kind, self.staff, self.patron, self.batch)
        self.show_choices(AuditChoices((), ()))
        self.set_narrow(False)
        self._connect()

    def _connect(self) -> None:
        for field in (self.first, self.last, self.patron, self.batch):
            control = field.control
            assert isinstance(control, QLineEdit)
            control.setMaxLength(120)
            control.editingFinished.connect(self._on_changed)
        for field in (self.kind, self.staff):
            control = field.control
            assert isinstance(control, QComboBox)
            control.currentIndexChanged.connect(self._on_changed)
        self.clear.clicked.connect(self.reset)

    def set_narrow(self, narrow: bool) -> None:
        """In one line, or in two where there is no room."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for item in (*self._fields, self.clear):
            self._grid.removeWidget(item)
        across = 3 if narrow else len(self._fields)
        top = Qt.AlignmentFlag.AlignTop
        for place, field in enumerate(self._fields):
            self._grid.addWidget(field, place // across, place % across, top)
        for column in range(len(self._fields) + 1):
            self._grid.setColumnStretch(column, (1 if narrow else _SHARES[column]) if column < across else 0)
        # Beside the fields, not their labels.
        self._grid.addWidget(self.clear, 1 if narrow else 0, across, Qt.AlignmentFlag.AlignBottom)

    def fit(self, room: int) -> None:
        """Chooses by the room there is."""
        self.set_narrow(room < widths.scaled(_NARROW_BELOW))

    def show_choices(self, choices: AuditChoices) -> None:
        """Fills the two lists with what there is; what was chosen stays."""
        for field, everything, lines in ((self.kind, _EVERYTHING, choices.kinds), (self.staff, _ANYBODY, choices.staff)):
            box = field.control
            assert isinstance(box, QComboBox)
            here, present = box.currentData(), [(None, everything), *lines]
            if [(box.itemData(row), box.itemText(row)) for row in range(box.count())] == present:
                continue
            with QSignalBlocker(box):
                box.clear()
                for data, said in present:
                    box.addItem(said, data)
                box.setCurrentIndex(max(0, box.findData(here)))

    def say_nobody(self) -> None:
        """The patron that was asked for is not known."""
        self.patron.show_error("Nobody here has that.", False)

    def ask(self, **changed: object) -> None:
        """Sets some of the filters from elsewhere: patron, batch."""
        for name, value in changed.items():
            control = getattr(self, name).control
            assert isinstance(control, QLineEdit)
            control.setText(str(value))
        self._on_changed()

    def focus(self) -> None:
        """Puts the cursor into the first filter."""
        self.first.control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_patron(self) -> None:
        """Puts the cursor into the field for a patron."""
        self.patron.control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def reset(self) -> None:
        """Nothing is filtered any more."""
        for field in self._fields:
            control = field.control
            with QSignalBlocker(control):
                if isinstance(control, QLineEdit):
                    control.clear()
                elif isinstance(control, QComboBox):
                    control.setCurrentIndex(0)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        found = self._read()
        if found is not None and found != self.wanted:
            self.wanted = found
            self.changed.emit()

    def _read(self) -> Wanted | None:
        """What the fields say; None while one of them cannot be read."""
        (first_read, first), (last_read, last), (batch_read, batch) = (
            self._day(self.first), self._day(self.last), self._number(self.batch),
        )  # fmt: skip
        if not (first_read and last_read and batch_read):
            return None
        if first is not None and last is not None and first > last:
            self.last.show_error("This day lies before the first.", False)
            return None
        kind, staff = self.kind.control, self.staff.control
        assert isinstance(kind, QComboBox)
        assert isinstance(staff, QComboBox)
        patron = forms.typed(self.patron).strip()
        if patron != self.wanted.patron:
            self.patron.show_error("")
        return Wanted(first, last, kind.currentData(), staff.currentData(), patron, batch)

    def _day(self, field: forms.Field) -> tuple[bool, dt.date | None]:
        """Whether it can be read, and the day; its error is shown below it."""
        try:
            day = read_day(forms.typed(field), self._today)
        except ValueError as fault:
            field.show_error(str(fault), False)
            return False, None
        field.show_error("")
        return True, day

    def _number(self, field: forms.Field) -> tuple[bool, int | None]:
        said = forms.typed(field).strip()
        wrong = bool(said) and not (said.isascii() and said.isdecimal() and len(said) < 10)
        field.show_error("Write its number, such as 7." if wrong else "", False)
        return not wrong, int(said) if said and not wrong else None
