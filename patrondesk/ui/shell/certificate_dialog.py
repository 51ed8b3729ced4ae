"""A certificate on show as it is printed; saved as PDF, web page or JSON, and printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QTextBrowser, QWidget

from patrondesk.errors import DeskError, WrongUsage
from patrondesk.exporters import html_page, json_file
from patrondesk.exporters.base import whole_file
from patrondesk.records.certificates import Issued
from patrondesk.reports import certificate
from patrondesk.ui.shell import banner, buttons, dialogs, errors, fonts, paper_pages, text
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.runner import Runner

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_NO_PRINTER = "No printer is set up on this computer. Save it as PDF."
_KINDS = {
    "pdf": "PDF, to be printed or filed",
    "html": "Web page",
    "json": "JSON, to check the audit log with later",
}
_NOTED = "Issued just now, and noted in the audit log. It names no patron."


class CertificateDialog(dialogs.Dialog):
    """Shows the page; `saved` carries the path of a file that was written."""

    saved = Signal(object)

    def __init__(self, parent: QWidget, issued: Issued, runner: Runner) -> None:
        super().__init__(parent, "Certificate", dialogs.WIDEST, "certificate_dialog")
        self._issued, self._runner = issued, runner
        self.paper = certificate.paper(issued)
        self.page = QTextBrowser()
        self.page.setObjectName("certificate_page")
        self.page.setAccessibleName(f"{self.paper.title}, as it is printed")
        # Paper is white in every look, as what is printed on it.
        self.page.setStyleSheet("QTextBrowser { background: #FFFFFF; color: #1D2126; padding: 18px 22px; }")
        self._document = paper_pages.document(self.paper, fonts.scale() / 100)
        self.page.setDocument(self._document)
        self.page.setFixedHeight(430)
        self.page.setTabChangesFocus(True)
        self.body.addWidget(self.page)
        self._said = text.Sentence(_NOTED, fonts.LABEL, "text2")
        self._said.setObjectName("certificate_said")
        self.body.addWidget(self._said)
        self._add_foot()

    def _add_foot(self) -> None:
        self.save = self.add_side(buttons.button("Save as...", icon="file", name="certificate_save"))
        self.save.clicked.connect(self._on_save)
        self.print = self.add_side(buttons.button("Print...", icon="print", name="certificate_print"))
        self.print.clicked.connect(self._on_print)
        offer(self.print, "" if _printers() else _NO_PRINTER)
        close = self.add_decision(buttons.button("Close", "main", name="certificate_close"))
        close.clicked.connect(self.reject)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ as a file

    def _on_save(self) -> None:
        asked = QFileDialog(self, "Save the certificate")
        asked.setObjectName("certificate_save_dialog")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asked.setNameFilters([f"{said} (*.{ending})" for ending, said in _KINDS.items()])
        asked.setDefaultSuffix("pdf")
        asked.filterSelected.connect(lambda chosen: asked.setDefaultSuffix(chosen.rsplit("*.", 1)[-1].rstrip(")")))
        asked.selectFile(f"{self.paper.title}.pdf")
        asked.fileSelected.connect(lambda path: self.save_as(Path(path)))
        QDialog.open(asked)  # its own open() wants a slot; this is the one of all dialogs

    def save_as(self, path: Path) -> None:
        """Writes the file, as its name ends, and says so."""
        try:
            work = self._writing(path)
        except DeskError as fault:
            errors.as_dialog(self, fault).open()
            return
        self._runner.do(work, lambda _: self._on_saved(path), lambda fault: errors.as_dialog(self, fault).open())

    def _writing(self, path: Path) -> Callable[[], None]:
        ending = path.suffix.lower().removeprefix(".")
        if ending == "pdf":
            content = paper_pages.pdf(self.paper)  # fonts are the window's thread's
            return lambda: _write(content, path)
        if ending == "html":
            return lambda: html_page.write_paper(self.paper, path)
        if ending == "json":
            return lambda: json_file.write_document(certificate.document(self._issued), path)
        raise WrongUsage(f"“{path.name}” does not say which kind of file to write.", "End it with .pdf, .html or .json.")

    def _on_saved(self, path: Path) -> None:
        self._say(f"Saved as “{path.name}”.")
        self.saved.emit(path)

    # ------------------------------------------------------------------ on paper

    def _on_print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        paper_pages.set_up(printer)
        printer.setDocName(self.paper.title)
        asked = QPrintDialog(printer, self)
        asked.setObjectName("certificate_print_dialog")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self.print_on(printer))
        QDialog.open(asked)  # its own wants a receiver

    def print_on(self, printer: QPrinter) -> None:
        """Prints the page, and says so."""
        paper_pages.fitted(self.paper, printer).print_(printer)
        self._say("Sent to the printer.")

    def _say(self, sentence: str) -> None:
        self._said.say(sentence)
        banner.announce(self._said, sentence)
        self.fit()


def _printers() -> bool:
    from PySide6.QtPrintSupport import QPrinterInfo

    return bool(QPrinterInfo.availablePrinterNames())


def _write(content: bytes, path: Path) -> None:
    with whole_file(path) as stream:
        stream.write(content)
