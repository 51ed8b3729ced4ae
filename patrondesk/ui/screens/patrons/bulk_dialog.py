"""Changing patrons together: what, for whom, with which words; then how many that is and who; then the button with the number."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QWidget

from patrondesk import messages
from patrondesk.errors import WrongUsage
from patrondesk.records.bulk import Action, BulkChange, BulkLook
from patrondesk.records.patron_lists import Chosen
from patrondesk.records.patrons import Vocabulary
from patrondesk.services import bulk
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import bulk_words
from patrondesk.ui.screens.patrons.bulk_sums import Sums
from patrondesk.ui.shell import banner, buttons, dialogs, errors, forms
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day
from patrondesk.ui.shell.runner import Runner

_TYPING_MS = 300
_KEY = "patrons_bulk"


class BulkDialog(dialogs.Dialog):
    """Nothing is done until its button is pressed. Use `open()`."""

    done_together = Signal(str)
    """What was done, in a sentence."""

    def __init__(
        self, parent: QWidget, office: Office, runner: Runner, known: Vocabulary, marked: Chosen, everybody: Chosen, said: str
    ) -> None:
        super().__init__(parent, "Change patrons together", dialogs.MIDDLE, "bulk_dialog")
        self._office, self._runner, self._known = office, runner, known
        self._look: BulkLook | None = None
        self._asked: tuple[BulkChange, Chosen] | None = None
        self._busy = False
        self._fault: banner.Banner | None = None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._marked, self._everybody = marked, everybody
        self.question("What do you want to change?")
        self._action = forms.Field("Change", QComboBox(), "bulk_action")
        assert office.actor is not None
        for action, told in bulk_words.WORDS.items():
            if office.actor.may(action.permission):
                _combo(self._action).addItem(told.name, action)
        self.body.addWidget(self._action)
        self._scope = QButtonGroup(self)
        number = len(marked.ids)
        for place, (name, words, on) in enumerate((
            ("bulk_marked", f"The {messages.count(number, 'patron')} marked on this page", bool(number)),
            ("bulk_everybody", f"Everybody on this list: {said}", True),
        )):  # fmt: skip
            choice = buttons.RadioButton(words)
            choice.setObjectName(name)
            choice.setAccessibleName(words)
            choice.setEnabled(on)
            # Everybody is never meant by default: that must be said.
            choice.setChecked(on and name == "bulk_marked")
            self._scope.addButton(choice, place)
            self.body.addWidget(choice)
        self._text = forms.Field("", forms.line(), "bulk_text")
        self._name = forms.Field("", QComboBox(), "bulk_name")
        self._day = forms.Field("", forms.line(DAY_EXAMPLE), "bulk_day", hint=" ")
        for field in (self._text, self._name, self._day):
            self.body.addWidget(field)
        self._sums = Sums("bulk_preview")
        self.body.addWidget(self._sums)
        self.cancel = self.add_decision(buttons.button("Cancel", name="bulk_cancel"))
        self.apply = self.add_decision(buttons.button("Change", "main", name="bulk_apply"))
        self._connect()
        self._on_action()
        _combo(self._action).setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        _combo(self._action).currentIndexChanged.connect(self._on_action)
        self._scope.idClicked.connect(lambda _: self._on_typed())
        for field in (self._text, self._day):
            _line(field).textChanged.connect(self._on_typed)
        _combo(self._name).editTextChanged.connect(self._on_typed)
        _combo(self._name).currentIndexChanged.connect(self._on_typed)
        self._typing.timeout.connect(self._ask)
        self.cancel.clicked.connect(self.reject)
        self.apply.clicked.connect(self._on_apply)
        self.finished.connect(self._on_over)

    # -- what is asked for

    @property
    def action(self) -> Action:
        """What is to be done."""
        return Action(_combo(self._action).currentData())

    def choose(self, action: Action) -> None:
        """Begins with another action."""
        box = _combo(self._action)
        box.setCurrentIndex(max(0, box.findData(action)))

    @Slot()
    def _on_action(self) -> None:
        action, told = self.action, bulk_words.WORDS[self.action]
        named = action in (Action.USER_GROUP, Action.YEAR_LEVEL, Action.HOMEROOM)
        self._text.rename(told.text)
        _line(self._text).setPlaceholderText(told.hint)
        self._text.setVisible(bool(told.text) and not named)
        self._name.rename(told.text)
        self._name.setVisible(named)
        if named:
            self._offer_names(action)
        self._day.rename(told.day)
        self._day.show_hint(told.day_hint)
        self._day.setVisible(bool(told.day))
        for field in (self._text, self._name, self._day):
            field.show_error("")
        self._on_typed()
        self._typing.stop()
        self._ask()

    def _offer_names(self, action: Action) -> None:
        offered = {
            Action.USER_GROUP: self._known.user_groups, Action.YEAR_LEVEL: self._known.year_levels,
            Action.HOMEROOM: self._known.homerooms,
        }[action]  # fmt: skip
        box = _combo(self._name)
        held = box.blockSignals(True)
        box.clear()
        box.setEditable(action is Action.HOMEROOM)
        if action is Action.HOMEROOM:
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            # Making it editable gives it a field of its own, which says when something is typed.
            typed = box.lineEdit()
            assert typed is not None
            typed.textEdited.connect(self._on_typed)
        box.addItem("" if action is Action.HOMEROOM else "None", None)
        for word in offered:
            box.addItem(word, word)
        box.blockSignals(held)

    def _change(self) -> BulkChange | None:
        """What the fields say; None when the day in them cannot be understood."""
        action, told = self.action, bulk_words.WORDS[self.action]
        day: dt.date | None = None
        if told.day:
            try:
                day = read_day(_line(self._day).text(), self._office.clock.today())
            except ValueError as fault:
                self._day.show_error(str(fault), take_focus=False)
                return None
            self._day.show_error("")
        if action is Action.HOMEROOM:
            return BulkChange(action, _combo(self._name).currentText().strip() or None)
        if action.sets_field and not told.day:
            return BulkChange(action, _combo(self._name).currentData())
        return BulkChange(action, _line(self._text).text().strip() or None, day)

    @Slot()
    def _on_typed(self) -> None:
        self._look = None
        self.apply.setEnabled(False)
        self._typing.start()

    @Slot()
    def _ask(self) -> None:
        change = self._change()
        self._look = None
        if change is None:
            self._runner.forget(_KEY)
            self._refuse("Correct the day first.")
            return
        if self._scope.checkedId() < 0:
            self._runner.forget(_KEY)
            self._refuse("Say who is meant: everybody on this list, or mark rows first.")
            return
        chosen = self._marked if self._scope.checkedId() == 0 else self._everybody
        self._asked = (change, chosen)
        if bulk_words.WORDS[change.action].text and not change.text and change.action in _NEEDS_TEXT:
            self._runner.forget(_KEY)
            self._refuse("Say why; it is kept with each of them.")
            return
        office, preview = self._office, bulk.PREVIEWS[change.action.permission]
        self._runner.ask(_KEY, lambda: preview(office, change, chosen), self._on_look, self._on_not_understood)

    def _on_look(self, look: BulkLook) -> None:
        assert self._asked is not None
        action = self._asked[0].action
        self._look = look
        told = bulk_words.WORDS[action]
        under = {
            "selected": "selected", "changed": f"to be {told.done}" if not action.sets_field else "to change",
            "already": told.already, "spared": "left as they are",
        }  # fmt: skip
        why = bulk_words.nothing_to_do(action, look)
        self._sums.show_look(look, under, bulk_words.names(look), bulk_words.spared(look), why)
        self._name_button(bulk_words.button(action, look), bool(look.changed) and not self._busy, why)

    def _on_not_understood(self, fault: Exception) -> None:
        if isinstance(fault, WrongUsage):
            self._refuse(f"{fault.text} {fault.next_step}")
        else:
            self._refuse("The selection could not be read.")
            self._tell(fault)

    def _refuse(self, why: str) -> None:
        self._sums.refuse(why)
        self._name_button(bulk_words.button(self.action, None), False, why)

    def _name_button(self, words: str, on: bool, tip: str) -> None:
        self.apply.setText(words)
        self.apply.setAccessibleName(words)
        self.apply.setEnabled(on)
        self.apply.setToolTip(tip)

    # -- doing it

    @Slot()
    def _on_apply(self) -> None:
        if self._look is None or self._asked is None or self._busy:
            return
        self._busy = True
        self.apply.setEnabled(False)
        change, chosen = self._asked
        office, do = self._office, bulk.DOINGS[change.action.permission]

        def done(look: BulkLook) -> None:
            self._busy = False
            self.accept()
            value = messages.day(change.day) if change.day is not None else change.text or ""
            self.done_together.emit(bulk_words.done(change.action, look, value))

        self._runner.do(lambda: do(office, change, chosen), done, self._on_failed)

    def _on_failed(self, fault: Exception) -> None:
        self._busy = False
        self.apply.setEnabled(self._look is not None)
        self._tell(fault)

    def _tell(self, fault: Exception) -> None:
        if self._fault is not None:
            self.body.removeWidget(self._fault)
            self._fault.deleteLater()
        self._fault = errors.as_banner(fault)
        self.body.addWidget(self._fault)

    @Slot()
    def _on_over(self) -> None:
        self._typing.stop()
        self._runner.forget(_KEY)

    def reject(self) -> None:
        """Cancel; while it is being done there is nothing to cancel."""
        if not self._busy:
            super().reject()


_NEEDS_TEXT = (Action.BLOCK, Action.UNBLOCK, Action.PROTECT)


def _combo(field: forms.Field) -> QComboBox:
    assert isinstance(field.control, QComboBox)
    return field.control


def _line(field: forms.Field) -> QLineEdit:
    assert isinstance(field.control, QLineEdit)
    return field.control
