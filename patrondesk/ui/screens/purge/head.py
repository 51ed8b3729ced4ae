"""The head of the User Purge page: title, the sentence whose numbers filter, search and reason; the line on taking back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.patrons import CandidatesCounts
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.shell import buttons, fonts, forms, text, theme, widths
from patrondesk.ui.shell.text import IconLabel

_SEARCH_AFTER_MS = 250
ANY, FREE, HELD = "", "none", "any"
_BESIDE_FROM = 880


class Head(QWidget):
    """`asked` carries the search's words and the reason (a code, "none", "any" or None)."""

    asked = Signal(str, object)
    folded = Signal()
    """Its controls stand in another order now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("User Purge")
        self._title = text.title("User Purge")
        self._begin = text.label("", fonts.TEXT, fonts.REGULAR, "text2")
        self.free_link = buttons.button("", "link", name="purge_show_free")
        self._between = text.label(", ", fonts.TEXT, fonts.REGULAR, "text2")
        self.held_link = buttons.button("", "link", name="purge_show_held")
        self._end = text.label(".", fonts.TEXT, fonts.REGULAR, "text2")
        self.info_button = buttons.icon_button("info", "Until when a purge can be taken back", "purge_info", "quiet")
        self.search = forms.SearchField("Search", "Name, barcode, username, class", "purge_search")
        self.search.setMaxLength(200)
        self.reason = QComboBox()
        self.reason.setObjectName("purge_reason_filter")
        self.reason.setAccessibleName("Reason")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        self._said = ("", "")
        self._build()
        self._connect()
        self._fill_reasons(None)

    def _build(self) -> None:
        self._sentence = sentence = QHBoxLayout()
        sentence.setSpacing(0)
        sentence.addStrut(22)
        for widget in (self._begin, self.free_link, self._between, self.held_link, self._end):
            sentence.addWidget(widget)
        sentence.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._title)
        top.addWidget(self.info_button)
        top.addStretch(1)
        self._words = words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(top)
        words.addLayout(sentence)
        self.info_button.setFixedSize(30, 30)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(words)
        # The search takes what the sentence leaves, up to its width; only then is there a gap.
        row.addStretch(1)
        row.addWidget(self.search, 1000, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.reason, 0, Qt.AlignmentFlag.AlignVCenter)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(2)
        self._whole.addLayout(row)
        self._below = False
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_search)
        self._later.timeout.connect(self._on_search)
        self.reason.currentIndexChanged.connect(self._on_reason)
        self.free_link.clicked.connect(lambda: self._choose(FREE))
        self.held_link.clicked.connect(lambda: self._choose(HELD))
        theme.look().changed.connect(self._fold)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Where the sentence leaves too little for search and filter, it has a line of its own below them."""
        below = self.width() < widths.scaled(_BESIDE_FROM)
        if below != self._below:
            self._below = below
            (self._words if below else self._whole).removeItem(self._sentence)
            (self._whole if below else self._words).addLayout(self._sentence)
            self.folded.emit()
        self.search.setMinimumWidth(widths.scaled(120))
        self.search.setMaximumWidth(self.search.sizeHint().width())
        self._fit_reason()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its controls as one reads them."""
        links, filters = (self.free_link, self.held_link), (self.search, self.reason)
        return (self.info_button, *filters, *links) if self._below else (self.info_button, *links, *filters)

    def _fit_reason(self) -> None:
        """The filter is as wide as what is chosen, and its list as wide as the longest line in it."""
        lines = [self.reason.itemText(place) for place in range(self.reason.count())]
        chosen = widths.room_for(self.reason, self.reason.currentText())
        self.reason.setFixedWidth(max(widths.scaled(150), chosen))
        self.reason.view().setMinimumWidth(max((widths.room_for(self.reason, line) for line in lines), default=0))

    def show_counts(self, counts: CandidatesCounts, alone: str = "") -> None:
        """The sentence and the filter. `alone` stands behind "No candidates." when nobody waits at all."""
        held = counts.total - counts.eligible
        none = counts.total == 0
        searched = bool(self.search.text().strip())
        matching = " match the search" if searched else ""
        self._begin.setText(
            (f"No candidates{matching}. {alone}".strip()) if none
            else f"{counts.total:,} candidate{'' if counts.total == 1 else 's'}{matching}. "
        )  # fmt: skip
        for widget in (self.free_link, self._between, self.held_link, self._end):
            widget.setVisible(not none)
        self.free_link.setText(f"{counts.eligible:,} can go now")
        self.held_link.setText(f"{held:,} {'has' if held == 1 else 'have'} something in the way")
        self.free_link.setAccessibleName(f"{self.free_link.text()}, show only these")
        self.held_link.setAccessibleName(f"{self.held_link.text()}, show only these")
        self.setAccessibleDescription(self.sentence)
        self._fill_reasons(counts)

    @property
    def sentence(self) -> str:
        """The whole sentence as it reads."""
        if self.free_link.isHidden():
            return self._begin.text()
        return f"{self._begin.text()}{self.free_link.text()}, {self.held_link.text()}."

    def to_search(self) -> None:
        """Puts the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def to_reason(self) -> None:
        """Opens the list of reasons."""
        self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.reason.showPopup()

    def clear(self) -> None:
        """Shows everybody again."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.reason.setCurrentIndex(0)
        self._ask()

    def _fill_reasons(self, counts: CandidatesCounts | None) -> None:
        """The filter's lines: the reasons that are there, with their numbers, and the one that is chosen."""
        chosen = self.reason.currentData() or ANY
        lines = [("Any reason", ANY), ("Can go now", FREE), ("Something in the way", HELD)]
        if counts is not None:
            held = counts.total - counts.eligible
            lines = [lines[0], (f"Can go now ({counts.eligible:,})", FREE), (f"Something in the way ({held:,})", HELD)]
            lines += [(f"{standing.called(code)} ({number:,})", code) for code, number in counts.by_code.items()]
        if chosen not in [code for _, code in lines]:
            lines.append((f"{standing.called(chosen)} (0)", chosen))
        self.reason.blockSignals(True)
        self.reason.clear()
        for words, code in lines:
            self.reason.addItem(words, code)
        self.reason.setCurrentIndex([code for _, code in lines].index(chosen))
        self.reason.blockSignals(False)
        self._fit_reason()

    def _choose(self, code: str) -> None:
        self.reason.setCurrentIndex(max(0, self.reason.findData(code)))

    def _on_typed(self) -> None:
        self._later.start()

    def _on_search(self) -> None:
        self._later.stop()
        self._ask()

    def _on_reason(self) -> None:
        self._fit_reason()
        self._later.stop()
        self._ask()

    def _ask(self) -> None:
        wanted = (self.search.text().strip(), str(self.reason.currentData() or ""))
        if wanted != self._said:
            self._said = wanted
            self.asked.emit(wanted[0], wanted[1] or None)


