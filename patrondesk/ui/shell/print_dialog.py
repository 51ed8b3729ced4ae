"""The question how to print: the pages as they will be, the printers of the computer, or a PDF file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo, QPrintPreviewWidget
from PySide6.QtWidgets import QAbstractScrollArea, QDialog, QFileDialog, QHBoxLayout, QWidget

from patrondesk.ui.shell import banner, buttons, dialogs, fonts, text
from patrondesk.ui.shell.printing import Paper, Printout, is_wide

_MARGIN_MM = 14.0
_NO_PRINTER = "No printer is set up on this computer"


class PrintDialog(dialogs.Dialog):
    """Shows every page. *Print...* asks which printer; *Save as PDF...* is there without one."""

    def __init__(self, parent: QWidget, made: Printout) -> None:
        super().__init__(parent, "Print", dialogs.WIDEST, "print_dialog")
        self._made = made
        self._pages = 1
        self._printer = self._set_up(QPrinter(QPrinter.PrinterMode.HighResolution))
        self.question(f"Print “{made.title}”?")
        self.preview = QPrintPreviewWidget(self._printer, self)
        self.preview.setObjectName("print_preview")
        for inner in self.preview.findChildren(QAbstractScrollArea):
            inner.setAccessibleName("The page as it is printed")
        self.preview.setFixedHeight(380)
        self.preview.paintRequested.connect(self._on_paint)
        self.preview.setViewMode(QPrintPreviewWidget.ViewMode.SinglePageView)
        self.preview.fitInView()
        self.body.addWidget(self.preview)
        self.body.addLayout(self._turning())
        self._said = text.Sentence("", fonts.LABEL, "text2")
        self._said.setObjectName("print_said")
        self._said.hide()
        self.body.addWidget(self._said)
        self._add_foot()
        self.preview.updatePreview()
        self._show_page(1)

    def _set_up(self, printer: QPrinter) -> QPrinter:
        turned = QPageLayout.Orientation.Landscape if is_wide(self._made) else QPageLayout.Orientation.Portrait
        printer.setPageOrientation(turned)
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        printer.setDocName(self._made.title)
        return printer

    def _turning(self) -> QHBoxLayout:
        self.previous = buttons.icon_button("previous", "Page before", "print_previous")
        self.next = buttons.icon_button("next", "Page after", "print_next")
        self.previous.clicked.connect(lambda: self._show_page(self.preview.currentPage() - 1))
        self.next.clicked.connect(lambda: self._show_page(self.preview.currentPage() + 1))
        self.page = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self.page.setObjectName("print_page")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for widget in (self.previous, self.page, self.next):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _add_foot(self) -> None:
        here = bool(QPrinterInfo.availablePrinterNames())
        self.pdf = self.add_side(buttons.button("Save as PDF...", icon="file", name="print_pdf"))
        self.pdf.clicked.connect(self._on_pdf)
        if not here:
            self.add_foot_note(_NO_PRINTER)
        close = self.add_decision(buttons.button("Close", name="print_close"))
        close.clicked.connect(self.reject)
        self.print = self.add_decision(buttons.button("Print...", "main", "print", "print_accept"))
        self.print.setEnabled(here)
        self.print.setToolTip("" if here else _NO_PRINTER)
        self.print.setAccessibleDescription(self.print.toolTip())
        self.print.clicked.connect(self._on_print)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_page(self, number: int) -> None:
        self.preview.setCurrentPage(number)
        here, last = self.preview.currentPage(), max(1, self.preview.pageCount())
        self.page.setText(f"Page {here:,} of {last:,}")
        self.previous.setEnabled(here > 1)
        self.next.setEnabled(here < last)

    def _on_paint(self, printer: QPrinter) -> None:
        Paper(printer, self._made).paint()

    # ------------------------------------------------------------------ on paper

    def _on_print(self) -> None:
        asked = QPrintDialog(self._printer, self)
        asked.setObjectName("print_system_dialog")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self._done(Paper(self._printer, self._made).paint()))
        QDialog.open(asked)  # its own wants a receiver

    def _done(self, printed: bool) -> None:
        if printed:
            self.accept()
        else:
            self._say("Nothing was printed: the printer does not answer. Look at it, or save a PDF.")

    # ------------------------------------------------------------------ as a file

    def _on_pdf(self) -> None:
        asked = QFileDialog(self, "Save as PDF")
        asked.setObjectName("print_pdf_dialog")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asked.setNameFilters(["PDF (*.pdf)"])
        asked.setDefaultSuffix("pdf")
        asked.selectFile(f"{self._made.title}.pdf")
        asked.fileSelected.connect(lambda path: self._save(Path(path)))
        asked.open()

    def _save(self, path: Path) -> None:
        printer = self._set_up(QPrinter(QPrinter.PrinterMode.HighResolution))
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self._set_up(printer)
        printer.setOutputFileName(str(path))
        if Paper(printer, self._made).paint() and path.is_file():
            self._say(f"Saved as “{path.name}”.")
        else:
            self._say(f"“{path.name}” could not be written; nothing was saved. Choose another folder.")

    def _say(self, sentence: str) -> None:
        self._said.say(sentence)
        self._said.show()
        banner.announce(self._said, sentence)
        self.fit()
