"""The question when a form's section is left with changes in it: Save, Discard, Stay."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.ui.shell import buttons, dialogs


class LeavingDialog(dialogs.Dialog):
    """Escape stays, and takes nothing back."""

    save_asked = Signal()
    discard_asked = Signal()

    def __init__(self, parent: QWidget, section: str, changes: int) -> None:
        super().__init__(parent, "Leave this section", dialogs.NARROW, "leave_dialog")
        self.question(f"Save {messages.count(changes, 'change')} of {section}?")
        discard = self.add_side(buttons.button("Discard", name="leave_discard"))
        stay = self.add_decision(buttons.button("Stay", name="leave_stay"))
        save = self.add_decision(buttons.button("Save", "main", name="leave_save"))
        stay.clicked.connect(self.reject)
        for way, asked in ((discard, self.discard_asked), (save, self.save_asked)):
            way.clicked.connect(self.accept)
            way.clicked.connect(asked)
        stay.setFocus(Qt.FocusReason.OtherFocusReason)
