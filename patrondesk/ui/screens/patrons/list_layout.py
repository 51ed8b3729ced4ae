"""How the parts of the Patrons page stand: head, filters, notices, the paper with table and pager, the bar at the bottom."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from patrondesk.records.patron_lists import Crowd
from patrondesk.ui.screens.patrons import list_words
from patrondesk.ui.screens.patrons.filter_bar import FilterBar
from patrondesk.ui.screens.patrons.nothing import Nothing
from patrondesk.ui.screens.patrons.patrons_table import PatronsTable
from patrondesk.ui.shell import buttons, cards, fonts, forms, text, widths
from patrondesk.ui.shell.pager import Pager

_APART = 16


class Head(cards.PageHead):
    """Title, the sentence whose numbers filter, search, state and the other filters."""

    narrowed = Signal(str)
    """What a number of the sentence filters by."""
    folded = Signal()
    """The sentence stands elsewhere now, and Tab goes another way."""

    def __init__(self) -> None:
        super().__init__("Patrons")
        self._begin = text.label("", fonts.TEXT, fonts.REGULAR, "text2")
        self.sentence_row.setSpacing(0)
        self.sentence_row.addWidget(self._begin)
        self._commas = [text.label(", ", fonts.TEXT, fonts.REGULAR, "text2") for _ in range(3)]
        self.links = {
            word: buttons.button("", "link", name=f"patrons_show_{name}")
            for word, name in (("disabled", "deactivated"), ("blocked", "blocked"), ("protected", "kept"))
        }
        self._end = text.label(".", fonts.TEXT, fonts.REGULAR, "text2")
        for comma, (word, link) in zip(self._commas, self.links.items(), strict=True):
            self.sentence_row.addWidget(comma)
            self.sentence_row.addWidget(link)
            link.clicked.connect(lambda _checked=False, word=word: self.narrowed.emit(word))
        self.sentence_row.addWidget(self._end)
        self.sentence_row.addStretch(1)
        self.search = forms.SearchField("Search", "Name, barcode, username, class", "patrons_search")
        self.search.setMaxLength(200)
        self.search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.state = forms.named(QComboBox(), "State", "patrons_state")
        for code, said in list_words.STATES:
            self.state.addItem(said, code)
        self.filter_button = buttons.button("Filter...", icon="list", name="patrons_filter", spoken="Filter the list")
        for widget in (self.search, self.state, self.filter_button):
            self.at_right.addWidget(widget)
        self.show_crowd(None)

    def show_crowd(self, crowd: Crowd | None) -> None:
        """The sentence; nothing before it is known."""
        begin, parts = list_words.crowd(crowd) if crowd is not None else ("", [])
        said = dict(parts)
        whole = begin + "".join(f", {words}" for words in said.values())
        if crowd is not None:
            whole += "." if crowd.deactivated else ("; nobody is deactivated." if said else ", nobody is deactivated.")
        self._begin.setText(begin)
        for comma, (word, link) in zip(self._commas, self.links.items(), strict=True):
            comma.setVisible(word in said)
            link.setVisible(word in said)
            link.setText(said.get(word, ""))
            link.setAccessibleName(f"Show the {said.get(word, '')}")
        last = whole[len(begin) + sum(len(words) + 2 for words in said.values()) :]
        self._end.setText(last)
        self.setAccessibleDescription(whole)
        self._fold()

    def _fold(self) -> None:
        """A sentence that is too long to stand beside the search has the whole width below it."""
        beside = self.width() - 2 * _APART - self.at_right.sizeHint().width()
        below = self.sentence_row.sizeHint().width() > beside
        if below != self._below:
            self._below = below
            (self._words if below else self._whole).removeItem(self.sentence_row)
            (self._whole if below else self._words).addLayout(self.sentence_row)
            self.folded.emit()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab goes within the head, from top to bottom."""
        links, fields = tuple(self.links.values()), (self.search, self.state, self.filter_button)
        return (*fields, *links) if self._below else (*links, *fields)

    def set_narrow(self, narrow: bool) -> None:
        """Less room for the search."""
        self.search.setMinimumWidth(widths.scaled(180 if narrow else 260))


