"""A recovery code that is shown once: to read, copy or print; going on needs a tick that it was kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.ui.screens.signin import paper
from patrondesk.ui.shell import buttons, fonts, text, theme
from patrondesk.ui.shell.cards import Card

_SPARE = 16


class KeptCode(QWidget):
    """`prefix` begins its object names, as in `first_recovery_code` and `first_go_on`."""

    finished = Signal()
    measured = Signal(int)
    """How wide the code with its panel is; it is read letter by letter, so it stays on one line."""

    def __init__(self, sentence: str, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = ""
        self._panel = panel = Card("", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(text.Sentence(sentence))
        self._code = text.label("", fonts.QUESTION, fonts.SEMIBOLD)
        self._code.setObjectName(f"{prefix}_recovery_code")
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        panel.inside.addWidget(self._code)
        column.addWidget(panel)
        row = QHBoxLayout()
        row.setSpacing(8)
        copy = buttons.button("Copy", icon="copy", name=f"{prefix}_copy", spoken="Copy the recovery code")
        printed = buttons.button("Print...", icon="print", name=f"{prefix}_print", spoken="Print the recovery code...")
        row.addWidget(copy)
        row.addWidget(printed)
        row.addStretch(1)
        column.addLayout(row)
        self._sure = buttons.CheckBox("I have kept the code")
        self._sure.setObjectName(f"{prefix}_kept")
        self._sure.setAccessibleName("I have kept the code")
        column.addWidget(self._sure, 0, Qt.AlignmentFlag.AlignLeft)
        self._go_on = buttons.button("Go on", "main", name=f"{prefix}_go_on")
        self._go_on.setEnabled(False)
        self._go_on.setToolTip("Tick that you have kept the code first.")
        column.addWidget(self._go_on)
        copy.clicked.connect(self._on_copy)
        printed.clicked.connect(self._on_print)
        self._sure.toggled.connect(self._go_on.setEnabled)
        self._go_on.clicked.connect(self.finished)
        theme.look().changed.connect(self._measure)

    def show_code(self, code: str, library: str = "") -> None:
        """Shows the code; `library` stands on the printed sheet."""
        self._library = library
        self._code.setText(code)
        self._code.setAccessibleName(f"Recovery code: {' '.join(code)}")
        self._measure()
        self._sure.setFocus(Qt.FocusReason.OtherFocusReason)

    def _measure(self) -> None:
        if self._code.text():
            self.measured.emit(self._panel.minimumSizeHint().width() + _SPARE)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())

    @Slot()
    def _on_print(self) -> None:
        paper.print_code(self, self._library, self._code.text())
