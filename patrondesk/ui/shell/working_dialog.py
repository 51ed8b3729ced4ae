"""A dialog that does something and closes when it is done; what is refused is said in it, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from patrondesk.ui.shell import banner, buttons, dialogs, errors
from patrondesk.ui.shell.runner import Runner

R = TypeVar("R")


class WorkingDialog(dialogs.Dialog):
    """Fill `body`, then call `put_foot`: Tab comes to the buttons last. Override `on_accept` to check and to call `work`."""

    done_with = Signal(object)
    """What the work gave."""

    def __init__(self, parent: QWidget, runner: Runner, title: str, width: int, name: str, accept: str) -> None:
        super().__init__(parent, title, width, name)
        self._runner = runner
        self._busy = self._gone = False
        self._notice: banner.Banner | None = None
        self._accept_words = accept
        self.accept_button: buttons.Button | None = None
        self.finished.connect(self._on_end)

    def put_foot(self) -> None:
        """Cancel, and the main button."""
        name = self.objectName()
        self.add_decision(buttons.button("Cancel", name=f"{name}_cancel")).clicked.connect(self.reject)
        self.accept_button = self.add_decision(buttons.button(self._accept_words, "main", name=f"{name}_accept"))
        self.accept_button.clicked.connect(self._on_accept)

    def on_accept(self) -> None:
        """What the main button does."""

    def reject(self) -> None:
        """Closes; not while the work is under way."""
        if not self._busy:
            super().reject()

    def work(self, does: Callable[[], R]) -> None:
        """Does it off the window's thread; closes the dialog when it is done."""
        self._set_busy(True)

        def on_done(answer: R) -> None:
            if not self._gone:
                self._set_busy(False)
                self.accept()
                self.done_with.emit(answer)

        self._runner.do(does, on_done, self._on_fault)

    @Slot()
    def _on_accept(self) -> None:
        if not self._busy:
            self.on_accept()

    def _on_fault(self, fault: Exception) -> None:
        if self._gone:
            return
        self._set_busy(False)
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = errors.as_banner(fault)
        self.body.insertWidget(0, self._notice)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        if self.accept_button is not None:
            self.accept_button.setEnabled(not busy)

    @Slot()
    def _on_end(self) -> None:
        self._gone = True
