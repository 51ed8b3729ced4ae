"""A backup that is open: its people searched and paged, and one of them shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from patrondesk.records.backups import SeenPatron
from patrondesk.records.patrons import PatronLine, PatronsPage
from patrondesk.services.looking_back import OpenBackup
from patrondesk.ui.screens.backups import words
from patrondesk.ui.screens.backups.desk import Desk, Seen
from patrondesk.ui.screens.backups.person import PersonView
from patrondesk.ui.shell import banner, buttons, cards, empty, fitting, forms, printing, tables, text
from patrondesk.ui.shell.columns import Column
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.pager import Pager
from patrondesk.ui.shell.regions import Region

_PEOPLE, _NOBODY = 0, 1
_SIZE = 50
_WAIT_MS = 350
_COLUMNS: tuple[Column[PatronLine], ...] = (
    Column("Name", lambda p: p.name, 0, link=True, tip=lambda p: p.name),
    Column("Barcode", lambda p: p.barcode or "", 130, second=lambda p: f"old card {p.old_card}" if p.old_card else ""),
    Column("Username", lambda p: p.username or "", 150),
    Column("Type", lambda p: p.patron_type[:1].upper() + p.patron_type[1:], 100),
    Column("Year level", lambda p: p.year_level or "", 100),
    Column("Homeroom", lambda p: p.homeroom or "", 100),
    Column("State", lambda p: "Enabled" if p.enabled else "Deactivated", 110),
)


class Held:
    """The backup that is open, if one is; it outlives the widgets, so that it is closed when they are gone."""

    def __init__(self) -> None:
        self.backup: OpenBackup | None = None

    def close(self) -> None:
        """Closes it."""
        backup, self.backup = self.backup, None
        if backup is not None:
            backup.close()


class OpenedView(QWidget):
    """Fill it with `show_backup`; `leave()` closes the backup. One person at a time is `seen`."""

    failed = Signal(object)
    person_shown = Signal()
    return_asked = Signal(object)
    """Carries the SeenPatron to be brought back."""
    restore_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.held = Held()
        self.seen: SeenPatron | None = None
        self._page, self._size = 1, _SIZE
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_WAIT_MS)
        self._build()
        self._connect()

    @property
    def opened(self) -> OpenBackup | None:
        """The backup that is open."""
        return self.held.backup

    def _build(self) -> None:
        self._band = banner.Banner("look", "", closable=False)
        self._band.setObjectName("backup_band")
        self.search = forms.SearchField("Search in the backup", "Name, barcode, username, class", "backup_search")
        self.search.setMaxLength(200)
        self.table, self.rows = tables.table("Patrons of the backup", _COLUMNS, "backup_people")
        fitting.fit(self.table, _COLUMNS, least={0: 180, 2: 110}, steps=((), (3,), (3, 6), (3, 5, 6)))
        self.pager = Pager("backup")
        self._nobody = empty.Empty("Nobody of that name", "Search with fewer letters.", sign="search", token="text2")
        self.person = PersonView()
        self.restore = buttons.button("Restore this backup...", "tinted", "undo", "backup_restore_opened")
        self.bring_back = buttons.button("Bring this patron back...", "main", "undo", "backup_bring_back")
        self._hint = text.Elided("Enter shows the patron of the row.", tone="text2")
        self._paper = QStackedWidget()
        self._paper.addWidget(self.table)
        self._paper.addWidget(self._nobody)
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.setSpacing(0)
        card.inside.addWidget(self._paper, 1)
        card.inside.addWidget(cards.rule())
        card.inside.addWidget(self.pager)
        people = QWidget()
        column = QVBoxLayout(people)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(card, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(people)
        self.stack.addWidget(self.person)
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._hint, 1)
        row.addWidget(self.restore)
        row.addWidget(self.bring_back)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(self._band)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.bar)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self._later.start())
        self.search.returnPressed.connect(self._on_search)
        self._later.timeout.connect(self._on_search)
        self.table.entered_cell.connect(self._on_entered)
        self.pager.page_asked.connect(self._on_page)
        self.pager.size_asked.connect(self._on_size)
        self.restore.clicked.connect(self.restore_asked)
        self.bring_back.clicked.connect(self._on_bring_back)

    # ------------------------------------------------------------------ filling

    def show_backup(self, opened: OpenBackup) -> None:
        """Shows another backup, from its first page; the former one is closed."""
        self.leave()
        self.held.backup = opened
        self._band.say(*words.band(opened.shown))
        offer(self.restore, self._desk.why_not_restore)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._page = 1
        self.show_people()
        self.read()

    def leave(self) -> None:
        """Closes the backup."""
        self._later.stop()
        self._desk.forget()
        self.held.close()
        self.seen = None

    def read(self) -> None:
        """Reads the page of people, or the person, again."""
        if self.opened is None:
            return
        if self.seen is not None:
            self._desk.look(self.opened, self.seen.details.id, self._on_seen, self.failed.emit)
            return
        self._desk.search(self.opened, self.search.text(), self._page, self._size, self._on_people, self.failed.emit)

    def show_people(self) -> None:
        """Back to all of them."""
        self.seen = None
        self.stack.setCurrentIndex(0)
        self._show_bar()
        if self.isVisible():
            (self.table if self.rows.rowCount() else self.search).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_bar(self) -> None:
        one = self.seen is not None
        self.bring_back.setVisible(one)
        self.restore.setVisible(not one)
        self._hint.setText("" if one else "Enter shows the patron of the row.")
        if self.seen is not None:
            offer(self.bring_back, self._desk.why_not_bring_back or words.why_no_return(self.seen.absence))

    def _on_people(self, page: PatronsPage) -> None:
        self.rows.show_records(page.rows)
        self.pager.show_page(page.page, page.page_size, len(page.rows), page.total)
        self._paper.setCurrentIndex(_PEOPLE if page.rows else _NOBODY)
        if page.rows:
            self.table.setCurrentIndex(self.rows.index(0, 0))

    def _on_seen(self, seen: Seen) -> None:
        self.seen = seen.patron
        self.person.show_person(seen)
        self.stack.setCurrentIndex(1)
        self._show_bar()
        self.person_shown.emit()

    # ------------------------------------------------------------------ doing

    def _on_search(self) -> None:
        self._later.stop()
        self._page = 1
        self.read()

    def _on_page(self, page: int) -> None:
        self._page = page
        self.read()

    def _on_size(self, size: int) -> None:
        self._page, self._size = 1, size
        self.read()

    def _on_entered(self, index: QModelIndex) -> None:
        if self.opened is not None:
            self._desk.look(self.opened, self.rows.record(index.row()).id, self._on_seen, self.failed.emit)

    def _on_bring_back(self) -> None:
        if self.seen is not None:
            self.return_asked.emit(self.seen)

    def focus_search(self) -> None:
        """Puts the cursor into the search."""
        if self.seen is not None:
            self.show_people()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def regions(self) -> Sequence[Region]:
        """The parts that F6 visits."""
        people = Region(self.stack, (*self.person.firsts, self.table, self.search))
        return (people, Region(self.pager, (self.pager.rows_box,)), Region(self.bar, (self.bring_back, self.restore)))

    def sheets(self) -> list[printing.Sheet]:
        """What is printed: the people on show, or the lists of the person."""
        if self.seen is None:
            return [printing.sheet(self.table)]
        lists = (self.person.loans, self.person.fines, self.person.reservations)
        return [printing.sheet(one.table, one.accessibleName()) for one in lists if one.rows.rowCount()]
