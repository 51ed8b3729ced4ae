"""Asks for a file to read, or where a copy goes, without a loop of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget


def _dialog(parent: QWidget, title: str, name: str, chosen: Callable[[Path], None]) -> QFileDialog:
    made = QFileDialog(parent, title)
    made.setObjectName(name)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.setWindowModality(Qt.WindowModality.WindowModal)
    # A screenless session has no dialog of the system's own.
    made.setOption(QFileDialog.Option.DontUseNativeDialog, QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"))
    made.fileSelected.connect(lambda path: chosen(Path(path)))
    return made


def ask_to_read(parent: QWidget, title: str, kinds: str, chosen: Callable[[Path], None]) -> None:
    """Opens a dialog for a file that is there; `chosen` gets its path."""
    dialog = _dialog(parent, title, "details_read_dialog", chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([kinds] if kinds else ["All files (*)"])
    dialog.open()


def ask_to_write(parent: QWidget, title: str, proposed: str, chosen: Callable[[Path], None]) -> None:
    """Opens a dialog for a new file with a proposed name; `chosen` gets its path."""
    dialog = _dialog(parent, title, "details_write_dialog", chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if folder and Path(folder).is_dir():
        dialog.setDirectory(folder)
    dialog.selectFile(proposed)
    dialog.open()
