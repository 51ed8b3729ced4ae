"""The list saved as a file: asked for its name, written off the window's thread, told above the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from patrondesk import messages
from patrondesk.records.patron_lists import PatronQuery
from patrondesk.records.tables import Written
from patrondesk.services.office import Office
from patrondesk.ui.shell import banner
from patrondesk.ui.shell.runner import Runner

_FORMATS = (("xlsx", "Spreadsheet"), ("csv", "Comma-separated values"))


def ask(
    parent: QWidget, runner: Runner, office: Office, query: PatronQuery, told: Callable[[banner.Banner], object],
    failed: Callable[[Exception], None],
) -> QFileDialog:  # fmt: skip
    """Opens a save dialog; once it is chosen, everybody on the list is written."""
    dialog = QFileDialog(parent, "Export the list")
    dialog.setObjectName("patrons_export_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([f"{label} (*.{code})" for code, label in _FORMATS])
    dialog.setDefaultSuffix(_FORMATS[0][0])
    # A screenless session has no dialog of the system's own.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"))
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if folder and Path(folder).is_dir():
        dialog.setDirectory(folder)
    dialog.selectFile(f"Patrons {office.clock.real_today().isoformat()}.xlsx")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "xlsx"))
    dialog.fileSelected.connect(lambda path: _write(runner, office, query, Path(path), told, failed))
    dialog.open()
    return dialog


def _write(
    runner: Runner, office: Office, query: PatronQuery, target: Path, told: Callable[[banner.Banner], object],
    failed: Callable[[Exception], None],
) -> None:  # fmt: skip
    def work() -> Written:
        from patrondesk.services.patron_export import export_list

        return export_list(office, query, target)

    def done(written: Written) -> None:
        told(banner.Banner("done", f"Saved as {written.path.name}.", f"{messages.count(written.rows, 'patron')} are in it."))

    runner.do(work, done, failed)
