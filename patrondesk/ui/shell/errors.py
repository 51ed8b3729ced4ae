"""Shows what went wrong: a foreseen failure as its sentence and next step, a bug as a notice with text to copy."""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from patrondesk import logbook, paths
from patrondesk.errors import DeskError
from patrondesk.ui.shell import banner, buttons, dialogs, fonts, text

_log = logging.getLogger(__name__)


def as_banner(fault: Exception) -> banner.Banner:
    """A "not done" banner for a failure. A bug's banner has a button that opens its notice."""
    if isinstance(fault, DeskError):
        return banner.Banner("not_done", fault.text, fault.next_step)
    _log.error("unforeseen failure: %s", logbook.trace(fault))
    made = banner.Banner("not_done", "That did not work, and nothing half done was kept.", "It is a fault of the program.")
    details = made.add_action(buttons.button("Details...", name="banner_details"))
    details.clicked.connect(lambda: _bug(made.window(), fault).open())
    return made


def as_dialog(parent: QWidget, fault: Exception) -> dialogs.Dialog:
    """A dialog for a failure, not yet open."""
    if not isinstance(fault, DeskError):
        _log.error("unforeseen failure: %s", logbook.trace(fault))
        return _bug(parent, fault)
    dialog = dialogs.Dialog(parent, "Not done", dialogs.NARROW, "fault_dialog")
    dialog.question(fault.text)
    if fault.next_step:
        dialog.body.addWidget(text.Sentence(fault.next_step))
    _closing(dialog)
    return dialog


def _bug(parent: QWidget, fault: Exception) -> dialogs.Dialog:
    dialog = dialogs.Dialog(parent, "Not done", dialogs.MIDDLE, "bug_dialog")
    dialog.question("The program came upon something it does not know")
    dialog.body.addWidget(
        text.Sentence(
            "What was asked is not done; the library is as it was before. Copy the text below for whoever looks after PatronDesk."
        )
    )
    dialog.body.addWidget(text.Sentence(f"It is written down in {paths.logs_folder() / logbook.FILE} too.", fonts.SMALL, "text2"))
    shown = QPlainTextEdit(logbook.trace(fault))
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setObjectName("bug_text")
    shown.setAccessibleName("Text to copy, without personal data")
    shown.setMinimumHeight(160)
    dialog.body.addWidget(shown, 1)
    copy = dialog.add_side(buttons.button("Copy the text", icon="copy", name="bug_copy"))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(shown.toPlainText()))
    _closing(dialog)
    return dialog


def _closing(dialog: dialogs.Dialog) -> None:
    close = dialog.add_decision(buttons.button("Close", "main", name="fault_close"))
    close.clicked.connect(dialog.reject)
    close.setFocus(Qt.FocusReason.OtherFocusReason)
