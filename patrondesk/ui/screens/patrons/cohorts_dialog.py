"""Cohorts: how each stands, switched off and on again as a whole, made and renamed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from patrondesk import messages
from patrondesk.errors import DeskError
from patrondesk.records.bulk import BulkLook
from patrondesk.records.cohorts import CohortLine
from patrondesk.records.staff import Permission
from patrondesk.services import cohorts
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import bulk_words
from patrondesk.ui.screens.patrons.bulk_sums import Sums
from patrondesk.ui.shell import banner, buttons, dialogs, errors, fonts, forms, tables, text
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.runner import Runner

_KEY, _LOOK = "cohorts_list", "cohorts_look"


class CohortsDialog(dialogs.Dialog):
    """Every cohort in a table; what is done applies to the current row. Use `open()`."""

    cohort_chosen = Signal(str)
    """The name of a cohort whose members are to be listed."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, changes: Changes | None) -> None:
        super().__init__(parent, "Cohorts", dialogs.WIDE, "cohorts_dialog")
        self._office, self._runner, self._changes = office, runner, changes
        self._notice: banner.Banner | None = None
        self._wanted: str | None = None
        self._sentence = text.Sentence("", fonts.TEXT, "text2")
        self.body.addWidget(self._sentence)
        columns: Sequence[Column[CohortLine]] = (
            Column("Cohort", lambda c: c.name, 0, link=True, weight=fonts.MEDIUM),
            Column("Graduates", lambda c: messages.short_day(c.graduates_on) if c.graduates_on else "", 120),
            Column("Active", lambda c: f"{c.enabled:,}", 80, RIGHT),
            Column("Deactivated", lambda c: f"{c.disabled:,}", 106, RIGHT),
            Column("With the cohort", lambda c: f"{c.switched_off:,}" if c.switched_off else "", 128, RIGHT),
        )
        self.table, self.rows = tables.table("Cohorts", columns, "cohorts_table")
        self.table.set_row_height(38)
        self.table.setMinimumHeight(round(330 * fonts.scale() / 100))
        self.body.addWidget(self.table, 1)
        self.add_button = self.add_side(buttons.button("Add...", icon="add", name="cohorts_add", spoken="Add a cohort"))
        change = buttons.button("Change...", icon="edit", name="cohorts_change", spoken="Rename or date a cohort")
        self.change_button = self.add_side(change)
        self.off_button = self.add_decision(buttons.button("Switch off...", icon="purge", name="cohorts_off"))
        self.on_button = self.add_decision(buttons.button("Switch on...", icon="person_ok", name="cohorts_on"))
        self.add_decision(buttons.button("Close", name="cohorts_close")).clicked.connect(self.reject)
        self.add_button.clicked.connect(lambda: self._form(None))
        self.change_button.clicked.connect(lambda: self._form(self.current()))
        self.off_button.clicked.connect(lambda: self._switch(off=True))
        self.on_button.clicked.connect(lambda: self._switch(off=False))
        self.table.entered_cell.connect(self._on_entered)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._offer())
        self.finished.connect(lambda: self._runner.forget(_KEY))
        self._offer()
        self.read()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> CohortLine | None:
        """The cohort of the current row."""
        index = self.table.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def read(self) -> None:
        """Reads them again."""
        office = self._office
        self._runner.ask(_KEY, lambda: cohorts.list_cohorts(office), self._show, self._on_fault)

    def _show(self, found: tuple[CohortLine, ...]) -> None:
        here = self._wanted or (now.name if (now := self.current()) else None)
        self.rows.show_records(found)
        place = next((place for place, one in enumerate(found) if one.name == here), 0)
        if found:
            self.table.setCurrentIndex(self.rows.index(place, 0))
        members = sum(one.members for one in found)
        none = "No cohorts yet. They come with an import, or are added here."
        said = f"{messages.count(len(found), 'cohort')} with {messages.count(members, 'patron')}. Enter lists the members of one."
        self._sentence.say(said if found else none)
        self._offer()

    def _offer(self) -> None:
        actor, here = self._office.actor, self.current()
        edit, switch = (
            missing_right(actor, Permission.EDIT_PATRONS, "change cohorts"),
            missing_right(actor, Permission.ACTIVATE, "switch cohorts off and on"),
        )
        nobody = "" if here is not None else "There is no cohort yet."
        offer(self.add_button, edit)
        offer(self.change_button, edit or nobody)
        offer(self.off_button, switch or nobody or ("" if here and here.enabled else "No member is active."))
        went = "" if here and here.switched_off else "No member was switched off with this cohort."
        offer(self.on_button, switch or nobody or went)

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        name = self.rows.record(index.row()).name
        self.accept()
        self.cohort_chosen.emit(name)

    def _form(self, line: CohortLine | None) -> None:
        form = CohortForm(self, self._office, self._runner, line)
        form.saved.connect(self._on_saved)
        form.open()

    def _switch(self, *, off: bool) -> None:
        line = self.current()
        if line is not None:
            dialog = SwitchDialog(self, self._office, self._runner, line, off=off)
            dialog.switched.connect(self._on_saved)
            dialog.open()

    @Slot(str, str)
    def _on_saved(self, name: str, said: str) -> None:
        self._wanted = name
        self._put(banner.Banner("done", said))
        if self._changes is not None:
            self._changes.tell("patrons")
        self.read()

    def _on_fault(self, fault: Exception) -> None:
        self._put(errors.as_banner(fault))

    def _put(self, notice: banner.Banner) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = notice
        self.body.insertWidget(0, notice)


