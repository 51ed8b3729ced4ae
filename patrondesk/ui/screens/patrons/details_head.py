"""The head of the details: the way back, who it is, and what can be done about the whole record."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, fonts, text
from patrondesk.ui.shell.chips import Chip
from patrondesk.ui.shell.portraits import Portrait


class WayBack(QWidget):
    """Back to the list, which patron of it this is, and one up or down."""

    back_asked = Signal()
    step_asked = Signal(int)
    """-1 for the previous patron, 1 for the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = buttons.button("", "quiet", "previous", "details_back")
        self._where = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self.up = buttons.icon_button("up", "Previous patron (Alt+Up)", "details_previous")
        self.down = buttons.icon_button("down", "Next patron (Alt+Down)", "details_next")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self._where)
        row.addStretch(1)
        row.addWidget(self.up)
        row.addWidget(self.down)
        self.back.clicked.connect(self.back_asked)
        self.up.clicked.connect(lambda: self.step_asked.emit(-1))
        self.down.clicked.connect(lambda: self.step_asked.emit(1))

    def show_place(self, place: str, number: int, of: int) -> None:
        """`place` is the page one came from, empty in a window of its own; `number` counts from 1, 0 when not among them."""
        self.back.setText(place or "Close this window")
        self.back.setAccessibleName(f"Back to {place}" if place else "Close this window")
        self.back.setToolTip(f"Back to {place} (Alt+Left)" if place else "Close this window (Ctrl+W)")
        several = number > 0 and of > 1
        self._where.setText(f"{number:,} of {of:,} on this page" if several else "")
        self.up.setEnabled(several and number > 1)
        self.down.setEnabled(several and number < of)
        self.up.setVisible(several)
        self.down.setVisible(several)


class DetailsHead(QWidget):
    """Portrait, name, state chips, keys, when deactivated; the actions at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._portrait = Portrait(0, "", 80)
        self._name = text.title()
        self._keys = text.Sentence("", fonts.TEXT, "text2")
        self._whereabouts = text.Sentence("", fonts.LABEL, "text2")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self.keep_button = buttons.button("Keep...", icon="keep", name="details_protect")
        self.enable_button = buttons.button("Deactivate...", icon="purge", name="details_enable")
        self.why = text.label("", fonts.SMALL, fonts.REGULAR, "text2", wrap=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.why.setFixedWidth(230)
        upper = QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self._name)
        upper.addLayout(self._chips)
        upper.addStretch(1)
        lines = QVBoxLayout()
        lines.setSpacing(4)
        lines.addStretch(1)
        lines.addLayout(upper)
        lines.addWidget(self._keys)
        lines.addWidget(self._whereabouts)
        lines.addStretch(1)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addStretch(1)
        pair.addWidget(self.keep_button)
        pair.addWidget(self.enable_button)
        actions = QVBoxLayout()
        actions.setSpacing(6)
        actions.addStretch(1)
        actions.addLayout(pair)
        actions.addWidget(self.why, 0, Qt.AlignmentFlag.AlignRight)
        actions.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._portrait)
        row.addLayout(lines, 1)
        row.addLayout(actions)

    def show_view(self, view: DetailsView) -> None:
        """Fills the head."""
        patron = view.patron
        self._portrait.show_person(patron.id, patron.name, view.portrait)
        self._name.setText(text.isolated(patron.name))
        self._keys.say(words.keys(patron))
        self._whereabouts.say(words.whereabouts(patron))
        said = words.chips(view)
        while self._chips.count():
            item = self._chips.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for chip in said:
            self._chips.addWidget(Chip(chip))
        self.setAccessibleName(patron.name)
        self.setAccessibleDescription(", ".join([*(chip.text for chip in said), words.whereabouts(patron)]))