class TakeBackLine(QFrame):
    """What a purge is, readable at any time: hidden by its close button, shown again by the head's info button."""

    hidden_by_hand = Signal()
    settings_asked = Signal()

    def __init__(self, may_change: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("purge_take_back")
        self.words = text.Sentence("", fonts.LABEL, "text2")
        self.close_button = buttons.icon_button("close", "Hide this line; the info button shows it again")
        self.close_button.setObjectName("purge_info_close")
        self.close_button.set_kind("quiet")
        self.close_button.setFixedSize(26, 26)
        self.change_link = change = buttons.button("Change in Settings", "link", name="purge_change_settings")
        change.set_size(fonts.LABEL)
        change.setVisible(may_change)
        change.clicked.connect(self.settings_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("info", 16, "text2"))
        row.addWidget(self.words, 1)
        row.addWidget(change)
        row.addWidget(self.close_button)
        self.close_button.clicked.connect(self._on_close)
        self.say(None)

    def say(self, undo_days: int | None) -> None:
        """`undo_days`: the policy's, None when it is not known yet."""
        if undo_days == 0:
            first = "A purge cannot be taken back."
        elif undo_days is None:
            first = "After its undo date a purge cannot be taken back."
        else:
            days = messages.count(undo_days, "day")
            first = f"A purge can be undone for {days}; after that date it cannot be taken back."
        self.words.say(f"{first} Go in small batches, and check each result.")

    def _on_close(self) -> None:
        self.hide()
        self.hidden_by_hand.emit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(26, super().sizeHint().height()))
