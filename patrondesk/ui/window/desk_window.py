"""The main window: before somebody signs in a gate, afterwards the sidebar and the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from patrondesk import messages
from patrondesk.clock import Clock
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.window.behind_lock import BehindLock
from patrondesk.ui.window.idle import Idle
from patrondesk.ui.window.menus import Menus, Ways

if TYPE_CHECKING:
    from patrondesk.records.backups import Restored
    from patrondesk.services.office import Office
    from patrondesk.ui.window.desk import Desk

RAIL_BELOW = 1200
_FRAME = 32  # a title bar


class DeskWindow(QMainWindow):
    """`show_gate(page)` before signing in, `enter(office)` after it, `leave()` to lock.

    Closing stops what can be stopped, waits for what runs, and remembers place and size on this computer.
    """

    locked = Signal()
    """The desk was left; whoever keeps the gate shows it again."""
    other_file_asked = Signal()
    by_itself_changed = Signal(bool)
    """Whether this computer is to sign in by itself to the library that is open."""
    painted = Signal()
    """The window is on the screen for the first time; what takes time can begin."""

    def __init__(self, prefs: Prefs, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("desk_window")
        self.prefs, self.clock = prefs, clock
        self.runner = Runner(self)
        self.runner.unhandled.connect(self._on_unhandled)
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.desk: Desk | None = None
        self._behind: BehindLock | None = None
        self.idle = Idle(self)
        self.idle.elapsed.connect(self._lock)
        self._coming: Desk | None = None
        ways = Ways(self.other_file_asked.emit, self.leave, self.set_theme, self.set_text_size, self.set_compact)
        self.menus = Menus(self, prefs, self.runner, ways)
        self.setMinimumSize(QSize(720, 420))
        room = self.screen().availableGeometry()
        self.resize(
            QSize(min(1366, room.width()), min(768, room.height() - _FRAME)) if room.width() >= 1024 else QSize(1366, 768)
        )
        saved = prefs.geometry()
        if saved is not None:
            self.restoreGeometry(saved)
            self.resize(self.size().boundedTo(room.size()))
        self._say_title("")
        self._painted = False
        self.painted.connect(self._wear_mark, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _wear_mark(self) -> None:
        from patrondesk.ui.shell import icons

        self.setWindowIcon(QIcon(icons.mark(64)))

    def show_gate(self, page: QWidget) -> None:
        """Shows a page before the desk: sign-in, first start, recovery. The former one is taken away."""
        self._forget_desk()
        self._show(page)
        self._say_title("")

    def enter(self, office: Office) -> Desk:
        """Somebody is signed in: builds the desk and shows it."""
        self._forget_behind()
        desk = self._build_desk(office)
        desk.go(desk.first)
        self._take(desk)
        return desk

    def enter_by_turns(self, office: Office) -> None:
        """The same in three turns of the window's thread, so that none holds it up for long. Another gate ends it.

        Whoever locked the desk and comes back finds it as it was.
        """
        if self._behind is not None and self._behind.is_of(office):
            self._come_back(office)
            return
        self._forget_behind()
        desk = self._build_desk(office)

        def go() -> None:
            desk.go(desk.first)
            QTimer.singleShot(0, desk, lambda: self._take(desk))

        QTimer.singleShot(0, desk, go)

    def _build_desk(self, office: Office) -> Desk:
        from patrondesk.ui.window import page_makers
        from patrondesk.ui.window.desk import Desk

        assert office.actor is not None
        self._coming = Desk(office, self.runner, self.prefs, self, page_makers.ALL)
        return self._coming

    def _take(self, desk: Desk) -> None:
        self._coming = None
        desk.sidebar.lock_asked.connect(self.leave)
        desk.lock_asked.connect(self.leave)
        desk.restored.connect(self._on_restored)
        desk.sidebar.library_chosen.connect(self._on_library)
        desk.by_itself_changed.connect(self.by_itself_changed)
        desk.idle_minutes_read.connect(lambda minutes: self.idle.start(minutes, lambda: desk.busy))
        self._seat(desk)

    def _seat(self, desk: Desk) -> None:
        self.desk = desk
        self._show(desk)
        self.menus.show_desk(desk)
        desk.set_narrow(self.width() < RAIL_BELOW)
        assert desk.office.actor is not None
        self._say_title(desk.office.actor.library_name)

    @Slot()
    def leave(self) -> None:
        """Locks: the desk is put away with everything it shows, for the same person to come back to."""
        if self.may_leave():
            self._lock()

    @Slot()
    def _lock(self) -> None:
        desk = self.desk
        if desk is None:
            return
        self.idle.stop()
        self._behind = BehindLock(self, desk)
        self.desk = None
        self.menus.show_desk(None)
        self._stack.removeWidget(desk)
        self._behind.put_away()
        self.locked.emit()

    @property
    def behind_lock(self) -> Office | None:
        """Whose desk is put away, None where none is."""
        return self._behind.desk.office if self._behind is not None else None

    def _come_back(self, office: Office) -> None:
        behind, self._behind = self._behind, None
        assert behind is not None
        office.database.close()  # the desk has its own
        self._seat(behind.desk)
        behind.bring_back()
        behind.desk.read_idle_minutes()

    def _forget_behind(self) -> None:
        behind, self._behind = self._behind, None
        if behind is not None:
            self.runner.forget_all()
            behind.forget()

    @Slot(str)
    def _on_library(self, short: str) -> None:
        """A district person goes to another library: the desk is built anew for it."""
        desk = self.desk
        if desk is None or not self.may_leave():
            return
        office = desk.office

        def work() -> Office:
            from patrondesk.services import libraries

            return libraries.switch_library(office, short)

        def done(there: Office) -> None:
            if self.desk is desk:
                self._forget_desk()
                self.enter_by_turns(there)

        self.runner.do(work, done)

    @Slot(object)
    def _on_restored(self, done: Restored) -> None:
        """Another file is the library now: whoever was at the desk signs in to it."""
        from patrondesk.ui.screens.backups import asking

        self._forget_desk()
        self.locked.emit()
        asking.restored(self, done).open()

    def may_leave(self) -> bool:
        """Whether the desk can be left now; when something runs, the page says so."""
        if self.desk is None:
            return True
        if self.desk.busy:
            self.desk.say_busy()
            return False
        return True

    def _forget_desk(self) -> None:
        """What is still being read for the desk finds nobody; its library is let go of. One behind the lock stays."""
        self.idle.stop()
        desk, coming, self.desk, self._coming = self.desk, self._coming, None, None
        self.menus.show_desk(None)
        if self._behind is None:
            self.runner.forget_all()
        if coming is not None:
            coming.deleteLater()
            coming.office.database.close()
        if desk is not None:
            desk.beside.close()
            desk.office.database.close()

    def _show(self, page: QWidget) -> None:
        former = self._stack.currentWidget()
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if former is not None and former is not page:
            self._stack.removeWidget(former)
            former.deleteLater()
        if self.desk is not page:
            self.desk = None

    def _say_title(self, library: str) -> None:
        words = [library, "PatronDesk"] if library else ["PatronDesk"]
        if self.clock.rehearsal is not None:
            words.append(f"Rehearsal, today is {messages.day(self.clock.rehearsal)}")
        self.setWindowTitle(" – ".join(words))

    def set_theme(self, name: str) -> None:
        """Light, dark, high contrast, or as the system; remembered on this computer."""
        self.prefs.theme = name
        self._apply_look()

    def set_text_size(self, per_cent: int) -> None:
        """100, 115 or 130 %; remembered on this computer."""
        self.prefs.text_size = per_cent
        self._apply_look()

    def set_compact(self, compact: bool) -> None:
        """One line a row, or two; remembered on this computer."""
        self.prefs.compact = compact
        theme.set_compact(compact)

    def _apply_look(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, self.prefs.theme, self.prefs.text_size)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.desk is not None:
            self.desk.set_narrow(event.size().width() < RAIL_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.prefs.set_geometry(self.saveGeometry())
        if not self.runner.close():
            event.ignore()
            return
        self.idle.stop()
        if self.desk is not None:
            self.desk.beside.close()
            self.desk.office.database.close()
        self._forget_behind()
        super().closeEvent(event)

    @Slot(object)
    def _on_unhandled(self, fault: Exception) -> None:
        from patrondesk.ui.shell import errors

        errors.as_dialog(self, fault).open()
