"""Editing one card of a patron at a time: opened by its pen, saved, cancelled, and asked about when it is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.errors import InvalidFields
from patrondesk.records.editing import Choices, Edited
from patrondesk.records.patron_fields import FIELDS, listed
from patrondesk.records.patrons import PatronDetails
from patrondesk.services import editing
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons.edit_form import EditForm, Wanted
from patrondesk.ui.screens.patrons.facts import FactCard, PersonalSection
from patrondesk.ui.screens.patrons.field_controls import GuarantorField
from patrondesk.ui.screens.patrons.guarantor_dialog import GuarantorDialog
from patrondesk.ui.shell import people
from patrondesk.ui.shell.leaving import LeavingDialog
from patrondesk.ui.shell.runner import Runner

Then = Callable[[], object]


class RecordEditing(QObject):
    """Knows the card that is being edited. `show_patron` tells it the record that was read."""

    changed = Signal()
    """A card was opened or closed."""
    saved = Signal(str, object)
    """A sentence, and the tuple of words for what changed."""
    failed = Signal(object)
    """The exception; nothing was saved, and what was typed is still there."""

    def __init__(self, over: QWidget, personal: PersonalSection, office: Office, runner: Runner) -> None:
        super().__init__(over)
        self._over, self._personal, self._office, self._runner = over, personal, office, runner
        self._patron: PatronDetails | None = None
        self._card: FactCard | None = None
        self._then: Then | None = None
        self._key = f"edit_{id(self)}"
        personal.edit_asked.connect(self._on_pen)

    @property
    def form(self) -> EditForm | None:
        """The form that is open."""
        return self._card.form if self._card is not None else None

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something."""
        return self.form is not None and bool(self.form.changed)

    def show_patron(self, patron: PatronDetails) -> None:
        """The record as it is now; what was typed into it stays."""
        if self._patron is not None and self._patron.id != patron.id:
            self.drop()
        self._patron = patron
        if self.form is not None:
            self.form.show_again(patron)

    def save(self) -> None:
        """Ctrl+S."""
        if self.form is not None:
            self.form.press_save()

    def drop(self) -> None:
        """Closes the form; what was typed is gone."""
        card, self._card, self._then = self._card, None, None
        if card is not None:
            card.end()
            self.changed.emit()

    def leave(self, then: Then) -> None:
        """Goes on with `then`, after asking whether to save where something was typed."""
        form = self.form
        if form is None or not form.changed:
            self.drop()
            then()
            return
        dialog = LeavingDialog(self._over, form.section.lower(), len(form.changed))
        dialog.save_asked.connect(lambda: self._save_then(then))
        dialog.discard_asked.connect(self.drop)
        dialog.discard_asked.connect(then)
        dialog.open()

    def _save_then(self, then: Then) -> None:
        self._then = then
        self.save()

    # -- the pen

    def _on_pen(self, section: str) -> None:
        office = self._office

        def begin() -> None:
            self._runner.ask(
                self._key, lambda: editing.read_choices(office), lambda choices: self._begin(section, choices), self.failed.emit
            )

        self.leave(begin)

    def _begin(self, section: str, choices: Choices) -> None:
        if self._patron is None or self._card is not None:
            return
        form = EditForm(section, self._patron, choices, self._office.clock.today())
        form.save_asked.connect(self._on_save)
        form.cancelled.connect(self.drop)
        form.guarantor_asked.connect(self._on_guarantor)
        self._card = self._personal.cards[section]
        self._card.begin(form)
        self.changed.emit()

    def _on_guarantor(self, field: GuarantorField) -> None:
        form = self.form
        if form is not None and self._patron is not None:
            dialog = GuarantorDialog(self._over, self._office, self._runner, self._patron)
            dialog.chosen.connect(lambda person: form.choose_guarantor(field, person))
            dialog.open()

    # -- saving

    def _on_save(self, wanted: Wanted) -> None:
        form, patron, office = self.form, self._patron, self._office
        if form is None or patron is None:
            return
        form.show_busy(True)

        def write() -> Edited:
            return editing.edit_patron(
                office, patron.id, wanted.changes, patron.version, lock=wanted.lock, unlock=wanted.unlock
            )  # fmt: skip

        self._runner.do(write, lambda done: self._on_saved(form, patron, done), lambda fault: self._on_fault(form, fault))

    def _on_saved(self, form: EditForm, patron: PatronDetails, done: Edited) -> None:
        then = self._then
        if self.form is form:
            self.drop()
        self.saved.emit(_saved_words(patron, form.section, done), ("patrons",))
        if then is not None:
            then()

    def _on_fault(self, form: EditForm, fault: Exception) -> None:
        self._then = None
        if self.form is not form:
            return
        form.show_busy(False)
        if isinstance(fault, InvalidFields):
            form.show_faults(fault.faults)
        else:
            form.show_faults(())
            self.failed.emit(fault)


def _saved_words(patron: PatronDetails, section: str, done: Edited) -> str:
    """What was saved, and which names were new."""
    said = f"{listed(done.changed)} of {people.called(patron)} saved." if done.changed else f"{section} saved."
    made = [f"the {FIELDS[field].said} “{name}” is new" for field, name in done.made]
    return f"{said[0].upper()}{said[1:]}" + (f" Made: {messages.listed(made)}." if made else "")
