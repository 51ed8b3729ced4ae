"""The form for a patron added by hand. What is wrong is said beside its field, and nothing is lost."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from patrondesk.errors import InvalidFields
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_fields import FIELDS, FieldKind, PatronField
from patrondesk.records.patrons import Vocabulary
from patrondesk.services import adding
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.shell import banner, buttons, dialogs, errors, fonts, forms, text
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day
from patrondesk.ui.shell.runner import Runner

_TYPES = ("student", "teacher", "staff", "contact")
_PARTS = (
    ("Identity", ("family_name", "given_name", "middle_name", "preferred_name", "username", "barcode", "external_id",
                  "birth_date", "gender", "email", "phone")),
    ("School", ("patron_type", "user_group", "year_level", "homeroom", "cohort", "graduation_year", "expiry_date", "purge_date",
                "registered_on", "guarantor", "persona", "access_level", "record_type")),
)  # fmt: skip
_ACROSS = 3
_EXAMPLES = {"email": "name@school.org", "graduation_year": "2031", "guarantor": "Username or barcode"}


class AddDialog(dialogs.Dialog):
    """Fields in three columns, in two parts. A family name and one of the three keys are needed."""

    added = Signal(object, str)
    """The new PatronId, and the name."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, known: Vocabulary) -> None:
        super().__init__(parent, "Add a patron", dialogs.WIDEST, "add_patron_dialog")
        self._office, self._runner = office, runner
        self._busy = self._gone = False
        self._notice: banner.Banner | None = None
        self._fields: dict[str, forms.Field] = {}
        said = "Needed are a family name, and one of username, barcode and District ID. Imports leave the record as it is."
        self.body.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        for title, names in _PARTS:
            self.body.addWidget(text.label(title, fonts.SECTION, fonts.SEMIBOLD))
            self.body.addLayout(self._made_grid(names, known))
        self.add_decision(buttons.button("Cancel", name="add_cancel")).clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("Add the patron", "main", name="add_accept"))
        self._accept.clicked.connect(self._on_accept)
        self.finished.connect(self._on_end)
        self._fields["family_name"].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made_grid(self, names: tuple[str, ...], known: Vocabulary) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for column in range(_ACROSS):
            grid.setColumnStretch(column, 1)
        for place, name in enumerate(names):
            field = forms.Field(FIELDS[name].label, _control(FIELDS[name], known), f"add_{name}")
            field.control.setMinimumWidth(0)
            self._fields[name] = field
            grid.addWidget(field, place // _ACROSS, place % _ACROSS, Qt.AlignmentFlag.AlignTop)
        return grid

    def reject(self) -> None:
        """Closes; not while the patron is being added."""
        if not self._busy:
            super().reject()

    def _typed(self, word: str) -> str | None:
        control = self._fields[word].control
        if isinstance(control, QComboBox):
            return control.currentText().strip() or None if control.isEditable() else control.currentData()
        return (control.text().strip() or None) if isinstance(control, QLineEdit) else None

    def _filled(self) -> tuple[dict[str, object], dict[str, str]]:
        """What was typed, and what of it is no day."""
        given: dict[str, object] = {}
        wrong: dict[str, str] = {}
        for word in self._fields:
            given[word] = self._typed(word)
            if FIELDS[word].kind is FieldKind.DAY:
                try:
                    given[word] = read_day(str(given[word] or ""), self._office.clock.today())
                except ValueError as fault:
                    wrong[word] = str(fault)  # as it was typed, it is refused together with everything else
        return given, wrong

    @Slot()
    def _on_accept(self) -> None:
        if self._busy:
            return
        given, wrong = self._filled()
        self._set_busy(True)
        office, name = self._office, ", ".join(str(given[part]) for part in ("family_name", "given_name") if given[part])

        def on_done(patron_id: PatronId) -> None:
            if not self._gone:
                self._set_busy(False)
                self.accept()
                self.added.emit(patron_id, name)

        self._runner.do(lambda: adding.add_with_fields(office, given), on_done, lambda fault: self._on_fault(fault, wrong))

    def _on_fault(self, fault: Exception, wrong: dict[str, str]) -> None:
        if self._gone:
            return
        self._set_busy(False)
        if isinstance(fault, InvalidFields):
            self._show_faults({one.field: one.said for one in fault.faults} | wrong)
            return
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = errors.as_banner(fault)
        self.body.insertWidget(0, self._notice)

    def _show_faults(self, faults: dict[str, str]) -> None:
        """Each beside its field; the first of them gets the focus."""
        first = next((word for word in self._fields if word in faults), None)
        for word, field in self._fields.items():
            field.show_error(faults.get(word, ""), take_focus=word == first)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._accept.setEnabled(not busy)

    @Slot()
    def _on_end(self) -> None:
        self._gone = True


def _control(field: PatronField, known: Vocabulary) -> QWidget:
    offered: dict[str, tuple[str, ...]] = {
        "user_group": known.user_groups, "year_level": known.year_levels, "homeroom": known.homerooms, "cohort": known.cohorts,
    }  # fmt: skip
    if field.name == "patron_type":
        return _few(tuple(sorted({*_TYPES, *known.patron_types})), "student")
    if field.kind is FieldKind.CHOICE:
        return _few(field.choices, field.choices[0] if field.needed else None)
    if field.name in offered:
        return _choice(offered[field.name])
    return forms.line(DAY_EXAMPLE if field.kind is FieldKind.DAY else _EXAMPLES.get(field.name, ""))


def _few(offered: tuple[str, ...], first: str | None) -> QComboBox:
    """One of a few words; a new type comes with an import."""
    made = QComboBox()
    if first is None:
        made.addItem("Not said", None)
    for word in offered:
        made.addItem(words.nicely(word), word)
    made.setCurrentIndex(max(0, made.findData(first)))
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made


def _choice(offered: tuple[str, ...]) -> QComboBox:
    """A choice of known words, beginning with none; another word may be typed."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.addItem("")
    made.addItems(list(offered))
    return made
