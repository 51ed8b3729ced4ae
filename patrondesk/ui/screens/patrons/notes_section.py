"""Notes and files of a patron: notes to read and change, files to save a copy of."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.patrons import Attachment, Note
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.list_card import ListCard, emptied
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, dialogs, fonts, forms, text
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.offers import offer

_COPY, _REMOVE = 3, 4


class NotesSection(QWidget):
    """What is asked for is done by whoever listens."""

    add_asked = Signal()
    change_asked = Signal(object)
    """Carries the Note."""
    remove_asked = Signal(object)
    """Carries the Note."""
    attach_asked = Signal()
    copy_asked = Signal(object)
    """Carries the Attachment."""
    detach_asked = Signal(object)
    """Carries the Attachment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may = True
        self.add = buttons.button("Add a note...", "quiet", "add", "details_add_note")
        self.add.clicked.connect(self.add_asked)
        head = QHBoxLayout()
        head.addWidget(text.label("Notes", fonts.TEXT, fonts.SEMIBOLD))
        head.addStretch(1)
        head.addWidget(self.add)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        columns: list[Column[Attachment]] = [
            Column("Name", lambda r: r.name, 0, second=lambda r: r.author, tip=lambda r: r.name),
            Column("Added", lambda r: words.short(r.created_on), 110),
            Column("Size", lambda r: words.size(r.size), 80, RIGHT),
            Column("", lambda r: "Save a copy...", 116, link=True, spoken=lambda r: f"Link, save a copy of {r.name}"),
            Column("", self._removable, 82, link=True, spoken=lambda r: f"Link, remove {r.name}" if self._may else ""),
        ]
        self.files = ListCard("Files", columns, "details_files_table", "No files.", least={0: 200}, fold=(1, 2))
        self.attach = self.files.add_action(buttons.button("Attach a file...", "quiet", "add", "details_attach"))
        self.attach.clicked.connect(self.attach_asked)
        self.files.table.entered_cell.connect(self._on_entered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(self._lines)
        column.addWidget(self.files)
        column.addStretch(1)

    def show_view(self, view: DetailsView, may_not: str) -> None:
        """Fills both lists. `may_not`: why nothing may be added or changed, empty when it may."""
        self._may = not may_not
        offer(self.add, may_not)
        offer(self.attach, may_not)
        emptied(self._lines)
        for note in view.patron.note_lines:
            self._lines.addWidget(self._card(note, self._may or note.own))
        if not view.patron.note_lines:
            self._lines.addWidget(text.Sentence("No notes.", fonts.TEXT, "text2"))
        self.files.show_rows(view.patron.attachments)

    def _card(self, note: Note, may: bool) -> Card:
        card = Card()
        card.setAccessibleName(f"Note: {note.text}")
        card.inside.addWidget(_text(note.text))
        foot = QHBoxLayout()
        foot.setSpacing(4)
        by = words.by_on(note.author, note.created_on)
        foot.addWidget(text.Sentence(by, fonts.LABEL, "text2"), 1)
        if may:
            short = f"{note.text[:40]}…" if len(note.text) > 40 else note.text
            change = buttons.button("Change...", "quiet", name=f"note_change_{note.id}", spoken=f"Change the note “{short}”...")
            remove = buttons.button("Remove...", "quiet", name=f"note_remove_{note.id}", spoken=f"Remove the note “{short}”...")
            change.clicked.connect(lambda: self.change_asked.emit(note))
            remove.clicked.connect(lambda: self.remove_asked.emit(note))
            foot.addWidget(change)
            foot.addWidget(remove)
        card.inside.addLayout(foot)
        return card

    def _removable(self, _file: Attachment) -> str:
        return "Remove..." if self._may else ""

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        file = self.files.rows.record(index.row())
        if isinstance(file, Attachment):
            if index.column() == _REMOVE and self._may:
                self.detach_asked.emit(file)
            elif index.column() == _COPY:
                self.copy_asked.emit(file)


def _text(said: str) -> QWidget:
    """A note keeps its lines."""
    made = text.label(said, fonts.TEXT, wrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class NoteDialog(dialogs.Dialog):
    """Writing a note, or changing one."""

    written = Signal(str)

    def __init__(self, parent: QWidget, name: str, present: str = "", longest: int = 10_000) -> None:
        super().__init__(parent, "Note", dialogs.MIDDLE, "note_dialog")
        self._present, self._longest = present, longest
        self.question(f"{'Change the note about' if present else 'A note about'} {text.isolated(name)}")
        self._text = QPlainTextEdit(present)
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(140)
        self._field = forms.Field("Note", self._text, "note_text", hint="Whoever may see patrons reads it, the person too.")
        self.body.addWidget(self._field)
        self.add_decision(buttons.button("Cancel", name="note_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Save", "main", name="note_accept")).clicked.connect(self._on_accept)
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        said = self._text.toPlainText().strip()
        if not said:
            self._field.show_error("Write something, or cancel.")
        elif len(said) > self._longest:
            long = messages.count(len(said), "character")
            self._field.show_error(f"This has {long}; at most {self._longest:,} are possible. Attach it as a file.")
        else:
            self.accept()
            if said != self._present:
                self.written.emit(said)
