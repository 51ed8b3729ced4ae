"""The Past purges page: all of them, and one opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.exporters import exporters, for_file
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import BatchLine, BatchResult, UndoClash, UndoResult
from patrondesk.records.staff import Permission
from patrondesk.reports import purged_patrons
from patrondesk.services.office import Office
from patrondesk.services.purging import batch_reading as batches
from patrondesk.services.purging import undo as undoing
from patrondesk.ui.screens.batches import words
from patrondesk.ui.screens.batches.result import ResultView
from patrondesk.ui.shell import banner, buttons, cards, dialogs, empty, errors, tables, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.tables import RIGHT, Column

_LIST, _ONE, _EMPTY = 0, 1, 2
_RESTORED = ("patrons", "loans", "fines", "reservations", "batches")


def _columns(today: dt.date) -> tuple[Column[BatchLine], ...]:
    return (
        Column("When", words.when, 162, second=lambda b: f"Purge {b.id}", link=True),
        Column("By", lambda b: b.operator, 0, second=words.source, tip=words.started),
        Column("Planned", lambda b: f"{b.planned:,}", 74, align=RIGHT),
        Column("= Purged", lambda b: f"{b.purged:,}", 82, align=RIGHT, spoken=lambda b: f"{b.purged:,} purged"),
        Column("+ Refused", lambda b: f"{b.refused:,}", 86, align=RIGHT, spoken=lambda b: f"{b.refused:,} refused"),
        Column("+ Gone", lambda b: f"{b.vanished:,}", 66, align=RIGHT, spoken=lambda b: f"{b.vanished:,} no longer there",
               tip=lambda _: "No longer there when the purge came to them"),
        Column("+ Not reached", lambda b: f"{b.not_reached:,}", 108, align=RIGHT,
               spoken=lambda b: f"{b.not_reached:,} not reached"),
        Column("Ended", lambda b: words.state(b).text, 126, chip=words.state),
        Column("Undo", lambda b: words.undo(b, today), 138, second=words.back),
    )  # fmt: skip


class BatchesPage(QWidget):
    """Call `refresh()` when it is shown; `show_batch(id)` opens one."""

    back_asked = Signal()
    patron_chosen = Signal(object)
    """Carries the id of a patron that a purge refused."""

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("batches_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._office, self._runner, self._changes = office, runner, changes
        self._batches: list[BatchLine] = []
        self._result: BatchResult | None = None
        self._told: banner.Banner | None = None
        self._today = office.clock.real_today()
        self._build()
        self._connect()

    def _build(self) -> None:
        self._head = cards.PageHead("Past purges")
        self.back = buttons.button("Back", icon="back", name="batches_back")
        self._head.at_right.addWidget(self.back)
        self._table, self._model = tables.table("Past purges", _columns(self._today), "batches_table")
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.addWidget(self._table)
        may = self._office.actor is not None and self._office.actor.may(Permission.UNDO_PURGE)
        self._one = ResultView("" if may else "The right “undo purge” is missing. An administrator of the library can give it.")
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
        self._one.export_asked.connect(self._on_export)
        self._one.patron_chosen.connect(self.patron_chosen)
        self._changes.changed.connect(self._on_change)

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
        if self._result is None or self._result.batch.id != result.batch.id:
            self._tell(None)
        self._result = result
        self._one.show_result(result, self._today)
        self._stack.setCurrentIndex(_ONE)
        self._head.rename(f"Purge of {messages.day(result.batch.started_at.astimezone().date())}")
        said = f"Purge {result.batch.id}. Started from: {words.source(result.batch)}."
        self._head.say(f"{said} {result.batch.comment}" if result.batch.comment else said)
        self._name_back("All purges", "Back to all purges")

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
        asked = dialogs.ask(
            self, "Undo a purge", words.question(number), words.explained(number, result.batch.retain_loans),
            f"Bring back {number:,}", name="batch_undo_dialog",
        )  # fmt: skip
        asked.accepted.connect(lambda: self._undo(result.batch.id, only))
        asked.open()

    def _undo(self, batch_id: BatchId, only: Sequence[PatronId] | None) -> None:
        office = self._office
        self._one.setEnabled(False)
        self._runner.do(lambda: undoing.undo_batch(office, batch_id, only), self._on_undone, self._on_not_undone)

    def _on_undone(self, done: UndoResult) -> None:
        self._one.setEnabled(True)
        kind = "look" if done.clashes else "done"
        told = banner.Banner(kind, *words.undone(done))
        told.setObjectName("batch_undone")
        if len(done.clashes) > 3:
            told.add_action(buttons.button("See all...", name="batch_clashes")).clicked.connect(lambda: self._show_clashes(done))
        self._tell(told)
        self._changes.tell(*_RESTORED, initiator=self)
        self.refresh()

    def _on_not_undone(self, fault: Exception) -> None:
        self._one.setEnabled(True)
        self._on_failed(fault)
        self.refresh()

    def _show_clashes(self, done: UndoResult) -> None:
        dialog = dialogs.Dialog(self, "Somebody else has by now", dialogs.MIDDLE, "batch_clash_dialog")
        columns: tuple[Column[UndoClash], ...] = (
            Column("Patron", lambda one: one.name, 240),
            Column("Comes back without", lambda one: words.key(one)),
        )
        view, model = tables.table("Keys that returning patrons had to do without", columns, "batch_clash_table")
        model.show_records(done.clashes)
        view.setMinimumHeight(260)
        dialog.body.addWidget(view)
        close = dialog.add_decision(buttons.button("Close", "main", name="batch_clash_close"))
        close.clicked.connect(dialog.reject)
        dialog.open()

    # -- the report as a file

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
        dialog.selectFile(f"Purged patrons, purge {result.batch.id}.xlsx")
        dialog.fileSelected.connect(lambda path: self._export(result, Path(path)))
        dialog.open()

    def _export(self, result: BatchResult, path: Path) -> None:
        report = purged_patrons.build(result, self._office.clock.now(), self._office.clock.rehearsal)
        self._runner.do(
            lambda: for_file(path).write(report, path),
            lambda written: self._tell(banner.Banner("done", f"The purge is saved as {written.path.name}.")),
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
