"""The dialogs of the Backups page: the question before a restore, the wait during it, what it did, and which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from patrondesk.records.backups import Loss, Restored
from patrondesk.ui.screens.backups import words
from patrondesk.ui.shell import dialogs, text
from patrondesk.ui.shell.buttons import button


def restore_question(parent: QWidget, loss: Loss) -> dialogs.Dialog:
    """What would be lost, not yet open: connect `accepted`."""
    return dialogs.ask(
        parent, "Restore a backup", words.restore_question(loss), words.restore_explained(loss), "Restore", "danger",
        "restore_dialog",
    )  # fmt: skip


class Wait(dialogs.Dialog):
    """While the library is being replaced nothing else can be done in it. `end()` closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Restore a backup", dialogs.NARROW, "restoring_dialog")
        self._ended = False
        self.close_button.hide()
        self.question("The backup is being put in place.")
        self.body.addWidget(text.Sentence("It is checked, the present file is kept aside, then it takes its place."))
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("The backup is being put in place")
        self.body.addWidget(bar)

    def end(self) -> None:
        """It is done, or was refused."""
        self._ended = True
        self.accept()

    def reject(self) -> None:
        if self._ended:
            super().reject()


def restored(parent: QWidget, done: Restored) -> dialogs.Dialog:
    """What the restore did; not yet open."""
    dialog = dialogs.Dialog(parent, "Restore a backup", dialogs.MIDDLE, "restored_dialog")
    dialog.question("The backup is in place.")
    for sentence in words.restored(done):
        dialog.body.addWidget(text.Sentence(sentence))
    closing = dialog.add_decision(button("Sign in", "main", name="restored_close"))
    closing.clicked.connect(dialog.accept)
    closing.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def ask_for_file(
    parent: QWidget, folder: Path | None, chosen: Callable[[Path], None], title: str = "Open a backup read-only"
) -> QFileDialog:
    """Opens a dialog for a backup that lies anywhere."""
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("backup_file_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    # A screenless session has no dialog of the system's own.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Backups (*.patrondesk)", "All files (*)"])
    if folder is not None and folder.is_dir():
        dialog.setDirectory(str(folder))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog
