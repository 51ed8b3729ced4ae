"""Asks where to write a plan to be reviewed, and which reviewed file to read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_to_save(parent: QWidget, proposed: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Opens a save dialog; `chosen` gets the path, with its ending."""
    dialog = _dialog(parent, "Export the plan for review", "plan_export_dialog", chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters(["Spreadsheet (*.xlsx)", "Comma-separated values (*.csv)"])
    dialog.setDefaultSuffix("xlsx")
    dialog.filterSelected.connect(lambda said: dialog.setDefaultSuffix(said.rsplit("*.", 1)[-1].rstrip(")")))
    dialog.selectFile(proposed)
    dialog.open()
    return dialog


def ask_to_open(parent: QWidget, chosen: Callable[[Path], None]) -> QFileDialog:
    """Opens a dialog for the file that was reviewed."""
    dialog = _dialog(parent, "Read the review back", "plan_read_back_dialog", chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Reviewed plans (*.xlsx *.csv *.tsv *.txt)", "All files (*)"])
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str, name: str, chosen: Callable[[Path], None]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    # A screenless session has no dialog of the system's own.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"))
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if folder and Path(folder).is_dir():
        dialog.setDirectory(folder)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    return dialog
