"""The User Purge page: who waits to be purged, tagged page by page; everything else hangs on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from patrondesk.records.ids import PatronId, PlanId
from patrondesk.records.patrons import Candidate, CandidatesCounts
from patrondesk.records.purging import BatchLine, BatchResult
from patrondesk.records.staff import Permission
from patrondesk.services.office import Office
from patrondesk.services.policy import Policy
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.columns import Col
from patrondesk.ui.screens.purge.desk import Look, Pictures
from patrondesk.ui.screens.purge.layout import Layout
from patrondesk.ui.screens.purge.purging import Purging
from patrondesk.ui.screens.purge.row_menu import RowDoings
from patrondesk.ui.screens.purge.tags import Place, pages_of
from patrondesk.ui.shell import banner, buttons, errors
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.runner import Runner

_CHANGED = ("patrons", "loans", "fines", "reservations", "batches")


class PurgePage(Layout):
    """Reads itself when it is shown, and again after changes elsewhere. Ids go out, so that the window opens other screens."""

    patron_asked = Signal(object, object)
    """A PatronId, and the tuple of ids on the page, for going up and down."""
    section_asked = Signal(object, object, str)
    """The same, and the section of the details in which a reason is lifted."""
    loans_asked = Signal(object)
    """A PatronId."""
    import_asked = Signal()
    new_patrons_asked = Signal()
    patrons_asked = Signal()
    settings_asked = Signal()
    plan_asked = Signal(object)
    """A PlanId: a plan that was kept is to be shown."""
    batch_asked = Signal(object)
    """A BatchId: a past purge is to be shown."""
    kept_started = Signal()
    """A plan that was kept is being run: its progress is told here."""
    waiting_changed = Signal(int)
    """How many candidates there are in all, for the sidebar."""

    def __init__(
        self, office: Office, runner: Runner, changes: Changes | None = None, prefs: Prefs | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(office, runner, prefs, parent)
        self.setObjectName("purge_page")
        self.setAccessibleName("User Purge")
        self._changes = changes
        self.purging = Purging(self, self._desk, self.notices)
        self.doings = RowDoings(self, self._desk)
        self._shown: Place | None = None
        self._stale, self._history_seen = True, False
        self._wished: set[PatronId] = set()
        self._go_to: PatronId | None = None
        self._focus_after: QWidget | None = None
        self._connect()
        self._show_tags()

    def _connect(self) -> None:
        listing, table, purging, doings = self.listing, self.table, self.purging, self.doings
        listing.came.connect(self._on_look)
        listing.counted.connect(self._on_counts)
        listing.ruled.connect(self._on_policy)
        listing.failed.connect(self._on_read_failed)
        listing.reading_changed.connect(self._show_actions)
        self.head.asked.connect(listing.filter)
        self.line.settings_asked.connect(self.settings_asked)
        table.menu_asked.connect(self._on_menu)
        table.sort_asked.connect(listing.sort)
        self.model.tags_changed.connect(self._show_tags)
        self.pager.page_asked.connect(listing.go_to)
        self.pager.size_asked.connect(self._on_size)
        self.bar.clear_link.clicked.connect(self.model.clear_tags)
        self.bar.preview.clicked.connect(self.preview)
        self.bar.purge.clicked.connect(self.purge)
        doings.wire(self.panel.reasons)
        self.panel.patron_chosen.connect(lambda row: self._on_patron(row.id))
        self._nobody.import_asked.connect(self.import_asked)
        self._nobody.new_patrons_asked.connect(self.new_patrons_asked)
        self._nobody.patrons_asked.connect(self.patrons_asked)
        self._nobody.clear_asked.connect(self.head.clear)
        for source in (table, doings, purging):
            source.patron_chosen.connect(self._on_patron)
            source.loans_chosen.connect(self.loans_asked)
        doings.section_chosen.connect(lambda key, section: self.section_asked.emit(key, self.patrons_here(), section))
        doings.changed.connect(self._on_row_changed)
        purging.asking_changed.connect(self._show_actions)
        purging.started.connect(self._on_started)
        purging.kept_started.connect(self.kept_started)
        purging.keeping.plan_chosen.connect(self.plan_asked)
        purging.batch_chosen.connect(self.batch_asked)
        purging.keeping.kept.connect(lambda _: self._tell("plans"))
        purging.ended.connect(self._on_ended)
        purging.undone.connect(self._on_undone)
        purging.dismissed.connect(lambda: self.model.show_refused(()))
        if self._changes is not None:
            self._changes.changed.connect(self._on_changed)
        self.notices.came.connect(self._show_undo)
        self.notices.went.connect(self._show_undo)
        self.offer_commands({"preview": self.preview, "purge": self.purge, "undo": purging.undo_last, "why": self._why})
        self._show_undo()

    # ------------------------------------------------------------------ reading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.listing.read()
        QTimer.singleShot(0, self, self._fold)

    def read_again(self) -> None:
        """Reads at the same position; later, when the page is not on show."""
        if self.isVisible():
            self.listing.read()
        else:
            self._stale = True

    def tag_if_possible(self, patron_id: PatronId) -> None:
        """Tags a patron at the next look at the page, when nothing is in the way any more; reads the page."""
        self._wished.add(patron_id)
        self.read_again()

    def _on_look(self, look: Look) -> None:
        place, rows = self.listing.place, look.page.rows
        held = self.tags.see(rows, place)
        gone = {tag.id: tag.name for tag in self.tags.drop(key for key, _ in look.lost)}
        wished, self._wished = self._wished, set()
        for row in rows:
            if row.id in wished and not self.model.purging:
                self.tags.tag(row, place)
        self._say_dropped(held, [f"{gone[key]}: {why}" for key, why in look.lost if key in gone])
        self._show_rows(rows, place)
        self.pager.show_page(look.page)
        self.table.show_order(look.query.sort, look.query.descending)
        self.notices.take("read")
        self._show_tags()
        ids = [row.id for row in rows if row.has_portrait]
        if ids:
            self._desk.pictures(ids, self._on_pictures, self._on_read_failed)

    def _show_rows(self, rows: tuple[Candidate, ...], place: Place) -> None:
        """Shows the rows; after a second look at the same page one is where one was, or at the patron last refused."""
        here, scrolled = self.table.currentIndex(), self.table.verticalScrollBar().value()
        before = self._current()
        same, self._shown = place == self._shown, place
        goal, self._go_to = self._go_to, None
        self.model.show_rows(rows, place)
        self._stack.setCurrentWidget(self.table if rows else self._nobody)
        if not rows:
            self._nobody.explain(self.listing.query)
            self._order_tabs()
            return
        number = self.model.row_of(goal) if goal is not None else -1
        if number < 0 and before is not None:
            number = self.model.row_of(before.id)
        if number < 0:
            number = min(max(here.row(), 0), len(rows) - 1) if same else 0
        self.table.setCurrentIndex(self.model.index(number, here.column() if here.isValid() else Col.PATRON))
        if goal is None:
            self.table.verticalScrollBar().setValue(scrolled if same else 0)

    def _on_counts(self, counts: CandidatesCounts) -> None:
        self.head.show_counts(counts)
        self.setAccessibleDescription(self.head.sentence)
        if self.listing.query.search:
            return
        self.waiting_changed.emit(counts.total)
        for widget in (self.head.search, self.head.reason, self.bar, self.pager, self._rule):
            widget.setVisible(counts.total > 0)
        self._fold()
        if not counts.total or not self._history_seen:
            self._desk.history(self._on_history, self._on_read_failed)

    def _on_history(self, batches: list[BatchLine]) -> None:
        first, self._history_seen = not self._history_seen, True
        if first and batches and batches[0].unfinished:
            self.purging.tell_unfinished(batches[0])
        if self.listing.nobody:
            self.head.show_counts(CandidatesCounts(0, 0, {}), words.last_purge(batches, self._desk.today()))

    def _on_policy(self, policy: Policy) -> None:
        self.model.currency = self.purging.currency = policy.currency
        self.purging.typed_above = policy.typed_confirmation_above
        self.line.say(policy.undo_days)
        self.pager.show_policy(policy.retain_loans)
        self.table.viewport().update()

    def _on_pictures(self, pictures: Pictures) -> None:
        self.model.show_pictures(pictures)
        self._show_panel()

    def _on_read_failed(self, fault: Exception) -> None:
        shown = errors.as_banner(fault)
        again = shown.add_action(buttons.button("Try again", icon="updates", name="purge_try_again"))
        again.clicked.connect(self.listing.read)
        self.notices.put("read", shown)

    def _on_changed(self, change: Change) -> None:
        if change.initiator is not self:
            self.read_again()

    def _on_row_changed(self) -> None:
        self._tell("patrons")
        self.listing.read()

    def _tell(self, *what: str) -> None:
        if self._changes is not None:
            self._changes.tell(*what, initiator=self)

    # ------------------------------------------------------------------ tags

    def _say_dropped(self, held: Sequence[Candidate], lost: Sequence[str]) -> None:
        if held or lost:
            first, second = words.dropped(held, lost)
            self.notices.put("tags", banner.Banner("look", first, second))

    def _tagged_here(self) -> tuple[PatronId, ...]:
        return self.tags.here(self.model.rows)

    def _show_tags(self) -> None:
        self.table.show_tags()
        if self.purging.running is not None:
            self.bar.show_running(self.purging.running)
        else:
            away = self.tags.elsewhere(self.model.rows)
            self.bar.show_tags(len(self._tagged_here()), away, pages_of(away, self.listing.place), self.width() < 1000)
        self._show_actions()

    def _why_closed(self) -> str:
        if not self._desk.may(Permission.PURGE):
            return "Your account may look here, not purge; an administrator can permit it"
        if self.purging.running is not None:
            return "A purge is running"
        if self.listing.reading or self.purging.asking:
            return "The list is being read"
        return "" if self._tagged_here() else "Nobody is tagged on this page"

    def _show_actions(self) -> None:
        """Opens and closes the two buttons; one that had the focus gets it back when it opens again."""
        why = self._why_closed()
        for button in (self.bar.preview, self.bar.purge):
            if why and button.hasFocus():
                self._focus_after = button
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.bar.open(why)
        for name in ("preview", "purge"):
            self.commands[name].setEnabled(not why)
        if not why and self._focus_after is not None:
            if self.table.hasFocus():
                self._focus_after.setFocus(Qt.FocusReason.OtherFocusReason)
            self._focus_after = None

    def _show_undo(self) -> None:
        self.commands["undo"].setEnabled(self.purging.can_undo_last)

    # ------------------------------------------------------------------ purging

    def preview(self) -> None:
        """Shows what a purge of the tagged patrons of this page would do."""
        self._plan(self._tagged_here(), preview=True)

    def purge(self) -> None:
        """Asks whether the tagged patrons of this page are to be purged."""
        self._plan(self._tagged_here(), preview=False)

    def purge_one(self, patron_id: PatronId) -> None:
        """Asks whether this one patron is to be purged (after "Mark all as lost and purge")."""
        self._plan((patron_id,), preview=False)

    def purge_kept(self, plan_id: PlanId) -> None:
        """Asks whether a plan that was kept is to be run."""
        if self._desk.may(Permission.PURGE):
            self.purging.ask_kept(plan_id)

    def _plan(self, ids: Sequence[PatronId], *, preview: bool) -> None:
        if self._desk.may(Permission.PURGE):
            away = [tag for tag in self.tags.elsewhere(()) if tag.id not in set(ids)]
            stay = words.stay(away, pages_of(away, self.listing.place)) if away else ""
            pictures = {key: picture for key in ids if (picture := self.model.picture(key))}
            self.purging.ask(ids, self.listing.query, pictures, stay, preview=preview)

    def _on_started(self, who: Sequence[PatronId]) -> None:
        self.model.show_refused(())
        self.model.show_purging(who)
        self._show_tags()

    def _on_ended(self, result: BatchResult | None) -> None:
        self.model.show_purging(())
        if result is not None:
            refused = [patron.id for patron in result.refused]
            vanished = [PatronId(int(word)) for word in result.vanished if word.isdigit()]
            self.tags.drop([*(patron.id for patron in result.purged), *refused, *vanished])
            self.tags.rows_moved_up(self.listing.place)
            self.model.show_refused(refused)
            self._go_to = refused[0] if refused else None
        self._show_tags()
        self.listing.read()
        self._tell(*_CHANGED)

    def _on_undone(self) -> None:
        self.model.show_refused(())
        self.tags.forget_places()
        self.listing.read()
        self._tell(*_CHANGED)

    # ------------------------------------------------------------------ moving about

    def set_page_size(self, rows: int) -> None:
        """Shows so many rows a page from now on."""
        self.pager.show_size(rows)
        self.listing.resize(rows)

    def _on_size(self, rows: int) -> None:
        if self._prefs is not None:
            self._prefs.page_size = rows
        self.listing.resize(rows)

    def _on_patron(self, patron_id: PatronId) -> None:
        self.patron_asked.emit(patron_id, self.patrons_here())

    def _on_menu(self, index: QModelIndex, at: QPoint) -> None:
        row = self.model.rows[index.row()]
        free = row.eligible and not self.model.purging
        self.doings.menu(row, at, (lambda: self.table.toggle([index.row()])) if free else None, row.id in self.tags)

    def _why(self) -> None:
        row = self._current()
        if row is not None:
            self._panel_wanted = True
            self._fold()
            self.doings.why(row)
