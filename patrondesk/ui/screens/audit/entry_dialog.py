"""One entry of the audit log in full: its sentence, what was recorded, and the hashes that chain it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QWidget

from patrondesk.records.audit import AuditLine
from patrondesk.ui.screens.audit import words
from patrondesk.ui.shell import buttons, dialogs, fonts, text

_LONG = 34


class EntryDialog(dialogs.Dialog):
    """`patron_asked` and `batch_asked` carry the id of what the entry speaks of; the dialog closes for them."""

    patron_asked = Signal(object)
    batch_asked = Signal(object)

    def __init__(self, parent: QWidget, entry: AuditLine) -> None:
        super().__init__(parent, f"Entry {entry.number:,}", dialogs.MIDDLE, "audit_entry_dialog")
        self.body.addWidget(text.Sentence(words.what(entry), fonts.SECTION, "text", fonts.SEMIBOLD))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        rows = [("When", words.when(entry)), ("Who", entry.who), ("Operation", entry.operation)]
        if entry.patron_id is not None:
            rows.append(("Patron number", str(entry.patron_id)))
        hashes = [("Hash", entry.hash), ("Follows the hash", entry.previous_hash)]
        for place, (what, value) in enumerate([*rows, *words.facts(entry), *hashes]):
            self._row(place, what, value)
        self._add_foot(entry)

    def _row(self, place: int, what: str, value: str) -> None:
        # A hash has no place to break at of its own.
        parts = "\u200b".join(value[start : start + 8] for start in range(0, len(value), 8)) if len(value) > _LONG else value
        shown = text.Sentence(parts, fonts.LABEL)
        shown.setAccessibleName(f"{what}: {value}")
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(text.label(what, fonts.LABEL, fonts.REGULAR, "text2"), place, 0, top)
        self._grid.addWidget(shown, place, 1, top)

    def _add_foot(self, entry: AuditLine) -> None:
        if entry.patron_id is not None and entry.patron != f"Patron {entry.patron_id}":
            patron = self.add_side(buttons.button("Open the patron", icon="patron", name="audit_open_patron"))
            patron.clicked.connect(lambda: self._leave(self.patron_asked, entry.patron_id))
        if entry.batch is not None:
            batch = self.add_side(buttons.button("Open the purge", icon="purge", name="audit_open_batch"))
            batch.clicked.connect(lambda: self._leave(self.batch_asked, entry.batch))
        close = self.add_decision(buttons.button("Close", "main", name="audit_entry_close"))
        close.clicked.connect(self.reject)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self, signal: SignalInstance, key: object) -> None:
        self.accept()
        signal.emit(key)
