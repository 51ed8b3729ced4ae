"""Choosing who answers for a patron: search, arrow keys, Enter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.records.patrons import PatronDetails, PatronLine, PatronsPage, Related
from patrondesk.services import patron_listing
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.shell import buttons, dialogs, fonts, forms, people, tables, text, theme
from patrondesk.ui.shell.columns import Column
from patrondesk.ui.shell.runner import Runner

_SHOWN = 20
_ROWS = 6
_WAIT_MS = 150


class GuarantorDialog(dialogs.Dialog):
    """The first twenty who match; the patron is not among them."""

    chosen = Signal(object)
    """Carries a Related."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, patron: PatronDetails) -> None:
        super().__init__(parent, "Guarantor", dialogs.MIDDLE, "guarantor_dialog")
        self._office, self._runner, self._patron, self._gone = office, runner, patron, False
        self.question(f"Who answers for {text.isolated(patron.name)}?")
        self.search = forms.SearchField("Search", "Name, barcode, username", "guarantor_search")
        self.body.addWidget(self.search)
        columns: list[Column[PatronLine]] = [
            Column("Name", lambda r: r.name, 0, second=lambda r: people.dotted(r.barcode, r.username), tip=lambda r: r.name),
            Column("Type", lambda r: words.nicely(r.patron_type), 110),
            Column("Class", lambda r: people.school_class(r.year_level, r.homeroom), 120),
        ]
        self.table, self.rows = tables.table("People found", columns, "guarantor_table")
        self.table.setFixedHeight(theme.head_height() + _ROWS * self.table.verticalHeader().defaultSectionSize() + 2)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.table)
        self._found = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self.body.addWidget(self._found)
        self.add_decision(buttons.button("Cancel", name="guarantor_cancel")).clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("Choose", "main", name="guarantor_accept"))
        self._accept.clicked.connect(self._on_accept)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._read)
        self.search.textChanged.connect(lambda _typed: self._wait.start())
        self.search.returnPressed.connect(self._on_enter)
        self.table.entered_cell.connect(lambda _index: self._on_accept())
        self.table.doubleClicked.connect(lambda _index: self._on_accept())
        self.finished.connect(self._on_end)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.rows.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _read(self) -> None:
        office, search = self._office, self.search.text()
        self._runner.ask(
            "guarantor_search", lambda: patron_listing.list_patrons(office, search=search, page_size=_SHOWN + 1), self._show,
            lambda fault: self._found.setText(str(fault)),
        )  # fmt: skip

    def _show(self, page: PatronsPage) -> None:
        if self._gone:
            return
        self.rows.show_records([line for line in page.rows if line.id != self._patron.id][:_SHOWN])
        more = " The first twenty are shown." if page.total > _SHOWN else ""
        self._found.setText(f"{messages.count(page.total, 'patron')} found.{more}" if page.total else "Nobody is found.")
        if self.rows.rowCount():
            self.table.setCurrentIndex(self.rows.index(0, 0))
        self._accept.setEnabled(self.rows.rowCount() > 0)

    @Slot()
    def _on_enter(self) -> None:
        """A scanner ends with Enter: what it found alone is taken, among several one chooses."""
        if self.rows.rowCount() == 1 and not self._wait.isActive():
            self._on_accept()
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        index: QModelIndex = self.table.currentIndex()
        line = self.rows.record(index.row()) if index.isValid() else None
        if isinstance(line, PatronLine):
            self.accept()
            self.chosen.emit(Related(line.id, line.name))

    @Slot()
    def _on_end(self) -> None:
        self._gone = True
        self._runner.forget("guarantor_search")
