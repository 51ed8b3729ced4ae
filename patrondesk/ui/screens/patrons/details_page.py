"""Everything about one patron, with a way back: sections at the left, what holds the patron at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from patrondesk.errors import NotFound
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.details_head import DetailsHead, WayBack
from patrondesk.ui.screens.patrons.doings import Doings
from patrondesk.ui.screens.patrons.facts import PersonalSection
from patrondesk.ui.screens.patrons.lists import FinesSection, HistorySection, LoansSection, ReservationsSection, WordsSection
from patrondesk.ui.screens.patrons.reading import DetailsView, read_details
from patrondesk.ui.screens.patrons.sections import SECTIONS, Sections
from patrondesk.ui.screens.patrons.side import WIDTH, Side
from patrondesk.ui.shell import banner, cards, empty, errors, focus, fonts, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_ONE_COLUMN_BELOW = 1320
_OWN_ACCOUNT = "You cannot deactivate your own account. Another administrator can."


class _Pile(QWidget):
    """One section on show. Hidden widgets take no room; a QStackedWidget would be as high as its highest page."""

    def __init__(self, sections: Sequence[QWidget]) -> None:
        super().__init__()
        self._sections = tuple(sections)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for section in self._sections:
            column.addWidget(section)
        self.show_section(0)

    def show_section(self, place: int) -> None:
        """Shows this one instead of the one on show."""
        for number, section in enumerate(self._sections):
            section.setVisible(number == place)


class DetailsPage(Page):
    """Call `show_patron`. Alt+Left goes back; Alt+Up and Alt+Down go through the patrons of the page one came from."""

    back_asked = Signal()
    loans_asked = Signal(object)
    """A PatronId: open the Outstanding loans dialog."""

    def __init__(self, office: Office, runner: Runner, changes: Changes | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details_page")
        self._office, self._runner, self._changes = office, runner, changes
        self._patron_id: PatronId | None = None
        self._ids: tuple[PatronId, ...] = ()
        self._place = "Patrons"
        self._view: DetailsView | None = None
        self._stale = False
        self._doings = Doings(self, office, runner)
        self._key = f"details_page_{id(self)}"
        self._notice: banner.Banner | None = None
        self._build()
        self._connect()

    # -- building

    def _build(self) -> None:
        self.way, self.head, self.sections, self.side = WayBack(), DetailsHead(), Sections(), Side()
        self.personal, self.loans, self.fines = PersonalSection(), LoansSection(), FinesSection()
        self.reservations, self.history = ReservationsSection(), HistorySection()
        self.notes, self.blocks = WordsSection("No notes."), WordsSection("Never blocked.")
        self._pile = _Pile(
            (self.personal, self.loans, self.reservations, self.fines, self.notes, self.blocks, self.history)
        )  # fmt: skip
        self.sections.setFixedWidth(196)
        inside = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._pile, 1)
        self._columns.addWidget(self.side)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._body = QWidget()
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.sections)
        row.addWidget(self._area, 1)
        self._gone = empty.Empty("", sign="patron", token="text2")
        self._gone.setObjectName("details_gone")
        self._notices = QVBoxLayout()
        self._rule = cards.rule()
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(10)
        for widget in (self.way, self.head, self._rule):
            self._whole.addWidget(widget)
        self._whole.addLayout(self._notices)
        self._whole.addWidget(self._body, 1)
        self._whole.addWidget(self._gone, 1)
        for hidden in (self.head, self._body, self._gone, self._rule):
            hidden.hide()

    def _connect(self) -> None:
        self.way.back_asked.connect(self.back_asked)
        self.way.step_asked.connect(self._on_step)
        self.sections.chosen.connect(self._on_section)
        self.side.followed.connect(self._on_followed)
        self.loans.loans_asked.connect(self._on_loans)
        doings = self._doings
        self.loans.taken_back.connect(doings.take_back)
        self.fines.waive_asked.connect(lambda: self._with_view(doings.ask_waiver))
        self.fines.payment_asked.connect(lambda: self._with_view(doings.ask_payment))
        self.fines.pay_back_asked.connect(lambda: self._with_view(doings.ask_pay_back))
        self.reservations.cancel_asked.connect(lambda: self._with_view(doings.ask_cancelling))
        self.head.enable_button.clicked.connect(lambda: self._with_view(doings.enable_or_disable))
        self.head.keep_button.clicked.connect(lambda: self._with_view(doings.keep_or_let_go))
        doings.began.connect(self._on_began)
        doings.done.connect(self._on_done)
        doings.failed.connect(self._on_fault)
        if self._changes is not None:
            self._changes.changed.connect(self._on_changed)
        self.offer_commands({
            "back": self.back_asked.emit, "up": self.way.up.click, "down": self.way.down.click, "read": self.read,
            "own_window": self.ask_for_window,
        })  # fmt: skip

    # -- reading and showing

    def show_patron(
        self, patron_id: PatronId, ids: Sequence[PatronId] = (), place: str = "Patrons", section: str = "personal"
    ) -> None:
        """Shows a patron. `ids`: the patrons of the page one came from, in its order; `place`: that page's name."""
        self._ids, self._place = tuple(ids), place
        self._forget_notice()
        self.sections.show_section(section)
        self._go(patron_id)
        self._take_focus()

    @property
    def patron_id(self) -> PatronId | None:
        """Whose details are on show."""
        return self._patron_id

    def patron_here(self) -> PatronId | None:
        return self._patron_id

    def patrons_here(self) -> tuple[PatronId, ...]:
        return self._ids

    def regions(self) -> Sequence[Region]:
        return (
            Region(self.way, (self.way.back,)), Region(self.head, (self.head.keep_button, self.head.enable_button)),
            Region(self.sections, self.sections.stops), Region(self._area, self._area_stops()),
        )  # fmt: skip

    def _area_stops(self) -> tuple[QWidget, ...]:
        """What Tab reaches of the section on show and of the column beside it, in its order."""
        return tuple(w for w in self._area.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible())

    def show_section(self, word: str) -> None:
        """Goes to a section: personal, loans, reservations, fines, notes, blocks, history."""
        self.sections.show_section(word)

    def read(self) -> None:
        """Reads the patron again."""
        self._stale = False
        if self._patron_id is not None:
            office, patron_id = self._office, self._patron_id
            self._runner.ask(self._key, lambda: read_details(office, patron_id), self._show, self._on_fault)

    def _go(self, patron_id: PatronId) -> None:
        self._patron_id = patron_id
        number = self._ids.index(patron_id) + 1 if patron_id in self._ids else 0
        self.way.show_place(self._place, number, len(self._ids))
        self.read()

    def _show(self, view: DetailsView) -> None:
        if view.patron.id != self._patron_id:
            return
        self._view, patron = view, view.patron
        self.setWindowTitle(f"{patron.name} – PatronDesk")
        for widget in (self.head, self._body, self._rule):
            widget.show()
        self._gone.hide()
        self.head.show_view(view)
        self.side.show_view(view)
        self.personal.show_patron(patron)
        actor = self._office.actor
        may_not = missing_right(actor, Permission.CIRCULATION, "change loans")
        self.loans.show_view(view, may_not)
        waive = missing_right(actor, Permission.WAIVE_FINES, "waive fines")
        self.fines.show_view(view, waive, missing_right(actor, Permission.CIRCULATION, "record payments"))
        self.reservations.show_view(view, missing_right(actor, Permission.CIRCULATION, "cancel reservations"))
        self.notes.show_notes(patron.notes)
        self.blocks.show_blocks(view)
        self.history.show_view(view)
        for word, said in (
            ("loans", f"{patron.open_loans:,}"), ("reservations", f"{patron.open_reservations:,}"),
            ("fines", words.owes(patron, view.currency)), ("notes", f"{len(patron.notes):,}"),
            ("blocks", f"{sum(block.active for block in patron.blocks):,}"),
        ):  # fmt: skip
            self.sections.show_said(word, said)
        self._offer()
        # New cards find their heights in the next turn of the event loop; until then they would be seen squeezed.
        self._area.setUpdatesEnabled(False)
        QTimer.singleShot(0, self, lambda: self._area.setUpdatesEnabled(True))

    def _offer(self) -> None:
        view, actor, head = self._view, self._office.actor, self.head
        if view is None:
            return
        patron = view.patron
        kept = any(keep.active for keep in patron.protections)
        wait = "Wait a moment." if self._doings.busy else ""
        own = _OWN_ACCOUNT if patron.enabled and actor is not None and actor.id == patron.id else ""
        for button, said, icon in (
            (head.enable_button, "Deactivate..." if patron.enabled else "Enable", "purge" if patron.enabled else "person_ok"),
            (head.keep_button, "End keeping..." if kept else "Keep...", "keep"),
        ):
            button.setText(said)
            button.setAccessibleName(said)
            button.set_icon(icon)
        why = missing_right(actor, Permission.ACTIVATE, "activate or deactivate patrons") or own
        offer(head.enable_button, wait or why)
        offer(head.keep_button, wait or missing_right(actor, Permission.EDIT_PATRONS, "flag patrons to keep"))
        head.why.setText(why)
        head.why.setVisible(bool(why))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A page that is being shown takes no focus before the next turn of the event loop.
        QTimer.singleShot(0, self, self._take_focus)
        if self._stale:
            self.read()

    def _take_focus(self) -> None:
        """The keys of this page work only while the focus is within it."""
        if self.isVisible():
            self.way.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.window().width()
        margin = theme.margin(width)
        self._whole.setContentsMargins(margin, 10, margin, 16)
        one = width < _ONE_COLUMN_BELOW * fonts.scale() / 100
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if one else QBoxLayout.Direction.LeftToRight)
        self._columns.setStretch(0, 0 if one else 1)
        self._columns.setStretch(1, 1 if one else 0)
        wide = round(WIDTH * fonts.scale() / 100)
        self.side.setMaximumWidth(16_777_215 if one else wide)
        self.side.setMinimumWidth(0 if one else wide)

    # -- what is pressed

    @Slot(str)
    def _on_section(self, word: str) -> None:
        self._pile.show_section([place.word for place in SECTIONS].index(word))
        self._area.verticalScrollBar().setValue(0)

    @Slot(int)
    def _on_step(self, by: int) -> None:
        if self._patron_id in self._ids:
            place = self._ids.index(self._patron_id) + by
            if 0 <= place < len(self._ids):
                self._forget_notice()
                self._go(self._ids[place])

    @Slot(str)
    def _on_followed(self, where: str) -> None:
        if where == "loans":
            self._on_loans()
        else:
            self.sections.show_section(where)
            self.sections.focus_section()

    @Slot()
    def _on_loans(self) -> None:
        if self._patron_id is not None:
            self.loans_asked.emit(self._patron_id)

    def _with_view(self, call: Callable[[DetailsView], None]) -> None:
        if self._view is not None:
            call(self._view)

    # -- what was done

    @Slot()
    def _on_began(self) -> None:
        self._forget_notice()
        self._offer()

    @Slot(str, object)
    def _on_done(self, said: str, what: tuple[str, ...]) -> None:
        self._put(banner.Banner("done", said))
        if self._changes is not None:
            self._changes.tell(*what, initiator=self)
        self.read()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change.initiator is not self and change.touches("patrons", "loans", "fines", "reservations"):
            self._stale = True
            if self.isVisible():
                self.read()

    def _on_fault(self, fault: Exception) -> None:
        if isinstance(fault, NotFound) and fault.code == "PATRON_GONE":
            self._view = None
            for widget in (self.head, self._body, self._rule):
                widget.hide()
            self._forget_notice()
            self._gone.say("This patron is not there any more", "Somebody has purged or deleted the record meanwhile.")
            self._gone.show()
            return
        self._put(errors.as_banner(fault))
        self._offer()

    def _put(self, notice: banner.Banner) -> None:
        self._forget_notice()
        self._notice = notice
        self._notices.addWidget(notice)
        focus.after(self.head.enable_button, notice, notice.close_button)

    def _forget_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
