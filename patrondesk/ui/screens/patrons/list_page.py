"""The Patrons page: search as one types, filter by state, page by page; Enter opens a patron."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Vocabulary
from patrondesk.records.staff import Permission
from patrondesk.services import patrons
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.add_dialog import AddDialog
from patrondesk.ui.screens.patrons.nothing import Nothing
from patrondesk.ui.screens.patrons.patrons_table import PatronsTable
from patrondesk.ui.screens.patrons.reading import ListQuery, ListView, read_list
from patrondesk.ui.shell import banner, buttons, cards, errors, focus, fonts, forms, printing, text, theme, widths
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pager import Pager
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_SEARCH_AFTER_MS = 250
_NARROW_BELOW = 1200


class PatronsPage(Page):
    """Reads itself when it is shown, and again after changes elsewhere."""

    patron_asked = Signal(object, object)
    """A PatronId, and the tuple of ids on the page, for going up and down."""
    import_asked = Signal()
    deactivate_asked = Signal()

    def __init__(
        self, office: Office, runner: Runner, changes: Changes | None = None, prefs: Prefs | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("patrons_page")
        self._office, self._runner, self._changes = office, runner, changes
        self.query = ListQuery(page_size=prefs.page_size if prefs else 50)
        self._key = f"patrons_page_{id(self)}"
        self._stale = True
        self._wanted: PatronId | None = None
        self._notice: banner.Banner | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        actor = office.actor
        self.table = PatronsTable(office.clock.today, prefs, actor.username if actor else "")
        self._build()
        self._connect()
        self._offer()

    # -- building

    def _build(self) -> None:
        self.head = cards.PageHead("Patrons")
        self.deactivated_link = buttons.button("", "link", name="patrons_show_deactivated")
        self._begin = text.label("", fonts.TEXT, fonts.REGULAR, "text2")
        for widget in (self._begin, self.deactivated_link):
            self.head.sentence_row.addWidget(widget)
        self.head.sentence_row.addStretch(1)
        self.search = forms.SearchField("Search", "Name, barcode, username, class", "patrons_search")
        self.search.setMaxLength(200)
        self.search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.state = forms.named(QComboBox(), "State", "patrons_state")
        for code, said in words.STATES:
            self.state.addItem(said, code)
        self.head.at_right.addWidget(self.search)
        self.head.at_right.addWidget(self.state)
        self.pager = Pager("patrons")
        self.nothing = Nothing()
        self._paper = QStackedLayout()
        paper = self._sheet = cards.Card()
        paper.inside.setContentsMargins(1, 1, 1, 1)
        paper.inside.setSpacing(0)
        # A stack without a parent shows its first widget at once, as a window of its own.
        paper.inside.addLayout(self._paper, 1)
        self._paper.addWidget(self.table)
        self._paper.addWidget(self.nothing)
        self._rule = cards.rule()
        paper.inside.addWidget(self._rule)
        paper.inside.addWidget(self.pager)
        self.import_button = buttons.button("Import a file...", icon="import", name="patrons_import")
        self.deactivate_button = buttons.button("Deactivate a selection...", icon="purge", name="patrons_deactivate")
        self.add_button = buttons.button("Add a patron...", icon="new_patron", name="patrons_add")
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(10)
        bar.addStretch(1)
        for button in (self.import_button, self.deactivate_button, self.add_button):
            bar.addWidget(button)
        self._notices = QVBoxLayout()
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(12)
        self._whole.addWidget(self.head)
        self._whole.addLayout(self._notices)
        self._whole.addWidget(paper, 1)
        self._whole.addWidget(self._bar)
        for one, two in (
            (self.deactivated_link, self.search), (self.search, self.state), (self.state, self.table),
            (self.table, self.pager.rows_box),
        ):  # fmt: skip
            QWidget.setTabOrder(one, two)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self._later.start())
        self.search.returnPressed.connect(self._on_search)
        self._later.timeout.connect(self._on_search)
        self.state.currentIndexChanged.connect(self._on_search)
        self.deactivated_link.clicked.connect(lambda: self._choose("disabled"))
        self.table.entered_cell.connect(self._on_entered)
        self.pager.page_asked.connect(self._on_page)
        self.pager.size_asked.connect(self._on_size)
        self.import_button.clicked.connect(self.import_asked)
        self.deactivate_button.clicked.connect(self.deactivate_asked)
        self.add_button.clicked.connect(self.ask_to_add)
        self.nothing.add_asked.connect(self.ask_to_add)
        self.nothing.import_asked.connect(self.import_asked)
        self.nothing.clear_asked.connect(self._on_clear)
        if self._changes is not None:
            self._changes.changed.connect(self._on_changed)
        self.offer_commands({
            "search": self.focus_search, "filter": self.open_states, "read": self.read, "go_to": self.pager.ask_for_number,
            "previous": self.pager.previous.click, "next": self.pager.next.click, "first": self.pager.first.click,
            "last": self.pager.last.click, "print": self.print_page, "columns": self.table.arranger.open_dialog,
            "own_window": self.ask_for_window, "add": self.add_button.click,
        })  # fmt: skip

    def _offer(self) -> None:
        actor = self._office.actor
        offer(self.import_button, missing_right(actor, Permission.IMPORT, "import files"))
        offer(self.deactivate_button, missing_right(actor, Permission.ACTIVATE, "deactivate patrons"))
        offer(self.add_button, missing_right(actor, Permission.EDIT_PATRONS, "add patrons"))
        self.commands["add"].setEnabled(self.add_button.isEnabled())

    # -- reading and showing

    def focus_search(self) -> None:
        """Puts the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def open_states(self) -> None:
        """Opens the list of states."""
        self.state.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.state.showPopup()

    def regions(self) -> Sequence[Region]:
        return (
            Region(self.head, (self.search,)), Region(self._sheet, (self.table, *self._ways())),
            Region(self.pager, (self.pager.rows_box,)),
            Region(self._bar, (self.import_button, self.deactivate_button, self.add_button)),
        )  # fmt: skip

    def _ways(self) -> list[QWidget]:
        """The buttons that stand in the table's place."""
        return [*self.nothing.findChildren(buttons.Button)]

    def printout(self) -> printing.Printout:
        said = f"{self.head.accessibleDescription()} {self.state.currentText()}: {self.pager.total.text()}."
        return printing.printout(self._office, "Patrons", said, (printing.sheet(self.table),))

    def patron_here(self) -> PatronId | None:
        row = self.table.current()
        return row.id if row is not None else None

    def patrons_here(self) -> tuple[PatronId, ...]:
        return tuple(row.id for row in self.table.rows.records)

    def read(self) -> None:
        """Reads the page again."""
        self._stale = False
        office, query = self._office, self.query
        self._runner.ask(self._key, lambda: read_list(office, query), self._show, self._on_fault)

    def _show(self, view: ListView) -> None:
        if view.page.page != self.query.page:
            self.query = ListQuery(self.query.search, self.query.state, view.page.page, self.query.page_size)
        here = self._wanted or (row.id if (row := self.table.current()) else None)
        self._wanted = None
        self.table.pictures = view.pictures
        self.table.rows.show_records(view.page.rows)
        if here is not None:
            self.table.go_to(here)
        self.pager.show_page(view.page.page, view.page.page_size, len(view.page.rows), view.page.total)
        self._say(view)
        if not view.page.rows:
            add, file = ("" if way.isEnabled() else way.toolTip() for way in (self.add_button, self.import_button))
            self.nothing.explain(view.query, add, file, self.table.hasFocus())
        self._paper.setCurrentIndex(0 if view.page.rows else 1)

    def _say(self, view: ListView) -> None:
        count, off = messages.count(view.everybody, "patron"), f"{view.deactivated:,} deactivated"
        self.head.setAccessibleDescription(f"{count}, {off}.")
        # The second number is a link that filters.
        self._begin.setText(f"{count}," if view.deactivated else f"{count}, nobody is deactivated.")
        self.deactivated_link.setText(off)
        self.deactivated_link.setAccessibleName(f"Show the {off}")
        self.deactivated_link.setVisible(bool(view.deactivated))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A page that is being shown takes no focus before the next turn of the event loop.
        QTimer.singleShot(0, self, self._take_focus)
        if self._stale:
            self.read()

    def _take_focus(self) -> None:
        """Back from a patron's details one goes on in the list; whoever chose the page in the sidebar stays there."""
        if self.isVisible() and QApplication.focusWidget() is None:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.window().width()
        margin = theme.margin(width)
        self._whole.setContentsMargins(margin, 18, margin, 20)
        self.table.set_narrow(width < _NARROW_BELOW)
        self.search.setMinimumWidth(widths.scaled(220 if width < _NARROW_BELOW else 280))

    # -- what is pressed

    def _ask(self, query: ListQuery) -> None:
        if query != self.query:
            self.query = query
            self.read()

    @Slot()
    def _on_search(self) -> None:
        self._later.stop()
        state = str(self.state.currentData())
        if (self.search.text(), state) != (self.query.search, self.query.state):
            self._ask(ListQuery(self.search.text(), state, 1, self.query.page_size))

    def _choose(self, state: str) -> None:
        self.state.setCurrentIndex(self.state.findData(state))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_clear(self) -> None:
        self.search.clear()
        self.state.setCurrentIndex(0)
        self._on_search()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_page(self, page: int) -> None:
        self.table.setCurrentIndex(QModelIndex())
        self._ask(ListQuery(self.query.search, self.query.state, page, self.query.page_size))

    @Slot(int)
    def _on_size(self, rows: int) -> None:
        first = (self.query.page - 1) * self.query.page_size
        self._ask(ListQuery(self.query.search, self.query.state, first // rows + 1, rows))

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        row = self.table.rows.record(index.row())
        self.patron_asked.emit(row.id, self.patrons_here())

    @Slot()
    def ask_to_add(self) -> None:
        """Opens the form for a patron added by hand."""
        office = self._office
        self._runner.ask(f"{self._key}_words", lambda: patrons.read_vocabulary(office), self._open_form, self._on_fault)

    def _open_form(self, known: Vocabulary) -> None:
        form = AddDialog(self, self._office, self._runner, known)
        form.added.connect(self._on_added)
        form.open()

    @Slot(object, str)
    def _on_added(self, patron_id: PatronId, name: str) -> None:
        self._wanted = patron_id
        notice = banner.Banner("done", f"{text.isolated(name)} is added.")
        open_button = notice.add_action(buttons.button("Open", name="patrons_open_added"))
        open_button.clicked.connect(lambda: self.patron_asked.emit(patron_id, (patron_id,)))
        self._put(notice)
        if self._changes is not None:
            self._changes.tell("patrons", initiator=self)
        self.read()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change.initiator is self or not change.touches("patrons"):
            return
        self._stale = True
        if self.isVisible():
            self.read()

    def _on_fault(self, fault: Exception) -> None:
        self._put(errors.as_banner(fault))

    def _put(self, notice: banner.Banner) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = notice
        self._notices.addWidget(notice)
        focus.after(self.state, notice, notice.close_button)
