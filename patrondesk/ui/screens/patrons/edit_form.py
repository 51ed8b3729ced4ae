"""The form of one card: fields in two columns, what imports may touch, Save and Cancel; what is wrong stands at its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.errors import FieldFault
from patrondesk.records.editing import Choices
from patrondesk.records.patron_fields import LOCKABLE, listed, of_section
from patrondesk.records.patrons import PatronDetails, Related
from patrondesk.ui.screens.patrons.field_controls import FieldControl, GuarantorField
from patrondesk.ui.screens.patrons.locks_dialog import LocksDialog
from patrondesk.ui.shell import buttons, focus, fonts, text

KEEP = "Keep imports from changing what I change"
_INTERNAL = "This record is kept by hand: imports change nothing of it."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be saved: fields with their values, and what imports are to leave, or may touch again."""

    changes: dict[str, object]
    lock: tuple[str, ...]
    unlock: tuple[str, ...]


class EditForm(QWidget):
    """Escape cancels. `section`: Identity, Contact or School."""

    save_asked = Signal(object)
    """Carries a Wanted."""
    cancelled = Signal()
    guarantor_asked = Signal(object)
    """Carries the GuarantorField to be filled."""

    def __init__(self, section: str, patron: PatronDetails, choices: Choices, today: dt.date) -> None:
        super().__init__()
        self.section, self._patron, self._busy = section, patron, False
        self.controls = {field.name: FieldControl(field, patron, choices, today) for field in of_section(section)}
        self._locked = [name for name in patron.locked if name in self.controls]
        self._lockable = [name for name in self.controls if name in LOCKABLE]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._made_grid())
        column.addLayout(self._made_foot())
        self._tell_locks()
        focus.chain(self.stops)

    def _made_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        wide = [control for control in self.controls.values() if isinstance(control.control, GuarantorField)]
        narrow = [control for control in self.controls.values() if control not in wide]
        half = -(-len(narrow) // 2)
        for place, control in enumerate(narrow):
            grid.addWidget(control, place % half, place // half, Qt.AlignmentFlag.AlignTop)
        for place, control in enumerate(wide):
            grid.addWidget(control, half + place, 0, 1, 2)
            field = control.control
            if isinstance(field, GuarantorField):
                field.choose_asked.connect(lambda field=field: self.guarantor_asked.emit(field))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _made_foot(self) -> QVBoxLayout:
        external = self._patron.account_type == "external"
        self.keep = buttons.CheckBox(KEEP)
        self.keep.setObjectName("edit_keep")
        self.keep.setAccessibleName(KEEP)
        self.keep.setChecked(True)
        self.locks = buttons.button("Locked fields...", "quiet", "padlock", "edit_locks")
        self.locks.clicked.connect(self._on_locks)
        self._lock_icon = text.IconLabel("padlock", 16, "text2")
        self._lock_words = text.Sentence("", fonts.LABEL, "text2")
        self.cancel = buttons.button("Cancel", name="edit_cancel", spoken=f"Cancel the changes of {self.section.lower()}")
        self.save = buttons.button("Save", "main", name="edit_save", spoken=f"Save {self.section.lower()}")
        self.cancel.clicked.connect(self._on_cancel)
        self.save.clicked.connect(self.press_save)
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._lock_icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._lock_words, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.locks)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        foot = QVBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.keep)
        foot.addLayout(said)
        foot.addLayout(row)
        if not external:
            self.keep.hide()
            self.locks.hide()
        return foot

    @property
    def stops(self) -> list[QWidget]:
        """What Tab visits, in order."""
        fields: list[QWidget] = []
        # A field that takes the whole width stands below the two columns.
        for control in sorted(self.controls.values(), key=lambda control: isinstance(control.control, GuarantorField)):
            inner = control.control
            fields += [inner.choose, inner.none] if isinstance(inner, GuarantorField) else [inner]
        return [*fields, self.keep, self.locks, self.cancel, self.save]

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields in which something else stands than at first, and "locks" where those changed."""
        fields = tuple(name for name, control in self.controls.items() if control.changed)
        before = [name for name in self._patron.locked if name in self.controls]
        return (*fields, *(() if self._locked == before else ("locks",)))

    def take_focus(self) -> None:
        """Puts the focus into the first field."""
        next(iter(self.controls.values())).control.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_again(self, patron: PatronDetails) -> None:
        """The record was read again meanwhile; what was typed stays."""
        self._patron = patron

    @Slot()
    def press_save(self) -> None:
        """Asks to save what is changed; without a change it is as Cancel."""
        if self._busy:
            return
        if not self.changed:
            self.cancelled.emit()
        else:
            self.save_asked.emit(self.wanted)

    @property
    def wanted(self) -> Wanted:
        """What would be saved now."""
        changes = {name: control.value for name, control in self.controls.items() if control.changed}
        by_hand = [name for name in changes if name in LOCKABLE] if self.keep.isChecked() and not self.keep.isHidden() else []
        unlock = tuple(name for name in self._patron.locked if name in self.controls and name not in (*self._locked, *by_hand))
        return Wanted(changes, tuple(dict.fromkeys((*self._locked, *by_hand))), unlock)

    def show_faults(self, faults: Sequence[FieldFault]) -> None:
        """Says at each field what is wrong; the focus goes to the first of them."""
        said = {fault.field: fault.said for fault in faults}
        first = next((name for name in self.controls if name in said), None)
        for name, control in self.controls.items():
            wrong = said.get(name, "")
            control.show_error((control.misread or wrong) if wrong else "", take_focus=name == first)

    def show_busy(self, busy: bool) -> None:
        """While it is being saved it is neither saved again nor cancelled. Nothing is switched off: the focus would go."""
        self._busy = busy

    def choose_guarantor(self, field: GuarantorField, person: Related) -> None:
        """Somebody was chosen in the dialog."""
        field.choose_person(person)
        field.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_cancel(self) -> None:
        if not self._busy:
            self.cancelled.emit()

    @Slot()
    def _on_locks(self) -> None:
        dialog = LocksDialog(self, self._lockable, self._locked)
        dialog.chosen.connect(self._on_locks_chosen)
        dialog.open()

    @Slot(object)
    def _on_locks_chosen(self, locked: list[str]) -> None:
        self._locked = locked
        self._tell_locks()

    def _tell_locks(self) -> None:
        if self._patron.account_type == "internal":
            said = _INTERNAL
        elif self._locked:
            fields = listed(self._locked)
            many = len(self._locked) > 1
            verb, left = ("are", "them as they are") if many else ("is", "it as it is")
            said = f"{fields[0].upper()}{fields[1:]} {verb} locked by hand: imports leave {left}."
        else:
            said = ""
        self._lock_words.say(said)
        self._lock_icon.setVisible(bool(said))
        self._lock_words.setVisible(bool(said))
