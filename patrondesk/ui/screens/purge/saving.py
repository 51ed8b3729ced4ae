"""Asks for a file's name, without a loop of its own, and proposes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def ask_for_file(parent: QWidget, title: str, proposed: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Opens a save dialog for a spreadsheet; `chosen` gets the path, with its ending, when one was chosen."""
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("save_file_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilter("Spreadsheet (*.xlsx)")
    dialog.setDefaultSuffix("xlsx")
    # A screenless session has no dialog of the system's own.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"))
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if folder and Path(folder).is_dir():
        dialog.setDirectory(folder)
    dialog.selectFile(_NOT_IN_NAMES.sub("-", proposed))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog
