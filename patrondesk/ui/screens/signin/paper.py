"""Prints the recovery code on a sheet of its own."""

from __future__ import annotations

import html

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget


def sheet(library: str, code: str) -> QTextDocument:
    """The sheet: what it is, for which library, the code."""
    document = QTextDocument()
    document.setHtml(
        f"<h2>{html.escape(library)}</h2><p>Recovery code of the administrator in PatronDesk. "
        f"It sets a new password when the old one is forgotten. Keep it where the keys are kept.</p>"
        f'<p style="font-size: 22pt">{html.escape(code)}</p>'
    )
    return document


def print_code(parent: QWidget, library: str, code: str) -> None:
    """Opens the system's print dialog, and prints when it is accepted."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Print the recovery code")
    dialog.accepted.connect(lambda: sheet(library, code).print_(printer))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()
