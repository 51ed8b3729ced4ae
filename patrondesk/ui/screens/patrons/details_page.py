"""Everything about one patron, with a way back: sections at the left, what holds the patron at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from patrondesk.errors import NotFound
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.belongings import Belongings
from patrondesk.ui.screens.patrons.details_layout import DetailsLayout
from patrondesk.ui.screens.patrons.doings import Doings
from patrondesk.ui.screens.patrons.reading import DetailsView, read_details
from patrondesk.ui.screens.patrons.record_editing import RecordEditing
from patrondesk.ui.screens.patrons.rights import GONE
from patrondesk.ui.screens.patrons.rights_part import RightsPart
from patrondesk.ui.shell import banner, errors, focus
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_OWN_ACCOUNT = "You cannot deactivate your own account. Another administrator can."
_OWN_BLOCK = "You cannot block your own account. Another administrator can."


class DetailsPage(Page):
    """Call `show_patron`. Alt+Left goes back; Alt+Up and Alt+Down go through the patrons of the page one came from.

    `unsaved` tells whether something was typed and not saved; `leave` asks about it.
    """

    back_asked = Signal()
    loans_asked = Signal(object)
    """A PatronId: open the Outstanding loans dialog."""
    batch_asked = Signal(object)
    """A BatchId: show a deletion among the past purges."""
    staff_asked = Signal()
    """Open the page of staff and roles."""

    def __init__(self, office: Office, runner: Runner, changes: Changes | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details_page")
        self._office, self._runner, self._changes = office, runner, changes
        self._patron_id: PatronId | None = None
        self._ids: tuple[PatronId, ...] = ()
        self._place = "Patrons"
        self._section = "personal"
        self._view: DetailsView | None = None
        self._stale = False
        self._key = f"details_page_{id(self)}"
        self._parts = parts = DetailsLayout(self)
        self.way, self.head, self.sections, self.side = parts.way, parts.head, parts.sections, parts.side
        self.personal, self.loans, self.fines, self.reservations = parts.personal, parts.loans, parts.fines, parts.reservations
        self.notes, self.blocks, self.roles, self.history = parts.notes, parts.blocks, parts.roles, parts.history
        self._doings = Doings(self, office, runner)
        self._belongings = Belongings(self._doings)
        self.rights = RightsPart(self._doings, parts)
        self._editing = RecordEditing(self, self.personal, office, runner)
        self._connect()
        focus.chain((self.head.picture, *self.rights.stops, self.head.keep_button, self.head.enable_button))

    def _connect(self) -> None:
        doings, belongings, editing = self._doings, self._belongings, self._editing
        self.way.back_asked.connect(self._on_back)
        self.way.step_asked.connect(self._on_step)
        self.sections.chosen.connect(self._on_section)
        self.side.followed.connect(self._on_followed)
        self.side.patron_asked.connect(lambda patron_id: self.show_patron(patron_id, (), self._place))
        self.loans.loans_asked.connect(self._on_loans)
        self.loans.taken_back.connect(doings.take_back)
        self.roles.staff_asked.connect(self.staff_asked)
        for asked, call in (
            (self.fines.waive_asked, doings.ask_waiver), (self.fines.payment_asked, doings.ask_payment),
            (self.fines.pay_back_asked, doings.ask_pay_back), (self.reservations.cancel_asked, doings.ask_cancelling),
            (self.head.enable_button.clicked, doings.enable_or_disable), (self.head.keep_button.clicked, doings.keep_or_let_go),
            (self.head.picture.choose_asked, belongings.choose_picture),
            (self.head.picture.remove_asked, belongings.remove_picture), (self.side.unblock_asked, belongings.unblock),
            (self.blocks.block_asked, belongings.block), (self.blocks.unblock_asked, belongings.unblock),
            (self.notes.add_asked, belongings.add_note), (self.notes.attach_asked, belongings.attach),
        ):  # fmt: skip
            asked.connect(lambda *_, call=call: self._with_view(call))
        self.notes.change_asked.connect(lambda note: self._with_view(lambda view: belongings.change_note(view, note)))
        self.notes.remove_asked.connect(belongings.remove_note)
        self.notes.copy_asked.connect(belongings.save_copy)
        self.notes.detach_asked.connect(belongings.detach)
        self.rights.batch_asked.connect(self.batch_asked)
        self.rights.offered.connect(self._on_offered)
        self.rights.gone.connect(self._on_deleted)
        self.rights.back.connect(self._on_undone)
        doings.began.connect(self._on_began)
        doings.done.connect(self._on_done)
        doings.failed.connect(self._on_fault)
        editing.changed.connect(self._on_editing)
        editing.saved.connect(self._on_done)
        editing.failed.connect(self._on_not_saved)
        if self._changes is not None:
            self._changes.changed.connect(self._on_changed)
        self.offer_commands({
            "back": self._on_back, "up": self.way.up.click, "down": self.way.down.click, "read": self.read,
            "save": editing.save, "own_window": self.ask_for_window,
        })  # fmt: skip
        self.offer_commands({"download": self.rights.download_button.click, "delete": self.rights.delete_button.click})
        self.commands["save"].setEnabled(False)
        self._on_offered()

    # -- reading and showing

    def show_patron(
        self, patron_id: PatronId, ids: Sequence[PatronId] = (), place: str = "Patrons", section: str = "personal"
    ) -> None:
        """Shows a patron. `ids`: the patrons of the page one came from, in its order; `place`: that page's name.

        What was typed about another one and not saved is asked about first.
        """
        if self._editing.unsaved and patron_id == self._patron_id:
            return
        self._editing.leave(lambda: self._show_patron(patron_id, tuple(ids), place, section))

    def _show_patron(self, patron_id: PatronId, ids: tuple[PatronId, ...], place: str, section: str) -> None:
        self._ids, self._place = ids, place
        self._parts.forget_notice()
        self.sections.show_section(section)
        self._go(patron_id)
        self._take_focus()

    @property
    def patron_id(self) -> PatronId | None:
        """Whose details are on show."""
        return self._patron_id

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something."""
        return self._editing.unsaved

    def leave(self, then: Callable[[], object]) -> None:
        """Goes on with `then`, after asking about what is not saved."""
        self._editing.leave(then)

    def drop(self) -> None:
        """What was typed and not saved is gone, as when the desk is locked."""
        self._editing.drop()

    def patron_here(self) -> PatronId | None:
        return self._patron_id

    def patrons_here(self) -> tuple[PatronId, ...]:
        return self._ids

    def regions(self) -> Sequence[Region]:
        head, area = self.head, self._parts.area
        return (
            Region(self.way, (self.way.back,)), Region(head, (*self.rights.stops, head.keep_button, head.enable_button)),
            Region(self.sections, self.sections.stops), Region(area, self._parts.area_stops),
        )  # fmt: skip

    def show_section(self, word: str) -> None:
        """Goes to a section: personal, loans, reservations, fines, notes, blocks, roles, history."""
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
        self._view, patron, actor = view, view.patron, self._office.actor
        self.setWindowTitle(f"{patron.name} – PatronDesk")
        self._parts.show_somebody()
        edit = missing_right(actor, Permission.EDIT_PATRONS, "edit patrons")
        block = missing_right(actor, Permission.BLOCK, "block or unblock patrons")
        own = _OWN_BLOCK if actor is not None and actor.id == patron.id else ""
        self.head.show_view(view, edit)
        self.side.show_view(view, block)
        self.personal.show_patron(patron)
        self.personal.offer_pens(edit)
        self._editing.show_patron(patron)
        circulate = missing_right(actor, Permission.CIRCULATION, "change loans")
        self.loans.show_view(view, circulate)
        waive = missing_right(actor, Permission.WAIVE_FINES, "waive fines")
        self.fines.show_view(view, waive, missing_right(actor, Permission.CIRCULATION, "record payments"))
        self.reservations.show_view(view, missing_right(actor, Permission.CIRCULATION, "cancel reservations"))
        self.notes.show_view(view, edit)
        self.blocks.show_view(view, block or own)
        self.roles.show_view(view, missing_right(actor, Permission.MANAGE_STAFF, "manage staff and roles"))
        self.history.show_view(view)
        self.rights.show_view(view)
        for word, said in words.beside(view).items():
            self.sections.show_said(word, said)
        self._offer()
        self._parts.rest()

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
        self.rights.offer()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A page that is being shown takes no focus before the next turn of the event loop.
        QTimer.singleShot(0, self, self._take_focus)
        if self._stale:
            self.read()

    def _take_focus(self) -> None:
        """The keys of this page work only while the focus is within it."""
        if self.isVisible() and self._editing.form is None:
            self.way.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._parts.fit(self.window().width())
        self.rights.fit(self.window().width())

    # -- what is pressed

    @Slot()
    def _on_back(self) -> None:
        self._editing.leave(self.back_asked.emit)

    @Slot(str)
    def _on_section(self, word: str) -> None:
        if word == self._section:
            return
        if self._editing.unsaved:
            self.sections.show_section(self._section)
            self._editing.leave(lambda: self.sections.show_section(word))
            return
        self._editing.drop()
        self._section = word
        self._parts.show_section(word)

    @Slot(int)
    def _on_step(self, by: int) -> None:
        if self._patron_id in self._ids:
            place = self._ids.index(self._patron_id) + by
            if 0 <= place < len(self._ids):
                self._editing.leave(lambda: self._step_to(self._ids[place]))

    def _step_to(self, patron_id: PatronId) -> None:
        self._parts.forget_notice()
        self._go(patron_id)

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
    def _on_editing(self) -> None:
        form = self._editing.form
        self.commands["save"].setEnabled(form is not None)
        if form is not None:
            self._parts.bring(self.personal.cards[form.section])

    @Slot()
    def _on_began(self) -> None:
        self._parts.forget_notice()
        self._offer()

    @Slot(str, object)
    def _on_done(self, said: str, what: tuple[str, ...]) -> None:
        self._parts.put(banner.Banner("done", said))
        self._tell(what)
        self.read()

    @Slot()
    def _on_offered(self) -> None:
        """The menu's commands are in force as the buttons are."""
        for word, pressed in (("download", self.rights.download_button), ("delete", self.rights.delete_button)):
            self.commands[word].setEnabled(self._view is not None and pressed.isEnabled())

    @Slot()
    def _on_deleted(self) -> None:
        self._view = None
        self._on_offered()
        self._editing.drop()
        self._tell(GONE)

    @Slot()
    def _on_undone(self) -> None:
        self._tell(GONE)
        self.read()

    def _tell(self, what: tuple[str, ...]) -> None:
        if self._changes is not None and what:
            self._changes.tell(*what, initiator=self)

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change.initiator is not self and change.touches("patrons", "loans", "fines", "reservations"):
            self._stale = True
            if self.isVisible():
                self.read()

    @Slot(object)
    def _on_not_saved(self, fault: Exception) -> None:
        """What was typed stays; the record is read again, so that it can be saved once it was looked at."""
        self._on_fault(fault)
        self.read()

    def _on_fault(self, fault: Exception) -> None:
        if isinstance(fault, NotFound) and fault.code == "PATRON_GONE":
            self._view = None
            self._on_offered()
            self._editing.drop()
            self._parts.show_gone()
            return
        self._parts.put(errors.as_banner(fault))
        self._offer()
