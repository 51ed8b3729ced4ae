"""The audit log's page: entries in words, filters, the check of the whole log, and its export."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from patrondesk.exporters import exporters, for_file
from patrondesk.records.audit import AuditLine, ChainCheck
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.staff import Permission
from patrondesk.records.tables import Written
from patrondesk.reports import audit_log
from patrondesk.services import audit_reading, certificates
from patrondesk.services.office import Office
from patrondesk.ui.screens.audit import words
from patrondesk.ui.screens.audit.entry_dialog import EntryDialog
from patrondesk.ui.screens.audit.filters import Filters
from patrondesk.ui.screens.audit.reading import View, read
from patrondesk.ui.shell import banner, buttons, cards, empty, errors, fitting, printing, tables, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.columns import Column
from patrondesk.ui.shell.pager import Pager
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_TITLE = "Audit log"
_TABLE, _NOTHING, _CLOSED = 0, 1, 2
_COLUMNS: tuple[Column[AuditLine], ...] = (
    Column("Entry", lambda one: f"{one.number:,}", 76, link=True),
    Column("When", words.when, 168, tone="text2"),
    Column("Who", lambda one: one.who, 150, tone="text2", tip=lambda one: one.who),
    Column("What", words.what, 0, spoken=words.spoken, tip=words.tip),
)


class AuditPage(Page):
    """Call `refresh()` when it is shown; `show_about(...)` filters by a patron or a purge."""

    back_asked = Signal()
    patron_chosen = Signal(object)
    batch_chosen = Signal(object)

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("audit_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._office, self._runner, self._changes = office, runner, changes
        self._may = office.actor is not None and office.actor.may(Permission.REPORTS)
        self._number, self._size = 1, 50
        self._view: View | None = None
        self._told: banner.Banner | None = None
        self._build()
        self._connect()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self._head = cards.PageHead(_TITLE, words.ABOUT)
        self.back = buttons.button("Back", icon="back", name="audit_back")
        self._head.at_right.addWidget(self.back)
        self.filters = Filters(self._office.clock.real_today())
        self.table, self._model = tables.table(_TITLE, _COLUMNS, "audit_table")
        self.table.set_compact(True)
        fitting.fit(self.table, _COLUMNS, least={2: 110, 3: 260}, steps=((), (2,), (2, 1)))
        self.pager = Pager("audit")
        self._card = self._made_card()
        self.export = buttons.button("Export...", icon="export", name="audit_export")
        self.compare = buttons.button("Check with a certificate...", icon="certificate", name="audit_compare")
        self.check = buttons.button("Check the log", "main", "backup", "audit_check")
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(10)
        bar.addStretch(1)
        for button in (self.export, self.compare, self.check):
            bar.addWidget(button)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(12)
        for widget in (self._head, self.filters, self._card, self._bar):
            self._whole.addWidget(widget, 1 if widget is self._card else 0)
        for widget in (self.filters, self._bar):
            widget.setVisible(self._may)

    def _made_card(self) -> cards.Card:
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.setSpacing(0)
        self._stack = QStackedLayout()
        card.inside.addLayout(self._stack, 1)
        self._clear = buttons.button("Clear the filters", name="audit_clear_all")
        self._clear.clicked.connect(self.filters.reset)
        self._nothing = empty.Empty(*words.NOTHING, (self._clear,), sign="search", token="text2")
        closed = empty.Empty(*words.CLOSED, sign="padlock", token="text2")
        for widget in (self.table, self._nothing, closed):
            self._stack.addWidget(widget)
        self._rule = cards.rule()
        card.inside.addWidget(self._rule)
        card.inside.addWidget(self.pager)
        self._show(_TABLE if self._may else _CLOSED)
        return card

    def _show(self, which: int) -> None:
        self._stack.setCurrentIndex(which)
        for widget in (self._rule, self.pager):
            widget.setVisible(which == _TABLE)

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_asked)
        self.filters.changed.connect(self._on_filtered)
        self.table.entered_cell.connect(self._on_entered)
        self.pager.page_asked.connect(self._on_page)
        self.pager.size_asked.connect(self._on_size)
        self.export.clicked.connect(self._on_export)
        self.compare.clicked.connect(self._on_compare)
        self.check.clicked.connect(lambda: self._check(()))
        self._changes.changed.connect(self._on_change)
        self.offer_commands({
            "back": self.back.click, "read": self.refresh, "print": self.print_page, "filter": self.filters.focus,
            "search": self.filters.focus_patron, "go_to": self.pager.ask_for_number, "previous": self.pager.previous.click,
            "next": self.pager.next.click, "first": self.pager.first.click, "last": self.pager.last.click,
        })  # fmt: skip

    # ------------------------------------------------------------------ what the window knows of it

    def regions(self) -> Sequence[Region]:
        return (
            Region(self.filters, (self.filters.first.control,)), Region(self._card, (self.table,)),
            Region(self.pager, (self.pager.rows_box,)), Region(self._bar, (self.check,)),
        )  # fmt: skip

    def printout(self) -> printing.Printout:
        said = f"{self._head.accessibleDescription()} {self.pager.total.text()}."
        return printing.printout(self._office, _TITLE, said, (printing.sheet(self.table),))

    def patron_here(self) -> PatronId | None:
        row = self.table.currentIndex().row()
        entry = self._model.records[row] if 0 <= row < len(self._model.records) else None
        return entry.patron_id if entry is not None and _present(entry) else None

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Reads the page again."""
        if not self._may:
            return
        office, wanted, number, size = self._office, self.filters.wanted, self._number, self._size
        self._runner.ask("audit_page", lambda: read(office, wanted, number, size), self._on_read, self._on_failed)

    def show_about(self, *, patron: PatronId | None = None, batch: BatchId | None = None) -> None:
        """Only what concerns a patron, or a purge."""
        self.filters.reset()
        self.filters.ask(**({"patron": f"Patron {patron}"} if patron else {"batch": batch}))

    def _on_read(self, view: View) -> None:
        here = self.table.currentIndex().row()
        self._view, self._number = view, view.page.page
        self.filters.show_choices(view.choices)
        if view.nobody:
            self.filters.say_nobody()
        self._nothing.say(*(words.NOBODY if view.nobody else words.NOTHING), (self._clear,))
        self._model.show_records(view.page.entries)
        if view.page.entries:
            self.table.setCurrentIndex(self._model.index(max(0, min(here, len(view.page.entries) - 1)), 0))
        self.pager.show_page(view.page.page, view.page.page_size, len(view.page.entries), view.page.total)
        self._head.say(words.heading(view.page, self.filters.wanted.anything))
        self._show(_TABLE if view.page.entries else _NOTHING)

    def _on_failed(self, fault: Exception) -> None:
        self._tell(errors.as_banner(fault))

    def _on_change(self, change: Change) -> None:
        if self.isVisible():
            self.refresh()

    @Slot()
    def _on_filtered(self) -> None:
        self._number = 1
        self.refresh()

    @Slot(int)
    def _on_page(self, page: int) -> None:
        self._number = page
        self.refresh()

    @Slot(int)
    def _on_size(self, rows: int) -> None:
        self._number = (self._number - 1) * self._size // rows + 1
        self._size = rows
        self.refresh()

    def _on_entered(self, index: QModelIndex) -> None:
        dialog = EntryDialog(self, self._model.record(index.row()))
        dialog.patron_asked.connect(self.patron_chosen)
        dialog.batch_asked.connect(self.batch_chosen)
        dialog.open()

    # ------------------------------------------------------------------ the check

    def _check(self, files: Sequence[Path]) -> None:
        office = self._office
        self._busy(True)

        def work() -> ChainCheck:
            return audit_reading.check_chain(office, [certificates.read_head_of(file) for file in files])

        self._runner.ask("audit_check", work, self._on_checked, self._on_not_checked)

    def _on_checked(self, found: ChainCheck) -> None:
        self._busy(False)
        kind, first, second = words.checked(found)
        told = banner.Banner(kind, first, second)
        told.setObjectName("audit_checked")
        if found.first_break is not None and 0 < found.first_break.number <= found.entries:
            number = found.first_break.number
            see = told.add_action(buttons.button(f"See entry {number:,}", name="audit_see_break"))
            see.clicked.connect(lambda: self._go_to(number))
        self._tell(told)

    def _go_to(self, number: int) -> None:
        """The page on which an entry of this number stands; entries of other libraries have no row here."""
        office, size = self._office, self._size

        def work() -> int:
            return audit_reading.count_from(office, number)

        def done(before: int) -> None:
            self.filters.reset()
            self._number = max(1, -(-before // size))
            self.refresh()

        self._runner.ask("audit_place", work, done, self._on_failed)

    def _on_not_checked(self, fault: Exception) -> None:
        self._busy(False)
        self._on_failed(fault)

    def _busy(self, busy: bool) -> None:
        for button in (self.check, self.compare):
            button.setEnabled(not busy)
        self.check.setText("Checking..." if busy else "Check the log")

    @Slot()
    def _on_compare(self) -> None:
        dialog = QFileDialog(self, "Check the log with certificates")
        dialog.setObjectName("audit_compare_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(["Certificates saved as JSON (*.json)"])
        dialog.filesSelected.connect(lambda files: self._check([Path(file) for file in files]))
        dialog.open()

    # ------------------------------------------------------------------ as a file

    @Slot()
    def _on_export(self) -> None:
        dialog = QFileDialog(self, "Export the audit log")
        dialog.setObjectName("audit_export_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{exporter.label} (*.{exporter.code})" for exporter in exporters()])
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(chosen.rsplit("*.", 1)[-1].rstrip(")")))
        dialog.selectFile("Audit log.xlsx")
        dialog.fileSelected.connect(lambda path: self._export(Path(path)))
        dialog.open()

    def _export(self, path: Path) -> None:
        """All entries that the filters let through, whatever the page; they are read one by one while they are written."""
        office, view = self._office, self._view
        assert office.actor is not None
        if view is None:
            return
        library, clock = office.actor.library_name, office.clock

        def work() -> Written:
            entries = audit_reading.every_entry(office, view.query)
            return for_file(path).write(audit_log.build(entries, library, clock.now(), clock.rehearsal), path)

        def done(written: Written) -> None:
            self._tell(banner.Banner("done", f"The audit log is saved as {written.path.name}.", f"{written.rows:,} entries."))

        self._runner.ask("audit_export", work, done, self._on_failed)

    # ------------------------------------------------------------------ the rest

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 14, side, 16)
        self.filters.fit(self.width() - 2 * side)

    def _tell(self, told: banner.Banner | None) -> None:
        if self._told is not None:
            self._whole.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = told
        if told is not None:
            self._whole.insertWidget(1, told)
            # Tab goes on as one reads: the notice stands between the head and the filters.
            actions = [button for button in told.findChildren(buttons.Button) if button is not told.close_button]
            for one, after in pairwise([self.back, *actions, told.close_button, self.filters.first.control]):
                QWidget.setTabOrder(one, after)


def _present(entry: AuditLine) -> bool:
    """Whether the patron of an entry is there, and may be seen."""
    return entry.patron_id is not None and entry.patron != f"Patron {entry.patron_id}"
