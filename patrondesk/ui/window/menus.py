"""The menu bar: every command with its key; what needs somebody at the desk is closed before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from patrondesk import __version__
from patrondesk.ui.shell import dialogs, errors, fonts, text
from patrondesk.ui.shell.buttons import button
from patrondesk.ui.shell.places import PLACES, THERE
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.runner import Runner

if TYPE_CHECKING:
    from patrondesk.records.desk import BackupMade
    from patrondesk.ui.window.desk import Desk

_THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"), ("contrast", "High contrast"))
_SIZES = (100, 115, 130)


@dataclass(frozen=True, slots=True)
class Ways:
    """What the menus ask of the window itself."""

    open_other: Callable[[], object]
    lock: Callable[[], object]
    set_theme: Callable[[str], object]
    set_text_size: Callable[[int], object]


class Menus:
    """Built once; `show_desk` opens what needs a desk, and fills the Purge menu with the page's own commands."""

    def __init__(self, window: QMainWindow, prefs: Prefs, runner: Runner, ways: Ways) -> None:
        self._window, self._prefs, self._runner, self._ways = window, prefs, runner, ways
        self._desk: Desk | None = None
        self._needs_desk: list[QAction] = []
        self._looks: dict[tuple[str, object], QAction] = {}
        bar = window.menuBar()
        bar.setNativeMenuBar(False)
        self._library(bar.addMenu("&Library"))
        self._patron(bar.addMenu("&Patron"))
        self._purge_menu = bar.addMenu("P&urge")
        self._view(bar.addMenu("&View"))
        self._help(bar.addMenu("&Help"))
        self._places()
        self.show_desk(None)

    def show_desk(self, desk: Desk | None) -> None:
        """Somebody is at the desk, or nobody."""
        self._desk = desk
        for action in self._needs_desk:
            action.setEnabled(desk is not None)
        self._purge_menu.clear()
        self._purge_menu.setEnabled(desk is not None)
        if desk is None:
            return
        commands = desk.purge_page.commands
        for name in ("preview", "purge", "undo"):
            self._purge_menu.addAction(commands[name])
        self._purge_menu.addSeparator()
        for name in ("tag_all", "untag_all", "why"):
            self._purge_menu.addAction(commands[name])
        self._purge_menu.addSeparator()
        for name in ("search", "reason", "previous", "next", "go_to", "read"):
            self._purge_menu.addAction(commands[name])
        self._purge_menu.addSeparator()
        past = self._purge_menu.addAction("Past purges...")
        past.setObjectName("menu_past_purges")
        past.triggered.connect(lambda: desk.go("batches"))

    def _add(self, menu: QMenu, words: str, name: str, does: Callable[[], object], keys: str = "", desk: bool = True) -> QAction:
        action = menu.addAction(words)
        action.setObjectName(f"menu_{name}")
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda: does())
        if desk:
            self._needs_desk.append(action)
        return action

    def _library(self, menu: QMenu) -> None:
        self._add(menu, "Open another library file...", "open", self._ways.open_other, "Ctrl+O", desk=False)
        self._add(menu, "Back up now", "backup", self._on_backup)
        menu.addSeparator()
        self._add(menu, "Lock", "lock", self._ways.lock, "Ctrl+L")
        self._add(menu, "Quit", "quit", self._window.close, "Ctrl+Q", desk=False)

    def _patron(self, menu: QMenu) -> None:
        self._add(menu, "Find a patron", "find", lambda: self._go("patrons"))
        self._add(menu, "Import a file...", "import", self._on_import, "Ctrl+Shift+I")
        menu.addSeparator()
        self._add(menu, "Deactivate from a file...", "leavers", self._on_leavers)
        self._add(menu, "Deactivate a selection...", "deactivate", self._on_deactivate)

    def _view(self, menu: QMenu) -> None:
        looks = menu.addMenu("Appearance")
        group = QActionGroup(menu)
        for name, words in _THEMES:
            action = self._add(looks, words, f"theme_{name}", partial(self._ways.set_theme, name), desk=False)
            action.setCheckable(True)
            action.setChecked(self._prefs.theme == name)
            group.addAction(action)
            self._looks["theme", name] = action
        sizes = menu.addMenu("Text size")
        size_group = QActionGroup(menu)
        for size in _SIZES:
            action = self._add(sizes, f"{size} %", f"text_{size}", partial(self._ways.set_text_size, size), desk=False)
            action.setCheckable(True)
            action.setChecked(self._prefs.text_size == size)
            size_group.addAction(action)
            self._looks["text_size", size] = action
        menu.aboutToShow.connect(self._tick_looks)

    def _tick_looks(self) -> None:
        """What was chosen in the settings, or at the gate, is ticked here too."""
        for what in ("theme", "text_size"):
            self._looks[what, getattr(self._prefs, what)].setChecked(True)

    def _help(self, menu: QMenu) -> None:
        self._add(menu, "About PatronDesk", "about", self._on_about, desk=False)

    def _places(self) -> None:
        """Ctrl+1 ... Ctrl+0: the pages in the sidebar's order, those that are there."""
        for number, place in enumerate([place for place in PLACES if place.word in THERE], start=1):
            action = QAction(place.title, self._window)
            action.setObjectName(f"menu_go_{place.word}")
            action.setShortcut(QKeySequence(f"Ctrl+{number % 10}"))
            action.triggered.connect(lambda _checked=False, word=place.word: self._go(word))
            self._window.addAction(action)
            self._needs_desk.append(action)

    def _go(self, word: str) -> None:
        if self._desk is not None:
            self._desk.go(word)

    def _on_import(self) -> None:
        if self._desk is not None:
            self._desk.import_patrons()

    def _on_leavers(self) -> None:
        if self._desk is not None:
            self._desk.import_leavers()

    def _on_deactivate(self) -> None:
        if self._desk is not None:
            self._desk.deactivate()

    def _on_backup(self) -> None:
        desk = self._desk
        if desk is None:
            return
        office = desk.office

        def work() -> BackupMade:
            from patrondesk.services import backup

            return backup.make_backup(office)

        def done(made: BackupMade) -> None:
            desk.changes.tell("backups")
            dialog = dialogs.Dialog(self._window, "Backup", dialogs.NARROW, "backup_dialog")
            dialog.question("The library is backed up and checked.")
            dialog.body.addWidget(text.Sentence(f"{made.patrons:,} patrons, {made.size / 2**20:,.1f} MB", fonts.TEXT))
            dialog.body.addWidget(text.Sentence(made.path, fonts.LABEL, "text2"))
            closing = dialog.add_decision(button("Close", "main", name="backup_close"))
            closing.clicked.connect(dialog.accept)
            dialog.open()

        self._runner.do(work, done, self._failed)

    def _failed(self, fault: Exception) -> None:
        errors.as_dialog(self._window, fault).open()

    def _on_about(self) -> None:
        dialog = dialogs.Dialog(self._window, "About PatronDesk", dialogs.NARROW, "about_dialog")
        dialog.question("PatronDesk")
        dialog.body.addWidget(text.Sentence(f"Version {__version__}", fonts.TEXT))
        dialog.body.addWidget(
            text.Sentence(
                "The desk at which a school library ends a patron's time with it: deactivate, reconcile, purge, keep the "
                "statistics, and undo.",
                fonts.TEXT,
            )
        )
        dialog.body.addWidget(
            text.Sentence(
                "Font: Inter (SIL OFL 1.1). Icons: Lucide (ISC). "
                "Made with Qt and PySide6 (LGPL 3), SQLAlchemy (MIT), openpyxl (MIT).",
                fonts.LABEL,
                "text2",
            )
        )
        closing = dialog.add_decision(button("Close", "main", name="about_close"))
        closing.clicked.connect(dialog.accept)
        dialog.open()
