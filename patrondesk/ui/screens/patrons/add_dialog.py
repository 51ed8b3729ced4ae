"""The form for a patron added by hand. What is wrong is said beside its field, and nothing is lost."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from patrondesk.errors import DeskError
from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Vocabulary
from patrondesk.services import patrons
from patrondesk.services.office import Office
from patrondesk.services.patrons import NewPatron
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.shell import banner, buttons, dialogs, errors, forms, text
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day
from patrondesk.ui.shell.runner import Runner

_TYPES = ("student", "teacher", "staff", "contact")
_KEYS = {"username": "username", "barcode": "barcode", "external id": "external_id"}


class AddDialog(dialogs.Dialog):
    """Two columns of fields. A family name and one of the three keys are needed."""

    added = Signal(object, str)
    """The new PatronId, and the name."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, known: Vocabulary) -> None:
        super().__init__(parent, "Add a patron", dialogs.MIDDLE, "add_patron_dialog")
        self._office, self._runner = office, runner
        self._busy = self._gone = False
        self._notice: banner.Banner | None = None
        self._fields: dict[str, forms.Field] = {}
        self.body.addWidget(
            text.Sentence("A patron added by hand belongs to the library: imports leave the record as it is.", 13, "text2")
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._put("family_name", "Family name", forms.line())
        self._put("given_name", "Given name", forms.line())
        self._put("username", "Username", forms.line(), "One of username, barcode and external id is needed.")
        self._put("barcode", "Barcode", forms.line())
        self._put("external_id", "External id", forms.line())
        self._put("email", "E-mail", forms.line("name@school.org"))
        self._put("patron_type", "Patron type", _types(known))
        self._put("user_group", "User group", _choice(known.user_groups))
        self._put("year_level", "Year level", _choice(known.year_levels))
        self._put("homeroom", "Homeroom", _choice(known.homerooms))
        self._put("birth_date", "Birth date", forms.line(DAY_EXAMPLE))
        self._put("expiry_date", "Expires on", forms.line(DAY_EXAMPLE))
        self.add_decision(buttons.button("Cancel", name="add_cancel")).clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("Add the patron", "main", name="add_accept"))
        self._accept.clicked.connect(self._on_accept)
        self.finished.connect(self._on_end)
        self._fields["family_name"].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put(self, word: str, label: str, control: QWidget, hint: str = "") -> None:
        place = len(self._fields)
        self._fields[word] = forms.Field(label, control, f"add_{word}", hint=hint)
        self._grid.addWidget(self._fields[word], place // 2, place % 2, Qt.AlignmentFlag.AlignTop)

    def reject(self) -> None:
        """Closes; not while the patron is being added."""
        if not self._busy:
            super().reject()

    def _typed(self, word: str) -> str | None:
        control = self._fields[word].control
        if isinstance(control, QComboBox):
            return str(control.currentData()) if not control.isEditable() else control.currentText().strip() or None
        return (control.text().strip() or None) if isinstance(control, QLineEdit) else None

    def _checked(self) -> NewPatron | None:
        """What was typed, or None after saying what is wrong; the first wrong field gets the focus."""
        wrong: dict[str, str] = {}
        if not self._typed("family_name"):
            wrong["family_name"] = "A patron needs a family name."
        if not any(self._typed(key) for key in _KEYS.values()):
            wrong["username"] = "Give a username, a barcode or an external id."
        email = self._typed("email")
        if email is not None and ("@" not in email[1:-1] or " " in email):
            wrong["email"] = "Write it as name@school.org."
        days: dict[str, dt.date | None] = {}
        for word in ("birth_date", "expiry_date"):
            try:
                days[word] = read_day(self._typed(word) or "", self._office.clock.today())
            except ValueError as fault:
                wrong[word] = str(fault)
        first = next((word for word in self._fields if word in wrong), None)
        for word, field in self._fields.items():
            field.show_error(wrong.get(word, ""), take_focus=word == first)
        if wrong:
            return None
        return NewPatron(
            family_name=self._typed("family_name") or "", given_name=self._typed("given_name"), username=self._typed("username"),
            barcode=self._typed("barcode"), external_id=self._typed("external_id"), email=email,
            patron_type=self._typed("patron_type") or "student", user_group=self._typed("user_group"),
            year_level=self._typed("year_level"), homeroom=self._typed("homeroom"),
            birth_date=days["birth_date"], expiry_date=days["expiry_date"],
        )  # fmt: skip

    @Slot()
    def _on_accept(self) -> None:
        new = None if self._busy else self._checked()
        if new is None:
            return
        self._set_busy(True)
        office, name = self._office, ", ".join(part for part in (new.family_name, new.given_name) if part)

        def on_done(patron_id: PatronId) -> None:
            if not self._gone:
                self._set_busy(False)
                self.accept()
                self.added.emit(patron_id, name)

        self._runner.do(lambda: patrons.add_patron(office, new), on_done, self._on_fault)

    def _on_fault(self, fault: Exception) -> None:
        if self._gone:
            return
        self._set_busy(False)
        if isinstance(fault, DeskError) and fault.code == "TAKEN":
            key = next((word for said, word in _KEYS.items() if f"the {said} " in fault.text), "username")
            self._fields[key].show_error(f"{fault.text} {fault.next_step}")
            return
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = errors.as_banner(fault)
        self.body.insertWidget(0, self._notice)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._accept.setEnabled(not busy)

    @Slot()
    def _on_end(self) -> None:
        self._gone = True


def _types(known: Vocabulary) -> QComboBox:
    """One of the types there are; a new one comes with an import."""
    made = QComboBox()
    for word in sorted({*_TYPES, *known.patron_types}):
        made.addItem(words.nicely(word), word)
    made.setCurrentIndex(made.findData("student"))
    return made


def _choice(offered: tuple[str, ...]) -> QComboBox:
    """A choice of known words, beginning with none; another word may be typed."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItem("")
    made.addItems(list(offered))
    return made
