"""What the Circulation page is made of, and how it lies: head, field and modes, the patron at the left, the list at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from patrondesk.ui.screens.circulation.acts import Entry
from patrondesk.ui.screens.circulation.day_link import DayLink
from patrondesk.ui.screens.circulation.log_table import LogTable
from patrondesk.ui.screens.circulation.modes import ModeBar
from patrondesk.ui.screens.circulation.patron_card import WIDTH, PatronCard
from patrondesk.ui.screens.circulation.scan_field import ScanField
from patrondesk.ui.shell import buttons, cards, empty, focus, fonts, text, theme, widths
from patrondesk.ui.shell.regions import Region

_NARROW_BELOW = 1200
_NARROW_CARD = 300
_KEYS = "What is lent, returned or refused stands here, newest on top. F2, F3, F4, F7 and F8 say what a scan does."


class Layout:
    """The parts of the page; `whole` is its layout, `notices` where a notice goes."""

    def __init__(self, page: QWidget, day: DayLink) -> None:
        self.head = cards.PageHead("Circulation")
        self.day = day
        self.item_button = buttons.button("Add an item...", icon="add", name="desk_add_item")
        self.head.at_right.addWidget(self.day)
        self.head.at_right.addWidget(self.item_button)
        self.field = ScanField()
        self.modes = ModeBar()
        self.desk = QWidget()
        desk = QHBoxLayout(self.desk)
        desk.setContentsMargins(0, 0, 0, 0)
        desk.setSpacing(12)
        desk.addWidget(self.field, 1)
        desk.addWidget(self.modes)
        self.card = PatronCard()
        self.log = LogTable()
        self.undo_button = buttons.button("", "quiet", "undo", "desk_undo")
        self.sheet = cards.Card()
        self._fill_sheet()
        self.notices = QVBoxLayout()
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.card)
        body.addWidget(self.sheet, 1)
        self.whole = QVBoxLayout(page)
        self.whole.setSpacing(12)
        self.whole.addWidget(self.head)
        self.whole.addWidget(self.desk)
        self.whole.addLayout(self.notices)
        self.whole.addLayout(body, 1)
        modes = self.modes.buttons.values()
        focus.chain((self.day, self.item_button, self.field, *modes, *self.card.stops, self.log, self.undo_button))

    def _fill_sheet(self) -> None:
        inside = self.sheet.inside
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        self._paper = QStackedLayout()
        # A stack without a parent shows its first widget at once, as a window of its own.
        inside.addLayout(self._paper, 1)
        self._paper.addWidget(self.log)
        self._paper.addWidget(self._made_nothing())
        self._undo_bar = QWidget()
        bar = QHBoxLayout(self._undo_bar)
        bar.setContentsMargins(10, 6, 10, 6)
        bar.addWidget(self.undo_button)
        bar.addStretch(1)
        self._rule = cards.rule()
        inside.addWidget(self._rule)
        inside.addWidget(self._undo_bar)

    def _made_nothing(self) -> QWidget:
        """What stands in the list's place before anything is done."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(empty.Empty("Nothing is done yet", sign="circulation", token="text2"), 1)
        column.addWidget(text.Sentence(_KEYS, fonts.LABEL, "text2"))
        return made

    @property
    def regions(self) -> Sequence[Region]:
        """The parts that F6 visits."""
        return (
            Region(self.head, (self.day, self.item_button)), Region(self.desk, (self.field,)),
            Region(self.card, self.card.stops), Region(self.sheet, (self.log, self.undo_button)),
        )  # fmt: skip

    @property
    def beside_the_field(self) -> tuple[QWidget, ...]:
        """Buttons on which a scanner may type."""
        return (*self.modes.buttons.values(), *self.card.stops, self.undo_button, self.item_button, self.day)

    def show_entries(self, entries: Sequence[Entry], last: Entry | None) -> None:
        """Fills the list; `last` is what can be taken back."""
        self.log.rows.show_records(entries)
        self._paper.setCurrentIndex(0 if entries else 1)
        for part in (self._rule, self._undo_bar):
            part.setVisible(last is not None)
        if last is not None and last.undo is not None:
            did = "check-out" if last.undo.kind == "checkout" else "return"
            self.undo_button.setText(f"Take the {did} back")
            self.undo_button.setAccessibleName(f"Take the {did} of {last.title} back, Ctrl+Z")
            self.undo_button.setToolTip(f"{last.title} (Ctrl+Z)")

    def measure(self, width: int) -> None:
        """Fits the window's width."""
        margin = theme.margin(width)
        narrow = width < _NARROW_BELOW * fonts.scale() / 100
        self.whole.setContentsMargins(margin, 18, margin, 20)
        self.card.setFixedWidth(widths.scaled(_NARROW_CARD if narrow else WIDTH))
        self.modes.set_narrow(narrow)
