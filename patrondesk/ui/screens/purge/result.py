"""The result of a purge: a sum, those refused with reasons, those purged; export, certificate, undo."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.purging import ArchiveState, BatchResult
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.people import Pictures
from patrondesk.ui.screens.purge.sums import SumDialog
from patrondesk.ui.shell import banner, buttons, certifying, dialogs, fonts, text
from patrondesk.ui.shell.offers import offer


class ResultDialog(SumDialog):
    """`undo_asked`, `export_asked` and `certificate_asked` carry the result; the dialog stays open for them.

    `since`: what had become different. `may_undo`, `may_certify`: why not, empty where it may be.
    """

    undo_asked = Signal(object)
    export_asked = Signal(object)
    certificate_asked = Signal(object)

    def __init__(
        self, parent: QWidget, result: BatchResult, pictures: Pictures, may_undo: str = "", since: str = "", may_certify: str = ""
    ) -> None:
        super().__init__(parent, "Result of the purge", dialogs.WIDE, "purge_result_dialog")
        self.result_shown = result
        batch = result.batch
        numbers = [
            (batch.planned, "planned", "text"), (batch.purged, "purged", "ok"), (batch.refused, "refused", "warn"),
            (batch.vanished, "no longer there", "text2"),
        ]  # fmt: skip
        if batch.not_reached:
            numbers.append((batch.not_reached, "left as they were", "text2"))
        self.show_sum(numbers)
        said = text.Sentence(words.when_done(result))
        said.setObjectName("result_text")
        self.body.addWidget(said)
        if since:
            drifted = text.Sentence(since, fonts.LABEL, "text2")
            drifted.setObjectName("result_drift")
            self.body.addWidget(drifted)
        if result.refused:
            self.show_stayed("Refused", result.refused, pictures)
        if result.purged:
            kept = batch.retain_loans
            loans = "Past loans kept" if kept else "Past loans deleted"
            self.show_gone("Purged", result.purged, loans, lambda one: one.loans_kept if kept else one.loans_deleted, pictures)
            self.body.addLayout(self._past(result))
        self._saved = text.Sentence("", fonts.LABEL, "text2")
        self._saved.setObjectName("result_saved")
        self._saved.hide()
        self.body.addWidget(self._saved)
        self._add_foot(may_undo, may_certify)

    def _past(self, result: BatchResult) -> QHBoxLayout:
        stays = result.batch.retain_loans
        number = result.loans_kept if stays else result.loans_deleted
        verb = ("stays for statistics" if number == 1 else "stay for statistics") if stays else "went too"
        shown = "shown until the undo date, then removed" if result.batch.undo_until else "not kept"
        names = f" Names here are {shown}."
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(text.IconLabel("archive", 16))
        row.addWidget(text.Sentence(f"{messages.count(number, 'past loan')} {verb}.{names}", fonts.LABEL, "text2"), 1)
        return row

    def _add_foot(self, may_undo: str, may_certify: str) -> None:
        result = self.result_shown
        self.export = self.add_side(buttons.button("Export...", icon="export", name="result_export"))
        self.export.clicked.connect(lambda: self.export_asked.emit(result))
        self.certificate = self.add_side(buttons.button(certifying.BUTTON, icon="certificate", name="result_certificate"))
        self.certificate.clicked.connect(lambda: self.certificate_asked.emit(result))
        offer(self.certificate, may_certify)
        self.undo = self.add_side(buttons.button("Undo...", icon="undo", name="result_undo"))
        self.undo.clicked.connect(lambda: self.undo_asked.emit(result))
        why = may_undo or why_no_undo(result)
        self.undo.setEnabled(not why)
        self.undo.setToolTip(why)
        self.undo.setAccessibleDescription(why)
        close = self.add_decision(buttons.button("Close", "main", name="result_close"))
        close.clicked.connect(self.reject)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        """Says what became of an export."""
        self._saved.say(sentence)
        self._saved.show()
        banner.announce(self._saved, sentence)
        self.fit()


def why_no_undo(result: BatchResult) -> str:
    """Why a purge cannot be undone; empty when it can."""
    batch = result.batch
    if not batch.purged:
        return "Nobody was purged"
    if batch.archive is ArchiveState.UNDONE:
        return "It was undone already"
    if batch.archive is ArchiveState.DESTROYED or batch.undo_until is None:
        return "The library keeps nothing to undo a purge with"
    return ""
