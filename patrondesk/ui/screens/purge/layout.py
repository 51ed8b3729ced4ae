"""The User Purge page as it is laid out: its parts, the order of the Tab key, and what folds away where there is no room."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Candidate, CandidatesPage
from patrondesk.records.staff import Permission
from patrondesk.services.office import Office
from patrondesk.ui.screens.purge.action_bar import ActionBar
from patrondesk.ui.screens.purge.desk import Desk
from patrondesk.ui.screens.purge.head import Head, TakeBackLine
from patrondesk.ui.screens.purge.listing import Listing
from patrondesk.ui.screens.purge.model import CandidatesModel
from patrondesk.ui.screens.purge.nobody import Nobody
from patrondesk.ui.screens.purge.notices import Notices
from patrondesk.ui.screens.purge.pager import Pager
from patrondesk.ui.screens.purge.panel import SidePanel
from patrondesk.ui.screens.purge.table import PurgeTable
from patrondesk.ui.screens.purge.tags import Tags
from patrondesk.ui.shell import cards, printing, theme
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_PANEL_FROM, _LINE_FROM, _SECOND_LINE_FROM = 1600, 720, 640


class Layout(Page):
    """Head, line, notices, table with pager, action bar; the side panel at the right. Knows nothing of purging."""

    def __init__(self, office: Office, runner: Runner, prefs: Prefs | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._desk = Desk(office, runner)
        self._prefs = prefs
        self.tags = Tags()
        self.listing = Listing(self._desk, self.tags, prefs.page_size if prefs else 50, self)
        self._line_wanted: bool | None = None
        self._panel_wanted = True
        self._build()
        self._order_tabs()
        self.table.selectionModel().currentChanged.connect(self._show_panel)
        self.notices.came.connect(self._order_tabs)
        self.head.folded.connect(self._order_tabs)
        self.head.info_button.clicked.connect(self._on_info)
        self.line.hidden_by_hand.connect(self._on_line_hidden)
        self.panel.closed.connect(self._on_panel_closed)

        table, listing = self.table, self.listing
        self.offer_commands({
            "search": self.head.to_search, "filter": self.head.to_reason, "tag_all": table.tag_displayed,
            "untag_all": table.untag_displayed, "previous": lambda: listing.step(-1), "next": lambda: listing.step(1),
            "first": lambda: listing.go_to_edge(last=False), "last": lambda: listing.go_to_edge(last=True),
            "go_to": self.pager.ask_for_number, "read": listing.read, "print": self.print_page,
            "columns": table.arranger.open_dialog, "own_window": self.ask_for_window,
        })  # fmt: skip

    def _build(self) -> None:
        self.head = Head()
        self.line = TakeBackLine(self._desk.may(Permission.SETTINGS))
        self.notices = Notices()
        self.model = CandidatesModel(self.tags, self)
        actor = self._desk.office.actor
        self.table = PurgeTable(self.model, self._prefs, actor.username if actor else "")
        self.pager = Pager()
        self.bar = ActionBar()
        self.panel = SidePanel(self._desk.may(Permission.PURGE_OVERRIDE))
        self._nobody = Nobody()
        self._card = QFrame()
        self._card.setProperty("card", "surface")
        self._stack = QStackedLayout()
        self._rule = cards.rule()
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(2, 2, 2, 0)
        inside.setSpacing(0)
        # A stack without a parent shows its first widget at once, as a window of its own.
        inside.addLayout(self._stack, 1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nobody)
        inside.addWidget(self._rule)
        inside.addWidget(self.pager)
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        for widget in (self.head, self.line, self.notices):
            self._column.addWidget(widget)
        self._column.addWidget(self._card, 1)
        self._column.addWidget(self.bar)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._column, 1)
        whole.addWidget(self.panel)
        self.pager.show_page(CandidatesPage(0, 1, self.listing.query.page_size, ()))

    def _order_tabs(self) -> None:
        head, pager, bar = self.head, self.pager, self.bar
        order: list[QWidget] = [
            *head.stops, self.line.change_link, self.line.close_button, *self.notices.stops,
            self.table.tag_all, self.table, *self._nobody.stops,
            pager.page_size, pager.first, pager.previous, pager.number, pager.next, pager.last,
            bar.clear_link, bar.preview, bar.purge,
        ]  # fmt: skip
        for one, after in itertools.pairwise(order):
            self.setTabOrder(one, after)

    def _current(self) -> Candidate | None:
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    def regions(self) -> Sequence[Region]:
        head, bar = self.head, self.bar
        return (
            Region(head, (head.search, head.info_button)), Region(self._card, (self.table, *self._nobody.stops)),
            Region(self.pager, (self.pager.page_size,)), Region(bar, (bar.purge, bar.clear_link)),
            Region(self.panel, (self.panel.open_button,)),
        )  # fmt: skip

    def printout(self) -> printing.Printout:
        sentence = f"{self.head.sentence} {self.pager.total.text()}."
        return printing.printout(self._desk.office, "User Purge", sentence, (printing.sheet(self.table),))

    def patron_here(self) -> PatronId | None:
        row = self._current()
        return row.id if row is not None else None

    def patrons_here(self) -> tuple[PatronId, ...]:
        return tuple(row.id for row in self.model.rows)

    def minimumSizeHint(self) -> QSize:
        # What folds away must not keep the window from becoming so narrow that it does.
        least = super().minimumSizeHint()
        return QSize(least.width() - (0 if self.panel.isHidden() else self.panel.width()), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Gives everything the room there is."""
        window, height = self.window().width(), self.window().height()
        margin, low = theme.margin(window), height < _SECOND_LINE_FROM
        wide = window >= _PANEL_FROM and self._panel_wanted and bool(self.model.rows)
        self.panel.setVisible(wide)
        self._column.setContentsMargins(margin, 18, margin, 8 if low else margin)
        self.table.fold(window, self.width() - 2 * margin - (self.panel.width() if wide else 0) - 4)
        shown = self._line_wanted if self._line_wanted is not None else height >= _LINE_FROM
        self.line.setVisible(shown and not self.listing.nobody)
        self.head.info_button.setVisible(not shown)
        self.bar.show_second(not low)
        self._show_panel()

    def _show_panel(self) -> None:
        row = self._current()
        if row is not None and not self.panel.isHidden():
            self.panel.show_row(row, self.model.picture(row.id))

    def _on_panel_closed(self) -> None:
        self._panel_wanted = False
        self._fold()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_info(self) -> None:
        self._line_wanted = True
        self._fold()
        self.line.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_line_hidden(self) -> None:
        self._line_wanted = False
        self._fold()
        self.head.info_button.setFocus(Qt.FocusReason.OtherFocusReason)
