"""The word before the idle lock; read only when it is said."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.ui.shell import buttons, dialogs, text


class IdleWarning(dialogs.Dialog):
    """Any key, or the mouse, dismisses it."""

    stayed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Nobody is there", dialogs.NARROW, "idle_dialog")
        self.question("The desk locks in a minute.")
        self._left = text.Sentence("")
        self.body.addWidget(self._left)
        self.body.addWidget(text.Sentence("Any key keeps it open. What is not saved stays behind the lock.", 13, "text2"))
        self.stay_button = self.add_decision(buttons.button("Stay", "main", name="idle_stay"))
        self.stay_button.clicked.connect(self.stayed)
        self.rejected.connect(self.stayed)

    def show_left(self, seconds: int) -> None:
        """How long there is."""
        self._left.say(f"{messages.count(seconds, 'second')} left.")
