"""The dialog in which a file to import is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def dialog(parent: QWidget, what: str, before: str) -> QFileDialog:
    """Not yet open; begins in the folder of the file that was chosen `before`, empty for none."""
    made = QFileDialog(parent, f"Choose a file: {what}")
    made.setObjectName("import_choose_dialog")
    made.setFileMode(QFileDialog.FileMode.ExistingFile)
    made.setNameFilters(["Lists (*.csv *.tsv *.txt *.xlsx)", "All files (*)"])
    if before:
        made.setDirectory(str(Path(before).parent))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made
