"""The one field of the desk: a scanner types into it and ends with Enter; it keeps the keys that are the desk's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from patrondesk.ui.shell import forms

SPOKEN = "Scan a patron or an item"


class ScanField(forms.SearchField):
    """Enter hands the word over and empties the field; Escape empties it, and is `left` when it is empty already."""

    scanned = Signal(str)
    left = Signal()
    """An empty Enter, or Escape in the empty field."""
    undo_asked = Signal()
    """Ctrl+Z in the empty field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(SPOKEN, SPOKEN, "desk_scan", parent)
        self.setMaxLength(200)

    def event(self, event: QEvent) -> bool:
        # Only while something is typed is Ctrl+Z the field's own.
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo) and not self.text():
            if event.type() == QEvent.Type.KeyPress:
                self.undo_asked.emit()
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            word = self.text().strip()
            self.clear()
            if word:
                self.scanned.emit(word)
            else:
                self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)