class SwitchDialog(dialogs.Dialog):
    """One cohort switched off or on: first what it does, then the button with the number."""

    switched = Signal(str, str)
    """The cohort's name, and what was done."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, line: CohortLine, *, off: bool) -> None:
        super().__init__(parent, "Switch a cohort off" if off else "Switch a cohort on", dialogs.MIDDLE, "cohort_switch_dialog")
        self._office, self._runner, self._line, self._off = office, runner, line, off
        self._busy = False
        self._fault: banner.Banner | None = None
        self.question(f"{'Deactivate' if off else 'Enable again'} all of {text.isolated(line.name)}?")
        self.body.addWidget(text.Sentence(
            "They can borrow nothing any more and wait on User Purge. Switching on brings exactly these back." if off else
            "Those who were switched off with their cohort, and still are, become active; the others stay.",
        ))  # fmt: skip
        self._reason = forms.Field("Reason, shown on User Purge", forms.line("Such as graduated"), "cohort_reason")
        self._reason.setVisible(off)
        self.body.addWidget(self._reason)
        self._sums = Sums("cohort_preview")
        self.body.addWidget(self._sums)
        cancel = self.add_decision(buttons.button("Cancel", name="cohort_cancel"))
        cancel.clicked.connect(self.reject)
        self.apply = self.add_decision(buttons.button("Deactivate" if off else "Enable", "main", name="cohort_apply"))
        self.apply.setEnabled(False)
        self.apply.clicked.connect(self._on_apply)
        self.finished.connect(lambda: self._runner.forget(_LOOK))
        look = cohorts.preview_off if off else cohorts.preview_on
        runner.ask(_LOOK, lambda: look(office, line.id), self._on_look, self._tell)
        (self._reason.control if off else cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_look(self, look: BulkLook) -> None:
        under = {
            "selected": "members", "changed": "to deactivate" if self._off else "to enable again",
            "already": "deactivated already" if self._off else "active already", "spared": "stay as they are",
        }  # fmt: skip
        why = "" if look.changed else "Nobody of this cohort would be changed."
        self._sums.show_look(look, under, bulk_words.names(look), self._spared(look), why)
        words = f"{'Deactivate' if self._off else 'Enable'} {messages.count(look.changed, 'patron')}"
        self.apply.setText(words)
        self.apply.setAccessibleName(words)
        self.apply.setEnabled(bool(look.changed))
        self.apply.setToolTip(why)

    def _spared(self, look: BulkLook) -> str:
        why = [
            "your own account" if look.own else "",
            messages.count(look.staff, "account with a role", "accounts with a role") if look.staff else "",
            f"{messages.count(look.unfit, 'patron')} deactivated in another way" if look.unfit else "",
        ]
        said = messages.listed([word for word in why if word])
        return f"Stay as they are: {said}." if said else ""

    @Slot()
    def _on_apply(self) -> None:
        if self._busy:
            return
        self._busy = True
        self.apply.setEnabled(False)
        office, key = self._office, self._line.id
        reason = forms.typed(self._reason).strip() or None

        def work() -> BulkLook:
            return cohorts.switch_off(office, key, reason) if self._off else cohorts.switch_on(office, key)

        self._runner.do(work, self._on_done, self._tell)

    def _on_done(self, look: BulkLook) -> None:
        self._busy = False
        self.accept()
        did = "deactivated" if self._off else "enabled again"
        is_ = "is" if look.changed == 1 else "are"
        self.switched.emit(self._line.name, f"{messages.count(look.changed, 'patron')} of {self._line.name} {is_} {did}.")

    def _tell(self, fault: Exception) -> None:
        self._busy = False
        self.apply.setEnabled(self._line.members > 0)
        if self._fault is not None:
            self.body.removeWidget(self._fault)
            self._fault.deleteLater()
        self._fault = errors.as_banner(fault)
        self.body.addWidget(self._fault)

    def reject(self) -> None:
        """Cancel; while it is being done there is nothing to cancel."""
        if not self._busy:
            super().reject()


class CohortForm(dialogs.Dialog):
    """A new cohort, or another name and date for one."""

    saved = Signal(str, str)
    """The cohort's name, and what was done."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, line: CohortLine | None) -> None:
        title = "Add a cohort" if line is None else "Rename or date a cohort"
        super().__init__(parent, title, dialogs.NARROW, "cohort_form")
        self._office, self._runner, self._line = office, runner, line
        self._name = forms.Field("Name", forms.line("Class of 2031"), "cohort_name")
        self._day = forms.Field("Graduates on, if known", forms.line(DAY_EXAMPLE), "cohort_day")
        for field, now in ((self._name, line.name if line else ""), (self._day, _day_of(line))):
            control = field.control
            assert isinstance(control, QLineEdit)
            control.setText(now)
            control.returnPressed.connect(self._on_accept)
            self.body.addWidget(field)
        self.add_decision(buttons.button("Cancel", name="cohort_form_cancel")).clicked.connect(self.reject)
        words = "Add" if line is None else "Save"
        self.accept_button = self.add_decision(buttons.button(words, "main", name="cohort_form_accept"))
        self.accept_button.clicked.connect(self._on_accept)
        self._name.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        name, day, wrong = forms.typed(self._name).strip(), None, ""
        try:
            day = read_day(forms.typed(self._day), self._office.clock.today())
        except ValueError as fault:
            wrong = str(fault)
        self._day.show_error(wrong, take_focus=bool(name))
        self._name.show_error("" if name else "A cohort needs a name.")
        if name and not wrong and self.accept_button.isEnabled():
            self.accept_button.setEnabled(False)
            self._save(name, day)

    def _save(self, name: str, day: dt.date | None) -> None:
        office, line = self._office, self._line

        def work() -> None:
            if line is None:
                cohorts.add_cohort(office, name, day)
            else:
                cohorts.change_cohort(office, line.id, name, day)

        def done(_: None) -> None:
            self.accept()
            self.saved.emit(name, f"{name} is {'added' if line is None else 'saved'}.")

        self._runner.do(work, done, self._on_fault)

    def _on_fault(self, fault: Exception) -> None:
        self.accept_button.setEnabled(True)
        said = f"{fault.text} {fault.next_step}" if isinstance(fault, DeskError) else "This could not be saved. Try again."
        self._name.show_error(said)


def _day_of(line: CohortLine | None) -> str:
    return messages.short_day(line.graduates_on) if line is not None and line.graduates_on is not None else ""