class Bar(QWidget):
    """How many rows are marked and what can be done with them; what else can be done here."""

    def __init__(self) -> None:
        super().__init__()
        self.marked = text.label("", fonts.LABEL, fonts.MEDIUM)
        self.marked.setObjectName("patrons_marked")
        self.hint = text.Elided("Mark rows with Shift or Ctrl; Ctrl+A marks the page.", fonts.LABEL, fonts.REGULAR, "text2")
        self.together_button = buttons.button("Change together...", icon="edit", name="patrons_together")
        self.cohorts_button = buttons.button("Cohorts...", icon="rollover", name="patrons_cohorts")
        self.export_button = buttons.button("Export...", icon="export", name="patrons_export")
        self.import_button = buttons.button("Import a file...", icon="import", name="patrons_import")
        self.add_button = buttons.button("Add a patron...", icon="new_patron", name="patrons_add")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.together_button)
        row.addWidget(self.marked)
        row.addWidget(self.hint, 1)
        for button in (self.cohorts_button, self.export_button, self.import_button, self.add_button):
            row.addWidget(button)

    @property
    def buttons(self) -> tuple[buttons.Button, ...]:
        """From left to right."""
        return (self.together_button, self.cohorts_button, self.export_button, self.import_button, self.add_button)

    def show_marked(self, number: int) -> None:
        """How many rows are marked; with one it is only where one is."""
        self.marked.setText(list_words.marked(number) if number > 1 else "")
        self.marked.setVisible(number > 1)
        self.hint.setVisible(number < 2)

    def set_narrow(self, narrow: bool) -> None:
        """Without icons, where there is little room."""
        icons = ("edit", "rollover", "export", "import", "new_patron")
        for button, icon in zip(self.buttons, icons, strict=True):
            button.set_icon("" if narrow else icon)


class ListLayout:
    """Builds the page; `whole` is its layout, `show_rows` turns between table and empty state."""

    def __init__(self, page: QWidget, table: PatronsTable) -> None:
        self.head, self.filters, self.pager, self.nothing, self.bar = Head(), FilterBar(), Pager("patrons"), Nothing(), Bar()
        self._paper = QStackedLayout()
        self.sheet = cards.Card()
        self.sheet.inside.setContentsMargins(1, 1, 1, 1)
        self.sheet.inside.setSpacing(0)
        # A stack without a parent shows its first widget at once, as a window of its own.
        self.sheet.inside.addLayout(self._paper, 1)
        self._paper.addWidget(table)
        self._paper.addWidget(self.nothing)
        self._rule = cards.rule()
        self.sheet.inside.addWidget(self._rule)
        self.sheet.inside.addWidget(self.pager)
        self.notices = QVBoxLayout()
        self.whole = QVBoxLayout(page)
        self.whole.setSpacing(12)
        self.whole.addWidget(self.head)
        self.whole.addWidget(self.filters)
        self.whole.addLayout(self.notices)
        self.whole.addWidget(self.sheet, 1)
        self.whole.addWidget(self.bar)
        self.filters.hide()
        self._table = table
        self._put_head_stops()
        QWidget.setTabOrder(table, self.pager.rows_box)
        self.head.folded.connect(self._put_head_stops)

    def _put_head_stops(self) -> None:
        for one, two in itertools.pairwise(self.head.stops):
            QWidget.setTabOrder(one, two)
        self.put_stops(self._table)

    def show_rows(self, there_are: bool) -> None:
        """The table, or what stands in its place."""
        self._paper.setCurrentIndex(0 if there_are else 1)

    def put_stops(self, table: QWidget) -> None:
        """The ways to take filters away come between the filters and the table."""
        before = self.head.stops[-1]
        for stop in self.filters.stops:
            QWidget.setTabOrder(before, stop)
            before = stop
        QWidget.setTabOrder(before, table)

    def fit(self, narrow: bool, margin: int) -> None:
        """By the window's width."""
        self.whole.setContentsMargins(margin, 18, margin, 20)
        self.head.set_narrow(narrow)
        self.bar.set_narrow(narrow)


FOCUS = Qt.FocusReason.OtherFocusReason
