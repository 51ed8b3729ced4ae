"""The Patrons page: search as one types, filters, order, page by page; marked rows are changed together; Enter opens a patron."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from patrondesk import messages
from patrondesk.records.bulk import Action
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_lists import Chosen, Counted, PatronFilter, PatronQuery
from patrondesk.records.patrons import Vocabulary
from patrondesk.records.staff import Permission
from patrondesk.services import patron_listing
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import list_words
from patrondesk.ui.screens.patrons.add_dialog import AddDialog
from patrondesk.ui.screens.patrons.list_layout import FOCUS, ListLayout
from patrondesk.ui.screens.patrons.listing import Listing, Rows, Standing
from patrondesk.ui.screens.patrons.patrons_table import PatronsTable
from patrondesk.ui.shell import banner, buttons, errors, focus, printing, text, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_SEARCH_AFTER_MS = 120
_NARROW_BELOW = 1200
_TOGETHER = (Permission.ACTIVATE, Permission.BLOCK, Permission.EDIT_PATRONS)


class PatronsPage(Page):
    """Reads itself when it is shown, and again after changes elsewhere."""

    patron_asked = Signal(object, object)
    """A PatronId, and the tuple of ids on the page, for going up and down."""
    import_asked = Signal()

    def __init__(
        self, office: Office, runner: Runner, changes: Changes | None = None, prefs: Prefs | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("patrons_page")
        self._office, self._runner, self._changes = office, runner, changes
        self.listing = Listing(office, runner, PatronQuery(page_size=prefs.page_size if prefs else 50), self)
        self._key = f"patrons_words_{id(self)}"
        self._stale = True
        self._wanted: PatronId | None = None
        self._counted: Counted | None = None
        self._notice: banner.Banner | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        actor = office.actor
        self.table = PatronsTable(office.clock.today, prefs, actor.username if actor else "")
        self._made = made = ListLayout(self, self.table)
        self.head, self.pager, self.nothing = made.head, made.pager, made.nothing
        self.search, self.state = made.head.search, made.head.state
        self._connect()
        self._offer()
        self._on_marked()

    @property
    def query(self) -> PatronQuery:
        """What is asked for."""
        return self.listing.query

    def _connect(self) -> None:
        made, bar = self._made, self._made.bar
        self.search.textChanged.connect(lambda _: self._later.start())
        self.search.returnPressed.connect(self._on_search)
        self._later.timeout.connect(self._on_search)
        self.state.currentIndexChanged.connect(self._on_search)
        made.head.narrowed.connect(self._on_narrowed)
        made.head.filter_button.clicked.connect(self.ask_for_filters)
        made.filters.changed.connect(self.show_filter)
        self.table.entered_cell.connect(self._on_entered)
        self.table.sort_asked.connect(self._on_sort)
        self.table.marked_changed.connect(self._on_marked)
        self.pager.page_asked.connect(self._on_page)
        self.pager.size_asked.connect(self._on_size)
        for button, does in zip(
            bar.buttons,
            (self.ask_to_change, self.ask_for_cohorts, self._on_export, self.import_asked.emit, self.ask_to_add), strict=True,
        ):  # fmt: skip
            button.clicked.connect(lambda _checked=False, does=does: does())
        self.nothing.add_asked.connect(self.ask_to_add)
        self.nothing.import_asked.connect(self.import_asked)
        self.nothing.clear_asked.connect(self._on_clear)
        self.listing.came.connect(self._show)
        self.listing.counted.connect(self._on_counted)
        self.listing.stands.connect(self._on_standing)
        self.listing.failed.connect(self._on_fault)
        if self._changes is not None:
            self._changes.changed.connect(self._on_changed)
        self.offer_commands({
            "search": self.focus_search, "filter": self.open_states, "read": self.read, "go_to": self.pager.ask_for_number,
            "previous": self.pager.previous.click, "next": self.pager.next.click, "first": self.pager.first.click,
            "last": self.pager.last.click, "print": self.print_page, "columns": self.table.arranger.open_dialog,
            "own_window": self.ask_for_window, "add": bar.add_button.click, "together": bar.together_button.click,
        })  # fmt: skip

    def _offer(self) -> None:
        actor, bar = self._office.actor, self._made.bar
        offer(bar.import_button, missing_right(actor, Permission.IMPORT, "import files"))
        offer(bar.add_button, missing_right(actor, Permission.EDIT_PATRONS, "add patrons"))
        may = actor is not None and any(actor.may(right) for right in _TOGETHER)
        offer(bar.together_button, "" if may else missing_right(actor, Permission.EDIT_PATRONS, "change patrons"))
        self.commands["add"].setEnabled(bar.add_button.isEnabled())
        self.commands["together"].setEnabled(may)

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
        made = self._made
        return (
            Region(self.head, (self.search,)), Region(made.sheet, (self.table, *self.nothing.findChildren(buttons.Button))),
            Region(self.pager, (self.pager.rows_box,)), Region(made.bar, made.bar.buttons),
        )  # fmt: skip

    def printout(self) -> printing.Printout:
        filters = "".join(f" {words}." for _, words in list_words.told(self.query.filter))
        said = f"{self.head.accessibleDescription()} {self.state.currentText()}: {self.pager.total.text()}.{filters}"
        return printing.printout(self._office, "Patrons", said, (printing.sheet(self.table),))

    def patron_here(self) -> PatronId | None:
        row = self.table.current()
        return row.id if row is not None else None

    def patrons_here(self) -> tuple[PatronId, ...]:
        return tuple(row.id for row in self.table.rows.records)

    def read(self) -> None:
        """Reads the page again."""
        self._stale = False
        self.listing.read()

    def _show(self, rows: Rows) -> None:
        page, query = rows.page, rows.page.query
        here = self._wanted or self.patron_here()
        marked = frozenset(row.id for row in self.table.marked())
        self._wanted, self._counted = None, None
        self.table.pictures = rows.pictures
        self.table.rows.show_records(page.rows)
        if here is not None:
            self.table.go_to(here)
            self.table.mark(marked)
        self.table.show_order(query.sort, query.descending)
        self.pager.show_page(query.page, query.page_size, len(page.rows), None)
        self._made.filters.show_filter(query.filter)
        self._made.put_stops(self.table)
        if not page.rows:
            bar = self._made.bar
            add, file = ("" if way.isEnabled() else way.toolTip() for way in (bar.add_button, bar.import_button))
            self.nothing.explain(query, add, file, self.table.hasFocus())
        self._made.show_rows(bool(page.rows))

    @Slot(object)
    def _on_counted(self, counted: Counted) -> None:
        self._counted = counted
        query = self.query
        self.pager.show_page(query.page, query.page_size, len(self.table.rows.records), counted.number, counted.more)

    @Slot(object)
    def _on_standing(self, now: Standing) -> None:
        if self.table.currency != now.currency:
            self.table.currency = now.currency
            self.table.viewport().update()
        self.head.show_crowd(now.crowd)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A page that is being shown takes no focus before the next turn of the event loop.
        QTimer.singleShot(0, self, self._take_focus)
        if self._stale:
            self.read()

    def _take_focus(self) -> None:
        """Back from a patron's details one goes on in the list; whoever chose the page in the sidebar stays there."""
        if self.isVisible() and QApplication.focusWidget() is None:
            self.table.setFocus(FOCUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.window().width()
        self._made.fit(width < _NARROW_BELOW, theme.margin(width))
        self.table.set_room(width)

    # -- what is pressed

    def show_filter(self, chosen: PatronFilter) -> None:
        """Filters the list, from its first page."""
        held = self.state.blockSignals(True)
        self.state.setCurrentIndex(max(0, self.state.findData(chosen.state)))
        self.state.blockSignals(held)
        self.listing.ask(replace(self.query, filter=chosen, page=1))
        if QApplication.focusWidget() is None:
            self.table.setFocus(FOCUS)

    @Slot()
    def _on_search(self) -> None:
        self._later.stop()
        chosen = replace(self.query.filter, state=str(self.state.currentData()))
        if (self.search.text(), chosen) != (self.query.search, self.query.filter):
            self.listing.ask(replace(self.query, search=self.search.text(), filter=chosen, page=1))

    @Slot(str)
    def _on_narrowed(self, word: str) -> None:
        """A number of the sentence: those, and nobody else."""
        chosen = PatronFilter("disabled") if word == "disabled" else PatronFilter(
            blocked=word == "blocked", protected=word == "protected"
        )  # fmt: skip
        self.table.setFocus(FOCUS)
        self.show_filter(chosen)

    @Slot()
    def _on_clear(self) -> None:
        held = self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(held)
        self._later.stop()
        self.listing.ask(replace(self.query, search=""))
        self.show_filter(PatronFilter())
        self.search.setFocus(FOCUS)

    @Slot(int)
    def _on_page(self, page: int) -> None:
        self.table.setCurrentIndex(QModelIndex())
        self.listing.ask(replace(self.query, page=page))

    @Slot(int)
    def _on_size(self, rows: int) -> None:
        first = (self.query.page - 1) * self.query.page_size
        self.listing.ask(replace(self.query, page=first // rows + 1, page_size=rows))

    @Slot(str)
    def _on_sort(self, word: str) -> None:
        again = word == self.query.sort
        self.listing.ask(replace(self.query, sort=word, descending=again and not self.query.descending, page=1))

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self.patron_asked.emit(self.table.rows.record(index.row()).id, self.patrons_here())

    @Slot()
    def _on_marked(self) -> None:
        self._made.bar.show_marked(len(self.table.marked()))

    # -- dialogs

    def _with_words(self, then: Callable[[Vocabulary], None]) -> None:
        """Reads the words that there are to choose from, then goes on."""
        office = self._office
        self._runner.ask(self._key, lambda: patron_listing.read_vocabulary(office), then, self._on_fault)

    @Slot()
    def ask_for_filters(self) -> None:
        """Opens the dialog of filters."""
        from patrondesk.ui.screens.patrons.filter_bar import FilterDialog

        def opened(known: Vocabulary) -> None:
            dialog = FilterDialog(self, known, self.query.filter, self._office.clock.today())
            dialog.chosen.connect(self.show_filter)
            dialog.open()

        self._with_words(opened)

    @Slot()
    def ask_to_change(self, action: Action | None = None) -> None:
        """Opens the dialog that changes the marked patrons, or everybody on the list."""
        from patrondesk.ui.screens.patrons.bulk_dialog import BulkDialog

        marked = Chosen(tuple(row.id for row in self.table.marked()))
        everybody = Chosen(query=replace(self.query, page=1))
        said = self._everybody()

        def opened(known: Vocabulary) -> None:
            dialog = BulkDialog(self, self._office, self._runner, known, marked, everybody, said)
            dialog.done_together.connect(self._on_done_together)
            if action is not None:
                dialog.choose(action)
            dialog.open()

        self._with_words(opened)

    def _everybody(self) -> str:
        counted = self._counted
        if counted is None:
            return "all that the search and the filters select"
        return f"{'more than ' if counted.more else ''}{messages.count(counted.number, 'patron')}"

    @Slot(str)
    def _on_done_together(self, said: str) -> None:
        self._put(banner.Banner("done", said))
        if self._changes is not None:
            self._changes.tell("patrons", initiator=self)
        self.read()

    @Slot()
    def ask_for_cohorts(self) -> None:
        """Opens the list of cohorts."""
        from patrondesk.ui.screens.patrons.cohorts_dialog import CohortsDialog

        dialog = CohortsDialog(self, self._office, self._runner, self._changes)
        dialog.cohort_chosen.connect(lambda name: self.show_filter(PatronFilter(cohort=name)))
        dialog.open()

    @Slot()
    def _on_export(self) -> None:
        from patrondesk.ui.screens.patrons import list_export

        list_export.ask(self, self._runner, self._office, self.query, self._put, self._on_fault)

    @Slot()
    def ask_to_add(self) -> None:
        """Opens the form for a patron added by hand."""
        self._with_words(self._open_form)

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

    @Slot(object)
    def _on_fault(self, fault: Exception) -> None:
        self._put(errors.as_banner(fault))

    def _put(self, notice: banner.Banner) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = notice
        self._made.notices.addWidget(notice)
        before = (*self.head.stops, *self._made.filters.stops)[-1]
        focus.after(before, notice, notice.close_button)
