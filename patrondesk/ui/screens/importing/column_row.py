"""One row of the list of columns: a column of the file, or a value for every row, and the field it goes into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from patrondesk.records.importing import Kind
from patrondesk.services.importing.heading_words import FIELDS
from patrondesk.services.importing.naming import level_name
from patrondesk.ui.screens.importing import words
from patrondesk.ui.screens.importing.understood import Choice
from patrondesk.ui.shell import buttons, cards, fonts, forms, text

_SHARES = (36, 42, 0, 0, 56)
FIELD_WIDTH = 208
LEAVE_OUT = "Leave out"


def cell(said: str, tone: str = "text", size: int = fonts.TEXT, weight: int = fonts.REGULAR) -> text.Elided:
    """One line in a cell that takes the width it is given."""
    made = text.Elided(said, size, weight, tone)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made


def laid_out(cells: Sequence[QWidget]) -> QHBoxLayout:
    """Cells in the widths that the head and every row share."""
    row = QHBoxLayout()
    row.setContentsMargins(13, 1, 13, 1)
    row.setSpacing(12)
    for cell, share in zip(cells, _SHARES, strict=True):
        row.addWidget(cell, share)
    return row


class ColumnRow(QWidget):
    """A column with its first values; `place` counts from 0. Without a place it is a value for every row."""

    changed = Signal(object)
    """The field was changed; carries this row."""
    typed = Signal()
    removed = Signal(object)

    def __init__(self, kind: Kind, heading: str, samples: Sequence[str], place: int | None) -> None:
        super().__init__()
        self.kind, self.heading, self.place = kind, heading, place
        self._samples = [said for said in samples if said.strip()]
        spoken = "Value for rows where the file has none"
        self.value = forms.named(forms.line("A value"), spoken, "import_default_value")
        self.value.setAcceptDrops(False)
        self.combo = Choice()
        self.combo.addItem(LEAVE_OUT if place is not None else "Choose a field", None)
        for name in FIELDS[kind]:
            self.combo.addItem(words.field(kind, name), name)
        self.combo.setMaxVisibleItems(16)
        self.combo.setObjectName(f"import_field_{place + 1}" if place is not None else "import_default_field")
        self.combo.setAccessibleName(f"“{heading}” goes into" if place is not None else "The value goes into")
        self._note_icon = text.IconLabel("key", 16, "info")
        self._note = text.Sentence("", fonts.LABEL, "text2")
        self._note_words = ""
        self.remove = buttons.icon_button("close", "Take this value away", "import_default_remove", "quiet")
        if place is not None:
            self.remove.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(laid_out((cell(heading), self._values(), text.IconLabel("go", 16), self.combo, self._noted())))
        whole.addWidget(cards.rule())
        self._connect()
        self._say()

    def _values(self) -> QWidget:
        if self.place is None:
            return self.value
        return cell(", ".join(dict.fromkeys(self._samples)) or "–", "text2")

    def _noted(self) -> QWidget:
        holder = QFrame()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._note_icon)
        row.addWidget(self._note, 1)
        row.addWidget(self.remove)
        return holder

    def _connect(self) -> None:
        self.combo.activated.connect(self._on_chosen)
        self.value.textChanged.connect(lambda _: self.typed.emit())
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    @property
    def field(self) -> str | None:
        """Where the column goes; None: it is left out."""
        found = self.combo.currentData()
        return str(found) if found is not None else None

    def put(self, name: str | None, because: str = "") -> None:
        """Places the column without telling; `because` is said beside it."""
        self.combo.setCurrentIndex(max(0, self.combo.findData(name)) if name else 0)
        self._say(because)

    def _on_chosen(self, _index: int) -> None:
        self._say()
        self.changed.emit(self)

    def _say(self, because: str = "") -> None:
        name = self.field
        icon, tone, said = "", "text2", because
        if because:
            icon, tone = "look", "warn"
        elif self.place is None:
            said = "Used where the file has none" if name else ""
        elif name is None:
            said = "Not imported"
        elif words.matches(self.kind, name):
            icon, said = "key", words.match_note(self.kind)
        elif name == "year_level" and self._samples and level_name(self._samples[0].strip()) != self._samples[0].strip():
            said = f"“{self._samples[0].strip()}” becomes {level_name(self._samples[0].strip())}"
        elif name == "enabled":
            said = "FALSE deactivates, TRUE activates again"
        self._note_icon.setVisible(bool(icon))
        if icon:
            self._note_icon.show_icon(icon, "warn" if because else "info")
        self._note.say(said, "text" if icon == "key" else tone)
        self.combo.setAccessibleDescription(said)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
