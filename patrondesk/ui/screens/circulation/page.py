"""The Circulation page: one field that always has the focus, the patron at the desk, and what was done in this visit.

Scans wait for each other: a scanner is faster than a disk, and the second item belongs to the patron of the first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from patrondesk.errors import DeskError, NotFound
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.office import Office
from patrondesk.ui.screens.circulation import acts, words
from patrondesk.ui.screens.circulation.acts import Entry, Outcome
from patrondesk.ui.screens.circulation.choosing import ChooseDialog, ChooseItemDialog
from patrondesk.ui.screens.circulation.day_link import DayLink
from patrondesk.ui.screens.circulation.items_here import ItemsHere
from patrondesk.ui.screens.circulation.layout import Layout
from patrondesk.ui.screens.circulation.modes import BY_KEY, Mode
from patrondesk.ui.screens.circulation.reading import Visit, read_visit
from patrondesk.ui.screens.circulation.settling_here import SettlingHere
from patrondesk.ui.shell import banner, buttons, errors, focus, text
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_TOUCHED = ("patrons", "loans", "items", "fines", "reservations")
_Prepared = Callable[[], Callable[[], Outcome]]
"""Made when a scan is typed, called when its turn comes; what it gives runs off the window's thread."""


class CirculationPage(Page):
    """`patron_asked` leads to the details. The page reads nothing before it is shown."""

    patron_asked = Signal(object, object)
    """A PatronId, and a tuple of it alone."""

    def __init__(self, office: Office, runner: Runner, changes: Changes | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("circulation_page")
        self._office, self._runner, self._changes = office, runner, changes
        self._key = f"circulation_page_{id(self)}"
        self._may_not = missing_right(office.actor, Permission.CIRCULATION, "work at the circulation desk")
        self._may_not_waive = missing_right(office.actor, Permission.WAIVE_FINES, "waive fines")
        self.mode = Mode.LEND
        self.visit: Visit | None = None
        self._entries: list[Entry] = []
        self._queue: deque[_Prepared] = deque()
        self._under_way = False
        self._notice: banner.Banner | None = None
        self._stale = True
        self._settling = SettlingHere(self, office, runner)
        self._items = ItemsHere(self, office, runner)
        self._day = DayLink(self, office, runner)
        self._parts = parts = Layout(self, self._day)
        self.head, self.field, self.modes, self.card, self.log = parts.head, parts.field, parts.modes, parts.card, parts.log
        self._connect()
        self._show_entries()
        self._say()

    @property
    def item_button(self) -> buttons.Button:
        """Adds an item by hand."""
        return self._parts.item_button

    @property
    def day_button(self) -> DayLink:
        """What was taken today."""
        return self._day

    @property
    def busy(self) -> bool:
        """Whether a scan is under way or waits."""
        return self._under_way or bool(self._queue)

    @property
    def notice(self) -> str:
        """What is told above the list; empty when nothing is."""
        return self._notice.accessibleName() if self._notice is not None else ""

    def _connect(self) -> None:
        parts, card, settling = self._parts, self.card, self._settling
        self.field.scanned.connect(self.scan)
        self.field.left.connect(self.end_visit)
        self.field.undo_asked.connect(self.take_back)
        self.modes.chosen.connect(self.choose)
        parts.undo_button.clicked.connect(self.take_back)
        self.log.entered_cell.connect(self._on_entered)
        parts.item_button.clicked.connect(lambda: self._items.ask())
        card.payment_asked.connect(lambda: self._with_visit(settling.ask_payment))
        card.waive_asked.connect(lambda: self._with_visit(settling.ask_waiver))
        card.pay_back_asked.connect(lambda: self._with_visit(settling.ask_pay_back))
        card.fines_asked.connect(lambda: self._with_visit(settling.ask_about_fines))
        card.cancelling_asked.connect(lambda: self._with_visit(settling.ask_cancelling))
        card.details_asked.connect(lambda: self._with_visit(lambda v: self.patron_asked.emit(v.patron.id, (v.patron.id,))))
        card.leave_asked.connect(self.end_visit)
        settling.done.connect(self._on_settled)
        self._items.written.connect(self._on_item)
        for teller in (settling, self._items, self._day):
            teller.failed.connect(self._on_fault)
        for closing in (self._items, self._day):
            closing.closed.connect(self.focus_field)
        if self._changes is not None:
            self._changes.changed.connect(self._on_changed)
        for control in parts.beside_the_field:
            control.installEventFilter(self)
        for control in (self.field, parts.item_button, *self.modes.buttons.values()):
            offer(control, self._may_not, control.toolTip())
        self.offer_commands({
            "search": self.focus_field, "read": self.read, "own_window": self.ask_for_window, "add_item": self._items.ask,
        })  # fmt: skip
        self.commands["add_item"].setEnabled(not self._may_not)

    # -- what the window asks

    def regions(self) -> Sequence[Region]:
        return self._parts.regions

    def patron_here(self) -> PatronId | None:
        return self.visit.patron.id if self.visit is not None else None

    def patrons_here(self) -> tuple[PatronId, ...]:
        return (self.visit.patron.id,) if self.visit is not None else ()

    def focus_field(self) -> None:
        """Puts the cursor where scans go."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def read(self) -> None:
        """Reads the patron at the desk and the day's money again."""
        self._stale = False
        if not self._may_not:
            self._day.read()
        if self.visit is not None:
            office, key = self._office, self.visit.patron.id
            self._runner.ask(self._key, lambda: read_visit(office, key), self._on_read, self._on_gone)

    # -- scanning

    @Slot(str)
    def scan(self, word: str) -> None:
        """Does one scan, after those before it."""
        office = self._office

        def prepared() -> Callable[[], Outcome]:
            # Who is at the desk is asked when its turn comes: the scan before it may have changed that.
            mode, here = self.mode, self.patron_here()
            return lambda: acts.scan(office, word, mode, here)

        self._enqueue(prepared)

    def _enqueue(self, prepared: _Prepared) -> None:
        self._queue.append(prepared)
        self._next()

    def _next(self) -> None:
        if not self._under_way and self._queue:
            self._under_way = True
            self._runner.do(self._queue.popleft()(), self._on_outcome, self._on_scan_failed)

    def _on_outcome(self, outcome: Outcome) -> None:
        self._under_way = False
        if outcome.people is not None or outcome.items is not None:
            self._queue.clear()
            self._choose_among(outcome)
            return
        if outcome.visit is not None and outcome.arrived:
            self._arrive(outcome.visit, outcome.old_card)
        elif outcome.visit is not None:
            self._show_visit(outcome.visit)
        if outcome.entry is not None:
            self._add(outcome.entry)
        if outcome.refusal is not None:
            self._put(banner.Banner("look", outcome.refusal.text, outcome.refusal.next_step))
        elif outcome.entry is not None:
            self._tell(outcome.entry)
        if outcome.changed:
            self._told_others(*_TOUCHED)
        self._say()
        self._next()

    def _on_scan_failed(self, fault: Exception) -> None:
        self._under_way = False
        self._queue.clear()
        self._on_fault(fault)

    def _arrive(self, visit: Visit, old_card: bool) -> None:
        if self.patron_here() != visit.patron.id:
            self._entries.clear()
            self._show_entries()
        self._show_visit(visit)
        self._forget_notice()
        if old_card:
            now = f"The card is {visit.patron.barcode} now." if visit.patron.barcode else "There is no other card."
            self._put(banner.Banner("look", "This is an old card.", now))

    def _choose_among(self, outcome: Outcome) -> None:
        office = self._office
        dialog: ChooseDialog | ChooseItemDialog
        if outcome.people is not None:
            dialog = ChooseDialog(self, outcome.people)
            dialog.chosen.connect(lambda key: self._enqueue(lambda: lambda: acts.arrive(office, key)))
        else:
            assert outcome.items is not None
            dialog = ChooseItemDialog(self, outcome.items)
            dialog.chosen.connect(self.scan)
        dialog.finished.connect(self.focus_field)
        dialog.open()

    @Slot(object)
    def choose(self, mode: Mode) -> None:
        """Says what a scanned item means from now on."""
        self.mode = mode
        self.modes.show_mode(mode)
        self._say()
        self.focus_field()

    @Slot()
    def end_visit(self) -> None:
        """The patron leaves: the desk is as at the start, and says what was done."""
        visit, self.visit = self.visit, None
        told = words.ended(text.isolated(visit.patron.name), self._entries) if visit is not None else ""
        self._queue.clear()
        self._entries.clear()
        self.card.show_nobody()
        self._show_entries()
        self._forget_notice()
        if told:
            self._put(banner.Banner("info", told))
        self.choose(Mode.LEND)

    @Slot()
    def take_back(self) -> None:
        """Takes the last check-out or return of this visit back."""
        last = self._last
        if last is None or self._under_way:
            return
        office, here = self._office, self.patron_here()

        def on_done(outcome: Outcome) -> None:
            taken = outcome.entry
            if taken is not None:
                self._entries = [taken if entry is last else entry for entry in self._entries]
                self._show_entries()
            self._on_outcome(replace(outcome, entry=None))
            if taken is not None:
                self._tell(taken)

        self._under_way = True
        self._runner.do(lambda: acts.take_back(office, last, here), on_done, self._on_scan_failed)
        self.focus_field()

    @property
    def _last(self) -> Entry | None:
        """What would be taken back: the newest thing that was done, if it is a check-out or a return."""
        done = next((entry for entry in self._entries if entry.kind not in ("refused", "taken_back")), None)
        return done if done is not None and done.undo is not None else None

    # -- showing

    def _add(self, entry: Entry) -> None:
        self._entries.insert(0, entry)
        self._show_entries()

    def _show_entries(self) -> None:
        self._parts.show_entries(self._entries, self._last)

    def _on_read(self, visit: Visit) -> None:
        """What was read again counts only for who is at the desk still."""
        if self.patron_here() == visit.patron.id:
            self._show_visit(visit)

    def _show_visit(self, visit: Visit) -> None:
        self.visit = visit
        self.card.show_visit(visit, self._may_not_waive)

    def _say(self) -> None:
        name = text.isolated(self.visit.patron.name) if self.visit is not None else ""
        self.head.say(self._may_not or words.standing(name, self.mode))

    def _tell(self, entry: Entry) -> None:
        self._put(banner.Banner("look" if entry.look else "done", words.done(entry), entry.told))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A page that is being shown takes no focus before the next turn of the event loop.
        QTimer.singleShot(0, self, self._take_focus)
        if self._stale:
            self.read()

    def _take_focus(self) -> None:
        if self.isVisible():
            self.focus_field()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._parts.measure(self.window().width())

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in BY_KEY and not self._may_not:
            self.choose(BY_KEY[key])
        elif key == Qt.Key.Key_F9:
            self._with_visit(self._settling.ask_payment)
        elif key == Qt.Key.Key_Escape:
            self.end_visit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A scanner types into whatever has the focus: a letter or digit on a button belongs to the field.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.field.isEnabled():
            typed = event.text()
            plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if plain and typed and typed.isprintable() and not typed.isspace():
                self.focus_field()
                self.field.insert(typed)
                return True
        return super().eventFilter(watched, event)

    # -- what was done beside scans

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        barcode = self.log.rows.record(index.row()).barcode
        if barcode and not self._may_not:
            self._items.ask_about(barcode)
        elif self.visit is not None:
            self.patron_asked.emit(self.visit.patron.id, self.patrons_here())

    def _with_visit(self, call: Callable[[Visit], object]) -> None:
        if self.visit is not None:
            call(self.visit)

    @Slot(object, str, object, object)
    def _on_settled(self, entry: Entry, said: str, visit: Visit, what: tuple[str, ...]) -> None:
        if self.patron_here() == visit.patron.id:
            self._show_visit(visit)
            self._add(entry)
        self._put(banner.Banner("done", said))
        self._told_others(*what)
        self._say()
        self._day.read()
        self.focus_field()

    @Slot(object)
    def _on_item(self, notice: banner.Banner) -> None:
        self._put(notice)
        self._told_others("items")

    def _told_others(self, *what: str) -> None:
        if self._changes is not None:
            self._changes.tell(*what, initiator=self)

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change.initiator is not self and change.touches(*_TOUCHED, "settings"):
            self._stale = True
            if self.isVisible():
                self.read()

    def _on_gone(self, fault: Exception) -> None:
        if isinstance(fault, NotFound):
            self.end_visit()
            why = "Somebody has purged or deleted the record meanwhile."
            self._put(banner.Banner("look", "This patron is not there any more.", why))
            return
        self._on_fault(fault)

    def _on_fault(self, fault: Exception) -> None:
        if isinstance(fault, DeskError):
            self._put(banner.Banner("look", fault.text, fault.next_step))
        else:
            self._put(errors.as_banner(fault))

    def _put(self, notice: banner.Banner) -> None:
        self._forget_notice()
        self._notice = notice
        self._parts.notices.addWidget(notice)
        focus.after(self.modes.buttons[Mode.RESERVE], notice, notice.close_button)
        notice.closed.connect(self.focus_field)

    def _forget_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
