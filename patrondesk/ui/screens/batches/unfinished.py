"""Above an opened purge that did not reach everybody: going on with it, or leaving it as it is."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.purging import BatchLine, BatchState
from patrondesk.ui.shell import banner, buttons
from patrondesk.ui.shell.offers import offer

_WHAT = "Nothing is half done. When it goes on, a backup is made first and each of them is checked again."


class Unfinished(QWidget):
    """Shows nothing for a purge that is whole. `may_purge`: why the person may not, empty when they may."""

    go_on_asked = Signal(object)
    leave_asked = Signal(object)
    """Both carry the BatchLine."""

    def __init__(self, may_purge: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_purge = may_purge
        self._batch: BatchLine | None = None
        self._shown: banner.Banner | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_batch(self, batch: BatchLine) -> None:
        """Says who was not reached, or nothing."""
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
            self._shown = None
        self._batch = batch
        if batch.unfinished:
            self._shown = self._made(batch)
            self._column.addWidget(self._shown)
        self.setVisible(batch.unfinished)

    def _made(self, batch: BatchLine) -> banner.Banner:
        number = batch.not_reached
        said = f"{messages.count(number, 'patron')} {'was' if number == 1 else 'were'} not reached."
        made = banner.Banner("look" if batch.state is BatchState.INTERRUPTED else "info", said, _WHAT, closable=False)
        made.setObjectName("batch_unfinished")
        go_on = made.add_action(buttons.button("Go on...", icon="purge", name="batch_go_on"))
        offer(go_on, self._may_purge)
        go_on.clicked.connect(self._on_go_on)
        if batch.state is BatchState.INTERRUPTED:
            leave = made.add_action(buttons.button("Leave it as it is", name="batch_leave"))
            offer(leave, self._may_purge)
            leave.clicked.connect(self._on_leave)
        return made

    @Slot()
    def _on_go_on(self) -> None:
        self.go_on_asked.emit(self._batch)

    @Slot()
    def _on_leave(self) -> None:
        self.leave_asked.emit(self._batch)
