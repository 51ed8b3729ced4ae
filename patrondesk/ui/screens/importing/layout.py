"""The import page as it is laid out: its parts, and files that are dropped on it. It reads and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from patrondesk.records.importing import FileLook, ImportRequest, Kind
from patrondesk.ui.screens.importing import words
from patrondesk.ui.screens.importing.columns import Columns
from patrondesk.ui.screens.importing.foot import Foot
from patrondesk.ui.screens.importing.notices import Notices
from patrondesk.ui.screens.importing.preview import Outcomes
from patrondesk.ui.screens.importing.understood import Choice, Reading, Understood
from patrondesk.ui.shell import buttons, cards, empty, focus, fonts, forms, text, theme
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region

_EMPTY, _FILLED = 0, 1


class Layout(Page):
    """Head, notices, either the invitation to choose a file or what is known of it, and the foot."""

    drag_left = Signal()
    """The file that was held over the page has gone again."""
    dropped = Signal(object)
    """A list of paths."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.takes_files = True
        self._head = cards.PageHead("Import patrons")
        self.choose_button = buttons.button("Choose a file...", icon="file", name="import_choose")
        self.kind = forms.named(Choice(), "What the file holds", "import_kind")
        self.kind.setMinimumContentsLength(22)
        for kind, (label, _title, _who) in words.KINDS.items():
            self.kind.addItem(label, kind.value)
        self._head.at_right.addWidget(self.choose_button)
        self._head.at_right.addWidget(self.kind)
        self._notices = Notices()
        self._understood = Understood()
        self._notes = text.Sentence("", fonts.LABEL, "text2")
        self._columns = Columns()
        self._default_button = buttons.button("Fill a field in every row", "link", "add", "import_add_default")
        self._default_button.set_size(fonts.LABEL)
        self._outcomes = Outcomes()
        self._here = buttons.button("Choose a file...", "main", "file", "import_choose_here")
        self._empty = empty.Empty("Drop a file here, or choose one", "", (self._here,), "import", "accent")
        self._foot = Foot()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._filled())
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(8)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._notices)
        self._whole.addWidget(self._stack, 1)
        self._whole.addWidget(self._foot)
        self._columns.tab_after(self._default_button)
        self._notices.came.connect(lambda banner: focus.after(self.kind, banner, getattr(banner, "close_button", None)))

    def _filled(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._understood)
        column.addWidget(self._notes)
        head = QHBoxLayout()
        head.addWidget(text.label("1  Columns", fonts.TEXT, fonts.SEMIBOLD))
        head.addStretch(1)
        head.addWidget(self._default_button)
        column.addLayout(head)
        column.addWidget(self._columns, 5)
        column.addWidget(self._outcomes, 6)
        # In a low window with large text the parts keep the height they need, and are scrolled.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return area

    def regions(self) -> Sequence[Region]:
        return (
            Region(self._head, (self.choose_button,)), Region(self._empty, (self._here,)),
            Region(self._columns, self._columns.stops), Region(self._outcomes, self._outcomes.stops),
            Region(self._foot, (self._foot.apply, self._foot.back)),
        )  # fmt: skip

    @property
    def chosen_kind(self) -> Kind:
        """What the file is said to hold."""
        return Kind(self.kind.currentData())

    def invite(self) -> None:
        """The invitation to choose a file."""
        self._stack.setCurrentIndex(_EMPTY)

    def show_look(self, look: FileLook, reading: Reading, kind: Kind, keep: bool) -> None:
        """What was understood of a file; with `keep`, columns stay where they were put by hand."""
        self._stack.setCurrentIndex(_FILLED)
        self._understood.show_look(look, reading)
        notes = [note for note in look.notes if not note.startswith(("Encoding ", "Separator "))]
        self._notes.say(" ".join(notes))
        self._notes.setVisible(bool(notes))
        self._columns.show_look(look, kind, keep)

    def say_where(self, name: str, imported: bool, may: bool) -> None:
        """Which file is at hand, empty for none, and whether it is imported; without the right, who can give it."""
        kind = self.chosen_kind
        self._head.rename(words.KINDS[kind][1])
        self._head.say(words.file_sentence(name, imported))
        label = "Choose another file..." if name else "Choose a file..."
        self.choose_button.setText(label)
        self.choose_button.setAccessibleName(label)
        if may:
            self._empty.say("Drop a file here, or choose one", f"{words.NEEDED[kind]} CSV or Excel (.xlsx).", (self._here,))
        else:
            self._here.hide()
            self._empty.say("You may not import files", "An administrator of the library can give you the right “import”.")

    def request(self, path: str, read: Reading) -> ImportRequest:
        """What the page says now: only columns that are placed are read."""
        return ImportRequest(
            self.chosen_kind, path, self._columns.mapping, self._columns.defaults, read.encoding, read.delimiter, read.sheet,
            read.date_order, False,
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 10, side, 10)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        files = _files(event)
        if files and self.takes_files:
            event.acceptProposedAction()
            self._head.say(f"Let go to read {Path(files[0]).name}.")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drag_left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(_files(event))


def _files(event: QDropEvent) -> list[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
