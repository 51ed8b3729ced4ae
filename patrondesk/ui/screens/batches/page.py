"""The Past purges page: all of them, and one opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.exporters import exporters, for_file
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import BatchLine, BatchResult
from patrondesk.records.staff import Permission
from patrondesk.records.undoing import UndoResult
from patrondesk.reports import purged_patrons
from patrondesk.services.office import Office
from patrondesk.services.purging import batch as closing
from patrondesk.services.purging import batch_reading as batches
from patrondesk.ui.screens.batches import words
from patrondesk.ui.screens.batches.columns import LEAST, STEPS, columns
from patrondesk.ui.screens.batches.result import ResultView
from patrondesk.ui.shell import (
    banner,
    buttons,
    cards,
    certifying,
    empty,
    errors,
    fitting,
    focus,
    landing,
    printing,
    tables,
    theme,
)
from patrondesk.ui.shell.arranging import Arranger
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.column_choice import Heading
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.undoing.asking import Question, Undoing
from patrondesk.ui.shell.undoing.told import notice

_LIST, _ONE, _EMPTY = 0, 1, 2
_RESTORED = ("patrons", "loans", "fines", "reservations", "batches")


class BatchesPage(Page):
    """Call `refresh()` when it is shown; `show_batch(id)` opens one."""

    back_asked = Signal()
    patron_chosen = Signal(object)
    """Carries the id of a patron that a purge refused."""
    go_on_asked = Signal(object)
    """Carries the BatchLine of a purge that did not reach everybody and is to go on."""

    def __init__(
        self, office: Office, runner: Runner, changes: Changes, prefs: Prefs | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("batches_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._office, self._runner, self._changes = office, runner, changes
        self._batches: list[BatchLine] = []
        self._result: BatchResult | None = None
        self._told: banner.Banner | None = None
        self._today = office.clock.real_today()
        self._prefs = prefs
        self._undoing = Undoing(self, office, runner)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._head = cards.PageHead("Past purges")
        self.back = buttons.button("Back", icon="back", name="batches_back")
        self._head.at_right.addWidget(self.back)
        shown = columns(self._today)
        self._table, self._model = tables.table("Past purges", shown, "batches_table")
        headings = [
            Heading(each.header.lstrip("=+ ").lower().replace(" ", "_"), each.header.lstrip("=+ "), each.width, stays=not number)
            for number, each in enumerate(shown)
        ]
        actor = self._office.actor
        self.arranger = Arranger(self._table, "past_purges", headings, self._prefs, actor.username if actor else "")
        fitting.fit(self._table, shown, least=LEAST, steps=STEPS, arranger=self.arranger)
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.addWidget(self._table)
        may = self._office.actor is not None and self._office.actor.may(Permission.UNDO_PURGE)
        no_certificate = certifying.why_not(self._office.actor)
        may_purge = actor is not None and actor.may(Permission.PURGE)
        no_purge = "" if may_purge else "The right “purge” is missing. An administrator of the library can give it."
        no_undo = "" if may else "The right “undo purge” is missing. An administrator of the library can give it."
        self._one = ResultView(no_undo, no_certificate, no_purge)
        self._stack = QStackedWidget()
        nothing = empty.Empty("No purge yet", "What is purged is listed here, with what can still be undone.")
        for widget in (card, self._one, nothing):
            self._stack.addWidget(widget)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(10)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.back.clicked.connect(self._on_back)
        self._table.entered_cell.connect(self._on_entered)
        self._one.undo_asked.connect(self._on_undo_asked)
        self._undoing.agreed.connect(lambda _: self._one.setEnabled(False))
        self._undoing.undone.connect(self._on_undone)
        self._undoing.failed.connect(self._on_not_undone)
        self._one.export_asked.connect(self._on_export)
        self._one.certificate_asked.connect(self._on_certificate)
        self._one.go_on_asked.connect(self.go_on_asked)
        self._one.leave_asked.connect(self._on_leave)
        self._one.patron_chosen.connect(self.patron_chosen)
        self._changes.changed.connect(self._on_change)
        self.offer_commands({
            "back": self._on_back, "read": self.refresh, "print": self.print_page, "columns": self.arranger.open_dialog,
        })  # fmt: skip

    def regions(self) -> Sequence[Region]:
        one = self._one
        return (
            Region(self._head, (self.back,)), Region(self._stack, (*one.lists, self._table)),
            Region(one.foot, (one.export, one.certificate, one.undo)),
        )  # fmt: skip

    def printout(self) -> printing.Printout:
        head, one = self._head, self._one
        if self._result is None:
            sheets = (printing.sheet(self._table),)
            return printing.printout(self._office, "Past purges", head.accessibleDescription(), sheets)
        return printing.printout(self._office, head.accessibleName(), one.sentence, one.sheets())

    def refresh(self) -> None:
        """Reads the list again, and the purge that is open."""
        office = self._office
        self._today = office.clock.real_today()
        self._runner.ask("batches_list", lambda: batches.list_batches(office), self._on_list, self._on_failed)
        if self._result is not None:
            self.show_batch(self._result.batch.id)

    def show_batch(self, batch_id: BatchId) -> None:
        """Opens one."""
        office = self._office
        self._runner.ask("batches_one", lambda: batches.read_batch(office, batch_id), self._on_one, self._on_failed)

    def show_list(self) -> None:
        """Back to all of them."""
        self._result = None
        self._runner.forget("batches_one")
        self._tell(None)
        self._stack.setCurrentIndex(_LIST if self._batches else _EMPTY)
        self._head.rename("Past purges")
        self._head.say(words.heading(self._batches, self._today))
        self._name_back("Back", "Back")
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._result is not None:
            self.show_list()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 14, side, 12)

    def _name_back(self, said: str, spoken: str) -> None:
        self.back.setText(said)
        self.back.setAccessibleName(spoken)

    def _on_list(self, found: list[BatchLine]) -> None:
        here = self._table.currentIndex().row()
        self._batches = found
        self._model.show_records(found)
        if found:
            self._table.setCurrentIndex(self._model.index(max(0, min(here, len(found) - 1)), 0))
        if self._result is None:
            self._stack.setCurrentIndex(_LIST if found else _EMPTY)
            self._head.say(words.heading(found, self._today))

    def _on_one(self, result: BatchResult) -> None:
        another = self._result is None or self._result.batch.id != result.batch.id
        if another:
            self._tell(None)
        self._result = result
        self._one.show_result(result, self._today)
        self._stack.setCurrentIndex(_ONE)
        self._head.rename(f"{result.batch.noun.capitalize()} of {messages.day(result.batch.started_at.astimezone().date())}")
        said = f"{result.batch.noun.capitalize()} {result.batch.id}. Started from: {words.source(result.batch)}."
        self._head.say(f"{said} {result.batch.comment}" if result.batch.comment else said)
        self._name_back("All purges", "Back to all purges")
        if another and self.isVisible():
            landing.at_table([self._one])

    def _on_failed(self, fault: Exception) -> None:
        self._tell(errors.as_banner(fault))

    def _on_change(self, change: Change) -> None:
        if change.initiator is not self and self.isVisible() and change.touches("batches", "patrons"):
            self.refresh()

    @Slot()
    def _on_back(self) -> None:
        if self._result is not None:
            self.show_list()
        else:
            self.back_asked.emit()

    def _on_entered(self, index: QModelIndex) -> None:
        self.show_batch(self._model.record(index.row()).id)

    # -- undo

    def _on_undo_asked(self, only: tuple[PatronId, ...] | None) -> None:
        result = self._result
        if result is None:
            return
        number = len(only) if only else self._one.left
        explained = words.explained(number, result.batch.retain_loans, result.batch.deletion)
        title = f"Undo a {result.batch.noun}"
        asked = Question(title, "batch_undo_dialog", words.question(number), explained, f"Bring back {number:,}")
        self._undoing.ask(self, result.batch.id, only, asked)

    def _on_undone(self, done: UndoResult) -> None:
        self._one.setEnabled(True)
        if self.isVisible():
            landing.at_table([self._one])
        told = notice(done, self)
        told.setObjectName("batch_undone")
        self._tell(told)
        self._changes.tell(*_RESTORED, initiator=self)
        self.refresh()

    def _on_not_undone(self, fault: Exception) -> None:
        self._one.setEnabled(True)
        self._on_failed(fault)
        self.refresh()

    # -- a purge that did not reach everybody

    def _on_leave(self, batch: BatchLine) -> None:
        """An interrupted purge is to end where it stands."""
        self._runner.do(lambda: closing.close(self._office, batch.id), self._on_left, self._on_failed)

    def _on_left(self, _done: None) -> None:
        self._changes.tell("batches", initiator=self)
        self.refresh()

    # -- the report as a file, and the certificate

    @Slot()
    def _on_certificate(self) -> None:
        if self._result is not None:
            certifying.open_certificate(self, self._office, self._runner, self._result.batch.id)

    @Slot()
    def _on_export(self) -> None:
        result = self._result
        if result is None:
            return
        dialog = QFileDialog(self, "Export the purge")
        dialog.setObjectName("batch_export_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{exporter.label} (*.{exporter.code})" for exporter in exporters()])
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(chosen.rsplit("*.", 1)[-1].rstrip(")")))
        dialog.selectFile(f"{result.batch.did.capitalize()} patrons, {result.batch.noun} {result.batch.id}.xlsx")
        dialog.fileSelected.connect(lambda path: self._export(result, Path(path)))
        dialog.open()

    def _export(self, result: BatchResult, path: Path) -> None:
        report = purged_patrons.build(result, self._office.clock.now(), self._office.clock.rehearsal)
        self._runner.do(
            lambda: for_file(path).write(report, path),
            lambda written: self._tell(banner.Banner("done", f"The {result.batch.noun} is saved as {written.path.name}.")),
            self._on_failed,
        )

    def _tell(self, told: banner.Banner | None) -> None:
        if self._told is not None:
            self._whole.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = told
        if told is not None:
            self._whole.insertWidget(1, told)
            focus.after(self.back, told, told.close_button)
