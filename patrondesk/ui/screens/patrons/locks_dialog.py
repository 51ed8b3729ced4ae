"""Which fields imports leave as they are: one box for each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from patrondesk.records.patron_fields import FIELDS
from patrondesk.ui.shell import buttons, dialogs, text


class LocksDialog(dialogs.Dialog):
    """Nothing is saved here: the form does that, with the rest."""

    chosen = Signal(object)
    """The names of the locked fields, a list."""

    def __init__(self, parent: QWidget, fields: Sequence[str], locked: Sequence[str]) -> None:
        super().__init__(parent, "Locked fields", dialogs.NARROW, "locks_dialog")
        self.question("Which fields do imports leave as they are?")
        self.body.addWidget(text.Sentence("Of a locked field the file’s value is not taken, and the import says so."))
        grid = QGridLayout()
        grid.setSpacing(8)
        self._boxes: dict[str, buttons.CheckBox] = {}
        half = -(-len(fields) // 2)
        for place, name in enumerate(fields):
            box = self._boxes[name] = buttons.CheckBox(FIELDS[name].label)
            box.setObjectName(f"lock_{name}")
            box.setChecked(name in locked)
            grid.addWidget(box, place % half, place // half)
        self.body.addLayout(grid)
        self.add_decision(buttons.button("Cancel", name="locks_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Lock these", "main", name="locks_accept")).clicked.connect(self._on_accept)
        next(iter(self._boxes.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        self.accept()
        self.chosen.emit([name for name, box in self._boxes.items() if box.isChecked()])
