"""Deactivate a selection: who is meant, why, how many that is, and who; then the button with the number."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from patrondesk.errors import WrongUsage
from patrondesk.records.patrons import Vocabulary
from patrondesk.records.staff import Permission
from patrondesk.services import activation, patron_listing
from patrondesk.services.activation import Deactivation, Filter
from patrondesk.services.office import Office
from patrondesk.ui.screens.deactivate import words
from patrondesk.ui.shell import banner, buttons, cards, dialogs, errors, fonts, forms, text
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner

_TYPING_MS = 300


class DeactivateDialog(dialogs.Dialog):
    """Nothing is done until its button is pressed. Use `open()`."""

    deactivated = Signal(object)
    """Carries the Deactivation that was done; `said` words it."""

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None) -> None:
        super().__init__(parent, "Deactivate a selection", dialogs.MIDDLE, "deactivate_dialog")
        self._office, self._runner, self._changes = office, runner, changes
        self._look: Deactivation | None = None
        self._asked: Filter | None = None
        self._busy = False
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._group_starts = forms.Field("Group begins with", forms.line("Such as Senior"), "deactivate_group_starts")
        self._group = forms.Field("Group", _listed(), "deactivate_group")
        self._level = forms.Field("Year level", _listed(), "deactivate_year_level")
        self._expired = forms.Field("Expired before", forms.line("Such as 31/12/2026"), "deactivate_expired_before")
        self._reason = forms.Field("Reason, shown on User Purge", forms.line("Such as left the school"), "deactivate_reason")
        self._build()
        self._connect()
        self._ask()
        if not self._may():
            self._refuse("The right “activate” is missing. An administrator of the library can give it.")
        else:
            self._suggest()

    def _build(self) -> None:
        self.question("Whom do you want to deactivate?")
        said = "Whoever fits everything that you fill in. Of the two groups, either is enough."
        self.body.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        for pair in ((self._group_starts, self._group), (self._level, self._expired)):
            row = QHBoxLayout()
            row.setSpacing(16)
            for field in pair:
                row.addWidget(field, 1)
                row.setAlignment(field, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)
        self.body.addWidget(self._reason)
        self._card = cards.Card(ground="raised")
        self._card.setObjectName("deactivate_preview")
        self._sum = QHBoxLayout()
        self._sum.setSpacing(17)
        self._numbers: dict[str, tuple[QWidget, ...]] = {}
        for word, sign, under, tone in (
            ("selected", "", "selected", "text"), ("changed", "=", "to deactivate", "info"),
            ("already", "+", "deactivated already", "text2"), ("spared", "+", "stay", "text2"),
        ):  # fmt: skip
            self._add_number(word, sign, under, tone)
        self._sum.addStretch(1)
        self._sum_widget = QWidget()
        self._sum_widget.setObjectName("deactivate_sum")
        self._sum.setContentsMargins(0, 0, 0, 0)
        self._sum_widget.setLayout(self._sum)
        self._day = text.Sentence("", fonts.LABEL)
        self._day.setObjectName("deactivate_day")
        self._names = text.Sentence("", fonts.LABEL)
        self._names.setObjectName("deactivate_names")
        self._stay = text.Sentence("", fonts.LABEL, "text2")
        self._why = text.Sentence("", fonts.LABEL, "text2")
        self._why.setObjectName("deactivate_why")
        for widget in (self._sum_widget, self._day, self._names, self._stay, self._why):
            self._card.inside.addWidget(widget)
        self.body.addWidget(self._card)
        self._fault: banner.Banner | None = None
        self.cancel = self.add_decision(buttons.button("Cancel", name="deactivate_cancel"))
        self.apply = self.add_decision(buttons.button("Deactivate", "main", "purge", "deactivate_apply"))

    def _add_number(self, word: str, sign: str, said: str, tone: str) -> None:
        if sign:
            self._sum.addWidget(text.label(sign, fonts.QUESTION, fonts.MEDIUM), 0, Qt.AlignmentFlag.AlignTop)
        part = QVBoxLayout()
        part.setSpacing(0)
        figure = text.label("0", fonts.QUESTION, fonts.SEMIBOLD, tone)
        part.addWidget(figure)
        part.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"))
        self._sum.addLayout(part)
        self._numbers[word] = (figure,)

    def _connect(self) -> None:
        for field in (self._group_starts, self._expired):
            control = field.control
            assert isinstance(control, QLineEdit)
            control.textChanged.connect(self._on_typed)
        for field in (self._group, self._level):
            combo = field.control
            assert isinstance(combo, QComboBox)
            combo.editTextChanged.connect(self._on_typed)
        self._typing.timeout.connect(self._ask)
        self.cancel.clicked.connect(self.reject)
        self.apply.clicked.connect(self._on_apply)
        self.finished.connect(self._on_over)

    @property
    def said(self) -> str:
        """What was done, as a sentence; empty before."""
        return words.done(self._look) if self._look is not None and self.result() == self.DialogCode.Accepted else ""

    # -- who is meant

    def _suggest(self) -> None:
        """Offers the groups and year levels there are; any other may be typed."""
        office = self._office
        self._runner.ask("deactivate_suggest", lambda: patron_listing.read_vocabulary(office), self._on_suggested, lambda _: None)

    def _on_suggested(self, words: Vocabulary) -> None:
        for field, found in ((self._group, words.user_groups), (self._level, words.year_levels)):
            combo = field.control
            assert isinstance(combo, QComboBox)
            typed = combo.currentText()
            held = combo.blockSignals(True)
            combo.clear()
            combo.addItems(found)
            combo.setEditText(typed)
            combo.blockSignals(held)

    def _filter(self) -> Filter | None:
        """What the fields say; None when something in them cannot be understood."""
        try:
            expired = words.day(_said(self._expired))
        except ValueError:
            self._expired.show_error("That is not a day. Write one such as 31/12/2026.", take_focus=False)
            return None
        self._expired.show_error("")
        group = _said(self._group)
        return Filter(_said(self._group_starts) or None, (group,) if group else (), expired, _said(self._level) or None)

    @Slot()
    def _on_typed(self) -> None:
        self._look = None
        self.apply.setEnabled(False)
        self._typing.start()

    @Slot()
    def _ask(self) -> None:
        chosen = self._filter()
        self._asked = chosen
        self._look = None
        if chosen is None or chosen.empty or not self._may():
            self._runner.forget("deactivate_look")
            why = "Fill in at least one of these; nobody is selected yet." if chosen is not None else "Correct the day first."
            self._refuse(why)
            return
        office = self._office
        self._runner.ask(
            "deactivate_look", lambda: activation.preview_disable_matching(office, chosen), self._on_look, self._on_not_understood
        )

    def _on_look(self, look: Deactivation) -> None:
        self._look = look
        for field in (self._group, self._level):
            field.show_error("")
        for word, (figure,) in self._numbers.items():
            assert hasattr(figure, "setText")
            figure.setText(f"{getattr(look, word):,}")
        self._sum_widget.setAccessibleName(
            f"{look.selected:,} selected: {look.changed:,} to deactivate, "
            f"{look.already:,} deactivated already, {look.spared:,} stay"
        )
        self._sum_widget.show()
        self._show(self._day, words.chosen_day(self._asked.expired_before if self._asked else None))
        self._show(self._names, words.names(look))
        self._show(self._stay, words.spared(look))
        self._show(self._why, words.nothing_to_do(look))
        self.apply.setText(words.button(look))
        self.apply.setAccessibleName(words.button(look))
        self.apply.setEnabled(bool(look.changed) and not self._busy)
        self.apply.setToolTip(words.nothing_to_do(look))

    def _on_not_understood(self, fault: Exception) -> None:
        if not isinstance(fault, WrongUsage):
            self._refuse("The selection could not be read.")
            self._tell(fault)
            return
        place = self._level if "year level" in fault.text else self._group
        place.show_error(f"{fault.text} {fault.next_step}", take_focus=False)
        self._refuse("Nobody is selected.")

    def _refuse(self, why: str) -> None:
        self._sum_widget.hide()
        self._show(self._day, "")
        self._show(self._names, "")
        self._show(self._stay, "")
        self._show(self._why, why)
        self.apply.setText("Deactivate")
        self.apply.setAccessibleName("Deactivate")
        self.apply.setEnabled(False)
        self.apply.setToolTip(why)

    def _show(self, sentence: text.Sentence, said: str) -> None:
        sentence.say(said)
        sentence.setVisible(bool(said))

    # -- doing it

    @Slot()
    def _on_apply(self) -> None:
        chosen = self._asked
        if self._look is None or chosen is None or self._busy:
            return
        self._busy = True
        self.apply.setEnabled(False)
        office, reason = self._office, _said(self._reason) or None
        self._runner.do(lambda: activation.disable_matching(office, chosen, reason), self._on_done, self._on_failed)

    def _on_done(self, done: Deactivation) -> None:
        self._look = done
        self._changes.tell("patrons", initiator=self)
        self.accept()
        self.deactivated.emit(done)

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

    def _on_over(self) -> None:
        self._typing.stop()
        for key in ("deactivate_look", "deactivate_suggest"):
            self._runner.forget(key)

    def reject(self) -> None:
        """Cancel; while it is being done there is nothing to cancel."""
        if not self._busy:
            super().reject()

    def _may(self) -> bool:
        return self._office.actor is not None and self._office.actor.may(Permission.ACTIVATE)


def _listed() -> QComboBox:
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return made


def _said(field: forms.Field) -> str:
    control = field.control
    if isinstance(control, QComboBox):
        return control.currentText().strip()
    assert isinstance(control, QLineEdit)
    return control.text().strip()
