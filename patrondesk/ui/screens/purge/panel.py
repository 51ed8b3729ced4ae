"""The side panel of wide windows: the current row, what is in its way, and buttons that lead there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.reasons import Reasons
from patrondesk.ui.shell import buttons, cards, fonts, text
from patrondesk.ui.shell.portraits import Portrait

WIDTH = 352


class SidePanel(QFrame):
    """Follows the current row. `closed` comes with its close button."""

    closed = Signal()
    patron_chosen = Signal(object)

    def __init__(self, may_override: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("purge_panel")
        self.setAccessibleName("Current row")
        self.setProperty("ground", "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row: Candidate | None = None
        self.close_button = buttons.icon_button("close", "Close this panel", "purge_panel_close", "quiet")
        self._face = Portrait(0, "", 64)
        self._name = text.Sentence("", 18, "text", fonts.SEMIBOLD)
        self._keys = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self._class = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self._heading = text.label("", fonts.TEXT, fonts.SEMIBOLD)
        self.reasons = Reasons(may_override)
        icons = (text.IconLabel(icon, 16) for icon in ("calendar", "info", "clock"))
        self._facts = [(icon, text.label("", fonts.LABEL, fonts.REGULAR, "text2")) for icon in icons]
        self.open_button = buttons.button("Open personal details", icon="open_outside", name="purge_panel_details")
        self._build()
        self.close_button.clicked.connect(self.closed)
        self.open_button.clicked.connect(self._on_open)

    def _build(self) -> None:
        self.setFixedWidth(round(WIDTH * fonts.scale() / 100))
        top = QHBoxLayout()
        top.addWidget(text.label("Current row", fonts.LABEL, fonts.SEMIBOLD, "text2"), 1)
        top.addWidget(self.close_button)
        who = QVBoxLayout()
        who.setSpacing(2)
        for label in (self._name, self._keys, self._class):
            who.addWidget(label)
        person = QHBoxLayout()
        person.setSpacing(12)
        person.addWidget(self._face, 0, Qt.AlignmentFlag.AlignTop)
        person.addLayout(who, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(person)
        column.addWidget(cards.rule())
        column.addWidget(self._heading)
        column.addWidget(self.reasons)
        column.addWidget(cards.rule())
        for icon, words_ in self._facts:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(icon)
            line.addWidget(words_, 1)
            column.addLayout(line)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 20, 22)
        whole.setSpacing(10)
        whole.addLayout(top)
        whole.addWidget(area, 1)
        whole.addWidget(self.open_button)

    def show_row(self, row: Candidate, picture: bytes | None) -> None:
        """Shows a patron."""
        self._row = row
        self._face.show_person(row.id, row.name, picture)
        self._name.say(text.isolated(row.name))
        self._keys.setText(" · ".join(word for word in (row.barcode, row.username) if word))
        self._class.setText(words.school_class(row.year_level, row.homeroom) or row.patron_type.capitalize())
        self._heading.setText(self.reasons.heading(row))
        self.reasons.show_row(row)
        by = ": ".join(word for word in (row.deactivated_by, row.deactivated_reason) if word)
        told = (
            f"Deactivated {messages.day(row.deactivated_on)}" if row.deactivated_on else "",
            by,
            f"Last activity {messages.day(row.last_activity)}" if row.last_activity else "No activity known",
        )
        for (icon, label), said in zip(self._facts, told, strict=True):
            label.setText(said)
            label.setVisible(bool(said))
            icon.setVisible(bool(said))

    def _on_open(self) -> None:
        if self._row is not None:
            self.patron_chosen.emit(self._row)
