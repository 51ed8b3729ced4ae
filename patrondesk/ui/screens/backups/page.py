"""The Backups page: what there is, one opened to look somebody up, and a restore."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.backups import BackupLine, BroughtBack, Loss, Restored, SeenPatron
from patrondesk.records.desk import BackupMade
from patrondesk.services.looking_back import OpenBackup
from patrondesk.services.office import Office
from patrondesk.ui.screens.backups import asking, words
from patrondesk.ui.screens.backups.desk import Desk
from patrondesk.ui.screens.backups.opened import OpenedView
from patrondesk.ui.shell import (
    banner,
    buttons,
    cards,
    dialogs,
    empty,
    errors,
    fitting,
    focus,
    fonts,
    printing,
    tables,
    text,
    theme,
)
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_LIST, _ONE, _EMPTY = 0, 1, 2
_TITLE = "Backups"
_CHANGED = ("patrons", "loans", "fines", "reservations", "batches")
_COLUMNS: tuple[Column[BackupLine], ...] = (
    Column("When", words.when, 158, link=True),
    Column("Why", words.why, second=lambda line: Path(line.path).name, tip=words.place_told),
    Column("Size", words.size, 96, align=RIGHT),
    Column("Patrons", lambda line: f"{line.patrons:,}", 86, align=RIGHT),
    Column("Still holds", words.holds, 158, second=words.until, spoken=words.holding, tip=words.holding),
    Column("File", lambda line: said.text if (said := words.place(line)) else "", 122, chip=words.place, tip=words.place_told),
)


class BackupsPage(Page):
    """Call `refresh()` when it is shown; `open_file(path)` opens one."""

    back_asked = Signal()
    restored = Signal(object)
    """A Restored: the library is another one now, and whoever is at the desk has to sign in to it."""

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("backups_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._office, self._changes = office, changes
        self._desk = Desk(office, runner)
        self._lines: list[BackupLine] = []
        self._told: banner.Banner | None = None
        self._wait: asking.Wait | None = None
        self._build()
        self._connect()
        self._show(_LIST)

    def _build(self) -> None:
        self._head = cards.PageHead(_TITLE)
        self.make = buttons.button("Make a backup now", icon="backup", name="backup_make")
        self.choose = buttons.button("Open a file...", icon="import", name="backup_choose")
        self.back = buttons.button("Back", icon="back", name="backups_back")
        for button in (self.make, self.choose, self.back):
            self._head.at_right.addWidget(button)
        self.table, self.rows = tables.table(_TITLE, _COLUMNS, "backups_table")
        fitting.fit(self.table, _COLUMNS, least={1: 140}, steps=((), (2,), (2, 3)))
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.addWidget(self.table)
        self._bar = QWidget()
        self.open = buttons.button("Open read-only...", icon="preview", name="backup_open")
        self.restore = buttons.button("Restore...", "tinted", "undo", "backup_restore")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.open)
        row.addWidget(text.Elided("Enter opens the backup of the row.", fonts.LABEL, fonts.REGULAR, "text2"), 1)
        row.addWidget(self.restore)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(card, 1)
        column.addWidget(self._bar)
        self.one = OpenedView(self._desk)
        server = self._desk.folder is None
        nothing = empty.Empty(
            "The district's backups apply" if server else "No backup yet",
            "The library lives on a server. Ask who manages it when somebody has to be looked up in a backup."
            if server
            else "One is made each day, before each purge, and whenever you ask for it.",
            sign="backup",
        )  # fmt: skip
        self._stack = QStackedWidget()
        for widget in (listed, self.one, nothing):
            self._stack.addWidget(widget)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(10)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._stack, 1)

    def _connect(self) -> None:
        one = self.one
        self.back.clicked.connect(self._on_back)
        self.make.clicked.connect(self._on_make)
        self.choose.clicked.connect(lambda: asking.ask_for_file(self, self._desk.folder, self.open_file))
        self.table.entered_cell.connect(self._on_entered)
        self.table.selectionModel().selectionChanged.connect(self._show_actions)
        self.open.clicked.connect(self._on_open)
        self.restore.clicked.connect(self._on_restore)
        one.failed.connect(self._on_failed)
        one.person_shown.connect(self._name_place)
        one.restore_asked.connect(self._on_restore)
        one.return_asked.connect(self._on_return)
        self._changes.changed.connect(self._on_change)
        held = one.held
        self.destroyed.connect(lambda: held.close())  # when somebody else comes after a lock too
        self.offer_commands({
            "back": self._on_back, "read": self.refresh, "print": self.print_page, "search": self._on_search,
        })  # fmt: skip

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Reads the list again, and what is open."""
        self._desk.list(self._on_list, self._on_failed)
        self.one.read()

    def open_file(self, file: Path) -> None:
        """Opens a backup read-only."""
        self._desk.open(file, self._on_opened, self._on_failed)

    def show_list(self) -> None:
        """Back to all of them; what is open is closed."""
        self.one.leave()
        self._show(_LIST if self._lines else _EMPTY)
        if self.isVisible() and self._lines:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, which: int) -> None:
        self._stack.setCurrentIndex(which)
        opened = which == _ONE
        self.make.setVisible(not opened)
        self.choose.setVisible(not opened and self._desk.folder is not None)
        self.commands["search"].setEnabled(opened)
        self._name_place()
        self._show_actions()

    def _name_place(self) -> None:
        opened, seen = self.one.opened, self.one.seen
        if opened is None or self._stack.currentIndex() != _ONE:
            self._head.rename(_TITLE)
            self._head.say(words.heading(self._lines, self._desk.folder))
            self._name_back("Back", "Back")
        elif seen is None:
            self._head.rename(f"Backup of {words.moment(opened.shown.made_at)}")
            self._head.say(f"{opened.shown.library}, {messages.count(opened.shown.patrons, 'patron')} then.")
            self._name_back("All backups", "Back to all backups")
        else:
            self._head.rename(seen.details.name)
            self._head.say(f"As in the backup of {words.moment(opened.shown.made_at)}.")
            self._name_back("All patrons", "Back to all patrons of the backup")

    def _name_back(self, said: str, spoken: str) -> None:
        self.back.setText(said)
        self.back.setAccessibleName(spoken)

    def _show_actions(self) -> None:
        line = self._current()
        away = "" if line is not None and line.there else "The file is not there" if line is not None else "No backup is chosen"
        offer(self.open, away, "Look somebody up in it; nothing is changed")
        offer(self.restore, self._desk.why_not_restore or away, "Put it in the place of the library")
        offer(self.make, self._desk.why_not_make)

    def _current(self) -> BackupLine | None:
        row = self.table.currentIndex().row()
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def _on_list(self, found: list[BackupLine]) -> None:
        here = self._current()
        self._lines = found
        self.rows.show_records(found)
        if found:
            places = [number for number, line in enumerate(found) if here is not None and line.id == here.id]
            self.table.setCurrentIndex(self.rows.index(places[0] if places else 0, 0))
        if self.one.opened is None:
            self._show(_LIST if found else _EMPTY)

    def _on_opened(self, opened: OpenBackup) -> None:
        self._tell(None)
        self.one.show_backup(opened)
        self._show(_ONE)
        self.one.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, fault: Exception) -> None:
        self._tell(errors.as_banner(fault))

    def _on_change(self, change: Change) -> None:
        if change.initiator is not self and self.isVisible() and change.touches("backups", "batches"):
            self.refresh()

    # ------------------------------------------------------------------ doing

    def _on_entered(self, index: QModelIndex) -> None:
        line = self.rows.record(index.row())
        if line.there:
            self.open_file(Path(line.path))

    @Slot()
    def _on_open(self) -> None:
        line = self._current()
        if line is not None:
            self.open_file(Path(line.path))

    @Slot()
    def _on_make(self) -> None:
        offer(self.make, "A backup is being made")
        self._desk.make(self._on_made, self._on_not_made)

    def _on_made(self, made: BackupMade) -> None:
        self._show_actions()
        said = f"{messages.count(made.patrons, 'patron')}, {made.size / 1_000_000:,.1f} MB: {made.path}"
        self._tell(banner.Banner("done", "The library is backed up and checked.", said))
        self._changes.tell("backups", initiator=self)
        self.refresh()

    def _on_not_made(self, fault: Exception) -> None:
        self._show_actions()
        self._on_failed(fault)

    @Slot()
    def _on_restore(self) -> None:
        opened, line = self.one.opened, self._current()
        path = opened.shown.path if opened is not None else line.path if line is not None else None
        if path is not None:
            self._desk.loss(Path(path), lambda loss: self._ask_restore(Path(path), loss), self._on_failed)

    def _ask_restore(self, file: Path, loss: Loss) -> None:
        asked = asking.restore_question(self, loss)
        asked.accepted.connect(lambda: self._restore(file))
        asked.open()

    def _restore(self, file: Path) -> None:
        self.one.leave()
        self._show(_LIST)
        self._wait = asking.Wait(self)
        self._wait.open()
        self._desk.restore(file, self._on_restored, self._on_not_restored)

    def _on_restored(self, done: Restored) -> None:
        self._end_wait()
        self.restored.emit(done)

    def _on_not_restored(self, fault: Exception) -> None:
        self._end_wait()
        self._on_failed(fault)
        self.refresh()

    def _end_wait(self) -> None:
        if self._wait is not None:
            self._wait.end()
            self._wait = None

    def _on_return(self, seen: SeenPatron) -> None:
        asked = dialogs.ask(
            self, "Bring a patron back", words.return_question(seen.details.name), words.RETURN_EXPLAINED, "Bring back",
            name="return_dialog",
        )  # fmt: skip
        asked.accepted.connect(lambda: self._bring_back(seen))
        asked.open()

    def _bring_back(self, seen: SeenPatron) -> None:
        if self.one.opened is not None:
            self._desk.bring_back(self.one.opened, seen.details.id, self._on_returned, self._on_failed)

    def _on_returned(self, done: BroughtBack) -> None:
        self._tell(banner.Banner("look" if done.clashes else "done", *words.brought_back(done)))
        self._changes.tell(*_CHANGED, initiator=self)
        self.one.read()

    # ------------------------------------------------------------------ as every page

    @Slot()
    def _on_back(self) -> None:
        if self.one.seen is not None:
            self._tell(None)
            self.one.show_people()
            self._name_place()
        elif self.one.opened is not None:
            self._tell(None)
            self.show_list()
        else:
            self.back_asked.emit()

    def _on_search(self) -> None:
        if self.one.opened is not None:
            self.one.focus_search()
            self._name_place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.one.opened is not None:
            self._on_back()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 14, side, 12)

    def regions(self) -> Sequence[Region]:
        head = Region(self._head, (self.make, self.back))
        if self.one.opened is not None:
            return (head, *self.one.regions())
        return (head, Region(self._stack, (self.table,)), Region(self._bar, (self.open, self.restore)))

    def printout(self) -> printing.Printout:
        sheets = self.one.sheets() if self.one.opened is not None else [printing.sheet(self.table)]
        return printing.printout(self._office, self._head.accessibleName(), self._head.accessibleDescription(), sheets)

    def _tell(self, told: banner.Banner | None) -> None:
        if self._told is not None:
            self._whole.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = told
        if told is not None:
            told.closed.connect(lambda: self._tell(None))
            self._whole.insertWidget(1, told)
            focus.after(self.back, told, told.close_button)
