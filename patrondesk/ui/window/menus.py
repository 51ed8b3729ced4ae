"""The menu bar: every command with its key. What needs somebody at the desk, or another page, is off meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu

from patrondesk.records.staff import Permission
from patrondesk.ui.shell import commands
from patrondesk.ui.shell.commands import Command
from patrondesk.ui.shell.offers import missing_right
from patrondesk.ui.shell.place_list import PLACES, THERE
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.runner import Runner

if TYPE_CHECKING:
    from patrondesk.records.desk import BackupMade
    from patrondesk.ui.window.desk import Desk

_CHOICES: dict[str, tuple[str, tuple[tuple[object, str], ...]]] = {
    "theme": ("Appearance", (("system", "As the system"), ("light", "Light"), ("dark", "Dark"), ("contrast", "High contrast"))),
    "text_size": ("Text size", tuple((size, f"{size} %") for size in (100, 115, 130))),
    "density": ("Density", ((False, "Comfortable, two lines a row"), (True, "Compact, one line a row"))),
}
_PREFERRED = {"theme": "theme", "text_size": "text_size", "density": "compact"}
_RIGHTS = {
    "backup": (Permission.PURGE, "make backups"), "audit": (Permission.REPORTS, "read the audit log"),
    "staff": (Permission.MANAGE_STAFF, "manage staff"), "import": (Permission.IMPORT, "import files"),
    "leavers": (Permission.IMPORT, "import files"), "deactivate": (Permission.ACTIVATE, "deactivate patrons"),
    "plans": (Permission.PURGE, "work with plans of purges"),
}  # fmt: skip
"""What a command asks, where the person has to have it before it leads anywhere."""
_ALONE = frozenset({"menu_account", "menu_lock", "menu_next_region", "menu_previous_region"})
"""What there is for somebody who has My account only."""
_NAMES: dict[object, str] = {False: "comfortable", True: "compact"}


@dataclass(frozen=True, slots=True)
class Ways:
    """What the menus ask of the window itself."""

    open_other: Callable[[], object]
    lock: Callable[[], object]
    set_theme: Callable[[str], object]
    set_text_size: Callable[[int], object]
    set_compact: Callable[[bool], object]


class Menus:
    """Built once. `show_desk` opens what needs a desk; the commands of the page on show take the place of their stand-ins."""

    def __init__(self, window: QMainWindow, prefs: Prefs, runner: Runner, ways: Ways) -> None:
        self._window, self._prefs, self._runner, self._ways = window, prefs, runner, ways
        self._desk: Desk | None = None
        self._needs_desk: list[QAction] = []
        self._stand_ins: dict[str, tuple[QMenu, QAction]] = {}
        self._lent: list[tuple[QMenu, QAction]] = []
        self._looks: dict[tuple[str, object], QAction] = {}
        self._does: dict[str, Callable[[], object]] = {
            "open": ways.open_other, "quit": window.close, "keys": self.show_keys, "about": self._on_about,
            "backup": self._on_backup, "backups": lambda: self._go("backups"), "audit": lambda: self._go("audit"),
            "staff": lambda: self._go("staff"), "account": lambda: self._go("account"),
            "lock": ways.lock, "find": lambda: self._go("patrons"),
            "import": self._on_import, "leavers": self._on_leavers, "deactivate": self._on_deactivate,
            "requests": self._on_requests, "cohorts": self._on_cohorts,
            "plans": lambda: self._go("plans"), "past_purges": lambda: self._go("batches"), "next_region": lambda: self._visit(1),
            "previous_region": lambda: self._visit(-1),
        }  # fmt: skip
        bar = window.menuBar()
        bar.setNativeMenuBar(False)
        # Menus are held, since a menu that only Qt holds may be let go of by Python.
        self._menus: list[QMenu] = []
        for menu in commands.MENUS:
            self._fill(self._hold(bar.addMenu(menu.title)), menu.words)
        for keys in commands.named("menus").keys:
            QShortcut(QKeySequence(keys), window).activated.connect(self._open_first)
        self.show_desk(None)

    # ------------------------------------------------------------------ building

    def _hold(self, menu: QMenu) -> QMenu:
        menu.setToolTipsVisible(True)
        self._menus.append(menu)
        return menu

    def _fill(self, menu: QMenu, words: tuple[str, ...]) -> None:
        for word in words:
            if not word:
                menu.addSeparator()
            elif word == ">places":
                self._places(self._hold(menu.addMenu("Go to")))
            elif word.startswith(">"):
                self._choice(self._hold(menu.addMenu(_CHOICES[word[1:]][0])), word[1:])
            else:
                self._add(menu, commands.named(word))
        menu.aboutToShow.connect(self._tick_looks)

    def _add(self, menu: QMenu, command: Command) -> None:
        action = menu.addAction(command.words)
        action.setObjectName(f"menu_{command.word}")
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        does = self._does.get(command.word)
        if does is None:
            action.setEnabled(False)
            self._stand_ins[command.word] = (menu, action)
            return
        action.triggered.connect(lambda: does())
        if command in commands.AT_THE_DESK:
            self._needs_desk.append(action)

    def _places(self, menu: QMenu) -> None:
        """The pages in the sidebar's order, those that are there."""
        for number, place in enumerate([place for place in PLACES if place.word in THERE], start=1):
            action = menu.addAction(place.title)
            action.setObjectName(f"menu_go_{place.word}")
            action.setShortcut(QKeySequence(commands.place_keys(number)))
            action.triggered.connect(lambda _checked=False, word=place.word: self._go(word))
            self._needs_desk.append(action)

    def _choice(self, menu: QMenu, what: str) -> None:
        group = QActionGroup(menu)
        ways: dict[str, Callable[..., object]] = {
            "theme": self._ways.set_theme, "text_size": self._ways.set_text_size, "density": self._ways.set_compact,
        }  # fmt: skip
        sets = ways[what]
        for value, words in _CHOICES[what][1]:
            action = menu.addAction(words)
            action.setObjectName(f"menu_{what.removesuffix('_size')}_{_NAMES[value] if what == 'density' else value}")
            action.setCheckable(True)
            action.triggered.connect(partial(self._set, sets, value))
            group.addAction(action)
            self._looks[what, value] = action
        self._tick_looks()

    def _set(self, sets: Callable[..., object], value: object, _checked: bool = False) -> None:
        sets(value)

    def _tick_looks(self) -> None:
        """What was chosen in the settings, or at the gate, is ticked here too."""
        for what, value in self._looks:
            if getattr(self._prefs, _PREFERRED[what]) == value:
                self._looks[what, value].setChecked(True)

    # ------------------------------------------------------------------ who is there, and what is on show

    def show_desk(self, desk: Desk | None) -> None:
        """Somebody is at the desk, or nobody. Who has My account only has no command that leads elsewhere."""
        self._take_back()
        if self._desk is not None:
            self._desk.page_shown.disconnect(self.show_page)
        self._desk = desk
        alone = desk is not None and desk.alone
        for action in self._needs_desk:
            leads = action.objectName() not in _ALONE
            why = self._why_not(action.objectName().removeprefix("menu_"))
            action.setEnabled(desk is not None and not (alone and leads) and not why)
            action.setVisible(not (alone and leads))
            action.setToolTip(why or action.text().replace("&", ""))
        if desk is not None:
            desk.page_shown.connect(self.show_page)
            self.show_page()

    def _why_not(self, word: str) -> str:
        """The right that whoever is at the desk lacks for a command; empty where nothing is lacking."""
        if self._desk is None or word not in _RIGHTS:
            return ""
        return missing_right(self._desk.office.actor, *_RIGHTS[word])

    def show_page(self) -> None:
        """Puts the commands of the page on show into the menus."""
        self._take_back()
        page = self._desk.page if self._desk is not None else None
        for word, action in (page.commands if page is not None else {}).items():
            menu, stand_in = self._stand_ins[word]
            menu.insertAction(stand_in, action)
            stand_in.setVisible(False)
            self._lent.append((menu, action))

    def _take_back(self) -> None:
        for menu, action in self._lent:
            menu.removeAction(action)
        self._lent = []
        for _, stand_in in self._stand_ins.values():
            stand_in.setVisible(True)

    def _open_first(self) -> None:
        bar = self._window.menuBar()
        bar.setActiveAction(bar.actions()[0])

    def _visit(self, by: int) -> None:
        from patrondesk.ui.shell import regions

        if self._desk is not None:
            regions.visit(self._desk.regions(), by)

    def show_keys(self) -> None:
        """Opens the page of keys for the page on show."""
        from patrondesk.ui.shell.purposes import purpose
        from patrondesk.ui.window import keys_dialog

        desk = self._desk
        place, page = (desk.place, desk.page) if desk is not None else ("", None)
        every = (*commands.AT_THE_DESK, *commands.ALWAYS) if desk is not None else commands.ALWAYS
        keys_dialog.opened(self._window, purpose(place), page.commands if page is not None else {}, every, desk is not None)

    # ------------------------------------------------------------------ what the commands do

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

    def _on_cohorts(self) -> None:
        from patrondesk.ui.screens.patrons.list_page import PatronsPage

        if self._desk is not None:
            self._desk.go("patrons")
            page = self._desk.page
            assert isinstance(page, PatronsPage)
            page.ask_for_cohorts()

    def _on_requests(self) -> None:
        if self._desk is not None:
            self._desk.show_requests()

    def _on_backup(self) -> None:
        desk = self._desk
        if desk is None:
            return
        office = desk.office

        def work() -> BackupMade:
            from patrondesk.services import backup

            return backup.make_backup(office)

        def done(made: BackupMade) -> None:
            from patrondesk.ui.window import telling

            desk.changes.tell("backups")
            telling.backed_up(self._window, made).open()

        def failed(fault: Exception) -> None:
            from patrondesk.ui.shell import errors

            errors.as_dialog(self._window, fault).open()

        self._runner.do(work, done, failed)

    def _on_about(self) -> None:
        from patrondesk.ui.window import telling

        telling.about(self._window).open()
