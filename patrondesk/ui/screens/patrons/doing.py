"""One thing done at a time off the window's thread, about the patron on show; what was done is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from patrondesk.services.office import Office
from patrondesk.ui.shell.runner import Runner


class Doing(QObject):
    """Dialogs open over `over`. Families of doings share one of these, so that one waits for the other."""

    began = Signal()
    done = Signal(str, object)
    """A sentence, and the tuple of words for what changed."""
    failed = Signal(object)
    """The exception; nothing was changed."""

    def __init__(self, over: QWidget, office: Office, runner: Runner) -> None:
        super().__init__(over)
        self.over, self.office, self.runner = over, office, runner
        self.busy = False

    def do(self, work: Callable[[], Any], said: str | Callable[[Any], str], *what: str) -> None:
        """`said`: the sentence once it is done, or what makes it of the result."""
        if self.busy:
            return
        self.busy = True
        self.began.emit()

        def on_done(answer: object) -> None:
            self.busy = False
            self.done.emit(said if isinstance(said, str) else said(answer), what)

        def on_failed(fault: Exception) -> None:
            self.busy = False
            self.failed.emit(fault)

        self.runner.do(work, on_done, on_failed)
