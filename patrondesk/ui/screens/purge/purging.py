"""From the tagged patrons to the result: plan, preview, question, run, result, undo, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.errors import Busy
from patrondesk.jobs.ticket import Progress, Ticket
from patrondesk.records.desk import Problem
from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.plans import Drift
from patrondesk.records.purging import ArchiveState, BatchLine, BatchResult, BatchState, Plan
from patrondesk.records.staff import Permission
from patrondesk.records.undoing import UndoResult
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.confirm import ConfirmDialog
from patrondesk.ui.screens.purge.desk import Desk, Thawed
from patrondesk.ui.screens.purge.keeping import Keeping
from patrondesk.ui.screens.purge.notices import Notices
from patrondesk.ui.screens.purge.people import Pictures
from patrondesk.ui.screens.purge.preview import PreviewDialog
from patrondesk.ui.screens.purge.result import ResultDialog, why_no_undo
from patrondesk.ui.screens.purge.saving import ask_for_file
from patrondesk.ui.shell import banner, buttons, certifying, dialogs, drift_words, errors, portraits
from patrondesk.ui.shell.undoing.asking import Question
from patrondesk.ui.shell.undoing.told import notice

_SHOW_PROGRESS_AFTER_MS = 500
UNFINISHED, RESIDUE = "unfinished", "residue"
_STOP = "You can use the other pages meanwhile. Stop keeps what is done and leaves the rest untouched."

_COMES_BACK = "Every row comes back as it was: loans, fines, reservations, notes and blocks, links included."


class Purging(QObject):
    """One purge at a time. Dialogs are children of the page's window; banners go to the notices."""

    asking_changed = Signal()
    """A plan is being made, or is ready."""
    started = Signal(object)
    """The PatronIds that are purged now."""
    kept_started = Signal()
    """And it is one that was kept: whoever asked for it is on another page."""
    ended = Signal(object)
    """The BatchResult, or None when the run failed as a whole."""
    undone = Signal(object)
    """The UndoResult."""
    dismissed = Signal()
    """The result's banner was closed."""
    patron_chosen = Signal(object)
    loans_chosen = Signal(object)
    batch_chosen = Signal(object)
    """A BatchId: a past purge is to be shown."""

    def __init__(self, page: QWidget, desk: Desk, notices: Notices) -> None:
        super().__init__(page)
        self._page, self._desk, self._notices = page, desk, notices
        self.asking = False
        self.running: int | None = None
        """How many patrons are being purged; None while nothing runs."""
        self.currency = "USD"
        self.typed_above = 0
        self.pictures: dict[PatronId, bytes] = {}
        self._ticket: Ticket | None = None
        self._last: BatchResult | None = None
        self._elsewhere = self._since = ""
        self._kept: PlanId | None = None
        self.keeping = Keeping(page, desk, notices)
        self._undoing = desk.undoing(page)
        self._undoing.agreed.connect(self._on_undo_agreed)
        self._undoing.undone.connect(self._on_undone)
        self._undoing.failed.connect(lambda fault: notices.put("fault", errors.as_banner(fault)))
        self._show_later = QTimer(self)
        self._show_later.setSingleShot(True)
        self._show_later.setInterval(_SHOW_PROGRESS_AFTER_MS)
        self._show_later.timeout.connect(self._show_progress)
        self._progress = Progress(0, 0, "")

    # ------------------------------------------------------------------ before

    def ask(self, ids: Sequence[PatronId], query: CandidatesQuery, pictures: Pictures, elsewhere: str, *, preview: bool) -> None:
        """Makes the plan and opens the question, or the preview."""
        if self.asking or self.running is not None or not ids:
            return
        self.pictures = dict(pictures)
        self._elsewhere = elsewhere
        self._set_asking(True)
        self._desk.plan(ids, query, self._on_previewed if preview else self._on_planned, self._on_plan_failed)

    def _on_planned(self, plan: Plan) -> None:
        self._set_asking(False)
        self._confirm(plan)

    def _on_previewed(self, plan: Plan) -> None:
        self._set_asking(False)
        dialog = PreviewDialog(self._page.window(), plan, self.pictures, self.currency)
        dialog.patron_chosen.connect(self.patron_chosen)
        dialog.loans_chosen.connect(self.loans_chosen)
        dialog.purge_asked.connect(self._confirm)
        dialog.keep_asked.connect(lambda: self.keeping.ask(dialog))
        dialog.open()

    def ask_kept(self, plan_id: PlanId) -> None:
        """Opens the question for a plan that was kept, as it is to be run now."""
        if self.running is not None:
            errors.as_dialog(self._page.window(), Busy("A purge is running.", "Wait until it is finished, or stop it.")).open()
        elif not self.asking:
            self._set_asking(True)
            self._desk.thaw(plan_id, self._on_thawed, self._on_not_thawed)

    def _on_thawed(self, thawed: Thawed) -> None:
        self._set_asking(False)
        self.pictures = dict(thawed.pictures)
        self._elsewhere = words.of_kept(thawed.id, thawed.struck, drift_words.since(thawed.drift))
        self._confirm(thawed.plan, thawed.id)

    def _on_not_thawed(self, fault: Exception) -> None:
        self._set_asking(False)
        errors.as_dialog(self._page.window(), fault).open()

    def _on_plan_failed(self, fault: Exception) -> None:
        self._set_asking(False)
        self._notices.put("fault", errors.as_banner(fault))

    def _set_asking(self, asking: bool) -> None:
        self.asking = asking
        self.asking_changed.emit()

    def _confirm(self, plan: Plan, kept: PlanId | None = None) -> None:
        dialog = ConfirmDialog(
            self._page.window(), plan, currency=self.currency, typed_above=self.typed_above, elsewhere=self._elsewhere,
            pictures=self.pictures, backup=self._desk.makes_backups,
        )  # fmt: skip
        dialog.accepted.connect(lambda: self._run(plan, kept))
        dialog.open()

    # ------------------------------------------------------------------ the run

    def _run(self, plan: Plan, kept: PlanId | None) -> None:
        if self.running is not None:
            return
        self._kept = kept
        self._begin(tuple(patron.id for patron in plan.patrons))
        if kept is not None:
            self.kept_started.emit()
        self._ticket = self._desk.run(plan, kept, self._on_progress, self._on_done, self._on_failed)

    def _begin(self, who: tuple[PatronId, ...]) -> None:
        self.running, self._since = len(who), ""
        self._progress = Progress(0, len(who), "")
        for matter in ("purge", "fault", UNFINISHED, RESIDUE):
            self._notices.take(matter)
        self.started.emit(who)
        self._show_later.start()

    def ask_going_on(self, batch: BatchLine) -> None:
        """Asks whether a purge that was stopped or interrupted is to go on."""
        if self.running is not None:
            errors.as_dialog(self._page.window(), Busy("A purge is running.", "Wait until it is finished, or stop it.")).open()
        elif not self.asking:
            self._set_asking(True)
            self._desk.left(batch.id, lambda who: self._on_left(batch, who), self._on_not_thawed)

    def _on_left(self, batch: BatchLine, who: tuple[PatronId, ...]) -> None:
        self._set_asking(False)
        asked = words.going_on(batch, self._desk.makes_backups)
        question = dialogs.ask(
            self._page.window(), "Go on with a purge", asked.question, asked.explained, asked.yes, "danger", "purge_go_on_dialog"
        )
        question.accepted.connect(lambda: self._go_on(batch.id, who))
        question.open()

    def _go_on(self, batch: BatchId, who: tuple[PatronId, ...]) -> None:
        if self.running is None:
            self._kept = None
            self._begin(who)
            self._ticket = self._desk.go_on(batch, self._on_progress, self._on_done, self._on_failed)

    def tell_unfinished(self, batch: BatchLine) -> None:
        """Says once a start that the newest purge did not reach everybody; nothing is shown while one runs."""
        if self.running is not None:
            return
        shown = banner.Banner("look" if batch.state is BatchState.INTERRUPTED else "info", *words.unfinished(batch))
        why_not = "" if self._desk.may(Permission.PURGE) else "Your account may not purge; an administrator can permit it"
        go_on = shown.add_action(buttons.button("Go on...", icon="purge", name="purge_go_on", tip=why_not))
        go_on.setEnabled(not why_not)
        go_on.clicked.connect(lambda: self.ask_going_on(batch))
        look = shown.add_action(buttons.button("Look at it", icon="file", name="purge_look_at_it"))
        look.clicked.connect(lambda: self.batch_chosen.emit(batch.id))
        self._notices.put(UNFINISHED, shown)

    def _show_progress(self) -> None:
        if self.running is None:
            return
        first = "A backup was made first. " if self._desk.makes_backups else ""
        shown = banner.ProgressBanner(self._said(), first + _STOP)
        shown.stop_asked.connect(self._on_stop)
        self._notices.put("purge", shown)
        self._on_progress(self._progress)

    def _said(self) -> str:
        number = messages.count(self.running or 0, "patron")
        if self._progress.words == "backup":
            return f"Purging {number}. First a backup is made."
        done = self._progress.done
        return f"Purging {number}. {done:,} {'is' if done == 1 else 'are'} done."

    def _on_progress(self, progress: Progress) -> None:
        self._progress = progress
        shown = self._notices.shown("purge")
        if isinstance(shown, banner.ProgressBanner):
            backup = progress.words == "backup"
            shown.show_progress(self._said(), 0 if backup else progress.done, 0 if backup else progress.total)

    def _on_stop(self) -> None:
        if self._ticket is not None:
            self._ticket.stop()

    def _ended(self) -> None:
        self.running, self._ticket = None, None
        self._show_later.stop()
        self._notices.take("purge")

    def _on_failed(self, fault: Exception) -> None:
        self._ended()
        self._notices.put("fault", errors.as_banner(fault))
        self.ended.emit(None)

    def _on_done(self, result: BatchResult) -> None:
        self._ended()
        self._last = result
        self.ended.emit(result)
        self._put_banner(result)
        if result.batch.archive is ArchiveState.PRESENT and result.batch.purged:
            self._desk.look_for_residue(result.batch.id, self._on_residue, self._on_not_looked)
        if self._kept is None:
            self.show_result(result)
        else:
            self._desk.drift(self._kept, lambda drift: self._on_drift(result, drift), lambda _: self.show_result(result))

    def _on_residue(self, found: Sequence[Problem]) -> None:
        """Nothing is said when nothing is left; the certificate tells of the check in any case."""
        if found:
            first, second = words.residue(found)
            self._notices.put(RESIDUE, banner.Banner("look", first, second))

    def _on_not_looked(self, fault: Exception) -> None:
        self._notices.put(RESIDUE, errors.as_banner(fault))

    def _on_drift(self, result: BatchResult, drift: Sequence[Drift]) -> None:
        """What the run of a kept plan found different from when the plan was made is told with its result."""
        self._since = drift_words.since(drift)
        self.show_result(result)

    # ------------------------------------------------------------------ after

    def _put_banner(self, result: BatchResult) -> None:
        first, second = words.result(result)
        left = result.batch.refused + result.batch.vanished + result.batch.not_reached
        shown = banner.Banner("look" if left and not result.batch.purged else "done", first, second)
        undo = shown.add_action(buttons.button("Undo...", icon="undo", name="purge_undo", tip=self._why_no_undo(result)))
        undo.setEnabled(not self._why_no_undo(result))
        undo.clicked.connect(lambda: self.ask_undo(result))
        see = shown.add_action(buttons.button("See the result", icon="file", name="purge_see_result"))
        see.clicked.connect(lambda: self.show_result(result))
        export = shown.add_action(buttons.button("Export", icon="export", name="purge_export"))
        export.clicked.connect(lambda: self._ask_export(self._page.window(), result, self._say_saved))
        shown.closed.connect(self._on_banner_closed)
        self._notices.put("purge", shown)

    def _on_banner_closed(self) -> None:
        self._last = None
        self._forget_pictures()
        self.dismissed.emit()

    def _forget_pictures(self) -> None:
        self.pictures = {}
        portraits.forget()

    def _why_no_undo(self, result: BatchResult) -> str:
        if not self._desk.may(Permission.UNDO_PURGE):
            return "Your account may not undo a purge; an administrator can permit it"
        return why_no_undo(result)

    def show_result(self, result: BatchResult) -> None:
        """Opens the result."""
        dialog = ResultDialog(
            self._page.window(), result, self.pictures, self._why_no_undo(result), self._since,
            certifying.why_not(self._desk.office.actor),
        )  # fmt: skip
        dialog.patron_chosen.connect(self.patron_chosen)
        dialog.loans_chosen.connect(self.loans_chosen)
        dialog.export_asked.connect(lambda shown: self._ask_export(dialog, shown, dialog.say))
        dialog.certificate_asked.connect(lambda shown: self._desk.certify(dialog, shown.batch.id))
        dialog.undo_asked.connect(lambda shown: self.ask_undo(shown, dialog))
        dialog.open()

    @property
    def can_undo_last(self) -> bool:
        """Whether the result of a purge that can be undone is told above the table."""
        return self._last is not None and self._notices.shown("purge") is not None and not self._why_no_undo(self._last)

    def undo_last(self) -> None:
        """Asks to undo the purge whose banner is on show."""
        if self._last is not None and self.can_undo_last:
            self.ask_undo(self._last)

    def ask_undo(self, result: BatchResult, result_dialog: ResultDialog | None = None) -> None:
        """Asks whether a purge is to be undone; says what comes back, and what becomes of clashes."""
        number = messages.count(result.batch.purged - result.batch.undone, "patron")
        parent = result_dialog or self._page.window()
        question = Question(
            "Undo the purge", "purge_undo_dialog", f"Bring {number} back?", _COMES_BACK, f"Bring {number} back"
        )  # fmt: skip
        self._undoing.ask(parent, result.batch.id, None, question, self.pictures)

    def _on_undo_agreed(self, over: QWidget) -> None:
        if isinstance(over, ResultDialog):
            over.close()

    def _on_undone(self, undone: UndoResult) -> None:
        self._last = None
        self._notices.put("purge", notice(undone, self._page))
        self._forget_pictures()
        self.undone.emit(undone)

    def _ask_export(self, parent: QWidget, result: BatchResult, say: Callable[[str], None]) -> None:
        def chosen(path: Path) -> None:
            self._desk.export(
                result, path, lambda written: say(f"Saved as “{path.name}”."), lambda fault: self._on_export_failed(fault, parent)
            )

        ask_for_file(parent, "Export the purged patrons", f"Purged patrons, batch {result.batch.id}.xlsx", chosen)

    def _on_export_failed(self, fault: Exception, parent: QWidget) -> None:
        errors.as_dialog(parent, fault).open()

    def _say_saved(self, sentence: str) -> None:
        self._notices.put("export", banner.Banner("done", sentence))
