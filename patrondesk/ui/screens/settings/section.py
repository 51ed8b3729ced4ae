"""A group of settings as a card: each with label, sentence, default and control; Save and Cancel appear with the first change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.errors import DeskError
from patrondesk.records.desk import SettingLine
from patrondesk.ui.screens.settings.controls import SIDE, Control, worded
from patrondesk.ui.shell import banner, buttons, cards, fonts, text, theme, widths


class Row(QWidget):
    """One setting."""

    def __init__(self, line: SettingLine, currency: str, may: bool) -> None:
        super().__init__()
        self.control = Control(line, self)
        self.control.widget.setEnabled(may)
        if not may:
            self.control.widget.setToolTip(f"{line.text} You may not change settings; an administrator can give you that right.")
        name = text.label(line.label, fonts.TEXT, fonts.MEDIUM)
        name.setBuddy(self.control.widget)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(name)
        said.addWidget(text.Sentence(line.text, fonts.LABEL, "text2"))
        self._default = text.label("", fonts.SMALL, fonts.REGULAR, "text3")
        said.addWidget(self._default)
        self._wrong = text.Sentence("", fonts.LABEL, "danger")
        self._wrong.hide()
        said.addWidget(self._wrong)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 6, 0, 6)
        whole.setSpacing(16)
        whole.addLayout(said, 1)
        right = QHBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.control.widget)
        if self.control.unit:
            right.addWidget(text.label(self.control.unit, fonts.LABEL, fonts.REGULAR, "text2"))
        right.addStretch(1)
        held = QWidget()
        held.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        widths.wide(held, SIDE)
        whole.addWidget(held, 0, Qt.AlignmentFlag.AlignTop)
        self.show_line(line, currency)

    def show_line(self, line: SettingLine, currency: str) -> None:
        """Shows what is stored."""
        self.control.line = line
        self.control.put(line.value)
        default = worded(line, line.default, currency)
        self._default.setText(f"Default: {default}. It is changed." if line.value != line.default else f"Default: {default}")
        self.show_wrong("")

    def show_wrong(self, sentence: str) -> None:
        """Says what is wrong below the setting; empty takes it away."""
        self._wrong.say(sentence)
        self._wrong.setVisible(bool(sentence))
        widget = self.control.widget
        widget.setProperty("wrong", bool(sentence))
        widget.setAccessibleDescription(sentence or self.control.line.text)
        theme.again(widget)
        if sentence:
            banner.announce(self._wrong, sentence)
            widget.setFocus(Qt.FocusReason.OtherFocusReason)


class Section(cards.Card):
    """The settings of one group."""

    save_asked = Signal(object)
    """Carries the changes, key -> text, all of which fit."""
    edited = Signal()
    """Something is changed, or nothing any more."""
    leave_asked = Signal()
    """Escape, while something is changed and not saved."""

    def __init__(self, group: str, lines: Sequence[SettingLine], currency: str, may: bool, parent: QWidget | None = None) -> None:
        super().__init__(group, parent=parent)
        word = group.lower().replace(" ", "_")
        self.setObjectName(f"settings_{word}")
        self.group = group
        self._currency = currency
        self._rows = {line.key: Row(line, currency, may) for line in lines}
        for number, row in enumerate(self._rows.values()):
            if number:
                self.inside.addWidget(cards.rule())
            self.inside.addWidget(row)
            row.control.changed.connect(self._on_changed)
        self._state = text.Sentence("", fonts.LABEL, "text2")
        self._state.setObjectName(f"settings_state_{word}")
        self.cancel = buttons.button("Cancel", name=f"settings_cancel_{word}", spoken=f"Cancel the changes of {group}")
        self.save = buttons.button("Save", "main", name=f"settings_save_{word}", spoken=f"Save {group}")
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 4, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._state, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        self._foot.hide()
        self.inside.addWidget(self._foot)
        self.cancel.clicked.connect(self.restore)
        self.save.clicked.connect(self._on_save)

    @property
    def changes(self) -> dict[str, str]:
        """What is changed and not saved, key -> text."""
        return {key: row.control.value for key, row in self._rows.items() if row.control.differs(self._currency)}

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its controls, in the order of Tab."""
        return (*(row.control.widget for row in self._rows.values()), self.cancel, self.save)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.changes:
            self.leave_asked.emit()
        else:
            super().keyPressEvent(event)

    def show_lines(self, lines: Sequence[SettingLine], currency: str) -> None:
        """Shows what is stored now; what was changed and not saved is gone."""
        self._currency = currency
        for line in lines:
            self._rows[line.key].show_line(line, currency)

    def restore(self) -> None:
        """Takes the changes back."""
        for row in self._rows.values():
            row.show_line(row.control.line, self._currency)
        self._foot.hide()
        self.edited.emit()

    def show_saved(self) -> None:
        """Says that it is done."""
        self._state.say("Saved.")
        self._foot.show()
        self.cancel.hide()
        self.save.hide()
        banner.announce(self._state, "Saved.")
        self.edited.emit()

    def show_busy(self, busy: bool) -> None:
        """While it is being saved nothing can be changed."""
        for row in self._rows.values():
            row.setEnabled(not busy)
        self.save.setEnabled(not busy)
        self.cancel.setEnabled(not busy)

    def show_refusal(self, fault: DeskError, key: str | None) -> None:
        """Says why something was not saved, at its setting where that is known."""
        row = self._rows.get(key or "")
        if row is not None:
            row.show_wrong(f"{fault.text} {fault.next_step}")
        else:
            self._state.say(f"{fault.text} {fault.next_step}")

    def _on_changed(self) -> None:
        number = len(self.changes)
        self._state.say(f"{messages.count(number, 'change')}, not saved yet.")
        self._foot.setVisible(number > 0)
        self.cancel.setVisible(True)
        self.save.setVisible(True)
        self.edited.emit()

    def _on_save(self) -> None:
        fits = True
        for row in reversed(self._rows.values()):
            said = row.control.wrong(self._currency)
            row.show_wrong(said)
            fits = fits and not said
        if fits and self.changes:
            self.save_asked.emit(self.changes)
